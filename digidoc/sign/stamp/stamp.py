"""The visible stamp of a signature: what a batch shares, and its place on one document's page.

`stamp_kit` reads fonts and pictures once; `set_stamp` puts a stamp on a file that pyHanko's writer is updating. The
drawing itself (`Stamp.drawing`) is a value that fits any writer.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from pathlib import Path
from typing import Any, Final

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from digidoc.errors import UnreadableFile
from digidoc.pdf.font.face import Face
from digidoc.pdf.geometry import POINTS_A_MM, PageBox, Rectangle
from digidoc.pdf.ink import Ink, see_ink
from digidoc.pdf.objects import Indirect, Stream
from digidoc.pdf.pdfium import PdfiumDocument, PdfiumError
from digidoc.sign.errors import BadStampPlace, NoRoomForStamp, SignerAddressed, StampOverPrint
from digidoc.sign.stamp.appearance import add_field, add_objects, may_be_transparent
from digidoc.sign.stamp.fonts import stamp_font
from digidoc.sign.stamp.forms import StampForm, StampSpec, check_stamp
from digidoc.sign.stamp.images import SEAL_MM, SIGNATURE_MM, StampPicture, stamp_picture
from digidoc.sign.stamp.lettering import Lettering, draw_lines, letters_of, set_lines
from digidoc.sign.stamp.name_place import addressed_to, is_block, name_places
from digidoc.sign.stamp.page import page_box, signature_pictures, visible_widgets
from digidoc.sign.stamp.placement import (
    Squares,
    free_place,
    is_clear,
    placed,
    print_under,
    share_down_to,
    signer_centre,
)
from digidoc.sign.stamp.sign_picture import Laid, beside_signature, draw_pictures, lay_out
from digidoc.text import nfc

_TOP_BAND: Final = 0.4  # of the page's height, which is searched for a copy's stamp
_DOWN: Final = 0.3  # likewise: how far down the stamp may go; to the left it may go as far as it has to
_REACH_MM: Final = 25.0  # pictures go no farther from their place
# A seal covers about a third of a signature (NĐ 30/2020/NĐ-CP, annex I): by so much of its width more or less.
_SEAL_ASIDE: Final = 0.15
_SEAL_UP_MM: Final = 10.0
_LAST_PAGES: Final = 10  # are looked through for the signer's name, or for the signature that a seal belongs to


@dataclass(frozen=True, slots=True)
class StampKit:
    """What the stamps of a batch share.

    Attributes:
        spec: what was asked for.
        organisation: its name, NFC, blanks tidied; "" without a form of copy.
        letters: the font cut down to the batch's letters; None for pictures.
        program: that font as an object of a PDF; None for pictures.
        signature: the signer's picture.
        seal: the organisation's.

    """

    spec: StampSpec
    organisation: str = ""
    letters: Face | None = None
    program: Indirect | None = None
    signature: StampPicture | None = None
    seal: StampPicture | None = None


@dataclass(frozen=True, slots=True)
class Stamp:
    """A stamp set on a page.

    Attributes:
        page: number of the page, from 0.
        rect: left, bottom, right, top in user space.
        rotate: degrees clockwise by which the page is turned when shown.
        lines: its text from top to bottom; () for pictures.
        drawing: the form XObject of its appearance, upright by its /Matrix.

    """

    page: int
    rect: Rectangle
    rotate: int
    lines: tuple[str, ...]
    drawing: Stream


def stamp_kit(spec: StampSpec) -> StampKit:
    """Read what the stamps of a batch share.

    Raises:
        OrganisationMissing, StampMixed, BadStampPlace: see `check_stamp`.
        StampImpossible: no font has the letters.
        FileMissing, PermissionMissing, UnfitPicture: see `stamp_picture`.

    """
    check_stamp(spec)
    if spec.form is not None:
        words = nfc(" ".join((spec.organisation or "").split()))
        letters = stamp_font(letters_of(spec.form, words))
        return StampKit(spec, words, letters, Indirect(letters.embedded().dictionary()))
    signature, seal = spec.signature_image, spec.seal_image
    return StampKit(
        spec,
        signature=None if signature is None else stamp_picture(signature, spec.signature_mm, SIGNATURE_MM),
        seal=None if seal is None else stamp_picture(seal, spec.seal_mm, SEAL_MM),
    )


def set_stamp(
    writer: IncrementalPdfFileWriter,
    field_name: str,
    kit: StampKit,
    source: Path,
    signed_at: datetime,
    signer: str = "",
) -> Stamp:
    """Add an empty signature field with the stamp as its appearance; to be called before the field is signed.

    Args:
        writer: of the update of `source`.
        field_name: of the new field; none of this name is there yet.
        kit: of the batch.
        source: the file as it is before this signature: it is rendered to see where there is room.
        signed_at: printed in the text of a copy.
        signer: name in the certificate; a signature picture goes where the document prints it.

    Raises:
        BadStampPlace: the document has no such page.
        StampOverPrint: the place that was named is not free.
        NoRoomForStamp: no place is free where the stamp belongs.
        SignerAddressed: pictures of the one to whom the document is addressed.
        UnreadableFile: the page cannot be rendered, so that nobody can tell what the stamp would cover.

    """
    try:
        # Without its form: room that fields take up is known from the file itself, see `_Paper.seen`.
        with PdfiumDocument(source, forms=False) as document:
            stamp = _plan(kit, _Paper(writer, document), signed_at, signer)
    except PdfiumError as error:
        raise UnreadableFile(file=source, reason=str(error)) from error
    appearance = add_objects(writer, stamp.drawing)
    add_field(writer, field_name, stamp.page, stamp.rect, stamp.rotate, appearance)
    return stamp


@dataclass(frozen=True, slots=True)
class _Paper:
    """One document, as pyHanko reads it and as pdfium shows it."""

    writer: Any  # pyHanko's writers carry no annotations
    document: PdfiumDocument

    def page(self, number: int) -> Any:
        return self.writer.find_page_for_modification(number)[0].get_object()

    def last_pages(self) -> list[int]:
        count = len(self.document)
        return list(range(count - 1, max(-1, count - 1 - _LAST_PAGES), -1))

    def number(self, wanted: int | None, usual: int) -> int:
        """The page asked for (from 1, or from the end as -1), or the usual one; from 0."""
        count = len(self.document)
        number = usual if wanted is None else wanted - 1 if wanted > 0 else count + wanted
        if not 0 <= number < count:
            raise BadStampPlace(words=str(wanted))
        return number

    @contextmanager
    def seen(self, number: int, page: PageBox, besides: Rectangle | None = None) -> Iterator[Callable[[float], Ink]]:
        """Opens a page; what is given finds the ink on the upper share of it.

        Visible fields count as ink, but for the one that a seal belongs to.
        """
        widgets = [rect for rect in visible_widgets(self.page(number)) if rect != besides]
        taken = [page.rectangle_to_displayed(rect) for rect in widgets]
        with self.document.page(number) as opened:
            yield lambda share: see_ink(opened, page, share).with_taken(taken)


def _plan(kit: StampKit, paper: _Paper, signed_at: datetime, signer: str) -> Stamp:
    if kit.spec.form is not None and kit.letters is not None and kit.program is not None:
        return _copy(kit, kit.spec.form, kit.letters, kit.program, paper, signed_at)
    return _pictures(kit, paper, signer)


def _copy(
    kit: StampKit, copy: StampForm, letters: Face, program: Indirect, paper: _Paper, signed_at: datetime
) -> Stamp:
    """The text of a copy: top right of page 1, moved left or down where something stands there."""
    number = paper.number(kit.spec.page, 0)
    page = page_box(paper.page(number))
    with paper.seen(number, page) as ink:
        text, place = _text_place(
            kit.spec,
            number,
            page,
            ink,
            lambda flat: set_lines(copy, kit.organisation, signed_at, letters, page, flat=flat),
        )
    drawing = draw_lines(text, letters, program, page.rotate)
    return Stamp(number, page.rectangle_to_user(place), page.rotate, text.lines, drawing)


def _text_place(
    spec: StampSpec, number: int, page: PageBox, ink: Callable[[float], Ink], lines: Callable[[bool], Lettering]
) -> tuple[Lettering, Rectangle]:
    """The text as it is set, and its place: at the top, else at the end of the page, never over what is there."""
    text = lines(False)
    size = (text.width, text.height)
    asked = _asked(spec, page, size)
    # What is rendered costs time: first only as much of the page as shows whether the place is free.
    share = share_down_to(page, (asked or text.corner)[1] + size[1])
    near = ink(share)
    if asked is not None:
        return text, _asked_place(near, number, page, asked, size)
    if is_clear(near, page, text.corner, size):
        return text, placed(text.corner, size)
    width, height = page.displayed
    reach = (width, _DOWN * height)
    for seen, at_end in ((ink(max(share, _TOP_BAND)), False), (ink(1.0), True)):
        for one in (text, lines(True)):
            size = (one.width, one.height)
            corner = (one.corner[0], height - one.corner[1] - one.height) if at_end else one.corner
            place = free_place(seen, page, _within(page, size, corner), size, reach)
            if place is not None:
                return one, place
    raise _no_room(number, page, (text.width, text.height))


def _asked_place(
    ink: Ink,
    number: int,
    page: PageBox,
    corner: tuple[float, float],
    size: tuple[float, float],
    drawn: Squares | None = None,
) -> Rectangle:
    """The place that was named, when it is free: whoever measured it did not see every page that is signed."""
    under = print_under(ink, corner, size, drawn)
    if under is not None:
        left, top, right, bottom = (round(edge / (POINTS_A_MM * page.point)) for edge in under)
        raise StampOverPrint(page=number + 1, left=left, top=top, right=right, bottom=bottom)
    return placed(corner, size)


def _no_room(number: int, page: PageBox, size: tuple[float, float]) -> NoRoomForStamp:
    width, height = (ceil(length / (POINTS_A_MM * page.point)) for length in size)
    return NoRoomForStamp(page=number + 1, width=width, height=height)


def _pictures(kit: StampKit, paper: _Paper, signer: str) -> Stamp:
    """Signature and seal where the signer's block is; a seal alone over the signature that is there."""
    number, name, earlier = _block(kit, paper, signer)
    page = page_box(paper.page(number))
    laid = lay_out(kit.signature, kit.seal, page)
    size = (laid.width, laid.height)
    unit = POINTS_A_MM * page.point
    asked = _asked(kit.spec, page, size)
    place: Rectangle | None
    with paper.seen(number, page, earlier) as ink:
        if asked is not None:
            seen = ink(share_down_to(page, asked[1] + size[1]))
            place = _asked_place(seen, number, page, asked, size, laid.drawn)
        elif earlier is not None:
            signature = page.rectangle_to_displayed(earlier)
            corner = _within(page, size, beside_signature(laid, signature))
            reach = (_SEAL_ASIDE * (signature[2] - signature[0]), _SEAL_UP_MM * unit)
            place = free_place(ink(1.0), page, corner, size, reach, laid.drawn)
        else:
            place = _beside_name(ink(1.0), page, laid, name)
    if place is None:
        raise _no_room(number, page, size)
    drawing = draw_pictures(laid, page.rotate, transparent=may_be_transparent(paper.writer.root))
    return Stamp(number, page.rectangle_to_user(place), page.rotate, (), drawing)


