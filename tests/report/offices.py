"""An archive whose report has everything to show: twelve offices over two years, names that try to break the page."""

import random
from datetime import date, timedelta
from pathlib import Path

from digidoc.archive.archive import Archive
from digidoc.model import Level, Unit
from digidoc.register import (
    Channel,
    DossierState,
    ImportSource,
    PaperKind,
    ProcedureRecord,
    RegisterDossier,
    RegisterPaper,
    UnitRecord,
)
from tests.report.registers import reporting
from tests.running import Run

OFFICE = "Ủy ban nhân dân thành phố Đà Nẵng"
SCRIPT = '<script>alert("x")</script>'
FORMULA = '=HYPERLINK("http://example.invalid/","Xã")'
PIPE = "Phường Hội An | Tây *đậm* [x](http://example.invalid/)"
TURNED = "Xã \u202eanÀ aB"  # a character that turns the direction of writing
WORDS = ("--period", "all", "--as-of", "2023-12-31", "--target", "danang-2021")
_NAMES = (SCRIPT, FORMULA, PIPE, TURNED, "Xã Hòa Vang", "Phường Sơn Trà", "Phường Nguyễn Thị Hữu Nghĩa")
_UNITS, _MONTHS = 12, 24


def office(root: Path, count: int = 600) -> Run:
    """The command `report` on such an archive."""
    chance = random.Random(6)
    unit = Unit("H17", Level.PROVINCE, OFFICE)
    with Archive.create(root, unit=unit, profile="province") as made, made.writing():
        rows = [_dossier(number, chance) for number in range(count)]
        made.register_dossiers(rows, ImportSource(root / "so.csv", "0" * 64, "dossiers", {}))
        names = [*_NAMES, *(f"Phường {number}" for number in range(len(_NAMES), _UNITS))]
        units = [UnitRecord(_code(number), name, "commune", "H17") for number, name in enumerate(names)]
        made.register_units(units, ImportSource(root / "don-vi.csv", "1" * 64, "units", {}))
        procedures = [ProcedureRecord(f"1.00000{n}", f"Thủ tục {n}", field="Đất đai") for n in range(3)]
        made.register_procedures(procedures, ImportSource(root / "thu-tuc.csv", "2" * 64, "procedures", {}))
    return reporting(root)


def _code(number: int) -> str:
    return f"H17.{number:02d}"


def _dossier(number: int, chance: random.Random) -> RegisterDossier:
    place, month = number % _UNITS, number * _MONTHS // 600 % _MONTHS
    received = date(2022 + month // 12, month % 12 + 1, 1 + number % 20)
    finished = received + timedelta(days=chance.randrange(1, 12))
    digitized = chance.random() < 0.3 + 0.02 * month
    return RegisterDossier(
        code=f"{_code(place)}-{number:06d}",
        unit=_code(place),
        procedure=f"1.00000{number % 3}",
        state=DossierState.FINISHED,
        received_on=received,
        due_on=received + timedelta(days=10),
        finished_on=finished,
        channel=chance.choice(list(Channel)),
        passed=chance.choice([True, False, None]),
        papers=(
            RegisterPaper(PaperKind.COMPONENT, "", declared=chance.random() < 0.6, reused=number % 4 == 0),
            RegisterPaper(PaperKind.RESULT, "", declared=digitized, issued_on=finished),
        ),
    )


def made(run: Run, folder: Path, form: str, *words: str) -> Path:
    """The file of that form."""
    path = folder / f"report-{len(list(folder.iterdir()))}.{form}"
    result = run(*WORDS, *words, "--format", form, "--out", str(path))
    assert result.exit_code == 0, result.output
    return path
