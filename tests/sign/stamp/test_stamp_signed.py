"""Signed files with stamps: several signers in turn, and what the receipt and the verdict say of it."""

from pathlib import Path

import pytest

from digidoc.model import Verdict
from digidoc.sign.create.request import SignOptions
from digidoc.sign.errors import NoRoomForStamp
from digidoc.sign.stamp.forms import StampSpec
from digidoc.sign.trust.anchors import TrustAnchors
from digidoc.sign.validate.verify import verify_file
from tests.judges import qpdf_check, verapdf_2u
from tests.sign.conftest import Sign
from tests.sign.stamps import COPY, added_shares, page_pdf, pdfa, rendered, seal_png, signature_png


@pytest.mark.usefixtures("_times")
def test_three_signers_in_turn(tmp_path: Path, sign: Sign, anchors: TrustAnchors):
    """The signer, the organisation's seal over the signature, then the copy: all valid, and still PDF/A."""
    source = pdfa(tmp_path / "0.pdf", page_pdf(tmp_path / "blank.pdf", rotate=90), 2, intent=True)
    picture, seal = signature_png(tmp_path / "signature.png"), seal_png(tmp_path / "seal.png")
    stamps = [StampSpec(signature_image=picture), StampSpec(seal_image=seal), COPY]
    files = [source]
    for number, spec in enumerate(stamps, 1):
        files.append(tmp_path / f"{number}.pdf")
        receipt = sign(files[-2], files[-1], SignOptions(stamp=spec), "signer" if number != 2 else "curve")
        assert qpdf_check(files[-1]) == []
    assert receipt.stamp[0] == "SAO Y"
    found = verify_file(files[-1], anchors)
    assert found.verdict is Verdict.TOTAL_PASSED
    assert len(found.signatures) == 3
    assert {path.name: failed for path, (good, failed) in verapdf_2u(files).items() if not good} == {}
    left, top, right, bottom = added_shares(files[2], files[3])
    assert left > 0.5
    assert 0.01 < top < bottom < 0.13
    assert right > 0.9


def test_without_stamp_nothing_is_seen(tmp_path: Path, sign: Sign):
    source = page_pdf(tmp_path / "in.pdf", "0 0 1 rg 50 50 400 400 re f")
    sign(source, tmp_path / "out.pdf")
    assert (rendered(source) == rendered(tmp_path / "out.pdf")).all()


def test_a_file_without_room_is_refused_and_nothing_is_left_of_it(tmp_path: Path, sign: Sign):
    free = page_pdf(tmp_path / "free.pdf")
    assert sign(free, tmp_path / "signed.pdf", SignOptions(stamp=COPY)).stamp_page == 1
    content = "0.2 g " + " ".join(f"10 {y} 575 6 re f" for y in range(10, 842, 14))
    full = page_pdf(tmp_path / "full.pdf", content)
    with pytest.raises(NoRoomForStamp):
        sign(full, tmp_path / "out.pdf", SignOptions(stamp=COPY))
    assert sorted(path.name for path in tmp_path.glob("*.p*")) == ["free.pdf", "full.pdf", "signed.pdf"]
