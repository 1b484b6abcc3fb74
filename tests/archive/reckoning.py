"""What a report should count, reckoned slowly and obviously from plain rows; and material for it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta, timezone

from digidoc.archive.archive import Archive
from digidoc.model import PaperRecord, PaperState
from digidoc.register import (
    CLOSED_STATES,
    RECEIVED_STATES,
    RESOLVED_STATES,
    Channel,
    DossierState,
    FlowCounts,
    GroupBy,
    PaperKind,
    ProcedureRecord,
    ProcessCounts,
    RegisterDossier,
    RegisterPaper,
    Scope,
    StockCounts,
    UnitRecord,
)

VIETNAM = timezone(timedelta(hours=7))
FOREVER = datetime(9999, 1, 1, tzinfo=UTC)
UNITS = [
    UnitRecord("H17", "Đà Nẵng", "province"),
    UnitRecord("H17.1", "Xã Một", "commune", "H17"),
    UnitRecord("H17.2", "Xã Hai", "commune", "H17"),
    UnitRecord("H16.9", "Xã Cũ", "district", successor="H17.2"),
]
PROCEDURES = [ProcedureRecord("1.000001", "Kết hôn", "Hộ tịch"), ProcedureRecord("1.000002.H17", "Đất", "Đất đai")]


@dataclass
class Book:
    """The register as it should be, and the archive whose papers are digitized."""

    archive: Archive
    dossiers: dict[str, RegisterDossier] = field(default_factory=dict)

    def papers(self) -> list[PaperRecord]:
        rows = self.archive.catalog.db.execute("SELECT paper_id FROM paper ORDER BY rowid")
        return [self.archive.paper(paper_id) for (paper_id,) in rows.fetchall()]

    def flow(self, by: GroupBy | None, scope: Scope) -> dict[str, FlowCounts]:
        counted = Counted(self, scope.as_of)
        found: dict[str, FlowCounts] = {}
        for dossier in self._covered(scope):
            received, resolved = counted.dossier(dossier)
            for day, counts in ((dossier.received_on, received), (dossier.finished_on, resolved)):
                if counts is not None and day is not None and _within(day, scope):
                    key = self.key(by, dossier, day)
                    found[key] = _added(found.get(key, FlowCounts()), counts)
        return found

    def grid(self, scope: Scope) -> dict[tuple[str, str], FlowCounts]:
        found = {}
        for unit in {dossier.unit for dossier in self._covered(scope)}:
            alone = Book(self.archive, {c: d for c, d in self.dossiers.items() if d.unit == unit})
            for month, counts in alone.flow(GroupBy.MONTH, scope).items():
                found[unit, month] = counts
        return found

    def stock(self, by: GroupBy | None, scope: Scope, day: date | None = None) -> dict[str, StockCounts]:
        """In force on `day`, digitized by the end of it; by default the scope's."""
        counted = Counted(self, day or scope.as_of)
        today = day or scope.as_of or datetime.now(VIETNAM).date()
        seen: dict[str, list[tuple[RegisterDossier, RegisterPaper]]] = {}
        for dossier in self.dossiers.values():
            for number, paper in enumerate(dossier.papers):
                if paper.kind is PaperKind.RESULT and (paper.issued_on or dossier.finished_on):
                    seen.setdefault(paper.result_id or f"{dossier.code} {number}", []).append((dossier, paper))
        found: dict[str, StockCounts] = {}
        for places in seen.values():
            dossier, paper = places[0]
            issued = paper.issued_on or dossier.finished_on
            assert issued is not None
            gone = (paper.valid_until and paper.valid_until < today) or (paper.revoked_on and paper.revoked_on <= today)
            if issued > today or gone or dossier not in self._covered(scope):
                continue
            best = [any(counted.qualities(d.code, p)[n] for d, p in places) for n in range(3)]
            real = any(counted.file_of(d.code, p) for d, p in places)
            key = self.key(by, dossier, issued)
            old = found.get(key, StockCounts())
            found[key] = StockCounts(
                old.results + 1,
                tuple(a + b for a, b in zip(old.digitized, best, strict=True)),  # type: ignore[arg-type]
                old.declared_only + (best[0] and not real),
            )
        return found

    def in_process(self, by: GroupBy | None, scope: Scope) -> dict[str, ProcessCounts]:
        day = scope.as_of or datetime.now(VIETNAM).date()
        found: dict[str, ProcessCounts] = {}
        for dossier in self._covered(scope):
            closed = dossier.state in CLOSED_STATES or (dossier.finished_on is not None and dossier.finished_on <= day)
            if dossier.state in RECEIVED_STATES and dossier.received_on <= day and not closed:
                key = self.key(by, dossier, dossier.received_on)
                old = found.get(key, ProcessCounts())
                late = dossier.due_on is not None and dossier.due_on < day
                found[key] = ProcessCounts(old.in_process + 1, old.overdue + late)
        return found

    def key(self, by: GroupBy | None, dossier: RegisterDossier, day: date) -> str:
        fields = {procedure.code: procedure.field for procedure in PROCEDURES}
        levels = {unit.code: unit.level for unit in UNITS}
        known = dossier.procedure in fields
        procedure = dossier.procedure if known else ".".join(dossier.procedure.split(".")[:2])
        keys: Mapping[GroupBy | None, Callable[[], str]] = {
            None: lambda: "",
            GroupBy.UNIT: lambda: dossier.unit,
            GroupBy.LEVEL: lambda: levels.get(dossier.unit, ""),
            GroupBy.PROCEDURE: lambda: procedure,
            GroupBy.FIELD: lambda: fields.get(procedure, ""),
            GroupBy.MONTH: lambda: day.isoformat()[:7],
        }
        return keys[by]()

    def _covered(self, scope: Scope) -> list[RegisterDossier]:
        members = set(scope.units)
        for _round in UNITS:
            members |= {unit.code for unit in UNITS if unit.parent in members or unit.successor in members}
        return [
            dossier
            for dossier in self.dossiers.values()
            if (not scope.units or dossier.unit in members)
            and (
                not scope.procedures
                or dossier.procedure in scope.procedures
                or self.key(GroupBy.PROCEDURE, dossier, dossier.received_on) in scope.procedures
            )
        ]


