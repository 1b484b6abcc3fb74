"""Where a watched folder puts what was taken: `done/DAY/`, and `failed/` with the reason beside it."""

from pathlib import Path
from typing import Final

from digidoc.errors import Problem
from digidoc.files import disk

DONE: Final = "done"
FAILED: Final = "failed"


def put_away(file: Path, root: Path, target: Path, problem: Problem | None) -> Path:
    """Move a file below `target`, into the folders that it lay in below `root`; never over another file.

    Args:
        file: what is moved.
        root: the watched folder.
        target: done or failed.
        problem: why it failed; stands in a text file beside it. None for a file that did not.

    Raises:
        OSError: it cannot be moved; it is where it was.

    """
    place = _free(target / file.relative_to(root))
    place.parent.mkdir(parents=True, exist_ok=True)
    if problem is not None:
        about = f"{problem.file}: " if problem.file not in (None, str(file)) else ""
        reason = "\n".join((about + problem.message, problem.hint, f"({problem.code})", ""))
        disk.write_result(_reason(place), reason.encode())
    disk.replace(file, place)
    disk.sync_folder(place.parent)
    disk.sync_folder(file.parent)
    return place


def _free(place: Path) -> Path:
    """A name that is free, and whose reason's is."""
    number, found = 1, place
    while found.exists() or _reason(found).exists():
        number += 1
        found = place.with_name(f"{place.stem} ({number}){place.suffix}")
    return found


def _reason(place: Path) -> Path:
    return place.with_name(f"{place.name}.txt")
