"""A public key infrastructure for the tests: fresh keys, certificates and a time-stamp authority by certomancer.

Root → issuing CA → signers (see `_signers`); and a TSA under the root. The TSA, the OCSP responders, the lists of
revoked certificates and the issuers' certificates are served on loopback, and the certificates say where. Use it as
the session-wide fixture `pki`.
"""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from certomancer.integrations.animator import Animator, AnimatorArchStore
from certomancer.registry import ArchLabel, CertLabel, CertomancerConfig
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

PIN = "thử-nghiệm-1"
_ARCH = "office"
_HOLDERS = ("root", "interm", "tsa", "responder", "root_responder")
_NO_WEB = "http://127.0.0.1:9/"  # the port "discard": nobody listens


@dataclass(frozen=True)
class TestPki:
    """Where the pieces lie.

    root, intermediate: PEM. keys: PKCS#12 by label (see `_signers`), each with its chain. certificates, private_keys:
    PEM by the same labels and those of `_HOLDERS`, the private keys without passphrase. pin_file, pin: of all the
    PKCS#12 files. tsa: URL of the time-stamp authority. dead_tsa: URL at which nobody listens.
    """

    __test__ = False

    root: Path
    intermediate: Path
    keys: dict[str, Path]
    certificates: dict[str, Path]
    private_keys: dict[str, Path]
    pin_file: Path
    pin: str
    tsa: str
    dead_tsa: str


def _certificate(issuer: str, start: datetime, end: datetime, *extensions: dict) -> dict:
    return {
        "issuer": issuer,
        "validity": {"valid-from": start.isoformat(), "valid-to": end.isoformat()},
        "extensions": list(extensions),
    }


def _usage(*names: str) -> dict:
    return {"id": "key_usage", "critical": True, "smart-value": {"schema": "key-usage", "params": list(names)}}


def _where(ocsp: str | None, crl: str | None, issuer: str | None) -> list[dict]:
    """The extensions that say where a certificate's status and its issuer's certificate are to be had."""
    found = []
    if crl:
        params = {"schema": "crl-dist-url", "params": {"crl-repo-names": [crl]}}
        found.append({"id": "crl_distribution_points", "smart-value": params})
    aia: dict = {}
    if ocsp:
        aia["ocsp-responder-names"] = [ocsp]
    if issuer:
        aia["ca-issuer-links"] = [{"repo": issuer}]
    if aia:
        params = {"schema": "aia-urls", "params": aia}
        found.append({"id": "authority_information_access", "smart-value": params})
    return found


def _signers(now: datetime) -> dict[str, dict]:
    """The certificates of those who sign, by label; all from the issuing CA."""
    day = timedelta(days=1)
    before, after = now - 1000 * day, now + 1000 * day
    usage = _usage("digital_signature", "non_repudiation")
    web = _where("ocsp", "crl", "interm")
    ca = {"id": "basic_constraints", "critical": True, "value": {"ca": True}}
    server = {"id": "extended_key_usage", "critical": True, "value": ["server_auth"]}
    nowhere = {"access_method": "ocsp", "access_location": {"uniform_resource_identifier": _NO_WEB}}
    revoked = {"revocation": {"revoked-since": (now - 2 * day).isoformat(), "reason": "key_compromise"}}

    def from_ca(start: datetime, end: datetime, *extensions: dict) -> dict:
        return _certificate("interm", start, end, *extensions)

    return {
        "signer": from_ca(before, after, usage, *web),
        "curve": from_ca(before, after, usage, *web),
        "curve384": from_ca(before, after, usage, *web),
        "expired": from_ca(before, now - day, usage, *web),
        "future": from_ca(now + day, after, usage, *web),
        "unfit": from_ca(before, after, _usage("key_encipherment"), *web),
        "short": from_ca(before, after, usage, *web),
        # Nothing says where its status is to be had.
        "plain": from_ca(before, after, usage),
        "revoked": from_ca(before, after, usage, *web) | revoked,
        "revoked_crl": from_ca(before, after, usage, *_where(None, "crl", "interm")) | revoked,
        # Its OCSP answers are signed by one who may not: they are worth nothing. It has no CRL.
        "misled": from_ca(before, after, usage, *_where("lying", None, "interm")),
        "unreachable": from_ca(before, after, usage, {"id": "authority_information_access", "value": [nowhere]}),
        # The CA signed its certificate with SHA-1.
        "weak": from_ca(before, after, usage, *web) | {"digest-algo": "sha1"},
        "authority": from_ca(before, after, ca, _usage("digital_signature", "key_cert_sign"), *web),
        "server": from_ca(before, after, usage, server, *web),
    }


