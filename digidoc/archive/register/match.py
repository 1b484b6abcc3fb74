"""Which digitized paper is which row of the register.

By the code of the dossier first: only its own papers are looked at. Then, each paper standing for one row at most and
each row in its order taking the first paper in the order in which they were filed:

1. the file that the row names;
2. the number: CodeNumber and CodeNotation as they were read or corrected, zeros before the number left out;
3. the name: that of the file without its extension, the type, the subject, or type and subject;
4. the only result and the only paper whose file name says that it is one (it begins with KQ or has "ket qua");

Where the register only says of a dossier that there are components and that there is a result, each in one row without
a name: the papers with the result's number, or else those whose file names say so, are the result, all others together
the component. Of several papers the worst stands for all.

Accents, case, dashes and blanks do not count. The order makes the answer the same whenever it is asked for.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby, islice
from operator import attrgetter
from pathlib import PurePath
from typing import Final

from sqlite_utils import Database

from digidoc.archive.catalog.index import words_of
from digidoc.archive.register.schema import counting, values
from digidoc.model import Verdict
from digidoc.text import fold

_CHUNK: Final = 1000  # dossiers
_FIELDS: Final = ("CodeNumber", "CodeNotation", "TypeName", "Subject")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the register, as far as it says what paper it is: key, kind, name, number, file, and what it has."""

    dossier: int
    origin: int
    ordinal: int
    is_result: int
    name: str
    number: str
    file_name: str
    result_id: str
    paper_id: str | None


@dataclass(slots=True)
class Digitized:
    """A paper in the archive, as far as it says which row it is."""

    paper_id: str
    name: str
    conformant: int
    verdict: str
    fields: dict[str, str] = field(default_factory=dict)

    @property
    def number(self) -> str:
        """Number and symbol, comparable."""
        return comparable_number("/".join(self.fields[name] for name in _FIELDS[:2] if name in self.fields))

    @property
    def names(self) -> set[str]:
        """What it may be called, comparable."""
        kind, subject = self.fields.get("TypeName", ""), self.fields.get("Subject", "")
        written = (PurePath(self.name).stem, kind, subject, f"{kind} {subject}")
        return set(map(comparable, written)) - {""}

    @property
    def is_result(self) -> bool:
        """Whether the name of its file says that it is a result."""
        words = comparable(PurePath(self.name).stem)
        return words.startswith("kq") or "ket qua" in words or "ketqua" in words


def match(db: Database, ids: Iterable[int]) -> None:
    """Match the papers of these dossiers anew; within `facts.changing`, the dossiers being touched."""
    numbers = iter(ids)
    while chunk := list(islice(numbers, _CHUNK)):
        wanted = values(list(map(str, chunk)))
        papers = _papers(db, wanted)
        changed = []
        for dossier, rows in groupby(_rows(db, wanted), key=attrgetter("dossier")):
            listed = list(rows)
            found = pairs(listed, papers.get(dossier, []))
            changed += [
                (found.get(number), row.dossier, row.origin, row.ordinal)
                for number, row in enumerate(listed)
                if found.get(number) != row.paper_id
            ]
        db.conn.executemany(
            "UPDATE register_paper SET paper_id = ? WHERE dossier = ? AND origin = ? AND ordinal = ?", changed
        )


def pairs(rows: Sequence[Row], papers: Sequence[Digitized]) -> dict[int, str]:
    """Which paper is which row: ids by the row's place in `rows`. See the module for the rules.

    Args:
        rows: of one dossier, in the order of the register.
        papers: of the same, in the order in which they were filed.

    """
    if not papers:
        return {}
    if not any(row.name or row.file_name for row in rows) and len({row.is_result for row in rows}) == len(rows):
        return _flat(rows, papers)
    found: dict[int, str] = {}
    free = list(papers)
    for same in (_same_file, _same_number, _same_name):
        for place, row in enumerate(rows):
            paper = None if place in found else next((paper for paper in free if same(row, paper)), None)
            if paper is not None:
                found[place] = paper.paper_id
                free.remove(paper)
    results = [place for place, row in enumerate(rows) if row.is_result]
    named = [paper for paper in free if paper.is_result]
    if len(results) == len(named) == 1 and results[0] not in found:
        found[results[0]] = named[0].paper_id
    return found


def _flat(rows: Sequence[Row], papers: Sequence[Digitized]) -> dict[int, str]:
    numbers = {comparable_number(row.number) for row in rows if row.number}
    results = [paper for paper in papers if paper.number in numbers] or [paper for paper in papers if paper.is_result]
    others = [paper for paper in papers if paper not in results]
    found = {}
    for place, row in enumerate(rows):
        own = results if row.is_result else others
        if own:
            found[place] = min(
                own, key=lambda paper: (paper.conformant, paper.verdict == Verdict.TOTAL_PASSED)
            ).paper_id
    return found


def _same_file(row: Row, paper: Digitized) -> bool:
    return bool(row.file_name) and _file(row.file_name) == _file(paper.name)


def _same_number(row: Row, paper: Digitized) -> bool:
    return bool(row.number) and comparable_number(row.number) == paper.number


def _same_name(row: Row, paper: Digitized) -> bool:
    return bool(row.name) and comparable(row.name) in paper.names


def _file(name: str) -> str:
    return fold(name.replace("\\", "/").rsplit("/", 1)[-1])


def comparable_number(text: str) -> str:
    """A number without what people write in different ways: accents, case, blanks, zeros before it."""
    return "".join(fold(text).split()).lstrip("0")


@lru_cache(maxsize=1 << 14)
def comparable(text: str) -> str:
    """The words of a name, without accents and case."""
    return " ".join(words_of(fold(text)))


def _rows(db: Database, wanted: str) -> Iterator[Row]:
    sql = """
        SELECT dossier, origin, ordinal, is_result, name, number, file_name, result_id, paper_id FROM register_paper
        WHERE dossier IN (SELECT CAST(value AS INTEGER) FROM json_each(?)) AND live ORDER BY dossier, origin, ordinal
    """
    for row in db.execute(sql, [wanted]):
        yield Row(*row)


def _papers(db: Database, wanted: str) -> dict[int, list[Digitized]]:
    """The papers of dossiers by their number in the register."""
    papers = f"""
        SELECT d.id, p.paper_id, p.name, p.conformant, p.verdict
        FROM json_each(?) AS n CROSS JOIN register_dossier AS d ON d.id = CAST(n.value AS INTEGER)
        CROSS JOIN paper AS p ON p.dossier = d.code WHERE {counting("p")} ORDER BY d.id, p.rowid
    """  # noqa: S608
    found: dict[int, list[Digitized]] = {}
    by_id: dict[str, Digitized] = {}
    for dossier, *row in db.execute(papers, [wanted]):
        paper = Digitized(*row)
        found.setdefault(dossier, []).append(paper)
        by_id[paper.paper_id] = paper
    fields = "SELECT paper_id, name, value FROM field WHERE paper_id IN (SELECT value FROM json_each(?)) ORDER BY id"
    for paper_id, name, value in db.execute(fields, [values(list(by_id))]):
        if name in _FIELDS:
            by_id[paper_id].fields.setdefault(name, value)
    return found
