"""Files papers again and again, killing itself at every step of the way to the disk, and looks at what is left.

Run as a program: `python -m tests.archive.crash FOLDER` goes through all places of `tests.killing`, or every
CRASH_EVERY-th, and prints how many cases it tried. One of them alone:
`CRASH_AT=POINT:COUNT python -m tests.archive.crash ARCHIVE SCANS`, where the process kills itself there.
"""

import json
import os
import sqlite3
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from digidoc.archive.archive import Archive
from digidoc.archive.events import audit
from digidoc.archive.events import log as event_log
from digidoc.files import disk
from tests import killing
from tests.papers import UNIT, draft, refused


def work(root: Path, scans: Path) -> None:
    """One dossier gets a new version that redoes one paper and adds two, another is new; a loose paper comes, the same
    file as one before; and a paper is refused.
    """
    with Archive.locate(root) as archive, archive.writing():
        redone = draft(scans / "A", "a.tif", "làm lại", dossier="A", task_key="key-2", derived=b"2")
        more = [draft(scans / "A", name, f"thêm {name}", dossier="A") for name in ("b.tif", "c.tif")]
        for code, drafts in (
            ("A", [redone, *more]),
            ("B", [draft(scans / "B", "d.tif", "mới", dossier="B")]),
            (None, [draft(scans, "e.tif", "rời", content=b"original of d.tif")]),
        ):
            for record in archive.file(code, drafts):
                sys.audit("digidoc.acknowledged", f"{record.paper_id} {record.object_version}")
        archive.refuse(refused("f.pdf", dossier="B"))


def content(root: Path) -> str:
    """What the archive holds, without times: versions and digests of every object, and the rows of the catalogue."""
    held: dict[str, object] = {}
    for file in sorted((root / "store").rglob("inventory.json")):
        inventory = json.loads(file.read_text(encoding="utf-8"))
        held[file.relative_to(root).as_posix()] = {
            number: sorted(
                (path, "" if path.endswith("metadata.json") else digest)
                for digest, paths in version["state"].items()
                for path in paths
            )
            for number, version in inventory["versions"].items()
        }
    held["files"] = sorted(path.relative_to(root).as_posix() for path in (root / "store").rglob("*"))
    held["refused"] = sorted(path.name.split(".")[0] for path in (root / "refused").rglob("*.json*"))
    held["tmp"] = sorted(path.name for path in (root / "tmp").iterdir())
    connection = sqlite3.connect(root / "catalog.db")
    for sql in (
        "SELECT paper_id, task_key, dossier, name, state, object_id, object_version FROM paper ORDER BY 1",
        "SELECT paper_id, role, path, CASE role WHEN 'metadata' THEN '' ELSE sha256 END FROM file ORDER BY 1, 2",
        "SELECT paper_id, number, text, terms FROM page ORDER BY 1, 2",
        "SELECT paper_id, name, value FROM field ORDER BY 1, 2",
        "SELECT paper_id, kind, outcome, count(*) FROM event GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
        "SELECT code, object_id FROM dossier ORDER BY 1",
        "SELECT count(*) FROM page_index WHERE page_index MATCH 'lam OR them OR moi OR roi OR cu'",
    ):
        held[sql] = connection.execute(sql).fetchall()
    connection.close()
    with Archive.locate(root) as archive:
        found = audit.verify(archive.catalog, archive.layout, archive.store)
        held["audit"] = [finding.to_json() for finding in found.findings]
    return json.dumps(held, indent=1)


def look(root: Path, acknowledged: Sequence[str] = ()) -> None:
    """What the catalogue names after a kill is there, whole, and can be found; so is what was acknowledged.

    Args:
        root: of the archive.
        acknowledged: papers with the version that holds them, such as "P-0123456789abcdef v2".

    """
    with Archive.locate(root) as archive:
        assert [hit for word in ("cu", "lam lai") for hit in archive.search(word).hits]
        for told in acknowledged:
            paper_id, version = told.split()
            assert archive.paper(paper_id).object_version == version
        # The log of events is never ahead of the catalogue, and has what was acknowledged.
        logged = list(event_log.restored(archive.layout.log))
        assert logged == audit.log(archive.catalog)[: len(logged)]
        filed = {(entry.paper_id, json.loads(entry.detail).get("version")) for entry in logged}
        assert {tuple(told.split()) for told in acknowledged} <= filed
        connection = sqlite3.connect(root / "catalog.db")
        named = connection.execute("SELECT path, sha256 FROM file").fetchall()
        connection.close()
        assert len(named) >= 4
        for path, sha256 in named:
            assert disk.sha256_of(root / path) == sha256, f"{path} is another one"


def main(folder: Path) -> None:
    """Go through all points."""
    base, scans = folder / "base", folder / "scans"
    with Archive.create(base, unit=UNIT, profile="commune") as archive, archive.writing():
        archive.file("A", [draft(scans / "A", "a.tif", "cũ", dossier="A")])

    def act(root: Path) -> None:
        work(root, scans)

    counts = killing.points(base, folder, act)
    expected = content(folder / "whole")
    cases = 0
    for place, root in killing.deaths(base, folder, act, counts):
        killing.in_child(partial(look, root))
        killing.in_child(partial(work, root, scans))
        killing.compare(content(root), expected, folder, f"killed at {place}, the rerun")
        cases += 1
    print(json.dumps({"cases": cases, "points": counts}))


if __name__ == "__main__":
    if "CRASH_AT" in os.environ:
        killing.die_at(os.environ["CRASH_AT"])
        work(Path(sys.argv[1]), Path(sys.argv[2]))
    else:
        main(Path(sys.argv[1]))
