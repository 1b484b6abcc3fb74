"""The report as CSV, Markdown and Excel workbook, read back by other programs."""

import csv
import io
import json
import os
import re
import zipfile
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from tests.report.offices import FORMULA, OFFICE, PIPE, WORDS, made, office
from tests.report.registers import data_of
from tests.running import Run


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return office(tmp_path_factory.mktemp("office") / "kho")


def test_csv_has_every_figure_of_the_json(run: Run, tmp_path: Path) -> None:
    content = made(run, tmp_path, "csv", "--by", "unit").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    data = data_of(run(*WORDS, "--by", "unit", "--json"))
    for kind, key, figures in (
        ("all", "H17", data["figures"]),
        *(("unit", group["key"], group["figures"]) for group in data["groups"]),
    ):
        found = [row for row in rows if (row["group_kind"], row["group"]) == (kind, key)]
        assert [(r["metric"], r["quality"], int(r["numerator"]), int(r["denominator"])) for r in found] == [
            (f["metric"], f["quality"] or "", f["numerator"], f["denominator"]) for f in figures
        ]
        assert [float(r["percent"]) if r["percent"] else None for r in found] == [f["percent"] for f in figures]
    months = [row for row in rows if row["group_kind"] == "trend"]
    assert [row["group"] for row in months] == [point["month"] for point in data["trend"]]
    missed = next(row for row in rows if row["status"] == "missed")
    assert float(missed["target"]) == 70.0
    assert next(row["name"] for row in rows if row["group"] == "H17.01").startswith("'=")


def test_csv_is_the_same_in_every_language(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    english = made(run, tmp_path, "csv").read_bytes()
    monkeypatch.setenv("DIGIDOC_LANG", "vi")
    assert made(run, tmp_path, "csv").read_bytes() == english


def test_markdown_tables_hold_together(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = made(run, tmp_path, "md", "--by", "unit").read_text(encoding="utf-8")
    assert "<script" not in text
    assert "[x](" not in text
    tables = re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE)
    assert len(tables) == 6
    for table in tables:
        widths = {len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}
        assert len(widths) == 1
    assert f"# Report on digitization: {OFFICE}" in text
    monkeypatch.setenv("DIGIDOC_LANG", "vi")
    assert re.search(r"\| \d+,\d\d \|", made(run, tmp_path, "md").read_text(encoding="utf-8"))


def sheets(path: Path) -> dict[str, list[list[object]]]:
    book = CalamineWorkbook.from_path(str(path))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_the_workbook_has_numbers_as_numbers(run: Run, tmp_path: Path) -> None:
    found = sheets(made(run, tmp_path, "xlsx", "--by", "unit"))
    assert len(found) == 8
    data = data_of(run(*WORDS, "--by", "unit", "--json"))
    screen = found["National screen"]
    titles = [str(title) for title in screen[2]]
    assert titles[3:] == [
        "Tiếp nhận", "Số hóa TPHS", "Tái sử dụng", "Đã giải quyết", "Số hóa KQ", "Tỷ lệ (%)", "Đạt",
    ]  # fmt: skip
    names = ("received", "components", "reused", "resolved", "results", "percent")
    assert [row[3:9] for row in screen[3:]] == [[float(row[name]) for name in names] for row in data["screen"]]
    figures = found["Figures"][3:]
    assert [row[2:4] for row in figures] == [[f["numerator"], f["denominator"]] for f in data["figures"]]


def test_form_ii_06a_has_its_thirteen_columns_and_adds_up(run: Run, tmp_path: Path) -> None:
    rows = sheets(made(run, tmp_path, "xlsx"))["II.06a VPCP KSTT"]
    assert {len(row) for row in rows} == {13}
    numbers = [[int(str(cell).split(".")[0]) for cell in row[2:]] for row in rows[4:]]
    assert len(numbers) == 13
    for row in numbers:
        assert row[0] == sum(row[1:4])
        assert row[4] == sum(row[5:8])
        assert row[8] == sum(row[9:11])
        assert row[0] == row[4] + row[8]
    assert rows[-1][1] == "Tổng cộng"
    assert numbers[-1] == [sum(column) for column in zip(*numbers[:-1], strict=True)]


def test_the_titles_are_those_of_the_form(run: Run, tmp_path: Path) -> None:
    named = os.environ.get("DIGIDOC_CORPUS")
    if not named:
        pytest.skip("DIGIDOC_CORPUS is not set")
    known = json.loads((Path(named) / "registers" / "II.06a_VPCP_KSTT_columns.json").read_text(encoding="utf-8"))
    rows = sheets(made(run, tmp_path, "xlsx"))["II.06a VPCP KSTT"]
    for place, column in enumerate(known["columns"].values()):
        title = str(rows[3][place] or rows[2][place])
        assert title.lower().endswith(column.split(" / ")[-1].lower()), column


def test_nothing_from_outside_becomes_a_formula_or_a_link(run: Run, tmp_path: Path) -> None:
    path = made(run, tmp_path, "xlsx", "--by", "unit")
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            content = archive.read(name).decode()
            if name.startswith("xl/worksheets/sheet"):
                assert not re.search(r"<f[ >]|<hyperlink", content), name
                assert 'paperSize="9" orientation="landscape"' in re.sub(r' fitTo\w+="\d+"', "", content)
    rows = sheets(path)["Breakdown"]
    names = [row[1] for row in rows]
    assert FORMULA in names
    assert PIPE in names


def test_the_same_figures_give_the_same_workbook(run: Run, tmp_path: Path) -> None:
    first, second = (made(run, tmp_path, "xlsx", "--by", "procedure") for _ in range(2))
    assert first.read_bytes() == second.read_bytes()


def test_names_of_sheets_fit_in_vietnamese(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGIDOC_LANG", "vi")
    monkeypatch.setenv("LANGUAGE", "vi")
    assert all(len(name) <= 31 for name in sheets(made(run, tmp_path, "xlsx")))
