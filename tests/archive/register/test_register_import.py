import gzip
import json
import os
import stat
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Self

import pytest

from digidoc import errors
from digidoc.archive.archive import Archive
from digidoc.archive.catalog import search
from digidoc.archive.catalog.query import Filters
from digidoc.archive.events import audit
from digidoc.archive.preserve import backup
from digidoc.archive.preserve.rebuild import rebuild
from digidoc.archive.register import imports as register_import
from digidoc.archive.register import owner_key
from digidoc.register import (
    DossierState,
    GroupBy,
    Imported,
    ImportSource,
    PaperKind,
    Quality,
    RegisterDossier,
    RegisterPaper,
    Scope,
    StockCounts,
)
from tests import judges
from tests.archive.reckoning import PROCEDURES, UNITS, dossier
from tests.papers import UNIT, draft

OWNER = "048099000123"


class Bar:
    def advance(self, *_words: object) -> None:
        pass

    def expect(self, _number: int) -> None:
        pass

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        pass


def source(kind: str = "dossiers") -> ImportSource:
    return ImportSource(Path("/home/clerk/Sổ hồ sơ.csv"), "ab" * 32, kind, {"code": "Mã hồ sơ"})


def result(**more: Any) -> RegisterPaper:
    return RegisterPaper(PaperKind.RESULT, more.pop("name", "Giấy phép"), **more)


def component(**more: Any) -> RegisterPaper:
    return RegisterPaper(PaperKind.COMPONENT, more.pop("name", "Tờ khai"), **more)


def told(archive: Archive) -> list[Any]:
    """All that is counted and listed of the register."""
    found: list[Any] = [archive.units(), archive.procedures(), archive.orphans(), list(archive.orphan_list())]
    for scope in (Scope(), Scope(as_of=date(2025, 6, 30)), Scope(units=("H17.2",))):
        found += [archive.flow_grid(scope), archive.stock_trend(scope), archive.paper_counts(scope.as_of)]
        for by in (None, *GroupBy):
            found += [archive.flow(by, scope), archive.stock(by, scope), archive.in_process(by, scope)]
        found += [list(archive.listed("complete", quality, scope, missing=False)) for quality in Quality]
    rows = "SELECT * FROM register_dossier ORDER BY id", "SELECT * FROM register_paper ORDER BY 1, 2, 3"
    return [*found, *(archive.catalog.db.execute(sql).fetchall() for sql in rows)]


@pytest.fixture
def registered(archive: Archive, scans: Path) -> Archive:
    """Imports of every kind, papers filed before and after them, and a dossier that changes."""
    with archive.writing():
        archive.file("HS-1", [draft(scans, "a.tif", dossier="HS-1", verdicts=["TOTAL_PASSED"])])
        archive.register_units(UNITS, source("units"))
        archive.register_procedures(PROCEDURES, source("procedures"))
        rows = [
            dossier("HS-1", papers=[component(file_name="a.tif"), result(number="7/GP")], owner=OWNER),
            dossier("HS-2", papers=[result(result_id="R1", issued_on=date(2025, 1, 7))], unit="H17.2"),
            dossier("HS-3", DossierState.IN_PROCESS, papers=[component(declared=True)]),
        ]
        assert archive.register_dossiers(rows, source()) == Imported(3, 0, 0)
        fields = [("CodeNumber", "07"), ("CodeNotation", "GP")]
        archive.file("HS-1", [draft(scans, "b.tif", dossier="HS-1", fields=fields)])
        archive.file("HS-9", [draft(scans, "c.tif", dossier="HS-9")])
        listed = [("HS-3", component(name="Đơn")), ("HS-2", result(result_id="R1", valid_until=date(2026, 1, 1)))]
        assert archive.register_results(listed, source("papers")) == Imported(2, 0, 0)
        rows[1] = replace(rows[1], papers=(*rows[1].papers, component(reused=True)))
        assert archive.register_dossiers(rows, source()) == Imported(0, 1, 2)
    return archive


def test_a_rerun_changes_nothing(registered: Archive) -> None:
    before = told(registered)
    count = len(list(registered.store.root.rglob("inventory.json")))
    with registered.writing():
        assert registered.register_units(UNITS, source("units")) == Imported(0, 0, 4)
        assert registered.register_procedures(PROCEDURES, source("procedures")) == Imported(0, 0, 2)
        assert registered.register_results([("HS-3", component(name="Đơn"))], source("papers")) == Imported(0, 0, 1)
    assert told(registered) == before
    assert len(list(registered.store.root.rglob("inventory.json"))) == count
    assert not any((registered.root / "tmp").iterdir())


