"""Pictures go to the signer's block or nowhere: a mention of the name is none, and no picture lies over print."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import numpy as np
import pypdfium2 as pdfium
import pytest

from digidoc.model import Verdict
from digidoc.sign.create.request import SignOptions
from digidoc.sign.errors import NoRoomForStamp, SignerAddressed
from digidoc.sign.stamp.forms import StampSpec
from digidoc.sign.trust.anchors import TrustAnchors
from digidoc.sign.validate.verify import verify_file
from tests.sign.conftest import Sign
from tests.sign.stamps import A4, COPY, page_pdf, rendered, seal_png, signature_png, stamp

_MM: Final = 72 / 25.4
_OFFICE, _SIGNER = "Uy ban nhan dan xa Hoa Vang", "Nguyen Van An"
_Row = tuple[float, float, str]  # millimetres from the left and, of the base line, from above

_HEAD: Final = ((28, 22, "UY BAN NHAN DAN"), (36, 28, "XA HOA VANG"), (112, 22, "CONG HOA XA HOI CHU NGHIA VIET NAM"),
                (128, 28, "Doc lap - Tu do - Hanh phuc"))  # fmt: skip
_WIDE: Final = "Van ban nay trai tu le trai sang le phai cua trang giay de thu cho dat chu ky va con dau"


def body(first: float, last: float) -> list[_Row]:
    return [(28, y, _WIDE) for y in np.arange(first, last, 7)]


def block(top: float, room: float = 30.0, name: str = _SIGNER) -> list[_Row]:
    """Authority, position, room for a signature, name; the recipients on the left."""
    return [
        (122, top, "TM. UY BAN NHAN DAN"), (139, top + 6, "CHU TICH"), (134, top + 10 + room, name),
        (28, top, "Noi nhan:"), (28, top + 6, "- Nhu Dieu 3;"), (28, top + 12, "- Luu: VT."),
    ]  # fmt: skip


DECISION: Final = [
    *_HEAD, (85, 48, "QUYET DINH"), (60, 55, f"Theo de nghi cua ong {_SIGNER}"), *body(70, 160), *block(180),
]  # fmt: skip
LETTER: Final = [
    *_HEAD[2:], (82, 60, "DON DE NGHI"), (70, 76, f"Kinh gui: {_OFFICE}"), *body(90, 180),
    (140, 200, "Nguoi lam don"), (142, 235, "Le Thi Binh"),
]  # fmt: skip


def operators(rows: Iterable[_Row], mode: int = 0, size: float = 13) -> str:
    return " ".join(
        f"BT {mode} Tr /F {size} Tf {x * _MM:.2f} {842 - y * _MM:.2f} Td ({text}) Tj ET" for x, y, text in rows
    )


def paper(path: Path, rows: Iterable[_Row], rotate: int = 0, more: str = "") -> Path:
    """A born-digital page; turned, its text is upright as displayed."""
    content = f"{operators(rows)} {more}"
    if rotate == 90:  # the page lies on its side, and is turned when shown
        return page_pdf(path, f"0 1 -1 0 842 0 cm {content}", media=(0, 0, 842, 595), rotate=90)
    return page_pdf(path, content, rotate=rotate)


def scanned(path: Path, source: Path, rows: Iterable[_Row]) -> Path:
    """The same page as a scanner leaves it, with invisible text over the picture."""
    document = pdfium.PdfDocument(source)
    image = document[0].render(scale=200 / 72).to_pil()
    document.close()
    return page_pdf(path, operators(rows, mode=3), media=A4, picture=image)


def over_print(before: Path, after: Path) -> int:
    """How many pixels of print a stamp has changed."""
    one, other = rendered(before, scale=3), rendered(after, scale=3)
    return int(((one.max(axis=2) < 128) & (np.abs(one - other).max(axis=2) > 60)).sum())


def place(before: Path, after: Path) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of what was added, millimetres as displayed."""
    ys, xs = np.nonzero(np.abs(rendered(before, scale=2) - rendered(after, scale=2)).max(axis=2) > 60)
    left, top, right, bottom = (float(edge) / 2 / _MM for edge in (xs.min(), ys.min(), xs.max(), ys.max()))
    return left, top, right, bottom


