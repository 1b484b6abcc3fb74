"""What comes back in a workbook of papers to be reviewed: a correction a paper, and why some rows were not taken."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

from digidoc import words
from digidoc.archive import corrections
from digidoc.archive.corrections import Decision, How
from digidoc.archive.errors import BadCorrection, BadReviewRow
from digidoc.errors import Problem
from digidoc.i18n import N_
from digidoc.pipeline.review.exporting import columns
from digidoc.pipeline.review.exporting.cells import SheetRow, Table, table_of
from digidoc.pipeline.review.exporting.days import after_today, keyed_day
from digidoc.text import tidy

_YES: Final = frozenset({"x", "X", "✓", "✔", "v"})
_DATE: Final = "IssuedDate"


@dataclass(frozen=True, slots=True)
class Returned:
    """What a workbook says: corrections as JSON has them, and why some of its rows were not taken."""

    corrections: tuple[Mapping[str, Any], ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a row says: the change of a field, or one word on the whole paper (`done`, `rescan`)."""

    change: Mapping[str, Any] | None = None
    decision: Decision | None = None


def read(file: Path, clerk: str) -> Returned:
    """The corrections that a workbook holds.

    Args:
        file: as `workbook.write` made it, filled in.
        clerk: who filled it in.

    Raises:
        BadCorrection: it is no such workbook.
        OSError: it cannot be read.

    """
    table = table_of(file)
    made_at = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    problems, papers = list[Problem](), dict[str, list[SheetRow]]()
    for row in table.rows:
        if row.text("paper"):
            papers.setdefault(row.text("paper"), []).append(row)
        elif row.filled:
            problems.append(_bad(file, row, N_("it does not say which paper it is about any more")))
    found = []
    for paper, rows in papers.items():
        made = _Paper(file, table, paper, rows)
        correction = made.correction(clerk, made_at)
        problems += made.problems
        if correction is not None:
            found.append(correction)
    return Returned(tuple(found), tuple(problems))


def _bad(file: Path, row: SheetRow, reason: str, **params: str) -> Problem:
    name = row.text("name")
    field = N_("the whole paper") if name == columns.PAPER else words.field_message(name)
    return BadReviewRow(file=file, line=row.line, field=field, reason=reason, **params).problem


class _Paper:
    """The rows of one paper."""

    def __init__(self, file: Path, table: Table, paper: str, rows: Sequence[SheetRow]) -> None:
        self._file, self._table, self._paper, self._rows = file, table, paper, rows
        self.problems: list[Problem] = []

    def correction(self, clerk: str, made_at: datetime) -> Mapping[str, Any] | None:
        """What the rows say; None where they say nothing."""
        answers = [(row, self._answer(row, clerk, made_at)) for row in self._rows]
        changes = [answer.change for _row, answer in answers if answer is not None and answer.change is not None]
        said = {answer.decision for _row, answer in answers if answer is not None} - {None}
        if not changes and not said:
            return None
        decision = Decision.LATER
        if Decision.RESCAN in said:
            decision = Decision.RESCAN
        elif all(answer is not None for _row, answer in answers) and self._rows[0].text("whole"):
            decision = Decision.DONE
        elif Decision.DONE in said:
            row = next(row for row, answer in answers if answer is not None and answer.decision is Decision.DONE)
            self.problems.append(_bad(self._file, row, N_("other rows of this paper are still open")))
            if not changes:
                return None
        return self._document(changes, decision, clerk, made_at)

    def _document(
        self, changes: Sequence[Mapping[str, Any]], decision: Decision, clerk: str, made_at: datetime
    ) -> dict[str, Any]:
        """The correction; the same answers have the same id, so that a file may be applied again."""
        row = self._rows[0]
        made = {
            "format": corrections.FORMAT,
            "paper": self._paper,
            "clerk": clerk,
            "base": {"version": row.text("version"), "text_sha256": row.text("text_sha256")},
            "verdict": decision.value,
            "fields": list(changes),
        }
        digest = hashlib.sha256(json.dumps(made, sort_keys=True).encode()).hexdigest()
        return {**made, "id": digest[:32], "made_at": made_at.isoformat()}

    def _answer(self, row: SheetRow, clerk: str, made_at: datetime) -> _Answer | None:
        """What a row says; None where it says nothing, or nothing that can be taken: then the problem is noted."""
        wrong = self._changed(row)
        if wrong is not None:
            self.problems.append(_bad(self._file, row, wrong))
        if wrong is not None or not row.filled:
            return None
        try:
            answer = _said(row, self._table.choices)
            if answer.change is not None:
                # One rule for what a change may be: that of every correction.
                corrections.from_json({**self._document([answer.change], Decision.LATER, clerk, made_at)})
        except BadCorrection as error:
            params = {name: str(value) for name, value in error.problem.params.items() if name != "reason"}
            reason = str(error.problem.params["reason"])
            self.problems.append(_bad(self._file, row, reason, **params))
            return None
        return answer

    @staticmethod
    def _changed(row: SheetRow) -> str | None:
        """Why a row cannot be believed; None when it can."""
        if row.merged:
            return N_("cells are merged there")
        if row.formula:
            # Its value may be missing: whoever wrote the file need not have worked it out.
            return N_("a formula stands there: write the value itself")
        if not row.filled:
            return None
        if columns.check([row.text(name) for name in columns.IDS]) != row.text(columns.CHECK):
            return N_("what says which value it is about was changed")
        return None