def test_everything_counted_is_equal_after_a_rebuild(registered: Archive) -> None:
    before = told(registered)
    root = registered.root
    registered.close()
    made = rebuild(root, Bar, Bar)
    assert (made.papers, made.problems) == (3, ())
    with Archive.locate(root) as again:
        assert told(again) == before
        kinds = [entry.kind for entry in audit.log(again.catalog)]
        assert kinds.count("register import") == 5
        assert audit.verify(again.catalog, again.layout, again.store).findings == ()
        with again.writing():
            assert again.register_dossiers([dossier("HS-4")], source()) == Imported(1, 0, 0)
    assert judges.ocfl_valid(root / "store") == []


def test_a_damaged_import_is_named_and_left_out(registered: Archive) -> None:
    root = registered.root
    (rows,) = [file for file in root.rglob("rows.jsonl.gz") if b"000003" in bytes(file)]
    registered.close()
    rows.chmod(0o600)
    rows.write_bytes(gzip.compress(b"{}\n"))
    made = rebuild(root, Bar, Bar)
    # The list of papers after it names dossiers that are not known any more.
    assert [problem.code for problem in made.problems] == ["archive-damaged"] * 2
    with Archive.locate(root) as again:
        assert again.known_dossiers(["HS-1", "HS-2", "HS-3"]) == {"HS-2"}


def test_numbers_of_owners_are_nowhere(registered: Archive) -> None:
    key = registered.owner_key_of(OWNER)
    assert key == registered.owner_key_of("048 099 000 123")
    rows = registered.catalog.db.execute("SELECT code FROM register_dossier WHERE owner_key = ?", [key])
    assert rows.fetchall() == [("HS-1",)]
    registered.catalog.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for file in (path for path in registered.root.rglob("*") if path.is_file()):
        data = file.read_bytes()
        assert OWNER.encode() not in (gzip.decompress(data) if file.suffix == ".gz" else data), file
    secret = registered.root / "owner.key"
    if os.name == "posix":
        assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    secret.write_text("short")
    with pytest.raises(errors.ArchiveDamaged):
        registered.owner_key_of(OWNER)


def test_without_owners_there_is_no_key(archive: Archive) -> None:
    with archive.writing():
        archive.register_dossiers([dossier("HS-1")], source())
    assert archive.owner_key_of(OWNER) is None
    assert not (archive.root / "owner.key").exists()
    assert owner_key.make_key(archive.layout.owner_key).of("") == ""


def test_the_key_is_part_of_a_backup(registered: Archive, tmp_path: Path) -> None:
    backup.backup(registered, tmp_path / "copy", Bar)
    assert (tmp_path / "copy" / "owner.key").read_bytes() == (registered.root / "owner.key").read_bytes()


def test_what_the_store_holds_of_an_import(registered: Archive) -> None:
    facts = [json.loads(file.read_bytes()) for file in sorted(registered.root.rglob("content/import.json"))]
    assert {(made["number"], made["kind"]) for made in facts} == {
        (1, "units"),
        (2, "procedures"),
        (3, "dossiers"),
        (4, "papers"),
        (5, "dossiers"),
    }
    last = next(made for made in facts if made["number"] == 5)
    assert (last["source"], last["mapping"], last["changed"]) == ("Sổ hồ sơ.csv", {"code": "Mã hồ sơ"}, 1)
    assert (last["sha256"], last["format"]) == ("ab" * 32, "digidoc.import/1")
    (rows,) = [file for file in registered.root.rglob("rows.jsonl.gz") if b"000005" in bytes(file)]
    (row,) = map(json.loads, gzip.decompress(rows.read_bytes()).splitlines())
    assert (row["code"], row["state"], [paper["kind"] for paper in row["papers"]]) == (
        "HS-2",
        10,
        ["result", "component"],
    )


def test_a_failure_leaves_nothing(archive: Archive) -> None:
    def rows() -> Iterable[RegisterDossier]:
        for number in range(2500):
            yield dossier(f"HS-{number}")
        raise errors.EmptyInput(file="x.csv")

    with archive.writing():
        with pytest.raises(errors.EmptyInput):
            archive.register_dossiers(rows(), source())
        with pytest.raises(errors.UnknownDossier):
            archive.register_results([("HS-1", component())], source("papers"))
    assert not archive.has_register()
    assert not any((archive.root / "tmp").iterdir())
    assert not list(archive.root.rglob("rows.jsonl.gz"))


