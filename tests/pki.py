"""A public key infrastructure for the tests: fresh keys, certificates and a time-stamp authority by certomancer.

Root → issuing CA → signer (RSA), signer on a curve, expired signer, not yet valid signer, one that may not sign; and a
TSA under the root, served on loopback. Use it as the session-wide fixture `pki`.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from certomancer.integrations.animator import Animator, AnimatorArchStore
from certomancer.registry import ArchLabel, CertLabel, CertomancerConfig
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

PIN = "thử-nghiệm-1"
_ARCH = "office"
_SIGNERS = ("signer", "curve", "expired", "future", "unfit", "short")


@dataclass(frozen=True)
class TestPki:
    """Where the pieces lie.

    root, intermediate: PEM. keys: PKCS#12 by label (signer, curve, expired, future, unfit, short). pin_file, pin: of
    all of them. tsa: URL of the time-stamp authority. dead_tsa: URL at which nobody listens.
    """

    __test__ = False

    root: Path
    intermediate: Path
    keys: dict[str, Path]
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


def _config(now: datetime) -> dict:
    day = timedelta(days=1)
    before, after = now - 1000 * day, now + 1000 * day
    ca = {"id": "basic_constraints", "critical": True, "value": {"ca": True}}
    signing = _usage("digital_signature", "non_repudiation")
    stamping = {"id": "extended_key_usage", "critical": True, "value": ["time_stamping"]}
    names = {"root": "Test root", "interm": "Test issuing CA", "tsa": "Test TSA"} | {
        name: f"Test {name}" for name in _SIGNERS
    }
    certificates = {
        "root": _certificate("root", before, after, ca, _usage("key_cert_sign", "crl_sign")),
        "interm": _certificate("root", before, after, ca, _usage("key_cert_sign", "crl_sign")),
        "tsa": _certificate("root", before, after, _usage("digital_signature"), stamping),
        "signer": _certificate("interm", before, after, signing),
        "curve": _certificate("interm", before, after, signing),
        "expired": _certificate("interm", before, now - day, signing),
        "future": _certificate("interm", now + day, after, signing),
        "unfit": _certificate("interm", before, after, _usage("key_encipherment")),
        "short": _certificate("interm", before, after, signing),
    }
    return {
        "keysets": {_ARCH: {"keys": {name: {"path": f"{name}.key.pem"} for name in names}}},
        "pki-architectures": {
            _ARCH: {
                "keyset": _ARCH,
                "entities": {label: {"country-name": "VN", "common-name": name} for label, name in names.items()},
                "certs": certificates,
                "services": {"time-stamping": {"tsa": {"signing-cert": "tsa"}}},
            }
        },
    }


def _make_keys(folder: Path) -> None:
    shared = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    for name in ("root", "interm", "tsa", *_SIGNERS):
        key = shared
        if name == "short":
            key = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 (too short on purpose)
        elif name in ("curve", "tsa", "interm"):
            key = ec.generate_private_key(ec.SECP256R1())
        elif name == "root":
            key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (folder / f"{name}.key.pem").write_bytes(pem)


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def _served(app: object) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, WSGIServer, _Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
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
    """Make all keys and certificates in `folder` and serve the time-stamp authority while the context lasts."""
    _make_keys(folder)
    config = CertomancerConfig(_config(datetime.now(UTC)), key_search_dir=str(folder))
    arch = config.get_pki_arch(ArchLabel(_ARCH))
    for label in ("root", "interm"):
        der = arch.get_cert(CertLabel(label)).dump()
        _write_pem(folder / f"{label}.pem", der)
    keys = {}
    for label in _SIGNERS:
        keys[label] = folder / f"{label}.p12"
        keys[label].write_bytes(arch.package_pkcs12(CertLabel(label), password=PIN.encode()))
    pin_file = folder / "pin.txt"
    pin_file.write_text(f"{PIN}\n", encoding="utf-8")
    with _served(Animator(AnimatorArchStore({ArchLabel(_ARCH): arch}), with_web_ui=False)) as url:
        yield TestPki(
            root=folder / "root.pem",
            intermediate=folder / "interm.pem",
            keys=keys,
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
