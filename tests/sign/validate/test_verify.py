"""Verdicts on files that were changed, forged, cut or signed by strangers."""

import io
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

import pikepdf
import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from digidoc.errors import FileMissing
from digidoc.model import Verdict
from digidoc.sign.create import pades
from digidoc.sign.create.pades import SignOptions
from digidoc.sign.errors import UnreadableCertificate
from digidoc.sign.report.words import file_sentence, remarks
from digidoc.sign.trust.anchors import NO_ANCHORS, TrustAnchors, load_anchors
from digidoc.sign.validate.verdict import Covers, Reason
from digidoc.sign.validate.verify import verify_file
from tests.pki import TestPki
from tests.sign.conftest import Sign


@pytest.fixture
def signed(page: Path, tmp_path: Path, sign: Sign) -> Path:
    out = tmp_path / "signed.pdf"
    sign(page, out)
    return out


def update(path: Path, change: object) -> None:
    """Append an incremental update in which `change(writer)` was made."""
    writer = IncrementalPdfFileWriter(io.BytesIO(path.read_bytes()))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    path.write_bytes(out.getvalue())


def test_a_changed_byte(signed: Path, anchors: TrustAnchors):
    content = bytearray(signed.read_bytes())
    place = content.index(b"/MediaBox") + len(b"/MediaBox [ 0 0 5")
    content[place] ^= 1
    signed.write_bytes(content)
    found = verify_file(signed, anchors)
    assert (found.verdict, found.signatures[0].subindication) == (Verdict.TOTAL_FAILED, "HASH_FAILURE")
    assert not found.signatures[0].intact
    assert "changed after signing" in file_sentence(found)


def test_a_forged_signature_value(signed: Path, anchors: TrustAnchors):
    content = signed.read_bytes()
    start = content.index(b"/Contents <") + len(b"/Contents <")
    end = content.index(b">", start)
    digits = content[start:end].rstrip(b"0")
    # The value is the last thing in the CMS of a B-B signature.
    forged = digits[:-10] + (b"0" if digits[-10:-9] != b"0" else b"1") + digits[-9:]
    signed.write_bytes(content.replace(digits, forged))
    assert verify_file(signed, anchors).signatures[0].subindication == "SIG_CRYPTO_FAILURE"


def test_an_algorithm_that_nobody_knows_cannot_be_validated(signed: Path, anchors: TrustAnchors):
    content = signed.read_bytes()
    known, unknown = b"06092A864886F70D01010A", b"06092A864886F70D010163"
    at = content.upper().rindex(known)
    signed.write_bytes(content[:at] + unknown + content[at + len(known) :])
    found = verify_file(signed, anchors)
    assert (found.verdict, found.signatures[0].reason) == (Verdict.INDETERMINATE, Reason.NOT_SUPPORTED)


def test_other_content_in_a_later_revision(signed: Path, anchors: TrustAnchors):
    def rewrite(writer: IncrementalPdfFileWriter) -> None:
        page = writer.root["/Pages"]["/Kids"][0]
        stream = generic.StreamObject(stream_data=b"BT /F 20 Tf 297 421 Td (9000) Tj ET")
        page[generic.pdf_name("/Contents")] = writer.add_object(stream)
        writer.update_container(page)

    update(signed, rewrite)
    found = verify_file(signed, anchors)
    assert (found.verdict, found.signatures[0].reason) == (Verdict.TOTAL_FAILED, Reason.PAGES_DIFFER)
    assert "pages-changed: 1" in [str(change) for change in found.signatures[0].changes]


def test_an_added_page(signed: Path, anchors: TrustAnchors):
    def add_page(writer: IncrementalPdfFileWriter) -> None:
        pages = writer.root["/Pages"]
        page = generic.DictionaryObject(
            {
                generic.pdf_name("/Type"): generic.pdf_name("/Page"),
                generic.pdf_name("/Parent"): writer.root.raw_get("/Pages"),
                generic.pdf_name("/MediaBox"): generic.ArrayObject(map(generic.NumberObject, (0, 0, 10, 10))),
            }
        )
        pages["/Kids"].append(writer.add_object(page))
        pages[generic.pdf_name("/Count")] = generic.NumberObject(2)
        writer.update_container(pages)
        writer.update_container(pages["/Kids"])

    update(signed, add_page)
    assert verify_file(signed, anchors).verdict is Verdict.TOTAL_FAILED


def test_a_change_that_nobody_sees_and_nothing_explains_does_not_pass(signed: Path, anchors: TrustAnchors):
    def add_name(writer: IncrementalPdfFileWriter) -> None:
        writer.root[generic.pdf_name("/PageMode")] = generic.pdf_name("/UseOutlines")
        writer.update_root()

    update(signed, add_name)
    found = verify_file(signed, anchors)
    assert (found.verdict, found.signatures[0].reason) == (Verdict.INDETERMINATE, Reason.UNEXPLAINED_CHANGE)
    assert found.signatures[0].covers is Covers.REVISION


def test_bytes_after_the_end_are_no_revision(signed: Path, anchors: TrustAnchors):
    signed.write_bytes(signed.read_bytes() + b"\n%%EOF trailing " + b"x" * 3000)
    assert verify_file(signed, anchors).verdict is not Verdict.TOTAL_PASSED


