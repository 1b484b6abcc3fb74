"""Where a document prints its signer's name, by its text layer."""

from contextlib import closing
from typing import Final

import pypdfium2 as pdfium

from digidoc.pdf.geometry import PageBox, Rectangle
from digidoc.text import nfc

_RIGHT: Final = 0.45  # of the page's width: the signer's block stands right of this
_FEWEST: Final = 4  # letters; a shorter name is found within other words


def name_place(document: pdfium.PdfDocument, number: int, page: PageBox, name: str) -> Rectangle | None:
    """The last place in the right half of a page where the name is printed.

    Args:
        document: the file.
        number: of the page, from 0.
        page: how it is shown.
        name: of the signer, as the certificate has it; the case of letters does not count.

    Returns:
        Left, top, right, bottom as displayed, user space units; None where the page has no such text.

    Raises:
        PdfiumError: the page cannot be read.

    """
    wanted = nfc(name.strip())
    if len(wanted) < _FEWEST:
        return None
    found = None
    with (
        closing(document[number]) as opened,
        closing(opened.get_textpage()) as text,
        closing(text.search(wanted)) as searcher,
    ):
        while (hit := searcher.get_next()) is not None:
            boxes = [text.get_charbox(index) for index in range(hit[0], hit[0] + hit[1])]
            lefts, bottoms, rights, tops = zip(*boxes, strict=True)
            rect = page.rectangle_to_displayed((min(lefts), min(bottoms), max(rights), max(tops)))
            if (rect[0] + rect[2]) / 2 > _RIGHT * page.displayed[0]:
                found = rect
    return found
