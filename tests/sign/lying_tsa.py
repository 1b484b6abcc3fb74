"""A time-stamp authority on loopback that errs or lies as the last part of its address says."""

import asyncio
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from asn1crypto import algos, core, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.keys import load_cert_from_pemder, load_private_key_from_pemder
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from digidoc.sign.create.cms import tlv
from tests.pki import TestPki

_HUGE = 64 << 20
_MANY = 30  # certificates in one token
_STATUS = {"redirect": 302, "failure": 503, "unknown": 404}


@dataclass
class LyingTsa:
    """Where it listens, and what it saw: calls and connections by address, and the most calls at once."""

    url: str
    calls: Counter[str] = field(default_factory=Counter)
    connections: set[tuple[str, int]] = field(default_factory=set)
    running: int = 0
    most: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)
    ended: threading.Event = field(default_factory=threading.Event)

    def at(self, how: str) -> str:
        return f"{self.url}/{how}"


def _authority(key: RSAPrivateKey) -> asn1_x509.Certificate:
    """A certificate of an authority; nobody asks here who issued it."""
    now, name = datetime.now(UTC), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Lying TSA")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=9))
        .not_valid_after(now + timedelta(days=9))
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        .sign(key, SHA256())
    )
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))


class Answers:
    """The bodies of the answers."""

    def __init__(self, pki: TestPki) -> None:
        pem = pki.private_keys["signer"]
        key = load_pem_private_key(pem.read_bytes(), None)
        assert isinstance(key, RSAPrivateKey)
        self._key = load_private_key_from_pemder(str(pem), passphrase=None)
        self._private, self._authority = key, _authority(key)
        self._signer = load_cert_from_pemder(str(pki.certificates["signer"]))

    def _signed(
        self, request: tsp.TimeStampReq, *, unfit: bool = False, at: datetime | None = None, more: int = 0
    ) -> bytes:
        embedded = SimpleCertificateStore()
        embedded.register_multiple(_authority(self._private) for _ in range(more))
        stamper = DummyTimeStamper(
            tsa_cert=self._signer if unfit else self._authority,
            tsa_key=self._key,
            certs_to_embed=embedded,
            fixed_dt=at or datetime.now(UTC),
        )
        return bytes(asyncio.run(stamper.async_request_tsa_response(request)).dump())

    def body(self, how: str, request: tsp.TimeStampReq) -> bytes:
        imprint = request["message_imprint"]
        if how == "nonce":
            request["nonce"] = core.Integer(7)
        elif how == "imprint":
            imprint["hashed_message"] = bytes(len(imprint["hashed_message"].native))
        elif how == "hash":
            imprint["hash_algorithm"] = algos.DigestAlgorithm({"algorithm": "sha512"})
        days = {"past": -1, "future": 1}.get(how, 0)
        good = self._signed(
            request, unfit=how == "usage", at=datetime.now(UTC) + timedelta(days=days), more=_MANY * (how == "long")
        )
        status = {"status": "rejection", "status_string": ["closed on Sundays"], "fail_info": {"bad_alg"}}
        others = {
            "refusal": tlv(0x30, tsp.PKIStatusInfo(status).dump()),  # without a token: asn1crypto would not write it
            "garbage": b"<html>Welcome</html>",
            "empty": b"",
            "more": good + b"more",
            "forged": good[:-1] + bytes((good[-1] ^ 1,)),  # the signature's last bytes are the token's
            "huge": bytes(_HUGE) if how == "huge" else b"",
        }
        return others.get(how, good)


def _handler(state: LyingTsa, answers: Answers) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            how = self.path.strip("/")
            content = self.rfile.read(int(self.headers["Content-Length"]))
            with state.lock:
                state.calls[how] += 1
                state.connections.add(self.client_address)
                state.running += 1
                state.most = max(state.most, state.running)
            body = self._body(how, tsp.TimeStampReq.load(content))
            with state.lock:
                state.running -= 1  # before the answer goes out: the next call may be quicker than this thread
            try:
                self._send(how, body)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        def _body(self, how: str, request: tsp.TimeStampReq) -> bytes:
            if how == "hang":
                state.ended.wait()
            if how == "slow":
                time.sleep(0.05)
            return b"no" if how in _STATUS else answers.body(how, request)

        def _send(self, how: str, body: bytes) -> None:
            if how == "cut" or (how == "cut-twice" and state.calls[how] <= 2):
                self.close_connection = True
                return
            self.send_response(_STATUS.get(how, 200))
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(body)))
            if how == "redirect":
                self.send_header("Location", "http://127.0.0.1:9/")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler


@contextmanager
def lying_tsa(pki: TestPki) -> Iterator[LyingTsa]:
    """The server, while the context lasts."""
    state = LyingTsa("")
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(state, Answers(pki)))
    server.daemon_threads = True
    state.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        state.ended.set()
        server.shutdown()
        server.server_close()
        thread.join()