def _said(row: SheetRow, choices: Mapping[str, str]) -> _Answer:
    """What a row says that is filled in.

    Raises:
        BadCorrection: nothing that could be taken.

    """
    value, right, how = tidy(_written(row)), tidy(row.text("right")), tidy(row.text("how"))
    if sum(map(bool, (value, right, how))) > 1:
        raise BadCorrection(reason=N_("more than one of its cells is filled in"))
    if how and how not in choices:
        raise BadCorrection(reason=N_("{value} is not in the list"), value=how)
    if right and right not in _YES:
        raise BadCorrection(reason=N_("{value} is no x"), value=right)
    code = choices.get(how, "")
    if code == columns.RESCAN:
        return _Answer(decision=Decision.RESCAN)
    if row.text("name") == columns.PAPER:
        if not right:
            raise BadCorrection(reason=N_("a row for the whole paper takes an x, or that it is to be scanned again"))
        return _Answer(decision=Decision.DONE)
    made_of = How(code) if code else _how(row, value)
    return _Answer(_change(row, value or (row.text("was") if right else ""), made_of))


def _how(row: SheetRow, value: str) -> How:
    """How a value was settled that stands in the row, or that an x says is right."""
    was, blind = tidy(row.text("was")), bool(row.text("blind"))
    if not value:
        if blind:
            raise BadCorrection(reason=N_("what was read is not shown: key what stands on the paper"))
        if not was:
            raise BadCorrection(reason=N_("nothing was read there"))
        return How.CONFIRMED
    if value == was:
        return How.TWICE if blind else How.CONFIRMED
    register = tidy(row.text("register")).casefold().lstrip("0")
    return How.REGISTER if register and register == value.casefold().lstrip("0") else How.TYPED


def _written(row: SheetRow) -> str:
    """The right value of a row; a day as ISO has it."""
    given = row.cells["value"]
    if row.text("name") != _DATE or given == "":
        return row.text("value")
    day = given if isinstance(given, date) else keyed_day(tidy(row.text("value")), row.text("months"))
    if day is None:
        raise BadCorrection(reason=N_("{value} is no date"), value=row.text("value"))
    if after_today(day):
        raise BadCorrection(reason=N_("{value} is after today"), value=row.text("value"))
    return day.isoformat()


def _change(row: SheetRow, value: str, how: How) -> dict[str, Any]:
    box = row.text("box")
    return {
        "place": int(row.text("place")),
        "name": row.text("name"),
        "was": row.text("was"),
        "value": value,
        "how": how.value,
        "page": int(row.text("page")),
        "box": [float(side) for side in box.split()] if box else None,
    }
