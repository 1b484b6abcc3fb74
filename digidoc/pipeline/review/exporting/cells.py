"""The cells of a workbook that comes back, found by what it says of itself; formulas and merged cells are marked."""

import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from digidoc.archive.errors import BadCorrection
from digidoc.archive.importing import cells as importing
from digidoc.archive.importing.cells import Cell
from digidoc.archive.importing.errors import TableUnusable
from digidoc.archive.importing.tables import Row, opened
from digidoc.i18n import N_
from digidoc.pipeline.review.exporting import columns

_TITLES_WITHIN: Final = 20  # rows at the top in which the titles stand
_NO_WORKBOOK: Final = N_("it is no workbook that `digidoc review --export` made")
_LARGEST: Final = 256 << 20  # bytes of a sheet's XML, unpacked
_SHEET: Final = re.compile(r'<sheet\b[^>]*?\bname="([^"]*)"[^>]*?\br:id="([^"]*)"')
_TARGET: Final = re.compile(r"<Relationship\b[^>]*>")
_FORMULA: Final = re.compile(rb'<c\b[^>]*?\br="[A-Z]{1,3}(\d+)"[^>]*>\s*<f\b')
_FILL_IN: Final = ("value", "right", "how")


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row with the values of a paper's field.

    Attributes:
        line: its number, from 1.
        cells: by the names of `columns`.
        formula: whether a formula stands in it.
        merged: whether a cell of it is merged with others.

    """

    line: int
    cells: Mapping[str, Cell]
    formula: bool
    merged: bool

    def text(self, name: str) -> str:
        """What stands in a cell, as text."""
        return importing.plain(self.cells.get(name, ""))

    @property
    def filled(self) -> bool:
        """Whether anything is filled in."""
        return any(self.text(name) for name in _FILL_IN)


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a workbook, and what the words of its list mean: codes by word."""

    rows: tuple[SheetRow, ...]
    choices: Mapping[str, str]


def table_of(file: Path) -> Table:
    """What stands in a workbook.

    Raises:
        BadCorrection: it is no workbook that `workbook.write` made.
        OSError: it cannot be read.

    """
    try:
        with opened(file, None) as sheets:
            read = [(sheet.name, list(sheet.rows)) for sheet in sheets]
    except TableUnusable as error:
        raise BadCorrection(file=file, reason=_NO_WORKBOOK) from error
    meaning = _meaning(dict(read).get(columns.HIDDEN, []))
    titles = {title: name.removeprefix("column:") for name, title in meaning.items() if name.startswith("column:")}
    choices = {word: name.removeprefix("how:") for name, word in meaning.items() if name.startswith("how:")}
    if meaning.get("format") != columns.FORMAT:
        raise BadCorrection(file=file, reason=_NO_WORKBOOK)
    for name, rows in read:
        found = _places(rows, titles)
        if found is not None:
            places, first = found
            formulas, merged = _formulas(file, name), _merged(file, name)
            below = rows[first + 1 :]
            return Table(tuple(_rows(below, places, formulas, merged)), choices)
    raise BadCorrection(file=file, reason=N_("a column of it is missing"))


def _meaning(rows: list[Row]) -> dict[str, str]:
    return {str(row.cells[0]): str(row.cells[1]) for row in rows if len(row.cells) > 1}


def _places(rows: list[Row], titles: Mapping[str, str]) -> tuple[dict[str, int], int] | None:
    """Where each column stands, and in which row the titles are; None when some are missing."""
    wanted = {*titles.values(), *columns.IDS, columns.CHECK}
    for place, row in enumerate(rows[:_TITLES_WITHIN]):
        found = {titles.get(str(cell), str(cell)): at for at, cell in enumerate(row.cells)}
        if wanted <= set(found):
            return {name: found[name] for name in wanted}, place
    return None


def _rows(rows: list[Row], places: Mapping[str, int], formulas: set[int], merged: set[int]) -> Iterator[SheetRow]:
    for row in rows:
        cells = {name: row.cells[at] if at < len(row.cells) else "" for name, at in places.items()}
        yield SheetRow(row.line, cells, row.line in formulas, row.line in merged)


def _merged(file: Path, name: str) -> set[int]:
    """Numbers of the rows with merged cells."""
    from python_calamine import CalamineWorkbook

    ranges: Any = CalamineWorkbook.from_path(file).get_sheet_by_name(name).merged_cell_ranges or []
    return {row + 1 for (top, _left), (bottom, _right) in ranges for row in range(top, bottom + 1)}


def _formulas(file: Path, name: str) -> set[int]:
    """Numbers of the rows with formulas: the library gives their last results, which nobody has keyed."""
    try:
        with zipfile.ZipFile(file) as book:
            workbook = book.read("xl/workbook.xml").decode()
            ids = dict(_SHEET.findall(workbook))
            targets = {
                _attribute(one, "Id"): _attribute(one, "Target")
                for one in _TARGET.findall(book.read("xl/_rels/workbook.xml.rels").decode())
            }
            target = targets[ids[_escaped(name)]].lstrip("/").removeprefix("xl/")
            part = book.getinfo(f"xl/{target}")
            if part.file_size > _LARGEST:
                raise BadCorrection(file=file, reason=N_("it is larger than {size} MiB"), size=str(_LARGEST >> 20))
            return {int(line) for line in _FORMULA.findall(book.read(part))}
    except (KeyError, ValueError, zipfile.BadZipFile) as error:
        raise BadCorrection(file=file, reason=_NO_WORKBOOK) from error


def _attribute(element: str, name: str) -> str:
    found = re.search(rf'\b{name}="([^"]*)"', element)
    return found.group(1) if found else ""


def _escaped(name: str) -> str:
    return name.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
