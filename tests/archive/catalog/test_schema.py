import shutil
import sqlite3
import stat
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlite_utils import Database

from digidoc import errors
from digidoc.archive.archive import Archive
from digidoc.archive.catalog import schema
from digidoc.archive.events import audit
from digidoc.archive.layout import LOCK
from digidoc.archive.lock import exclusive
from digidoc.model import PaperRecord
from tests.archive import damage
from tests.papers import UNIT, draft

_TABLES = ("dossier", "paper", "file", "page", "field", "signature", "event")


@pytest.fixture
def first_version(archive: Archive, scans: Path) -> Path:
    """An archive whose catalogue is in the form of version 1."""
    damage.fill(archive, scans)
    archive.close()
    for name in ("audit-head.json", "events.jsonl"):  # it had neither
        (archive.root / name).unlink()
    new, old = archive.root / "catalog.db", archive.root / "old.db"
    with closing(sqlite3.connect(old)) as connection:
        schema.MIGRATIONS[0](Database(connection))
        connection.execute("ATTACH ? AS new", [str(new)])
        for table in _TABLES:
            columns = [name for _, name, *_ in connection.execute(f"PRAGMA main.table_info({table})") if name != "id"]
            listed, where = ", ".join(columns), " WHERE paper_id NOT NULL" if table == "event" else ""
            connection.execute(f"INSERT INTO main.{table}({listed}) SELECT {listed} FROM new.{table}{where}")  # noqa: S608
        connection.execute("PRAGMA main.user_version = 1")
        connection.commit()
    old.replace(new)
    return archive.root


def _papers(root: Path) -> list[PaperRecord]:
    with Archive.locate(root) as archive:
        ids = [paper_id for (paper_id,) in archive.catalog.db.execute("SELECT paper_id FROM paper ORDER BY 1")]
        return [archive.paper(paper_id) for paper_id in ids]


def _version(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def test_an_older_catalogue_is_migrated_after_a_copy_was_made(first_version: Path) -> None:
    old = first_version / "catalog.db"
    before = old.read_bytes()
    with Archive.locate(first_version) as migrated:
        assert audit.verify(migrated.catalog, migrated.layout, migrated.store).findings == ()
        kinds = [entry.kind for entry in audit.log(migrated.catalog)]
        assert (kinds[-1], len(kinds)) == ("migration", 2 * 6 + 2 + 1)
        assert migrated.search("mot").hits
        figures = migrated.figures()
        with migrated.writing():
            assert migrated.catalog.db.execute("SELECT code, level FROM unit").fetchall() == [("H17.12", "commune")]
    assert (_version(old), _version(first_version / "catalog.db.v1.bak")) == (schema.VERSION, 1)
    assert stat.S_IMODE((first_version / "catalog.db.v1.bak").stat().st_mode) & 0o077 == 0
    papers = _papers(first_version)
    assert len(papers) == 7
    shutil.copy(first_version / "catalog.db.v1.bak", old)
    assert old.read_bytes()[100:] == before[100:]  # the header counts writes
    for name in ("audit-head.json", "events.jsonl"):
        (first_version / name).unlink()
    assert _papers(first_version) == papers
    with Archive.locate(first_version) as again:
        assert again.figures() == replace(figures, audit_head=None)


def test_a_migration_that_fails_leaves_the_old_catalogue(first_version: Path) -> None:
    path = first_version / "catalog.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE batch(x)")  # in the way
    before = path.read_bytes()
    with pytest.raises(errors.ArchiveDamaged):
        Archive.locate(first_version)
    assert path.read_bytes() == before
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TABLE batch")
    Archive.locate(first_version).close()
    assert _version(path) == schema.VERSION


def test_a_migration_waits_for_no_writer(first_version: Path) -> None:
    with exclusive(first_version / LOCK), pytest.raises(errors.ArchiveLocked):
        Archive.locate(first_version)
    assert _version(first_version / "catalog.db") == 1


@pytest.mark.skipif(damage.is_root(), reason="root may write everywhere")
def test_an_older_catalogue_that_may_not_be_written(first_version: Path) -> None:
    first_version.chmod(0o500)
    (first_version / "catalog.db").chmod(0o400)
    try:
        with pytest.raises((errors.ReadOnlyTarget, errors.PermissionMissing)):
            Archive.locate(first_version)
    finally:
        first_version.chmod(0o700)


def test_the_office_follows_its_settings(archive: Archive, scans: Path) -> None:
    assert archive.catalog.db.execute("SELECT code, name FROM unit").fetchall() == [(UNIT.code, UNIT.name)]
    config = archive.root / "digidoc.toml"
    config.write_text(config.read_text(encoding="utf-8").replace("Hòa Vang", "Hòa Tiến"), encoding="utf-8")
    with Archive.locate(archive.root) as renamed, renamed.writing():
        renamed.file(None, [draft(scans, "a.tif")])
        assert renamed.catalog.db.execute("SELECT name FROM unit").fetchall() == [("UBND xã Hòa Tiến",)]


def test_batches(archive: Archive) -> None:
    with archive.batch({"sign": False}) as batch:
        batch.counts = {"done": 3}
    with pytest.raises(KeyboardInterrupt), archive.batch({}):
        raise KeyboardInterrupt
    first, second = archive.batches()
    assert (first.options, first.counts, first.ended is not None) == ({"sign": False}, {"done": 3}, True)
    assert (second.number, second.ended, second.counts) == (2, None, {})
