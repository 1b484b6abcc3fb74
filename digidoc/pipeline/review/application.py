"""One correction on one paper: what is known of it, what it becomes, and the files of its new version."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal

from digidoc.archive import corrections
from digidoc.archive.archive import Archive
from digidoc.archive.corrections import Conflict, Correction, Decision, Entry, FieldChange, How
from digidoc.archive.errors import PaperGone
from digidoc.archive.events import clerk
from digidoc.archive.ingest import Draft, Role
from digidoc.errors import ArchiveDamaged, Problem, from_os
from digidoc.files import disk
from digidoc.i18n import N_
from digidoc.model import PaperRecord, PaperState
from digidoc.ocr.fields import extract
from digidoc.pipeline.review.copies import says_otherwise, write_copy
from digidoc.pipeline.review.reading import Reading
from digidoc.pipeline.review.settle import open_conflicts, place, settle
from digidoc.pipeline.review.standing import CONFLICT, OLDER, RESCAN, UNPLACED, standing, still_open
from digidoc.pipeline.stored import file_of, originals_of, stored_files
from digidoc.text import tidy

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


def begun(archive: Archive, correction: Correction) -> "tuple[Application, Submitted | None]":
    """A correction on its paper as it stands now, and what became of it when it was filed before.

    Raises:
        UnknownPaper, PaperGone: it cannot be corrected.
        ArchiveDamaged: what the archive has of it cannot be read.

    """
    record = archive.caught_up(correction.paper)
    in_use(record)
    history = history_of(archive, record)
    application = Application(archive, record, history, correction)
    earlier = next((entry for entry in history if entry.correction.id == correction.id), None)
    if earlier is None:
        return application, None
    archive.discard_staging(_staging(correction))  # of a process that was killed once it had filed it
    return application, submitted(correction, earlier.placed.conflicts, record)


def file_together(archive: Archive, ready: "Sequence[Prepared]") -> tuple[Submitted, ...]:
    """File prepared corrections, of one clerk for papers of one dossier, as one version; raises as `Archive.file`."""
    first = ready[0]
    with clerk.acting(first.correction.clerk):  # not of whoever happens to write now
        made = archive.file(first.dossier, [one.draft for one in ready])
    for one in ready:
        archive.discard_staging(_staging(one.correction))
    return tuple(submitted(one.correction, one.conflicts, record) for one, record in zip(ready, made, strict=True))


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


def in_use(record: PaperRecord) -> None:
    """Raise `PaperGone` when a paper cannot be corrected any more."""
    if record.state in (PaperState.REFUSED, PaperState.WITHDRAWN, PaperState.PURGED):
        raise PaperGone(paper=record.paper_id, file=record.name)


def submitted(correction: Correction, conflicts: tuple[Conflict, ...], record: PaperRecord) -> Submitted:
    """What became of a correction, by the record of its paper as it was filed."""
    left = tuple(dict.fromkeys(field.name for field in record.fields if field.review))
    return Submitted(correction.id, correction.paper, "conflict" if conflicts else "filed", conflicts, left)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A correction that can be filed.

    Attributes:
        correction: as it was given.
        dossier: of its paper.
        draft: the paper's new version.
        conflicts: what is not filed.

    """

    correction: Correction
    dossier: str | None
    draft: Draft
    conflicts: tuple[Conflict, ...]


class Application:
    """A correction that is put into its paper."""

    def __init__(
        self, archive: Archive, record: PaperRecord, history: tuple[Entry, ...], correction: Correction
    ) -> None:
        self._archive, self._record, self._history, self._correction = archive, record, history, correction
        self._staging = _staging(correction)

    @property
    def kin(self) -> tuple[str | None, str]:
        """Dossier and clerk: one version can have all corrections that have these in common."""
        return self._record.dossier, self._correction.clerk

    def prepared(self) -> "Prepared":
        """Write the files of the new version into the staging folder."""
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
        with clerk.acting(self._correction.clerk):
            event = clerk.event(EVENT, "success", self._detail(), at=now)
        draft = Draft(replace(record, files=(), events=(*record.events, event)), files)
        return Prepared(self._correction, self._record.dossier, draft, placed.conflicts)

    def _files(self, folder: Path, before: Reading, after: Reading, entries: tuple[Entry, ...]) -> dict[Role, Path]:
        """The files of the new version: what the correction changes lies in the staging folder."""
        files = stored_files(self._archive, self._record)
        history = corrections.history_to_json(self._record.paper_id, entries)
        with self._archive.system_errors():
            files["corrections"] = _staged(folder / "corrections.json", history)
            if "text" in files and after != before:
                files["text"] = _staged(folder / "text.json", after.to_json())
        # What the copy says of itself is no reason to make a signed one out of date.
        otherwise = "signed" not in files and says_otherwise(before, after)
        if "searchable" in files and (otherwise or after.pages != before.pages):
            files["searchable"] = folder / "searchable.pdf"
            record = self._record
            write_copy(originals_of(files), record.part, record.dossier, after, files["searchable"])
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
            "id": given.id,
            "base": given.text_sha256,
            "verdict": given.decision.value,
            "fields": [change.name for change in given.fields],
            "changed": [change.name for change in given.fields if tidy(change.was) != _settled_value(change)],
            "words": len(given.words) + len(given.lines),
            "how": dict(sorted(Counter(change.how.value for change in given.fields).items())),
            "seconds": round(given.seconds, 1),
            "keys": given.keys,
            "signature": "kept" if "signed" in files else "none" if "searchable" in files else "came-signed",
            "sha256": corrections.digest(given),
        }


def _settled_value(change: FieldChange) -> str:
    """The value that holds after a change."""
    if change.how is How.CONFIRMED:
        return tidy(change.was)
    return "" if change.how in (How.BLANK, How.UNREADABLE, How.REMOVED) else tidy(change.value)


def _staging(correction: Correction) -> str:
    return f"correction-{correction.id}"


def _staged(place: Path, data: bytes) -> Path:
    disk.write_over(place, data, mode=disk.WRITABLE_MODE)
    return place


def _decided(reading: Reading, entries: tuple[Entry, ...]) -> bool:
    """Whether a person has said of the whole paper that it is done.

    What was said of the papers that it was made of holds when it speaks of every page; but of a paper of which nothing
    was found a person has to say what it is.
    """
    done = [entry for entry in entries if entry.correction.decision is Decision.DONE]
    if not all(entry.pages for entry in done):
        return True
    seen = {page for entry in done for page in entry.pages}
    return bool(done and reading.fields) and seen.issuperset(range(1, len(reading.pages) + 1))


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
    decided = _decided(reading, entries)
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
