"""A register of an invented province as other systems would export it: offices, procedures, dossiers, their papers.

Three years up to a day, two levels of communes and districts as they were until 2025-06-30 and one of communes since;
more is digitized from month to month, some is late, some is withdrawn. The same day and seed give the same bytes. The
lists of names are its own: a library of names is not worth being installed everywhere for a demonstration.
"""

import csv
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Final, Protocol

from digidoc.demo.register_lists import AFTER, BEFORE, FAMILY, GIVEN, MIDDLE, OWNER, PROCEDURES, UNITS, Procedure
from digidoc.demo.scans import DemoScan
from digidoc.errors import from_os
from digidoc.files.csv_table import csv_bytes

_Shares = tuple[tuple[float, str], ...]
SEED: Final = 20_250_701
DOSSIERS: Final = 5_000
# On 2025-07-01 the districts ended and communes merged.
REFORM: Final = date(2025, 7, 1)
_SPAN: Final = 3 * 365 + 1
_OWNERS: Final = 0.45  # owners a dossier: most come again
_LISTED: Final = 9  # of every so many dossiers the papers are listed too
_WAITING: Final = 0.05
_LATELY: Final = timedelta(days=120)
# Shares, added up: withdrawn, stopped, refused; then of the open ones: in process, supplement asked, received; of the
# resolved: the result was returned, or waits for its owner.
_STATES: Final[_Shares] = ((0.012, "7"), (0.016, "8"), (0.024, "3"))
_OPEN: Final[_Shares] = ((0.85, "4"), (0.93, "5"), (1.0, "2"))
_RESOLVED: Final[_Shares] = ((0.9, "10"), (1.0, "9"))
_PASSED, _POSTAL, _REVOKED = 0.3, 0.04, 0.03  # shares
_YES, _NO = "Có", "Không"
_DOSSIER_TITLES: Final = (
    "Mã hồ sơ", "Mã TTHC", "Mã đơn vị", "Trạng thái", "Ngày tiếp nhận", "Ngày hẹn trả", "Ngày kết thúc xử lý",
    "Kênh thực hiện", "Số định danh", "Liên thông điện tử", "Đồng bộ kho dữ liệu cá nhân", "Có kết quả giấy",
    "Số hóa TPHS", "Số hóa KQ", "Tái sử dụng", "Số ký hiệu kết quả", "Ngày hết hạn", "Trích yếu",
)  # fmt: skip
_PAPER_TITLES: Final = (
    "Mã hồ sơ", "Loại", "Tên giấy tờ", "Số ký hiệu", "Ngày cấp", "Có giá trị đến", "Thu hồi từ", "Tên tệp",
    "Được số hóa", "Được tái sử dụng",
)  # fmt: skip


class _Writer(Protocol):
    """A writer of the module csv."""

    def writerow(self, row: Iterable[str], /) -> object:
        """Write one row."""

    def writerows(self, rows: Iterable[Iterable[str]], /) -> object:
        """Write many."""


@dataclass(frozen=True, slots=True)
class RegisterFiles:
    """The files of a register, in the order in which they are imported."""

    units: Path
    procedures: Path
    dossiers: Path
    papers: Path


@dataclass(frozen=True, slots=True)
class _Dossier:
    """One dossier, as far as its papers need to know it."""

    code: str
    procedure: Procedure
    unit: str
    received: date
    finished: date | None
    components: bool
    results: bool
    reused: bool
    number: str

    @property
    def valid_until(self) -> date | None:
        """Last day on which the result is in force."""
        years = self.procedure.years
        return None if self.finished is None or not years else self.finished + timedelta(days=365 * years)


