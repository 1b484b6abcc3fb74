"""One contract for every source of keys: PKCS#12, PEM, token, remote service."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from digidoc.errors import ExitCode, KeyProblem
from digidoc.sign.algorithms import Digest, Scheme
from digidoc.sign.errors import (
    CertificateExpired,
    CertificateNotYetValid,
    CertificateRevoked,
    CertificateUnfit,
    SchemeImpossible,
    WrongPin,
)
from digidoc.sign.keys.opening import KINDS, key_spec, open_source
from digidoc.sign.keys.source import KeySource, OpenKey
from tests.pki import TestPki
from tests.sign import csc_server, softhsm

_DIGESTS: tuple[Digest, ...] = ("sha256", "sha384", "sha512")
_LABELS = ("signer", "curve", "expired", "future", "unfit", "revoked", "revoked_crl", "misled", "unreachable", "plain")
_HASHES = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}


@dataclass
class Place:
    """One kind of place that holds the keys of the test infrastructure.

    table: what a profile says about the key of a label. pin: of them all. asked: grows each time the PIN is asked for.
    tries: how often PINs reached what checks them, where that can be counted.
    """

    folder: Path
    pin: str
    table: Callable[[str], dict[str, str]]
    asked: list[str] = field(default_factory=list)
    tries: Callable[[], int] | None = None

    def source(self, label: str, pin: str | None = None, *, online: bool = False) -> KeySource:
        def give() -> str:
            self.asked.append(label)
            return self.pin if pin is None else pin

        return open_source(key_spec(self.table(label), self.folder, "[sign.test]"), give, online=online)


def _pkcs12(pki: TestPki, folder: Path, _held: ExitStack) -> Place:
    return Place(folder, pki.pin, lambda label: {"key": str(pki.keys[label])})


def _pem(pki: TestPki, folder: Path, _held: ExitStack) -> Place:
    def table(label: str) -> dict[str, str]:
        key = load_pem_private_key(pki.private_keys[label].read_bytes(), None)
        locked = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(pki.pin.encode()))
        (folder / "key.pem").write_bytes(locked)
        chain = (pki.certificates[name].read_bytes() for name in (label, "interm", "root"))
        (folder / "chain.pem").write_bytes(b"".join(chain))
        return {"key": "key.pem", "certificate": "chain.pem"}

    return Place(folder, pki.pin, table)


def _token(pki: TestPki, folder: Path, held: ExitStack) -> Place:
    hsm = softhsm.SoftHsm.start(folder)
    hsm.token("office")
    hsm.fill("office", pki, _LABELS)
    held.callback(hsm.stop)
    return Place(
        folder,
        softhsm.PIN,
        lambda label: {"token": str(hsm.module), "token_label": "office", "key_label": label},
    )


def _remote(pki: TestPki, folder: Path, held: ExitStack) -> Place:
    server = held.enter_context(csc_server.served(csc_server.CscServer(pki)))
    (folder / "access.txt").write_text(f"{csc_server.TOKEN}\n")

    def table(label: str) -> dict[str, str]:
        server.label = label
        return {"csc": server.url, "credential": csc_server.CREDENTIAL, "token_file": "access.txt"}

    return Place(folder, csc_server.PIN, table, tries=lambda: len(server.asked("credentials/authorize")))


# By the kind of key source: each of them keeps the contract of this file.
_PLACES = {"key": (_pkcs12, _pem), "token": (_token,), "csc": (_remote,)}


@pytest.fixture(
    scope="module",
    params=[place for places in _PLACES.values() for place in places],
    ids=["pkcs12", "pem", "token", "remote"],
)
def place(request: pytest.FixtureRequest, pki: TestPki, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with ExitStack() as held:
        yield request.param(pki, tmp_path_factory.mktemp("keys"), held)


def check_signature(key: OpenKey, data: bytes, value: bytes, digest: Digest, scheme: Scheme) -> None:
    """Raises InvalidSignature unless the value is that of the key's certificate."""
    public, chosen = x509.load_der_x509_certificate(key.certificate).public_key(), _HASHES[digest]
    if scheme is Scheme.ECDSA:
        assert isinstance(public, ec.EllipticCurvePublicKey)
        public.verify(value, data, ec.ECDSA(chosen))
        return
    assert isinstance(public, rsa.RSAPublicKey)
    mask = padding.PSS(padding.MGF1(chosen), chosen.digest_size)
    public.verify(value, data, mask if scheme is Scheme.RSASSA_PSS else padding.PKCS1v15(), chosen)


