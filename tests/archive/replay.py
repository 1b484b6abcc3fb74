"""Loses the power at every step of filing papers, keeping only what was flushed to the disk, and looks at what is left.

Run as a program: `python -m tests.archive.replay FOLDER`. The steps of `digidoc.files.disk` are recorded once.
Then, for each of them, or every CRASH_EVERY-th, a disk is made as it may be when the power goes just before it:

- The content of a file counts from its flush on. Before, the file is empty, cut, or whole by luck. What is added to a
  file that was flushed before is cut or garbage until it is flushed again.
- A name (made, changed or removed) counts from the flush of its folder on. Before, it is there or not. Three cases for
  each step: none of these names, all of them, and a part of them by chance (always the same: the seed is fixed).
- A rename happens or does not happen: file systems with a journal promise that. Otherwise they may turn things round.
- The catalogue is what SQLite had written: it flushes by itself, and what it wrote after its last flush has no effect.

Then the archive is opened: what was acknowledged is there, all files that the catalogue names are whole. The same work
is carried out again, and ends in the same content as if nothing had happened.
"""

import json
import os
import pickle
import random
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from digidoc.archive.archive import Archive
from digidoc.errors import DigidocError
from tests import killing
from tests.archive import crash
from tests.papers import UNIT, draft

SEED: Final = 20260105
SEAM: Final = "digidoc.disk."
LUCK: Final = ("none", "all", "some")


@dataclass(frozen=True, slots=True)
class Step:
    """What was about to be done, on which paths below the recorded folder, and the catalogue's files at that time."""

    name: str
    paths: tuple[str, ...]
    data: bytes
    catalogue: tuple[tuple[str, bytes], ...]


