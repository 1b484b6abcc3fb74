"""The catalogue: one SQLite file beside the store that answers what is where. All of it can be made from the store."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlite_utils import Database

from digidoc.archive import metadata
from digidoc.archive.catalog import index, paper_sums, reuse_links, settled
from digidoc.archive.catalog.database import create_database, damaged, open_database, transaction, translated
from digidoc.archive.events import events, forgetting
from digidoc.archive.events.chain import Head, canonical
from digidoc.archive.layout import ArchiveLayout
from digidoc.archive.register import facts
from digidoc.archive.register.schema import counting
from digidoc.errors import ArchiveLocked, UnknownPaper
from digidoc.formats import codec
from digidoc.model import Event, ExtractedField, PaperRecord, PaperState, SignatureRecord, StoredFile, Unit
from digidoc.text import nfc

# What is indexed beside the text of the first page: people search by number and subject, also after a correction.
_TERMS: Final = ("CodeNumber", "CodeNotation", "Subject")


class Catalog:
    """The catalogue of one archive; one process writes at a time, any number may read meanwhile.

    Args:
        path: the SQLite file.
        db: the open database.

    """

    def __init__(self, path: Path, db: Database) -> None:
        self.path = path
        self.db = db

    @classmethod
    def create(cls, path: Path) -> "Catalog":
        """Make a new one; see `create_database`."""
        return cls(path, create_database(path))

    @classmethod
    def open(cls, path: Path) -> "Catalog":
        """Open one; see `open_database`."""
        return cls(path, open_database(path))

    def close(self) -> None:
        """Close the file."""
        self.db.close()

    @contextmanager
    def reading(self) -> Iterator[Database]:
        """The database for queries.

        Raises:
            ArchiveDamaged: rows do not hold what they should.
            DigidocError: see `translated`.

        """
        try:
            with translated(self.path):
                yield self.db
        except (ValueError, KeyError, TypeError) as error:
            raise damaged(self.path) from error

    def task_state(self, paper_id: str) -> tuple[str, PaperState] | None:
        """Task key and state of a paper, None when it is not known."""
        with self.reading() as db:
            row = db.execute("SELECT task_key, state FROM paper WHERE paper_id = ?", [paper_id]).fetchone()
            return None if row is None else (row[0], PaperState(row[1]))

    def write(self, *records: PaperRecord) -> None:
        """Put papers in the place of what was known of them, in one transaction; their events are added to the chain.

        Raises:
            DigidocError: see `translated`; nothing was changed.

        """
        with translated(self.path), transaction(self.db):
            self._write(records)

    def purge(self, record: PaperRecord, forgotten: Iterable[int], changed: Iterable[tuple[str, StoredFile]]) -> None:
        """Put what stands in the place of a paper that is erased, in one transaction.

        Args:
            record: the paper as its object has it now.
            forgotten: the entries of the chain whose details are erased.
            changed: files of other papers that were written anew, by the id of the paper.

        """
        with translated(self.path), transaction(self.db):
            forgetting.forget(self.db, forgotten)
            self._write([record])
            for paper_id, file in changed:
                values = [file.path, file.sha256, file.size, paper_id, file.role]
                self.db.execute(
                    "UPDATE file SET path = ?, sha256 = ?, size = ? WHERE paper_id = ? AND role = ?", values
                )

    def erase_leftovers(self) -> None:
        """Make the file anew without what was deleted in it: SQLite leaves deleted rows where they were.

        Raises:
            ArchiveLocked: somebody reads the catalogue, so that its write-ahead log cannot be emptied.
            DigidocError: see `translated`.

        """
        with translated(self.path):
            self.db.execute("INSERT INTO page_index(page_index) VALUES ('optimize')")
            self.db.commit()
            self.db.execute("VACUUM")
            busy, *_rest = self.db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            raise ArchiveLocked(file=self.path, holder=self.path.name)

    def _write(self, records: Sequence[PaperRecord]) -> None:
        with self._recounted(records):
            for record in records:
                self._clear(record.paper_id)
                self._write_paper(record)
                settled.settle(self.db, record)
                self._write_parts(record)
                self._write_pages(record)
                reuse_links.put(self.db, record)
                events.append(self.db, record.events, object_id=record.object_id, paper_id=record.paper_id)

    def write_events(self, new: Iterable[Event], *, object_id: str = "", paper_id: str | None = None) -> None:
        """Add events to the chain, in one transaction; of a paper, those that its object does not hold.

        Args:
            new: in the order in which they happened.
            object_id: OCFL object that they are about; empty for a paper's and for those of the whole archive.
            paper_id: the paper that they are about.

        """
        with translated(self.path), transaction(self.db):
            events.append(self.db, new, object_id=object_id, paper_id=paper_id)

    def head(self) -> Head:
        """The newest entry of the chain of events."""
        with self.reading() as db:
            return events.head(db)

    def publish_head(self) -> None:
        """Keep the chain in the log and its head in a file, both beside the catalogue; see `events.publish`.

        Raises:
            OSError: a file cannot be written.
            DigidocError: see `translated`.

        """
        # The transaction changes nothing: it keeps two processes from writing the file at the same time.
        with translated(self.path), transaction(self.db):
            events.publish(self.db, ArchiveLayout(self.path.parent))

    def write_unit(self, unit: Unit) -> None:
        """Put an office in the place of what was known of it; a name that is not given, and the rest, stay."""
        row = (unit.code, unit.name, unit.level.value)
        with self.reading() as db:
            old = db.execute("SELECT code, name, level FROM unit WHERE code = ?", [unit.code]).fetchone()
        if old is not None and not unit.name:
            row = (unit.code, old[1], unit.level.value)
        if old == row:
            return
        with translated(self.path), transaction(self.db):
            self.db.execute(
                "INSERT INTO unit(code, name, level) VALUES (?, ?, ?) "
                "ON CONFLICT(code) DO UPDATE SET name = excluded.name, level = excluded.level",
                row,
            )

    def paper(self, paper_id: str) -> PaperRecord:
        """All that is kept of a paper; paths of its files count from the archive's folder.

        Raises:
            UnknownPaper: there is no such paper.
            ArchiveDamaged: rows do not hold what they should.

        """
        with self.reading() as db:
            row = next(db.query("SELECT * FROM paper WHERE paper_id = ?", [paper_id]), None)
            if row is None:
                raise UnknownPaper(paper=paper_id)
            pages = list(db.query("SELECT dpi, text FROM page WHERE paper_id = ? ORDER BY number", [paper_id]))
            return PaperRecord(
                paper_id=row["paper_id"],
                task_key=row["task_key"],
                dossier=row["dossier"],
                name=row["name"],
                source=row["source"],
                state=PaperState(row["state"]),
                sha256=row["sha256"],
                object_id=row["object_id"],
                object_version=row["object_version"],
                files=tuple(StoredFile(**file) for file in self._parts("file", paper_id)),
                pages=tuple(page["text"] for page in pages),
                page_dpi=tuple(page["dpi"] for page in pages),
                fields=tuple(_field(found) for found in self._parts("field", paper_id)),
                signatures=tuple(codec.read(SignatureRecord, found) for found in self._parts("signature", paper_id)),
                events=tuple(map(_event, self._parts("event", paper_id))),
                confidence=row["confidence"],
                conformant=bool(row["conformant"]),
                doubts=tuple(json.loads(row["doubts"])),
                problem=None if row["problem"] is None else json.loads(row["problem"]),
                part=tuple(json.loads(row["part"])),
            )

    def papers_of(self, dossier: str) -> list[str] | None:
        """Ids of the papers of a dossier in the order in which they came; None when the dossier is not known."""
        with self.reading() as db:
            if db.execute("SELECT 1 FROM dossier WHERE code = ?", [dossier]).fetchone() is None:
                return None
            rows = db.execute("SELECT paper_id FROM paper WHERE dossier = ? ORDER BY rowid", [dossier])
            return [paper_id for (paper_id,) in rows]

    def unsigned(self) -> dict[str, tuple[str | None, PaperState]]:
        """The papers that have a searchable PDF and no signed one: their dossier and state, by id, see `_places`."""
        has = "EXISTS (SELECT 1 FROM file WHERE file.paper_id = paper.paper_id AND role = ?)"
        return self._places(f"{has} AND NOT {has}", ["searchable", "signed"])

    def doubted(self, doubt: str) -> dict[str, tuple[str | None, PaperState]]:
        """The papers with a doubt of this code: their dossier and state, by id, see `_places`."""
        return self._places("instr(doubts, ?)", [json.dumps(doubt)])

    def _places(self, condition: str, values: list[str]) -> dict[str, tuple[str | None, PaperState]]:
        """Dossier and state of the papers that meet a condition, by id, the papers of a dossier together."""
        query = f"SELECT paper_id, dossier, state FROM paper WHERE {condition} AND {counting()} ORDER BY dossier, rowid"  # noqa: S608 (from here)
        with self.reading() as db:
            return {paper_id: (dossier, PaperState(state)) for paper_id, dossier, state in db.execute(query, values)}

    def _parts(self, table: str, paper_id: str) -> Iterator[dict[str, Any]]:
        for row in self.db.table(table).rows_where("paper_id = ?", [paper_id], order_by="rowid"):
            yield {key: value for key, value in row.items() if key not in ("id", "paper_id")}

    def replace_signatures(self, found: Mapping[str, Sequence[SignatureRecord]]) -> None:
        """Put what a later check says in the place of what was known of papers' signatures; within a transaction.

        Args:
            found: by the id of the paper.

        """
        known = "SELECT sha256, dossier FROM paper WHERE paper_id = ?"
        papers = [row for paper_id in found for row in self.db.execute(known, [paper_id])]
        links = "SELECT dossier FROM reuse_link WHERE paper_id = ?"
        linked = [row[0] for paper_id in found for row in self.db.execute(links, [paper_id])]
        dossiers = [dossier for _sha256, dossier in papers if dossier is not None]
        with self._sums_updated({sha256 for sha256, _dossier in papers}, dossiers, linked):
            for paper_id, signatures in found.items():
                self.db.execute("DELETE FROM signature WHERE paper_id = ?", [paper_id])
                rows = [{"paper_id": paper_id, **codec.plain(one)} for one in signatures]
                self.db.table("signature").insert_all(rows)
                self.db.execute(
                    "UPDATE paper SET verdict = ?, holds_from = ? WHERE paper_id = ?",
                    [*paper_sums.verdict(signatures), paper_id],
                )

    @contextmanager
    def _recounted(self, records: Sequence[PaperRecord]) -> Iterator[None]:
        """Update the sums that reports are answered from when papers have been written."""
        # A refused paper may be filed later with other bytes, and a paper may settle refusals of others.
        contents = {record.sha256 for record in records} | set(settled.contents(self.db, records))
        for record in records:
            old = self.db.execute("SELECT sha256 FROM paper WHERE paper_id = ?", [record.paper_id]).fetchone()
            contents.update(old or ())
        dossiers = [record.dossier for record in records if record.dossier is not None]
        linked = [code for record in records for code in reuse_links.targets(record)]
        before = "SELECT dossier FROM reuse_link WHERE paper_id = ?"
        linked += [code for record in records for (code,) in self.db.execute(before, [record.paper_id])]
        with self._sums_updated(contents, dossiers, linked):
            yield

    @contextmanager
    def _sums_updated(self, contents: Iterable[str], dossiers: Iterable[str], linked: Iterable[str]) -> Iterator[None]:
        """Take what contents and dossiers count for out of the sums, and put in what they count for afterwards."""
        kept = list(contents)
        for sha256 in kept:
            paper_sums.take_out(self.db, sha256)
        with facts.papers_changing(self.db, dossiers, linked):
            yield
        for sha256 in kept:
            paper_sums.put_in(self.db, sha256)

    def _write_paper(self, record: PaperRecord) -> None:
        if record.dossier is not None:
            # A dossier of which only refused papers are known has no object yet.
            self.db.execute(
                "INSERT INTO dossier(code, object_id) VALUES (?, ?) "
                "ON CONFLICT(code) DO UPDATE SET object_id = excluded.object_id WHERE excluded.object_id <> ''",
                [record.dossier, record.object_id],
            )
        verdict, holds_from = paper_sums.verdict(record.signatures)
        registered = codec.stamp(min(event.at for event in record.events))
        old = self.db.execute("SELECT registered_at FROM paper WHERE paper_id = ?", [record.paper_id]).fetchone()
        row = {
            "paper_id": record.paper_id,
            "task_key": record.task_key,
            "dossier": record.dossier,
            "name": record.name,
            "source": record.source,
            "state": record.state.value,
            "sha256": record.sha256,
            "object_id": record.object_id,
            "object_version": record.object_version,
            "confidence": record.confidence,
            "conformant": int(record.conformant),
            "doubts": canonical(list(record.doubts)),
            "problem": None if record.problem is None else canonical(record.problem),
            "registered_at": min(registered, old[0]) if old else registered,
            "verdict": verdict,
            "holds_from": holds_from,
            "settled_at": settled.forgotten_at(record),
            "part": canonical(list(record.part)),
        }
        # Not `upsert` of sqlite-utils: it tries out by making a table what this SQLite can do, and where that fails, as
        # on a full disk, it goes on and silently leaves out rows with required columns.
        names, changed = ", ".join(row), ", ".join(f"{name} = excluded.{name}" for name in row)
        self.db.execute(
            f"INSERT INTO paper({names}) VALUES ({', '.join('?' * len(row))}) "  # noqa: S608 (names from here)
            f"ON CONFLICT(paper_id) DO UPDATE SET {changed}",
            list(row.values()),
        )

    def _clear(self, paper_id: str) -> None:
        index.remove_paper(self.db, paper_id)
        for table in ("page", "file", "field", "signature"):
            self.db.execute(f"DELETE FROM {table} WHERE paper_id = ?", [paper_id])  # noqa: S608 (names from here)

    def _write_parts(self, record: PaperRecord) -> None:
        parts: Mapping[str, list[dict[str, Any]]] = {
            "file": codec.plain(record.files),
            "field": [_field_row(found) for found in record.fields],
            "signature": codec.plain(record.signatures),
        }
        for table, rows in parts.items():
            self.db.table(table).insert_all({"paper_id": record.paper_id, **row} for row in rows)

    def _write_pages(self, record: PaperRecord) -> None:
        terms = _terms(record.fields)
        for number, (text, dpi) in enumerate(zip(record.pages, metadata.page_dpi(record), strict=True), 1):
            page = (record.paper_id, number, dpi, nfc(text), terms if number == 1 else "")
            self.db.execute("INSERT INTO page(paper_id, number, dpi, text, terms) VALUES (?, ?, ?, ?, ?)", page)
        index.add_paper(self.db, record.paper_id)


def _terms(fields: Iterable[ExtractedField]) -> str:
    """Number, symbol ("15/QĐ-UBND" as it is typed) and subject, one a line; what no field has is left out."""
    number, notation, subject = (", ".join(f.value for f in fields if f.name == name) for name in _TERMS)
    return nfc("\n".join(part for part in ("/".join(p for p in (number, notation) if p), subject) if part))


def _field_row(found: ExtractedField) -> dict[str, Any]:
    row: dict[str, Any] = codec.plain(found)
    return {**row, "box": None if found.box is None else canonical(row["box"]), "review": int(found.review)}


def _field(row: Mapping[str, Any]) -> ExtractedField:
    box = None if row["box"] is None else json.loads(row["box"])
    return codec.read(ExtractedField, {**row, "box": box, "review": bool(row["review"])})


def _event(row: Mapping[str, Any]) -> Event:
    return codec.read(Event, {**row, "detail": json.loads(row["detail"])})
