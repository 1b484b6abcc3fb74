"""Files papers again and again, killing itself at every step of the way to the disk, and looks at what is left.

Run as a program, because it forks and kills: `python -m tests.archive.crash FOLDER` goes through all points, or every
CRASH_EVERY-th, and prints how many cases it tried. One of them alone:
`CRASH_AT=POINT:COUNT python -m tests.archive.crash ARCHIVE SCANS`, where the process kills itself when it comes to that
point for the COUNT-th time. Points: the steps of `digidoc.files.disk`, what Python tells of the file system,
and `sql`, a statement of the catalogue.
"""

import json
import os
import shutil
import signal
import sqlite3
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from digidoc.archive.archive import Archive
from digidoc.archive.events import audit
from digidoc.archive.events import log as event_log
from digidoc.files import disk
from tests.papers import UNIT, draft, refused

STEPS = {"os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.chmod", "shutil.rmtree", "os.truncate"}
SEAM = {"write", "append", "sync", "sync-folder"}  # the other steps of the seam are among STEPS
_OF_SEAM = "digidoc.files.disk."


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


def in_child(call: Callable[[], None]) -> int:
    """The signal that ended a forked process carrying `call` out, 0 when it came through."""
    child = os.fork()
    if child == 0:
        call()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFEXITED(status):
        assert os.WEXITSTATUS(status) == 0, "a child failed"
        return 0
    return os.WTERMSIG(status)


def point_of(event: str, arguments: tuple[object, ...]) -> str | None:
    """The name of the point that an audit event stands for; None when it writes nothing."""
    if event in STEPS:
        return event.rpartition(".")[2]
    if event.startswith(_OF_SEAM) and event[len(_OF_SEAM) :] in SEAM:
        return event[len(_OF_SEAM) :]
    if event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR):
        return "open"
    return "sql" if event == "digidoc.sql" else None


def listen(hear: Callable[[str], None]) -> None:
    """Have `hear` called with the name of each point that this process comes to from now on."""

    def heard(event: str, arguments: tuple[object, ...]) -> None:
        point = point_of(event, arguments)
        if point is not None:
            hear(point)

    connect = sqlite3.connect

    def traced(*arguments: object, **named: object) -> sqlite3.Connection:
        connection = connect(*arguments, **named)  # type: ignore[call-overload]
        connection.set_trace_callback(lambda _sql: sys.audit("digidoc.sql"))
        return connection  # type: ignore[no-any-return]

    sqlite3.connect = traced  # type: ignore[assignment]
    sys.addaudithook(heard)


def work_and_die(root: Path, scans: Path) -> None:
    """Carry the work out; at the point that CRASH_AT names the process is gone."""
    wanted, _, number = os.environ["CRASH_AT"].partition(":")
    left = int(number)

    def count_down(point: str) -> None:
        nonlocal left
        if point == wanted:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    listen(count_down)
    work(root, scans)


def points(root: Path, scans: Path, told: Path) -> None:
    """Carry the work out and write down how often it comes to each point."""
    found: Counter[str] = Counter()

    def count(point: str) -> None:
        found[point] += 1

    listen(count)
    work(root, scans)
    told.write_text(json.dumps(found.copy()), encoding="utf-8")


def killed_at(place: str, root: Path, scans: Path) -> None:
    """`work_and_die` in a process that has CRASH_AT set."""
    os.environ["CRASH_AT"] = place
    work_and_die(root, scans)


def main(folder: Path) -> None:
    """Go through all points."""
    base, scans, told = folder / "base", folder / "scans", folder / "points.json"
    with Archive.create(base, unit=UNIT, profile="commune") as archive, archive.writing():
        archive.file("A", [draft(scans / "A", "a.tif", "cũ", dossier="A")])
    whole = folder / "whole"
    shutil.copytree(base, whole)
    assert in_child(lambda: points(whole, scans, told)) == 0
    expected = content(whole)
    counts: dict[str, int] = json.loads(told.read_text(encoding="utf-8"))
    places = [f"{point}:{number}" for point in sorted(counts) for number in range(1, counts[point] + 1)]
    tried = places[:: int(os.environ.get("CRASH_EVERY", "1"))]
    for place in tried:
        root = folder / "again"
        shutil.rmtree(root, ignore_errors=True)
        shutil.copytree(base, root)
        ended = in_child(lambda root=root, place=place: killed_at(place, root, scans))  # type: ignore[misc]
        assert ended == signal.SIGKILL, f"it never came to {place}"
        in_child(lambda root=root: look(root))  # type: ignore[misc]
        in_child(lambda root=root: work(root, scans))  # type: ignore[misc]
        found = content(root)
        if found != expected:
            (folder / "expected.json").write_text(expected, encoding="utf-8")
            (folder / "found.json").write_text(found, encoding="utf-8")
            raise AssertionError(f"killed at {place}, the rerun ended in another content: see {folder}")
    print(json.dumps({"cases": len(tried), "points": counts}))


if __name__ == "__main__":
    if "CRASH_AT" in os.environ:
        work_and_die(Path(sys.argv[1]), Path(sys.argv[2]))
    else:
        main(Path(sys.argv[1]))
