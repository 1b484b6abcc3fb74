"""A province from its communes: figures add up, nothing is counted twice, and what is missing is named."""

import json
from pathlib import Path
from typing import Any

import pytest

from digidoc.model import Level
from tests.report.registers import data_of, dossier, figure, register
from tests.running import Run

WHEN = ["--period", "2021", "--as-of", "2021-12-31"]


@pytest.fixture
def communes(tmp_path: Path) -> list[Path]:
    """Two communes: 6 of 10 results digitized, 2 of 30."""
    roots = []
    for code, digitized, count in (("H17.12", 6, 10), ("H17.13", 2, 30)):
        rows = [dossier(number, digitized=number < digitized, unit=code) for number in range(count)]
        roots.append(tmp_path / code)
        register(roots[-1], rows, Level.COMMUNE, code)
    return roots


@pytest.fixture
def province(tmp_path: Path) -> Run:
    return register(tmp_path / "tinh", [])


def returned(province: Run, root: Path, *words: str) -> Path:
    """The report of a commune as it sends it."""
    path = root.parent / f"{root.name}-{len(words)}.json"
    path.write_text(province("--archive", str(root), *(words or WHEN), "--json").stdout, encoding="utf-8")
    return path


def test_two_communes_add_up(province: Run, communes: list[Path]) -> None:
    data = data_of(province("--merge", *map(str, communes), "--target", "danang-2021", *WHEN, "--json"))
    found = figure(data, "stock", "attached")
    assert (found["numerator"], found["denominator"], found["percent"]) == (8, 40, 20.0)
    assert found["goal"]["percent"] == 30.0  # of a province
    assert [group["key"] for group in data["groups"]] == ["H17.12", "H17.13"]
    assert [group["figures"][0]["goal"]["percent"] for group in data["groups"]] == [10.0, 10.0]
    assert (data["unit"]["code"], data["audit_head"]) == ("H17", None)
    assert data["sources"] == [["H17.12", "2021-12-31"], ["H17.13", "2021-12-31"]]
    assert data["form"][-1]["received"] == 40
    assert data["trend"][-1]["denominator"] == 40


def test_files_and_archives_give_the_same(province: Run, communes: list[Path]) -> None:
    files = [str(returned(province, root)) for root in communes]
    mixed = province("--merge", files[0], str(communes[1]), *WHEN, "--json")
    assert mixed.exit_code == 0
    assert data_of(mixed) == data_of(province("--merge", *map(str, communes), *WHEN, "--json"))


def test_a_commune_that_comes_twice_counts_once_and_is_named(province: Run, communes: list[Path]) -> None:
    twice = returned(province, communes[0])
    result = province("--merge", *map(str, communes), str(twice), *WHEN, "--json")
    assert result.exit_code == 3
    document = json.loads(result.stdout)
    assert figure(document["data"], "stock", "attached")["denominator"] == 40
    assert "H17.12 is counted already" in document["errors"][0]["message"]


def test_another_period_is_left_out(province: Run, communes: list[Path]) -> None:
    other = returned(province, communes[1], "--period", "2021-Q1", "--as-of", "2021-12-31")
    result = province("--merge", str(communes[0]), str(other), *WHEN, "--json")
    assert result.exit_code == 3
    assert figure(data_of(result), "stock", "attached")["denominator"] == 10


def test_an_office_without_a_report_is_counted(province: Run, communes: list[Path], tmp_path: Path) -> None:
    words = ["--merge", str(communes[0]), "--archive", str(tmp_path / "tinh"), *WHEN]
    data = data_of(province(*words, "--json"))
    assert "units-without-report" in data["notes"]
    assert data["counts"]["units_without_report"] == 1
    assert "Offices that belong here and sent no report: 1" in province(*words).stdout


def _changed(report: dict[str, Any], change: str) -> dict[str, Any]:
    data = report["data"]
    if change == "more than all":
        data["figures"][0]["numerator"] = data["figures"][0]["denominator"] + 1
    elif change == "negative":
        data["counts"]["refused"] = -1
    elif change == "form":
        data["form"][0]["received"] += 1
    elif change == "key":
        del data["trend"]
    elif change == "kind":
        data["figures"][0]["numerator"] = "many"
    else:
        report["schema"] = "digidoc.report/1"
    return report


@pytest.mark.parametrize("change", ["more than all", "negative", "form", "key", "kind", "schema"])
def test_a_return_that_was_changed_is_left_out_and_named(province: Run, communes: list[Path], change: str) -> None:
    path = returned(province, communes[0])
    path.write_text(json.dumps(_changed(json.loads(path.read_text(encoding="utf-8")), change)), encoding="utf-8")
    result = province("--merge", str(path), str(communes[1]), *WHEN, "--json")
    assert result.exit_code == 3
    document = json.loads(result.stdout)
    assert figure(document["data"], "stock", "attached")["denominator"] == 30
    assert document["errors"][0]["file"] == str(path)
    assert document["errors"][0]["code"] == "return-unusable"


def test_what_is_no_return(province: Run, communes: list[Path], tmp_path: Path) -> None:
    for content in (b"", b"[]", b"{" * 9000, b"\xff"):
        path = tmp_path / "x.json"
        path.write_bytes(content)
        assert province("--merge", str(path), *WHEN).exit_code == 2
    result = province("--merge", str(tmp_path / "none.json"), str(communes[0]), *WHEN)
    assert result.exit_code == 3
    assert "none.json" in result.stderr
    assert province("--merge", str(communes[0]), "--by", "month", *WHEN).exit_code == 2
