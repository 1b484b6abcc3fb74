"""What a reader has to know of the whole report, and the counts beside its figures."""

from collections.abc import Iterator

from digidoc.metric import Metric
from digidoc.report.parts.basis import Basis
from digidoc.report.targets import Due, Kind


def notes(basis: Basis) -> Iterator[str]:
    """Codes, in the order in which they are shown."""
    orphans, bare = basis.orphans
    facts = [
        ("no-register", not basis.whole.register),
        ("declared-stock", basis.headline is Metric.STOCK and not basis.whole.stock.results),
        ("declared-only", basis.whole.stock.declared_only > 0),
        ("copies-counted-once", basis.figures.copies > 0),
        ("orphan-papers", orphans > 0),
        ("resolved-without-papers", bare > 0),
        ("withdrawn-left-out", basis.whole.flow.withdrawn > 0),
    ]
    if basis.due is not None and basis.due.programme.kind is not Kind.SCORECARD:
        facts += _of_programme(basis.due)
    yield from (code for code, holds in facts if holds)


def _of_programme(due: Due) -> list[tuple[str, bool]]:
    ended = due.level_until is not None and due.day > due.level_until
    carried_on = due.row_year is not None and due.day > due.programme.valid_to
    return [
        ("programme-has-no-such-level", not due.has_level),
        ("programme-not-begun", due.has_level and due.row_year is None and not ended),
        ("level-of-government-ended", ended),
        ("last-year-of-the-programme-carried-on", carried_on),
    ]


def counts(basis: Basis) -> Iterator[tuple[str, int]]:
    """Whole numbers by code."""
    figures, whole = basis.figures, basis.whole
    yield from (
        ("registered", figures.registered),
        ("refused", figures.refused),
        ("review", figures.review),
        ("signature_indeterminate", figures.indeterminate),
        ("signature_failed", figures.failed),
        ("copies", figures.copies),
    )
    if whole.register:
        orphans, bare = basis.orphans
        yield from (
            ("declared_only", whole.stock.declared_only),
            ("withdrawn", whole.flow.withdrawn),
            ("in_process", whole.process.in_process),
            ("overdue", whole.process.overdue),
            ("orphan_dossiers", orphans),
            ("resolved_without_papers", bare),
        )
