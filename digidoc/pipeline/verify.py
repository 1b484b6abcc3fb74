"""Verifying all signed files of an archive: workers validate, the driver alone writes down what was found."""

import hashlib
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from digidoc.archive.archive import Archive
from digidoc.archive.catalog import signature_checks as checks
from digidoc.archive.catalog.signature_checks import Finding, Run, SignedFile
from digidoc.engine.driving import drive
from digidoc.engine.protocol import Engine
from digidoc.errors import ArchiveLocked, FileMissing, Problem
from digidoc.i18n import tr as _
from digidoc.model import SignatureRecord, Verdict
from digidoc.progress import Progress
from digidoc.sign.trust.store import trust_files
from digidoc.sign.validate.batch import Check, Checked, How, Verified, anchors_of, validate_files
from digidoc.sign.validate.verdict import FileVerdict, SignatureVerdict

_NOTED_SECONDS: Final = 1.0
_NOTED_FILES: Final = 200
_ALTERED: Final = "NOT_AS_FILED"  # no subindication of the standard: the archive's own finding


def trusted(archive: Archive) -> tuple[Path, ...]:
    """The files of certificates in the archive's trust folder."""
    return trust_files([archive.trust_folder])


def verify_archive(archive: Archive, how: How, engine: Engine, bar: Progress, *, everything: bool) -> Verified:
    """Validate the signed copies and the originals that came signed.

    What is found is written down as it comes in, unless a time to validate at was given: that is a question, not a
    check.

    Args:
        archive: open.
        how: how files are validated; the archive's own trust is added.
        engine: where the work is done.
        bar: counts files.
        everything: whether the result lists what passed too.

    Raises:
        UnreadableCertificate: a file of trusted certificates cannot be used.
        DigidocError: the catalogue cannot be read or written.

    """
    return _Driver(archive, replace(how, trust=(*how.trust, *trusted(archive))), bar, everything=everything).run(engine)


def _trust_name(how: How) -> str:
    """The trust of a run in a few letters: the same certificates, the same name."""
    anchors = anchors_of(how.trust)
    digests = sorted(certificate.sha256 for certificate in (*anchors.anchors, *anchors.helpers))
    return hashlib.sha256(b"".join(digests)).hexdigest()[:16] + (" online" if how.online else "")


