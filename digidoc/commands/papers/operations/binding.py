"""`digidoc paper split` and `digidoc paper merge`: several papers in one file, one paper in several files."""

import re
from collections.abc import Iterator
from typing import Annotated, Final

import typer

from digidoc.commands import options
from digidoc.commands.papers.operations import ordering
from digidoc.errors import UsageError
from digidoc.i18n import N_
from digidoc.i18n import tr as _

_RANGE: Final = re.compile(r"([1-9][0-9]{0,4})(-([1-9][0-9]{0,4})?)?")
_SPLIT_HELP: Final = ordering.help_text(
    _("Make several papers of one that was scanned as one file. Each page has to be in exactly one part."),
    _(
        "The parts keep the file as it was handed in, and show only their own pages of it. Text and corrections go "
        "along with their pages; number, date and the like are found anew, without reading the pages again. The signed "
        "file stays with the old paper, which is set aside: sign the parts anew. A paper that came signed is not split."
    ),
    lines=(
        "digidoc paper split P-0123456789abcdef --pages 1-2,3-",
        "digidoc paper split P-0123456789abcdef --pages 1,2-4,5- --dry-run",
    ),
)
_MERGE_HELP: Final = ordering.help_text(
    _("Make one paper of several whose pages were scanned as files of their own, in the order that they are given in."),
    _(
        "The new paper keeps all files as they were handed in. Text and corrections go along with their pages; number, "
        "date and the like are found anew. The old papers are set aside, with their signed files: sign the new paper "
        "anew. All have to be in the same dossier, or all in none; a paper that came signed is not merged."
    ),
    lines=("digidoc paper merge P-0123456789abcdef P-fedcba9876543210",),
)


def register(group: typer.Typer) -> None:
    """Mount the commands."""
    group.command("split", help=_SPLIT_HELP)(split)
    group.command("merge", help=_MERGE_HELP)(merge)


def split(
    paper: ordering.Paper,
    pages: Annotated[
        str,
        typer.Option(
            "--pages",
            metavar=_("PARTS"),
            help=_("The pages of each part: 1-2,3- is one of the first two pages and one of all others."),
            show_default=False,
        ),
    ],
    reason: ordering.Reason = "",
    clerk: options.Clerk = None,
    yes: ordering.Yes = False,
    dry_run: ordering.DryRun = False,
    archive: options.ArchiveFolder = None,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Split a paper; see `digidoc.pipeline.operate.split`."""
    from digidoc.archive.operations import Kind

    order = ordering.Order(archive, clerk, yes, dry_run, as_json, quiet)
    ordering.carry_out(order, Kind.SPLIT, [paper], parts=list(_parts(pages)), reason=reason)


def merge(
    papers: ordering.Papers,
    reason: ordering.Reason = "",
    clerk: options.Clerk = None,
    yes: ordering.Yes = False,
    dry_run: ordering.DryRun = False,
    archive: options.ArchiveFolder = None,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Merge papers; see `digidoc.pipeline.operate.merge`."""
    from digidoc.archive.operations import Kind

    if len(papers) == 1:
        raise UsageError(reason=N_("name two papers or more, in the order of their pages"))
    twice = next((paper for paper in papers if papers.count(paper) > 1), None)
    if twice is not None:
        raise UsageError(reason=N_("{paper} is named twice"), paper=twice)
    order = ordering.Order(archive, clerk, yes, dry_run, as_json, quiet)
    ordering.carry_out(order, Kind.MERGE, papers, together=True, reason=reason)


def _parts(text: str) -> Iterator[ordering.Part]:
    """The first and the last page of each part, such as 1-2,3-.

    Raises:
        UsageError: it is not written so.

    """
    for piece in text.split(","):
        found = _RANGE.fullmatch(piece.strip())
        first, last = (int(found[1]), found[3]) if found is not None else (0, None)
        if found is None or (last and int(last) < first):
            reason = N_("{text} are no pages: 1-2,3- is one part of the pages 1 and 2, and one of all from page 3 on")
            raise UsageError(reason=reason, text=piece.strip() or text)
        yield first, int(last) if last else None if found[2] else first
