"""Corrections taken into the archive: acknowledged when they are durable, filed as a new version of their paper.

A correction is first put into the inbox. Whoever holds the archive's lock takes in what lies there: this process at
once when nobody else writes, a running batch between two papers, or the next command that files.
"""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal

from digidoc import AGENT
from digidoc.archive import corrections
from digidoc.archive.archive import Archive
from digidoc.archive.corrections import Conflict, Correction, Decision, Entry
from digidoc.archive.errors import PaperGone
from digidoc.archive.inbox import Inbox
from digidoc.archive.ingest import Draft, Role
from digidoc.errors import ArchiveDamaged, ArchiveLocked, DigidocError, Problem, from_os
from digidoc.files import disk
from digidoc.i18n import N_
from digidoc.model import Event, PaperRecord, PaperState
from digidoc.ocr.fields import extract
from digidoc.outcome import STOPS_ALL
from digidoc.pipeline.review.copies import write_copy
from digidoc.pipeline.review.reading import Reading
from digidoc.pipeline.review.settle import open_conflicts, place, settle
from digidoc.pipeline.review.standing import CONFLICT, OLDER, RESCAN, UNPLACED, standing, still_open
from digidoc.pipeline.signing import file_of, stored_files

EVENT: Final = "metadata modification"  # after the PREMIS event types


@dataclass(frozen=True, slots=True)
class Submitted:
    """What became of a correction.

    Attributes:
        id: of the correction; of a file that holds none the name that it waits under.
        paper: that it is about; empty when that is not known.
        status: filed; conflict, when some of it meets what another person said and the rest is filed; waiting, while
            another process writes; failed, and it still waits.
        conflicts: what was not filed.
        review: names of the fields that a person still has to look at.
        problem: why it failed.

    """

    id: str
    paper: str
    status: Literal["filed", "conflict", "waiting", "failed"]
    conflicts: tuple[Conflict, ...] = ()
    review: tuple[str, ...] = ()
    problem: Problem | None = None


def inbox_of(archive: Archive) -> Inbox:
    """Where corrections of an archive wait."""
    return Inbox(archive.layout.inbox / "corrections")


def submit(archive: Archive, correction: Correction) -> Submitted:
    """Keep a correction, and take it in at once when nobody else writes to the archive.

    Raises:
        UnknownPaper: there is no such paper.
        PaperGone: it was refused or withdrawn.
        IdTaken: another correction of the same id waits.
        BackupFolder: it is the backup of an archive.
        DiskFull, ReadOnlyTarget, PermissionMissing, StorageError: nothing was acknowledged.

    """
    _in_use(archive.paper(correction.paper))
    with archive.system_errors():
        inbox_of(archive).put(correction.id, corrections.encoded(correction))
    try:
        with archive.writing():
            made = {one.id: one for one in drain(archive)}
            # Another process may have taken it in meanwhile: then it is answered from the paper's history.
            return made.get(correction.id) or apply(archive, correction)
    except ArchiveLocked:
        return Submitted(correction.id, correction.paper, "waiting")


def stuck(archive: Archive) -> tuple[Problem, ...]:
    """Why corrections that wait in the inbox can never be taken in: no corrections, or of papers that are gone."""
    found, inbox = list[Problem](), inbox_of(archive)
    for file in inbox.waiting():
        try:
            data = inbox.read(file)
            if data is not None:
                _in_use(archive.paper(corrections.read(data).paper))
        except DigidocError as error:
            found.append(replace(error.problem, file=str(file)))
    return tuple(found)


def preview(archive: Archive, correction: Correction) -> Submitted:
    """What would become of a correction, without keeping it.

    Raises:
        UnknownPaper, PaperGone: it cannot be corrected.
        ArchiveDamaged: what the archive has of the paper cannot be read.

    """
    record = archive.paper(correction.paper)
    _in_use(record)
    history, before = history_of(archive, record), reading_of(archive, record)
    placed = place(before, correction)
    after, _whole = settle(before, [placed], extract, [entry.placed for entry in history])
    return _submitted(correction, placed.conflicts, replace(record, fields=after.fields))


