"""`digidoc sheet`: which dossiers get a sheet, and where the file goes."""

import json
from datetime import date
from pathlib import Path

import pytest

from digidoc import errors
from digidoc.archive.archive import Archive
from digidoc.errors import UsageError
from digidoc.ocr.source.opening import open_source
from digidoc.register import DossierState, ImportSource, RegisterDossier
from digidoc.scan.codes import SheetCode
from digidoc.scan.errors import NoDossiers
from digidoc.scan.reading import codes_on
from tests.running import Run, runner


@pytest.fixture
def run(archive: Archive) -> Run:
    rows = [
        RegisterDossier("H17-260105-0002", "H17", "1.000001.H17", DossierState.IN_PROCESS, date(2026, 1, 5)),
        RegisterDossier(
            "H17-260105-0001", "H17", "1.000001", DossierState.RETURNED, date(2026, 1, 5), finished_on=date(2026, 1, 6)
        ),
        RegisterDossier("H17-250105-0009", "H17", "2.000001", DossierState.IN_PROCESS, date(2025, 1, 5)),
    ]
    with archive.writing():
        archive.register_dossiers(rows, ImportSource(Path("ho-so.csv"), "0" * 64, "dossiers", {}))
    return runner(None, "sheet", "-A", str(archive.root))


def _dossiers(run: Run, out: Path, *words: str) -> list[str]:
    result = run("--from-register", "--out", out, "--json", *words)
    assert result.exit_code == 0, result.output
    data = json.loads(result.stdout)["data"]
    with open_source(out) as source:
        assert source.page_count == data["sheets"] == len(data["dossiers"])
    found: list[str] = data["dossiers"]
    return found


def test_the_register_gives_its_dossiers_in_the_order_of_receipt(run: Run, tmp_path: Path) -> None:
    every = ["H17-250105-0009", "H17-260105-0001", "H17-260105-0002"]
    assert _dossiers(run, tmp_path / "a.pdf") == every
    assert _dossiers(run, tmp_path / "b.pdf", "--procedure", "1.000001") == every[1:]
    assert _dossiers(run, tmp_path / "c.pdf", "--since", "05/01/2026") == every[1:]
    assert _dossiers(run, tmp_path / "d.pdf", "--state", "in-process") == [every[0], every[2]]
    assert _dossiers(run, tmp_path / "e.pdf", "--state", "in-process", "--state", "returned") == every


def test_named_dossiers_get_sheets_that_can_be_read(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "sheets.pdf"
    result = run("H17-260105-0002", "H17-260105-0002", "--out", out, "--two-sided", "--end")
    assert result.exit_code == 0, result.output
    assert "2" in result.stdout
    with open_source(out) as source:
        assert source.page_count == 6
        first = next(iter(source.pages()))
        assert codes_on(first.image()) == (SheetCode("H17-260105-0002", 1, 2),)


def test_a_dossier_that_nobody_knows_is_named(run: Run, tmp_path: Path) -> None:
    result = run("H17-260105-0002", "con", "--out", tmp_path / "sheets.pdf")
    assert result.exit_code == 0
    assert "con" in result.stderr
    assert "0002" not in result.stderr


def test_the_file_may_go_to_standard_output(run: Run) -> None:
    assert run("H17-260105-0002", "--out", "-").stdout_bytes.startswith(b"%PDF-")


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("A", "--from-register"),
        ("A", "--since", "2026-01-01"),
        ("--from-register", "--state", "open"),
        ("A\x07",),
    ],
)
def test_words_that_do_not_fit_together(run: Run, tmp_path: Path, words: tuple[str, ...]) -> None:
    result = run(*words, "--out", tmp_path / "sheets.pdf")
    assert result.exit_code == UsageError.exit_code
    assert not (tmp_path / "sheets.pdf").exists()


def test_nothing_is_overwritten_and_an_empty_register_is_said(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "sheets.pdf"
    out.write_text("mine")
    assert errors.OutputExists.template.split(",")[0] in run("A", "--out", out).stderr
    assert out.read_text() == "mine"
    empty = run("--from-register", "--procedure", "9.9", "--out", tmp_path / "b.pdf")
    assert empty.exit_code == 1
    assert NoDossiers.template in empty.stderr
