"""The worklist as a file: a page for a browser, a workbook for a spreadsheet, or JSON for a program."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from digidoc.archive.archive import Archive
from digidoc.errors import Problem, UsageError
from digidoc.files import disk
from digidoc.i18n import N_
from digidoc.pipeline.review.exporting.papers import ExportedPaper, exported
from digidoc.pipeline.review.sheet import Wanted
from digidoc.pipeline.review.worklist import Question, worklist
from digidoc.progress import Progress


@dataclass(frozen=True, slots=True)
class Exported:
    """A file that was made.

    Attributes:
        file: where it lies.
        papers: how many papers are in it.
        fields: how many values it asks for.
        open: how many papers a person has to look at in all.
        size: of the file, bytes.
        problems: of papers whose pages could not be shown; their values are in the file all the same.

    """

    file: Path
    papers: int
    fields: int
    open: int
    size: int
    problems: tuple[Problem, ...] = ()


def export(archive: Archive, question: Question, out: Path, wanted: Wanted, bar: Progress) -> Exported:
    """Write what clerks have to look at to a file; its ending says which: .html, .xlsx or .json.

    Args:
        archive: whose papers they are.
        question: which papers.
        out: the file; an older one is replaced when the new one is whole.
        wanted: what the clerk is stopped at on a paper; HTML and XLSX heed it.
        bar: counts papers.

    Raises:
        UsageError: the ending is another one.
        UnknownPaper: one that is asked for is not there.
        StorageError and its kin: the file cannot be written.

    """
    kind = out.suffix.lower()
    if kind not in ENDINGS:
        raise UsageError(reason=N_("the file to export to ends in .html, .xlsx or .json"), file=out)
    if kind == ".xlsx" and wanted.words is not None:
        raise UsageError(reason=N_("a workbook asks for fields only: leave --words out, or export to .html"))
    found = worklist(archive, question)
    problems = list(found.problems)
    if kind == ".json":
        content = (json.dumps(found.to_json(), ensure_ascii=False, indent=1) + "\n").encode()
        asked = sum(field.review for paper in found.papers for field in paper.fields)
    else:
        papers = list[ExportedPaper]()
        bar.expect(len(found.papers))
        for listed in found.papers:
            papers.append(exported(archive, listed.paper, wanted))
            bar.advance(listed.name)
        content = _WRITERS[kind](papers)
        problems += [paper.problem for paper in papers if paper.problem is not None]
        asked = sum(len(paper.sheet.items) for paper in papers)
    disk.write_result(out, content)
    return Exported(out, len(found.papers), asked, found.open, len(content), tuple(problems))


def _page(papers: Sequence[ExportedPaper]) -> bytes:
    from digidoc.pipeline.review.exporting import page

    return page.write(papers).encode()


def _workbook(papers: Sequence[ExportedPaper]) -> bytes:
    from digidoc.pipeline.review.exporting import workbook

    return workbook.write(papers)


_WRITERS: Final[dict[str, Callable[[Sequence[ExportedPaper]], bytes]]] = {".html": _page, ".xlsx": _workbook}
ENDINGS: Final = (*_WRITERS, ".json")
