"""Files papers again and again, killing itself at every step that touches the file system, and looks at what is left.

Run as a program, because it forks and kills: `python crash.py FOLDER`. It prints how many steps there were.
"""

import json
import os
import shutil
import signal
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from papers import UNIT, draft

from digidoc.archive import disk
from digidoc.archive.archive import Archive

STEPS = {"os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.chmod", "shutil.rmtree", "os.truncate"}


def work(root: Path, scans: Path) -> None:
    """One dossier gets a new version that redoes one paper and adds two, another is new, and a loose paper comes."""
    with Archive.locate(root) as archive, archive.writing():
        redone = draft(scans / "A", "a.tif", "làm lại", dossier="A", task_key="key-2", derived=b"2")
        more = [draft(scans / "A", name, f"thêm {name}", dossier="A") for name in ("b.tif", "c.tif")]
        archive.file("A", [redone, *more])
        archive.file("B", [draft(scans / "B", "d.tif", "mới", dossier="B")])
        archive.file(None, [draft(scans, "e.tif", "rời")])


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
    return json.dumps(held, indent=1)


def look(root: Path) -> None:
    """What the catalogue names after a kill is there, whole, and can be found."""
    with Archive.locate(root) as archive:
        papers = [
            archive.paper(hit.paper_id) for word in ("cu", "lam lai", "them") for hit in archive.search(word).hits
        ]
        assert papers
        for paper in papers:
            for file in paper.files:
                assert disk.sha256_of(root / file.path) == file.sha256


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


def killed_at(step: int, root: Path, scans: Path) -> None:
    """Carry the work out until it touches the file system for the `step`-th time."""
    count = 0

    def count_down(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal count
        writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
        if event in STEPS or writes or event == "digidoc.sql":
            count += 1
            if count == step:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count_down)
    connect = sqlite3.connect

    def traced(*arguments: object, **named: object) -> sqlite3.Connection:
        connection = connect(*arguments, **named)  # type: ignore[call-overload]
        connection.set_trace_callback(lambda _sql: sys.audit("digidoc.sql"))
        return connection  # type: ignore[no-any-return]

    sqlite3.connect = traced  # type: ignore[assignment]
    work(root, scans)


def main(folder: Path) -> None:
    """Go through all steps."""
    base, scans = folder / "base", folder / "scans"
    with Archive.create(base, unit=UNIT, profile="commune") as archive, archive.writing():
        archive.file("A", [draft(scans / "A", "a.tif", "cũ", dossier="A")])
    whole = folder / "whole"
    shutil.copytree(base, whole)
    assert in_child(lambda: work(whole, scans)) == 0
    expected = content(whole)
    step, every = 0, int(os.environ.get("CRASH_EVERY", "1"))
    while True:
        step += every
        root = folder / "again"
        shutil.rmtree(root, ignore_errors=True)
        shutil.copytree(base, root)
        ended = in_child(lambda root=root, step=step: killed_at(step, root, scans))  # type: ignore[misc]
        in_child(lambda root=root: look(root))  # type: ignore[misc]
        in_child(lambda root=root: work(root, scans))  # type: ignore[misc]
        found = content(root)
        if found != expected:
            (folder / "expected.json").write_text(expected, encoding="utf-8")
            (folder / "found.json").write_text(found, encoding="utf-8")
            raise AssertionError(f"killed at step {step}, the rerun ended in another content: see {folder}")
        if ended == 0:
            print(step)
            return


if __name__ == "__main__":
    main(Path(sys.argv[1]))
