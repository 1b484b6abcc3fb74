"""Timestamps by RFC 3161: asked for with limits, and checked before anything is built on them."""

import asyncio
import hashlib
import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Final
from urllib.parse import urlsplit

import aiohttp
from asn1crypto import algos, cms, core, tsp

from digidoc.clock import iso
from digidoc.i18n import N_
from digidoc.sign.algorithms import Digest
from digidoc.sign.errors import TimestampFailed
from digidoc.sign.trust.certificates import may_timestamp
from digidoc.sign.validate.integrity import NotASignature, check_token, timestamp_info

_AT_ONCE: Final = 4  # calls; government authorities have been seen to refuse more
_TRIES: Final = 3
_PAUSE: Final = 0.5  # seconds before the second try; twice that before the third
_MOST_BYTES: Final = 1 << 20  # of an answer; a token with a long chain takes some 20 KB
# A machine in the wrong time zone is an hour or more off; a stamp with its time would be wrong as well.
_CLOCK_TOLERANCE: Final = timedelta(hours=1)
_HEADERS: Final = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
_HTTP_OK: Final = 200
_GRANTED: Final = ("granted", "granted_with_mods")  # RFC 3161, 2.4.2: only these come with a token
_NO_ADDRESS: Final = N_("it is not an address")
_BAD_ANSWER: Final = N_("its answer is no valid timestamp")
_OTHER_DATA: Final = N_("its answer is about other data")
_OTHER_REQUEST: Final = N_("its answer belongs to another request")


class _Response(core.Sequence):  # type: ignore[misc]  # asn1crypto carries no annotations
    """TimeStampResp (RFC 3161, 2.4.2); asn1crypto's own takes the token for mandatory, and a refusal has none."""

    _fields: ClassVar[list[Any]] = [
        ("status", tsp.PKIStatusInfo),
        ("time_stamp_token", cms.ContentInfo, {"optional": True}),
    ]


@dataclass(frozen=True, slots=True)
class Timestamp:
    """A timestamp that was checked.

    Attributes:
        token: a CMS ContentInfo, DER.
        time: that the authority states, UTC.
        certificate: of the authority, DER.
        chain: further certificates that came with it, DER.

    """

    token: bytes
    time: datetime
    certificate: bytes
    chain: tuple[bytes, ...]


