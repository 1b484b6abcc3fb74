"""The folder of an archive: finding it, making it, and what the operating system says about it."""

import importlib.resources
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from digidoc.archive.catalog.catalog import Catalog
from digidoc.archive.events import clerk
from digidoc.archive.layout import README, ArchiveLayout
from digidoc.archive.settings import ArchiveConfig, config_text, read_config
from digidoc.archive.store.ocfl import OcflStore
from digidoc.errors import ArchiveDamaged, NoArchive, from_os
from digidoc.files import disk
from digidoc.i18n import N_


def located(folder: Path | None) -> tuple[ArchiveLayout, ArchiveConfig]:
    """The archive in `folder`, or that of the current folder or the nearest above it: its layout and its settings.

    Raises:
        NoArchive, ArchiveNewer, BadConfiguration: see `Archive.locate`.
        ArchiveDamaged: the store is missing.

    """
    here = Path.cwd() if folder is None else folder
    above = (here, *here.parents) if folder is None else (here,)
    try:
        layout = next((place for place in map(ArchiveLayout, above) if place.config.is_file()), None)
    except OSError as error:
        raise from_os(error, here) from error
    if layout is None:
        raise NoArchive(file=here)
    config = read_config(layout.config)
    if not layout.store.is_dir():
        raise ArchiveDamaged(file=layout.store, reason=N_("the folder is missing"))
    return layout, config


@contextmanager
def system_errors(folder: Path) -> Iterator[None]:
    """Turn what the operating system raises into an error of digidoc's, about `folder` where no file is named."""
    try:
        yield
    except OSError as error:
        raise from_os(error, error.filename or folder) from error


@contextmanager
def all_or_nothing(folder: Path) -> Iterator[None]:
    """Make a folder; when the work in it fails, leave things as they were."""
    made = [place for place in (folder, *folder.parents) if not place.exists()]
    try:
        disk.make_folder(folder)
        yield
        for place in made:
            disk.sync_folder(place.parent)
    except BaseException:
        for entry in folder.iterdir() if folder.is_dir() else ():
            disk.remove_tree(entry) if entry.is_dir() else disk.remove_file(entry)
        for place in made:
            if place.is_dir():
                place.rmdir()
        raise


def lay_out(layout: ArchiveLayout, config: ArchiveConfig) -> Catalog:
    """Write an archive into an empty folder; digidoc.toml comes last, for it is what makes the folder an archive."""
    layout.root.chmod(disk.FOLDER_MODE)
    OcflStore.create(layout.store, layout.scratch)
    disk.make_folder(layout.trust)
    readme = importlib.resources.files("digidoc.archive").joinpath(README).read_text(encoding="utf-8")
    disk.write_new(layout.readme, readme.encode())
    catalog = Catalog.create(layout.catalog)
    try:
        catalog.write_unit(config.unit)
        made = {"unit": config.unit.code, "profile": config.profile}
        catalog.write_events([clerk.event("creation", "success", made)])
        catalog.publish_head()
        disk.sync_folder(layout.root)
        disk.write_over(layout.config, config_text(config).encode(), mode=disk.WRITABLE_MODE)
    except BaseException:
        catalog.close()
        raise
    return catalog