class _Driver:
    """One call."""

    def __init__(self, archive: Archive, how: How, bar: Progress, *, everything: bool) -> None:
        self._archive, self._how, self._bar, self._everything = archive, how, bar, everything
        self._open: dict[str, SignedFile] = {}
        self._unnoted: list[Finding] = []
        self._listed: list[Checked] = []
        self._problems: list[Problem] = []
        self._counts = dict.fromkeys((verdict.value for verdict in Verdict), 0)
        self._changed, self._noted_at = 0, time.monotonic()

    def run(self, engine: Engine) -> Verified:
        trust = _trust_name(self._how)
        run = None
        if self._how.at is None:
            with suppress(ArchiveLocked), self._archive.writing():
                pass  # finishes what a killed process left; whoever writes now has done so already
            run = checks.begin(self._archive.catalog, trust)
            self._take_earlier(run)
        self._bar.expect(checks.count(self._archive.catalog, run))
        interrupted = drive(validate_files(engine, self._checks(run)), lambda result: self._take(run, *result))
        self._note(run)
        if run is not None and not interrupted and not self._problems:
            self._end(run)
        return self._result(run, interrupted=interrupted)

    def _checks(self, run: Run | None) -> Iterator[Check]:
        for file in checks.waiting(self._archive.catalog, run):
            path = self._archive.root / file.path
            self._open[file.paper_id] = file
            yield Check(path, str(path), self._how, file.paper_id)

    def _take_earlier(self, run: Run) -> None:
        """What earlier parts of the run found counts too, and is named again."""
        if run.resumed:
            for file in checks.done(self._archive.catalog, run):
                self._count(_as_noted(file, str(self._archive.root / file.path)))

    def _take(self, run: Run | None, check: Check, checked: Checked, problem: Problem | None) -> None:
        file = self._open.pop(check.owner)
        as_filed = None if problem is not None else checked.sha256 == file.sha256
        verdict = checked.verdict if as_filed is not False else replace(checked.verdict, verdict=Verdict.TOTAL_FAILED)
        validated = replace(checked, verdict=verdict, as_filed=as_filed, facts=_facts(file, as_filed=as_filed))
        self._count(validated)
        self._bar.advance(file.name)
        if problem is not None:
            self._problems.append(problem)
        # A worker that died or ran out of time says nothing about the file: the next call tries again.
        if run is not None and (problem is None or problem.code == FileMissing.code):
            now = max(datetime.now(UTC), datetime.fromisoformat(run.started))
            self._unnoted.append(Finding(file, _records(file, validated, now), checked.size, as_filed is not False))
        if len(self._unnoted) >= _NOTED_FILES or time.monotonic() - self._noted_at >= _NOTED_SECONDS:
            self._note(run)

    def _count(self, checked: Checked) -> None:
        self._counts[checked.verdict.verdict.value] += 1
        if self._everything or checked.verdict.verdict is not Verdict.TOTAL_PASSED:
            self._listed.append(checked)

    def _note(self, run: Run | None) -> None:
        if run is not None and self._unnoted:
            self._changed += checks.note(self._archive.catalog, run, self._unnoted)
            self._archive.publish_head()
        self._unnoted.clear()
        self._noted_at = time.monotonic()

    def _end(self, run: Run) -> None:
        checks.end(self._archive.catalog, run)
        bad = any(number for verdict, number in self._counts.items() if verdict != Verdict.TOTAL_PASSED)
        detail = {"run": run.number, "files": sum(self._counts.values()), "verdicts": self._counts}
        self._archive.note(checks.KIND, "fail" if bad else "success", detail)

    def _result(self, run: Run | None, *, interrupted: bool) -> Verified:
        facts: dict[str, Any] = {
            "archive": str(self._archive.root.absolute()),
            "run": None if run is None else run.number,
            "resumed": 0 if run is None else run.resumed,
            "changed": self._changed,
        }
        notes = [_("{count} papers have another verdict than before.").format(count=self._changed)] * bool(
            self._changed
        )
        if run is None:
            notes.append(_("Nothing was written into the archive: it was asked how things stood at another time."))
        if interrupted or self._problems:
            notes.append(_("Run the same command again to go on."))
        listed = tuple(sorted(self._listed, key=lambda one: one.verdict.file))
        return Verified(
            listed, self._counts, tuple(self._problems), facts, tuple(notes), interrupted=interrupted, of_archive=True
        )


def _facts(file: SignedFile, *, as_filed: bool | None) -> dict[str, Any]:
    return {
        "paper": file.paper_id,
        "dossier": file.dossier,
        "name": file.name,
        "as_filed": as_filed,
        "before": checks.worst_of(file.known),
    }


def _records(file: SignedFile, checked: Checked, now: datetime) -> tuple[SignatureRecord, ...]:
    """What is kept of a file's signatures; of a file that shows none any more, the known ones with its verdict."""
    found = checked.verdict
    if not found.signatures:
        why = _ALTERED if checked.as_filed is False else found.reason.value
        known = file.known or (SignatureRecord("", "", "", "", "", None, now),)
        return tuple(replace(one, verdict=found.verdict.value, subindication=why, checked_at=now) for one in known)
    records = []
    for one in found.signatures:
        verdict, sub = one.verdict, one.subindication
        if checked.as_filed is False:
            verdict, sub = Verdict.TOTAL_FAILED, sub or _ALTERED
        elif found.reason and one is found.signatures[0]:
            verdict, sub = found.verdict, found.reason.value  # what speaks against the file as a whole
        records.append(SignatureRecord(one.field, verdict.value, sub, one.level, one.signer, one.signed_at, now))
    return tuple(records)


def _as_noted(file: SignedFile, path: str) -> Checked:
    """What an earlier part of the run found, as far as the catalogue keeps it."""
    signatures = tuple(
        SignatureVerdict(
            one.field,
            Verdict(one.verdict),
            one.subindication,
            level=one.level,
            signer=one.signer,
            signed_at=one.signed_at,
        )
        for one in file.known
    )
    verdict = FileVerdict(path, checks.worst_of(file.known), signatures)
    return Checked(verdict, file.sha256, earlier=True, facts=_facts(file, as_filed=None))
