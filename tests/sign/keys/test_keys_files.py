"""Keys in files, beyond the contract: PEM in all its forms, pairs that are none, purposes, issuers to be fetched."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    pkcs12,
)

from digidoc.errors import FileMissing
from digidoc.sign.errors import CertificateUnfit, KeyUnreadable, WrongPin
from digidoc.sign.keys.checks import check_certificate
from digidoc.sign.keys.pem import PemKey
from digidoc.sign.keys.pkcs12 import Pkcs12Key
from digidoc.sign.keys.revocation import check_revocation
from tests.pki import TestPki


def unasked() -> str:
    raise AssertionError("no PIN is needed")


def certificate(pki: TestPki, label: str) -> x509.Certificate:
    return x509.load_pem_x509_certificate(pki.certificates[label].read_bytes())


def test_pem_in_one_file_without_a_passphrase(pki: TestPki, tmp_path: Path):
    whole = tmp_path / "whole.pem"
    parts = (pki.private_keys["curve"], pki.certificates["interm"], pki.certificates["curve"])
    whole.write_bytes(b"".join(part.read_bytes() for part in parts))
    with PemKey(whole, unasked, online=False) as key:
        assert (key.name, len(key.chain)) == ("Test curve", 1)


def test_pem_with_the_old_encryption_and_a_der_certificate(pki: TestPki, tmp_path: Path):
    path, beside = tmp_path / "old.pem", tmp_path / "old.cer"
    key = load_pem_private_key(pki.private_keys["signer"].read_bytes(), None)
    path.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, BestAvailableEncryption(b"1234"))
    )
    beside.write_bytes(certificate(pki, "signer").public_bytes(Encoding.DER))
    with PemKey(path, lambda: "1234", beside, online=False) as opened:
        assert opened.name == "Test signer"
    with pytest.raises(WrongPin), PemKey(path, lambda: "4321", beside, online=False):
        pass


def test_pem_that_is_no_key(pki: TestPki, tmp_path: Path):
    key, beside = pki.private_keys["signer"], pki.certificates["signer"]
    text = tmp_path / "text.pem"
    damaged = key.read_bytes()[:200] + b"\n-----END PRIVATE KEY-----\n"
    for content in (b"", b"no key", beside.read_bytes(), damaged, damaged + beside.read_bytes()):
        text.write_bytes(content)
        with pytest.raises(KeyUnreadable), PemKey(text, unasked, beside, online=False):
            pass
    for content in (b"", b"\x30\x03abc", key.read_bytes()):
        text.write_bytes(content)
        with pytest.raises(KeyUnreadable), PemKey(key, unasked, text, online=False):
            pass
    with pytest.raises(KeyUnreadable), PemKey(key, unasked, online=False):
        pass  # a key alone
    with pytest.raises(FileMissing), PemKey(key, unasked, tmp_path / "none.pem", online=False):
        pass


def test_a_certificate_of_another_key_is_refused(pki: TestPki, tmp_path: Path):
    with pytest.raises(KeyUnreadable) as caught, PemKey(pki.private_keys["curve"], unasked, pki.certificates["signer"]):
        pass
    assert "do not belong together" in caught.value.problem.message
    other = load_pem_private_key(pki.private_keys["curve384"].read_bytes(), None)
    assert isinstance(other, ec.EllipticCurvePrivateKey)
    bundle = tmp_path / "mixed.pem"
    bundle.write_bytes(pki.private_keys["curve384"].read_bytes() + pki.certificates["curve"].read_bytes())
    with pytest.raises(KeyUnreadable), PemKey(bundle, unasked):
        pass


def test_purposes(pki: TestPki):
    now = datetime.now(UTC)
    assert check_certificate(certificate(pki, "signer"), now, None) == ()
    (note,) = check_certificate(certificate(pki, "server"), now, None)
    assert "purposes" in note
    for label in ("tsa", "responder", "interm", "root"):
        with pytest.raises(CertificateUnfit):
            check_certificate(certificate(pki, label), now, None)


def test_a_missing_issuer_is_fetched_only_online(pki: TestPki, tmp_path: Path):
    alone = tmp_path / "alone.p12"
    key = load_pem_private_key(pki.private_keys["signer"].read_bytes(), None)
    assert not isinstance(key, ec.EllipticCurvePrivateKey)
    alone.write_bytes(
        pkcs12.serialize_key_and_certificates(b"a", key, certificate(pki, "signer"), None, NoEncryption())  # type: ignore[arg-type]
    )
    with Pkcs12Key(alone, lambda: "", online=False) as opened:
        assert opened.chain == ()
    with Pkcs12Key(alone, lambda: "") as opened:
        assert opened.chain == (certificate(pki, "interm").public_bytes(Encoding.DER),)
        assert opened.notes == ()


def test_revocation_answers(pki: TestPki):
    chain = [certificate(pki, "interm").public_bytes(Encoding.DER)]

    def answer(label: str, *, online: bool = True) -> tuple[str, str | None]:
        answer = check_revocation(certificate(pki, label).public_bytes(Encoding.DER), chain, online=online)
        assert (answer.revoked_at is not None) == (answer.status == "revoked")
        assert bool(answer.note) == (answer.status == "unknown")
        return answer.status, answer.source

    assert answer("signer") == ("good", "ocsp")
    assert answer("weak") == ("good", "ocsp")
    assert answer("revoked") == ("revoked", "ocsp")
    assert answer("revoked_crl") == ("revoked", "crl")
    assert answer("misled") == answer("unreachable") == answer("plain") == ("unknown", None)
    assert answer("revoked", online=False) == ("unknown", None)
    # The issuer that is named is another one: nothing that it could say counts.
    chain[:] = [certificate(pki, "root").public_bytes(Encoding.DER)]
    assert answer("misled") == ("unknown", None)