def record(folder: Path, log: Path, work: Callable[[], None]) -> None:
    """Carry the work out and write its steps below `folder` to the file `log`; in a process of its own."""
    steps: list[Step] = []
    busy = False
    last: tuple[tuple[str, bytes], ...] = ()

    def heard(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal busy, last
        name = event.removeprefix(SEAM)
        if busy or (name == event and event not in ("digidoc.sql", "digidoc.acknowledged")):
            return
        busy = True  # reading below raises events of its own
        paths = tuple(str(argument) for argument in arguments)
        found = tuple((str(file.relative_to(folder)), file.read_bytes()) for file in catalogue(folder))
        last = last if found == last else found
        if name.startswith("digidoc."):
            steps.append(Step(name, paths, b"", last))
        else:
            data = Path(paths[0]).read_bytes() if name == "sync" else b""
            places = tuple(os.path.relpath(path, folder) for path in paths)
            if name == "rmtree":
                places = (*(os.path.relpath(path, folder) for path in below(Path(paths[0]))), *places)
            steps.append(Step(name, places, data, last))
        busy = False

    killing.listen(lambda _point: None)
    sys.addaudithook(heard)
    work()
    sys.audit("digidoc.acknowledged")
    log.write_bytes(pickle.dumps(steps))


def catalogue(folder: Path) -> Iterator[Path]:
    """The files that SQLite writes by itself; its shared memory is made anew after a loss of power."""
    yield from (file for file in sorted(folder.rglob("catalog.db*")) if not file.name.endswith("-shm"))


def below(folder: Path) -> list[str]:
    """All that is below a folder, the contents of each folder before it."""
    return [
        os.path.join(place, name)  # noqa: PTH118 (os.walk gives texts)
        for place, folders, files in os.walk(folder, topdown=False)
        for name in (*files, *folders)
    ]


@dataclass(eq=False, slots=True)
class Node:
    """A folder (with names) or a file (with data; `flushed` once it is on the disk, `torn` while more is added)."""

    names: "dict[str, Node] | None" = None
    data: bytes = b""
    flushed: bool = False
    torn: bool = False
    before: "dict[str, Node]" = field(default_factory=dict)


@dataclass(eq=False, slots=True)
class Change:
    """Names of folders that one step changes together: (folder, name, node or None for none)."""

    edits: list[tuple[Node, str, Node | None]]
    flushed: bool = False


class Disk:
    """A disk that knows what of it would survive."""

    def __init__(self, folder: Path) -> None:
        self.root = self._existing(folder)
        self.changes: list[Change] = []

    def _existing(self, path: Path) -> Node:
        if path.is_file():
            return Node(data=path.read_bytes(), flushed=True)
        names = {entry.name: self._existing(entry) for entry in path.iterdir()}
        return Node(names=names, before=dict(names))

    def take(self, step: Step) -> None:
        """Do what the step says."""
        match step.name:
            case "mkdir":
                self._change((step.paths[0], Node(names={})))
            case "create":
                self._change((step.paths[0], Node()))
            case "sync":
                node = self._find(step.paths[0])
                node.data, node.flushed, node.torn = step.data, True, False
            case "append":
                self._find(step.paths[0]).torn = True
            case "rename":
                self._change((step.paths[0], None), (step.paths[1], self._find(step.paths[0])))
            case "remove" | "rmdir" | "rmtree":
                for path in step.paths:
                    with suppress(KeyError):
                        self._find(path)
                        self._change((path, None))
            case "sync-folder":
                folder = self._find(step.paths[0])
                for change in self.changes:
                    change.flushed = change.flushed or any(edit[0] is folder for edit in change.edits)

    def _find(self, path: str) -> Node:
        node = self.root
        for part in Path(path).parts:
            assert node.names is not None
            node = node.names[part]
        return node

    def _change(self, *edits: tuple[str, Node | None]) -> None:
        made = []
        for path, node in edits:
            folder, name = self._find(str(Path(path).parent)), Path(path).name
            assert folder.names is not None
            if node is None:
                del folder.names[name]
            else:
                folder.names[name] = node
            made.append((folder, name, node))
        self.changes.append(Change(made))

    def lose_power(self, folder: Path, luck: str, chance: random.Random) -> None:
        """Write what is left below `folder`, a new one."""
        tables: dict[Node, dict[str, Node]] = {}
        for change in self.changes:
            if change.flushed or luck == "all" or (luck == "some" and chance.random() < 0.5):
                for place, name, node in change.edits:
                    table = tables.setdefault(place, dict(place.before))
                    if node is None:
                        table.pop(name, None)
                    else:
                        table[name] = node
        self._write(self.root, folder, tables, chance)

    def _write(self, node: Node, path: Path, tables: dict[Node, dict[str, Node]], chance: random.Random) -> None:
        if node.names is not None:
            path.mkdir()
            for name, entry in tables.get(node, node.before).items():
                self._write(entry, path / name, tables, chance)
            return
        added = chance.choice([b"", b'{"agent":"digi', bytes(700), b'\x00\x00"}\n', b"{}\n{"]) if node.torn else b""
        cut = chance.choice([b"", node.data[: len(node.data) // 2], b"?"])
        path.write_bytes(node.data + added if node.flushed else cut)
        path.chmod(0o600)


def cases(before: Path, steps: list[Step]) -> Iterator[tuple[Disk, Step, list[str]]]:
    """The disk before each step that finds anything changed, that step, and what was acknowledged until then."""
    disk, told = Disk(before), list[str]()
    seen: tuple[object, ...] = ()
    for step in steps:
        now = (len(disk.changes), sum(c.flushed for c in disk.changes), step.name == "sync", step.catalogue, len(told))
        if now != seen or not step.name.startswith("digidoc."):
            yield disk, step, list(told)
        seen = now
        if step.name == "digidoc.acknowledged":
            told.extend(step.paths)
        else:
            disk.take(step)


def lose(disk: Disk, step: Step, folder: Path, luck: str, chance: random.Random) -> None:
    """Make the disk that is left, with the catalogue as it was."""
    shutil.rmtree(folder, ignore_errors=True)
    disk.lose_power(folder, luck, chance)
    for file in list(catalogue(folder)):
        file.unlink()
    for name, data in step.catalogue:
        if (folder / name).parent.is_dir():
            (folder / name).write_bytes(data)


def recovered(root: Path) -> None:
    """What the next writer does first makes every object whole again, whether or not anything is filed into it."""
    with Archive.locate(root) as archive, archive.writing():
        pass
    for declaration in (root / "store").rglob("0=ocfl_object_1.1"):
        place = declaration.parent
        versions = {path.name for path in place.iterdir() if path.is_dir()}
        newest = f"v{len(versions)}"
        assert {path.name for path in place.iterdir()} == {
            declaration.name, "inventory.json", "inventory.json.sha512", *versions,
        }  # fmt: skip
        for name in ("inventory.json", "inventory.json.sha512"):
            assert (place / name).read_bytes() == (place / newest / name).read_bytes(), f"{place}: {name}"
    assert not list((root / "tmp").iterdir())


def filing(folder: Path, every: int) -> int:
    """Lose the power while papers are filed; see the module."""
    base, scans, log, left = (folder / name for name in ("base", "scans", "log", "left"))
    with Archive.create(base, unit=UNIT, profile="commune") as archive, archive.writing():
        archive.file("A", [draft(scans / "A", "a.tif", "cũ", dossier="A")])
    whole = folder / "whole"
    shutil.copytree(base, whole)
    assert killing.in_child(lambda: record(whole, log, lambda: crash.work(whole, scans))) == 0
    expected = crash.content(whole)
    steps: list[Step] = pickle.loads(log.read_bytes())  # noqa: S301 (written above)
    number = 0
    for disk, step, told in cases(base, steps):
        for luck in LUCK:
            number += 1
            if number % every:
                continue
            lose(disk, step, left, luck, random.Random(SEED + number))
            where = f"power lost before {step.name} {' '.join(step.paths)[:200]}, names kept: {luck}; see {left}"
            try:
                crash.look(left, told)
                recovered(left)
                crash.work(left, scans)
            except (DigidocError, AssertionError, OSError) as error:
                raise AssertionError(where) from error
            killing.compare(crash.content(left), expected, folder, f"{where}: the rerun")
    return number // every


def creating(folder: Path, every: int) -> int:
    """Lose the power while an archive is made: once that was said to be done, it is there; before, all or nothing."""
    log, left, made = folder / "log-of-new", folder / "left", folder / "made"
    made.mkdir()
    before = folder / "before"
    before.mkdir()

    def create() -> None:
        Archive.create(made / "office" / "kho", unit=UNIT, profile="commune").close()
        sys.audit("digidoc.acknowledged", "archive")

    assert killing.in_child(lambda: record(made, log, create)) == 0
    steps: list[Step] = pickle.loads(log.read_bytes())  # noqa: S301 (written above)
    number = 0
    for disk, step, told in cases(before, steps):
        for luck in (*LUCK, "some", "some", "some"):
            number += 1
            if number % every:
                continue
            lose(disk, step, left, luck, random.Random(SEED + number))
            code = _used(left / "office" / "kho", folder / "scans")
            names = {path.relative_to(made) for path in made.rglob("*") if not path.name.startswith("catalog.db")}
            if told:
                assert names <= {path.relative_to(left) for path in left.rglob("*")}, f"after {luck}: see {left}"
            fine = ("",) if told else ("", "no-archive")
            assert code in fine, f"power lost before {step.name} {step.paths}, names kept: {luck}: {code}; see {left}"
    return number // every


def _used(root: Path, scans: Path) -> str:
    """File a paper in the archive: the code of the error, empty for none."""
    try:
        with Archive.locate(root) as archive, archive.writing():
            archive.file(None, [draft(scans, "a.tif", "mới")])
    except DigidocError as error:
        return error.code
    return ""


if __name__ == "__main__":
    place, one_in = Path(sys.argv[1]), int(os.environ.get("CRASH_EVERY", "1"))
    print(json.dumps({"filing": filing(place, one_in), "creating": creating(place, one_in)}))
