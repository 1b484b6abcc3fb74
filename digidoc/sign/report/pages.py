"""Pictures of pages that look different from what was signed: the signed state, the present one, the place framed."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image, ImageDraw
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields

from digidoc.pdf.pdfium import PdfiumDocument
from digidoc.pdf.typeset.blocks import Picture
from digidoc.sign.validate.verdict import FileVerdict

_WIDTH: Final = 720  # pixels of a picture; two of them stand side by side on A4
_HEIGHT: Final = 1440
_MOST: Final = 4  # pages of one file that are shown; the verdict names all of them
_TOLERANCE: Final = 32  # of 255; as when pages are compared
_FRAME: Final = (204, 0, 0)
_QUALITY: Final = 80


@dataclass(frozen=True, slots=True)
class PagePair:
    """A page as it was signed and as it is now.

    Attributes:
        page: its number, from 1.
        field: the signature that protects the earlier state.
        before: the signed state; None where there was no such page.
        after: the present state; None where there is no such page.

    """

    page: int
    field: str
    before: Picture | None
    after: Picture | None


def page_pairs(path: Path, verdict: FileVerdict) -> tuple[PagePair, ...]:
    """Pictures of the first pages that a verdict calls different; at most four. What cannot be rendered has none.

    Raises:
        OSError: the file cannot be read.

    """
    if not any(signature.pages_changed for signature in verdict.signatures):
        return ()
    content = path.read_bytes()
    try:
        return tuple(islice(_pairs(content, verdict), _MOST))
    except Exception:  # noqa: BLE001 (a file that was made to break its readers has a verdict, and needs no pictures)
        return ()


def _pairs(content: bytes, verdict: FileVerdict) -> Iterator[PagePair]:
    ends = _ends(content)
    shown: set[int] = set()
    with PdfiumDocument(content) as now:
        for signature in verdict.signatures:
            if not signature.pages_changed or signature.field not in ends:
                continue
            with PdfiumDocument(content[: ends[signature.field]]) as then:
                for number in _numbers(signature.pages_changed, len(then), len(now)):
                    if number not in shown:
                        shown.add(number)
                        yield _pair(then, now, number, signature.field)


def _numbers(changed: tuple[int, ...], before: int, after: int) -> list[int]:
    """Pages from 1; 0 stands for another number of pages: then those that only one of the two states has."""
    if 0 in changed:
        return list(range(min(before, after) + 1, max(before, after) + 1))
    return sorted(changed)


def _ends(content: bytes) -> dict[str, int]:
    """Where the protection of each signature ends, by its field."""
    ends: dict[str, int] = {}
    reader = PdfFileReader(io.BytesIO(content), strict=False)
    if reader.encrypted:
        reader.decrypt(b"")
    for name, value, _field in enumerate_sig_fields(reader, filled_status=True):
        numbers = [int(number) for number in value.get_object()["/ByteRange"]]
        ends[str(name)] = numbers[2] + numbers[3]
    return ends


def _pair(then: PdfiumDocument, now: PdfiumDocument, number: int, field: str) -> PagePair:
    before, after = (_rendered(document, number) for document in (then, now))
    if before is not None and after is not None:
        box = _changed(before, after)
        if box is not None:
            for picture in (before, after):
                ImageDraw.Draw(picture).rectangle(box, outline=_FRAME, width=3)
    return PagePair(number, field, _encoded(before), _encoded(after))


def _rendered(document: PdfiumDocument, number: int) -> Image.Image | None:
    if number > len(document):
        return None
    with document.page(number - 1) as page:
        width, height = page.size
        return Image.fromarray(page.render(min(_WIDTH / width, _HEIGHT / height)))


def _changed(before: Image.Image, after: Image.Image) -> tuple[int, int, int, int] | None:
    """The rectangle around all that differs, with a little room: left, top, right, bottom."""
    if before.size != after.size:
        return None
    differing = np.abs(np.asarray(before, dtype=np.int16) - np.asarray(after, dtype=np.int16)).max(axis=2)
    rows, columns = np.nonzero(differing > _TOLERANCE)
    if not rows.size:
        return None
    room = 8
    return (
        max(int(columns.min()) - room, 0),
        max(int(rows.min()) - room, 0),
        min(int(columns.max()) + room, before.width - 1),
        min(int(rows.max()) + room, before.height - 1),
    )


def _encoded(picture: Image.Image | None) -> Picture | None:
    if picture is None:
        return None
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=_QUALITY)
    return Picture(out.getvalue(), picture.width, picture.height)
