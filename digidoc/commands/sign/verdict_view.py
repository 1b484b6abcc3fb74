"""Verdicts on the terminal."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from digidoc.clock import written
from digidoc.i18n import tr as _
from digidoc.model import Verdict
from digidoc.sign.report.words import brief, outcome_sentence, remarks, verdict_words
from digidoc.sign.validate.verdict import FileVerdict

if TYPE_CHECKING:
    from rich.console import RenderableType

_COLOURS: Final = {
    Verdict.TOTAL_PASSED: "green",
    Verdict.INDETERMINATE: "yellow",
    Verdict.TOTAL_FAILED: "bold red",
    Verdict.NO_SIGNATURE: "red",
    Verdict.UNREADABLE: "red",
}


def show_file(
    found: FileVerdict, *, as_filed: bool | None = None, earlier: bool = False, about: str = "", details: bool = False
) -> "Iterator[RenderableType]":
    """What the terminal says of a file: its verdict, the sentence, and on demand the table of its signatures.

    Args:
        found: the verdict.
        as_filed: whether it is the file that the archive took in; None for a file of no archive.
        earlier: whether an earlier part of the same check validated it.
        about: which paper of an archive it belongs to.
        details: whether the table is wanted.

    """
    from rich.text import Text

    colour = _COLOURS[found.verdict]
    yield Text.assemble((f"{brief(found.file)}  ", "bold"), (verdict_words(found.verdict), colour))
    if about:
        yield Text(f"  {about}", style="dim")
    yield Text(f"  {outcome_sentence(found, as_filed=as_filed, earlier=earlier)}")
    if details and found.detail:
        yield Text(f"  {brief(found.detail)}", style="dim")
    if details and found.signatures and not earlier:
        yield _table(found)


def _table(found: FileVerdict) -> "RenderableType":
    from rich.table import Table
    from rich.text import Text

    table = Table(show_edge=False, pad_edge=False)
    for title in (_("Field"), _("Verdict"), _("Signer"), _("Time"), _("Level"), _("Remarks")):
        table.add_column(title)
    for signature in found.signatures:
        sub = f"\n{signature.subindication}" if signature.subindication else ""
        table.add_row(
            Text(brief(signature.field)),
            Text(f"{verdict_words(signature.verdict)}{sub}", style=_COLOURS[signature.verdict]),
            Text(brief(signature.signer)),
            Text(written(signature.signed_at)),
            Text(signature.level),
            Text("\n".join(remarks(signature))),
        )
    return table
