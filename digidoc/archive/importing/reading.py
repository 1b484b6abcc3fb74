"""One file that is imported: its rows as values of the register, and beside them the rows that are left out."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any, Final

from digidoc.archive.importing import cells, national
from digidoc.archive.importing.cells import Cell
from digidoc.archive.importing.errors import BadRow, CellError, TableUnusable
from digidoc.archive.importing.rows import Maker
from digidoc.archive.importing.tables import Row, Sheet, opened
from digidoc.archive.importing.titles import HEADER_WITHIN, KINDS, Columns, find, missing
from digidoc.errors import Problem, from_os
from digidoc.files.disk import sha256_of
from digidoc.i18n import N_

# More rows than this with mistakes are no mistakes: it is another file than was meant.
MOST_BAD: Final = 10_000
_ASKED_AT_ONCE: Final = 500
Numbered = tuple[int, Any]  # a value and the line that it stands on


class Reading:
    """Goes through a file once; `problems`, `columns` and `rows` are right when `values` has come to its end.

    Args:
        path: the file: CSV, XLSX (XLS, ODS) or JSON.
        kind: dossiers, papers, procedures or units.
        mapping: titles of columns by the name of the value, where they are not found by themselves.
        sheet: of a spreadsheet; None takes the first that has the columns.
        unit: code of the office that dossiers without one belong to.
        today: nothing is received later.
        known: those of some codes that the register has a dossier of; asked for a list of papers. None asks nobody.

    """

    def __init__(
        self,
        path: Path,
        kind: str,
        *,
        mapping: Mapping[str, str],
        sheet: str | None,
        unit: str,
        today: date,
        known: Callable[[Iterable[str]], set[str]] | None = None,
    ) -> None:
        self._known = known
        self._path, self._kind, self._mapping, self._sheet = path, KINDS[kind], mapping, sheet
        self._maker = Maker(unit, today)
        self._seen: set[int] = set()
        self.problems: list[Problem] = []
        self.columns: Mapping[str, str] = {}
        self.unused: tuple[str, ...] = ()
        self.rows = 0

    def values(self) -> Iterator[Any]:
        """The values of the good rows.

        Raises:
            TableUnusable: it is no such file, or more than 10,000 of its rows are bad; what was given so far must be
                thrown away.
            FileMissing, PermissionMissing, StorageError: it cannot be read.

        """
        found = self._json() if _is_json(self._path) else self._table()
        if self._known is not None and self._kind.name == "papers":
            found = self._of_known(found, self._known)
        for _line, value in found:
            yield value
        if self.rows == 0:
            raise TableUnusable(file=self._path, reason=N_("there is no row below the header"))

    def _table(self) -> Iterator[Numbered]:
        make = self._maker.of(self._kind.name)

        def made(named: Mapping[str, Cell]) -> Iterable[Any]:
            return (make(named),)

        with opened(self._path, self._sheet) as sheets:
            columns, rows = self._header(sheets)
            self.columns, self.unused = columns.titles, columns.unused
            names, places = tuple(columns.places), tuple(columns.places.values())
            widest = max(places)
            for row in rows:
                found = row.cells
                if len(found) <= widest:
                    found = found + [""] * (widest + 1 - len(found))
                named = {
                    name: cell for name, cell in zip(names, map(found.__getitem__, places), strict=True) if cell != ""
                }
                if named:
                    yield from self._one(row.line, made, named, columns.titles)

    def _header(self, sheets: Iterator[Sheet]) -> tuple[Columns, Iterator[Row]]:
        """The columns of the first sheet that has them, and the rows below."""
        looked: list[Row] = []
        names: list[str] = []
        for sheet in sheets:
            names.append(sheet.name)
            for row in islice(sheet.rows, HEADER_WITHIN):
                columns = find(row, self._kind, self._mapping)
                if columns is not None:
                    return columns, sheet.rows
                looked.append(row)
        raise missing(looked, self._kind, self._mapping, self._path, names)

    def _json(self) -> Iterator[Numbered]:
        makers: dict[str, Callable[[Any], Iterable[Any]]] = {
            "units": national.unit,
            "dossiers": lambda entry: (national.dossier(entry, self._maker, self._maker.unit_code),),
        }
        if self._kind.name not in makers:
            raise TableUnusable(file=self._path, reason=N_("JSON is read of dossiers and of units only"))
        for number, entry in national.entries(self._path):
            yield from self._one(number, makers[self._kind.name], entry, {})

    def _one(
        self, line: int, make: Callable[[Any], Iterable[Any]], given: Any, titles: Mapping[str, str]
    ) -> Iterator[Numbered]:
        """The values of a row; a bad one becomes a problem."""
        self.rows += 1
        try:
            for value in make(given):
                self._once(value)
                yield line, value
        except CellError as error:
            self._bad(line, error, titles)

    def _of_known(self, rows: Iterator[Numbered], known: Callable[[Iterable[str]], set[str]]) -> Iterator[Numbered]:
        """The papers whose dossiers the register has."""
        while some := list(islice(rows, _ASKED_AT_ONCE)):
            there = known({dossier for _line, (dossier, _paper) in some})
            for line, (dossier, paper) in some:
                if dossier in there:
                    yield line, (dossier, paper)
                else:
                    reason = N_("the register has no dossier {value}: import the dossiers first")
                    self._bad(line, CellError("dossier", reason, value=cells.shown(dossier)), self.columns)

    def _once(self, value: Any) -> None:
        """See that what has a code of its own stands there once; papers may stand there as often as they like."""
        if isinstance(value, tuple):
            return
        # A hash of 64 bits a row: a million rows take 60 MB, not the 200 MB of their codes.
        key = hash(value.code)
        if key in self._seen:
            raise CellError("code", N_("{value} already appears on an earlier line"), value=value.code)
        self._seen.add(key)

    def _bad(self, line: int, error: CellError, titles: Mapping[str, str]) -> None:
        if len(self.problems) == MOST_BAD:
            raise TableUnusable(
                file=self._path, reason=N_("more than {most} rows are bad: is it the right file?"), most=MOST_BAD
            )
        column = titles.get(error.name, error.name)
        bad = BadRow(file=self._path, line=line, column=column, reason=error.reason, **error.values)
        self.problems.append(bad.problem)


def _is_json(path: Path) -> bool:
    try:
        with path.open("rb") as stream:
            head = stream.read(4096).removeprefix(b"\xef\xbb\xbf").lstrip()
    except OSError as error:
        raise from_os(error, path) from error
    return head[:1] in (b"{", b"[")


def digest(path: Path) -> str:
    """The SHA-256 of a file, hex.

    Raises:
        FileMissing, PermissionMissing, StorageError: it cannot be read.

    """
    try:
        return sha256_of(path)
    except OSError as error:
        raise from_os(error, path) from error
