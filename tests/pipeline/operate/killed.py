"""Carries an operation out again and again, killing itself at every step of the way, and looks at what the next finds.

Run as a program: `python -m tests.pipeline.operate.killed FOLDER KIND` goes through all places of `tests.killing`, or
every CRASH_EVERY-th, and prints how many cases it tried. What was killed is taken
up by a writer that only drains the inbox, when the order lies there, and else by the order given again.
"""

import json
import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from digidoc.archive.archive import Archive
from digidoc.archive.ingest import Draft
from digidoc.archive.operations import Kind, Operation
from digidoc.engine.inline import InlineEngine
from digidoc.ocr.engines import null
from digidoc.ocr.source import image, pdf  # loaded once, not by each process that is killed
from digidoc.pipeline.operate import reader
from digidoc.pipeline.operate.carry import drain, inbox, submit
from tests import killing
from tests.archive.crash import content
from tests.ocr.made import visible_text_pdf
from tests.papers import UNIT, draft
from tests.pipeline.operate.made import order, scan

_ID = "ab" * 16
LOADED = (image, pdf, null)
NEW = "new.pdf"


def _simple(root: Path, scans: Path) -> str:
    """A dossier of two papers; the id of the first, which has a signature."""
    with Archive.create(root, unit=UNIT, profile="commune") as archive, archive.writing():
        drafts = [
            draft(scans, name, f"cũ {name}", dossier="A", verdicts=["TOTAL_PASSED"]) for name in ("a.tif", "b.tif")
        ]
        archive.file("A", drafts)
        archive.file("B", [draft(scans / "B", "c.tif", "cũ", dossier="B")])
        return drafts[0].record.paper_id


def _ordered(root: Path, kind: Kind, *papers: str, **said: Any) -> Operation:
    with Archive.locate(root) as archive:
        return order(archive, kind, *papers, identifier=_ID, **said)


def _scanned(root: Path, drafts: list[Draft]) -> list[str]:
    """Papers of real pages, none in a dossier: each is an object of its own, so there is a step between any two."""
    with Archive.create(root, unit=UNIT, profile="commune") as archive, archive.writing():
        return [record.paper_id for record in archive.file(None, drafts)]


def moved(root: Path, scans: Path) -> Operation:
    """A paper is to go to a dossier that has another."""
    return _ordered(root, Kind.MOVE, _simple(root, scans), to="B")


def withdrawn(root: Path, scans: Path) -> Operation:
    """A paper is to be taken out of use."""
    return _ordered(root, Kind.WITHDRAW, _simple(root, scans))


def restored(root: Path, scans: Path) -> Operation:
    """A paper that was taken out of use is to come back."""
    paper = _simple(root, scans)
    with Archive.locate(root) as archive:
        submit(archive, [order(archive, Kind.WITHDRAW, paper, identifier="cd" * 16)])
    return _ordered(root, Kind.RESTORE, paper)


def purged(root: Path, scans: Path) -> Operation:
    """A paper is to be erased, with what it was before; a paper of another dossier names it in its events."""
    paper = _simple(root, scans)
    with Archive.locate(root) as archive:
        with archive.writing():
            archive.file("C", [draft(scans / "C", "d.tif", "cũ", dossier="C", content=b"original of a.tif")])
        (carried,) = submit(archive, [order(archive, Kind.MOVE, paper, to="B", identifier="cd" * 16)])
    return _ordered(root, Kind.PURGE, *carried.papers, reason="secret")


def split(root: Path, scans: Path) -> Operation:
    """A paper of three pages is to become two."""
    (paper,) = _scanned(root, [scan(scans, "a.pdf", "một", "hai", "ba")])
    return _ordered(root, Kind.SPLIT, paper, pages=((1,), (2, 3)))


def merged(root: Path, scans: Path) -> Operation:
    """Two papers are to become one."""
    papers = _scanned(root, [scan(scans, "a_1.png", "một"), scan(scans, "a_2.png", "hai")])
    return _ordered(root, Kind.MERGE, *papers)


def replaced(root: Path, scans: Path) -> Operation:
    """A paper is to give way to a new file, which needs no engine to be read."""
    paper = _simple(root, scans)
    new = visible_text_pdf(root.parent / NEW, ["Số: 15/QĐ-UBND", "Điều 1. Ban hành quy chế"])
    with Archive.locate(root) as archive:
        return order(archive, Kind.REPLACE, paper, file=new, identifier=_ID)


def rotated(root: Path, scans: Path) -> Operation:
    """Pages of a paper are to be turned."""
    (paper,) = _scanned(root, [scan(scans, "a.pdf", "một", "hai")])
    with Archive.locate(root) as archive:
        return order(archive, Kind.ROTATE, paper, turn=90, identifier=_ID)


KINDS: dict[str, Callable[[Path, Path], Operation]] = {
    "move": moved,
    "withdraw": withdrawn,
    "restore": restored,
    "purge": purged,
    "split": split,
    "merge": merged,
    "replace": replaced,
    "rotate": rotated,
}


def _submit(root: Path, operation: Operation) -> None:
    with Archive.locate(root) as archive:
        files = {operation.id: root.parent / NEW} if operation.sha256 else None
        (carried,) = submit(archive, [operation], files)
        assert not carried.waiting, carried.problem
        assert carried.problem is None


def _take_up(root: Path, operation: Operation) -> None:
    """What the next writer does; the order is given again only where it was never acknowledged, or was all done."""
    with Archive.locate(root) as archive:
        if not inbox(archive).waiting():
            _submit(root, operation)
            return
        with archive.writing():
            (carried,) = drain(archive)
        assert carried.id == operation.id
        assert carried.problem is None, carried.problem


def main(folder: Path, kind: str) -> None:
    """Go through all points."""
    base = folder / "base"
    os.environ["DIGIDOC_OCR"] = "null"  # the page that is read has its text; networks would be loaded for each case
    setattr(reader, "open_engine", lambda *_: InlineEngine())  # noqa: B010 (it is not the one that the module makes)
    operation = KINDS[kind](base, folder / "scans")

    def act(root: Path) -> None:
        _submit(root, operation)

    counts = killing.points(base, folder, act)
    expected = content(folder / "whole")
    cases = 0
    for place, root in killing.deaths(base, folder, act, counts):
        killing.in_child(partial(_take_up, root, operation))
        assert not list((root / "inbox").rglob("*.*")), f"killed at {place}, it left something in the inbox"
        killing.compare(content(root), expected, folder, f"killed at {place}, it")
        cases += 1
    print(json.dumps({"cases": cases, "points": sum(counts.values())}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
