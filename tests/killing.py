"""kill -9 at every step of the way to the disk: an act is carried out on an archive, each time killed at another point.

It forks and kills, so programs do it, not tests in their own process. Points: the steps of `digidoc.files.disk`, what
Python tells of the file system, and `sql`, a statement of the catalogue. A place is a point, and how many times a
process has come to it then, such as `rename:3`. CRASH_EVERY=N tries every N-th place alone.
"""

import json
import os
import shutil
import signal
import sqlite3
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

STEPS = {"os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.chmod", "shutil.rmtree", "os.truncate"}
SEAM = {"write", "append", "sync", "sync-folder"}  # the other steps of the seam are among STEPS
_OF_SEAM = "digidoc.disk."

Act = Callable[[Path], object]


def points(base: Path, folder: Path, act: Act) -> dict[str, int]:
    """Carry an act out to its end, and count how often that comes to each point.

    Args:
        base: the archive; the act is done on a copy of it, `folder / "whole"`.
        folder: for what is made.
        act: is given the root of the archive.

    """
    whole, told = folder / "whole", folder / "points.json"
    shutil.copytree(base, whole)
    assert in_child(partial(_counted, whole, told, act)) == 0
    counts: dict[str, int] = json.loads(told.read_text(encoding="utf-8"))
    return counts


def deaths(base: Path, folder: Path, act: Act, counts: Mapping[str, int]) -> Iterator[tuple[str, Path]]:
    """Every place at which the act was killed, with what is left of the archive: a copy that the next one replaces."""
    places = [f"{point}:{number}" for point in sorted(counts) for number in range(1, counts[point] + 1)]
    root = folder / "again"
    for place in places[:: int(os.environ.get("CRASH_EVERY", "1"))]:
        shutil.rmtree(root, ignore_errors=True)
        shutil.copytree(base, root)
        assert in_child(partial(_killed, root, place, act)) == signal.SIGKILL, f"it never came to {place}"
        yield place, root


def compare(found: str, expected: str, folder: Path, what: str) -> None:
    """Fail when two contents differ, and leave both in the folder."""
    if found != expected:
        (folder / "expected.json").write_text(expected, encoding="utf-8")
        (folder / "found.json").write_text(found, encoding="utf-8")
        raise AssertionError(f"{what} ended in another content: see {folder}")


def in_child(call: Callable[[], object]) -> int:
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


def die_at(place: str) -> None:
    """Have this process killed when it comes to a place."""
    wanted, _, number = place.partition(":")
    left = int(number)

    def count_down(point: str) -> None:
        nonlocal left
        if point == wanted:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    listen(count_down)


def listen(hear: Callable[[str], None]) -> None:
    """Have `hear` called with the name of each point that this process comes to from now on."""

    def heard(event: str, arguments: tuple[object, ...]) -> None:
        point = _point_of(event, arguments)
        if point is not None:
            hear(point)

    connect = sqlite3.connect

    def traced(*arguments: object, **named: object) -> sqlite3.Connection:
        connection = connect(*arguments, **named)  # type: ignore[call-overload]
        connection.set_trace_callback(lambda _sql: sys.audit("digidoc.sql"))
        return connection  # type: ignore[no-any-return]

    sqlite3.connect = traced  # type: ignore[assignment]
    sys.addaudithook(heard)


def _counted(root: Path, told: Path, act: Act) -> None:
    found: Counter[str] = Counter()
    listen(lambda point: found.update((point,)))
    act(root)
    told.write_text(json.dumps(found.copy()), encoding="utf-8")


def _killed(root: Path, place: str, act: Act) -> None:
    die_at(place)
    act(root)


def _point_of(event: str, arguments: tuple[object, ...]) -> str | None:
    """The name of the point that an audit event stands for; None when it writes nothing."""
    if event in STEPS:
        return event.rpartition(".")[2]
    if event.startswith(_OF_SEAM) and event[len(_OF_SEAM) :] in SEAM:
        return event[len(_OF_SEAM) :]
    if event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR):
        return "open"
    return "sql" if event == "digidoc.sql" else None
