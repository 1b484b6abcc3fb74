"""Signing: what is written, what refuses, and that nothing half-made is left."""

import shutil
import subprocess
from pathlib import Path

import pikepdf
import pytest
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner

from digidoc.errors import FileMissing, OutputExists, PasswordNeeded, UnreadableFile, UnsupportedFormat
from digidoc.model import Verdict
from digidoc.sign.create.pades import SignOptions
from digidoc.sign.errors import AuthorityMissing, OrganisationMissing, SigningForbidden, TimestampFailed
from digidoc.sign.stamp.forms import StampForm, StampSpec
from digidoc.sign.trust.anchors import TrustAnchors
from digidoc.sign.validate.verdict import Covers
from digidoc.sign.validate.verify import verify_file
from tests.pki import TestPki
from tests.sign.conftest import Sign


@pytest.mark.parametrize(("key", "algorithm"), [("signer", "sha256 rsassa_pss"), ("curve", "sha256 ecdsa")])
def test_level_b_b(page: Path, tmp_path: Path, sign: Sign, anchors: TrustAnchors, key: str, algorithm: str):
    before = page.read_bytes()
    receipt = sign(page, tmp_path / "out.pdf", SignOptions(reason="Sao y", location="Huế"), key)
    after = (tmp_path / "out.pdf").read_bytes()
    assert page.read_bytes() == before
    assert after.startswith(before)
    assert receipt.algorithm == algorithm
    assert receipt.size == len(after)
    assert receipt.timestamp is None
    found = verify_file(tmp_path / "out.pdf", anchors)
    assert found.verdict is Verdict.TOTAL_PASSED
    assert found.signatures[0].level == receipt.level == "B-B"
    assert found.signatures[0].covers is Covers.WHOLE_FILE


def test_level_b_t(page: Path, tmp_path: Path, sign: Sign, anchors: TrustAnchors, pki: TestPki):
    receipt = sign(page, tmp_path / "out.pdf", SignOptions(level="B-T", tsa=pki.tsa, tsa_seconds=20))
    found = verify_file(tmp_path / "out.pdf", anchors).signatures[0]
    assert found.verdict is Verdict.TOTAL_PASSED
    assert found.level == "B-T"
    assert found.timestamp is not None
    assert found.timestamp.trusted
    assert found.signed_at == found.timestamp.time == receipt.timestamp


@pytest.mark.skipif(shutil.which("pdfsig") is None, reason="poppler's pdfsig is not installed")
@pytest.mark.parametrize("key", ["signer", "curve"])
def test_poppler_accepts_it(page: Path, tmp_path: Path, sign: Sign, pki: TestPki, key: str):
    sign(page, tmp_path / "out.pdf", SignOptions(level="B-T", tsa=pki.tsa), key)
    told = subprocess.run(
        ["pdfsig", "-nocert", str(tmp_path / "out.pdf")], capture_output=True, text=True, check=True
    ).stdout
    assert "Signature is Valid" in told
    assert "Total document signed" in told


@pytest.mark.parametrize("path", ["dead", "wrong"])
def test_a_dead_authority_signs_nothing(page: Path, tmp_path: Path, sign: Sign, pki: TestPki, path: str):
    url = pki.dead_tsa if path == "dead" else f"{pki.tsa}-is-not-here"
    with pytest.raises(TimestampFailed) as caught:
        sign(page, tmp_path / "out.pdf", SignOptions(level="B-T", tsa=url, tsa_seconds=5))
    assert caught.value.params["url"] == url
    assert caught.value.file == str(page)
    assert [entry.name for entry in tmp_path.iterdir()] == ["page.pdf"]


def test_what_is_there_is_not_overwritten(page: Path, tmp_path: Path, sign: Sign):
    (tmp_path / "out.pdf").write_bytes(b"old")
    with pytest.raises(OutputExists):
        sign(page, tmp_path / "out.pdf")
    assert (tmp_path / "out.pdf").read_bytes() == b"old"


def test_options_that_do_not_fit_together(page: Path, tmp_path: Path, sign: Sign):
    with pytest.raises(AuthorityMissing):
        sign(page, tmp_path / "out.pdf", SignOptions(level="B-T"))
    with pytest.raises(OrganisationMissing):
        sign(page, tmp_path / "out.pdf", SignOptions(stamp=StampSpec(StampForm.SAO_Y, " ")))


def test_what_cannot_be_signed(page: Path, tmp_path: Path, sign: Sign):
    out, bad = tmp_path / "out.pdf", tmp_path / "bad.pdf"
    with pytest.raises(FileMissing):
        sign(tmp_path / "none.pdf", out)
    with pytest.raises(FileMissing) as caught:
        sign(page, tmp_path / "no folder" / "out.pdf")
    assert caught.value.file == str(tmp_path / "no folder" / "out.pdf")
    bad.write_bytes(b"\xff\xd8\xff a photo")
    with pytest.raises(UnsupportedFormat):
        sign(bad, out)
    for content in (b"%PDF-1.7\n", page.read_bytes()[:300]):
        bad.write_bytes(content)
        with pytest.raises(UnreadableFile):
            sign(bad, out)
    with pikepdf.open(page) as pdf:
        pdf.save(bad, encryption=pikepdf.Encryption(owner="o", user="u"))
    with pytest.raises(PasswordNeeded):
        sign(bad, out)
    with pikepdf.new() as pdf:
        pdf.save(bad)
    with pytest.raises(UnreadableFile):
        sign(bad, out, SignOptions(stamp=StampSpec(StampForm.SAO_Y, "UBND")))
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["bad.pdf", "page.pdf"]


def test_a_certified_file_that_allows_no_change(page: Path, tmp_path: Path, sign: Sign, pki: TestPki):
    certified = tmp_path / "certified.pdf"
    meta = PdfSignatureMetadata(field_name="First", certify=True, docmdp_permissions=MDPPerm.NO_CHANGES)
    signer = SimpleSigner.load_pkcs12(str(pki.keys["signer"]), passphrase=pki.pin.encode())
    with page.open("rb") as source:
        certified.write_bytes(PdfSigner(meta, signer).sign_pdf(IncrementalPdfFileWriter(source)).getvalue())
    with pytest.raises(SigningForbidden):
        sign(certified, tmp_path / "out.pdf")
    assert not (tmp_path / "out.pdf").exists()


def test_further_signatures_leave_the_first_valid(page: Path, tmp_path: Path, sign: Sign, anchors: TrustAnchors):
    stamped = SignOptions(stamp=StampSpec(StampForm.SAO_LUC, "UBND phường Bến Nghé"))
    sign(page, tmp_path / "one.pdf")
    sign(tmp_path / "one.pdf", tmp_path / "two.pdf", stamped, "curve")
    sign(tmp_path / "two.pdf", tmp_path / "three.pdf", stamped)
    found = verify_file(tmp_path / "three.pdf", anchors)
    assert found.verdict is Verdict.TOTAL_PASSED
    assert [s.covers for s in found.signatures] == [Covers.REVISION, Covers.REVISION, Covers.WHOLE_FILE]
    assert [str(change) for change in found.signatures[0].changes] == [
        "signature-added: Signature2",
        "signature-added: Signature3",
    ]
