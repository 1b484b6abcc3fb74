"""Rows of cells out of CSV and XLSX files, each with the number of its line."""

import csv
import io
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

from digidoc.archive.importing.errors import TableUnusable
from digidoc.errors import from_os
from digidoc.i18n import N_
from digidoc.text import nfc

Cells = list[str | date | float | bool]
_MOST_COLUMNS: Final = 1000
_LONGEST_CELL: Final = 100_000  # characters
_SNIFFED: Final = 1 << 16  # bytes
_DELIMITERS: Final = ",;\t|"
_ZIP: Final = b"PK\x03\x04"
_OLE: Final = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, slots=True)
class Row:
    """A row: the number of its line, from 1, and its cells."""

    line: int
    cells: Cells


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: its name (empty for CSV) and its rows, which can be gone through once."""

    name: str
    rows: Iterator[Row]


@contextmanager
def opened(path: Path, sheet: str | None) -> "Iterator[Iterator[Sheet]]":
    """The sheets of a file: one of a CSV file, all of an XLSX, XLS or ODS file, or the one that is named.

    Raises:
        TableUnusable: it is no such file, is empty, or has no such sheet.
        FileMissing, PermissionMissing, StorageError: it cannot be read.

    """
    try:
        with path.open("rb") as stream:
            head = stream.read(_SNIFFED)
            if not head.strip(b"\x00\xff\xfe\xef\xbb\xbf \r\n\t"):
                raise TableUnusable(file=path, reason=N_("it is empty"))
            if head.startswith((_ZIP, _OLE)):
                yield _workbook(path, sheet)
                return
            if sheet is not None:
                raise TableUnusable(file=path, reason=N_("a CSV file has no sheets; leave --sheet out"))
            stream.seek(0)
            # Closed before the stream is: what wraps the stream lets go of it then.
            with closing(_csv(stream, head, path)) as rows:
                yield iter([Sheet("", rows)])
    except OSError as error:
        raise from_os(error, path) from error


def _csv(stream: Any, head: bytes, path: Path) -> Generator[Row, None, None]:
    encoding = _encoding(head, path)
    text = io.TextIOWrapper(stream, encoding=encoding, newline="")
    delimiter = _delimiter(head.decode(encoding, errors="replace"))
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(text, delimiter=delimiter)
    try:
        for cells in reader:
            if len(cells) > _MOST_COLUMNS:
                raise TableUnusable(file=path, reason=N_("a row has more than {most} columns"), most=_MOST_COLUMNS)
            yield Row(reader.line_num, [cell if cell.isascii() else nfc(cell) for cell in cells])
    except UnicodeDecodeError as error:
        raise TableUnusable(
            file=path,
            reason=N_("near line {line} it is not {encoding}: perhaps TCVN3 or VNI. Save it as “CSV UTF-8”"),
            line=reader.line_num + 1,
            encoding=encoding.upper().removesuffix("-SIG"),
        ) from error
    except csv.Error as error:
        raise TableUnusable(
            file=path, reason=N_("line {line} is not a line of a CSV file: {why}"), line=reader.line_num, why=error
        ) from error
    finally:
        text.detach()


def _encoding(head: bytes, path: Path) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if b"\x00" in head:
        raise TableUnusable(file=path, reason=N_("it is neither CSV, XLSX nor JSON, or UTF-16 without a mark in front"))
    return "utf-8-sig"


def _delimiter(head: str) -> str:
    """The one that the first lines have most of: Excel writes semicolons where the comma is the decimal sign."""
    lines = [line for line in head.splitlines()[:20] if line.strip()]
    counts = {mark: sum(line.count(mark) for line in lines) for mark in _DELIMITERS}
    return max(_DELIMITERS, key=lambda mark: counts[mark])


def _workbook(path: Path, wanted: str | None) -> Iterator[Sheet]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(path)
        names = book.sheet_names
        if wanted is not None and wanted not in names:
            raise TableUnusable(
                file=path, reason=N_("there is no sheet {name}; there are {known}"), name=wanted, known=", ".join(names)
            )
        for name in names if wanted is None else [wanted]:
            yield Sheet(name, _sheet_rows(book, name, path))
    except (CalamineError, ValueError) as error:
        raise TableUnusable(
            file=path, reason=N_("it is not a spreadsheet, or a damaged one: {why}"), why=error
        ) from error


def _sheet_rows(book: Any, name: str, path: Path) -> Iterator[Row]:
    sheet = book.get_sheet_by_name(name)
    first = (sheet.start or (0, 0))[0] + 1
    if sheet.width > _MOST_COLUMNS:
        raise TableUnusable(file=path, reason=N_("a row has more than {most} columns"), most=_MOST_COLUMNS)
    for line, cells in enumerate(sheet.iter_rows(), first):
        yield Row(line, [_plain(cell) for cell in cells])


def _plain(cell: Any) -> str | date | float | bool:
    if isinstance(cell, str):
        return nfc(cell)
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, (bool, float, date)):
        return cell
    if isinstance(cell, (int, time, timedelta)):
        return str(cell)
    return "" if cell is None else str(cell)
