"""Operations as people order them, and what an archive holds, to be compared."""

import io
import itertools
import json
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from PIL import Image

from digidoc.archive.archive import Archive
from digidoc.archive.events import audit
from digidoc.archive.ingest import Draft
from digidoc.archive.operations import Kind, Named, Operation
from digidoc.archive.preserve.rebuild import rebuild
from digidoc.files.disk import sha256_of
from digidoc.model import Box, Frame, Line, PageText, Word
from digidoc.pipeline.operate.carry import Carried, submit
from digidoc.pipeline.review.reading import Reading
from digidoc.progress import SilentProgress
from tests.papers import draft

_numbers = itertools.count(1)


def order(
    archive: Archive,
    kind: Kind,
    *papers: str,
    to: str = "",
    pages: tuple[tuple[int, ...], ...] = (),
    turn: int = 0,
    reason: str = "",
    identifier: str = "",
    file: Path | None = None,
) -> Operation:
    """An operation on papers as they are now; a file is what replaces one."""
    return Operation(
        id=identifier or f"{next(_numbers):032x}",
        kind=kind,
        clerk="Trần Thị B",
        made_at=datetime.now(UTC),
        papers=tuple(Named(paper, archive.paper(paper).object_version) for paper in papers),
        pages=pages,
        turn=turn,
        to=to if file is None else file.name,
        sha256="" if file is None else sha256_of(file),
        reason=reason or ("scanned twice" if kind in (Kind.WITHDRAW, Kind.REPLACE) else ""),
    )


def done(archive: Archive, kind: Kind, *papers: str, **said: Any) -> Carried:
    """An operation that was ordered and carried out."""
    made = order(archive, kind, *papers, **said)
    (carried,) = submit(archive, [made], {made.id: said["file"]} if "file" in said else None)
    assert carried.problem is None, carried.problem
    assert not carried.waiting
    return carried


def scan(
    folder: Path, name: str, *texts: str, dossier: str | None = None, grey: bool = False, doubts: Sequence[str] = ()
) -> Draft:
    """A paper of real, small pages that were "read": each a word a line, the pixels of each of another shade."""
    shades = [(120 + 20 * number, 200, 90) for number in range(len(texts))]
    images = [Image.new("RGB", (60, 80), shade).convert("L" if grey else "RGB") for shade in shades]
    made = draft(folder, name, "\n".join(texts), dossier=dossier, content=_file(images, name))
    reading = Reading(tuple(_page(text, tuple(doubts)) for text in texts), ())
    made.files["text"].write_bytes(reading.to_json())
    found = (*doubts, *(("not-colour",) if grey else ()))
    pages, dpi = tuple(page.text for page in reading.pages), (300.0,) * len(texts)
    record = replace(made.record, pages=pages, page_dpi=dpi, doubts=found, conformant=not found)
    return replace(made, record=record)


def _file(images: list[Image.Image], name: str) -> bytes:
    kind = "PDF" if name.endswith("pdf") else "TIFF" if name.endswith("tif") else "PNG"
    more = {"save_all": True, "append_images": images[1:]} if kind != "PNG" else {}
    held = io.BytesIO()
    # Always the same bytes: a PDF would say when it was made.
    images[0].save(held, kind, **more, **({"creationDate": None, "modDate": None} if kind == "PDF" else {}))
    return held.getvalue()


def _page(text: str, doubts: tuple[str, ...]) -> PageText:
    words = [Word(word, Box(5, 5 + 10 * n, 50, 13 + 10 * n), 0.9) for n, word in enumerate(text.split())]
    lines = tuple(Line((word,), word.box) for word in words)
    return PageText(Frame(60, 80), lines, (300.0, 300.0), "ocr", "test", doubts)


_PAPER = (
    "paper_id, task_key, dossier, name, source, state, sha256, object_id, object_version, confidence, conformant, "
    "doubts, registered_at, verdict, holds_from, settled_at, part"
)
_PAGES = "page JOIN paper USING (paper_id) WHERE state NOT IN ('withdrawn', 'purged')"
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


def whole(archive: Archive, *, in_order: bool = True) -> None:
    """See that the chain holds, that nothing of an operation is left, and that the store gives the same catalogue.

    Args:
        archive: it is closed.
        in_order: whether pages are compared in their order too; those that were read again have come last.

    """
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
        kept = list if in_order else sorted
        assert kept(after[sql]) == kept(found_before), sql


class _Silent(SilentProgress):
    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_of_error: object) -> None:
        return


def silent() -> _Silent:
    """A bar of a command that nobody looks at."""
    return _Silent()
