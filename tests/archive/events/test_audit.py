import json
import random
import shutil
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from digidoc import errors
from digidoc.archive.archive import Archive
from digidoc.archive.events import audit, events
from digidoc.archive.events import log as event_log
from digidoc.archive.events.audit import Finding, Flaw
from digidoc.archive.events.chain import Entry, Head
from tests.archive import damage
from tests.papers import draft, refused


@pytest.fixture
def filled(archive: Archive, scans: Path) -> Archive:
    damage.fill(archive, scans)
    return archive


def verify(archive: Archive, *kept: Head) -> audit.Verdict:
    return audit.verify(archive.catalog, archive.layout, archive.store, kept)


def flaws(archive: Archive, *kept: Head) -> list[tuple[Flaw, int | None]]:
    return [(finding.flaw, finding.first) for finding in verify(archive, *kept).findings]


def test_an_archive_that_nobody_touched(filled: Archive) -> None:
    found = verify(filled, filled.audit_head())
    assert found.findings == ()
    assert found.papers == 6
    assert found.entries == found.head.sequence == 1 + 2 * 6 + 2
    assert events.read_head(filled.layout.head) == found.head
    assert filled.figures().audit_head == (found.head.sequence, found.head.hash)


def test_the_hash_can_be_computed_from_the_log(filled: Archive) -> None:
    previous = "0" * 64
    for entry in audit.log(filled.catalog):
        assert (entry.previous, entry.computed()) == (previous, entry.hash)
        previous = entry.hash


@pytest.mark.parametrize(
    "statement", ["UPDATE event SET agent = 'x'", "DELETE FROM event", "INSERT INTO event SELECT * FROM event LIMIT 1"]
)
def test_the_catalogue_itself_refuses_changes(filled: Archive, statement: str) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        filled.catalog.db.execute(statement)
    filled.catalog.db.rollback()
    assert not verify(filled).findings


@pytest.mark.parametrize("column", ["at", "kind", "outcome", "agent", "object_id", "paper_id", "detail", "hash"])
def test_an_edited_entry_is_named(filled: Archive, column: str) -> None:
    value = '{"pages":2}' if column == "detail" else None if column == "paper_id" else "x"
    with damage.by_hand(filled.root) as hand:
        hand.execute(f"UPDATE event SET {column} = ? WHERE sequence = 4", [value])  # noqa: S608 (from here)
    assert (Flaw.EDITED, 4) in flaws(filled)


@pytest.mark.parametrize("value", ["not JSON", b"\x00\xff", "", None])
def test_rubbish_in_an_entry_is_a_finding_too(filled: Archive, value: object) -> None:
    with damage.by_hand(filled.root) as hand:
        hand.execute("UPDATE OR IGNORE event SET detail = coalesce(?, 'null') WHERE sequence = 4", [value])
    assert (Flaw.EDITED, 4) in flaws(filled)


def test_removed_entries_are_named(filled: Archive) -> None:
    with damage.by_hand(filled.root) as hand:
        hand.execute("DELETE FROM event WHERE sequence IN (5, 6)")
    assert Finding(Flaw.REMOVED, 5, 6) in verify(filled).findings


def test_an_exchanged_entry_breaks_the_link(filled: Archive) -> None:
    with damage.by_hand(filled.root) as hand:
        old = audit.log(filled.catalog)[4]
        made = Entry.after(4, old.previous, *replace(old, agent="somebody").row[1:8])
        hand.execute("UPDATE event SET agent = 'somebody', hash = ? WHERE sequence = 5", [made.hash])
    assert (Flaw.BROKEN_LINK, 6) in flaws(filled)


def test_a_truncated_chain_is_found_by_the_head(filled: Archive) -> None:
    newest = filled.audit_head().sequence
    with damage.by_hand(filled.root) as hand:
        hand.execute("DELETE FROM event WHERE sequence > ?", [newest - 2])
    assert Finding(Flaw.TRUNCATED, newest - 1, newest) in verify(filled).findings


def test_an_older_copy_of_the_catalogue_is_found_even_when_it_is_written_to(
    archive: Archive, scans: Path, tmp_path: Path
) -> None:
    damage.fill(archive, scans)
    archive.close()
    shutil.copy(archive.root / "catalog.db", tmp_path / "old.db")
    with Archive.locate(archive.root) as now, now.writing():
        now.refuse(refused("e.tif"))
        kept = now.audit_head()
    shutil.copy(tmp_path / "old.db", archive.root / "catalog.db")
    with Archive.locate(archive.root) as old:
        assert (Flaw.TRUNCATED, kept.sequence - 1) in flaws(old)
        with old.writing():
            old.refuse(refused("f.tif"))
            old.refuse(refused("g.tif"))
        assert old.audit_head().sequence > kept.sequence
        assert (Flaw.REPLACED, kept.sequence) in flaws(old)
        assert events.read_head(old.layout.head) == kept


def test_a_chain_forged_as_a_whole_contradicts_head_and_objects(filled: Archive) -> None:
    before = filled.audit_head()
    gone = audit.log(filled.catalog, kind="ingestion")[1]
    with damage.by_hand(filled.root) as hand:
        newest = damage.forge(hand, lambda entries: [entry for entry in entries if entry.hash != gone.hash])
    assert (Flaw.TRUNCATED, before.sequence) in flaws(filled)
    events.write_head(filled.layout.head, Head(newest.sequence, newest.hash))
    assert (Flaw.LOG_DAMAGED, gone.sequence) in flaws(filled)
    event_log.rewrite(filled.catalog.db, filled.layout.log)
    (found,) = verify(filled).findings
    assert (found.flaw, found.paper_id, found.what) == (Flaw.NOT_IN_CHAIN, gone.paper_id, f"ingestion {gone.at}")
    assert (Flaw.TRUNCATED, before.sequence) in flaws(filled, before)