@pytest.fixture
def both(tmp_path: Path) -> StampSpec:
    return StampSpec(signature_image=signature_png(tmp_path / "s.png"), seal_image=seal_png(tmp_path / "d.png"))


@pytest.fixture
def signature(tmp_path: Path) -> StampSpec:
    return StampSpec(signature_image=signature_png(tmp_path / "s.png"))


@pytest.mark.parametrize("kind", ["born digital", "turned", "scanned"])
def test_an_ordinary_decision_is_signed_and_sealed_in_its_block(
    tmp_path: Path, signature: StampSpec, both: StampSpec, kind: str
):
    source = paper(tmp_path / "in.pdf", DECISION, 90 if kind == "turned" else 0)
    if kind == "scanned":
        source = scanned(tmp_path / "scan.pdf", source, DECISION)
    stamp(source, tmp_path / "1.pdf", signature, "One", signer=_SIGNER.upper())
    assert over_print(source, tmp_path / "1.pdf") == 0
    left, top, right, bottom = place(source, tmp_path / "1.pdf")
    assert 186 < top < bottom < 218
    assert (left + right) / 2 == pytest.approx(149, abs=4)  # the middle of the name
    stamp(tmp_path / "1.pdf", tmp_path / "2.pdf", StampSpec(seal_image=both.seal_image), "Two", signer=_OFFICE)
    assert over_print(source, tmp_path / "2.pdf") == 0
    seal = place(tmp_path / "1.pdf", tmp_path / "2.pdf")
    assert 0.2 < (seal[2] - left) / (right - left) < 0.45  # about a third of the signature, on its left
    assert seal[1] < (top + bottom) / 2 < seal[3]


def test_both_pictures_go_to_the_block_together(tmp_path: Path, both: StampSpec):
    source = paper(tmp_path / "in.pdf", DECISION)
    stamp(source, tmp_path / "out.pdf", both, signer=_SIGNER)
    assert over_print(source, tmp_path / "out.pdf") == 0
    left, top, _right, bottom = place(source, tmp_path / "out.pdf")
    assert 160 < top < bottom < 250
    assert left > 80


@pytest.mark.parametrize("rows", [
    LETTER,
    [row for row in LETTER if _OFFICE not in row[2]] + [(70, 70, "Kinh gui:"), (80, 76, f"- {_OFFICE};")],
    [row for row in LETTER if _OFFICE not in row[2]] + [(40, 76, "Kinh gui:"), (110, 76, _OFFICE)],
])  # fmt: skip
@pytest.mark.parametrize("scan", [False, True])
def test_a_letter_to_the_office_is_not_signed_with_its_pictures(
    tmp_path: Path, both: StampSpec, rows: list[_Row], scan: bool
):
    rows = sorted(rows, key=lambda row: row[1])
    source = paper(tmp_path / "in.pdf", rows)
    if scan:
        source = scanned(tmp_path / "scan.pdf", source, rows)
    for spec in (both, StampSpec(seal_image=both.seal_image), StampSpec(signature_image=both.signature_image)):
        with pytest.raises(SignerAddressed) as caught:
            stamp(source, tmp_path / "out.pdf", spec, signer=_OFFICE)
        assert caught.value.params["name"] == _OFFICE
    # The text of a copy is no signer's block, and a place that was named is the user's own.
    stamp(source, tmp_path / "copy.pdf", COPY, signer=_OFFICE)
    assert over_print(source, tmp_path / "copy.pdf") == 0
    at = StampSpec(seal_image=both.seal_image, x_mm=90, y_mm=245)
    stamp(source, tmp_path / "named.pdf", at, signer=_OFFICE)
    assert over_print(source, tmp_path / "named.pdf") == 0


def test_a_letter_of_the_office_itself_is_signed(tmp_path: Path, both: StampSpec):
    rows = [*_HEAD, (70, 60, "Kinh gui: So Tai chinh"), (28, 70, f"{_OFFICE} bao cao nhu sau:"), *body(80, 160),
            *block(180, name=_OFFICE[:17])]  # fmt: skip
    source = paper(tmp_path / "in.pdf", rows)
    stamp(source, tmp_path / "out.pdf", both, signer=_OFFICE)
    assert over_print(source, tmp_path / "out.pdf") == 0
    assert place(source, tmp_path / "out.pdf")[1] > 160