def _services() -> dict:
    crl = {"simulated-update-schedule": "P1D"}
    return {
        "time-stamping": {"tsa": {"signing-cert": "tsa"}},
        "ocsp": {
            "ocsp": {"for-issuer": "interm", "responder-cert": "responder"},
            "root": {"for-issuer": "root", "responder-cert": "root_responder"},
            "lying": {"for-issuer": "interm", "responder-cert": "tsa"},
        },
        "crl-repo": {"crl": crl | {"for-issuer": "interm"}, "root": crl | {"for-issuer": "root"}},
        "cert-repo": {"interm": {"for-issuer": "interm"}, "root": {"for-issuer": "root"}},
    }


def _config(now: datetime) -> dict:
    before, after = now - timedelta(days=1000), now + timedelta(days=1000)
    ca = {"id": "basic_constraints", "critical": True, "value": {"ca": True}}
    ca_usage = _usage("key_cert_sign", "crl_sign")
    stamping = {"id": "extended_key_usage", "critical": True, "value": ["time_stamping"]}
    answering = [{"id": "extended_key_usage", "value": ["ocsp_signing"]}, {"id": "ocsp_no_check"}]
    by_root = _where("root", "root", "root")
    one = _usage("digital_signature")
    signers = _signers(now)
    names = {
        "root": "Test root",
        "interm": "Test issuing CA",
        "tsa": "Test TSA",
        "responder": "Test OCSP responder",
        "root_responder": "Test OCSP responder of the root",
    } | {name: f"Test {name}" for name in signers}
    certificates = {
        "root": _certificate("root", before, after, ca, ca_usage),
        "interm": _certificate("root", before, after, ca, ca_usage, *by_root),
        "tsa": _certificate("root", before, after, one, stamping, *by_root),
        "responder": _certificate("interm", before, after, one, *answering),
        "root_responder": _certificate("root", before, after, one, *answering),
    } | signers
    return {
        "keysets": {_ARCH: {"keys": {name: {"path": f"{name}.key.pem"} for name in names}}},
        "pki-architectures": {
            _ARCH: {
                "keyset": _ARCH,
                "entities": {label: {"country-name": "VN", "common-name": name} for label, name in names.items()},
                "certs": certificates,
                "services": _services(),
            }
        },
    }


def _make_keys(folder: Path, signers: Iterable[str]) -> None:
    shared = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    for name in (*_HOLDERS, *signers):
        key: PrivateKeyTypes = shared
        if name == "short":
            key = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 (too short on purpose)
        elif name in ("curve", "tsa", "interm", "responder", "root_responder"):
            key = ec.generate_private_key(ec.SECP256R1())
        elif name == "curve384":
            key = ec.generate_private_key(ec.SECP384R1())
        elif name == "root":
            key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (folder / f"{name}.key.pem").write_bytes(pem)


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def _served(made: Callable[[str], object]) -> Iterator[str]:
    """Serve what `made` builds once the address is known: the certificates have it in them."""
    server = make_server("127.0.0.1", 0, None, WSGIServer, _Quiet)
    url = f"http://127.0.0.1:{server.server_port}"
    server.set_app(made(url))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield url
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _closed_port() -> int:
    """A port that was free a moment ago: nobody listens there."""
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def made_pki(folder: Path) -> Iterator[TestPki]:
    """Make all keys and certificates in `folder` and serve TSA, OCSP, CRL and certificates while the context lasts."""
    now = datetime.now(UTC).replace(microsecond=0)  # RFC 5280, 4.1.2.5.2: no fractions of a second
    signers = tuple(_signers(now))
    _make_keys(folder, signers)
    pin_file = folder / "pin.txt"
    pin_file.write_text(f"{PIN}\n", encoding="utf-8")
    keys, certificates = {}, {}

    def build(url: str) -> Animator:
        config = CertomancerConfig(_config(now), key_search_dir=str(folder), external_url_prefix=url)
        arch = config.get_pki_arch(ArchLabel(_ARCH))
        for label in (*_HOLDERS, *signers):
            certificates[label] = folder / f"{label}.pem"
            _write_pem(certificates[label], arch.get_cert(CertLabel(label)).dump())
        for label in signers:
            keys[label] = folder / f"{label}.p12"
            keys[label].write_bytes(arch.package_pkcs12(CertLabel(label), password=PIN.encode()))
        return Animator(AnimatorArchStore({ArchLabel(_ARCH): arch}), with_web_ui=False)

    with _served(build) as url:
        yield TestPki(
            root=certificates["root"],
            intermediate=certificates["interm"],
            keys=keys,
            certificates=certificates,
            private_keys={label: folder / f"{label}.key.pem" for label in certificates},
            pin_file=pin_file,
            pin=PIN,
            tsa=f"{url}/{_ARCH}/tsa/tsa",
            dead_tsa=f"http://127.0.0.1:{_closed_port()}/",
        )


def _write_pem(path: Path, der: bytes) -> None:
    from asn1crypto import pem

    path.write_bytes(pem.armor("CERTIFICATE", der))


@pytest.fixture(scope="session")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestPki]:
    """The infrastructure, made once a test run."""
    with made_pki(tmp_path_factory.mktemp("pki")) as made:
        yield made
