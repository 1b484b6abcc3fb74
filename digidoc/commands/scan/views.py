"""What `digidoc scan` says of stacks: for scripts as plain data, for people as sentences."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from rich.text import Text

from digidoc.clock import written
from digidoc.commands import console, views_digitize
from digidoc.commands.archive.views import table
from digidoc.errors import ExitCode, Problem
from digidoc.formats import codec
from digidoc.i18n import N_
from digidoc.i18n import tr as _
from digidoc.pipeline.collect import Found
from digidoc.pipeline.scanning.filing_stacks import Taken
from digidoc.scan.stacks import Stack, StackProblem

if TYPE_CHECKING:
    from rich.console import RenderableType

# A sentence for each code of `digidoc.scan.grouping`, and for that of two passes that do not fit together.
_SAYINGS: Final[Mapping[str, str]] = {
    "no-sheet-first": N_("Page {page}: the stack does not begin with a separator sheet."),
    "bad-code": N_("Page {page}: the sheet's code is damaged, or was not made by this digidoc."),
    "codes-differ": N_("Page {page}: there are two different codes of sheets on it."),
    "unknown-dossier": N_("Page {page}: neither the register nor the archive knows the dossier {dossier}."),
    "sheet-missing": N_("Page {page}: sheet {sheet} follows sheet {before}; what is between them was not seen."),
    "sheet-twice": N_("Page {page}: sheet {sheet} comes a second time."),
    "sheet-without-pages": N_("Page {page}: no page follows the sheet of the dossier {dossier}."),
    "after-end": N_("Page {page}: there are pages behind the end sheet."),
    "end-differs": N_("Page {page}: the end sheet counts {count} sheets, but the last one before it is {sheet}."),
    "no-pages": N_("There are no pages beside the sheets."),
    "sides-differ": N_(
        "The numbers of fronts and backs differ ({sides}): the feeder took two leaves at once, or none."
    ),
}
_NEXT: Final = (
    N_("  all pages are one paper of one dossier: digidoc scan {stack} --dossier CODE"),
    N_("  a paper begins at page {page}: digidoc scan {stack} --begin {page}=CODE"),
)
_NO_SHEET: Final = N_("  the sheet on page {page} counts for nothing: digidoc scan {stack} --begin {page}=-")
_STATES: Final[Mapping[str, str]] = {
    "filed": N_("filed"),
    "waiting": N_("waits for a person"),
    "scanned": N_("not filed yet"),
}
_BLANK: Final = {"yes": N_("blank"), "maybe": N_("perhaps blank")}


def problem(found: StackProblem) -> str:
    """Why a stack waits, in the user's language."""
    return _(_SAYINGS[found.code]).format(page=found.page, **found.params)


def listed(stacks: list[Stack], damaged: tuple[Problem, ...]) -> console.Result:
    """All stacks."""
    data = {"stacks": [_stack(stack) for stack in stacks]}
    code = ExitCode.SOME_FAILED if damaged else ExitCode.OK
    return console.Result("digidoc.stacks/1", data, lambda: _list(stacks), damaged, code)


def taken(
    found: Taken, other: tuple[str, ...], problems: tuple[Problem, ...] = (), *, code: ExitCode | None = None
) -> console.Result:
    """What came of one stack.

    Args:
        found: the stack, and its papers.
        other: what of its pages is not as it was asked for.
        problems: what ended the scanning.
        code: what the command ends with; None leaves it to what came of the papers.

    """
    batch = (
        None
        if found.batch is None
        else views_digitize.result(found.batch, Found(found.items, (), (), ()), dry_run=False, verbose=False)
    )
    data = {"stack": _stack(found.stack), "other": list(other), "digitized": None if batch is None else batch.data}
    errors = problems if batch is None else (*problems, *batch.errors)
    if code is None:
        code = ExitCode.REVIEW_NEEDED if found.stack.problems else ExitCode.OK if batch is None else batch.exit_code
    return console.Result("digidoc.scan/1", data, lambda: _taken(found, other, batch), errors, code)


def _stack(stack: Stack) -> dict[str, Any]:
    data: dict[str, Any] = codec.plain(stack)
    return {**data, "state": stack.state}


def _list(stacks: list[Stack]) -> Iterator["RenderableType"]:
    yield from table(
        (_("Stack"), _("Scanned at"), _("Pages"), _("State")),
        (
            (
                stack.stack,
                written(datetime.fromisoformat(stack.started_at)),
                str(len(stack.pages)),
                _(_STATES[stack.state]),
            )
            for stack in stacks
        ),
    )
    if not stacks:
        yield Text(_("There are no stacks."))
    for stack in stacks:
        if stack.state == "waiting":
            yield from _waits(stack)


def _waits(stack: Stack) -> Iterator["RenderableType"]:
    yield Text(
        _("Stack {stack} waits for a person; nothing of it was filed:").format(stack=stack.stack), style="yellow"
    )
    for found in stack.problems:
        yield Text(f"  ? {problem(found)}")
    yield Text(_("Look at the pages in {folder}, then say what is right:").format(folder=f"stacks/{stack.stack}"))
    page = stack.problems[0].page
    for line in (*_NEXT, *([_NO_SHEET] if stack.pages[page - 1].sheet is not None else [])):
        yield Text(_(line).format(stack=stack.stack, page=page), style="dim")


def _taken(found: Taken, other: tuple[str, ...], batch: console.Result | None) -> Iterator["RenderableType"]:
    stack = found.stack
    sheets = sum(page.sheet is not None for page in stack.pages)
    said = _("Stack {stack}: {pages} pages, {sheets} of them separator sheets")
    yield Text(said.format(stack=stack.stack, pages=len(stack.pages), sheets=sheets))
    for blank, word in _BLANK.items():
        numbers = [str(number) for number, page in enumerate(stack.pages, 1) if page.blank == blank]
        if numbers:
            yield Text(f"  {_(word)}: {', '.join(numbers)}", style="dim")
    yield from _other(stack, other)
    if stack.problems:
        yield from _waits(stack)
    elif batch is None:
        said = _(
            "Nothing was filed yet. `digidoc scan {stack}` files it, `digidoc scan --continue {stack}` adds pages."
        )
        yield Text(said.format(stack=stack.stack))
    else:
        yield from batch.view()


def _other(stack: Stack, other: tuple[str, ...]) -> Iterator["RenderableType"]:
    """The scanner took other values than it was given."""
    if "dpi" in other:
        found = ", ".join(sorted({str(page.dpi) for page in stack.pages}))
        said = _("The scanner made pages of {found} dpi instead of {asked}.")
        yield Text(said.format(found=found, asked=stack.options.get("dpi", "")), style="yellow")
    if "size" in other:
        sizes = ", ".join(sorted({f"{page.mm[0]} x {page.mm[1]}" for page in stack.pages}))
        said = _("The pages have {found} mm and not the size that was asked for ({asked}).")
        yield Text(said.format(found=sizes, asked=stack.options.get("page", "")), style="yellow")
