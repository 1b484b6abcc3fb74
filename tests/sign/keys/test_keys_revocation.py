"""Lists of revoked certificates that count and lists that do not; authorities that never answer."""

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID

from digidoc.sign.keys.revocation import RevocationAnswer, check_revocation

_NOW = datetime.now(UTC).replace(microsecond=0)
_DAY = timedelta(days=1)
_CA_NAME = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "A small CA")])


@dataclass
class Authority:
    """A CA with one certificate, whose list is whatever `content` holds."""

    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    url: str = ""
    content: bytes = b""

    def certificate(self, ocsp: str | None = None, *, crl_sign: bool = True) -> tuple[bytes, bytes]:
        """One that this CA issued, and the CA's own."""
        usage = x509.KeyUsage(
            digital_signature=False,
            content_commitment=False,
            key_encipherment=False,
            data_encipherment=False,
            key_agreement=False,
            key_cert_sign=True,
            crl_sign=crl_sign,
            encipher_only=False,
            decipher_only=False,
        )
        above = self._built(_CA_NAME, 1).add_extension(usage, critical=True).sign(self.key, hashes.SHA256())
        leaf = self._built(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "A clerk")]), 7)
        place = x509.UniformResourceIdentifier(self.url)
        leaf = leaf.add_extension(
            x509.CRLDistributionPoints([x509.DistributionPoint([place], None, None, None)]), critical=False
        )
        if ocsp is not None:
            access = x509.AccessDescription(AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier(ocsp))
            leaf = leaf.add_extension(x509.AuthorityInformationAccess([access]), critical=False)
        return leaf.sign(self.key, hashes.SHA256()).public_bytes(Encoding.DER), above.public_bytes(Encoding.DER)

    def _built(self, subject: x509.Name, serial: int) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(_CA_NAME)
            .public_key(self.key.public_key())
            .serial_number(serial)
            .not_valid_before(_NOW - _DAY)
            .not_valid_after(_NOW + _DAY)
        )

    def ask(self, *, crl_sign: bool = True) -> RevocationAnswer:
        leaf, above = self.certificate(crl_sign=crl_sign)
        return check_revocation(leaf, [above], online=True)


def crl(
    serials: tuple[int, ...],
    key: ec.EllipticCurvePrivateKey,
    extension: tuple[x509.ExtensionType, bool] | None = None,
    since: datetime = _NOW - _DAY,
) -> bytes:
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(_CA_NAME)
        .last_update(since)
        .next_update(since + timedelta(days=2))
    )
    for serial in serials:
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(_NOW - _DAY).build()
        builder = builder.add_revoked_certificate(entry)
    if extension is not None:
        builder = builder.add_extension(*extension)
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


@pytest.fixture
def authority() -> Iterator[Authority]:
    made = Authority()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/pkix-crl")
            self.send_header("Content-Length", str(len(made.content)))
            self.end_headers()
            self.wfile.write(made.content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.url = f"http://127.0.0.1:{listening.server_port}/list.crl"
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield made
    listening.shutdown()
    listening.server_close()
    thread.join()


def test_a_list_of_the_issuer(authority: Authority):
    authority.content = crl((3, 7), authority.key)
    assert authority.ask() == RevocationAnswer("revoked", "crl", _NOW - _DAY)
    authority.content = crl((3,), authority.key)
    assert authority.ask() == RevocationAnswer("good", "crl")
    authority.content = crl((), authority.key)
    assert authority.ask() == RevocationAnswer("good", "crl")
    assert authority.ask(crl_sign=False).status == "unknown"


def _part(*, cas: bool = False, indirect: bool = False) -> x509.IssuingDistributionPoint:
    where = None if cas or indirect else [x509.UniformResourceIdentifier("http://elsewhere.example/")]
    reasons = None if cas or indirect else frozenset({x509.ReasonFlags.key_compromise})
    return x509.IssuingDistributionPoint(
        where,
        relative_name=None,
        only_contains_user_certs=False,
        only_contains_ca_certs=cas,
        only_some_reasons=reasons,
        indirect_crl=indirect,
        only_contains_attribute_certs=False,
    )


@pytest.mark.parametrize(
    "extension",
    [
        (x509.DeltaCRLIndicator(1), True),
        (_part(), True),
        (_part(cas=True), True),
        (_part(indirect=True), True),
        (x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00"), True),
    ],
    ids=["delta", "reasons", "authorities", "indirect", "unknown"],
)
def test_a_list_of_a_part_says_nothing(authority: Authority, extension: tuple[x509.ExtensionType, bool]):
    authority.content = crl((), authority.key, extension)
    assert authority.ask().status == "unknown"


@pytest.mark.parametrize("content", ["forged", "old", "future", "cut", "text", "empty"])
def test_a_list_that_cannot_be_trusted_says_nothing(authority: Authority, content: str):
    good = crl((7,), authority.key)
    authority.content = {
        "forged": crl((), ec.generate_private_key(ec.SECP256R1())),
        "old": crl((), authority.key, since=_NOW - 9 * _DAY),
        "future": crl((), authority.key, since=_NOW + 3 * _DAY),
        "cut": good[:-30],
        "text": b"<html>Log in first</html>",
        "empty": b"",
    }[content]
    answer = authority.ask()
    assert answer.status == "unknown"
    assert "no answer that can be trusted" in answer.note


def test_an_authority_that_never_answers(authority: Authority):
    authority.content = crl((7,), authority.key)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        nowhere = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        leaf, above = authority.certificate(nowhere)
        # The list is asked when the responder is silent.
        assert check_revocation(leaf, [above], online=True, seconds=1).source == "crl"
        authority.url = nowhere
        leaf, above = authority.certificate(nowhere)
        assert check_revocation(leaf, [above], online=True, seconds=0.2).status == "unknown"
