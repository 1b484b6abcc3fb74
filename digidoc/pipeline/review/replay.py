"""A paper that is read again: what people had settled of it holds in the new reading, and its signed file stays."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from digidoc.archive import corrections
from digidoc.archive.archive import Archive
from digidoc.archive.corrections import Decision, Entry
from digidoc.archive.ingest import Role
from digidoc.files import disk
from digidoc.model import PaperRecord, PaperState
from digidoc.ocr.fields import extract
from digidoc.pipeline.review.application import corrected, history_of
from digidoc.pipeline.review.copies import says_otherwise, write_copy
from digidoc.pipeline.review.reading import Reading
from digidoc.pipeline.review.settle import open_conflicts, settle
from digidoc.pipeline.review.standing import CONFLICT, OLDER, RESCAN, UNPLACED
from digidoc.pipeline.stored import stored_files


def replayed(
    archive: Archive, record: PaperRecord, files: Mapping[Role, Path], folder: Path
) -> tuple[PaperRecord, dict[Role, Path]]:
    """A paper that was read anew, with all that the archive has of it and that reading does not make.

    Args:
        archive: that may have the paper already.
        record: of the new reading.
        files: of the new reading, by role; a signed one stands there when it is to be signed anew.
        folder: where to put what the corrections change.

    Returns:
        The record and the files to be filed: as they were given when the archive does not have the paper.

    Raises:
        ArchiveDamaged: the corrections cannot be read.
        DigidocError, OSError: the new files cannot be written.

    """
    state = archive.task_state(record.paper_id)
    if state is None or state[1] is PaperState.REFUSED:
        return record, dict(files)
    known = archive.paper(record.paper_id)
    entries = history_of(archive, known)
    made, found = dict(files), record
    if entries:
        found, made = _with_history(record, made, entries, folder)
    old = stored_files(archive, known)
    if "signed" in old and "signed" not in made:
        made["signed"] = old["signed"]
        changed = disk.sha256_of(old["text"]) != disk.sha256_of(made["text"])
        doubts = (*found.doubts, OLDER) if changed or OLDER in known.doubts else found.doubts
        found = replace(found, signatures=known.signatures, doubts=tuple(dict.fromkeys(doubts)))
    if known.state is PaperState.WITHDRAWN:
        found = replace(found, state=PaperState.WITHDRAWN)
    return found, made


def _with_history(
    record: PaperRecord, files: dict[Role, Path], entries: tuple[Entry, ...], folder: Path
) -> tuple[PaperRecord, dict[Role, Path]]:
    placed = [entry.placed for entry in entries]
    before = Reading.from_json(files["text"].read_bytes())
    after, whole = settle(before, placed, extract)
    made = dict(files)
    # Beside what the worker left, which stays as it is: a run that is killed here begins from it again.
    made["corrections"] = folder / "corrections.json"
    made["text"] = folder / "corrected.json"
    disk.write_over(made["corrections"], corrections.history_to_json(record.paper_id, entries), mode=disk.WRITABLE_MODE)
    disk.write_over(made["text"], after.to_json(), mode=disk.WRITABLE_MODE)
    if "searchable" in made and (after.pages != before.pages or says_otherwise(before, after)):
        made["searchable"] = folder / "corrected.pdf"
        write_copy(made["original"], record.dossier, after, made["searchable"])
    decisions = [entry.correction.decision for entry in entries if entry.correction.decision is not Decision.LATER]
    more = {
        UNPLACED: not whole,
        CONFLICT: bool(open_conflicts(placed)),
        RESCAN: decisions[-1:] == [Decision.RESCAN],
    }
    doubts = (*record.doubts, *(code for code, holds in more.items() if holds))
    return corrected(record, after, doubts, entries), made
