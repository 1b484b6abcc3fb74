"""Fills the disk at every step of filing papers, and looks at what is left.

Run as a program: `python -m tests.archive.full FOLDER`. From the N-th step that needs room on, the disk has none, for
each N or every CRASH_EVERY-th; then the catalogue may not grow by more than N pages. The process goes on as it would:
it says that the disk is full. With room again, the same work ends in the same content.
"""

import errno
import json
import os
import shutil
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path

from digidoc.archive.archive import Archive
from digidoc.errors import DiskFull
from tests import killing
from tests.archive import crash
from tests.papers import UNIT, draft

NEEDS_ROOM = {f"digidoc.disk.{name}" for name in ("mkdir", "create", "write", "append", "sync", "rename")}
GROWTH = 5  # pages of the catalogue; the work needs fewer


def no_room_from(step: int, root: Path, scans: Path, told: Path) -> None:
    """Carry the work out on a disk that is full from the `step`-th step on."""
    count = 0

    def heard(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal count
        if event in NEEDS_ROOM:
            count += 1
            if count >= step:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(arguments[-1]))

    sys.addaudithook(heard)
    _work(root, scans, told)


def no_growth_beyond(pages: int, root: Path, scans: Path, told: Path) -> None:
    """Carry the work out with a catalogue that may grow by so many pages."""
    connect = sqlite3.connect

    def bounded(*arguments: object, **named: object) -> sqlite3.Connection:
        connection = connect(*arguments, **named)  # type: ignore[call-overload]
        (size,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {size + pages}")
        return connection  # type: ignore[no-any-return]

    sqlite3.connect = bounded  # type: ignore[assignment]
    _work(root, scans, told)


def _work(root: Path, scans: Path, told: Path) -> None:
    acknowledged = []

    def heard(event: str, arguments: tuple[object, ...]) -> None:
        if event == "digidoc.acknowledged":
            acknowledged.extend(map(str, arguments))

    sys.addaudithook(heard)
    full = False
    try:
        crash.work(root, scans)
    except DiskFull:
        full = True
    told.write_text(json.dumps({"full": full, "acknowledged": acknowledged}), encoding="utf-8")


def main(folder: Path, every: int) -> int:
    """Go through all steps."""
    base, scans, told, left = (folder / name for name in ("base", "scans", "told.json", "left"))
    with Archive.create(base, unit=UNIT, profile="commune") as archive, archive.writing():
        archive.file("A", [draft(scans / "A", "a.tif", "cũ", dossier="A")])
    catalogue = sqlite3.connect(base / "catalog.db")
    catalogue.execute("VACUUM")  # no page is free: what is written makes it grow
    catalogue.close()
    whole = folder / "whole"
    shutil.copytree(base, whole)
    crash.work(whole, scans)
    expected = crash.content(whole)

    def tried(fill: Callable[[int, Path, Path, Path], None], number: int) -> bool:
        """Whether the disk got full."""
        shutil.rmtree(left, ignore_errors=True)
        shutil.copytree(base, left)
        assert killing.in_child(lambda: fill(number, left, scans, told)) == 0
        answer = json.loads(told.read_text(encoding="utf-8"))
        crash.look(left, answer["acknowledged"])
        crash.work(left, scans)
        assert crash.content(left) == expected, f"{fill.__name__} {number}: the rerun ended in another content: {left}"
        return bool(answer["full"])

    cases = 1
    while tried(no_room_from, cases * every):
        cases += 1
    filled = [tried(no_growth_beyond, pages) for pages in range(GROWTH)]
    assert filled[0]
    return cases + len(filled)


if __name__ == "__main__":
    print(json.dumps({"cases": main(Path(sys.argv[1]), int(os.environ.get("CRASH_EVERY", "1")))}))
