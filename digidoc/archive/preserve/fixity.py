"""Checking that every byte of the store is as it was filed: the driver of `digidoc fixity`.

A check is a run in the catalogue. What was checked is noted there about once a second, so a run that was interrupted is
taken up by the next call of the same scope; when everything was checked the run has ended, and the next call begins
anew. A sample takes the objects that were checked longest ago: twenty samples of 5 % are one check of the whole store.
"""

import json
import math
import time
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from digidoc.archive import refusals
from digidoc.archive.archive import Archive
from digidoc.archive.catalog.catalog import Catalog
from digidoc.archive.catalog.database import transaction, translated
from digidoc.archive.events import clerk, events
from digidoc.archive.events.chain import canonical
from digidoc.archive.layout import CATALOG, STORE
from digidoc.archive.preserve.scrub import Checked, Damage, Finding, Group, Wanted, check_group
from digidoc.archive.store.layout import object_path
from digidoc.archive.store.ocfl import STORE_DECLARATION
from digidoc.engine.protocol import Engine
from digidoc.errors import ArchiveDamaged, ArchiveLocked, Problem
from digidoc.formats.codec import stamp
from digidoc.progress import Progress

KIND: Final = "fixity check"  # PREMIS event type
_A_GROUP: Final = 16  # objects a worker gets at once: an answer every second or so, whatever their size
_NOTED_SECONDS: Final = 1.0
_GROUP_SECONDS: Final = 24 * 3600.0  # a limit against what hangs for ever; an object may have terabytes
_MOST_IN_EVENT: Final = 100  # files of one object that an event lists
_KNOWN: Final = "SELECT object_id, max(CAST(substr(object_version, 2) AS INTEGER)) FROM paper {} GROUP BY object_id"
_FILED: Final = "WHERE object_id <> ''"
_CHANGED: Final = """
    WHERE object_id IN (
        SELECT object_id FROM event WHERE at >= ? AND object_id <> '' AND paper_id NOT NULL
    )
"""


