"""Who signs, as the command line and the profiles say it."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from digidoc import config
from digidoc.errors import UnknownProfile, UsageError
from digidoc.i18n import N_
from digidoc.sign.errors import UnknownStamp
from digidoc.sign.keys.pins import pin_from
from digidoc.sign.profile import SignProfile, load_profile, made_profile
from digidoc.sign.stamp.forms import StampForm, stamp_form

if TYPE_CHECKING:
    from digidoc.commands.sign.sign import ArchiveSigner

Table = Mapping[str, Any]


def known_stamp(words: str | None) -> str | None:
    """The form of copy that the command line names, as profiles write it, or "none"; None when it names none.

    Raises:
        UnknownStamp: there is no such form.

    """
    if words is None or words.lower() == "none":
        return words and words.lower()
    form = stamp_form(words)
    if form is None:
        raise UnknownStamp(words=words, known=", ".join(f'"{known.value}"' for known in StampForm))
    return form.value


def chosen_pin(
    names: Sequence[str], pin_file: Path | None, pin_fd: int | None, keyring: str | None
) -> Callable[[], str] | None:
    """Where the command line says the PIN is; None leaves it to the profile.

    Raises:
        UsageError: more than one place, or several profiles.

    """
    if pin_file is None and pin_fd is None and keyring is None:
        return None
    if len(names) > 1:
        raise UsageError(reason=N_("with several profiles each has its own PIN: name pin_file or keyring in them"))
    return pin_from(pin_file, pin_fd, keyring)


def chosen_profiles(
    archive: "ArchiveSigner",
    folder: Path | None,
    names: Sequence[str],
    lies: Table,
    how: Table,
    pin: Callable[[], str] | None,
) -> tuple[SignProfile, ...]:
    """Who signs, in turn: the profiles, what the command line says in the place of what they say; or its own key.

    Args:
        archive: has profiles.
        folder: of the archive; None for the nearest.
        names: of the profiles.
        lies: what the command line says about where the key is.
        how: what it says about how to sign.
        pin: gives the PIN in the place of what the profile says.

    Raises:
        UsageError: no key, or a key and a profile.
        UnknownProfile, BadConfiguration: there is no such profile, or it cannot be used.

    """
    if not names:
        if "key" not in lies and "token" not in lies:
            raise UsageError(reason=N_("name what to sign with: --key, --token or --profile"))
        return (made_profile({**lies, **how}, Path.cwd(), "digidoc sign:", pin),)
    if lies:
        raise UsageError(
            reason=N_("a profile says where its key is: {option} does not go with it"), option=_option(lies)
        )
    own, base = archive.profiles(folder)
    others, other_base = config.user_profiles()
    found = []
    for name in names:
        table, start = (own[name], base) if name in own else (others.get(name), other_base)
        if table is None:
            raise UnknownProfile(name=name, known=", ".join(dict.fromkeys((*own, *others))) or "-")
        found.append(load_profile({**table, **how}, start, name, pin))
    return tuple(found)


def _option(given: Table) -> str:
    return "--" + next(iter(given)).replace("_", "-")
