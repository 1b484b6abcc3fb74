"""Where a PIN comes from: the terminal, a file, an inherited descriptor, the keyring. One of them, once.

A PIN is never taken from arguments, environment or configuration, and never written anywhere.
"""

import getpass
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from digidoc.errors import UsageError, from_os
from digidoc.i18n import N_
from digidoc.i18n import tr as _
from digidoc.sign.errors import KeyringMissing, NoPin, PinUnreadable

# The name under which PINs lie in the keyring: `keyring set digidoc NAME` puts one there.
KEYRING_SERVICE: Final = "digidoc"
_LONGEST: Final = 4096  # bytes of a first line; whatever is longer is no PIN


def pin_from(pin_file: Path | None, pin_fd: int | None = None, keyring: str | None = None) -> Callable[[], str]:
    """What gives the PIN when it is needed; without a source, a question on the terminal.

    Args:
        pin_file: its first line is the PIN, in UTF-8.
        pin_fd: number of an open descriptor that the process inherited; its first line is the PIN. Read once.
        keyring: user name under which the system's keyring has it, for the service "digidoc".

    Raises:
        UsageError: more than one source.
        NoPin (when called): no source and no terminal to ask on, or the source is empty.
        FileMissing, PermissionMissing (when called): the file cannot be read.
        PinUnreadable (when called): the descriptor or the keyring cannot be read.
        KeyringMissing (when called): there is no keyring on this machine.

    """
    if sum(source is not None for source in (pin_file, pin_fd, keyring)) > 1:
        raise UsageError(reason=N_("the PIN comes from one place: --pin-file, --pin-fd or the keyring"))
    if pin_file is not None:
        return lambda: first_line(pin_file)
    if pin_fd is not None:
        return lambda: _of_descriptor(pin_fd)
    if keyring is not None:
        return lambda: _of_keyring(keyring)
    return lambda: ask(_("PIN or passphrase of the key: "))


def ask(question: str) -> str:
    """A secret typed on the terminal, not shown.

    Raises:
        NoPin: there is no terminal, or its end was typed.

    """
    if sys.stdin is None or not sys.stdin.isatty():
        raise NoPin
    try:
        return getpass.getpass(question)
    except EOFError as error:
        raise NoPin from error


def first_line(path: Path) -> str:
    """The first line of a file that holds a secret.

    Raises:
        NoPin: it is empty, or no text in UTF-8.
        FileMissing, PermissionMissing: it cannot be read.

    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise from_os(error, path) from error
    return _text_of(content, path)


def _of_descriptor(number: int) -> str:
    source = f"--pin-fd {number}"
    try:
        with os.fdopen(number, "rb") as stream:
            content = stream.readline(_LONGEST)
    except (OSError, ValueError, OverflowError, TypeError) as error:  # TypeError: too large a number for C
        # Windows hands descriptors on to child processes only when told to: else there is none of that number.
        reason = error.strerror if isinstance(error, OSError) and error.strerror else type(error).__name__
        raise PinUnreadable(source=source, reason=reason) from error
    return _text_of(content, source)


def _text_of(content: bytes, source: Path | str) -> str:
    try:
        lines = content.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise NoPin(file=source) from error
    if not lines or not lines[0]:
        raise NoPin(file=source)
    return lines[0]


def _of_keyring(name: str) -> str:
    try:
        import keyring
        from keyring.errors import KeyringError, NoKeyringError
    except ImportError as error:
        raise KeyringMissing(reason=N_("the package keyring is not installed")) from error
    try:
        pin = keyring.get_password(KEYRING_SERVICE, name)
    except NoKeyringError as error:
        raise KeyringMissing(reason=N_("no service that keeps passwords runs here")) from error
    except KeyringError as error:
        raise PinUnreadable(source=f"keyring {KEYRING_SERVICE}/{name}", reason=error) from error
    if not pin:
        raise PinUnreadable(
            source=f"keyring {KEYRING_SERVICE}/{name}", reason=N_("it has no entry of that service and name")
        )
    return pin
