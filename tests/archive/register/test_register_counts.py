import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from digidoc.archive.archive import Archive
from digidoc.model import Event, PaperState
from digidoc.register import (
    Channel,
    DossierState,
    GroupBy,
    ImportSource,
    PaperKind,
    Quality,
    RegisterPaper,
    Scope,
)
from tests.archive.reckoning import PROCEDURES, UNITS, VIETNAM, Book, Counted, dossier
from tests.papers import UNIT, draft, refused

DAYS = [date(2024, 12, 30), date(2025, 1, 1), date(2025, 1, 31), date(2025, 2, 14), date(2025, 6, 30), date(2026, 1, 9)]
SOURCE = ImportSource(Path("register.csv"), "0" * 64, "dossiers", {"code": "Mã hồ sơ"})
days = st.sampled_from(DAYS)
names = st.sampled_from(["1.tif", "2.tif", "3.tif"])
moments = days.map(lambda day: datetime(day.year, day.month, day.day, 18, tzinfo=UTC))  # the next day in Việt Nam


@st.composite
def papers(draw: Any) -> tuple[RegisterPaper, ...]:
    found = []
    for name in draw(st.lists(names, max_size=3, unique=True)):
        issued = draw(st.none() | days)
        ends = draw(st.none() | days.map(lambda day: day + timedelta(days=365)))
        found.append(
            RegisterPaper(
                draw(st.sampled_from(PaperKind)),
                f"giấy {name}",
                issued_on=issued,
                valid_until=draw(st.none() | days),
                revoked_on=ends,
                result_id=draw(st.sampled_from(["", "", "R1", "R2"])),
                file_name=name,
                declared=draw(st.booleans()),
                reused=draw(st.booleans()),
                from_store=draw(st.booleans()),
            )
        )
    return tuple(found)


@st.composite
def dossiers(draw: Any) -> Any:
    received = draw(days)
    made = dossier(
        draw(st.sampled_from(["HS-1", "HS-2", "HS-3"])),
        draw(st.sampled_from(DossierState)),
        received=received.isoformat(),
        finished=max(received, draw(days)).isoformat(),
        papers=draw(papers()),
        unit=draw(st.sampled_from(["H17.1", "H17.2", "H16.9", "X"])),
        procedure=draw(st.sampled_from(["1.000001", "1.000001.H17", "1.000002.H17", "9.999999.000.H1", ""])),
    )
    return replace(
        made,
        due_on=draw(st.none() | days),
        channel=draw(st.none() | st.sampled_from(Channel)),
        passed=draw(st.none() | st.booleans()),
        synced=draw(st.booleans()),
        result_due=draw(st.booleans()),
        owner=draw(st.sampled_from(["", "048099000123"])),
    )


filings = st.tuples(
    st.just("file"),
    st.sampled_from(["HS-1", "HS-2", "HS-3", "HS-9"]),
    names,
    st.booleans(),
    st.lists(st.sampled_from(["TOTAL_PASSED", "TOTAL_PASSED", "TOTAL_FAILED", "INDETERMINATE"]), max_size=2),
    moments,
    st.sampled_from([None, b"the same bytes"]),
)
steps = st.one_of(
    st.tuples(st.just("import"), st.lists(dossiers(), min_size=1, max_size=3)),
    filings,
    filings,
    st.tuples(st.just("link"), st.integers(0, 5), st.sampled_from(["HS-1", "HS-2", "HS-3"]), moments),
    st.tuples(st.just("refuse"), st.sampled_from(["HS-1", "HS-2"]), names),
)
scopes = st.builds(
    Scope,
    first=st.none() | st.sampled_from([date(2025, 1, 1), date(2025, 1, 20)]),
    last=st.none() | st.sampled_from([date(2025, 1, 31), date(2025, 6, 29)]),
    as_of=st.none() | days | st.just(datetime.now(VIETNAM).date()),
    units=st.sampled_from([(), (), ("H17",), ("H17.2",), ("X", "H17.1")]),
    procedures=st.sampled_from([(), (), ("1.000001",), ("1.000002.H17", "9.999999")]),
)


@contextmanager
def _archive() -> Iterator[tuple[Archive, Path]]:
    with (
        tempfile.TemporaryDirectory() as made,
        Archive.create(Path(made) / "kho", unit=UNIT, profile="commune") as archive,
        archive.writing(),
    ):
        archive.register_units(UNITS, replace(SOURCE, kind="units"))
        archive.register_procedures(PROCEDURES, replace(SOURCE, kind="procedures"))
        yield archive, Path(made) / "scans"


def _take(book: Book, scans: Path, number: int, step: tuple[Any, ...]) -> None:
    archive = book.archive
    if step[0] == "import":
        archive.register_dossiers(step[1], SOURCE)
        book.dossiers |= {made.code: made for made in step[1]}
    elif step[0] == "link":
        papers = [paper for paper in book.papers() if paper.state is not PaperState.REFUSED]
        for paper in papers[step[1] : step[1] + 1]:
            at = max(step[3], *(event.at for event in paper.events))
            archive.add_event(paper.paper_id, Event(at, "reuse", "success", "test", {"dossier": step[2]}))
    elif step[0] == "refuse":
        archive.refuse(refused(step[2], dossier=step[1], task_key=f"key-{number}"))
    else:
        _, code, name, conformant, verdicts, at, content = step
        more = {"content": content} if content else {}
        paper = draft(
            scans / code,
            name,
            dossier=code,
            task_key=f"key-{number}",
            conformant=conformant,
            verdicts=verdicts,
            at=at,
            **more,
        )
        archive.file(code, [paper])


