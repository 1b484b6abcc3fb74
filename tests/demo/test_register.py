from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from digidoc.archive.archive import Archive
from digidoc.archive.importing.reading import Reading, digest
from digidoc.demo.register import RegisterFiles, make_register
from digidoc.demo.register_lists import PROCEDURES, PROVINCE, PROVINCE_NAME, UNITS
from digidoc.demo.scans import DemoScan
from digidoc.errors import StorageError
from digidoc.model import Level, Unit
from digidoc.register import GroupBy, ImportSource, Quality, Scope

LAST = date(2026, 11, 21)
SCAN = DemoScan(
    Path("scans/H99.26-250908-0007/03-quyet-dinh.jpg"),
    "H99.26-250908-0007",
    ("",),
    0,
    0.0,
    200,
    {
        "TypeName": "QUYẾT ĐỊNH",
        "Subject": "Về việc",
        "CodeNumber": "5",
        "CodeNotation": "QĐ",
        "IssuedDate": "2025-09-10",
    },
)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> RegisterFiles:
    return make_register(tmp_path_factory.mktemp("register"), LAST, [SCAN], dossiers=1500)


@pytest.fixture(scope="module")
def archive(files: RegisterFiles, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    unit = Unit(PROVINCE, Level.PROVINCE, PROVINCE_NAME)
    with Archive.create(tmp_path_factory.mktemp("archive") / "kho", unit=unit, profile="province") as made:
        with made.writing():
            for kind, file, take in (
                ("units", files.units, made.register_units),
                ("procedures", files.procedures, made.register_procedures),
                ("dossiers", files.dossiers, made.register_dossiers),
                ("papers", files.papers, made.register_results),
            ):
                known = made.known_dossiers
                reading = Reading(file, kind, mapping={}, sheet=None, unit=PROVINCE, today=LAST, known=known)
                take(reading.values(), ImportSource(file, digest(file), kind, {}))
                assert not reading.problems, reading.problems[0]
                assert not reading.unused
        yield made


def test_every_row_is_taken_and_every_chart_has_something(archive: Archive) -> None:
    whole = archive.flow(None, Scope())[""]
    assert len(archive.units()) == len(UNITS)
    assert len(archive.procedures()) == len(PROCEDURES) == 40
    assert min(whole.withdrawn, whole.reused, whole.synced, whole.late, whole.early, whole.punctual) > 0
    assert whole.received > whole.received_online > whole.received / 3
    assert set(archive.flow(GroupBy.LEVEL, Scope())) == {"province", "district", "commune"}
    assert min(counts.overdue for counts in archive.in_process(None, Scope(as_of=LAST)).values()) > 0
    assert len(archive.flow(GroupBy.FIELD, Scope())) > 10


def test_more_is_digitized_every_year(archive: Archive) -> None:
    rates = []
    for year in (2024, 2025, 2026):
        flow = archive.flow(None, Scope(date(year, 1, 1), date(year, 12, 31)))[""]
        rates.append(flow.results[0] / flow.result_due)
    assert rates == sorted(rates)
    assert rates[-1] - rates[0] > 0.2
    stock = [counts.digitized[0] / counts.results for counts in archive.stock_trend(Scope(as_of=LAST)).values()]
    assert len(stock) == 37
    assert stock[-1] > stock[6]


def test_districts_end_and_have_successors(archive: Archive) -> None:
    after = archive.flow(GroupBy.LEVEL, Scope(date(2025, 7, 1), LAST))
    ended = [unit for unit in archive.units() if unit.valid_to is not None]
    assert {unit.level for unit in ended} == {"district", "commune"}
    assert all(unit.successor for unit in ended)
    assert after["district"].received == 0
    alone = archive.flow(GroupBy.UNIT, Scope(units=("H99.26",)))
    assert {"H99.26", "H99.11", "H99.51"} == set(alone)


def test_a_worklist_names_the_paper_of_a_scan(archive: Archive) -> None:
    missing = archive.listed("results", Quality.ATTACHED, Scope(), missing=True)
    assert SCAN.dossier in {item.dossier for item in missing}


def test_the_same_every_time(files: RegisterFiles, tmp_path: Path) -> None:
    again = make_register(tmp_path, LAST, [SCAN], dossiers=1500)
    for name in RegisterFiles.__slots__:
        assert getattr(again, name).read_bytes() == getattr(files, name).read_bytes(), name
    codes = Counter(line.split(",")[0] for line in files.dossiers.read_text(encoding="utf-8-sig").splitlines())
    assert codes.most_common(1)[0][1] == 1


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError):
        make_register(tmp_path / "file" / "below", LAST)
