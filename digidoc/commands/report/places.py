"""Where target programmes of one's own lie."""

from pathlib import Path

from digidoc import config
from digidoc.archive.layout import TARGETS, ArchiveLayout


def folders(root: Path | None) -> tuple[Path, ...]:
    """In the archive, whose folder is `root`, then in the user's configuration folder."""
    own = config.user_file().parent / TARGETS
    return (own,) if root is None else (ArchiveLayout(root).targets, own)


def folders_near(archive: Path | None) -> tuple[Path, ...]:
    """Those of the named archive or of the nearest one; where there is none, the user's alone.

    Raises:
        NoArchive, ArchiveNewer, BadConfiguration, ArchiveDamaged: see `Archive.locate`; of the folder that is named.

    """
    from digidoc.archive.folder import located
    from digidoc.errors import NoArchive

    try:
        return folders(located(archive)[0].root)
    except NoArchive:
        if archive is not None:
            raise
        return folders(None)