def test_every_kind_of_key_source_keeps_this_contract():
    assert set(_PLACES) == set(KINDS)


@pytest.mark.parametrize(
    ("label", "schemes"),
    [("signer", (Scheme.RSASSA_PSS, Scheme.RSASSA_PKCS1)), ("curve", (Scheme.ECDSA,))],
)
def test_every_scheme_it_offers_verifies_under_its_certificate(
    place: Place, label: str, schemes: tuple[Scheme, ...], pki: TestPki
):
    place.asked.clear()
    data = b"the signed attributes of a document"

    async def all_at_once(key: OpenKey) -> list[bytes]:
        return await asyncio.gather(*(key.raw.sign(data, digest, scheme) for digest in _DIGESTS for scheme in schemes))

    with place.source(label) as key:
        assert key.schemes == schemes
        assert key.name == f"Test {label}"
        assert key.certificate not in key.chain
        wanted = [x509.load_pem_x509_certificate(pki.certificates[name].read_bytes()) for name in ("interm", "root")]
        assert {x509.load_der_x509_certificate(other) for other in key.chain} == set(wanted)
        values = asyncio.run(all_at_once(key))
        pairs = [(digest, scheme) for digest in _DIGESTS for scheme in schemes]
        for (digest, scheme), value in zip(pairs, values, strict=True):
            check_signature(key, data, value, digest, scheme)
        # Another event loop, as a caller has who signs one document after the other.
        again = asyncio.run(key.raw.sign(b"another", "sha256", schemes[0]))
        check_signature(key, b"another", again, "sha256", schemes[0])
    assert place.asked == [label]


def test_what_the_key_cannot_do_is_said(place: Place):
    with place.source("curve") as key, pytest.raises(SchemeImpossible) as caught:
        asyncio.run(key.raw.sign(b"data", "sha256", Scheme.RSASSA_PSS))
    assert caught.value.problem.exit_code is ExitCode.KEY


def test_a_wrong_pin_is_named_and_tried_once(place: Place):
    place.asked.clear()
    before = place.tries() if place.tries else 0

    async def use(key: OpenKey) -> None:
        first, *others = await asyncio.gather(
            *(key.raw.sign(b"data", "sha256", Scheme.RSASSA_PSS) for _ in range(9)), return_exceptions=True
        )
        assert all(type(other) is type(first) for other in others)
        assert isinstance(first, BaseException)
        raise first

    with pytest.raises(WrongPin) as caught, place.source("signer", "987654") as key:
        asyncio.run(use(key))
    assert caught.value.problem.exit_code is ExitCode.KEY
    assert place.asked == ["signer"]
    assert place.tries is None or place.tries() == before + 1


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("expired", CertificateExpired),
        ("future", CertificateNotYetValid),
        ("unfit", CertificateUnfit),
        ("revoked", CertificateRevoked),
        ("revoked_crl", CertificateRevoked),
    ],
)
def test_a_certificate_that_may_not_sign(place: Place, label: str, kind: type[KeyProblem]):
    with pytest.raises(kind) as caught, place.source(label, online=True):
        pass
    assert caught.value.problem.exit_code is ExitCode.KEY


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("signer", ""),
        ("plain", "does not say where to ask"),
        # An answer by one who may not give it is none.
        ("misled", "no answer that can be trusted"),
        ("unreachable", "no answer that can be trusted"),
    ],
)
def test_an_unknown_revocation_is_a_note_and_no_stop(place: Place, label: str, words: str):
    with place.source(label, online=True) as key:
        assert [words in note for note in key.notes] == ([True] if words else [])


def test_offline_nobody_is_asked(place: Place):
    with place.source("revoked") as key:
        assert [note for note in key.notes if "was not asked" in note]
