"""The scanning profiles that can be named: those of an archive, and the user's own."""

from collections.abc import Mapping
from typing import Any

from digidoc.archive.archive import Archive
from digidoc.config import user_file, user_profiles
from digidoc.errors import UnknownProfile
from digidoc.scan.profile import KEYS, ScanProfile, load_profile
from digidoc.scan.stacks import Stack


def scan_profile(
    archive: Archive, name: str | None, given: Mapping[str, Any], before: Stack | None = None
) -> ScanProfile:
    """A profile of the archive, or of the user when the archive has none of that name; without a name the usual way.

    Args:
        archive: whose digidoc.toml is looked into first.
        name: of the profile; None for none.
        given: stands in the place of what the profile says.
        before: a stack that is continued, as it was scanned where no profile is named; None for a new one.

    Raises:
        UnknownProfile: there is no such table.
        BadConfiguration: it cannot be used.

    """
    if name is None:
        options = {} if before is None else before.options
        return load_profile({key: options[key] for key in KEYS if options.get(key)}, given, "")
    own = archive.config.scan
    if name in own:
        return load_profile(own[name], given, archive.layout.config)
    others, _folder = user_profiles("scan")
    if name not in others:
        raise UnknownProfile(name=name, known=", ".join(dict.fromkeys((*own, *others))) or "-")
    return load_profile(others[name], given, user_file())