class Counted:
    """What one dossier or paper counts for at the end of a day; None is now."""

    def __init__(self, book: Book, day: date | None) -> None:
        self.day = day
        self.until = FOREVER if day is None else datetime.combine(day, time.max, VIETNAM)
        filed = [paper for paper in book.papers() if paper.state is not PaperState.REFUSED]
        self._linked = {
            event.detail["dossier"]
            for paper in filed
            for event in paper.events
            if event.kind == "reuse" and event.at <= self.until
        }
        # Of papers with the same name the first one is taken.
        self._files = {(paper.dossier, paper.name): paper for paper in reversed(filed)}

    def file_of(self, code: str, paper: RegisterPaper) -> PaperRecord | None:
        found = self._files.get((code, paper.file_name))
        return None if found is None or min(event.at for event in found.events) > self.until else found

    def qualities(self, code: str, paper: RegisterPaper) -> tuple[bool, bool, bool]:
        file = self.file_of(code, paper)
        return (paper.declared, False, False) if file is None else self.of_file(file)

    def of_file(self, file: PaperRecord) -> tuple[bool, bool, bool]:
        signed = bool(file.signatures) and all(
            signature.verdict == "TOTAL_PASSED" and signature.checked_at <= self.until for signature in file.signatures
        )
        return True, file.conformant, signed

    def every(self, code: str, papers: Iterable[RegisterPaper]) -> tuple[int, int, int]:
        found = [self.qualities(code, paper) for paper in papers]
        return tuple(int(bool(found) and all(had[n] for had in found)) for n in range(3))  # type: ignore[return-value]

    def dossier(self, dossier: RegisterDossier) -> tuple[FlowCounts | None, FlowCounts | None]:
        last = self.day or date.max
        if dossier.state not in RECEIVED_STATES:
            return None, None
        resolved = dossier.state in RESOLVED_STATES and dossier.finished_on is not None and dossier.finished_on <= last
        components = [paper for paper in dossier.papers if paper.kind is PaperKind.COMPONENT]
        results = [paper for paper in dossier.papers if paper.kind is PaperKind.RESULT]
        has_components = self.every(dossier.code, components)
        has_results = self.every(dossier.code, results)
        due = resolved and dossier.result_due
        complete = tuple(
            int((not components or has_components[n]) and (not due or has_results[n]) and (bool(components) or due))
            for n in range(3)
        )
        online, withdrawn = dossier.channel is Channel.ONLINE, dossier.state in CLOSED_STATES
        received = FlowCounts(
            received=1,
            received_online=online,
            withdrawn=withdrawn,
            withdrawn_online=online and withdrawn,
            components_due=bool(components),
            components=has_components,
            reused=dossier.code in self._linked or any(paper.reused or paper.from_store for paper in components),
            synced=dossier.synced or any(paper.from_store for paper in components),
            complete_due=bool(components) or due,
            complete=complete,  # type: ignore[arg-type]
            passed=dossier.passed is not None,
            passed_online=bool(dossier.passed),
        )
        if not resolved:
            return received if dossier.received_on <= last else None, None
        assert dossier.finished_on is not None
        finished, by = dossier.finished_on, dossier.due_on
        after = FlowCounts(
            resolved=1,
            early=by is not None and finished < by,
            punctual=by is None or finished == by,
            late=by is not None and finished > by,
            result_due=dossier.result_due,
            results=has_results if dossier.result_due else (0, 0, 0),
        )
        return received, after


def _within(day: date, scope: Scope) -> bool:
    return (scope.first is None or scope.first <= day) and (scope.last is None or day <= scope.last)


def _added(one: FlowCounts, other: FlowCounts) -> FlowCounts:
    found = {}
    for name in FlowCounts.__slots__:
        a, b = getattr(one, name), getattr(other, name)
        found[name] = tuple(map(sum, zip(a, b, strict=True))) if isinstance(a, tuple) else a + b
    return replace(one, **found)


def dossier(
    code: str,
    state: DossierState = DossierState.RETURNED,
    *,
    received: str = "2025-01-02",
    finished: str | None = "2025-01-08",
    papers: Iterable[RegisterPaper] = (),
    unit: str = "H17.1",
    procedure: str = "1.000001",
    **more: object,
) -> RegisterDossier:
    done = date.fromisoformat(finished) if finished and state in RESOLVED_STATES else None
    first = date.fromisoformat(received)
    made = RegisterDossier(code, unit, procedure, state, first, finished_on=done, papers=tuple(papers))
    return replace(made, **more)  # type: ignore[arg-type]