def _compare(book: Book, scope: Scope) -> None:
    archive = book.archive
    for by in (None, *GroupBy):
        assert archive.flow(by, scope) == book.flow(by, scope), by
        assert archive.stock(by, scope) == book.stock(by, scope), by
        assert archive.in_process(by, scope) == book.in_process(by, scope), by
    assert archive.flow_grid(scope) == book.grid(scope)
    for month, counts in archive.stock_trend(scope).items():
        first = date.fromisoformat(f"{month}-01")
        last = min((first + timedelta(days=31)).replace(day=1) - timedelta(days=1), scope.as_of or date.max)
        last = min(last, datetime.now(VIETNAM).date())
        assert book.stock(None, scope, last) == ({"": counts} if counts.results else {}), month
    _compare_lists(archive, scope)


def _compare_lists(archive: Archive, scope: Scope) -> None:
    flow = archive.flow(None, scope).get("")
    stock = archive.stock(None, scope).get("")
    late = archive.in_process(None, scope).get("")
    for n, quality in enumerate(Quality):
        expected = (
            {}
            if flow is None
            else {
                "components": (flow.components[n], flow.components_due),
                "results": (flow.results[n], flow.result_due),
                "complete": (flow.complete[n], flow.complete_due),
                "reuse": (flow.reused, flow.received),
                "synced": (flow.synced, flow.received),
                "online": (flow.received_online, flow.received),
                "exchange": (flow.passed_online, flow.passed),
                "on-time": (flow.early + flow.punctual, flow.resolved),
                "on-time-all": (flow.early + flow.punctual, flow.resolved + (late.overdue if late else 0)),
            }
        )
        if stock is not None:
            expected["stock"] = (stock.digitized[n], stock.results)
        for metric, (numerator, denominator) in expected.items():
            every = list(archive.listed(metric, quality, scope, missing=False))
            assert (sum(item.counted for item in every), len(every)) == (numerator, denominator), metric
            lacking = list(archive.listed(metric, quality, scope, missing=True))
            assert lacking == [item for item in every if not item.counted]
            assert all((item.why in ("counted", "declared")) or not item.counted for item in every)


def _compare_orphans(archive: Archive) -> None:
    found = list(archive.orphan_list())
    unknown = [item for item in found if item.why == "not-in-register"]
    assert archive.orphans() == (len(unknown), len(found) - len(unknown))
    assert archive.known_dossiers(item.dossier for item in unknown) == set()
    assert all(archive.known_dossiers([item.dossier]) for item in found if item.why == "no-paper")


def _compare_papers(book: Book, day: date | None) -> None:
    archive, counted = book.archive, Counted(book, day)
    contents: dict[str, list[Any]] = {}
    for paper in book.papers():
        if paper.state is not PaperState.REFUSED and min(event.at for event in paper.events) <= counted.until:
            contents.setdefault(paper.sha256, []).append((paper, counted.of_file(paper)))
    found = archive.paper_counts(day)
    assert found.attached == len(contents)
    assert found.conformant == sum(any(q[1] for _p, q in same) for same in contents.values())
    assert found.signed == sum(any(q[2] for _p, q in same) for same in contents.values())
    assert found.with_signature == sum(any(p.signatures for p, _q in same) for same in contents.values())
    for metric, numerator in (("papers", found.conformant), ("signed", found.signed), ("reviewed", found.reviewed)):
        every = list(archive.listed(metric, Quality.CONFORMANT, Scope(as_of=day), missing=False))
        assert sum(item.counted for item in every) == numerator
        assert len([item for item in every if item.why != "not-digitized"]) == found.attached


# Not shrunk: a case that fails says enough, and to make it smaller takes minutes.
@settings(
    max_examples=30,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(st.lists(steps, min_size=1, max_size=6), st.lists(scopes, min_size=1, max_size=3))
def test_sums_are_what_is_reckoned_from_the_rows(done: list[tuple[Any, ...]], asked: list[Scope]) -> None:
    with _archive() as (archive, scans):
        book = Book(archive)
        for number, step in enumerate(done):
            _take(book, scans, number, step)
        _compare_orphans(archive)
        for scope in (Scope(), *asked):
            _compare(book, scope)
            _compare_papers(book, scope.as_of)


def test_no_register(archive: Archive) -> None:
    for by in (None, *GroupBy):
        assert archive.flow(by, Scope()) == archive.stock(by, Scope()) == archive.in_process(by, Scope()) == {}
    assert archive.flow_grid(Scope()) == archive.stock_trend(Scope()) == {}
    assert archive.orphans() == (0, 0)
    assert not archive.has_register()
    with pytest.raises(ValueError, match="no such metric"):
        list(archive.listed("speed", Quality.SIGNED, Scope(), missing=False))
