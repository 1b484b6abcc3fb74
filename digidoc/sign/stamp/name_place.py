"""Where a document prints its signer's name, by its text layer."""

from typing import Final

from digidoc.pdf.geometry import PageBox, Rectangle
from digidoc.pdf.pdfium import PdfiumDocument
from digidoc.text import nfc

_RIGHT: Final = 0.45  # of the page's width: the signer's block stands right of this
_FEWEST: Final = 4  # letters; a shorter name is found within other words


def name_place(document: PdfiumDocument, number: int, page: PageBox, name: str) -> Rectangle | None:
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
    with document.page(number) as opened, opened.text() as text:
        places = [page.rectangle_to_displayed(found) for found in text.places_of(wanted)]
    right = [place for place in places if (place[0] + place[2]) / 2 > _RIGHT * page.displayed[0]]
    return right[-1] if right else None
