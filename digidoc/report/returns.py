"""The reports that are added up: read from archives and files, looked at, and left out where they do not fit."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from digidoc.errors import DigidocError, Problem, from_os
from digidoc.i18n import N_
from digidoc.report import json_form
from digidoc.report.document import ReportDocument
from digidoc.report.errors import ReturnUnusable

_LARGEST: Final = 64 << 20  # bytes of a return


def gathered(
    sources: Sequence[Path], answer: Callable[[Path], ReportDocument], made_at: datetime
) -> tuple[list[tuple[Path, ReportDocument]], list[Problem]]:
    """The reports of archives and files; one that cannot be used is a problem and stops no other.

    Args:
        sources: folders of archives, and JSON files that `report --json` wrote.
        answer: makes the report of an archive.
        made_at: the time of asking.

    """
    found: list[tuple[Path, ReportDocument]] = []
    problems: list[Problem] = []
    for path in sources:
        try:
            found.append((path, answer(path) if path.is_dir() else _read(path, made_at)))
        except DigidocError as error:
            error.file = error.file or str(path)
            problems.append(error.problem)
    return found, problems


def fitting(returns: Sequence[tuple[Path, ReportDocument]]) -> tuple[list[ReportDocument], list[Problem]]:
    """Those that count the same thing over the same time, each office once."""
    parts: list[ReportDocument] = []
    problems: list[Problem] = []
    seen: dict[str, Path] = {}
    for path, report in returns:
        try:
            _fits(path, report, parts, seen)
        except ReturnUnusable as error:
            problems.append(error.problem)
            continue
        parts.append(report)
        seen.update(dict.fromkeys(units_of(report), path))
    return parts, problems


def units_of(report: ReportDocument) -> Iterator[str]:
    """The offices that a report counts: its own, and those that its register names."""
    yield from dict.fromkeys((report.unit.code, *(row.key for row in report.screen if row.key)))


def _read(path: Path, made_at: datetime) -> ReportDocument:
    try:
        with path.open("rb") as stream:
            content = stream.read(_LARGEST + 1)
        document = json.loads(content.decode("utf-8-sig")) if len(content) <= _LARGEST else None
        if not isinstance(document, dict) or document.get("schema") != json_form.SCHEMA:
            raise ReturnUnusable(file=path, reason=N_("it is not a report in the form {form}"), form=json_form.SCHEMA)
        report = json_form.from_json(document["data"], made_at)
    except OSError as error:
        raise from_os(error, path) from error
    except (ValueError, RecursionError, KeyError) as error:
        raise ReturnUnusable(file=path, reason=error) from error
    _check(path, report)
    return report


def _check(path: Path, report: ReportDocument) -> None:
    """See that no figure is impossible: whoever wrote the file may have changed it by hand.

    Raises:
        ReturnUnusable: one is.

    """
    for figure in report.figures:
        over = figure.numerator > figure.denominator and "more-than-declared-stock" not in figure.notes
        if figure.numerator < 0 or figure.denominator < 0 or over:
            raise ReturnUnusable(
                file=path,
                reason=N_("{metric}: {numerator} of {denominator} is impossible"),
                metric=figure.metric.value,
                numerator=figure.numerator,
                denominator=figure.denominator,
            )
    for name, count in report.counts:
        if count < 0:
            raise ReturnUnusable(
                file=path, reason=N_("{metric}: {numerator} is impossible"), metric=name, numerator=count
            )
    for row in report.form:
        if row.received != row.online + row.direct + row.carried or row.received != row.resolved + row.in_process:
            raise ReturnUnusable(file=path, reason=N_("form II.06a does not add up for {unit}"), unit=row.key or "-")


def _fits(path: Path, report: ReportDocument, parts: Sequence[ReportDocument], seen: Mapping[str, Path]) -> None:
    twice = next((code for code in units_of(report) if code in seen), None)
    if twice is not None:
        raise ReturnUnusable(
            file=path,
            reason=N_("{unit} is counted already by {other}; this return is left out"),
            unit=twice,
            other=seen[twice],
        )
    if parts and (report.first, report.last, report.quality) != (parts[0].first, parts[0].last, parts[0].quality):
        raise ReturnUnusable(
            file=path,
            reason=N_("it counts {quality} from {first} to {last}, the others do not"),
            quality=report.quality.value,
            first=report.first or "…",
            last=report.last or "…",
        )