def test_an_event_that_was_slipped_in_is_not_in_the_object(filled: Archive) -> None:
    def slip_in(entries: list[Entry]) -> list[Entry]:
        return [*entries, replace(entries[2], kind="digital signature generation")]

    with damage.by_hand(filled.root) as hand:
        newest = damage.forge(hand, slip_in)
    events.write_head(filled.layout.head, Head(newest.sequence, newest.hash))
    event_log.rewrite(filled.catalog.db, filled.layout.log)
    assert flaws(filled) == [(Flaw.NOT_IN_OBJECT, newest.sequence)]


def test_the_head_beside_the_catalogue(filled: Archive) -> None:
    head = filled.layout.head
    kept = head.read_bytes()
    for text in (b"", b"[]", b'{"format": "digidoc.audit-head/1"}', b'{"sequence": 1, "hash": ""}', b"\xff"):
        head.chmod(0o600)
        head.write_bytes(text)
        assert flaws(filled) == [(Flaw.HEAD_DAMAGED, None)]
        filled.note("fixity check", "success", {})
        assert head.read_bytes() == text
    head.unlink()
    assert flaws(filled) == [(Flaw.HEAD_MISSING, None)]
    head.write_bytes(kept)
    assert flaws(filled) == []  # a head that is behind is what a killed process leaves
    filled.note("fixity check", "success", {})
    assert events.read_head(head) == filled.audit_head()


def test_events_in_the_store_that_cannot_be_read(filled: Archive) -> None:
    paper = filled.papers_of("B")[0]
    metadata = filled.file_path(paper.paper_id, "metadata")
    damage.flip(metadata, 0)
    (found,) = verify(filled).findings
    assert (found.flaw, found.paper_id) == (Flaw.OBJECT_UNREADABLE, paper.paper_id)
    metadata.unlink()
    assert flaws(filled) == [(Flaw.OBJECT_UNREADABLE, None)]
    shutil.rmtree(filled.root / Path(metadata).parents[4])
    assert [flaw for flaw, _number in flaws(filled)] == [Flaw.OBJECT_UNREADABLE]


def test_flipped_bytes_anywhere_in_the_catalogue_never_crash(filled: Archive) -> None:
    filled.close()
    path = filled.root / "catalog.db"
    whole = path.read_bytes()
    found = 0
    for at in random.Random(2026).sample(range(len(whole)), 200):  # most of the file is room that nothing uses yet
        path.write_bytes(whole)
        damage.flip(path, at)
        try:
            with Archive.locate(filled.root) as opened:
                found += bool(verify(opened).findings)
        except errors.ArchiveDamaged:
            found += 1
    assert found


# ------------------------------------------------------------------ the commands


def run(root: Path, *words: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "digidoc", "audit", *words, "--archive", str(root)]
    done = subprocess.run(command, capture_output=True, check=False)
    assert b"Traceback" not in done.stderr
    return done.returncode, (done.stdout or done.stderr).decode("utf-8-sig")


def test_verify_says_what_is_wrong(filled: Archive) -> None:
    code, text = run(filled.root, "verify")
    assert (code, text[:1]) == (0, "✓")
    head = filled.audit_head()
    assert run(filled.root, "verify", "--head", f"{head.sequence}:{head.hash}")[0] == 0
    assert run(filled.root, "verify", "--head", f"3:{head.hash}")[0] == 1
    for wrong in ("3", f"-3:{head.hash}", "x" * 5000, str(filled.root)):
        assert run(filled.root, "verify", "--head", wrong)[0] == 2
    with damage.by_hand(filled.root) as hand:
        hand.execute("UPDATE event SET agent = 'x' WHERE sequence = 4")
    code, text = run(filled.root, "verify", "--json")
    document: dict[str, Any] = json.loads(text)
    assert (code, document["schema"]) == (1, "digidoc.audit-verify/1")
    first = document["data"]["findings"][0]
    assert (first["flaw"], first["first"], first["last"]) == ("edited", 4, 4)
    assert "4" in run(filled.root, "verify")[1]


def test_the_log_is_filtered(archive: Archive, scans: Path) -> None:
    with archive.writing():
        (paper,) = archive.file("A", [draft(scans, "=1+1.tif", "một", dossier="A")])
    log = audit.log
    assert [entry.kind for entry in log(archive.catalog)] == ["creation", "capture", "ingestion"]
    assert [entry.kind for entry in log(archive.catalog, paper_id=paper.paper_id)] == ["capture", "ingestion"]
    assert [entry.kind for entry in log(archive.catalog, kind="ingestion")] == ["ingestion"]
    assert [entry.sequence for entry in log(archive.catalog, limit=2)] == [2, 3]
    day = paper.events[0].at
    assert [entry.kind for entry in log(archive.catalog, until=day)] == ["capture"]
    assert [entry.kind for entry in log(archive.catalog, since=paper.events[1].at)] == ["ingestion"]
    code, text = run(archive.root, "log", "--until", "04/03/2022", "--json")
    assert (code, [event["kind"] for event in json.loads(text)["data"]["events"]]) == (0, ["capture"])
    code, text = run(archive.root, "log", "--csv")
    assert (code, len(text.splitlines())) == (0, 4)
    assert run(archive.root, "log", "--kind", "nothing")[0] == 0
    assert run(archive.root, "log", "--csv", "--json")[0] == 2
