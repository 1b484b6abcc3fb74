import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import typer
from papers import draft, refused
from typer.testing import CliRunner, Result

from digidoc import errors
from digidoc.archive.archive import Archive
from digidoc.model import Level, Unit
from digidoc.report import commands

Run = Callable[..., Result]
END_OF_2021 = datetime(2021, 12, 31, 23, 59, 30, tzinfo=timezone(timedelta(hours=7)))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    unit = Unit("H17", Level.PROVINCE, "UBND thành phố")
    with Archive.create(tmp_path / "kho", unit=unit, profile="province", stock=10) as made, made.writing():
        for number in range(3):
            verdicts = ["TOTAL_PASSED"] if number == 0 else []
            given = draft(tmp_path, f"{number}.tif", dossier="A", at=END_OF_2021, verdicts=verdicts)
            made.file("A", [given])
        made.refuse(refused("x.pdf", at=END_OF_2021))
    return tmp_path / "kho"


@pytest.fixture
def run(root: Path) -> Run:
    app = typer.Typer()
    commands.register(app, lambda folder: Archive.locate(folder or root))

    @app.command()
    def other() -> None:
        """So that `report` stays a command of a group."""

    return lambda *words: CliRunner().invoke(app, ["report", *words])


def _data(result: Result) -> Any:
    document = json.loads(result.stdout)
    assert document["schema"] == "digidoc.report/1"
    return document["data"]


def test_figures_against_a_target(run: Run) -> None:
    data = _data(run("--target", "danang-2021", "--as-of", "2021-12-31", "--json"))
    assert data["as_of"] == "2021-12-31T23:59:59+07:00"
    assert data["basis"] == "declared stock"
    assert data["metrics"] == [
        {"name": "attached", "numerator": 3, "denominator": 10, "percent": 30.0},
        {"name": "conformant", "numerator": 3, "denominator": 10, "percent": 30.0},
        {"name": "signed", "numerator": 1, "denominator": 10, "percent": 10.0},
    ]
    assert data["counts"]["refused"] == 1
    target = data["target"]
    assert (target["status"], target["gap_points"], target["gap_documents"]) == ("met", 0.0, 0)
    assert (target["level"], target["year"], target["metric"], target["percent"]) == (
        "province",
        2021,
        "attached",
        30.0,
    )
    assert "183/KH-UBND" in target["source"]


def test_days_are_those_of_viet_nam(run: Run) -> None:
    before = _data(run("--as-of", "30/12/2021", "--json"))
    assert [metric["numerator"] for metric in before["metrics"]] == [0, 0, 0]
    assert before["target"] is None


def test_the_same_figures_give_the_same_bytes(run: Run) -> None:
    words = ["--target", "danang-2021", "--as-of", "2022-06-30", "--json"]
    assert run(*words).stdout == run(*words).stdout


def test_exit_code_for_a_missed_target(run: Run) -> None:
    missed = ["--target", "danang-2021", "--as-of", "2023-06-30"]
    assert run(*missed).exit_code == 0
    result = run(*missed, "--fail-under-target", "--json")
    assert result.exit_code == 5
    target = _data(result)["target"]
    assert (target["metric"], target["gap_points"], target["gap_documents"]) == ("signed", 60.0, 6)
    met = ["--target", "danang-2021", "--as-of", "2021-12-31", "--fail-under-target"]
    assert run(*met).exit_code == 0


def test_the_table(run: Run) -> None:
    text = run("--target", "danang-2021").stdout
    assert "30.00" in text
    assert "missed by 90.00 points and 9 documents" in text
    assert "The programme ends with 2025; that year's target is kept." in text
    assert "H17 UBND thành phố" in text


def test_the_table_in_vietnamese_writes_commas(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGIDOC_LANG", "vi")
    text = run("--as-of", "2021-12-31").stdout
    assert "30,00" in text
    assert "31/12/2021 23:59" in text


def test_the_archives_own_target(run: Run, root: Path) -> None:
    config = root / "digidoc.toml"
    text = config.read_text(encoding="utf-8").replace('# target = "danang-2021"', 'target = "danang-2021"')
    config.write_text(text, encoding="utf-8")
    assert _data(run("--json"))["target"]["name"] == "danang-2021"


def test_wrong_words(run: Run) -> None:
    assert isinstance(run("--target", "nowhere").exception, errors.UnknownTarget)
    assert isinstance(run("--fail-under-target").exception, errors.UsageError)
    tomorrow = (datetime.now(UTC) + timedelta(days=2)).strftime("%Y-%m-%d")
    assert isinstance(run("--as-of", tomorrow).exception, errors.UsageError)
    assert run("--as-of", "31/02/2022").exit_code == 2
