import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from digidoc.archive.archive import Archive
from digidoc.archive.catalog import duplicates
from digidoc.archive.ingest import Draft
from digidoc.model import PaperRecord
from digidoc.words import duplicate
from tests.papers import draft, refused
from tests.running import runner

DECISION = [
    ("CodeNumber", "15"),
    ("CodeNotation", "QĐ-UBND"),
    ("OrganName", "ỦY BAN NHÂN DÂN XÃ HÒA VANG"),
    ("IssuedDate", "2025-09-22"),
]


def _file(archive: Archive, *drafts: Draft) -> list[PaperRecord]:
    with archive.writing():
        return archive.file(drafts[0].record.dossier, drafts)


def _found(record: PaperRecord) -> list[tuple[str, str]]:
    return [(other["kind"], other["paper"]) for other in duplicates.of(record)]


def test_the_same_bytes_in_another_dossier_are_stored_again_and_linked(archive: Archive, scans: Path) -> None:
    (first,) = _file(archive, draft(scans / "A", "a.tif", dossier="A", content=b"same"))
    (second,) = _file(archive, draft(scans / "B", "b.tif", dossier="B", content=b"same"))
    assert _found(first) == []
    assert _found(second) == [("same-bytes", first.paper_id)]
    paths = {record.object_id: archive.file_path(record.paper_id, "original") for record in (first, second)}
    assert len(set(paths.values())) == 2
    for record in (first, second):  # each object holds all that belongs to it
        assert archive.store.folder(record.object_id) in paths[record.object_id].parents
    (event,) = [event for event in archive.paper(second.paper_id).events if event.kind == duplicates.EVENT]
    assert event.outcome == "warning"
    assert event.detail["duplicates"][0]["dossier"] == "A"
    stored = json.loads(archive.file_path(second.paper_id, "metadata").read_text(encoding="utf-8"))
    assert [entry["kind"] for entry in stored["events"]] == ["capture", duplicates.EVENT, "ingestion"]
    (listed,) = archive.status().duplicates
    assert (listed.paper_id, listed.dossier, listed.name) == (second.paper_id, "B", "b.tif")
    assert [other["paper"] for other in listed.duplicates] == [first.paper_id]


def test_papers_that_come_together_are_compared_too(archive: Archive, scans: Path) -> None:
    twins = [draft(scans / n, f"{n}.tif", dossier="A", content=b"same") for n in "abc"]
    first, second, third = _file(archive, *twins)
    assert _found(first) == []
    assert _found(second) == [("same-bytes", first.paper_id)]
    assert _found(third) == [("same-bytes", first.paper_id), ("same-bytes", second.paper_id)]


@pytest.mark.parametrize(
    "other",
    [
        {},
        {"CodeNumber": "015"},
        {"CodeNotation": "QD-UBND"},
        {"CodeNotation": "QĐ–UBND"},
        {"OrganName": "Ủy ban nhân dân  xã Hòa Vang"},
        {"IssuedDate": "2025-09-23"},
        {"IssuedDate": ""},
    ],
)
def test_the_same_number_symbol_and_organisation(archive: Archive, scans: Path, other: dict[str, str]) -> None:
    (first,) = _file(archive, draft(scans / "A", "a.tif", dossier="A", fields=DECISION))
    fields = list({**dict(DECISION), **other}.items())
    (second,) = _file(archive, draft(scans / "B", "b.tif", dossier="B", fields=fields))
    (found,) = duplicates.of(second)
    assert (found["kind"], found["paper"], found["dossier"], found["name"]) == (
        "same-number",
        first.paper_id,
        "A",
        "a.tif",
    )
    assert (found["number"], found["date"]) == ("15/QĐ-UBND", "2025-09-22")
    assert duplicate(found) == (
        f"the same number, symbol and organisation as {first.paper_id} "
        "(A / a.tif, 15/QĐ-UBND, ỦY BAN NHÂN DÂN XÃ HÒA VANG, 2025-09-22)"
    )


