"""The signing profiles that can be named: those of an archive, and the user's own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from digidoc.archive.archive import Archive
from digidoc.archive.folder import located
from digidoc.config import user_profiles
from digidoc.errors import NoArchive, UnknownProfile
from digidoc.sign.profile import SignProfile, load_profile

Table = Mapping[str, Any]
_NOTHING: Final[Table] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Profiles:
    """The `[sign.NAME]` tables of an archive by name, and the folder that paths in them start from."""

    tables: Mapping[str, Table]
    base: Path

    def load(self, name: str, given: Table = _NOTHING, pin: Callable[[], str] | None = None) -> SignProfile:
        """A profile of the archive, or of the user when the archive has none of that name.

        Args:
            name: of the profile.
            given: stands in the place of what the profile says.
            pin: gives the PIN in the place of what the profile says.

        Raises:
            UnknownProfile: there is no such table.
            BadConfiguration, UsageError: it cannot be used.

        """
        if name in self.tables:
            return load_profile({**self.tables[name], **given}, self.base, name, pin)
        others, base = user_profiles()
        if name not in others:
            raise UnknownProfile(name=name, known=", ".join(dict.fromkeys((*self.tables, *others))) or "-")
        return load_profile({**others[name], **given}, base, name, pin)


def profiles_of(archive: Archive) -> Profiles:
    """Those of an open archive."""
    return Profiles(archive.config.sign, archive.root)


def profiles_near(folder: Path | None) -> Profiles:
    """Those of the archive in `folder`, or of the nearest one; without any archive near there are none.

    Raises:
        NoArchive, ArchiveNewer, BadConfiguration, ArchiveDamaged: see `Archive.locate`; of the folder that is named.

    """
    try:
        layout, settings = located(folder)
    except NoArchive:
        if folder is not None:
            raise
        return Profiles({}, Path())
    return Profiles(settings.sign, layout.root)
