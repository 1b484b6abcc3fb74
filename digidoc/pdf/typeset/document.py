"""Blocks as a PDF/A-2u file, with a line at the foot of every page."""

from collections.abc import Sequence
from datetime import datetime

from digidoc.i18n import tr as _
from digidoc.pdf.font.face import faces
from digidoc.pdf.typeset.blocks import Block, letters
from digidoc.pdf.typeset.file import pdf_a
from digidoc.pdf.typeset.setter import Setter
from digidoc.pdf.typeset.sheet import Paper


def document(blocks: Sequence[Block], paper: Paper, title: str, foot: str, made: datetime) -> bytes:
    """Set blocks, and give the file.

    Args:
        blocks: from the first page to the last.
        paper: how the pages are laid out.
        title: of the document.
        foot: what stands at the foot of every page, before the number of the page.
        made: when, with a time zone.

    """
    numbered = _("page {page} of {pages}")
    cut = faces(letters(blocks) | set(foot) | set(numbered) | set("0123456789"))
    setter = Setter(paper, cut)
    setter.set(blocks)
    pages = len(setter.sheets)
    setter.foot(foot, [numbered.format(page=number, pages=pages) for number in range(1, pages + 1)])
    return pdf_a(setter.sheets, cut, title, made)
