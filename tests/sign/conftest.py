"""Keys, a trust list and small PDFs for the tests of signing."""

from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest

from digidoc.sign.create.pades import SignOptions, SignReceipt, sign_file
from digidoc.sign.stamp.fonts import system_fonts
from digidoc.sign.trust.anchors import TrustAnchors, load_anchors
from tests.judges import missing
from tests.pki import TestPki
from tests.pki import pki as pki  # noqa: PLC0414 (a fixture)

Sign = Callable[..., SignReceipt]


@pytest.fixture
def anchors(pki: TestPki) -> TrustAnchors:
    return load_anchors([pki.root, pki.intermediate])


@pytest.fixture
def page(tmp_path: Path) -> Path:
    return make_pdf(tmp_path / "page.pdf")


@pytest.fixture
def sign(pki: TestPki) -> Sign:
    from digidoc.sign.keys.pkcs12 import Pkcs12Key

    def carry_out(source: Path, out: Path, options: SignOptions | None = None, key: str = "signer") -> SignReceipt:
        with Pkcs12Key(pki.keys[key], lambda: pki.pin) as opened:
            return sign_file(source, out, opened, options or SignOptions())

    return carry_out


@pytest.fixture
def _times() -> None:
    """For tests of where a stamp lies and how wide it is: that hangs on the widths of Times, as the decree asks for."""
    if not system_fonts():
        missing("no font with the metrics of Times New Roman is installed (`make test` installs one)")


def make_pdf(
    path: Path,
    rotate: int = 0,
    media: tuple[float, ...] = (0, 0, 595, 842),
    crop: tuple[float, ...] | None = None,
    unit: float | None = None,
    text: str = "1000",
) -> Path:
    """One page with a line of text in its middle, and on a page without stamp nothing at the edges."""
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(100, 100))
        page = pdf.pages[0]
        page.MediaBox = pikepdf.Array(media)
        if crop is not None:
            page.CropBox = pikepdf.Array(crop)
        if unit is not None:
            page.UserUnit = unit
        if rotate:
            page.Rotate = rotate
        x, y = (media[0] + media[2]) / 2, (media[1] + media[3]) / 2
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
        page.Contents = pdf.make_stream(f"BT /F 20 Tf {x} {y} Td ({text}) Tj ET".encode())
        pdf.save(path)
    return path