class CheckedTimeStamper:
    """Asks a time-stamp authority over HTTP; whatever goes wrong is a `TimestampFailed`.

    Connections stay open from one call to the next and at most four calls run at once. All calls have to come from
    one event loop; `close` ends the connections.

    A token is used only when it answers this very request (nonce, imprint, hash algorithm), its signature verifies,
    its certificate is meant for time-stamping and was valid then, and its time is within an hour of this machine's.
    Whether the authority is trusted is for whoever verifies.

    Args:
        url: of the authority.
        seconds: how long a timestamp may take, further tries included. Government authorities have been seen to take
            two minutes. Only a connection that fails is tried again (three times in all): an answer is an answer.

    """

    def __init__(self, url: str, seconds: float) -> None:
        self.url = url
        self._seconds = seconds
        self._session: aiohttp.ClientSession | None = None
        self._places = asyncio.Semaphore(_AT_ONCE)

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def stamp(self, imprint: bytes, digest: Digest) -> Timestamp:
        """A timestamp over a digest.

        Raises:
            TimestampFailed: no answer in time, a refusal, or an answer that is not to be believed.

        """
        nonce = secrets.randbits(63) | 1 << 62  # always as long as the others: requests do not differ in size
        request = _request(imprint, digest, nonce)
        async with self._places:
            asked = datetime.now(UTC)
            answer = await self._ask(request)
        try:
            return self._checked(answer, imprint, digest, nonce, asked)
        except NotASignature as error:
            raise self._failed(_BAD_ANSWER) from error
        except (ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError) as error:
            # asn1crypto stumbles in many ways over an answer that is no timestamp response.
            raise self._failed(_BAD_ANSWER) from error

    def _failed(self, reason: str, **params: str) -> TimestampFailed:
        return TimestampFailed(url=self.url, reason=reason, **params)

    async def _ask(self, request: bytes) -> bytes:
        """The body of the answer, asked for again when the connection fails and time is left."""
        if urlsplit(self.url).scheme not in ("http", "https"):
            raise self._failed(_NO_ADDRESS)
        until = time.monotonic() + self._seconds
        pause = _PAUSE
        for attempt in range(1, _TRIES + 1):
            try:
                async with asyncio.timeout(until - time.monotonic()):
                    return await self._post(request)
            except TimeoutError as error:
                seconds = f"{self._seconds:g}"
                raise self._failed(N_("no answer within {seconds} seconds"), seconds=seconds) from error
            except aiohttp.InvalidURL as error:
                raise self._failed(_NO_ADDRESS) from error
            except (OSError, aiohttp.ClientError) as error:
                if attempt == _TRIES or time.monotonic() + pause >= until:
                    raise self._failed(_why(error)) from error
            await asyncio.sleep(pause)
            pause *= 2
        raise AssertionError(attempt)  # the last try returns or raises

    async def _post(self, request: bytes) -> bytes:
        if self._session is None:
            # No cookies and no proxy of the environment's choosing: only what was configured is asked.
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=_AT_ONCE),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=None),  # `_ask` keeps the time
            )
        # A redirect would turn the request into another one, or send it where nobody configured it to go.
        async with self._session.post(self.url, data=request, headers=_HEADERS, allow_redirects=False) as response:
            if response.status != _HTTP_OK:
                raise self._failed(N_("it answered with HTTP status {status}"), status=str(response.status))
            body = bytearray()
            async for piece in response.content.iter_any():
                body += piece
                if len(body) > _MOST_BYTES:
                    raise self._failed(N_("its answer is too long"))
            return bytes(body)

    def _checked(self, answer: bytes, imprint: bytes, digest: Digest, nonce: int, asked: datetime) -> Timestamp:
        response = _Response.load(answer, strict=True)
        if response["status"]["status"].native not in _GRANTED:
            raise self._failed(N_("it refused: {answer}"), answer=_refusal(response["status"]))
        token = response["time_stamp_token"]
        if not isinstance(token, cms.ContentInfo) or token["content_type"].native != "signed_data":
            raise self._failed(_BAD_ANSWER)
        signed = token["content"]
        info = timestamp_info(signed)
        about = info["message_imprint"]
        if (about["hash_algorithm"]["algorithm"].native, about["hashed_message"].native) != (digest, imprint):
            raise self._failed(_OTHER_DATA)
        if info["nonce"].native != nonce:
            raise self._failed(_OTHER_REQUEST)
        stamped = info["gen_time"].native.astimezone(UTC)
        if not asked - _CLOCK_TOLERANCE <= stamped <= datetime.now(UTC) + _CLOCK_TOLERANCE:
            raise self._failed(
                N_("it says that it is {time}, which this machine's clock contradicts"), time=iso(stamped)
            )
        integrity = check_token(signed, imprint)
        if integrity.certificate is None or not integrity.intact:
            raise self._failed(N_("its signature is not valid"))
        _check_usage(self, integrity.certificate, stamped)
        return Timestamp(
            token.dump(), stamped, integrity.certificate.dump(), tuple(other.dump() for other in integrity.others)
        )


def _check_usage(asker: CheckedTimeStamper, certificate: Any, stamped: datetime) -> None:
    """The authority's certificate is meant for time-stamping (RFC 3161, 2.3) and was valid when it did so."""
    if not may_timestamp(certificate):
        raise TimestampFailed(url=asker.url, reason=N_("its certificate is not meant for time-stamping"))
    if not certificate.not_valid_before <= stamped <= certificate.not_valid_after:
        raise TimestampFailed(url=asker.url, reason=N_("its certificate is not valid"))


def _request(imprint: bytes, digest: Digest, nonce: int) -> bytes:
    return bytes(
        tsp.TimeStampReq(
            {
                "version": 1,
                "message_imprint": {
                    "hash_algorithm": algos.DigestAlgorithm({"algorithm": digest}),
                    "hashed_message": imprint,
                },
                "nonce": nonce,
                "cert_req": True,
            }
        ).dump()
    )


def imprint_of(data: bytes, digest: Digest) -> bytes:
    """The digest of data, as a timestamp is asked for."""
    return hashlib.new(digest, data).digest()


def _refusal(status: tsp.PKIStatusInfo) -> str:
    """What the authority says of its refusal: texts, failure names, or at least the status."""
    texts = [str(text) for text in status["status_string"].native or ()]
    failures = sorted(str(failure) for failure in status["fail_info"].native or ())
    return "; ".join([*texts, *failures]) or str(status["status"].native)


def _why(error: BaseException) -> str:
    """The reason in few words."""
    return str(error) or type(error).__name__
