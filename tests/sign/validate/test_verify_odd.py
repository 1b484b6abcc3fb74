"""Oddities of real government signatures, each on a file that the tests make."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from digidoc.model import Verdict
from digidoc.sign.report.words import file_sentence, remarks
from digidoc.sign.trust.anchors import load_anchors
from digidoc.sign.validate.verdict import Reason
from digidoc.sign.validate.verify import verify_file
from tests.pki import TestPki, made_pki
from tests.sign.certified import signed_by_pyhanko


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestPki]:
    """Another generation of the same authorities: the same names, other keys."""
    with made_pki(tmp_path_factory.mktemp("g1")) as made:
        yield made


def test_rsa_with_parameters_of_pss_cannot_be_validated(page: Path, tmp_path: Path, pki: TestPki):
    signed = signed_by_pyhanko(page, pki, pss=True)
    pss, plain = b"2a864886f70d01010a", b"2a864886f70d010101"  # id-RSASSA-PSS, rsaEncryption (RFC 8017)
    at = signed.lower().rindex(pss)
    path = tmp_path / "odd.pdf"
    path.write_bytes(signed[:at] + plain + signed[at + len(pss) :])
    found = verify_file(path, load_anchors([pki.root]))
    assert (found.verdict, found.signatures[0].reason) == (Verdict.INDETERMINATE, Reason.NOT_SUPPORTED)
    assert "cannot validate this kind" in file_sentence(found)


def test_an_orphan(page: Path, tmp_path: Path, pki: TestPki):
    """The CMS is there; the form is gone and /ByteRange ends past the end."""
    signed = signed_by_pyhanko(page, pki)
    path = tmp_path / "odd.pdf"
    path.write_bytes(signed[: signed.rindex(b"/Contents <") + 9000].replace(b"/AcroForm", b"/AcroGone"))
    found = verify_file(path, load_anchors([pki.root]))
    assert (found.verdict, found.reason) == (Verdict.TOTAL_FAILED, Reason.REMAINS)
    assert "remains of a signature" in file_sentence(found)


@pytest.mark.parametrize(
    ("ahead", "words"),
    [
        (timedelta(hours=7), "local time as if it were UTC"),
        (timedelta(hours=-63), "63 hours after the signer's clock"),
        (timedelta(hours=2), "the signer's clock says"),
    ],
)
def test_the_clock_of_the_signer(page: Path, tmp_path: Path, pki: TestPki, ahead: timedelta, words: str):
    path = tmp_path / "odd.pdf"
    claimed = datetime.now(UTC) + ahead
    path.write_bytes(signed_by_pyhanko(page, pki, tsa=pki.tsa, signing_time=claimed))
    found = verify_file(path, load_anchors([pki.root])).signatures[0]
    assert found.verdict is Verdict.TOTAL_PASSED
    assert found.timestamp is not None
    assert found.signed_at == found.timestamp.time
    assert any(words in line for line in remarks(found))


def test_one_of_several_without_timestamp(page: Path, tmp_path: Path, pki: TestPki):
    path = tmp_path / "odd.pdf"
    path.write_bytes(signed_by_pyhanko(page, pki, tsa=pki.tsa))
    path.write_bytes(signed_by_pyhanko(path, pki, field="Second"))
    found = verify_file(path, load_anchors([pki.root]))
    assert [one.level for one in found.signatures] == ["B-T", "B-B"]
    assert [one.verdict for one in found.signatures] == [Verdict.TOTAL_PASSED, Verdict.TOTAL_PASSED]


def test_the_timestamp_needs_a_root_of_its_own(page: Path, tmp_path: Path, pki: TestPki, other: TestPki):
    """Root, authority and TSA of both generations have the same names."""
    path = tmp_path / "odd.pdf"
    path.write_bytes(signed_by_pyhanko(page, pki, tsa=other.tsa))
    expected = {(pki.root,): (True, False), (other.root,): (False, True), (pki.root, other.root): (True, True)}
    for roots, (trusted, stamped) in expected.items():
        found = verify_file(path, load_anchors(roots)).signatures[0]
        assert found.timestamp is not None
        assert (found.trusted, found.timestamp.trusted) == (trusted, stamped)


def test_an_old_form_with_a_timestamp(page: Path, tmp_path: Path, pki: TestPki):
    path = tmp_path / "odd.pdf"
    path.write_bytes(signed_by_pyhanko(page, pki, tsa=pki.tsa, pkcs7=True))
    found = verify_file(path, load_anchors([pki.root])).signatures[0]
    assert (found.verdict, found.level) == (Verdict.TOTAL_PASSED, "PKCS7-T")


def test_a_signature_from_a_weak_chain_is_told_apart(page: Path, tmp_path: Path, pki: TestPki):
    path = tmp_path / "odd.pdf"
    path.write_bytes(signed_by_pyhanko(page, pki, key="weak"))
    found = verify_file(path, load_anchors([pki.root])).signatures[0]
    assert (found.intact, found.trusted) == (True, True)
    assert (found.verdict, found.reason, found.weak) == (Verdict.INDETERMINATE, Reason.WEAK, ("sha1 (chain)",))
    alone = verify_file(path, load_anchors([])).signatures[0]
    assert (alone.verdict, alone.reason) == (Verdict.INDETERMINATE, Reason.UNKNOWN_ISSUER)
