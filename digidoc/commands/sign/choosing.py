"""Who signs, as the command line and the profiles say it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from digidoc.errors import UsageError
from digidoc.i18n import N_

if TYPE_CHECKING:
    from digidoc.sign.profile import SignProfile

Table = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Choice:
    """What the command line says of who signs.

    Attributes:
        names: of the profiles, in the order in which they sign.
        archive: folder of the archive that may have them; None for the nearest one.
        key: where the key is, in the words of a profile; only what is said.
        options: how to sign, likewise.
        pin_file: where the PIN is; nothing of the three leaves it to the profile.
        pin_fd: likewise.
        keyring: likewise.

    """

    names: tuple[str, ...]
    archive: Path | None
    key: Table
    options: Table
    pin_file: Path | None
    pin_fd: int | None
    keyring: str | None

    def profiles(self) -> "tuple[SignProfile, ...]":
        """Who signs, in turn: the profiles, what the command line says in the place of what they say; or its own key.

        Raises:
            UsageError: no key, or a key and a profile; more than one place of the PIN, or one for several profiles.
            UnknownProfile, BadConfiguration: there is no such profile, or it cannot be used.
            NoArchive: there is none in the folder that is named.

        """
        from digidoc.pipeline.profiles import profiles_near
        from digidoc.sign.profile import made_profile

        pin = self._pin()
        if not self.names:
            if "key" not in self.key and "token" not in self.key:
                raise UsageError(reason=N_("name what to sign with: --key, --token or --profile"))
            return (made_profile({**self.key, **self.options}, Path.cwd(), "digidoc sign:", pin),)
        if self.key:
            option = "--" + next(iter(self.key)).replace("_", "-")
            raise UsageError(reason=N_("a profile says where its key is: {option} does not go with it"), option=option)
        known = profiles_near(self.archive)
        return tuple(known.load(name, self.options, pin) for name in self.names)

    def _pin(self) -> Callable[[], str] | None:
        """Gives the PIN from where the command line says it is; None leaves it to the profile."""
        from digidoc.sign.keys.pins import pin_from

        if self.pin_file is None and self.pin_fd is None and self.keyring is None:
            return None
        if len(self.names) > 1:
            raise UsageError(reason=N_("with several profiles each has its own PIN: name pin_file or keyring in them"))
        return pin_from(self.pin_file, self.pin_fd, self.keyring)


def known_stamp(words: str | None) -> str | None:
    """The form of copy that the command line names, as profiles write it, or "none"; None when it names none.

    Raises:
        UnknownStamp: there is no such form.

    """
    from digidoc.sign.errors import UnknownStamp
    from digidoc.sign.stamp.forms import StampForm, stamp_form

    if words is None or words.lower() == "none":
        return words and words.lower()
    form = stamp_form(words)
    if form is None:
        raise UnknownStamp(words=words, known=", ".join(f'"{known.value}"' for known in StampForm))
    return form.value


def absolute(path: Path | None) -> str | None:
    """A path of the command line counts from the current folder, whatever those of a profile count from."""
    return None if path is None else str(path.absolute())


def given(**table: str | None) -> Table:
    """What the command line says, without what it does not."""
    return {name: value for name, value in table.items() if value is not None}
