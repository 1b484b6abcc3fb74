"""Saves a correction again and again, killing itself at every step of the way to the disk, and looks at what is left.

`python -m tests.pipeline.review.crash ARCHIVE CORRECTION FOLDER` goes through all places of `tests.killing`, or
every CRASH_EVERY-th, and prints how many cases it tried.
"""

import json
import sys
from functools import partial
from pathlib import Path

from digidoc.archive import corrections
from digidoc.archive.archive import Archive
from digidoc.archive.events import audit
from digidoc.files import disk
from digidoc.pipeline.review.application import history_of
from digidoc.pipeline.review.correct import inbox_of, submit
from digidoc.pipeline.writing import session
from tests import killing


def save(root: Path, said: Path) -> None:
    """Save the correction."""
    with Archive.locate(root) as archive:
        submit(archive, corrections.read(said.read_bytes()))


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

    def act(root: Path) -> None:
        save(root, said)

    counts = killing.points(base, folder, act)
    cases = 0
    for place, root in killing.deaths(base, folder, act, counts):
        assert killing.in_child(partial(look, root, said)) == 0, f"killed at {place}"
        cases += 1
    print(json.dumps({"cases": cases, "points": counts}))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