@dataclass(frozen=True, slots=True)
class Scope:
    """What is to be checked.

    Attributes:
        percent: share of the objects, above 0 and at most 100.
        since: only objects that were filed or changed from then on; None for all.

    """

    percent: float = 100.0
    since: datetime | None = None

    @property
    def name(self) -> str:
        """How the catalogue calls it: an interrupted run is taken up by the same scope."""
        return f"{self.percent:g}%" + ("" if self.since is None else f" since {stamp(self.since)}")


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found; of a run that was taken up, what its earlier parts found is in it too.

    Attributes:
        run: number of the run.
        scope: what it was to check.
        objects: that were checked, in all parts of the run.
        resumed: of these, the ones of earlier parts.
        files: that were read.
        bytes: that were read.
        findings: what is damaged, missing or extra, in the order of paths, which count from the archive's folder.
        interrupted: whether there is more to check.
        problems: objects that could not be checked.

    """

    run: int
    scope: Scope
    objects: int
    resumed: int
    files: int
    bytes: int
    findings: tuple[Finding, ...]
    interrupted: bool
    problems: tuple[Problem, ...]


def check(archive: Archive, engine: Engine, scope: Scope, bar: Progress) -> Report:
    """Check the store; it may be written to meanwhile.

    Raises:
        DigidocError: the catalogue cannot be read or written.
        OSError: a folder of the store cannot be read.

    """
    with suppress(ArchiveLocked), archive.writing():
        pass  # finishes what a killed process left; whoever writes now has done so already
    return _Run(archive, scope).carry_out(engine, bar)


class _Run:
    """One call; see the module."""

    def __init__(self, archive: Archive, scope: Scope) -> None:
        self._archive, self._scope = archive, scope
        self._catalog: Catalog = archive.catalog
        self._store = archive.store
        self._ids: dict[str, str] = {}
        self._versions: dict[str, int] = {}
        self._unnoted: list[Checked] = []
        self._problems: list[Problem] = []
        self._noted_at = time.monotonic()

    def carry_out(self, engine: Engine, bar: Progress) -> Report:
        run, resumed = self._begin()
        interrupted = False
        try:
            self._check(engine, self._waiting(run, resumed), run, bar)
            if self._scope == Scope():
                self._unnoted.append(self._beside())
        except KeyboardInterrupt:
            interrupted = True
        self._note(run)
        if not interrupted and not self._problems:
            self._end(run)
        return self._report(run, resumed, interrupted=interrupted)

    def _check(self, engine: Engine, waiting: list[Wanted], run: int, bar: Progress) -> None:
        bar.expect(len(waiting))
        groups = (Group(self._store.root, tuple(waiting[i : i + _A_GROUP])) for i in range(0, len(waiting), _A_GROUP))
        with closing(engine.run(check_group, groups, seconds=lambda _group: _GROUP_SECONDS)) as results:
            for done in results:
                if done.problem is not None:
                    self._problems.append(done.problem)
                self._take(run, done.answer or (), bar)

    def _begin(self) -> tuple[int, int]:
        """The number of the run and how many objects its earlier parts have checked."""
        with translated(self._catalog.path), transaction(self._catalog.db):
            db = self._catalog.db
            sql = "SELECT id FROM fixity_run WHERE scope = ? AND ended IS NULL ORDER BY id DESC LIMIT 1"
            row = db.execute(sql, [self._scope.name]).fetchone()
            if row is not None:
                done = db.execute("SELECT count(*) FROM fixity WHERE run = ?", [row[0]]).fetchone()[0]
                return int(row[0]), int(done)
            sql = "INSERT INTO fixity_run(scope, started, files, bytes) VALUES (?, ?, 0, 0)"
            return int(db.execute(sql, [self._scope.name, stamp(datetime.now(UTC))]).lastrowid or 0), 0

    def _waiting(self, run: int, resumed: int) -> list[Wanted]:
        """Objects that are still to be checked, those checked longest ago first."""
        since = self._scope.since
        with self._catalog.reading() as db:
            sql = _KNOWN.format(_FILED if since is None else _CHANGED)
            for object_id, version in db.execute(sql, [] if since is None else [stamp(since)]):
                path = object_path(object_id).as_posix()
                self._ids[path], self._versions[path] = object_id, version
        folders = set(self._versions)
        if since is None:
            folders.update(self._store.object_paths())
        with self._catalog.reading() as db:
            checked = {
                path: (at, of_run) for path, at, of_run in db.execute("SELECT object_path, checked_at, run FROM fixity")
            }
        left = [path for path in folders if checked.get(path, ("", 0))[1] != run]
        left.sort(key=lambda path: (checked.get(path, ("", 0))[0], path))
        share = math.ceil(len(folders) * self._scope.percent / 100) - resumed
        return [Wanted(path, self._versions.get(path, 0)) for path in left[: max(0, share)]]

    def _take(self, run: int, checked: Sequence[Checked], bar: Progress) -> None:
        for one in checked:
            found = tuple(replace(finding, path=f"{STORE}/{finding.path}") for finding in one.findings)
            self._unnoted.append(replace(one, findings=found))
            bar.advance(one.folder)
        if time.monotonic() - self._noted_at >= _NOTED_SECONDS:
            self._note(run)

    def _note(self, run: int) -> None:
        """Write down what was checked, with an event for every object that is not intact."""
        now = datetime.now(UTC)
        with translated(self._catalog.path), transaction(self._catalog.db):
            for one in self._unnoted:
                findings = [finding.to_json() for finding in one.findings]
                self._catalog.db.execute(
                    "INSERT OR REPLACE INTO fixity(object_path, run, checked_at, findings) VALUES (?, ?, ?, ?)",
                    [one.folder, run, stamp(now), canonical(findings)],
                )
                if findings:
                    detail = {"run": run, "findings": findings[:_MOST_IN_EVENT], "files": len(findings)}
                    event = clerk.event(KIND, "fail", detail, at=now)
                    events.append(self._catalog.db, [event], object_id=self._ids.get(one.folder, ""), paper_id=None)
            self._catalog.db.execute(
                "UPDATE fixity_run SET files = files + ?, bytes = bytes + ? WHERE id = ?",
                [sum(one.files for one in self._unnoted), sum(one.bytes for one in self._unnoted), run],
            )
        self._unnoted.clear()
        self._archive.publish_head()
        self._noted_at = time.monotonic()

    def _end(self, run: int) -> None:
        with translated(self._catalog.path), transaction(self._catalog.db):
            now = datetime.now(UTC)
            self._catalog.db.execute("UPDATE fixity_run SET ended = ? WHERE id = ?", [stamp(now), run])
        report = self._report(run, 0, interrupted=False)
        detail = {
            "run": run,
            "scope": self._scope.name,
            "objects": report.objects,
            "files": report.files,
            "bytes": report.bytes,
            "findings": len(report.findings),
        }
        self._archive.note(KIND, "fail" if report.findings else "success", detail)

    def _report(self, run: int, resumed: int, *, interrupted: bool) -> Report:
        with self._catalog.reading() as db:
            files, size = db.execute("SELECT files, bytes FROM fixity_run WHERE id = ?", [run]).fetchone()
            (objects,) = db.execute("SELECT count(*) FROM fixity WHERE run = ? AND object_path <> ''", [run]).fetchone()
            damaged = "SELECT findings FROM fixity WHERE run = ? AND findings <> '[]' ORDER BY object_path"
            found = [Finding.from_json(one) for (row,) in db.execute(damaged, [run]) for one in json.loads(row)]
        listed = tuple(sorted(found, key=lambda finding: finding.path))
        return Report(run, self._scope, objects, resumed, files, size, listed, interrupted, tuple(self._problems))

    def _beside(self) -> Checked:
        """What is no object: files between the objects, the store's declaration, refusals, the catalogue."""
        layout = self._archive.layout
        found = [Finding(f"{STORE}/{path}", Damage.EXTRA) for path in self._store.stray_files()]
        if STORE_DECLARATION not in self._store.own_files():
            found.append(Finding(f"{STORE}/{STORE_DECLARATION}", Damage.MISSING))
        found += [
            Finding(layout.path(file), Damage.DAMAGED)
            for file in refusals.Refusals(layout.refused).files()
            if not refusals.intact(file)
        ]
        if not self._catalog_intact():
            found.append(Finding(CATALOG, Damage.DAMAGED))
        return Checked("", 0, 0, tuple(found))

    def _catalog_intact(self) -> bool:
        try:
            with self._catalog.reading() as db:
                return bool(db.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok")
        except ArchiveDamaged:
            return False
