"""What people did, counted from the events: each figure beside the corrections that it comes from."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from digidoc.archive.archive import Archive
from digidoc.archive.corrections import Correction, Decision, How
from digidoc.model import Event, PaperRecord
from digidoc.pipeline.review.application import EVENT
from digidoc.pipeline.review.correct import submit
from digidoc.pipeline.review.stats import FieldStats, Spread, by_clerk, stats
from tests.pipeline.review.conftest import change
from tests.running import runner

Correct = Callable[..., Correction]


def two_corrections(kho: Archive, paper: PaperRecord, correction: Correct) -> None:
    number = change(kho, paper, "CodeNumber", "18")
    subject = change(kho, paper, "Subject", "", How.CONFIRMED)
    submit(kho, correction(fields=(number, subject), seconds=8.0, keys=12))
    again = change(kho, paper, "CodeNumber", "", How.UNREADABLE)
    submit(kho, correction("hoa", Decision.LATER, fields=(again,), seconds=0.0, keys=0))


def test_what_was_done(kho: Archive, paper: PaperRecord, correction: Correct) -> None:
    two_corrections(kho, paper, correction)
    found = stats(kho, None)
    assert (found.papers, found.corrections) == (1, 2)
    assert found.decisions == {"done": 1, "later": 1, "rescan": 0}
    assert found.seconds == Spread(1, 8.0, 8.0, 8.0)
    assert found.keys == Spread(1, 12.0, 12.0, 12.0)
    assert found.how == {"confirmed": 1, "typed": 1, "unreadable": 1}
    assert found.fields == (FieldStats("CodeNumber", 2, 2), FieldStats("Subject", 1, 0))
    assert stats(kho, datetime.now(UTC) + timedelta(hours=1)).corrections == 0
    people = by_clerk(kho, None)
    assert {clerk: one.corrections for clerk, one in people.items()} == {"hoa": 1, "lan": 1}


def test_the_command(kho: Archive, paper: PaperRecord, correction: Correct) -> None:
    two_corrections(kho, paper, correction)
    run = runner(None, "review", "--stats", after=("-A", str(kho.root)))
    said = run().output
    assert "1 papers were corrected, by 2 corrections." in said
    assert "hoa" not in said
    assert "hoa" in run("--by-clerk").output
    found = json.loads(run("--json").stdout)
    assert found["schema"] == "digidoc.review-stats/1"
    assert "clerks" not in found["data"]
    named = json.loads(run("--json", "--by-clerk", "--since", "01/01/2026").stdout)["data"]
    assert [one["clerk"] for one in named["clerks"]] == ["hoa", "lan"]
    assert named["since"] == "2026-01-01"


def test_many_corrections_are_counted_at_once(kho: Archive, paper: PaperRecord, correction: Correct) -> None:
    two_corrections(kho, paper, correction)
    record = kho.paper(paper.paper_id)
    detail = next(event.detail for event in record.events if event.kind == EVENT)
    start = datetime(2026, 1, 1, tzinfo=UTC)
    many = [Event(start + timedelta(seconds=n), EVENT, "success", "test", detail) for n in range(20_000)]
    with kho.writing():
        kho.catalog.write_events(many, object_id=record.object_id, paper_id=record.paper_id)
    began = time.process_time()
    assert stats(kho, None).corrections == 20_002
    assert time.process_time() - began < 1
