"""Values of the register: dossiers and papers as the office's other system lists them, and what is counted of them.

The register says what exists; the archive says what of it is digitized, conformant and signed. Plain values without
I/O: `report` and `archive` both speak in them and never import each other. Days are days of Việt Nam (+07:00).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum
from pathlib import Path
from typing import Final


class DossierState(IntEnum):
    """Where a dossier stands, by the numbers of the national exchange of dossiers."""

    REGISTERED = 1
    RECEIVED = 2
    REFUSED = 3
    IN_PROCESS = 4
    SUPPLEMENT_ASKED = 5
    FEES = 6
    WITHDRAWN = 7
    STOPPED = 8
    FINISHED = 9
    RETURNED = 10


# Received by the office: 2 and 4 to 10; resolved: 9 and 10. Those withdrawn or stopped were received, never resolved.
RECEIVED_STATES: Final = frozenset(DossierState) - {DossierState.REGISTERED, DossierState.REFUSED}
RESOLVED_STATES: Final = frozenset({DossierState.FINISHED, DossierState.RETURNED})
CLOSED_STATES: Final = frozenset({DossierState.WITHDRAWN, DossierState.STOPPED})


class Channel(StrEnum):
    """How a dossier came in."""

    ONLINE = "online"
    DIRECT = "direct"
    POSTAL = "postal"


class PaperKind(StrEnum):
    """What a paper is to its dossier: handed in, or the result of the procedure."""

    COMPONENT = "component"
    RESULT = "result"


class Quality(StrEnum):
    """What counts as digitized.

    attached: a file is in the archive, or the register says that one is attached elsewhere (`declared`): what a
    provincial system counts. conformant: a file in the archive that meets the checks. signed: its signatures verify by
    the last check. Each is counted by itself: a signed paper need not be conformant.
    """

    ATTACHED = "attached"
    CONFORMANT = "conformant"
    SIGNED = "signed"


@dataclass(frozen=True, slots=True)
class RegisterPaper:
    """A paper of a dossier as the register lists it.

    Attributes:
        kind: component or result.
        name: what it is, such as "Giấy chứng nhận quyền sử dụng đất".
        number: as it stands on the paper, such as 15/QĐ-UBND; empty when unknown.
        issued_on: day of issue.
        valid_until: last day on which it is in force; None when it has no end.
        revoked_on: first day on which it is no longer in force, by revocation or replacement.
        result_id: id that the paper has everywhere (MaGiayToKetQua); the same one in two dossiers is one paper.
        file_name: of the file, when the register names one.
        declared: the register says that a file is attached (DuocSoHoa).
        reused: taken from an earlier dossier instead of being handed in again (DuocTaiSuDung).
        from_store: taken from the citizen's store of data (DuocLayTuKhoDMQG).

    """

    kind: PaperKind
    name: str
    number: str = ""
    issued_on: date | None = None
    valid_until: date | None = None
    revoked_on: date | None = None
    result_id: str = ""
    file_name: str = ""
    declared: bool = False
    reused: bool = False
    from_store: bool = False


@dataclass(frozen=True, slots=True)
class RegisterDossier:
    """A dossier as the register lists it.

    Attributes:
        code: MaHoSo.
        unit: code of the office that handles it.
        procedure: code of the procedure; empty when unknown.
        state: see `DossierState`.
        received_on: day of receipt.
        due_on: day by which it is to be resolved; None when there is none.
        finished_on: day of resolution; set when and only when the state is 9 or 10.
        channel: how it came in; None when unknown.
        owner: personal or organisation number of the owner; never kept, only its keyed hash.
        passed: it had to pass between offices: electronically (True), on paper (False); None when it had not.
        synced: it is in the citizen's personal store of the national portal.
        result_due: the procedure gives a result on paper, so that one has to be digitized.
        title: what it is about; may be empty.
        papers: components and results. A register that only says of a dossier whether its components and its result
            are digitized gives one component and one result, `declared` or not.

    """

    code: str
    unit: str
    procedure: str
    state: DossierState
    received_on: date
    due_on: date | None = None
    finished_on: date | None = None
    channel: Channel | None = None
    owner: str = ""
    passed: bool | None = None
    synced: bool = False
    result_due: bool = True
    title: str = ""
    papers: tuple[RegisterPaper, ...] = ()


@dataclass(frozen=True, slots=True)
class FlowCounts:
    """Counts of dossiers, in one group and one span of time.

    What follows `resolved` counts dossiers resolved in that time, all before it those received in that time.

    Attributes:
        received: received dossiers, withdrawn ones included.
        received_online: of these, those that came online.
        withdrawn: of these, those that were withdrawn or stopped later.
        withdrawn_online: of the withdrawn, those that came online.
        components_due: received dossiers with at least one component.
        components: of these, by quality (attached, conformant, signed), those of which every component is digitized.
        reused: received dossiers with a component that was reused or taken from the store.
        synced: received dossiers with a component from the store, or a result in the citizen's personal store.
        complete_due: received dossiers with a component, or with a result that is due and resolved.
        complete: of these, by quality, those with all components and, where one is due, the result digitized.
        passed: dossiers that had to pass between offices.
        passed_online: of these, electronically.
        resolved: resolved dossiers.
        early: of these, before the day they were due.
        punctual: on the day, or without a day that they were due.
        late: after it.
        result_due: resolved dossiers that owe a result on paper.
        results: of these, by quality, those of which every result is digitized.

    """

    received: int = 0
    received_online: int = 0
    withdrawn: int = 0
    withdrawn_online: int = 0
    components_due: int = 0
    components: tuple[int, int, int] = (0, 0, 0)
    reused: int = 0
    synced: int = 0
    complete_due: int = 0
    complete: tuple[int, int, int] = (0, 0, 0)
    passed: int = 0
    passed_online: int = 0
    resolved: int = 0
    early: int = 0
    punctual: int = 0
    late: int = 0
    result_due: int = 0
    results: tuple[int, int, int] = (0, 0, 0)


@dataclass(frozen=True, slots=True)
class StockCounts:
    """Counts of results in force at the end of a day; the same result in several dossiers counts once.

    Attributes:
        results: issued by then, not expired, not revoked.
        digitized: of these, by quality (attached, conformant, signed).
        declared_only: attached by the register's word alone.

    """

    results: int = 0
    digitized: tuple[int, int, int] = (0, 0, 0)
    declared_only: int = 0


@dataclass(frozen=True, slots=True)
class PaperCounts:
    """Counts of papers in the archive; the same bytes in several dossiers count once.

    Attributes:
        attached, conformant: papers filed by then, and those that meet the checks.
        with_signature: of the attached, those that bear a signature.
        signed: of these, those whose signatures all verified by the last check.
        reviewed: of the attached, those that no person has to look at any more.
        checked_first, checked_last: days of the oldest and newest last check of a signature; None without any.

    """

    attached: int = 0
    conformant: int = 0
    with_signature: int = 0
    signed: int = 0
    reviewed: int = 0
    checked_first: date | None = None
    checked_last: date | None = None


class GroupBy(StrEnum):
    """What a report is broken down by."""

    UNIT = "unit"
    LEVEL = "level"
    PROCEDURE = "procedure"
    FIELD = "field"  # of the procedure (lĩnh vực)
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Scope:
    """What is counted.

    Attributes:
        first, last: first and last day of the period for flows; None is open.
        as_of: end of the day at which things are looked at; None is now, which is answered from summary tables.
        units: codes; a unit includes those that belong to it (a province its communes) and those that it succeeded;
            empty for all.
        procedures: codes; empty for all.

    """

    first: date | None = None
    last: date | None = None
    as_of: date | None = None
    units: tuple[str, ...] = ()
    procedures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProcessCounts:
    """Dossiers in process at the end of a day: received by then, neither resolved nor withdrawn by then.

    Attributes:
        in_process: all of them.
        overdue: of these, those that were due before the end of that day.

    """

    in_process: int = 0
    overdue: int = 0


@dataclass(frozen=True, slots=True)
class ListedItem:
    """A dossier or paper behind a figure.

    Attributes:
        dossier: code of the dossier; empty for a loose paper.
        unit, procedure: codes of the register; empty when it does not know the dossier.
        kind: component, result, or None when it is about the whole dossier.
        name: of the paper, empty for a whole dossier.
        number: of the paper.
        paper_id: in the archive; None when it is not there.
        counted: whether it is in the numerator.
        why: a code: counted, declared; not-digitized, not-conformant, not-signed, not-reviewed, not-reused, not-synced,
            not-online, on-paper, late, in-process; not-in-register and no-paper of what only one side knows.
        doubts: of a paper that is not conformant, the codes of what is in doubt about it.
        review: likewise, names of the fields that a person has to confirm.

    """

    dossier: str
    unit: str
    procedure: str
    kind: PaperKind | None
    name: str
    number: str
    paper_id: str | None
    counted: bool
    why: str
    doubts: tuple[str, ...] = ()
    review: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UnitRecord:
    """An office in the list of units.

    Attributes:
        code: of the office.
        name: of the office.
        level: "province", "district" or "commune".
        parent: code of the unit that it belongs to; empty for none.
        valid_from, valid_to: first day, and last day of its existence; None is open.
        successor: code of the unit that took its place; empty for none.

    """

    code: str
    name: str
    level: str
    parent: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    successor: str = ""


@dataclass(frozen=True, slots=True)
class ProcedureRecord:
    """A procedure in the catalogue of procedures (thủ tục hành chính).

    Attributes:
        code: such as 1.011442, with a suffix for the agency in places (1.012753.H19).
        name: of the procedure.
        field: lĩnh vực.
        issuer: cơ quan ban hành.
        performers: cơ quan thực hiện, as they stand in the export.

    """

    code: str
    name: str
    field: str = ""
    issuer: str = ""
    performers: str = ""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import came to: rows that are new, changed, unchanged; and what it was."""

    new: int
    changed: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class ImportSource:
    """Where rows of an import came from; the file itself is kept, so that the catalogue can be made anew.

    Attributes:
        path: the file.
        sha256: of its bytes, hex.
        kind: dossiers, procedures, units or papers.
        mapping: name of a value to the title of the column that holds it, as it was used.

    """

    path: Path
    sha256: str
    kind: str
    mapping: Mapping[str, str]