def make_register(
    folder: Path, last: date, scans: Sequence[DemoScan] = (), *, dossiers: int = DOSSIERS, seed: int = SEED
) -> RegisterFiles:
    """Write a register below a folder.

    Args:
        folder: made if missing.
        last: the last day that the register knows.
        scans: papers whose dossiers are in it too, so that digitized papers are matched.
        dossiers: how many, without those of the scans.
        seed: of all that is chosen.

    Raises:
        StorageError: the folder cannot be written.

    """
    made = RegisterFiles(folder / "don-vi.csv", folder / "thu-tuc.xlsx", folder / "ho-so.csv", folder / "giay-to.csv")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        made.units.write_bytes(csv_bytes(("Mã", "Tên", "Cấp", "Trực thuộc", "Từ ngày", "Đến ngày", "Kế thừa"), UNITS))
        _write_procedures(made.procedures, last)
        # Excel wants the mark in front; rows are written one by one, for there may be a million.
        with (
            made.dossiers.open("w", encoding="utf-8-sig", newline="") as first,
            made.papers.open("w", encoding="utf-8-sig", newline="") as second,
        ):
            _write(csv.writer(first), csv.writer(second), last, scans, dossiers, random.Random(seed))  # noqa: S311
    except OSError as error:
        raise from_os(error, folder) from error
    return made


def _write_procedures(path: Path, last: date) -> None:
    """A spreadsheet as the national portal exports it: a title, the header, the rows."""
    from xlsxwriter import Workbook

    with Workbook(path) as book:
        book.set_properties({"created": datetime.combine(last, time())})
        sheet = book.add_worksheet("Danh sách")
        sheet.write_row(0, 0, ["DANH SÁCH THỦ TỤC HÀNH CHÍNH (GIẢ ĐỊNH)"])
        sheet.write_row(1, 0, ["Mã số", "Tên", "Cơ quan ban hành", "Cơ quan thực hiện", "Lĩnh vực"])
        for row, p in enumerate(PROCEDURES, 2):
            sheet.write_row(row, 0, [p.code, p.name, "Bộ, ngành (giả định)", p.performer, p.field])


def _write(
    dossiers: _Writer, papers: _Writer, last: date, scans: Sequence[DemoScan], count: int, chance: random.Random
) -> None:
    dossiers.writerow(_DOSSIER_TITLES)
    papers.writerow(_PAPER_TITLES)
    for place, (row, made) in enumerate(_dossiers(last, count, chance)):
        dossiers.writerow(row)
        if place % _LISTED == 0:
            papers.writerows(_papers(made, chance))
    dossiers.writerows(_scanned(scans, last))
    papers.writerows(map(_scan, scans))


def _dossiers(last: date, count: int, chance: random.Random) -> Iterator[tuple[tuple[str, ...], _Dossier]]:
    owners = [f"099{chance.randrange(10**9):09d}" for _ in range(max(1, round(count * _OWNERS)))]
    names = [f"{chance.choice(FAMILY)} {chance.choice(MIDDLE)} {chance.choice(GIVEN)}" for _ in range(500)]
    places = {unit: [p for p in PROCEDURES if p.level == level] for unit, level, _w, _t in (*BEFORE, *AFTER)}
    offices = [([unit for unit, *_ in some], list(accumulate(w for *_, w, _t in some))) for some in (BEFORE, AFTER)]
    skill = {unit: talent for unit, _level, _w, talent in (*BEFORE, *AFTER)}
    draw = chance.random
    for place in range(count):
        # A little more every month.
        progress = (place / count) ** 0.85
        received = last - timedelta(days=round(_SPAN * (1 - progress)))
        codes, weights = offices[received >= REFORM]
        unit = chance.choices(codes, cum_weights=weights)[0]
        procedure = chance.choice(places[unit])
        due = received + timedelta(days=procedure.days)
        pace = draw() if draw() > 0.09 - 0.06 * progress else 1 + draw()
        done = received + timedelta(days=round(pace * procedure.days))
        # Some of the last months wait for too long.
        waits = draw() < _WAITING and received > last - _LATELY
        state = _state(draw(), open_still=done > last or waits)
        finished = done if state in ("9", "10") else None
        rate = (0.32 + 0.62 * progress) * skill[unit]
        made = _Dossier(
            f"{unit}-{received:%y%m%d}-{place % 10_000:04d}",
            procedure,
            unit,
            received,
            finished,
            components=draw() < rate,
            results=finished is not None and bool(procedure.result) and draw() < rate + 0.04,
            reused=draw() < 0.1 + 0.45 * progress,
            number=f"{1 + place % 4000}/{procedure.symbol}-UBND",
        )
        channel = draw()
        online = 0.3 + 0.45 * progress
        yield (
            (
                made.code,
                procedure.code,
                unit,
                state,
                _day(received),
                _day(due),
                _day(finished),
                "Trực tuyến" if channel < online else "Bưu chính" if channel > 1 - _POSTAL else "Trực tiếp",
                owners[int(draw() * len(owners))],
                "" if draw() > _PASSED else _YES if draw() < 0.55 + 0.4 * progress else _NO,
                _YES if finished is not None and draw() < 0.15 + 0.5 * progress else _NO,
                _YES if procedure.result else _NO,
                _YES if made.components else _NO,
                _YES if made.results else _NO,
                _YES if made.reused else _NO,
                made.number if finished is not None and procedure.result else "",
                _day(made.valid_until) if procedure.result else "",
                f"{procedure.name} – {names[place % len(names)]}",
            ),
            made,
        )


