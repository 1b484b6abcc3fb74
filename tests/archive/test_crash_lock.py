"""Two processes at once, and other hands on the archive's files."""

import json
import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from digidoc import errors
from digidoc.archive.archive import Archive
from digidoc.archive.catalog import database
from tests.papers import draft
from tests.programs import environ

_ENV = environ(LANGUAGE="en", LC_ALL="C.UTF-8")


def _digitize(root: Path, scans: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-m",
        "digidoc",
        "digitize",
        str(scans),
        "--loose",
        "-A",
        str(root),
        "--ocr",
        "null",
        *words,
    ]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False, env=_ENV)


def test_the_second_process_is_told_who_holds_the_lock_and_since_when(archive: Archive, scans: Path) -> None:
    draft(scans, "a.tif")
    with archive.writing():
        told = _digitize(archive.root, scans)
        assert told.returncode == int(errors.ExitCode.ARCHIVE_LOCKED) == 11
        found = re.search(r"PID (\d+), (\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\+07:00)", told.stderr)
        assert found is not None, told.stderr
        assert int(found[1]) == os.getpid()
        problem = json.loads(_digitize(archive.root, scans, "--json").stdout)["errors"][0]
        assert problem["code"] == "archive-locked"
        assert f"PID {os.getpid()}, " in problem["message"]
    assert archive.figures().registered == 0


def test_a_catalogue_that_another_program_holds(archive: Archive, scans: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = draft(scans, "a.tif", "một", dossier="A")
    monkeypatch.setattr(database, "_BUSY_SECONDS", 0.05)
    other = sqlite3.connect(archive.root / "catalog.db", isolation_level=None)
    with Archive.locate(archive.root) as opened, opened.writing():
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(errors.ArchiveLocked) as told:
            opened.file("A", [given])
        assert told.value.problem.hint
        assert not opened.search("mot").hits  # reading goes on
        other.execute("ROLLBACK")
        other.close()
        (record,) = opened.file("A", [given])
        assert record.object_version == "v1"


@pytest.mark.parametrize("how", ["changed", "cut", "gone", "a folder"])
def test_a_file_of_the_store_changed_by_hand_harms_that_object_only(archive: Archive, scans: Path, how: str) -> None:
    with archive.writing():
        (first,) = archive.file("A", [draft(scans, "a.tif", "một", dossier="A")])
    file = archive.store.folder(first.object_id) / "inventory.json"
    data = file.read_bytes()
    file.unlink()
    if how == "a folder":
        file.mkdir()
    elif how != "gone":
        file.write_bytes(data[:-20] if how == "cut" else data.replace(b'"v1"', b'"v7"'))
    with archive.writing():
        with pytest.raises((errors.ArchiveDamaged, errors.StorageError)) as told:
            archive.file("A", [draft(scans, "b.tif", dossier="A")])
        assert "inventory.json" in str(told.value.file)
        (other,) = archive.file("B", [draft(scans, "c.tif", "hai", dossier="B")])
    assert archive.paper(other.paper_id) == other
    assert archive.search("mot").hits
    assert archive.file_path(first.paper_id, "original").read_bytes() == b"original of a.tif"
