import json
from pathlib import Path

import pytest

from digidoc.archive.archive import Archive
from digidoc.archive.events import audit
from digidoc.archive.events import log as event_log
from digidoc.archive.events.audit import Flaw
from digidoc.archive.events.chain import Entry
from tests.archive import damage
from tests.papers import refused


@pytest.fixture
def filled(archive: Archive, scans: Path) -> Archive:
    damage.fill(archive, scans)
    return archive


def _log(archive: Archive) -> Path:
    return archive.layout.log


def _flaws(archive: Archive) -> list[tuple[Flaw, int | None, int | None]]:
    found = audit.verify(archive.catalog, archive.layout, archive.store).findings
    return [(finding.flaw, finding.first, finding.last) for finding in found]


def test_the_log_has_every_entry_in_a_form_that_anyone_can_check(filled: Archive) -> None:
    chain = audit.log(filled.catalog)
    assert list(event_log.restored(_log(filled))) == chain
    first = json.loads(_log(filled).read_bytes().splitlines()[0])
    assert (first["sequence"], first["previous"], first["hash"]) == (1, "0" * 64, chain[0].hash)


@pytest.mark.parametrize("tail", [b'{"agent":"digi', b"\0" * 90_000, b"\0\n{}\n", b"[]\n\xff\n", b'{"agent": 1}\n{'])
def test_what_a_loss_of_power_leaves_at_the_end_is_cut_off(filled: Archive, tail: bytes) -> None:
    whole = _log(filled).read_bytes()
    _log(filled).write_bytes(whole + tail)
    filled.note("fixity check", "success", {})
    assert _log(filled).read_bytes()[: len(whole)] == whole
    assert list(event_log.restored(_log(filled))) == audit.log(filled.catalog)
    assert _flaws(filled) == []


def test_an_entry_longer_than_the_window_is_read_back(filled: Archive) -> None:
    for number in range(3):
        filled.note("fixity check", "fail", {"findings": ["x" * 100_000 * number]})
    assert list(event_log.restored(_log(filled))) == audit.log(filled.catalog)


def test_a_log_that_is_behind_is_brought_on(filled: Archive) -> None:
    log, head = _log(filled), filled.root / "audit-head.json"
    before, kept = log.read_bytes(), head.read_bytes()
    filled.note("fixity check", "success", {})
    after = log.read_bytes()
    head.chmod(0o600)
    head.write_bytes(kept)
    log.write_bytes(before)
    assert _flaws(filled) == []  # what a killed process leaves
    filled.publish_head()
    assert log.read_bytes() == after
    log.unlink()
    assert (Flaw.LOG_MISSING, None, None) in _flaws(filled)
    filled.publish_head()
    assert log.read_bytes() == after


def test_a_log_that_says_something_else_is_named_and_left_alone(filled: Archive) -> None:
    newest = filled.audit_head().sequence
    lines = _log(filled).read_bytes().splitlines(keepends=True)
    cases: tuple[tuple[list[bytes], int], ...] = (
        ([*lines[:-1], lines[-1].replace(b'"outcome":"', b'"outcome":"un')], newest),
        (lines[:-2], newest - 1),
        ([], 1),
        ([b"rubbish"], 1),
    )
    for changed, first in cases:
        _log(filled).write_bytes(b"".join(changed))
        assert (Flaw.LOG_DAMAGED, first, filled.audit_head().sequence) in _flaws(filled)
        before = _log(filled).read_bytes()
        filled.note("fixity check", "success", {})
        assert _log(filled).read_bytes() == before
    lines = [entry.line() for entry in audit.log(filled.catalog)]
    _log(filled).write_bytes(b"".join([*lines[:4], lines[4].replace(b"success", b"fail"), *lines[5:]]))
    assert (Flaw.LOG_DAMAGED, 5, 5) in _flaws(filled)


def test_an_older_copy_of_the_catalogue_does_not_wipe_the_log(filled: Archive) -> None:
    filled.close()
    catalog, head = filled.root / "catalog.db", filled.root / "audit-head.json"
    old = (catalog.read_bytes(), head.read_bytes())
    with Archive.locate(filled.root) as now, now.writing():
        now.refuse(refused("e.tif"))
    log = _log(filled).read_bytes()
    catalog.write_bytes(old[0])
    head.chmod(0o600)
    head.write_bytes(old[1])  # the head too: the log still tells
    with Archive.locate(filled.root) as back:
        newest = back.audit_head().sequence
        assert (Flaw.TRUNCATED, newest + 1, newest + 2) in _flaws(back)
        back.note("fixity check", "success", {})
        assert _log(back).read_bytes() == log


@pytest.mark.parametrize("line", [b"", b"[]", b"{}", b"1\n", b"\xff\n", b'{"sequence": 1}\n', b"[" * 100_000])
def test_what_is_no_line_of_an_entry(line: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        Entry.of_line(line)
