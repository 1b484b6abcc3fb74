"""Saves a correction again and again, killing itself at every step of the way to the disk, and looks at what is left.

`python -m tests.pipeline.review.crash ARCHIVE CORRECTION FOLDER` goes through all points, or every CRASH_EVERY-th, and
prints how many cases it tried. See `tests.archive.crash` for the points.
"""

import json
import os
import shutil
import signal
import sys
from collections import Counter
from pathlib import Path

from digidoc.archive import corrections
from digidoc.archive.archive import Archive
from digidoc.archive.events import audit
from digidoc.files import disk
from digidoc.pipeline.review.correct import history_of, inbox_of, submit
from digidoc.pipeline.writing import session
from tests.archive.crash import in_child, listen


def save(root: Path, said: Path) -> None:
    """Save the correction."""
    with Archive.locate(root) as archive:
        submit(archive, corrections.read(said.read_bytes()))


def die_at(wanted: str, number: int) -> None:
    """Have this process killed when it comes to a point for the so-manieth time."""
    left = number

    def count_down(point: str) -> None:
        nonlocal left
        if point == wanted:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    listen(count_down)


def count(root: Path, said: Path, told: Path) -> None:
    """Save the correction and write down how often that comes to each point."""
    found: Counter[str] = Counter()
    listen(lambda point: found.update((point,)))
    save(root, said)
    told.write_text(json.dumps(found.copy()), encoding="utf-8")


def look(root: Path, said: Path) -> None:
    """What was durable in the inbox is filed by whoever writes next, once; and saving it again changes nothing."""
    given = corrections.read(said.read_bytes())
    with Archive.locate(root) as archive:
        waited = [place.stem for place in inbox_of(archive).waiting()]
        with session(archive):
            pass
        assert not inbox_of(archive).waiting()
        known = [entry.correction.id for entry in history_of(archive, archive.paper(given.paper))]
        assert known in ([], [given.id])
        assert known or not waited, "it was durable, and is lost"
        submit(archive, given)
        record = archive.paper(given.paper)
        assert [entry.correction for entry in history_of(archive, record)] == [given]
        assert record.object_version == "v2", "filed twice"
        inventory = archive.store.inventory(record.object_id)
        assert inventory is not None
        assert len(inventory.versions) == 2
        assert [event.kind for event in record.events].count("metadata modification") == 1
        for file in record.files:
            assert disk.sha256_of(archive.layout.place(file.path)) == file.sha256
        assert audit.verify(archive.catalog, archive.layout, archive.store).findings == ()
        assert not list(archive.layout.scratch.glob("correction-*"))


def main(base: Path, said: Path, folder: Path) -> None:
    """Go through all points."""
    whole, told = folder / "whole", folder / "points.json"
    shutil.copytree(base, whole)
    assert in_child(lambda: count(whole, said, told)) == 0
    counts: dict[str, int] = json.loads(told.read_text(encoding="utf-8"))
    places = [(point, number) for point in sorted(counts) for number in range(1, counts[point] + 1)]
    tried = places[:: int(os.environ.get("CRASH_EVERY", "1"))]
    root = folder / "again"
    for point, number in tried:
        shutil.rmtree(root, ignore_errors=True)
        shutil.copytree(base, root)

        def killed(point: str = point, number: int = number) -> None:
            die_at(point, number)
            save(root, said)

        assert in_child(killed) == signal.SIGKILL, f"it never came to {point}:{number}"
        assert in_child(lambda: look(root, said)) == 0, f"killed at {point}:{number}"
    print(json.dumps({"cases": len(tried), "points": counts}))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
