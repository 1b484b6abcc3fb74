"""Whether certificates were revoked: from the network, from the file, and at the time that a timestamp proves."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from digidoc.model import Verdict
from digidoc.sign.report.words import file_sentence
from digidoc.sign.trust.anchors import NO_ANCHORS, TrustAnchors, load_anchors
from digidoc.sign.validate.verdict import Reason, Revocation, SignatureVerdict
from digidoc.sign.validate.verify import verify_file
from tests.pki import TestPki
from tests.sign.attacks import updated
from tests.sign.certified import signed_by_pyhanko

DAY = timedelta(days=1)


@pytest.fixture
def made(page: Path, tmp_path: Path, pki: TestPki):
    def make(**how: object) -> Path:
        path = tmp_path / "made.pdf"
        path.write_bytes(signed_by_pyhanko(page, pki, **how))
        return path

    return make


def one(path: Path, anchors: TrustAnchors, *, online: bool = False, at: datetime | None = None) -> SignatureVerdict:
    found = verify_file(path, anchors, at, online=online)
    assert file_sentence(found)
    return found.signatures[0]


def test_offline_nothing_is_fetched(made, anchors: TrustAnchors):
    found = one(made(key="revoked"), anchors)
    assert (found.verdict, found.revocation) == (Verdict.TOTAL_PASSED, Revocation.NOT_CHECKED)


def test_a_good_certificate(made, anchors: TrustAnchors):
    found = one(made(), anchors, online=True)
    assert (found.verdict, found.revocation, found.revocation_source) == (
        Verdict.TOTAL_PASSED,
        Revocation.GOOD,
        "ocsp",
    )
    assert found.revocation_time is not None
    assert abs(found.revocation_time - datetime.now(UTC)) < DAY


@pytest.mark.parametrize(("key", "source"), [("revoked", "ocsp"), ("revoked_crl", "crl")])
def test_a_revoked_certificate(made, anchors: TrustAnchors, key: str, source: str):
    found = one(made(key=key), anchors, online=True)
    assert (found.verdict, found.subindication) == (Verdict.TOTAL_FAILED, "REVOKED")
    assert (found.revocation, found.revocation_source) == (Revocation.REVOKED, source)
    assert found.revocation_time is not None
    assert abs(datetime.now(UTC) - 2 * DAY - found.revocation_time) < DAY


def test_revoked_after_the_signature_as_the_signer_says(made, anchors: TrustAnchors):
    path = made(key="revoked", signing_time=datetime.now(UTC) - 5 * DAY)
    found = one(path, anchors, online=True)
    assert (found.verdict, found.subindication) == (Verdict.INDETERMINATE, "REVOKED_NO_POE")


def test_revoked_after_the_signature_as_a_timestamp_proves(made, anchors: TrustAnchors, pki: TestPki):
    path = made(key="revoked", tsa=pki.tsa, fake_time=datetime.now(UTC) - 5 * DAY)
    found = one(path, anchors, online=True)
    assert (found.verdict, found.revocation) == (Verdict.TOTAL_PASSED, Revocation.GOOD)
    # Who does not trust the authority of the timestamp has no proof of the time.
    alone = TrustAnchors(anchors.helpers, anchors.anchors)
    assert one(path, alone, online=True).verdict is not Verdict.TOTAL_PASSED


@pytest.mark.parametrize("key", ["misled", "unreachable"])
def test_no_usable_answer(made, anchors: TrustAnchors, key: str):
    found = one(made(key=key), anchors, online=True)
    assert (found.verdict, found.reason) == (Verdict.INDETERMINATE, Reason.REVOCATION_UNKNOWN)
    assert (found.subindication, found.revocation) == ("TRY_LATER", Revocation.UNKNOWN)


def test_a_certificate_that_names_no_place_to_ask(made, anchors: TrustAnchors):
    found = one(made(key="plain"), anchors, online=True)
    assert found.verdict is Verdict.TOTAL_PASSED
    assert found.revocation is Revocation.NOT_CHECKED


@pytest.mark.parametrize("level", ["LT", "LTA"])
def test_what_the_file_carries(made, anchors: TrustAnchors, pki: TestPki, level: str):
    path = made(tsa=pki.tsa, level=level)
    found = one(path, anchors)
    assert (found.verdict, found.level) == (Verdict.TOTAL_PASSED, f"B-{level}")
    assert found.revocation is Revocation.GOOD
    # The level is a matter of what is there, not of whom one trusts.
    assert one(path, NO_ANCHORS).level == f"B-{level}"


def test_a_level_is_not_believed_without_its_data(made, anchors: TrustAnchors, pki: TestPki):
    def forget(writer: object) -> None:
        store = writer.root["/DSS"]
        for key in ("/OCSPs", "/CRLs"):
            if key in store:
                del store[key]
        writer.update_container(store)

    path = made(tsa=pki.tsa, level="LT")
    path.write_bytes(updated(path.read_bytes(), forget))
    found = one(path, anchors)
    assert (found.level, found.revocation) == ("B-T", Revocation.NOT_CHECKED)


def test_data_that_others_signed_say_nothing(made, anchors: TrustAnchors, pki: TestPki):
    def spoil(writer: object) -> None:
        from pyhanko.pdf_utils import generic

        store = writer.root["/DSS"]
        for key in ("/OCSPs", "/CRLs", "/Certs"):
            for reference in store[key] if key in store else ():  # noqa: SIM401 (pyHanko's get follows no reference)
                old = bytearray(reference.get_object().data)
                old[-9] ^= 1
                fresh = generic.StreamObject(stream_data=bytes(old))
                writer.objects[reference.generation, reference.idnum] = fresh

    path = made(tsa=pki.tsa, level="LT")
    path.write_bytes(updated(path.read_bytes(), spoil))
    found = one(path, anchors)
    assert found.level == "B-T"
    assert found.revocation is not Revocation.GOOD


def test_a_certificate_that_expired_after_it_signed(made, anchors: TrustAnchors, pki: TestPki):
    stamped = made(key="expired", tsa=pki.tsa, fake_time=datetime.now(UTC) - 5 * DAY)
    assert one(stamped, anchors).verdict is Verdict.TOTAL_PASSED
    found = one(made(key="expired"), anchors)
    assert (found.verdict, found.subindication) == (Verdict.INDETERMINATE, "OUT_OF_BOUNDS_NO_POE")
    late = one(made(key="expired", tsa=pki.tsa), anchors)
    assert (late.verdict, late.subindication) == (Verdict.INDETERMINATE, "EXPIRED")


def test_the_facts_of_the_chain(made, pki: TestPki):
    found = one(made(), load_anchors([pki.root]))
    assert [bool(certificate.subject) for certificate in found.chain] == [True, True, True]
    assert found.anchor == found.chain[-1]
    assert found.chain[0].issuer == found.chain[1].subject
    assert (found.key, found.chain[0].sha256 != found.chain[1].sha256) == ("rsa-2048", True)
    document = found.to_json()
    assert document["revocation"] == "not-checked"
    assert document["anchor"]["sha256"] == found.chain[-1].sha256
