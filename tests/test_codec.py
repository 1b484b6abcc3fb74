import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from digidoc.archive import metadata
from digidoc.formats import codec
from digidoc.model import (
    Box,
    Event,
    ExtractedField,
    Level,
    PaperRecord,
    PaperState,
    SignatureRecord,
    StoredFile,
    Unit,
)
from digidoc.register import Channel, DossierState, PaperKind, RegisterDossier, RegisterPaper, UnitRecord
from digidoc.report.document import Goal, Status

AT = datetime(2026, 11, 29, 7, 0, tzinfo=timezone(timedelta(hours=7)))
PAPER = RegisterPaper(PaperKind.RESULT, "Giấy phép", issued_on=date(2025, 1, 31), declared=True)
DOSSIER = RegisterDossier(
    "H17-1",
    "H17",
    "1.0",
    DossierState.RETURNED,
    date(2025, 1, 1),
    channel=Channel.ONLINE,
    passed=False,
    papers=(PAPER,),
)
RECORD = PaperRecord(
    paper_id="P-0123456789abcdef",
    task_key="k",
    dossier=None,
    name="Đơn.tif",
    source="in/Đơn.tif",
    state=PaperState.REVIEW,
    sha256="0" * 64,
    object_id="urn:x",
    object_version="v1",
    files=(StoredFile("original", "content/a", "0" * 64, 12, "image/tiff"),),
    pages=("một", "hai"),
    page_dpi=(300.0,),
    fields=(
        ExtractedField("CodeNumber", "15", 0.5, 1, Box(1, 2, 3, 4), review=True),
        ExtractedField("Place", "", 0.0, 1),
    ),
    signatures=(SignatureRecord("S", "TOTAL_PASSED", "", "B-T", "UBND", None, AT),),
    events=(Event(AT, "ingestion", "success", "digidoc", {"pages": 2, "more": ["a", None, {"b": 1.5}]}),),
    confidence=0.93,
    conformant=True,
    doubts=("blank",),
)


def test_metadata_json_is_written_as_archives_have_it() -> None:
    document = json.loads(metadata.to_json(RECORD, Unit("H17", Level.COMMUNE, "Xã")))
    assert list(document) == [
        "format", "paper_id", "unit", "dossier", "name", "source", "sha256", "state", "task_key", "object_id",
        "object_version", "confidence", "conformant", "doubts", "files", "fields", "signatures", "events", "pages",
    ]  # fmt: skip
    assert list(document["unit"].items()) == [("code", "H17"), ("name", "Xã"), ("level", "commune")]
    assert document["fields"][0] == {
        "name": "CodeNumber", "value": "15", "confidence": 0.5, "page": 1, "box": [1, 2, 3, 4], "review": True,
    }  # fmt: skip
    assert document["signatures"][0]["checked_at"] == "2026-11-29T00:00:00.000000+00:00"
    assert document["pages"] == [
        {"number": 1, "dpi": 300.0, "text": "một"},
        {"number": 2, "dpi": 0.0, "text": "hai"},
    ]


def test_metadata_that_is_read_and_written_again_has_the_same_bytes() -> None:
    content = metadata.to_json(RECORD, Unit("H17", Level.COMMUNE, "Xã"))
    found = metadata.from_json(content)
    assert found.page_dpi == (300.0, 0.0)
    assert metadata.to_json(found, Unit("H17", Level.COMMUNE, "Xã")) == content


def test_metadata_says_what_is_out_of_the_ordinary_only_where_it_is() -> None:
    fields = (ExtractedField("CodeNumber", "18", 1.0, 1, source="clerk"), *RECORD.fields)
    given = replace(RECORD, fields=fields, part=(2, 3))
    content = metadata.to_json(given, Unit("H17", Level.COMMUNE))
    found = json.loads(content)
    assert [field.get("source") for field in found["fields"]] == ["clerk", None, None]
    assert found["part"] == [2, 3]
    assert (metadata.from_json(content).fields, metadata.from_json(content).part) == (fields, (2, 3))


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("format", "digidoc.paper/9", "digidoc.paper/9"),
        ("state", "lost", "$.state"),
        ("confidence", "much", "$.confidence"),
        ("files", [{"role": "original"}], "$.files[0]"),
        ("events", None, "$.events"),
        ("fields", [{"name": 1}], "$.fields[0].name"),
    ],
)
def test_metadata_of_something_else_names_the_place(name: str, value: Any, told: str) -> None:
    document = {**json.loads(metadata.to_json(RECORD, Unit("H17", Level.COMMUNE))), name: value}
    with pytest.raises(ValueError, match=r".") as raised:
        metadata.from_json(json.dumps(document).encode())
    assert told in str(raised.value)
    for content in (b"", b"[]", b"{}", b"\xff", b"null"):
        with pytest.raises(ValueError, match=r"."):
            metadata.from_json(content)


def test_what_has_its_default_is_left_out_where_that_is_asked_for() -> None:
    assert codec.plain(DOSSIER, sparse=True) == {
        "code": "H17-1",
        "unit": "H17",
        "procedure": "1.0",
        "state": 10,
        "received_on": "2025-01-01",
        "channel": "online",
        "passed": False,
        "papers": [{"kind": "result", "name": "Giấy phép", "issued_on": "2025-01-31", "declared": True}],
    }
    assert codec.plain(UnitRecord("H17", "Xã", "commune"))["valid_from"] is None
    goal = Goal("p", Decimal("12.50"), 2026, Status.MISSED, Decimal("0.01"), 3)
    assert json.dumps(codec.plain(goal)) == (
        '{"programme": "p", "percent": 12.5, "year": 2026, "status": "missed", "gap_points": 0.01, "gap_documents": 3}'
    )


_TEXTS = some.text(max_size=5)
_DAYS = some.none() | some.dates()
_PAPERS = some.builds(
    RegisterPaper,
    kind=some.sampled_from(PaperKind),
    name=_TEXTS,
    number=_TEXTS,
    issued_on=_DAYS,
    valid_until=_DAYS,
    declared=some.booleans(),
)


# Reading loads msgspec at the first example.
@settings(deadline=None)
@given(
    some.builds(
        RegisterDossier,
        code=_TEXTS,
        unit=_TEXTS,
        procedure=_TEXTS,
        state=some.sampled_from(DossierState),
        received_on=some.dates(),
        finished_on=_DAYS,
        channel=some.none() | some.sampled_from(Channel),
        passed=some.none() | some.booleans(),
        result_due=some.booleans(),
        papers=some.lists(_PAPERS, max_size=3).map(tuple),
    ),
    some.booleans(),
)
def test_what_is_written_comes_back(dossier: RegisterDossier, sparse: bool) -> None:
    written = json.loads(json.dumps(codec.plain(dossier, sparse=sparse)))
    assert codec.read(RegisterDossier, written) == dossier


@given(some.datetimes(timezones=some.just(UTC)))
def test_points_in_time_sort_as_their_texts_do(at: datetime) -> None:
    assert len(codec.stamp(at)) == len(codec.stamp(AT))
    assert (codec.stamp(at) < codec.stamp(AT)) == (at < AT)


def test_what_json_has_no_form_for_is_refused() -> None:
    with pytest.raises(TypeError, match="JSON has no bytes"):
        codec.plain({"a": b""})
