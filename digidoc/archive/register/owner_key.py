"""Numbers of owners are never kept: only a hash with a random key that lies in the archive, outside the catalogue.

HMAC-SHA256 (RFC 2104) with 32 random bytes, made when it is used first; of the hash, the first 128 bits are kept.
A number has twelve digits at most: without the key, which no catalogue, report or object holds, the hashes look like
chance; with it, all numbers could be tried. It is part of backups, for without it no owner is found again.
"""

import hmac
import re
import secrets
from pathlib import Path
from typing import Final

from digidoc.errors import ArchiveDamaged
from digidoc.files import disk
from digidoc.i18n import N_
from digidoc.text import nfc

_BYTES: Final = 32
_KEPT: Final = 32  # hexadecimal digits
_BETWEEN: Final = re.compile(r"[\s.\-]+")


class OwnerKey:
    """Turns numbers of owners into keyed hashes.

    Args:
        key: 32 bytes.

    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    def of(self, number: str) -> str:
        """32 hexadecimal digits for a number, the same however it is spaced; empty for no number."""
        plain = number if number.isascii() and number.isdigit() else _BETWEEN.sub("", nfc(number)).upper()
        if not plain:
            return ""
        return hmac.digest(self._key, plain.encode(), "sha256").hex()[:_KEPT]


def read_key(file: Path) -> OwnerKey | None:
    """The key in a file; None when none was made yet.

    Raises:
        ArchiveDamaged: the file does not hold one.
        OSError: it cannot be read.

    """
    try:
        key = bytes.fromhex(file.read_text(encoding="ascii"))
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise ArchiveDamaged(file=file, reason=N_("it is not a key of digidoc")) from error
    if len(key) != _BYTES:
        raise ArchiveDamaged(file=file, reason=N_("it is not a key of digidoc"))
    return OwnerKey(key)


def make_key(file: Path) -> OwnerKey:
    """The key in a file, made when there is none; only for the one writer.

    Raises:
        ArchiveDamaged: see `read_key`.
        OSError: it cannot be read or written.

    """
    found = read_key(file)
    if found is not None:
        return found
    key = secrets.token_bytes(_BYTES)
    disk.write_over(file, f"{key.hex()}\n".encode(), mode=disk.WRITABLE_MODE)
    return OwnerKey(key)