def test_a_signature_cut_out_of_the_form(signed: Path, tmp_path: Path):
    def forget(writer: IncrementalPdfFileWriter) -> None:
        del writer.root["/AcroForm"]
        writer.update_root()

    update(signed, forget)
    found = verify_file(signed, NO_ANCHORS)
    assert (found.verdict, found.reason) == (Verdict.TOTAL_FAILED, Reason.REMAINS)
    cut = tmp_path / "cut.pdf"
    cut.write_bytes(signed.read_bytes()[: signed.read_bytes().index(b"/ByteRange") + 30])
    assert verify_file(cut, NO_ANCHORS).verdict is Verdict.TOTAL_FAILED


def test_a_byte_range_that_leaves_a_gap(signed: Path, anchors: TrustAnchors):
    content = signed.read_bytes()
    at = content.index(b"/ByteRange")
    numbers = content[at : content.index(b"]", at)].split(b"[")[1].split()
    shifted = numbers[2][:-1] + bytes([numbers[2][-1] ^ 1])
    moved = content[at:].replace(numbers[2], shifted, 1)
    signed.write_bytes(content[:at] + moved)
    found = verify_file(signed, anchors)
    assert (found.verdict, found.signatures[0].subindication) == (Verdict.TOTAL_FAILED, "FORMAT_FAILURE")


def test_an_unknown_issuer(signed: Path):
    found = verify_file(signed, NO_ANCHORS)
    assert (found.verdict, found.signatures[0].subindication) == (
        Verdict.INDETERMINATE,
        "NO_CERTIFICATE_CHAIN_FOUND",
    )
    assert found.signatures[0].intact
    assert "unchanged since" in file_sentence(found)
    assert "not in your trust list" in file_sentence(found)


def test_an_issuing_ca_alone_is_no_anchor(signed: Path, pki: TestPki):
    assert verify_file(signed, load_anchors([pki.intermediate])).verdict is Verdict.INDETERMINATE


def test_after_the_certificate_has_expired(signed: Path, anchors: TrustAnchors):
    later = datetime.now(UTC) + timedelta(days=5000)
    found = verify_file(signed, anchors, later).signatures[0]
    assert (found.verdict, found.subindication) == (Verdict.INDETERMINATE, "OUT_OF_BOUNDS_NO_POE")
    early = verify_file(signed, anchors, datetime.now(UTC) - timedelta(days=5000)).signatures[0]
    assert early.subindication == "NOT_YET_VALID"


def test_the_timestamp_is_believed_before_the_signers_clock(
    page: Path, tmp_path: Path, sign: Sign, anchors: TrustAnchors, pki: TestPki, monkeypatch: pytest.MonkeyPatch
):
    class WrongClock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:
            return datetime(2020, 1, 2, tzinfo=tz)

    with monkeypatch.context() as patch:
        patch.setattr(pades, "datetime", WrongClock)
        sign(page, tmp_path / "out.pdf", SignOptions(level="B-T", tsa=pki.tsa))
    found = verify_file(tmp_path / "out.pdf", anchors).signatures[0]
    assert found.verdict is Verdict.TOTAL_PASSED
    assert found.claimed_at is not None
    assert found.timestamp is not None
    assert found.claimed_at.year == 2020
    assert found.signed_at == found.timestamp.time > found.claimed_at
    assert any("signer's clock (2020-01-02" in words for words in remarks(found))
    # Without trusting the authority its time is still shown, and its trust is not claimed.
    alone = verify_file(tmp_path / "out.pdf", NO_ANCHORS).signatures[0]
    assert alone.timestamp is not None
    assert not alone.timestamp.trusted
    assert any("authority" in words for words in remarks(alone))


def test_files_without_signature(page: Path, tmp_path: Path):
    assert verify_file(page, NO_ANCHORS).verdict is Verdict.NO_SIGNATURE
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(b"\xff\xd8\xff")
    assert verify_file(photo, NO_ANCHORS).reason is Reason.NOT_A_PDF
    photo.write_bytes(b"")
    assert verify_file(photo, NO_ANCHORS).verdict is Verdict.UNREADABLE
    photo.write_bytes(b"%PDF-1.7\nnothing")
    assert verify_file(photo, NO_ANCHORS).reason is Reason.DAMAGED
    with pikepdf.open(page) as pdf:
        pdf.save(photo, encryption=pikepdf.Encryption(owner="o", user="u"))
    assert verify_file(photo, NO_ANCHORS).reason is Reason.PASSWORD
    with pytest.raises(FileMissing):
        verify_file(tmp_path / "none.pdf", NO_ANCHORS)


def test_trust_files(pki: TestPki, page: Path, tmp_path: Path):
    bundle = tmp_path / "bundle.pem"
    bundle.write_bytes(pki.root.read_bytes() + b"\n# a remark\n" + pki.intermediate.read_bytes())
    found = load_anchors([bundle, pki.root])
    assert (len(found.anchors), len(found.helpers)) == (1, 1)
    der = tmp_path / "root.cer"
    der.write_bytes(found.anchors[0].dump())
    assert load_anchors([der]).anchors[0].sha256 == found.anchors[0].sha256
    with pytest.raises(UnreadableCertificate):
        load_anchors([page])
    with pytest.raises(FileMissing):
        load_anchors([tmp_path / "none.pem"])
