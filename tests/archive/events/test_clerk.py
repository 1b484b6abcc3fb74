"""Who did it: the name as it is kept, where it comes from, and what is written down of it."""

import json
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path

import pytest

from digidoc.archive.archive import Archive
from digidoc.archive.catalog.catalog import Catalog
from digidoc.archive.events import audit, clerk
from digidoc.archive.ingest import Ingest
from digidoc.archive.preserve import rebuild
from digidoc.errors import UsageError
from digidoc.model import PaperRecord
from digidoc.progress import Progress, SilentProgress
from tests import judges
from tests.papers import UNIT, draft, refused

BINH, AN = "Trần Thị Bình", "Nguyễn Văn An"


def events_of(archive: Archive) -> list[tuple[str, str]]:
    return [(entry.kind, clerk.clerk_of(json.loads(entry.detail))) for entry in audit.log(archive.catalog)]


def test_a_name_is_kept_in_one_form() -> None:
    assert clerk.checked("  Tra\u0302\u0300n   Thị\tBình ") == BINH
    assert clerk.checked("x" * 200) == "x" * 200


@pytest.mark.parametrize(
    "name", ["", " \n", "x" * 201, "An\x1b[31m", "An\u202eBình", "An\u2066", "An\u200b", "a\ud800"]
)
def test_a_name_that_cannot_be_kept(name: str) -> None:
    with pytest.raises(UsageError):
        clerk.checked(name)


@pytest.mark.parametrize("error", [OSError, KeyError, ImportError])
def test_a_user_without_a_name_is_known_by_the_number(monkeypatch: pytest.MonkeyPatch, error: type[Exception]) -> None:
    def fail() -> str:
        raise error

    monkeypatch.setattr("getpass.getuser", fail)
    monkeypatch.setattr("os.getuid", lambda: 4711, raising=False)
    assert clerk.system_user() == "uid 4711"
    monkeypatch.delattr("os.getuid")
    assert clerk.system_user() == "unknown"


def test_a_users_name_is_cleaned_and_never_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: " van\u202e  thu\x07 " + "x" * 300)
    assert clerk.system_user() == ("van thu " + "x" * 300)[:200]


def test_who_acts_ends_with_the_context() -> None:
    with clerk.acting(AN):
        clerk.act_as(BINH)
        made = clerk.event("x", "success", {"n": 1})
        assert made.detail == {"n": 1, "clerk": BINH}
        assert clerk.by_clerk(replace(made, detail={"clerk": AN})).detail == {"clerk": AN}
    assert clerk.event("x", "success", {"n": 1}).detail == {"n": 1}


def test_a_killed_filing_that_another_clerk_finishes_is_the_first_ones(
    archive: Archive, scans: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = draft(scans, "a.tif", dossier="D1")

    def killed(_catalog: Catalog, *_records: PaperRecord) -> None:
        raise KeyboardInterrupt

    with archive.writing():
        with monkeypatch.context() as patch, clerk.acting(AN):
            patch.setattr(Catalog, "write", killed)
            with pytest.raises(KeyboardInterrupt):
                archive.file("D1", [given])
        with clerk.acting(BINH):
            archive.file("D1", [given])
    assert events_of(archive)[1:] == [("capture", ""), ("ingestion", AN)]
    assert not audit.verify(archive.catalog, archive.layout, archive.store).findings


def test_an_event_is_kept_once_whoever_reports_it_again(archive: Archive, scans: Path) -> None:
    with archive.writing(), clerk.acting(AN):
        (paper,) = archive.file(None, [draft(scans, "a.tif")])
        linked = clerk.event("reuse", "success", {"dossier": "D2"})
        Ingest(archive.store, UNIT).add_event(paper.paper_id, paper.object_id, linked)  # killed before the catalogue
    with archive.writing(), clerk.acting(BINH):
        archive.add_event(paper.paper_id, clerk.event("reuse", "success", {"dossier": "D2"}))
        archive.file(None, [draft(scans, "a.tif")])
    assert events_of(archive)[1:] == [("capture", ""), ("ingestion", AN), ("reuse", AN)]
    assert len([event for event in archive.paper(paper.paper_id).events if event.kind == "reuse"]) == 1


def test_a_name_that_is_a_number_is_not_masked(archive: Archive, scans: Path) -> None:
    number = "048012345678"
    given = draft(scans, "a.tif")
    with clerk.acting(number):
        made = clerk.event("text recognition", "success", {"note": f"of {number}"})
        with archive.writing():
            record = replace(given.record, events=(made,))
            (paper,) = archive.file(None, [replace(given, record=record)])
    assert [dict(event.detail)["clerk"] for event in paper.events] == [number] * 2
    assert paper.events[0].detail["note"] == "of *********678"


def test_an_object_names_clerk_and_program(archive: Archive, scans: Path) -> None:
    with archive.writing(), clerk.acting(BINH):
        (paper,) = archive.file("D1", [draft(scans, "a.tif", dossier="D1")])
    inventory = archive.store.inventory(paper.object_id)
    assert inventory is not None
    assert inventory.versions[-1].user_name.startswith(f"{BINH} (digidoc ")
    assert judges.ocfl_valid(archive.layout.store) == []


def test_what_is_made_anew_keeps_who_did_it(archive: Archive, scans: Path) -> None:
    with archive.writing(), clerk.acting(AN):
        archive.file("D1", [draft(scans, "a.tif", dossier="D1")])
        archive.refuse(refused("b.tif"))
    archive.close()
    (archive.root / "events.jsonl").unlink()  # the objects alone say it now

    with clerk.acting(BINH):
        rebuild.rebuild(archive.root, _silent, _silent)
    with Archive.locate(archive.root) as made:
        by = dict(events_of(made))
    assert (by["ingestion"], by["validation"], by["recovery"]) == (AN, AN, BINH)


def _silent() -> AbstractContextManager[Progress]:
    return nullcontext(SilentProgress())
