"""Operations as people order them, and what an archive holds, to be compared."""

import itertools
import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from digidoc.archive.archive import Archive
from digidoc.archive.events import audit
from digidoc.archive.operations import Kind, Named, Operation
from digidoc.archive.preserve.rebuild import rebuild
from digidoc.pipeline.operate.carry import Carried, submit
from digidoc.progress import SilentProgress

_numbers = itertools.count(1)


def order(
    archive: Archive,
    kind: Kind,
    *papers: str,
    to: str = "",
    reason: str = "",
    identifier: str = "",
) -> Operation:
    """An operation on papers as they are now."""
    return Operation(
        id=identifier or f"{next(_numbers):032x}",
        kind=kind,
        clerk="Trần Thị B",
        made_at=datetime.now(UTC),
        papers=tuple(Named(paper, archive.paper(paper).object_version) for paper in papers),
        to=to,
        reason=reason or ("scanned twice" if kind is Kind.WITHDRAW else ""),
    )


def done(archive: Archive, kind: Kind, *papers: str, **said: Any) -> Carried:
    """An operation that was ordered and carried out."""
    (carried,) = submit(archive, [order(archive, kind, *papers, **said)])
    assert carried.problem is None, carried.problem
    assert not carried.waiting
    return carried


_PAPER = (
    "paper_id, task_key, dossier, name, source, state, sha256, object_id, object_version, confidence, conformant, "
    "doubts, registered_at, verdict, holds_from, settled_at, part"
)
_PAGES = "page JOIN paper USING (paper_id) WHERE state <> 'withdrawn'"
_ROWS = (
    f"SELECT {_PAPER} FROM paper ORDER BY rowid",  # noqa: S608 (texts from here)
    "SELECT paper_id, role, path, sha256, size, media_type FROM file ORDER BY 1, 2",
    f"SELECT paper_id, number, dpi, text, terms FROM {_PAGES} ORDER BY page.id",  # noqa: S608
    "SELECT paper_id, name, value, confidence, page, box, review, source FROM field ORDER BY paper_id, id",
    "SELECT paper_id, field, verdict, signer FROM signature ORDER BY paper_id, id",
    "SELECT paper_id, dossier, at FROM reuse_link ORDER BY 1, 2",
    "SELECT code, object_id, known FROM dossier ORDER BY 1",
    "SELECT * FROM content",
    "SELECT * FROM flow ORDER BY 1, 2, 3",
    "SELECT * FROM stock ORDER BY 1, 2, 3",
    "SELECT paper_id, dossier, origin, ordinal FROM register_paper ORDER BY 2, 3, 4",
)


def rows(root: Path) -> dict[str, Any]:
    """What the catalogue knows, in the order in which it gives it."""
    connection = sqlite3.connect(root / "catalog.db")
    found = {sql: connection.execute(sql).fetchall() for sql in _ROWS}
    connection.close()
    return found


def whole(archive: Archive) -> None:
    """See that the chain holds, that nothing of an operation is left, and that the store gives the same catalogue."""
    found = audit.verify(archive.catalog, archive.layout, archive.store)
    assert [finding.to_json() for finding in found.findings] == []
    assert not list(archive.layout.scratch.iterdir())
    assert not list((archive.layout.inbox / "operations").glob("*"))
    before = json.loads(json.dumps(rows(archive.root)))
    archive.close()
    made = rebuild(archive.root, silent, silent)
    assert made.problems == ()
    after = json.loads(json.dumps(rows(archive.root)))
    for sql, found_before in before.items():
        assert after[sql] == found_before, sql


class _Silent(SilentProgress):
    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_of_error: object) -> None:
        return


def silent() -> _Silent:
    """A bar of a command that nobody looks at."""
    return _Silent()