def test_killed_between_store_and_catalogue(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_words: object) -> None:
        raise KeyboardInterrupt

    def taken_and_killed(code: str) -> None:
        with monkeypatch.context() as patched:
            patched.setattr(register_import, "_note", killed)
            archive.register_dossiers([dossier(code)], source())

    with archive.writing():
        with pytest.raises(KeyboardInterrupt):
            taken_and_killed("HS-1")
        assert not archive.has_register()
        assert archive.register_dossiers([dossier("HS-1")], source()) == Imported(1, 0, 0)
        assert len(list(archive.root.rglob("rows.jsonl.gz"))) == 1
        with pytest.raises(KeyboardInterrupt):
            taken_and_killed("HS-2")
        assert archive.register_dossiers([dossier("HS-3")], source()) == Imported(1, 0, 0)
    before, root = told(archive), archive.root
    archive.close()
    rebuild(root, Bar, Bar)
    with Archive.locate(root) as again:
        assert told(again) == before
    assert judges.ocfl_valid(root / "store") == []


def test_the_same_result_in_two_dossiers_counts_once(archive: Archive, scans: Path) -> None:
    shared = result(result_id="R1", issued_on=date(2025, 1, 7), file_name="r.tif")
    with archive.writing():
        archive.register_dossiers([dossier("HS-1", papers=[shared])], source())
        archive.register_dossiers([dossier("HS-2", papers=[shared], unit="H17.2")], source())
        assert archive.stock(None, Scope()) == {"": StockCounts(1)}
        archive.file("HS-2", [draft(scans, "r.tif", dossier="HS-2", conformant=False)])
        assert archive.stock(GroupBy.UNIT, Scope()) == {"H17.1": StockCounts(1, (1, 0, 0))}
        # The first lets it go: it is that of the second.
        archive.register_dossiers([dossier("HS-1")], source())
        assert archive.stock(GroupBy.UNIT, Scope()) == {"H17.2": StockCounts(1, (1, 0, 0))}


def test_a_list_of_papers_stands_for_rows_without_names(archive: Archive) -> None:
    bare = [component(name="", declared=True), result(name="", declared=True)]
    with archive.writing():
        archive.register_dossiers([dossier("HS-1", papers=bare)], source())
        assert archive.stock(None, Scope()) == {"": StockCounts(1, (1, 0, 0), 1)}
        listed = [("HS-1", result(number="1/GP")), ("HS-1", result(number="2/GP", valid_until=date(2025, 2, 1)))]
        assert archive.register_results(listed, source("papers")) == Imported(2, 0, 0)
        assert archive.stock(None, Scope()) == {"": StockCounts(1)}
        assert archive.stock(None, Scope(as_of=date(2025, 2, 1))) == {"": StockCounts(2)}
        assert archive.stock(None, Scope(as_of=date(2025, 1, 7))) == {}
        assert archive.flow(None, Scope())[""].components == (1, 0, 0)
        # A later register does not bring them back.
        assert archive.register_dossiers([dossier("HS-1", papers=bare, synced=True)], source()) == Imported(0, 1, 0)
        assert archive.stock(None, Scope()) == {"": StockCounts(1)}


def test_the_office_of_the_archive_keeps_its_name(archive: Archive) -> None:
    own = replace(UNITS[1], code=UNIT.code)
    with archive.writing():
        archive.register_units([own], source("units"))
    with archive.writing():
        assert archive.register_units([own], source("units")) == Imported(0, 0, 1)
    assert [(unit.name, unit.parent) for unit in archive.units()] == [(UNIT.name, "H17")]


@pytest.mark.parametrize("few", [0, 300])
def test_search_by_procedure(archive: Archive, scans: Path, few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "_FEW", few)
    codes = ["1.000001", "1.000001.H17", "1.000002.H17"]
    with archive.writing():
        archive.register_procedures(PROCEDURES, source("procedures"))
        archive.register_dossiers([dossier(f"HS-{n}", procedure=code) for n, code in enumerate(codes)], source())
        for number in range(4):
            given = draft(scans, f"{number}.tif", "giao đất ở", dossier=f"HS-{number}")
            archive.file(f"HS-{number}", [given])
    for procedure, expected in (("1.000001", ["1.tif", "0.tif"]), ("1.000002.H17", ["2.tif"]), ("1.000002", [])):
        for query in ("giao dat", ""):
            found = archive.search(query, filters=Filters(procedure=procedure))
            assert [hit.name for hit in found.hits] == expected
    found = archive.search("giao dat", filters=Filters(procedure="1.000001", dossier="HS-1"))
    assert [hit.name for hit in found.hits] == ["1.tif"]