@pytest.mark.parametrize(
    "row", [(120, 110, _SIGNER), (112, 150, f"dong chi {_SIGNER}"), (120, 60, _SIGNER)], ids=["body", "beside", "title"]
)
def test_a_mention_of_the_name_is_no_block(tmp_path: Path, signature: StampSpec, row: _Row):
    """The name alone on the right of a body's row, behind other words, and under a heading with text below it."""
    rows = [*_HEAD, (85, 40, "BAO CAO"), *body(75, 105), *body(117, 145), row]
    source = paper(tmp_path / "in.pdf", rows)
    stamp(source, tmp_path / "out.pdf", signature, signer=_SIGNER)
    assert over_print(source, tmp_path / "out.pdf") == 0
    assert place(source, tmp_path / "out.pdf")[1] > 138


def test_a_title_before_the_name_is_part_of_it(tmp_path: Path, signature: StampSpec):
    rows = [*_HEAD, *body(70, 140), *block(160, name=f"ThS. {_SIGNER}"), *body(215, 270)]
    source = paper(tmp_path / "in.pdf", rows)
    stamp(source, tmp_path / "out.pdf", signature, signer=_SIGNER)
    _, top, _, bottom = place(source, tmp_path / "out.pdf")
    assert 166 < top < bottom < 198


def test_a_table_at_the_end_does_not_draw_the_signature_away(tmp_path: Path, signature: StampSpec):
    table = "".join(f"{28 * _MM} {842 - y * _MM} {160 * _MM} 0.7 re f " for y in range(225, 275, 8))
    cells = [(30.0 + x, y + 6.0, "12.500") for y in range(225, 265, 8) for x in (0, 60, 120)]
    source = paper(tmp_path / "in.pdf", [*_HEAD, *body(60, 140), *block(160), *cells], more=table)
    stamp(source, tmp_path / "out.pdf", signature, signer=_SIGNER)
    assert over_print(source, tmp_path / "out.pdf") == 0
    _, top, _, bottom = place(source, tmp_path / "out.pdf")
    assert 166 < top < bottom < 198


def test_a_full_page_is_refused(tmp_path: Path, both: StampSpec):
    source = paper(tmp_path / "in.pdf", [*_HEAD, *body(40, 290)])
    for spec in (both, StampSpec(signature_image=both.signature_image), StampSpec(seal_image=both.seal_image)):
        with pytest.raises(NoRoomForStamp) as caught:
            stamp(source, tmp_path / "out.pdf", spec, signer=_SIGNER)
        assert float(caught.value.params["width"]) >= 36


def test_a_seal_without_room_beside_the_signature_is_refused(tmp_path: Path, signature: StampSpec, both: StampSpec):
    crowded = [(95, y, "Danh sach") for y in range(176, 230, 6)]
    rows = [*_HEAD, *body(60, 140), *(row for row in block(180) if row[0] > 100), *crowded]
    source = paper(tmp_path / "in.pdf", rows)
    stamp(source, tmp_path / "1.pdf", signature, "One", signer=_SIGNER)
    with pytest.raises(NoRoomForStamp):
        stamp(tmp_path / "1.pdf", tmp_path / "2.pdf", StampSpec(seal_image=both.seal_image), "Two", signer=_OFFICE)


def test_what_is_signed_and_sealed_so_verifies(
    tmp_path: Path, sign: Sign, anchors: TrustAnchors, signature: StampSpec, both: StampSpec
):
    source = paper(tmp_path / "in.pdf", DECISION)
    sign(source, tmp_path / "1.pdf", SignOptions(stamp=signature))
    sign(tmp_path / "1.pdf", tmp_path / "2.pdf", SignOptions(stamp=StampSpec(seal_image=both.seal_image)), "curve")
    found = verify_file(tmp_path / "2.pdf", anchors)
    assert (found.verdict, len(found.signatures)) == (Verdict.TOTAL_PASSED, 2)
    assert over_print(source, tmp_path / "2.pdf") == 0
