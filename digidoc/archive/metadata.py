"""metadata.json: all that the catalogue keeps of a paper, in the store beside its files; it can be rebuilt from it."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import Any, Final

from digidoc.formats import codec
from digidoc.model import Event, ExtractedField, Level, PaperRecord, PaperState, SignatureRecord, StoredFile, Unit
from digidoc.text import nfc

FORMAT: Final = "digidoc.paper/1"


def clean(text: str) -> str:
    """`text` in NFC, with characters that UTF-8 cannot hold (bytes of foreign file names) written as escapes."""
    return nfc(text.encode("utf-8", "backslashreplace").decode())


def cleaned(record: PaperRecord) -> PaperRecord:
    """The record with every text in the one form that digidoc keeps."""
    return replace(
        record,
        dossier=None if record.dossier is None else clean(record.dossier),
        name=clean(record.name),
        source=clean(record.source),
        pages=tuple(clean(text) for text in record.pages),
        fields=tuple(replace(found, value=clean(found.value)) for found in record.fields),
    )


@dataclass(frozen=True, slots=True)
class _Office:
    code: str
    name: str
    level: Level


@dataclass(frozen=True, slots=True)
class _Page:
    number: int
    dpi: float
    text: str


@dataclass(frozen=True, slots=True)
class _Document:
    """What stands in metadata.json, in this order; archives keep it for decades.

    What is named as in `PaperRecord` is of it; paths of files count from the folder of the object.
    """

    format: str
    paper_id: str
    unit: _Office
    dossier: str | None
    name: str
    source: str
    sha256: str
    state: PaperState
    task_key: str
    object_id: str
    object_version: str
    confidence: float
    conformant: bool
    doubts: tuple[str, ...]
    files: tuple[StoredFile, ...]
    fields: tuple[ExtractedField, ...]
    signatures: tuple[SignatureRecord, ...]
    events: tuple[Event, ...]
    pages: tuple[_Page, ...]
    part: tuple[int, ...] = ()


_OWN: Final = ("format", "unit", "pages")
_OF_RECORD: Final = tuple(field.name for field in fields(_Document) if field.name not in _OWN)


def to_json(record: PaperRecord, unit: Unit) -> bytes:
    """The metadata.json of a paper.

    Args:
        record: the paper; paths of its files count from the folder of its object.
        unit: the office whose archive it is.

    """
    document = _Document(
        format=FORMAT,
        unit=_Office(unit.code, unit.name, unit.level),
        pages=tuple(
            _Page(number, dpi, text)
            for number, (text, dpi) in enumerate(zip(record.pages, page_dpi(record), strict=True), 1)
        ),
        **{name: getattr(record, name) for name in _OF_RECORD},
    )
    made = {**codec.plain(document), "fields": plain_fields(record.fields)}
    if not record.part:
        del made["part"]
    return (json.dumps(made, ensure_ascii=False, indent=1) + "\n").encode()


def plain_fields(found: Iterable[ExtractedField]) -> list[dict[str, Any]]:
    """Fields as metadata.json and text.json have them: whose word a value is stands there when it was not read."""
    made: list[dict[str, Any]] = codec.plain(tuple(found))
    for one in made:
        if one["source"] == "read":
            del one["source"]
    return made


def from_json(data: bytes) -> PaperRecord:
    """The record that `to_json` wrote.

    Raises:
        ValueError: it is not a metadata.json of digidoc.

    """
    document = codec.read(_Document, json.loads(data))
    if document.format != FORMAT:
        raise ValueError(f"unknown format {document.format!r}")
    return PaperRecord(
        pages=tuple(page.text for page in document.pages),
        page_dpi=tuple(page.dpi for page in document.pages),
        **{name: getattr(document, name) for name in _OF_RECORD},
    )


def page_dpi(record: PaperRecord) -> tuple[float, ...]:
    """One dpi a page, 0 where it is not known."""
    missing = len(record.pages) - len(record.page_dpi)
    return (*record.page_dpi[: len(record.pages)], *(0.0,) * missing)
