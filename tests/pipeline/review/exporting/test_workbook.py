"""The exported workbook, filled in by another program, and what is taken of it."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from digidoc import i18n
from digidoc.archive.archive import Archive
from digidoc.model import PaperState
from digidoc.pipeline.review.application import history_of
from tests.pipeline.review.exporting.conftest import EVIL, RIGHT_SUBJECT, Named, values
from tests.running import Run

Fill = Callable[..., Path]
COLUMNS = {"value": "Right value", "right": "Read right (x)", "how": "Otherwise"}


@pytest.fixture
def file(export: Callable[[str], Path]) -> Path:
    return export("review.xlsx")


def sheet_of(book: Any) -> tuple[Any, dict[str, int]]:
    sheet = book.worksheets[0]
    return sheet, {cell.value: cell.column for cell in sheet[1]}


def row_of(sheet: Any, at: dict[str, int], paper: str, field: str) -> int:
    return next(
        row
        for row in range(2, sheet.max_row + 1)
        if (sheet.cell(row, at["File"]).value, sheet.cell(row, at["name"]).value) == (paper, field)
    )


@pytest.fixture
def fill(file: Path) -> Fill:
    """Fill in cells, each as (file, field, column, value), and save."""

    def filled(*cells: tuple[str, str, str, object]) -> Path:
        book = openpyxl.load_workbook(file)
        sheet, at = sheet_of(book)
        for paper, field, column, value in cells:
            sheet.cell(row_of(sheet, at, paper, field), at[COLUMNS.get(column, column)]).value = value
        book.save(file)
        return file

    return filled


ALL = (
    ("a.png", "CodeNumber", "value", 15),
    ("a.png", "IssuedDate", "value", "22/11"),
    ("a.png", "Subject", "value", RIGHT_SUBJECT),
    ("b.png", "CodeNumber", "value", "15"),
    ("b.png", "SignerInfo.FullName", "how", "cannot be read"),
    ("b.png", "ToPlaces.Place", "right", "x"),
    ("c & d.png", "Subject", "value", RIGHT_SUBJECT),
    ("c & d.png", "paper", "right", "x"),
)


def test_filled_in_and_back_into_the_archive(kho: Archive, run: Run, named: Named, fill: Fill) -> None:
    out = fill(*ALL)
    result = run("--apply", out, "--clerk", "Nguyễn Thị Lan")
    assert result.exit_code == 0, result.output
    assert "3 corrections were filed." in result.output
    a, b, c = map(named, ("a.png", "b.png", "c & d.png"))
    assert {one.state for one in (a, b, c)} == {PaperState.FILED}
    assert values(a)["CodeNumber"] == ("15", "clerk", False)
    assert values(a)["IssuedDate"] == ("2024-11-22", "clerk", False)
    assert values(b)["SignerInfo.FullName"] == ("", "clerk", False)
    assert values(b)["ToPlaces.Place"] == ("Lưu: VT", "clerk", False)
    assert values(c)["Subject"] == (RIGHT_SUBJECT, "clerk", False)
    (entry,) = history_of(kho, a)
    assert entry.correction.clerk == "Nguyễn Thị Lan"
    assert [change.how.value for change in entry.correction.fields] == ["typed", "twice", "typed"]
    (entry,) = history_of(kho, b)
    assert [change.how.value for change in entry.correction.fields] == ["twice", "unreadable", "confirmed"]
    # The same file once more changes nothing.
    assert run("--apply", out, "--clerk", "Nguyễn Thị Lan").exit_code == 0
    assert named("a.png").object_version == a.object_version


def test_rows_that_are_left_empty_say_nothing(run: Run, named: Named, fill: Fill) -> None:
    before = named("b.png").object_version
    result = run("--apply", fill(("a.png", "CodeNumber", "value", "15")))
    assert result.exit_code == 0, result.output
    a = named("a.png")
    assert a.state is PaperState.REVIEW
    assert [name for name, (_value, _source, review) in values(a).items() if review] == ["IssuedDate", "Subject"]
    assert named("b.png").object_version == before
    nothing = json.loads(run("--apply", fill(("a.png", "CodeNumber", "value", None)), "--json").stdout)
    assert nothing["data"]["corrections"] == []


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (("a.png", "CodeNumber", "was", "77"), "was changed"),
        (("a.png", "CodeNumber", "place", "1"), "was changed"),
        (("a.png", "CodeNumber", "paper", ""), "does not say which paper"),
        (("a.png", "CodeNumber", "value", "=1+14"), "a formula stands there"),
        (("a.png", "CodeNumber", "right", "x"), "more than one of its cells"),
        (("a.png", "CodeNumber", "value", "a" * 1001), "cannot have this value"),
        (("a.png", "CodeNumber", "value", "1\u202e5"), "cannot have this value"),
        (("a.png", "IssuedDate", "value", "31/02/2024"), "is no date"),
        (("a.png", "IssuedDate", "value", date(2091, 1, 2)), "is after today"),
        (("a.png", "IssuedDate", "right", "x"), "what was read is not shown"),
        (("a.png", "Subject", "how", "maybe"), "is not in the list"),
        (("a.png", "Subject", "right", "no"), "is no x"),
        (("b.png", "SignerInfo.FullName", "right", "x"), "nothing was read there"),
        (("c & d.png", "paper", "value", "well"), "takes an x"),
        (("c & d.png", "paper", "right", "x"), "other rows of this paper are still open"),
    ],
)
def test_a_row_that_cannot_be_is_named_and_the_others_are_taken(
    run: Run, named: Named, fill: Fill, cell: tuple[str, str, str, object], said: str
) -> None:
    paper, field, _column, _value = cell
    given = [("b.png", "CodeNumber", "value", "15"), ("a.png", "CodeNumber", "value", "15")]
    out = fill(*given, cell)
    book = openpyxl.load_workbook(out)
    sheet, at = sheet_of(book)
    rows = [row_of(sheet, at, paper, field)]
    result = run("--apply", out, "--json")
    assert result.exit_code == 3, result.output
    found = json.loads(result.stdout)
    (problem,) = found["errors"]
    assert problem["code"] == "bad-review-row"
    assert said in problem["message"]
    assert f"Row {rows[0]}," in problem["message"]
    assert values(named("b.png"))["CodeNumber"] == ("15", "clerk", False)


def test_merged_cells_are_named(run: Run, named: Named, fill: Fill) -> None:
    out = fill(("a.png", "CodeNumber", "value", "15"), ("c & d.png", "Subject", "value", RIGHT_SUBJECT))
    book = openpyxl.load_workbook(out)
    sheet, at = sheet_of(book)
    first, column = row_of(sheet, at, "a.png", "CodeNumber"), at[COLUMNS["value"]]
    sheet.merge_cells(start_row=first, end_row=first + 1, start_column=column, end_column=column)
    book.save(out)
    result = run("--apply", out, "--json")
    assert result.exit_code == 3
    problems = json.loads(result.stdout)["errors"]
    assert [problem["message"].partition(",")[0] for problem in problems] == [f"Row {first}", f"Row {first + 1}"]
    assert values(named("a.png"))["CodeNumber"][1] == "read"
    assert values(named("c & d.png"))["Subject"][0] == RIGHT_SUBJECT


def test_scan_again_and_moved_columns(run: Run, named: Named, fill: Fill) -> None:
    out = fill(("b.png", "CodeNumber", "how", "paper to be scanned again"))
    book = openpyxl.load_workbook(out)
    book.worksheets[0].insert_cols(2)
    book.save(out)
    result = run("--apply", out)
    assert result.exit_code == 0, result.output
    assert "rescan-wanted" in named("b.png").doubts


def test_what_is_read_is_no_formula_and_cells_to_fill_in_are_open(file: Path) -> None:
    book = openpyxl.load_workbook(file)
    assert book.sheetnames[1:] == ["How to fill this in", "digidoc"]
    assert book.worksheets[2].sheet_state == "hidden"
    sheet, at = sheet_of(book)
    assert sheet.protection.sheet
    row = row_of(sheet, at, "c & d.png", "Subject")
    assert sheet.cell(row, at["Read as"]).value == EVIL
    assert sheet.cell(row_of(sheet, at, "a.png", "CodeNumber"), at["Read as"]).value == "(key it from the paper)"
    assert not sheet.cell(row, at["Right value"]).protection.locked
    assert sheet.cell(row, at["was"]).protection.locked
    assert sheet.column_dimensions[sheet.cell(1, at["paper"]).column_letter].hidden
    assert len(sheet._images) == 7


def test_a_workbook_in_vietnamese_is_read_in_english(kho: Archive, run: Run, named: Named, tmp_path: Path) -> None:
    from digidoc.pipeline.review.exporting.export import export
    from digidoc.pipeline.review.sheet import Wanted
    from digidoc.pipeline.review.worklist import Question
    from digidoc.progress import SilentProgress

    out = tmp_path / "vi.xlsx"
    i18n.install("vi")
    try:
        export(kho, Question(), out, Wanted(), SilentProgress())
    finally:
        i18n.install("en")
    book = openpyxl.load_workbook(out)
    sheet = book.worksheets[0]
    at = {cell.value: cell.column for cell in sheet[1]}
    assert "Giá trị đúng" in at
    row = next(r for r in range(2, 20) if sheet.cell(r, at["name"]).value == "SignerInfo.FullName")
    sheet.cell(row, at["Trường hợp khác"]).value = "không đọc được"
    book.save(out)
    assert run("--apply", out).exit_code == 0
    assert values(named("b.png"))["SignerInfo.FullName"] == ("", "clerk", False)


@pytest.mark.parametrize("content", [b"PK\x03\x04 broken", b""])
def test_what_is_no_such_workbook(run: Run, tmp_path: Path, content: bytes) -> None:
    out = tmp_path / "other.xlsx"
    if content:
        out.write_bytes(content)
    else:
        openpyxl.Workbook().save(out)
    result = run("--apply", out, "--json")
    assert result.exit_code == 2, result.output
    (problem,) = json.loads(result.stdout)["errors"]
    assert problem["code"] == "bad-correction"
    assert "no workbook" in problem["message"]
