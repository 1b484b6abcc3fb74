"""Papers that are ready to be filed, made small: the archive does not look into files, so theirs are a few bytes."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from digidoc.archive.archive import paper_id
from digidoc.archive.ingest import Draft
from digidoc.formats.dossier_code import KEY, DossierCode
from digidoc.model import (
    Box,
    Event,
    ExtractedField,
    Level,
    PaperRecord,
    PaperState,
    SignatureRecord,
    Unit,
)

# Folders called D1, D2 … are dossiers of an office that writes its codes so.
SHORT_CODES = DossierCode.read("D{number}")
UNIT = Unit("H17.12", Level.COMMUNE, "UBND xã Hòa Vang")
LONG_AGO = datetime(2022, 3, 4, 9, 30, tzinfo=UTC)


def write_short_codes(archive: Path) -> None:
    """Let the office of an archive write its codes as `SHORT_CODES`."""
    config = archive / "digidoc.toml"
    line = f'{KEY} = "{SHORT_CODES.pattern}"'
    config.write_text(f"{line}\n" + config.read_text(encoding="utf-8"), encoding="utf-8")


def draft(
    folder: Path,
    name: str,
    text: str = "",
    *,
    dossier: str | None = None,
    task_key: str = "key-1",
    content: bytes | None = None,
    derived: bytes = b"",
    fields: Sequence[tuple[str, str]] = (),
    verdicts: Sequence[str] = (),
    state: PaperState = PaperState.FILED,
    conformant: bool = True,
    at: datetime = LONG_AGO,
) -> Draft:
    """A paper of one page with the files of all roles but `signed`, written below `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    original = folder / name
    original.write_bytes(b"original of " + name.encode("utf-8", "replace") if content is None else content)
    sha256 = hashlib.sha256(original.read_bytes()).hexdigest()
    identifier = paper_id(dossier, name, sha256)
    searchable, read = folder / f"{identifier}.pdf", folder / f"{identifier}.json"
    searchable.write_bytes(b"%PDF of " + identifier.encode() + derived)
    read.write_text('{"pages": []}', encoding="utf-8")
    record = PaperRecord(
        paper_id=identifier,
        task_key=task_key,
        dossier=dossier,
        name=name,
        source=str(original),
        state=state,
        sha256=sha256,
        pages=(text,),
        page_dpi=(300.0,),
        fields=tuple(ExtractedField(key, value, 0.9, 1, Box(1, 2, 3, 4)) for key, value in fields),
        signatures=tuple(
            SignatureRecord(f"Signature{i}", verdict, "", "B-B", "Nguyễn Văn A", at, at)
            for i, verdict in enumerate(verdicts, 1)
        ),
        events=(Event(at, "capture", "success", "test", {"pages": 1}),),
        confidence=0.93,
        conformant=conformant,
        doubts=("low-confidence",) if state is PaperState.REVIEW else (),
    )
    return Draft(record, {"original": original, "searchable": searchable, "text": read})


def refused(name: str, *, dossier: str | None = None, task_key: str = "key-1", at: datetime = LONG_AGO) -> PaperRecord:
    """A paper that could not be taken."""
    sha256 = hashlib.sha256(name.encode()).hexdigest()
    return PaperRecord(
        paper_id=paper_id(dossier, name, sha256),
        task_key=task_key,
        dossier=dossier,
        name=name,
        source=f"/scans/{name}",
        state=PaperState.REFUSED,
        sha256=sha256,
        events=(Event(at, "capture", "success", "test"),),
        problem={"code": "unreadable", "message": "It cannot be read: broken.", "file": name, "hint": ""},
    )


def later(given: Draft, days: int) -> Draft:
    """The same paper, brought some days later."""
    moved = tuple(replace(event, at=event.at + timedelta(days=days)) for event in given.record.events)
    return replace(given, record=replace(given.record, events=moved))
