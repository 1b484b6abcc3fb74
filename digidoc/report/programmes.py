"""The target programmes that are known: those that come with digidoc, and those in folders of the user."""

import importlib.resources
from collections.abc import Sequence
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

from digidoc.errors import UnknownTarget, from_os
from digidoc.report.target_file import parse, read
from digidoc.report.targets import Programme

ENDING: Final = ".toml"
_COME_ALONG: Final[Traversable] = importlib.resources.files("digidoc.report") / "targets"


def names(folders: Sequence[Path] = ()) -> dict[str, Path | None]:
    """The known programmes by name: those that come with digidoc (None) and those in folders, the first folder first.

    Raises:
        PermissionMissing, StorageError: a folder cannot be read.

    """
    found: dict[str, Path | None] = {}
    for file in _COME_ALONG.iterdir():
        if file.name.endswith(ENDING):
            found[file.name.removesuffix(ENDING)] = None
    for folder in folders:
        try:
            own = sorted(folder.glob(f"*{ENDING}")) if folder.is_dir() else []
        except OSError as error:
            raise from_os(error, folder) from error
        for path in own:
            found.setdefault(path.stem, path)
    return dict(sorted(found.items()))


def load(name: str, folders: Sequence[Path] = ()) -> Programme:
    """A programme by its name.

    Args:
        name: as `target list` shows it.
        folders: where programmes lie beside those that come with digidoc; see `names`.

    Raises:
        UnknownTarget: there is none of that name.
        BadConfiguration: its file contradicts itself.
        FileMissing, PermissionMissing: its file cannot be read.

    """
    known = names(folders)
    if name not in known:
        raise UnknownTarget(name=name, known=", ".join(known))
    path = known[name]
    if path is not None:
        return read(path)
    file = _COME_ALONG / f"{name}{ENDING}"
    return parse(file.read_bytes(), file.name)