@pytest.mark.parametrize(
    "other",
    [
        {"CodeNumber": "16"},
        {"CodeNumber": "150"},
        {"CodeNumber": ""},
        {"CodeNotation": "QĐ-UBND-VP"},
        {"OrganName": "ỦY BAN NHÂN DÂN XÃ HÒA TIẾN"},
        {"OrganName": "HỘI ĐỒNG NHÂN DÂN XÃ HÒA VANG"},
        {"IssuedDate": "2024-09-22"},  # numbers begin anew each year
    ],
)
def test_other_documents_are_no_duplicates(archive: Archive, scans: Path, other: dict[str, str]) -> None:
    _file(archive, draft(scans / "A", "a.tif", dossier="A", fields=DECISION))
    fields = list({**dict(DECISION), **other}.items())
    (second,) = _file(archive, draft(scans / "B", "b.tif", dossier="B", fields=fields))
    assert duplicates.of(second) == []
    assert not archive.status().duplicates


def test_the_same_document_id(archive: Archive, scans: Path) -> None:
    fields = [("DocumentId", "000.00.15.H17-2025-01-0007")]
    (first,) = _file(archive, draft(scans, "a.tif", fields=fields))
    (second,) = _file(archive, draft(scans, "b.tif", fields=fields))
    assert _found(second) == [("same-document-id", first.paper_id)]


def test_a_paper_is_no_duplicate_of_itself_or_of_a_refused_one(archive: Archive, scans: Path) -> None:
    given = draft(scans, "a.tif", dossier="A", fields=DECISION)
    with archive.writing():
        archive.refuse(replace(refused("x.tif"), sha256=given.record.sha256))
    _file(archive, given)
    (again,) = _file(archive, draft(scans, "a.tif", dossier="A", task_key="key-2", fields=DECISION))
    assert _found(again) == []


def test_a_paper_redone_is_compared_again(archive: Archive, scans: Path) -> None:
    (first,) = _file(archive, draft(scans / "A", "a.tif", dossier="A", fields=DECISION))
    wrong = draft(scans / "B", "b.tif", dossier="B", fields=DECISION)
    (second,) = _file(archive, wrong)
    right = draft(scans / "B", "b.tif", dossier="B", task_key="key-2", fields=[("CodeNumber", "16"), *DECISION[1:]])
    (second,) = _file(archive, right)
    assert _found(second) == []
    assert not archive.status().duplicates
    kinds = [event.kind for event in archive.paper(second.paper_id).events]
    assert kinds.count(duplicates.EVENT) == 2
    _file(archive, draft(scans / "A", "a.tif", dossier="A", task_key="key-2", fields=DECISION))
    assert _found(archive.paper(first.paper_id)) == []


def test_filing_again_notes_nothing_twice(archive: Archive, scans: Path) -> None:
    _file(archive, draft(scans / "A", "a.tif", dossier="A", content=b"same"))
    given = draft(scans / "B", "b.tif", dossier="B", content=b"same")
    assert _file(archive, given) == _file(archive, given)


def test_a_blank_form_that_is_everywhere_is_listed_in_part(archive: Archive, scans: Path) -> None:
    for number in range(25):
        _file(archive, draft(scans / str(number), "form.tif", dossier=f"HS-{number}", content=b"blank"))
    (last,) = _file(archive, draft(scans / "x", "form.tif", dossier="HS-x", content=b"blank"))
    assert 20 <= len(duplicates.of(last)) <= 21


def test_digitize_and_status_show_both(archive: Archive, tmp_path: Path) -> None:
    from PIL import Image

    for code in ("A", "B"):
        (tmp_path / "in" / code).mkdir(parents=True)
        Image.new("RGB", (400, 400), "white").save(tmp_path / "in" / code / f"{code}.png", dpi=(200, 200))

    run = runner(None, after=("-A", str(archive.root)))
    told: dict[str, Any] = json.loads(
        run("digitize", tmp_path / "in", "--loose", "--ocr", "null", "--jobs", "1", "--json").stdout
    )
    first, second = told["data"]["papers"]
    assert (first["duplicates"], first["duplicate_of"]) == ([], [])
    assert second["duplicate_of"] == [first["paper"]]
    assert second["duplicates"][0]["name"] == "A/A.png"
    listed = json.loads(run("status", "--json").stdout)["data"]["duplicates"]
    assert [item["paper_id"] for item in listed] == [second["paper"]]
    assert f"the same file is there as {first['paper']}" in run("status").stdout
