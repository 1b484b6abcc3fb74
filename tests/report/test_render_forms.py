"""Every form of reports that lack much: no register, more digitized than there should be, a sum of offices."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from digidoc.archive.archive import Archive
from digidoc.model import Level, Unit
from digidoc.report import json_form
from digidoc.report.document import ReportDocument
from digidoc.report.render import made_as
from tests.papers import draft
from tests.report.offices import OFFICE, WORDS, office
from tests.report.registers import data_of, register, reporting
from tests.running import Run

FORMS = ("csv", "xlsx", "md", "html")
_NOW = datetime(2024, 1, 1, tzinfo=UTC)


def bare(root: Path, scans: Path) -> Run:
    """Three papers where one is declared; no register."""
    unit = Unit("H17.12", Level.COMMUNE, "UBND phường Hải Châu")
    with Archive.create(root, unit=unit, profile="commune", stock=1) as made, made.writing():
        for number in range(3):
            made.file("A", [draft(scans, f"{number}.tif", dossier="A", at=_NOW)])
    return reporting(root)


def report(run: Run, *words: str) -> ReportDocument:
    return json_form.from_json(data_of(run(*words, "--json")), _NOW)


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, ReportDocument]:
    folder = tmp_path_factory.mktemp("reports")
    loose = bare(folder / "bare", folder)
    many = office(folder / "many")
    return {
        "more than declared": report(loose, "--target", "danang-2021", "--as-of", "2024-12-31"),
        "before anything": report(loose, "--as-of", "2020-12-31"),
        "empty register": report(register(folder / "empty", []), "--by", "unit", "--period", "2021"),
        "scorecard": report(many, *WORDS[:4], "--target", "qd766", "--by", "procedure"),
        "plain headline": report(many, *WORDS[:4], "--metric", "online", "--by", "month"),
        "merged": report(many, "--merge", str(folder / "many"), str(folder / "bare"), "--as-of", "2024-12-31"),
    }


@pytest.mark.parametrize("language", ["en", "vi"])
@pytest.mark.parametrize("form", FORMS)
def test_every_form_can_be_made(
    reports: dict[str, ReportDocument], form: str, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGIDOC_LANG", language)
    for name, found in reports.items():
        content = made_as(form, found)
        assert content, name
        assert content == made_as(form, found), name


@pytest.mark.parametrize("name", ["more than declared", "empty register", "merged"])
def test_a_pdf_of_little(reports: dict[str, ReportDocument], name: str) -> None:
    assert made_as("pdf", reports[name]).startswith(b"%PDF-1.7")


def test_more_than_all_of_a_declared_stock_is_said_and_drawn_as_all(reports: dict[str, ReportDocument]) -> None:
    text = made_as("html", reports["more than declared"]).decode()
    assert "300.00 %" in text
    assert "check `stock` in digidoc.toml" in text
    assert 'width="300' not in text


def test_a_sum_names_what_it_is_made_from(reports: dict[str, ReportDocument]) -> None:
    text = made_as("md", reports["merged"]).decode()
    assert "From H17, as of 2024-12-31" in text
    assert "From H17.12, as of 2024-12-31" in text
    assert OFFICE in text


def test_the_scorecard_shows_what_is_not_measured(reports: dict[str, ReportDocument]) -> None:
    text = made_as("md", reports["scorecard"]).decode()
    assert "not measured by digidoc" in text
    assert "Đất đai" not in text  # the field of the procedure, which was not asked for