def drain(archive: Archive) -> tuple[Submitted, ...]:
    """Take in what waits in the inbox; call it while `archive.writing`.

    What cannot be taken in stays there and says why. On a full disk nothing more is tried.
    """
    inbox, done = inbox_of(archive), list[Submitted]()
    for file in inbox.waiting():
        made = _taken_in(archive, inbox, file)
        if made is not None:
            done.append(made)
        if made is not None and made.problem is not None and made.problem.code in STOPS_ALL:
            break
    return tuple(done)


def _taken_in(archive: Archive, inbox: Inbox, place: Path) -> Submitted | None:
    """One file of the inbox; None when another process has taken it in."""
    paper = ""
    try:
        data = inbox.read(place)
        if data is None:
            return None
        correction = corrections.read(data)
        paper = correction.paper
        made = apply(archive, correction)
        inbox.remove(place.stem)
    except DigidocError as error:
        return Submitted(place.stem, paper, "failed", problem=error.problem)
    except OSError as error:
        return Submitted(place.stem, paper, "failed", problem=from_os(error, place).problem)
    return made


def apply(archive: Archive, correction: Correction) -> Submitted:
    """File a correction as a new version of its paper; call it while `archive.writing`.

    One that the paper has already is not filed again.

    Raises:
        UnknownPaper, PaperGone: it cannot be corrected.
        ArchiveDamaged: what the archive has of it cannot be read.
        DigidocError: its searchable copy cannot be written; nothing was changed.

    """
    record = archive.caught_up(correction.paper)
    _in_use(record)
    history = history_of(archive, record)
    earlier = next((entry for entry in history if entry.correction.id == correction.id), None)
    if earlier is None:
        return _Application(archive, record, history, correction).filed()
    archive.discard_staging(_staging(correction))  # of a process that was killed once it had filed it
    return _submitted(correction, earlier.placed.conflicts, record)


def history_of(archive: Archive, record: PaperRecord) -> tuple[Entry, ...]:
    """What people said of a paper, oldest first.

    Raises:
        ArchiveDamaged: its corrections.json cannot be read.

    """
    data = _content(archive, record, "corrections")
    if data is None:
        return ()
    try:
        return corrections.history_from_json(data)
    except ValueError as error:
        raise _damaged(archive, record, "corrections") from error


def reading_of(archive: Archive, record: PaperRecord) -> Reading:
    """What is known of a paper's text; without a text.json its fields alone.

    Raises:
        ArchiveDamaged: its text.json cannot be read.

    """
    data = _content(archive, record, "text")
    if data is None:
        return Reading((), record.fields)
    try:
        return Reading.from_json(data)
    except ValueError as error:
        raise _damaged(archive, record, "text") from error


def _content(archive: Archive, record: PaperRecord, role: str) -> bytes | None:
    file = file_of(record, role)
    if file is None:
        return None
    place = archive.layout.place(file.path)
    try:
        return place.read_bytes()
    except OSError as error:
        raise from_os(error, place) from error


def _damaged(archive: Archive, record: PaperRecord, role: str) -> ArchiveDamaged:
    file = file_of(record, role)
    place = archive.root if file is None else archive.layout.place(file.path)
    return ArchiveDamaged(file=place, reason=N_("the file was changed after it was filed"))


def _in_use(record: PaperRecord) -> None:
    if record.state in (PaperState.REFUSED, PaperState.WITHDRAWN):
        raise PaperGone(paper=record.paper_id, file=record.name)


def _submitted(correction: Correction, conflicts: tuple[Conflict, ...], record: PaperRecord) -> Submitted:
    left = tuple(dict.fromkeys(field.name for field in record.fields if field.review))
    return Submitted(correction.id, correction.paper, "conflict" if conflicts else "filed", conflicts, left)


