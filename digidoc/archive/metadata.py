"""metadata.json: all that the catalogue keeps of a paper, in the store beside its files; it can be rebuilt from it."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from digidoc.model import Box, Event, ExtractedField, PaperRecord, PaperState, SignatureRecord, StoredFile, Unit
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


def to_json(record: PaperRecord, unit: Unit) -> bytes:
    """The metadata.json of a paper.

    Args:
        record: the paper; paths of its files count from the folder of its object.
        unit: the office whose archive it is.

    """
    document = {
        "format": FORMAT,
        "paper_id": record.paper_id,
        "unit": {"code": unit.code, "name": unit.name, "level": unit.level.value},
        "dossier": record.dossier,
        "name": record.name,
        "source": record.source,
        "sha256": record.sha256,
        "state": record.state.value,
        "task_key": record.task_key,
        "object_id": record.object_id,
        "object_version": record.object_version,
        "confidence": record.confidence,
        "conformant": record.conformant,
        "doubts": list(record.doubts),
        "files": [file_json(file) for file in record.files],
        "fields": [field_json(found) for found in record.fields],
        "signatures": [signature_json(signature) for signature in record.signatures],
        "events": [event_json(event) for event in record.events],
        "pages": [
            {"number": number, "dpi": dpi, "text": text}
            for number, (text, dpi) in enumerate(zip(record.pages, page_dpi(record), strict=True), 1)
        ],
    }
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def from_json(data: bytes) -> PaperRecord:
    """The record that `to_json` wrote.

    Raises:
        ValueError: it is not a metadata.json of digidoc.

    """
    try:
        document = json.loads(data)
        if document["format"] != FORMAT:
            raise ValueError(f"unknown format {document['format']!r}")
        return PaperRecord(
            paper_id=document["paper_id"],
            task_key=document["task_key"],
            dossier=document["dossier"],
            name=document["name"],
            source=document["source"],
            state=PaperState(document["state"]),
            sha256=document["sha256"],
            object_id=document["object_id"],
            object_version=document["object_version"],
            files=tuple(StoredFile(**file) for file in document["files"]),
            pages=tuple(page["text"] for page in document["pages"]),
            page_dpi=tuple(page["dpi"] for page in document["pages"]),
            fields=tuple(field_of(found) for found in document["fields"]),
            signatures=tuple(signature_of(signature) for signature in document["signatures"]),
            events=tuple(event_of(event) for event in document["events"]),
            confidence=document["confidence"],
            conformant=document["conformant"],
            doubts=tuple(document["doubts"]),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"no metadata of a paper: {error!r}") from error


def page_dpi(record: PaperRecord) -> tuple[float, ...]:
    """One dpi a page, 0 where it is not known."""
    missing = len(record.pages) - len(record.page_dpi)
    return (*record.page_dpi[: len(record.pages)], *(0.0,) * missing)


def file_json(file: StoredFile) -> dict[str, Any]:
    """A file in JSON."""
    return {
        "role": file.role,
        "path": file.path,
        "sha256": file.sha256,
        "size": file.size,
        "media_type": file.media_type,
    }


def field_json(found: ExtractedField) -> dict[str, Any]:
    """A field in JSON; its name is that of NĐ 30/2020/NĐ-CP, annex VI; the box counts in pixels of the level page."""
    return {
        "name": found.name,
        "value": found.value,
        "confidence": found.confidence,
        "page": found.page,
        "box": None if found.box is None else list(found.box),
        "review": found.review,
    }


def field_of(data: Mapping[str, Any]) -> ExtractedField:
    """The field that `field_json` wrote."""
    return ExtractedField(
        name=data["name"],
        value=data["value"],
        confidence=data["confidence"],
        page=data["page"],
        box=None if data["box"] is None else Box(*data["box"]),
        review=bool(data["review"]),
    )


def signature_json(signature: SignatureRecord) -> dict[str, Any]:
    """A signature in JSON; times are ISO 8601."""
    return {
        "field": signature.field,
        "verdict": signature.verdict,
        "subindication": signature.subindication,
        "level": signature.level,
        "signer": signature.signer,
        "signed_at": None if signature.signed_at is None else stamp(signature.signed_at),
        "checked_at": stamp(signature.checked_at),
    }


def signature_of(data: Mapping[str, Any]) -> SignatureRecord:
    """The signature that `signature_json` wrote."""
    return SignatureRecord(
        field=data["field"],
        verdict=data["verdict"],
        subindication=data["subindication"],
        level=data["level"],
        signer=data["signer"],
        signed_at=None if data["signed_at"] is None else datetime.fromisoformat(data["signed_at"]),
        checked_at=datetime.fromisoformat(data["checked_at"]),
    )


def event_json(event: Event) -> dict[str, Any]:
    """An event in JSON; the time is ISO 8601."""
    return {
        "at": stamp(event.at),
        "kind": event.kind,
        "outcome": event.outcome,
        "agent": event.agent,
        "detail": dict(event.detail),
    }


def event_of(data: Mapping[str, Any]) -> Event:
    """The event that `event_json` wrote."""
    return Event(
        at=datetime.fromisoformat(data["at"]),
        kind=data["kind"],
        outcome=data["outcome"],
        agent=data["agent"],
        detail=data["detail"],
    )


def stamp(at: datetime) -> str:
    """A point in time as ISO 8601 in UTC, of one length, so that texts sort as times do."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")
