"""Talking to a remote signing service: Cloud Signature Consortium API, version 1 (1.0.4.0).

The client knows what the service says and what its refusals mean; when to ask is `digidoc.sign.keys.csc`'s business.
"""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from cryptography import x509

from digidoc.i18n import N_
from digidoc.sign.errors import RemoteRefused, RemoteUnreachable, WrongPin

if TYPE_CHECKING:
    import aiohttp

# Authorizing may wait for a person who confirms on a telephone.
_SECONDS: Final = 120.0
_MOST_BYTES: Final = 4 * 2**20  # of an answer; the largest holds a batch of signatures
_WORDS: Final = 200  # letters of the service's own explanation that are passed on
_SERVER_FAULT: Final = 500  # RFC 9110, 15.6
_REDIRECT, _REFUSED = 300, 400


@dataclass(frozen=True, slots=True)
class Credential:
    """What `credentials/info` tells (CSC API, 11.5).

    Attributes:
        certificates: the signer's first, then the others.
        algorithms: object identifiers that the key signs with.
        most: hashes that one call may bring, at least 1.
        needs_pin: `credentials/authorize` wants a PIN.
        needs_otp: it wants a one-time password.
        sends_otp: … which the service sends when it is asked to.

    """

    certificates: tuple[x509.Certificate, ...]
    algorithms: frozenset[str]
    most: int
    needs_pin: bool
    needs_otp: bool
    sends_otp: bool


@dataclass(frozen=True, slots=True)
class CscService:
    """One credential of a service.

    Attributes:
        session: that requests are made in; it carries the access token.
        url: of the service, up to and without "/csc/v1".
        credential: its identifier.

    """

    session: "aiohttp.ClientSession"
    url: str
    credential: str

    async def info(self) -> Credential:
        """What the credential is.

        Raises:
            RemoteRefused: no such credential, or it cannot be used now.
            RemoteUnreachable: no answer, or none of this protocol.

        """
        answer = await self._post("credentials/info", certificates="chain", certInfo=True, authInfo=True)
        try:
            key, certificate = answer["key"], answer["cert"]
            found = Credential(
                tuple(x509.load_der_x509_certificate(_unpacked(entry)) for entry in certificate["certificates"]),
                frozenset(str(name) for name in key["algo"]),
                max(1, int(answer.get("multisign", 1))),
                _wants(answer, "PIN"),
                _wants(answer, "OTP"),
                (answer.get("OTP") or {}).get("type") == "online",
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise self._odd() from error
        if not found.certificates:
            raise RemoteRefused(url=self.url, reason=N_("the credential has no certificate"))
        for state in (key.get("status", "enabled"), certificate.get("status", "valid")):
            if state not in ("enabled", "valid"):
                raise RemoteRefused(url=self.url, reason=N_("the credential is {state}"), state=state)
        if answer.get("authMode") == "oauth2code":
            raise RemoteRefused(url=self.url, reason=N_("each signature has to be confirmed in a browser"))
        return found

    async def send_otp(self) -> None:
        """Have the one-time password sent to the signer."""
        await self._post("credentials/sendOTP")

    async def authorize(self, hashes: Sequence[bytes], pin: str | None, otp: str | None) -> str:
        """The signature activation data (SAD) for these hashes.

        Raises:
            WrongPin: PIN or one-time password.
            RemoteRefused, RemoteUnreachable: as they say.

        """
        secrets = {name: value for name, value in (("PIN", pin), ("OTP", otp)) if value is not None}
        answer = await self._post(
            "credentials/authorize", numSignatures=len(hashes), hash=[_packed(entry) for entry in hashes], **secrets
        )
        if not isinstance(answer.get("SAD"), str):
            raise self._odd()
        return str(answer["SAD"])

    async def sign(
        self, sad: str, hashes: Sequence[bytes], hash_algorithm: str, algorithm: str, parameters: bytes | None
    ) -> list[bytes]:
        """The signature values of the hashes, in their order."""
        extra = {} if parameters is None else {"signAlgoParams": _packed(parameters)}
        answer = await self._post(
            "signatures/signHash",
            SAD=sad,
            hash=[_packed(entry) for entry in hashes],
            hashAlgo=hash_algorithm,
            signAlgo=algorithm,
            **extra,
        )
        try:
            values = [_unpacked(entry) for entry in answer["signatures"]]
        except (KeyError, TypeError, ValueError) as error:
            raise self._odd() from error
        if len(values) != len(hashes):
            raise self._odd()
        return values

    async def _post(self, endpoint: str, **body: Any) -> dict[str, Any]:
        import aiohttp

        try:
            # No redirects: the request has a PIN in it, and it is meant for this address.
            async with self.session.post(
                f"{self.url}/csc/v1/{endpoint}",
                json={"credentialID": self.credential, **body},
                timeout=aiohttp.ClientTimeout(total=_SECONDS),
                allow_redirects=False,
            ) as response:
                content = await _read(response)
                status = response.status
        except TimeoutError as error:
            raise RemoteUnreachable(url=self.url, reason=N_("it took too long")) from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            # ValueError: aiohttp will not send the access token where a netrc file has another log-in for the host.
            raise RemoteUnreachable(url=self.url, reason=_clean(str(error)) or type(error).__name__) from error
        return self._accepted(endpoint, status, content)

    def _accepted(self, endpoint: str, status: int, content: bytes) -> dict[str, Any]:
        try:
            answer = json.loads(content) if content else {}
        except (ValueError, RecursionError):
            answer = None
        if _REDIRECT <= status < _REFUSED or status >= _SERVER_FAULT:
            raise RemoteUnreachable(url=self.url, reason=f"HTTP {status}")
        if status >= _REFUSED:
            raise self._refusal(endpoint, status, answer if isinstance(answer, dict) else {})
        if not isinstance(answer, dict):
            raise self._odd()
        return answer

    def _refusal(self, endpoint: str, status: int, answer: dict[str, Any]) -> RemoteRefused | WrongPin:
        code = str(answer.get("error", ""))
        if endpoint == "credentials/authorize" and code in ("invalid_pin", "invalid_otp"):
            return WrongPin()
        words = _clean(" - ".join(str(answer[name]) for name in ("error", "error_description") if answer.get(name)))
        return RemoteRefused(url=self.url, reason=words or f"HTTP {status}")

    def _odd(self) -> RemoteUnreachable:
        return RemoteUnreachable(url=self.url, reason=N_("its answer is not that of a signing service (CSC API v1)"))


async def _read(response: "aiohttp.ClientResponse") -> bytes:
    content = bytearray()
    async for chunk in response.content.iter_chunked(65536):
        content += chunk
        if len(content) > _MOST_BYTES:
            return b"-"  # no answer of this protocol is that long, and this is none of it either
    return bytes(content)


def _wants(answer: dict[str, Any], what: str) -> bool:
    return str((answer.get(what) or {}).get("presence", "false")).lower() == "true"


def _clean(words: str) -> str:
    return "".join(letter for letter in words if letter.isprintable())[:_WORDS].rstrip(". ")


def _packed(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")


def _unpacked(value: str) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except binascii.Error as error:
        raise ValueError(value) from error
