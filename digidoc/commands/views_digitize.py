"""What `digidoc digitize` says: for scripts as plain data, for people as counts and lists."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from rich.table import Table
from rich.text import Text

from digidoc import words
from digidoc.commands import console
from digidoc.commands.archive.views import LISTED, table
from digidoc.errors import Problem
from digidoc.i18n import tr as _
from digidoc.masking import mask
from digidoc.outcome import Batch, Outcome, Status
from digidoc.pipeline.collect import Found
from digidoc.pipeline.digitized import Digitized, FiledPaper, Planned

if TYPE_CHECKING:
    from rich.console import RenderableType

_LINES: Final = 20  # lines that a person still reads on a screen; JSON has all


@dataclass(frozen=True, slots=True)
class _Run:
    """What came of a run, or would.

    Attributes:
        batch: an outcome a paper.
        counts: papers by status; paths that had no papers count as failures of their own, unclear folders do not.
        found: what lay below the paths.
        dry_run: whether nothing was done.
        verbose: whether what was passed over is named.

    """

    batch: Batch[Digitized] | Batch[Planned]
    counts: dict[str, int]
    found: Found
    dry_run: bool
    verbose: bool

    def filed(self) -> Iterator[tuple[str, Status, FiledPaper]]:
        """The papers that are in the archive: file, how it went with it, and what the archive has of it."""
        for outcome in self.batch.outcomes:
            if isinstance(outcome.detail, Digitized) and outcome.detail.filed is not None:
                yield outcome.item, outcome.status, outcome.detail.filed

    def left_unsigned(self) -> Iterator[FiledPaper]:
        """The papers that were to be signed and were not, for a person has to review them first."""
        for outcome in self.batch.outcomes:
            detail = outcome.detail
            if isinstance(detail, Digitized) and detail.left_unsigned and detail.filed is not None:
                yield detail.filed

    def refused_before(self) -> Iterator[tuple[str, Problem]]:
        """The papers that an earlier run refused and this one did not try again: file, and why."""
        for outcome in self.batch.outcomes:
            before = None if outcome.detail is None else outcome.detail.refused_before
            if before is not None:
                yield outcome.item, before


def result(batch: Batch[Digitized] | Batch[Planned], found: Found, *, dry_run: bool, verbose: bool) -> console.Result:
    """What came of a run, or would, for scripts and for people."""
    nothing: list[Outcome[object]] = [Outcome(p.file or "", Status.FAILED, p) for p in found.problems]
    whole: Batch[object] = Batch((*batch.outcomes, *nothing), batch.interrupted)
    run = _Run(batch, whole.counts, found, dry_run, verbose)
    unclear: list[Outcome[object]] = [Outcome(str(one.folder), Status.FAILED, one.problem) for one in found.unclear]
    whole = Batch((*whole.outcomes, *unclear), batch.interrupted, batch.aside)
    return console.Result("digidoc.digitize/1", _data(run), lambda: _summary(run), whole.problems, whole.exit_code)


def _data(run: _Run) -> dict[str, Any]:
    return {
        "dry_run": run.dry_run,
        "interrupted": run.batch.interrupted,
        "counts": run.counts,
        "pages": sum(filed.pages for _file, status, filed in run.filed() if status is not Status.SKIPPED),
        "papers": [
            {"file": outcome.item, "status": outcome.status.value, **_detail(outcome.detail)}
            for outcome in run.batch.outcomes
        ],
        "left_unsigned": [filed.paper for filed in run.left_unsigned()],
        "unclear": [
            {"folder": str(one.folder), "files": [str(paper.path) for paper in one.papers]} for one in run.found.unclear
        ],
        "passed_over": [{"file": str(other.file), "why": other.why} for other in run.found.passed_over],
    }


def _detail(detail: Digitized | Planned | None) -> dict[str, Any]:
    if detail is None:
        return {}
    data: dict[str, Any]
    if isinstance(detail, Planned):
        data = {"dossier": detail.dossier, "name": detail.name, "known": detail.known, "sign": detail.sign}
        return data | _refused_before(detail.refused_before)
    data = {"dossier": detail.dossier, "name": detail.name} | _refused_before(detail.refused_before)
    filed = detail.filed
    if filed is not None:
        data |= {
            "paper": filed.paper,
            "pages": filed.pages,
            "confidence": filed.confidence,
            "conformant": filed.conformant,
            "doubts": list(filed.doubts),
            "review": list(filed.review),
            "grave": filed.grave.to_json(),
            "signatures": list(filed.signatures),
            "duplicates": list(filed.duplicates),
            "withdrawn": filed.withdrawn,
            "duplicate_of": [other["paper"] for other in filed.duplicates if other["kind"] == "same-bytes"],
        }
    return data


def _refused_before(problem: Problem | None) -> dict[str, Any]:
    return {} if problem is None else {"refused_before": problem.to_json()}


def _to_look_at(run: _Run) -> Iterator[Text]:
    """A line a paper that was refused before or is to be reviewed, and one for each that it may be the same as."""
    for file, problem in () if run.dry_run else run.refused_before():
        yield Text.assemble(("  – ", "yellow"), mask(file), (f"  {problem.message}", "dim"))
    for file, status, filed in run.filed():
        if filed.withdrawn:
            why = _("withdrawn before as {paper}, not filed again").format(paper=filed.paper)
            yield Text.assemble(("  – ", "yellow"), mask(file), (f"  {why}", "dim"))
        if status is Status.REVIEW:
            why = words.why_review(filed.grave.doubts, filed.grave.fields, filed.slight.doubts, filed.slight.fields)
            yield Text.assemble(("  ? ", "yellow"), mask(file), (f"  {why}", "dim"))
        for other in () if status is Status.SKIPPED else filed.duplicates:
            yield Text.assemble(("  = ", "yellow"), mask(file), (f"  {words.duplicate(other)}", "dim"))


def _summary(run: _Run) -> Iterator["RenderableType"]:
    """What a person has to look at, then the counts: they stand last, where a long run leaves the screen."""
    yield from _planned(run)
    lines = list(_to_look_at(run))
    yield from lines[:_LINES]
    more = len(lines) - _LINES
    if more > 0:
        note = _("  … and {number} more: see `digidoc status`, or `digidoc status --json` for all.")
        yield Text(note.format(number=more))
    yield from _passed_over(run)
    yield _counts(run)
    if run.batch.interrupted:
        yield Text(_("Interrupted. Run the same command again to go on."), style="yellow")


def _counts(run: _Run) -> Table:
    found = Table(box=None, show_header=False, pad_edge=False)
    found.add_column(justify="right", style="bold")
    found.add_column()
    before = sum(1 for _before in run.refused_before())
    found.add_row(str(run.counts["done"]), _("would be digitized") if run.dry_run else _("done"))
    slight = sum(1 for _file, status, filed in run.filed() if status is Status.DONE and filed.slight.fields)
    if slight:
        found.add_row(str(slight), _("of them with slight doubts; see `digidoc show PAPER`"))
    found.add_row(str(run.counts["review"]), _("done, to be reviewed"))
    if left := sum(1 for _filed in run.left_unsigned()):
        found.add_row(str(left), _("not signed, for they are to be reviewed; --also-unreviewed signs them"))
    withdrawn = sum(filed.withdrawn for _file, _status, filed in run.filed())
    skipped = run.counts["skipped"] - before - withdrawn
    found.add_row(str(skipped), _("skipped: they are in the archive already"))
    found.add_row(str(run.counts["refused"]), _("would be refused") if run.dry_run else _("refused"))
    if before:
        found.add_row(str(before), _("refused before, not tried again; see `digidoc status --refused`"))
    if withdrawn:
        found.add_row(str(withdrawn), _("withdrawn before, not filed again; see `digidoc status`"))
    unclear = sum(len(one.papers) for one in run.found.unclear)
    if unclear:
        found.add_row(str(unclear), _("not taken: it is not clear which dossier they belong to"))
    found.add_row(str(run.counts["failed"]), _("failed; run the command again to try them again"))
    return found


def _planned(run: _Run) -> Iterator["RenderableType"]:
    """Each file of a dry run, its dossier, and what would happen."""
    rows = (
        [
            (mask(str(paper.path)), "?", mask(paper.name), _("not taken: its dossier is not clear"))
            for one in run.found.unclear
            for paper in one.papers
        ]
        if run.dry_run
        else []
    )
    rows += [
        (
            mask(outcome.item),
            outcome.detail.dossier or "–",
            mask(outcome.detail.name),
            _what(outcome.status, outcome.problem, outcome.detail),
        )
        for outcome in run.batch.outcomes
        if isinstance(outcome.detail, Planned)
    ]
    shown = rows if run.verbose else rows[:LISTED]
    yield from table((_("File"), _("Dossier"), _("Name"), _("What would happen")), shown)
    if len(shown) < len(rows):
        yield Text(_("… and {number} more; -v and --json list all.").format(number=len(rows) - len(shown)))


def _what(status: Status, problem: Problem | None, planned: Planned) -> str:
    if problem is not None:
        return problem.message
    if planned.refused_before is not None:
        return _("refused before: {why}").format(why=planned.refused_before.message)
    if status is Status.SKIPPED:
        return _("in the archive already")
    if planned.known:
        return _("would be digitized anew")
    return _("would be digitized, and signed unless it is to be reviewed") if planned.sign else _("would be digitized")


def _passed_over(run: _Run) -> Iterator["RenderableType"]:
    counted = Counter(other.why for other in run.found.passed_over)
    if counted:
        kinds = ", ".join(f"{words.no_paper(why)} {number}" for why, number in counted.items())
        said = _("Passed over, for they are no papers: {number} ({kinds})")
        yield Text(said.format(number=counted.total(), kinds=kinds))
    for other in run.found.passed_over if run.verbose else ():
        yield Text.assemble("  – ", mask(str(other.file)), (f"  {words.no_paper(other.why)}", "dim"))