def _state(draw: float, *, open_still: bool) -> str:
    """By the numbers of the national exchange; `draw` is a number from 0 to 1."""
    for share, state in (*_STATES, *(_OPEN if open_still else _RESOLVED)):
        if draw < share:
            return state
    raise ValueError(draw)


def _papers(made: _Dossier, chance: random.Random) -> Iterator[tuple[str, ...]]:
    for name in made.procedure.components:
        yes, reused = (_YES if flag else _NO for flag in (made.components, made.reused))
        yield (made.code, "Thành phần", name, "", "", "", "", "", yes, reused)
    if made.finished is not None and made.procedure.result:
        revoked = made.finished + timedelta(days=60) if chance.random() < _REVOKED else None
        yes = _YES if made.results else _NO
        days = (_day(made.finished), _day(made.valid_until), _day(revoked))
        yield (made.code, "Kết quả", made.procedure.result, made.number, *days, "", yes, _NO)


def _scanned(scans: Iterable[DemoScan], last: date) -> Iterator[tuple[str, ...]]:
    """The dossiers of the scans: received on the day that their code says, resolved six days later."""
    for code in dict.fromkeys(scan.dossier for scan in scans):
        unit, written, _number = code.rsplit("-", 2)
        received = min(date(2000 + int(written[:2]), int(written[2:4]), int(written[4:])), last)
        finished = min(received + timedelta(days=6), last)
        procedure = PROCEDURES[0]
        yield (
            code, procedure.code, unit, "10", _day(received), _day(received + timedelta(days=10)), _day(finished),
            "Trực tiếp", OWNER, "", _NO, _YES, _NO, _NO, _NO, "", "", procedure.name,
        )  # fmt: skip


def _scan(scan: DemoScan) -> tuple[str, ...]:
    """A scanned paper as a list of papers has it: decisions and certificates are results."""
    fields, name = scan.fields, scan.path.name
    kind = "Kết quả" if any(word in name for word in ("quyet-dinh", "chung-nhan", "thong-bao")) else "Thành phần"
    number = f"{fields['CodeNumber']}/{fields['CodeNotation']}" if fields.get("CodeNumber") else ""
    title = " ".join(part for part in (fields.get("TypeName", ""), fields["Subject"]) if part)
    return (scan.dossier, kind, title, number, fields.get("IssuedDate", ""), "", "", name, _NO, _NO)


@lru_cache(maxsize=1 << 14)
def _day(day: date | None) -> str:
    return "" if day is None else f"{day:%d/%m/%Y}"
