"""A clock that was set back: what is written after that bears the earlier time, and keeps its place all the same."""

from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

import pytest

from digidoc.archive import archive as archives
from digidoc.archive import ingest
from digidoc.archive.archive import Archive
from tests import judges
from tests.papers import draft

_BACK = timedelta(days=400)


class _SetBack(datetime):
    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        return datetime.now(tz) - _BACK


def test_a_clock_set_back_changes_times_and_nothing_else(
    archive: Archive, scans: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime.now(UTC)
    with archive.writing():
        (first,) = archive.file("A", [draft(scans, "a.tif", "một", dossier="A", at=now)])
    monkeypatch.setattr(archives, "datetime", _SetBack)
    monkeypatch.setattr(ingest, "datetime", _SetBack)
    with Archive.locate(archive.root) as again, again.writing():
        redone = draft(scans, "a.tif", "hai", dossier="A", task_key="key-2", derived=b"2", at=now - _BACK)
        (second,) = again.file("A", [redone])
        assert again.file("A", [redone]) == [second]
        kept = again.paper(second.paper_id)
        inventory = again.store.inventory(second.object_id)
    # The order is that of writing, whatever the times say.
    assert second.object_version == "v2"
    assert [event.kind for event in kept.events] == ["capture", "ingestion", "capture", "ingestion"]
    assert kept.events[:2] == first.events
    assert kept.events[3].at < kept.events[1].at
    assert inventory is not None
    assert [block.created < now - _BACK / 2 for block in inventory.versions] == [False, True]
    with Archive.locate(archive.root) as later:
        assert [hit.paper_id for hit in later.search("hai").hits] == [second.paper_id]
        assert not later.search("mot").hits
        assert later.figures().attached == 1
        assert later.figures(now - _BACK / 2).attached == 1  # it counts from the earliest time that it bears
    assert judges.ocfl_valid(archive.root / "store") == []
