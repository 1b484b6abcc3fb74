"""Takes in what waits in an inbox again and again, killing itself at every step, and looks at what is left.

`python -m tests.pipeline.review.crash_drain ARCHIVE FOLDER`, with corrections in the archive's inbox, one for each of
some papers of one dossier; see `tests.pipeline.review.crash`.
"""

import json
import sys
from functools import partial
from pathlib import Path

from digidoc.archive import corrections
from digidoc.archive.archive import Archive
from digidoc.archive.corrections import Correction
from digidoc.archive.events import audit
from digidoc.pipeline.review.application import history_of
from digidoc.pipeline.review.correct import inbox_of
from digidoc.pipeline.writing import session
from tests import killing


def take_in(root: Path) -> None:
    """As every command that files."""
    with Archive.locate(root) as archive, session(archive):
        pass


def look(root: Path, said: dict[str, Correction], versions: int) -> None:
    """Whoever writes next takes in what is left: each is there once, in as many versions as without a kill."""
    take_in(root)
    with Archive.locate(root) as archive:
        assert not inbox_of(archive).waiting()
        for paper, given in said.items():
            record = archive.paper(paper)
            assert [entry.correction for entry in history_of(archive, record)] == [given]
            assert [event.kind for event in record.events].count("metadata modification") == 1
        inventory = archive.store.inventory(archive.paper(next(iter(said))).object_id)
        assert inventory is not None
        assert len(inventory.versions) == versions
        assert audit.verify(archive.catalog, archive.layout, archive.store).findings == ()
        assert not list(archive.layout.scratch.glob("correction-*"))


def main(base: Path, folder: Path) -> None:
    """Go through all points."""
    with Archive.locate(base) as archive:
        waiting = [corrections.read(place.read_bytes()) for place in inbox_of(archive).waiting()]
    said = {given.paper: given for given in waiting}
    counts = killing.points(base, folder, take_in)
    with Archive.locate(folder / "whole") as archive:
        inventory = archive.store.inventory(archive.paper(next(iter(said))).object_id)
        assert inventory is not None
        versions = len(inventory.versions)
    cases = 0
    for place, root in killing.deaths(base, folder, take_in, counts):
        assert killing.in_child(partial(look, root, said, versions)) == 0, f"killed at {place}"
        cases += 1
    print(json.dumps({"cases": cases, "points": counts, "versions": versions}))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:3]))
