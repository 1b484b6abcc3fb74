"""The report on a terminal of 100 columns, in both languages."""

import io
from datetime import UTC, datetime

import pytest
from rich.console import Console

from digidoc.commands.report.terminal import view
from digidoc.report import json_form
from digidoc.report.document import ReportDocument
from tests.report.offices import SCRIPT, WORDS, office
from tests.report.registers import data_of


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> ReportDocument:
    run = office(tmp_path_factory.mktemp("office") / "kho")
    return json_form.from_json(data_of(run(*WORDS, "--by", "unit", "--json")), datetime(2024, 1, 1, tzinfo=UTC))


def shown(report: ReportDocument, width: int) -> list[str]:
    out = io.StringIO()
    console = Console(file=out, width=width, highlight=False)
    for part in view(report):
        console.print(part, soft_wrap=False)
    return out.getvalue().splitlines()


@pytest.mark.parametrize("language", ["en", "vi"])
def test_it_fits_a_hundred_columns(report: ReportDocument, language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGIDOC_LANG", language)
    monkeypatch.setenv("LANGUAGE", language)
    lines = shown(report, 100)
    assert max(map(len, lines)) <= 100
    stock = next(figure for figure in report.figures if figure.quality is not None)
    percent = f"{stock.percent}".replace(".", "," if language == "vi" else ".")
    # Whole numbers and percentages are never cut: the row of the headline has them all.
    row = next(line for line in lines if percent in line)
    assert row.count("0,00" if language == "vi" else "0.00") >= 2
    assert any(line.startswith("H17.00") for line in lines)


def test_a_metric_has_one_row_and_those_without_a_share_are_named(report: ReportDocument) -> None:
    text = "\n".join(shown(report, 140))
    assert text.count("results in force that are digitized") == 2  # in the table, and in what is asked
    assert "Nothing to divide by: digitized papers with verified signatures" in text
    assert text.count("digitized papers with verified signatures") == 1


def test_a_name_cannot_steer_the_terminal(report: ReportDocument) -> None:
    text = "\n".join(shown(report, 140))
    assert "\u202e" not in text
    assert SCRIPT[:8] in text
