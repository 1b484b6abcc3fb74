"""`digidoc report` on archives: without a register, with one, and on what cannot be asked."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from digidoc.archive.archive import Archive
from digidoc.model import Level, Unit
from tests.papers import draft, refused
from tests.report.registers import data_of, dossier, figure, register, reporting
from tests.running import Run

END_OF_2021 = datetime(2021, 12, 31, 23, 59, 30, tzinfo=timezone(timedelta(hours=7)))


@pytest.fixture
def bare(tmp_path: Path) -> Run:
    """An archive of three papers, one of them signed, of ten that the office holds; there is no register."""
    unit = Unit("H17", Level.PROVINCE, "UBND thành phố")
    with Archive.create(tmp_path / "kho", unit=unit, profile="province", stock=10) as made, made.writing():
        for number in range(3):
            verdicts = ["TOTAL_PASSED"] if number == 0 else []
            made.file("A", [draft(tmp_path, f"{number}.tif", dossier="A", at=END_OF_2021, verdicts=verdicts)])
        made.refuse(refused("x.pdf", at=END_OF_2021))
    return reporting(tmp_path / "kho")


def test_without_a_register_papers_are_compared_with_the_declared_stock(bare: Run) -> None:
    data = data_of(bare("--target", "danang-2021", "--as-of", "2021-12-31", "--json"))
    assert (data["as_of"], data["headline"], data["quality"]) == ("2021-12-31", "stock", "attached")
    found = figure(data, "stock", "attached")
    assert (found["numerator"], found["denominator"], found["percent"]) == (3, 10, 30.0)
    assert found["goal"]["status"] == "met"
    assert figure(data, "stock", "signed")["numerator"] == 1
    assert figure(data, "signed")["percent"] == 33.33
    assert data["counts"]["refused"] == 1
    assert "no-register" in data["notes"]
    assert "183/KH-UBND" in data["programme"]["source"]


def test_days_are_those_of_viet_nam(bare: Run) -> None:
    assert figure(data_of(bare("--as-of", "30/12/2021", "--json")), "stock", "attached")["numerator"] == 0


def test_one_document_short_of_a_thousand(tmp_path: Path) -> None:
    for digitized, code in ((299, 5), (300, 0)):
        rows = [dossier(number, digitized=number < digitized) for number in range(1000)]
        run = register(tmp_path / f"kho-{digitized}", rows)
        result = run("--target", "danang-2021", "--as-of", "2021-12-31", "--fail-under-target", "--json")
        assert result.exit_code == code
        found = figure(data_of(result), "stock", "attached")
        assert (found["numerator"], found["denominator"]) == (digitized, 1000)
        assert found["percent"] == digitized / 10
        goal = found["goal"]
        assert (goal["gap_points"], goal["gap_documents"]) == ((0.1, 1) if code else (0.0, 0))
    short = register(tmp_path / "kho", [dossier(number, digitized=number < 299) for number in range(1000)])
    text = short("--target", "danang-2021", "--as-of", "2021-12-31").stdout
    assert "29.90" in text
    assert "missed by 0.10 points; documents missing: 1" in text


@pytest.fixture
def office(tmp_path: Path) -> Run:
    rows = [dossier(number, digitized=number < 6, late=number == 9) for number in range(10)]
    rows += [dossier(number, digitized=number < 2, unit="H17.13", month=5) for number in range(10)]
    return register(tmp_path / "kho", rows)


def test_broken_down_by_unit_and_month(office: Run) -> None:
    data = data_of(office("--by", "unit", "--period", "2021", "--as-of", "2021-12-31", "--json"))
    assert [group["key"] for group in data["groups"]] == ["H17.12", "H17.13"]
    assert [group["figures"][0]["percent"] for group in data["groups"]] == [60.0, 20.0]
    assert next(point["month"] for point in data["trend"]) == "2021-03"
    assert data["trend"][-1]["numerator"] == 8
    months = data_of(office("--by", "month", "--period", "2021", "--json"))
    assert [group["key"] for group in months["groups"]] == ["2021-03", "2021-05"]
    only = data_of(office("--period", "2021-Q2", "--unit", "H17.13", "--json"))
    assert figure(only, "results", "attached")["denominator"] == 10


def test_the_form_adds_up(office: Run) -> None:
    for period in ("2021", "2021-03", "2021-Q2", "2021-03-03..2021-05-03"):
        rows = data_of(office("--period", period, "--as-of", "2021-12-31", "--json"))["form"]
        assert rows[-1]["key"] == ""
        for row in rows:
            assert row["received"] == row["online"] + row["direct"] + row["carried"]
            assert row["received"] == row["resolved"] + row["in_process"]
            assert row["resolved"] == row["early"] + row["punctual"] + row["late"]
            assert row["in_process"] == row["in_time"] + row["overdue"]
    # What was carried into a period is what was in process at the end of the one before.
    before, after = (
        data_of(office("--period", span, "--as-of", "2021-12-31", "--json"))["form"][-1]
        for span in ("2021-01-01..2021-05-02", "2021-05-03..2021-12-31")
    )
    assert after["carried"] == before["in_process"] == 10
    whole = data_of(office("--period", "2021", "--as-of", "2021-12-31", "--json"))["form"][-1]
    assert (whole["received"], whole["online"], whole["resolved"], whole["late"]) == (20, 10, 20, 1)


def test_the_scorecard_needs_components_and_result(office: Run) -> None:
    rows = data_of(office("--period", "2021", "--as-of", "2021-12-31", "--json"))["scorecard"]
    complete = next(row for row in rows if row["code"] == "SO_HOA_GIAY_TO_GIAI_QUYET")
    assert (complete["figure"]["numerator"], complete["figure"]["denominator"]) == (8, 20)
    assert (complete["points"], complete["of"]) == (2.0, 4.0)  # 40 % of what is full at 80 %
    unmeasured = next(row for row in rows if row["code"] == "ELECTRONIC_CERTIFIED_COPY")
    assert unmeasured["points"] is None


def test_the_worklist_names_what_is_missing(office: Run) -> None:
    result = office("--missing", "--period", "2021", "--as-of", "2021-12-31", "--json")
    document = json.loads(result.stdout)
    assert document["schema"] == "digidoc.report-list/1"
    items = document["data"]["items"]
    assert len(items) == 12
    assert {item["why"] for item in items} == {"not-digitized"}
    rows = list(csv.reader(io.StringIO(office("--missing", "--period", "2021", "--format", "csv").stdout)))
    assert len(rows) == 13
    explained = json.loads(office("--explain", "--period", "2021", "--as-of", "2021-12-31", "--json").stdout)
    assert sum(item["counted"] for item in explained["data"]["items"]) == 8


def test_the_same_figures_give_the_same_bytes(office: Run) -> None:
    words = ["--target", "danang-2021", "--as-of", "2022-06-30", "--json"]
    assert office(*words).stdout == office(*words).stdout


def test_the_table_in_both_languages(office: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    words = ["--target", "danang-2021", "--period", "2021", "--as-of", "2021-12-31", "--by", "unit"]
    text = office(*words).stdout
    assert "Phường 12" in text
    assert "40.00" in text
    monkeypatch.setenv("DIGIDOC_LANG", "vi")
    assert "40,00" in office(*words).stdout


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["--target", "nowhere"], 2, "danang-2021"),
        (["--fail-under-target"], 2, "--target"),
        (["--as-of", "31/02/2022"], 2, "31/02/2022"),
        (["--as-of", (datetime.now(UTC) + timedelta(days=2)).strftime("%Y-%m-%d")], 2, "future"),
        (["--period", "2021-13"], 2, "2021-13"),
        (["--period", "2099"], 2, "2099"),
        (["--metric", "luck"], 2, "luck"),
        (["--by", "moon"], 2, "moon"),
        (["--format", "doc"], 2, "doc"),
        (["--format", "xlsx"], 2, "--out"),
        (["--sign", "office"], 2, "pdf"),
        (["--merge"], 2, "--merge"),
        (["kho"], 2, "--merge"),
        (["--unit", "H99"], 2, "H99"),
    ],
)
def test_wrong_words(office: Run, words: list[str], code: int, told: str) -> None:
    result = office(*words)
    assert result.exit_code == code
    assert told in result.stderr


def test_what_only_one_side_knows_is_listed(office: Run, tmp_path: Path) -> None:
    with Archive.locate(tmp_path / "kho") as archive, archive.writing():
        archive.file("LA", [draft(tmp_path, "la.tif", dossier="LA")])
    items = json.loads(office("--orphans", "--json").stdout)["data"]["items"]
    assert items[0]["dossier"] == "LA"
    assert [item["why"] for item in items] == ["not-in-register"] + ["no-paper"] * 20
    assert office("--orphans", "--missing").exit_code == 2
