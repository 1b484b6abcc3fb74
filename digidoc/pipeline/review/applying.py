"""Files of corrections, as the clerk's page or an exported file gives them back, taken into the archive."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from digidoc import words
from digidoc.archive import corrections
from digidoc.archive.archive import Archive
from digidoc.archive.corrections import Conflict, Correction
from digidoc.archive.errors import BadCorrection, CorrectionConflict
from digidoc.engine.protocol import problem_of
from digidoc.errors import DigidocError, Problem
from digidoc.i18n import N_
from digidoc.outcome import Batch, Outcome, Status
from digidoc.pipeline.review.application import Submitted
from digidoc.pipeline.review.correct import keep, preview, take_in
from digidoc.pipeline.review.settle import WORD

_ZIP: Final = b"PK\x03\x04"  # what a workbook begins with
_LARGEST: Final = 64 << 20  # bytes of a file with many corrections


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of one correction of a file.

    Attributes:
        file: that it stands in.
        submitted: see `Submitted`; None when there is none.
        further: conflicts, but for the first, which is the problem of the outcome.

    """

    file: str
    submitted: Submitted | None = None
    further: tuple[Problem, ...] = ()


def apply_files(archive: Archive, files: Sequence[Path], clerk: str, *, dry_run: bool = False) -> Batch[Applied]:
    """Take in the corrections of files; each gets an outcome, whatever happens to the others.

    Args:
        archive: whose papers they are about.
        files: JSON, each one `digidoc.correction/1` or a list of them; or workbooks that were exported and filled in.
        clerk: who filled in the workbooks; JSON says it itself.
        dry_run: only say what would become of them.

    """
    return Batch(tuple(_outcomes(archive, files, clerk, dry_run=dry_run)))


def _outcomes(archive: Archive, files: Sequence[Path], clerk: str, *, dry_run: bool) -> Iterator[Outcome[Applied]]:
    for file in files:
        try:
            given, problems = _given(file, clerk)
        except (DigidocError, OSError) as error:
            yield Outcome(str(file), Status.FAILED, problem_of(error, str(file)), Applied(str(file)))
            continue
        for problem in problems:
            yield Outcome(str(file), Status.FAILED, problem, Applied(str(file)))
        if dry_run:
            yield from (_previewed(archive, file, one) for one in given)
        else:
            yield from _applied(archive, file, given)


def _previewed(archive: Archive, file: Path, one: object) -> Outcome[Applied]:
    try:
        correction = corrections.from_json(one)
        return _outcome(file, correction, preview(archive, correction))
    except (DigidocError, OSError) as error:
        return _failed(file, error)


def _applied(archive: Archive, file: Path, given: Sequence[object]) -> Iterator[Outcome[Applied]]:
    """All that a file says is kept first, and then taken in together."""
    kept: dict[int, Correction] = {}
    failed: dict[int, DigidocError | OSError] = {}
    for number, one in enumerate(given):
        try:
            correction = corrections.from_json(one)
            keep(archive, correction)
            kept[number] = correction
        except (DigidocError, OSError) as error:
            failed[number] = error
    made = dict(zip(kept, take_in(archive, list(kept.values())), strict=True))
    for number in range(len(given)):
        if number in failed:
            yield _failed(file, failed[number])
        else:
            yield _outcome(file, kept[number], made[number])


def _failed(file: Path, error: DigidocError | OSError) -> Outcome[Applied]:
    problem = problem_of(error, str(file))
    return Outcome(str(file), Status.FAILED, replace(problem, file=problem.file or str(file)), Applied(str(file)))


def _outcome(file: Path, correction: Correction, made: Submitted) -> Outcome[Applied]:
    conflicts = [conflict_error(correction, one).problem for one in made.conflicts]
    first = conflicts[0] if conflicts else made.problem
    status = Status.FAILED if first is not None else Status.REVIEW if made.review else Status.DONE
    return Outcome(made.paper, status, first, Applied(str(file), made, tuple(conflicts[1:])))


def conflict_error(correction: Correction, conflict: Conflict) -> CorrectionConflict:
    """A conflict as a sentence: what, on which paper, what is stored and what was said."""
    return CorrectionConflict(
        paper=correction.paper,
        field=N_("a word") if conflict.what == WORD else words.field_message(conflict.what),
        stored=conflict.stored,
        was=conflict.was,
        value=conflict.value,
        clerk=correction.clerk,
    )


def _given(file: Path, clerk: str) -> tuple[Sequence[object], Sequence[Problem]]:
    """What a file says as JSON values that were not looked at yet, and why parts of it cannot be taken.

    Raises:
        BadCorrection: it is too large, or neither JSON nor a workbook that was exported.
        OSError: it cannot be read.

    """
    with file.open("rb") as stream:
        packed = stream.read(len(_ZIP)) == _ZIP
    if not packed:
        return _corrections(file), ()
    from digidoc.pipeline.review.exporting import returned

    found = returned.read(file, clerk)
    return found.corrections, found.problems


def _corrections(file: Path) -> list[object]:
    if file.stat().st_size > _LARGEST:
        raise BadCorrection(file=file, reason=N_("it is larger than {size} MiB"), size=str(_LARGEST >> 20))
    try:
        found = json.loads(file.read_bytes())
    except (ValueError, RecursionError) as error:
        raise BadCorrection(file=file, reason=N_("it is not JSON")) from error
    return found if isinstance(found, list) else [found]
