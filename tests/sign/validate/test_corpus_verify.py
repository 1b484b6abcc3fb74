"""Verdicts on signatures of strangers: attacks, broken files, honest ones, and those of a government."""

import json
from pathlib import Path

import pytest

from digidoc.model import Verdict
from digidoc.sign.report.words import file_sentence, remarks
from digidoc.sign.trust.anchors import NO_ANCHORS, TrustAnchors, load_anchors
from digidoc.sign.validate.verdict import FileVerdict, Reason
from digidoc.sign.validate.verify import verify_file

pytestmark = pytest.mark.slow

# A pass is for what the manifest calls honest; a partly broken file may have one intact signature among its own.
_REFUSED = ("invalid", "no-signature", "partly-invalid", "warn")


@pytest.fixture(scope="module")
def government(corpus: Path) -> TrustAnchors:
    return load_anchors([corpus / "trust" / "roots-bundle.pem", corpus / "trust" / "intermediates-bundle.pem"])


@pytest.fixture(scope="module")
def verdicts(corpus: Path) -> list[tuple[dict, FileVerdict]]:
    folder = corpus / "signatures"
    listed = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return [(one, verify_file(folder / one["file"], NO_ANCHORS)) for one in listed if one["file"].endswith(".pdf")]


def accepted(found: FileVerdict) -> bool:
    """Intact and explained; nobody is trusted here, so that none can pass."""
    return (
        found.verdict is Verdict.INDETERMINATE
        and found.reason is Reason.NONE
        and all(one.intact and one.reason is not Reason.UNEXPLAINED_CHANGE for one in found.signatures)
    )


def test_no_attack_passes(verdicts: list[tuple[dict, FileVerdict]]):
    attacks = [(one["file"], found) for one, found in verdicts if one["file"].startswith("mkl/")]
    assert attacks
    assert [file for file, found in attacks if found.verdict is not Verdict.TOTAL_FAILED] == []


def test_broken_files_are_refused(verdicts: list[tuple[dict, FileVerdict]]):
    passed = [one["file"] for one, found in verdicts if one["expected"] == "invalid" and accepted(found)]
    assert passed == []
    assert not [one["file"] for one, found in verdicts if found.verdict is Verdict.TOTAL_PASSED]
    assert not [one["file"] for one, _ in verdicts if one["expected"] not in (*_REFUSED, *_HONEST)]


_HONEST = ("integrity-ok", "modifications-reported")


def test_honest_files_are_accepted(verdicts: list[tuple[dict, FileVerdict]]):
    honest = [(one["file"], found) for one, found in verdicts if one["expected"] == "integrity-ok"]
    refused = [file for file, found in honest if not accepted(found)]
    assert len(refused) <= 0.05 * len(honest), refused


def test_every_verdict_has_a_sentence(verdicts: list[tuple[dict, FileVerdict]]):
    for one, found in verdicts:
        assert file_sentence(found), one["file"]
        assert all(remarks(signature) is not None and signature.to_json() for signature in found.signatures)


def test_government_signatures(corpus: Path, government: TrustAnchors):
    """Each is intact, and passes as of its signing time or is indeterminate for a reason that can be named."""
    reasons = (Reason.NONE, Reason.WEAK, Reason.EXPIRED_SINCE)
    seen = 0
    for file in sorted([*corpus.glob("vietnamese/*.pdf"), *corpus.glob("vietnamese-2/*.pdf")]):
        for signature in verify_file(file, government).signatures:
            seen += 1
            assert signature.intact, f"{file.name} {signature.field}"
            assert signature.reason in reasons, f"{file.name} {signature.field} {signature.reason}"
            assert signature.trusted or signature.reason is Reason.EXPIRED_SINCE
    assert seen
    remains = [
        file.name
        for file in sorted(corpus.glob("vietnamese*/*.pdf"))
        if verify_file(file, government).reason is Reason.REMAINS
    ]
    assert remains


def test_a_government_signature_as_of_its_time(corpus: Path, government: TrustAnchors):
    """Signer and authority of its timestamp have expired; the timestamp counts from a time when they had not."""
    for file in sorted(corpus.glob("vietnamese/*.pdf")):
        for signature in verify_file(file, government).signatures:
            if signature.reason is Reason.EXPIRED_SINCE:
                then = verify_file(file, government, signature.signed_at).signatures
                same = next(one for one in then if one.field == signature.field)
                assert same.verdict is Verdict.TOTAL_PASSED or same.reason is Reason.WEAK
