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
from digidoc.pipeline.review.correct import Submitted, preview, submit
from digidoc.pipeline.review.settle import WORD

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


def apply_files(archive: Archive, files: Sequence[Path], *, dry_run: bool = False) -> Batch[Applied]:
    """Take in the corrections of files; each gets an outcome, whatever happens to the others.

    Args:
        archive: whose papers they are about.
        files: JSON, each one `digidoc.correction/1` or a list of them.
        dry_run: only say what would become of them.

    """
    return Batch(tuple(_outcomes(archive, files, dry_run=dry_run)))


def _outcomes(archive: Archive, files: Sequence[Path], *, dry_run: bool) -> Iterator[Outcome[Applied]]:
    for file in files:
        try:
            given = _corrections(file)
        except (DigidocError, OSError) as error:
            yield Outcome(str(file), Status.FAILED, problem_of(error, str(file)), Applied(str(file)))
            continue
        for one in given:
            yield _outcome(archive, file, one, dry_run=dry_run)


def _outcome(archive: Archive, file: Path, one: object, *, dry_run: bool) -> Outcome[Applied]:
    try:
        correction = corrections.from_json(one)
        made = preview(archive, correction) if dry_run else submit(archive, correction)
    except (DigidocError, OSError) as error:
        problem = problem_of(error, str(file))
        return Outcome(str(file), Status.FAILED, replace(problem, file=problem.file or str(file)), Applied(str(file)))
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


def _corrections(file: Path) -> list[object]:
    """The JSON values of a file, not yet looked at.

    Raises:
        BadCorrection: it is too large, or no JSON.
        OSError: it cannot be read.

    """
    if file.stat().st_size > _LARGEST:
        raise BadCorrection(file=file, reason=N_("it is larger than {size} MiB"), size=str(_LARGEST >> 20))
    try:
        found = json.loads(file.read_bytes())
    except (ValueError, RecursionError) as error:
        raise BadCorrection(file=file, reason=N_("it is not JSON")) from error
    return found if isinstance(found, list) else [found]
