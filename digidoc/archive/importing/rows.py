"""A row of cells as a value of the register, and what makes it impossible."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from typing import Any, Final

from digidoc.archive.importing import cells
from digidoc.archive.importing.cells import Cell
from digidoc.archive.importing.errors import CellError
from digidoc.i18n import N_
from digidoc.model import Level
from digidoc.register import (
    RESOLVED_STATES,
    DossierState,
    PaperKind,
    ProcedureRecord,
    RegisterDossier,
    RegisterPaper,
    UnitRecord,
)
from digidoc.text import fold

_LEVELS: Final = {
    "province": Level.PROVINCE,
    "cap tinh": Level.PROVINCE,
    "tinh": Level.PROVINCE,
    "district": Level.DISTRICT,
    "cap huyen": Level.DISTRICT,
    "huyen": Level.DISTRICT,
    "commune": Level.COMMUNE,
    "cap xa": Level.COMMUNE,
    "xa": Level.COMMUNE,
}
_LEVEL_WORDS: Final = (
    (Level.COMMUNE, ("xa ", "phuong ", "thi tran ", "dac khu ")),
    (Level.DISTRICT, ("quan ", "huyen ", "thi xa ")),
    (Level.PROVINCE, ("tinh ", "thanh pho ")),
)


class Maker:
    """Makes the values of one table.

    Args:
        unit: code of the office that a dossier without one belongs to: that of the archive.
        today: nothing is received later.

    """

    def __init__(self, unit: str, today: date) -> None:
        self.unit_code, self.today = unit, today

    def of(self, kind: str) -> Callable[[Mapping[str, Cell]], Any]:
        """What makes a value of that kind of import: RegisterDossier, (dossier code, RegisterPaper), and so on."""
        makers: dict[str, Callable[[Mapping[str, Cell]], Any]] = {
            "dossiers": self.dossier,
            "papers": self.paper,
            "procedures": self.procedure,
            "units": self.unit,
        }
        return makers[kind]

    def dossier(self, row: Mapping[str, Cell]) -> RegisterDossier:
        """A dossier of a register with one row a dossier.

        Raises:
            CellError: a value is missing or impossible, or two of them contradict each other.

        """
        get = row.get
        received = cells.day("received_on", get("received_on", ""))
        finished = cells.day("finished_on", get("finished_on", ""))
        state = cells.state("state", get("state", ""))
        if state is None:
            state = DossierState.IN_PROCESS if finished is None else DossierState.FINISHED
        due = cells.maybe("result_due", get("result_due", ""))
        result_due = True if due is None else due
        values: dict[str, Any] = {
            "code": cells.code("code", get("code", "")),
            "unit": cells.code("unit", get("unit", "") or self.unit_code),
            "procedure": cells.code("procedure", row["procedure"]) if get("procedure", "") else "",
            "received_on": _needed("received_on", received),
            "due_on": cells.day("due_on", get("due_on", "")),
            "channel": cells.channel("channel", get("channel", "")),
            "owner": _owner(get("owner", "")),
            "passed": cells.maybe("passed", get("passed", "")),
            "synced": cells.flag("synced", get("synced", "")),
            "title": cells.text("title", get("title", "")),
        }
        self._check(values["received_on"], values["due_on"], finished, state)
        papers = _papers(row, finished, result_due=result_due)
        return RegisterDossier(**values, state=state, finished_on=finished, result_due=result_due, papers=papers)

    def check(self, made: RegisterDossier) -> None:
        """Whether the days and the state of a dossier fit together.

        Raises:
            CellError: they do not.

        """
        self._check(made.received_on, made.due_on, made.finished_on, made.state)

    def _check(self, received: date, due: date | None, finished: date | None, state: DossierState) -> None:
        if received > self.today:
            raise CellError("received_on", N_("{day} lies in the future"), day=_written(received))
        if due is not None and due < received:
            raise CellError("due_on", N_("it was due before it was received"))
        if finished is not None and finished < received:
            raise CellError("finished_on", N_("it was finished before it was received"))
        if finished is not None and finished > self.today:
            raise CellError("finished_on", N_("{day} lies in the future"), day=_written(finished))
        if (state in RESOLVED_STATES) is not (finished is not None):
            reason = N_("the state is {state}, and there is no day on which it was finished")
            if finished is not None:
                reason = N_("it has a day on which it was finished, and its state is {state}")
            raise CellError("finished_on", reason, state=int(state))

    def paper(self, row: Mapping[str, Cell]) -> tuple[str, RegisterPaper]:
        """A paper of a dossier: the code of the dossier, and the paper; without a kind it is a result.

        Raises:
            CellError: a value is missing or impossible.

        """
        get = row.get
        made = RegisterPaper(
            kind=cells.kind("kind", row["kind"]) if get("kind", "") else PaperKind.RESULT,
            name=cells.text("name", get("name", "")),
            number=cells.text("number", get("number", "")),
            issued_on=cells.day("issued_on", get("issued_on", "")),
            valid_until=cells.day("valid_until", get("valid_until", "")),
            revoked_on=cells.day("revoked_on", get("revoked_on", "")),
            result_id=cells.text("result_id", get("result_id", "")),
            file_name=cells.text("file_name", get("file_name", "")),
            declared=cells.flag("declared", get("declared", "")),
            reused=cells.flag("reused", get("reused", "")),
            from_store=cells.flag("from_store", get("from_store", "")),
        )
        if not made.name:
            raise CellError("name", N_("a value is missing"))
        check_validity(made, self.today)
        return cells.code("dossier", get("dossier", "")), made

    @staticmethod
    def procedure(row: Mapping[str, Cell]) -> ProcedureRecord:
        """A procedure of the catalogue of procedures.

        Raises:
            CellError: it has no code or no name.

        """
        get = row.get
        name = cells.text("name", get("name", ""))
        if not name:
            raise CellError("name", N_("a value is missing"))
        return ProcedureRecord(
            code=cells.code("code", get("code", "")),
            name=name,
            field=cells.text("field", get("field", "")),
            issuer=cells.text("issuer", get("issuer", "")),
            performers=cells.text("performers", get("performers", "")),
        )

    @staticmethod
    def unit(row: Mapping[str, Cell]) -> UnitRecord:
        """An office of the list of units; its level by its own column, else by the first word of its name.

        Raises:
            CellError: it has no code, no name or no level, or it ended before it began.

        """
        get = row.get
        name = cells.text("name", get("name", ""))
        if not name:
            raise CellError("name", N_("a value is missing"))
        first = cells.day("valid_from", get("valid_from", ""))
        last = cells.day("valid_to", get("valid_to", ""))
        if first is not None and last is not None and last < first:
            raise CellError("valid_to", N_("it ended before it began"))
        made = UnitRecord(
            code=cells.code("code", get("code", "")),
            name=name,
            level=_level(get("level", ""), name),
            parent=cells.code("parent", row["parent"]) if get("parent", "") else "",
            valid_from=first,
            valid_to=last,
            successor=cells.code("successor", row["successor"]) if get("successor", "") else "",
        )
        if made.code in (made.parent, made.successor):
            raise CellError("code", N_("it belongs to itself, or is its own successor"))
        return made


def check_validity(paper: RegisterPaper, today: date) -> None:
    """Whether the days of a paper fit together.

    Raises:
        CellError: they do not.

    """
    if paper.issued_on is not None and paper.issued_on > today:
        raise CellError("issued_on", N_("{day} lies in the future"), day=_written(paper.issued_on))
    for name, end in (("valid_until", paper.valid_until), ("revoked_on", paper.revoked_on)):
        if paper.issued_on is not None and end is not None and end < paper.issued_on:
            raise CellError(name, N_("it lies before the day of issue"))


def _papers(row: Mapping[str, Cell], finished: date | None, *, result_due: bool) -> tuple[RegisterPaper, ...]:
    """One component, and one result where one is due and can be there: such a register says no more of them."""
    get = row.get
    declared, reused = cells.flag("components", get("components", "")), cells.flag("reused", get("reused", ""))
    component = _component(declared=declared, reused=reused)
    digitized = result_due and cells.flag("results", get("results", ""))
    if finished is None and digitized:
        raise CellError("results", N_("its result is digitized, and it is not finished"))
    issued_on, valid_until = (cells.day(name, get(name, "")) for name in ("result_issued_on", "result_valid_until"))
    if finished is None or not result_due:
        return (component,)
    return component, RegisterPaper(
        PaperKind.RESULT,
        "",
        number=cells.text("result_number", get("result_number", "")),
        issued_on=issued_on or finished,
        valid_until=valid_until,
        result_id=cells.text("result_id", get("result_id", "")),
        declared=digitized,
    )


@cache
def _component(*, declared: bool, reused: bool) -> RegisterPaper:
    return RegisterPaper(PaperKind.COMPONENT, "", declared=declared, reused=reused)


def _needed(name: str, value: date | None) -> date:
    if value is None:
        raise CellError(name, N_("a value is missing"))
    return value


def _owner(cell: Cell) -> str:
    return "".join(cells.plain(cell).split()) if cell != "" else ""


def _level(cell: Cell, name: str) -> str:
    word = " ".join(fold(cells.plain(cell)).split())
    if word:
        found = _LEVELS.get(word)
        if found is None:
            raise CellError(
                "level", N_("{value} is not a level of government: write tỉnh, huyện or xã"), value=cells.shown(word)
            )
        return found.value
    folded = fold(name) + " "
    for level, beginnings in _LEVEL_WORDS:
        if folded.startswith(beginnings):
            return level.value
    raise CellError("level", N_("the level of government is not known: {value}"), value=cells.shown(name))


def _written(day: date) -> str:
    return f"{day:%d/%m/%Y}"