class _Application:
    """A correction that is put into its paper."""

    def __init__(
        self, archive: Archive, record: PaperRecord, history: tuple[Entry, ...], correction: Correction
    ) -> None:
        self._archive, self._record, self._history, self._correction = archive, record, history, correction
        self._staging = _staging(correction)

    def filed(self) -> Submitted:
        """File the new version."""
        before = reading_of(self._archive, self._record)
        placed = place(before, self._correction)
        after, whole = settle(before, [placed], extract, [entry.placed for entry in self._history])
        now = datetime.now(UTC)
        version = self._archive.next_version(self._record.object_id)
        entries = (*self._history, Entry(self._correction, now, version, placed))
        folder = self._archive.staging(self._staging)
        files = self._files(folder, before, after, entries)
        copied = "searchable" in files and files["searchable"].parent == folder
        doubts = self._doubts(entries, whole=whole, older=copied and "signed" in files)
        record = corrected(self._record, after, doubts, entries)
        event = Event(now, EVENT, "success", AGENT, self._detail())
        draft = Draft(replace(record, files=(), events=(*record.events, event)), files)
        (made,) = self._archive.file(self._record.dossier, [draft])
        self._archive.discard_staging(self._staging)
        return _submitted(self._correction, placed.conflicts, made)

    def _files(self, folder: Path, before: Reading, after: Reading, entries: tuple[Entry, ...]) -> dict[Role, Path]:
        """The files of the new version: what the correction changes lies in the staging folder."""
        files = stored_files(self._archive, self._record)
        history = corrections.history_to_json(self._record.paper_id, entries)
        with self._archive.system_errors():
            files["corrections"] = _staged(folder / "corrections.json", history)
            if "text" in files and after != before:
                files["text"] = _staged(folder / "text.json", after.to_json())
        if "searchable" in files and after.pages != before.pages:
            files["searchable"] = folder / "searchable.pdf"
            write_copy(files["original"], self._record.name, after, files["searchable"])
        return files

    def _doubts(self, entries: tuple[Entry, ...], *, whole: bool, older: bool) -> tuple[str, ...]:
        """The codes of what is doubtful now."""
        known = dict.fromkeys(self._record.doubts)
        if not whole:
            known[UNPLACED] = None
        if older:
            known[OLDER] = None
        if self._correction.decision is Decision.RESCAN:
            known[RESCAN] = None
        elif self._correction.decision is Decision.DONE:
            known.pop(RESCAN, None)
            known.pop(UNPLACED, None) if whole else None
        known.pop(CONFLICT, None)
        if open_conflicts(entry.placed for entry in entries):
            known[CONFLICT] = None
        return tuple(known)

    def _detail(self) -> dict[str, Any]:
        """What the chain of events has of the correction: no values, which stand in corrections.json."""
        given = self._correction
        files = {file.role for file in self._record.files}
        return {
            "clerk": given.clerk,
            "id": given.id,
            "base": given.text_sha256,
            "verdict": given.decision.value,
            "fields": [change.name for change in given.fields],
            "words": len(given.words) + len(given.lines),
            "how": dict(sorted(Counter(change.how.value for change in given.fields).items())),
            "seconds": round(given.seconds, 1),
            "signature": "kept" if "signed" in files else "none" if "searchable" in files else "came-signed",
            "sha256": corrections.digest(given),
        }


def _staging(correction: Correction) -> str:
    return f"correction-{correction.id}"


def _staged(place: Path, data: bytes) -> Path:
    disk.write_over(place, data, mode=disk.WRITABLE_MODE)
    return place


def corrected(
    record: PaperRecord, reading: Reading, doubts: tuple[str, ...], entries: tuple[Entry, ...]
) -> PaperRecord:
    """The record of a paper with what people settled.

    Args:
        record: as it is, or as it was read anew.
        reading: with what was settled.
        doubts: codes of all that is doubtful.
        entries: what people said.

    """
    decided = any(entry.correction.decision is Decision.DONE for entry in entries)
    left = still_open(doubts, reading.fields, decided=decided)
    state, conformant = standing(left, reading.fields, decided=decided)
    read = [page for page in reading.pages if page.text]
    confidence = round(sum(page.confidence for page in read) / len(read), 4) if read else record.confidence
    return replace(
        record,
        fields=reading.fields,
        pages=tuple(page.text for page in reading.pages) or record.pages,
        confidence=confidence,
        state=state,
        conformant=conformant,
        doubts=left,
    )
