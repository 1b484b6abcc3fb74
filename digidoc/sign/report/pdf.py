"""The report as PDF/A-2u, with what the page has."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from digidoc.clock import written
from digidoc.i18n import tr as _
from digidoc.model import Verdict
from digidoc.pdf.typeset.blocks import PALE, Block, Line, Pair, Pictures
from digidoc.pdf.typeset.document import document
from digidoc.pdf.typeset.sheet import UPRIGHT
from digidoc.sign.report.content import FilePart, Report, SignaturePart
from digidoc.sign.report.pages import PagePair
from digidoc.sign.report.words import verdict_words

_BAD: Final = "#b00020"
_COLOURS: Final = {Verdict.TOTAL_PASSED: "#1a6b2f", Verdict.INDETERMINATE: "#8a5a00"}


def pdf(report: Report, made: datetime) -> bytes:
    """The report as a file.

    Args:
        report: what it says.
        made: when, with a time zone.

    """
    return document(list(_blocks(report)), UPRIGHT, report.title, f"{report.title}, {written(made)}", made)


def _blocks(report: Report) -> Iterator[Block]:
    yield Line(report.title, 17, bold=True)
    yield Line("", 4)
    for key, value in report.facts:
        yield Pair(key, value)
    for verdict, said, number in report.counts:
        yield Line(f"{number} {said}", 11, bold=True, colour=_colour(verdict), above=4)
    for part in report.files:
        yield from _file(part)
    if report.note:
        yield Line(report.note, 9, colour=PALE, above=16)


def _colour(verdict: Verdict) -> str:
    return _COLOURS.get(verdict, _BAD)


def _file(part: FilePart) -> Iterator[Block]:
    colour = _colour(part.verdict)
    yield Line(part.name, 12, bold=True, above=18, rule=colour, together=60)
    yield Line(verdict_words(part.verdict).upper(), 9, bold=True, colour=colour, above=2)
    yield Line(part.sentence, 10)
    for key, value in part.facts:
        yield Pair(key, value)
    for signature in part.signatures:
        yield from _signature(signature)
    for pair in part.pictures:
        yield _pages(pair)


def _signature(part: SignaturePart) -> Iterator[Block]:
    indent = 14.0
    yield Line(part.title, 10.5, bold=True, above=8, indent=indent, together=50)
    words = f"{verdict_words(part.verdict).upper()} – {part.sentence}"
    yield Line(words, 9.5, colour=_colour(part.verdict), indent=indent)
    for key, value in part.facts:
        yield Pair(key, value, indent)
    for remark in part.remarks:
        yield Line(f"• {remark}", 9, indent=indent)
    if part.chain:
        yield Line(_("Certificates, from the signer upwards"), 9, colour=PALE, indent=indent, above=2, together=20)
    for place, certificate in enumerate(part.chain, 1):
        yield Line(f"{place}. {certificate}", 8, indent=indent)


def _pages(pair: PagePair) -> Pictures:
    captions = (
        _("Page {number} as it was signed").format(number=pair.page),
        _("Page {number} as it is now").format(number=pair.page),
    )
    return Pictures(captions, (pair.before, pair.after), _("There is no such page."))
