"""A small remote signing service on loopback that speaks CSC API v1, as much of it as signing needs."""

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from asn1crypto.algos import RSASSAPSSParams
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key

from tests.pki import TestPki

PIN = "5713"
TOKEN = "an-access-token"
CREDENTIAL = "office-1"
_HASHES = {
    "2.16.840.1.101.3.4.2.1": hashes.SHA256(),
    "2.16.840.1.101.3.4.2.2": hashes.SHA384(),
    "2.16.840.1.101.3.4.2.3": hashes.SHA512(),
}
_RSA = ("1.2.840.113549.1.1.1", "1.2.840.113549.1.1.11", "1.2.840.113549.1.1.10")
_EC = ("1.2.840.10045.2.1", "1.2.840.10045.4.3.2")


@cache
def _loaded(path: Path) -> rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey:
    key = load_pem_private_key(path.read_bytes(), None)
    assert isinstance(key, (rsa.RSAPrivateKey, ec.EllipticCurvePrivateKey))
    return key


class Refused(Exception):
    """What the service answers instead: a status and its words."""

    def __init__(self, status: int, error: str, description: str = "") -> None:
        super().__init__(error)
        self.status, self.content = status, {"error": error, "error_description": description}


@dataclass
class CscServer:
    """One credential.

    pki, label: whose key. most: `multisign`. needs_pin, otp: what authorizing takes (otp: the right one). halves:
    ECDSA as r and s side by side. info: what replaces parts of the answer to `credentials/info`. refuse: what an
    endpoint answers instead (bytes: a whole answer with status 200). calls: endpoint and request, in order.
    """

    pki: TestPki
    label: str = "signer"
    most: int = 4
    needs_pin: bool = True
    otp: str | None = None
    halves: bool = False
    info: dict[str, Any] = field(default_factory=dict)
    refuse: dict[str, Refused | bytes] = field(default_factory=dict)
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    url: str = ""

    def asked(self, endpoint: str) -> list[dict[str, Any]]:
        """The requests of one endpoint."""
        return [request for name, request in self.calls if name == endpoint]

    def answer(self, endpoint: str, request: dict[str, Any], access: str | None) -> dict[str, Any] | bytes:
        self.calls.append((endpoint, request))
        if endpoint in self.refuse:
            if isinstance(other := self.refuse[endpoint], bytes):
                return other
            raise other
        if access != f"Bearer {TOKEN}":
            raise Refused(401, "invalid_token", "The access token is expired.")
        if request.get("credentialID") != CREDENTIAL:
            raise Refused(400, "invalid_request", "Invalid parameter credentialID")
        answers = {
            "credentials/info": self._info,
            "credentials/sendOTP": lambda _request: {},
            "credentials/authorize": self._authorize,
            "signatures/signHash": self._sign,
        }
        return answers[endpoint](request)

    def _key(self) -> rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey:
        return _loaded(self.pki.private_keys[self.label])

    def _info(self, _request: dict[str, Any]) -> dict[str, Any]:
        paths = [self.pki.certificates[label] for label in (self.label, "interm", "root")]
        ders = [x509.load_pem_x509_certificate(path.read_bytes()).public_bytes(Encoding.DER) for path in paths]
        algorithms = _RSA if isinstance(self._key(), rsa.RSAPrivateKey) else _EC
        return {
            "key": {"status": "enabled", "algo": list(algorithms)},
            "cert": {"status": "valid", "certificates": [base64.b64encode(der).decode() for der in ders]},
            "authMode": "explicit",
            "SCAL": "2",
            "PIN": {"presence": "true" if self.needs_pin else "false"},
            "OTP": {"presence": "false" if self.otp is None else "true", "type": "online"},
            "multisign": self.most,
        } | self.info

    def _authorize(self, request: dict[str, Any]) -> dict[str, Any]:
        if self.needs_pin and request.get("PIN") != PIN:
            raise Refused(400, "invalid_pin", "The PIN is invalid")
        if self.otp is not None and request.get("OTP") != self.otp:
            raise Refused(400, "invalid_otp", "The OTP is invalid")
        assert request["numSignatures"] == len(request["hash"]) <= self.most
        return {"SAD": "sad " + " ".join(request["hash"]), "expiresIn": 300}

    def _sign(self, request: dict[str, Any]) -> dict[str, Any]:
        if request.get("SAD") != "sad " + " ".join(request["hash"]):
            raise Refused(400, "invalid_request", "Invalid parameter SAD")
        return {"signatures": [base64.b64encode(self._value(entry, request)).decode() for entry in request["hash"]]}

    def _value(self, entry: str, request: dict[str, Any]) -> bytes:
        digest, key, hashed = _HASHES[request["hashAlgo"]], self._key(), base64.b64decode(entry)
        known = utils.Prehashed(digest)
        if isinstance(key, ec.EllipticCurvePrivateKey):
            value = key.sign(hashed, ec.ECDSA(known))
            if not self.halves:
                return value
            size = (key.key_size + 7) // 8
            return b"".join(number.to_bytes(size, "big") for number in utils.decode_dss_signature(value))
        if request["signAlgo"] != "1.2.840.113549.1.1.10":
            return key.sign(hashed, padding.PKCS1v15(), known)
        parameters = RSASSAPSSParams.load(base64.b64decode(request["signAlgoParams"]))
        assert parameters["hash_algorithm"]["algorithm"].native == digest.name
        return key.sign(hashed, padding.PSS(padding.MGF1(digest), parameters["salt_length"].native), known)


@contextmanager
def served(server: CscServer) -> Iterator[CscServer]:
    """Serve it on loopback while the context lasts."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            endpoint = self.path.removeprefix("/csc/v1/")
            status = 200
            try:
                answer = server.answer(endpoint, request, self.headers.get("Authorization"))
            except Refused as error:
                status, answer = error.status, error.content
            content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.url = f"http://127.0.0.1:{listening.server_port}"
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        listening.shutdown()
        listening.server_close()
        thread.join()