def _block(kit: StampKit, paper: _Paper, signer: str) -> tuple[int, Rectangle | None, Rectangle | None]:
    """The page to sign, where the signer's name is printed on it, and the signature that a seal belongs to."""
    usual = paper.number(kit.spec.page, len(paper.document) - 1)
    for number in paper.last_pages() if kit.spec.page is None else [usual]:
        shown = paper.page(number)
        if kit.signature is None:
            if pictures := signature_pictures(shown):
                return number, None, pictures[-1]
        elif place := _name(paper, number, signer):
            return number, place, None
    if kit.spec.x_mm is None and addressed_to(paper.document, signer):
        raise SignerAddressed(name=signer)
    return usual, None, None


def _name(paper: _Paper, number: int, signer: str) -> Rectangle | None:
    """Where a page has the block of the signer of this name, as far as its text tells."""
    page = page_box(paper.page(number))
    places = name_places(paper.document, number, page, signer)
    if not places:
        return None
    with paper.seen(number, page) as ink:
        seen = ink(1.0)
    return next((place for place in reversed(places) if is_block(seen, page, place)), None)


def _beside_name(ink: Ink, page: PageBox, laid: Laid, name: Rectangle | None) -> Rectangle | None:
    """As near to the middle of the signer's block as there is room."""
    size = (laid.width, laid.height)
    centre = signer_centre(ink, page, laid.height, name)
    corner = _within(page, size, (centre[0] - laid.centre[0], centre[1] - laid.centre[1]))
    reach = _REACH_MM * POINTS_A_MM * page.point
    return free_place(ink, page, corner, size, (reach, reach), laid.drawn)


def _asked(spec: StampSpec, page: PageBox, size: tuple[float, float]) -> tuple[float, float] | None:
    """The corner that the spec names, kept on the page; None when it names none."""
    if spec.x_mm is None or spec.y_mm is None:
        return None
    unit = POINTS_A_MM * page.point
    return _within(page, size, (spec.x_mm * unit, spec.y_mm * unit))


def _within(page: PageBox, size: tuple[float, float], corner: tuple[float, float]) -> tuple[float, float]:
    width, height = page.displayed
    return min(max(corner[0], 0.0), max(width - size[0], 0.0)), min(max(corner[1], 0.0), max(height - size[1], 0.0))
