"""Keys that lie with a remote signing service (CSC API v1).

A service signs many hashes in one call, so calls that come close together are gathered. The talking is done in a
thread with an event loop of its own: callers may come from any loop, and a new one for each document.
"""

import asyncio
import hashlib
import threading
from collections.abc import Callable, Coroutine
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Final, Self, TypeVar

from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from digidoc.errors import DigidocError
from digidoc.i18n import N_
from digidoc.i18n import tr as _
from digidoc.sign.algorithms import Digest, Scheme, ecdsa_of_halves, pss_parameters
from digidoc.sign.errors import RemoteRefused, RemoteUnreachable, SchemeImpossible
from digidoc.sign.keys.checks import opened, schemes_of
from digidoc.sign.keys.csc_service import Credential, CscService
from digidoc.sign.keys.pins import ask, first_line
from digidoc.sign.keys.source import OpenKey
from digidoc.sign.keys.spec import KeySpec

if TYPE_CHECKING:
    from types import TracebackType


T = TypeVar("T")

# Calls that come within this time go together: short beside the network, long beside preparing a document.
_PAUSE: Final = 0.03
_HASHES: Final[dict[Digest, str]] = {
    "sha256": "2.16.840.1.101.3.4.2.1",
    "sha384": "2.16.840.1.101.3.4.2.2",
    "sha512": "2.16.840.1.101.3.4.2.3",
}
_PSS: Final = "1.2.840.113549.1.1.10"
# Algorithm with its digest, and the key's alone, which leaves the digest to `hashAlgo` (RFC 8017; RFC 5758; RFC 5480).
_ALGORITHMS: Final[dict[tuple[Scheme, Digest], tuple[str, ...]]] = {
    (Scheme.RSASSA_PSS, "sha256"): (_PSS,),
    (Scheme.RSASSA_PSS, "sha384"): (_PSS,),
    (Scheme.RSASSA_PSS, "sha512"): (_PSS,),
    (Scheme.RSASSA_PKCS1, "sha256"): ("1.2.840.113549.1.1.11", "1.2.840.113549.1.1.1"),
    (Scheme.RSASSA_PKCS1, "sha384"): ("1.2.840.113549.1.1.12", "1.2.840.113549.1.1.1"),
    (Scheme.RSASSA_PKCS1, "sha512"): ("1.2.840.113549.1.1.13", "1.2.840.113549.1.1.1"),
    (Scheme.ECDSA, "sha256"): ("1.2.840.10045.4.3.2", "1.2.840.10045.2.1"),
    (Scheme.ECDSA, "sha384"): ("1.2.840.10045.4.3.3", "1.2.840.10045.2.1"),
    (Scheme.ECDSA, "sha512"): ("1.2.840.10045.4.3.4", "1.2.840.10045.2.1"),
}


class CscKey:
    """A key of a remote signing service.

    Args:
        spec: of kind "csc".
        pin: gives the credential's PIN; called once, when the key is opened, if the service wants one.
        otp: gives a one-time password; called before each batch, if the service wants them. None asks on the terminal.
        online: the certificate's revocation may be asked for on the network.

    """

    def __init__(
        self, spec: KeySpec, pin: Callable[[], str], *, otp: Callable[[], str] | None = None, online: bool = True
    ) -> None:
        self._spec, self._pin, self._online = spec, pin, online
        self._otp = otp or (lambda: ask(_("One-time password of the signing service: ")))
        self._held = ExitStack()

    def __enter__(self) -> OpenKey:
        """See `KeySource.__enter__`.

        Raises:
            RemoteRefused, RemoteUnreachable: the service does not give the credential, or does not answer.

        """
        with ExitStack() as held:
            key = self._open(held)
            self._held = held.pop_all()
        return key

    def __exit__(
        self, kind: "type[BaseException] | None", error: BaseException | None, trace: "TracebackType | None"
    ) -> None:
        """Hang up."""
        self._held.close()

    def _open(self, held: ExitStack) -> OpenKey:
        spec = self._spec
        assert spec.url is not None  # noqa: S101 (see `key_spec`)
        assert spec.credential is not None  # noqa: S101
        token = None if spec.token_file is None else first_line(spec.token_file)
        loop = held.enter_context(_LoopThread())
        session = loop.run(_session(token))
        held.callback(lambda: loop.run(session.close()))
        service = CscService(session, spec.url, spec.credential)
        credential = loop.run(service.info())
        algorithms = _offered(credential)
        schemes = tuple(dict.fromkeys(scheme for scheme, _digest in algorithms))
        if not schemes:
            known = ", ".join(sorted(credential.algorithms)) or "-"
            reason = N_("the credential has no signature algorithm that digidoc knows ({algorithms})")
            raise RemoteRefused(url=spec.url, reason=reason, algorithms=known)
        gatherer = _Gatherer(service, credential, self._pin() if credential.needs_pin else None, self._otp)
        signer, *others = credential.certificates
        return opened(_CscSigner(gatherer, loop, algorithms), signer, others, schemes, None, online=self._online)


class _LoopThread:
    """An event loop in a thread of its own, while the context lasts."""

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="signing service", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: "type[BaseException] | None", error: BaseException | None, trace: "TracebackType | None"
    ) -> None:
        self.run(_cancel_others())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Carry it out and wait for it; from outside the loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def join(self, work: Coroutine[Any, Any, T]) -> T:
        """The same from a task of another loop, which goes on meanwhile."""
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self._loop))


class _CscSigner:
    """See `RawSigner`."""

    def __init__(self, gatherer: "_Gatherer", loop: _LoopThread, algorithms: dict[tuple[Scheme, Digest], str]) -> None:
        self._gatherer, self._loop, self._algorithms = gatherer, loop, algorithms

    async def sign(self, data: bytes, digest: Digest, scheme: Scheme) -> bytes:
        """See `RawSigner.sign`."""
        algorithm = self._algorithms.get((scheme, digest))
        if algorithm is None:
            raise SchemeImpossible(scheme=scheme, digest=digest)
        value = await self._loop.join(self._gatherer.sign(hashlib.new(digest, data).digest(), digest, algorithm))
        return _as_der(value) if scheme is Scheme.ECDSA else value


class _Gatherer:
    """Sends hashes together that come together; lives in one event loop."""

    def __init__(self, service: CscService, credential: Credential, pin: str | None, otp: Callable[[], str]) -> None:
        self._service, self._credential, self._pin, self._otp = service, credential, pin, otp
        self._waiting: dict[tuple[Digest, str], list[tuple[bytes, asyncio.Future[bytes]]]] = {}
        self._timers: dict[tuple[Digest, str], asyncio.TimerHandle] = {}
        self._turn = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopped: DigidocError | None = None

    async def sign(self, hashed: bytes, digest: Digest, algorithm: str) -> bytes:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[bytes] = loop.create_future()
        group = self._waiting.setdefault((digest, algorithm), [])
        group.append((hashed, future))
        if len(group) >= self._credential.most:
            self._send(digest, algorithm)
        elif len(group) == 1:
            self._timers[digest, algorithm] = loop.call_later(_PAUSE, self._send, digest, algorithm)
        return await future

    def _send(self, digest: Digest, algorithm: str) -> None:
        if (timer := self._timers.pop((digest, algorithm), None)) is not None:
            timer.cancel()  # else it would send the next batch before its time
        batch = self._waiting.pop((digest, algorithm), [])
        if batch:
            task = asyncio.get_running_loop().create_task(self._carry_out(batch, digest, algorithm))
            self._tasks.add(task)  # the loop itself holds tasks weakly only
            task.add_done_callback(self._tasks.discard)

    async def _carry_out(
        self, batch: list[tuple[bytes, "asyncio.Future[bytes]"]], digest: Digest, algorithm: str
    ) -> None:
        try:
            async with self._turn:
                values = await self._signed([hashed for hashed, _future in batch], digest, algorithm)
        except Exception as error:  # noqa: BLE001 (it is handed to those who wait)
            for _hashed, future in batch:
                if not future.done():
                    future.set_exception(error)
            return
        for (_hashed, future), value in zip(batch, values, strict=True):
            if not future.done():
                future.set_result(value)

    async def _signed(self, hashes: list[bytes], digest: Digest, algorithm: str) -> list[bytes]:
        if self._stopped is not None:
            raise self._stopped
        otp = await self._one_time() if self._credential.needs_otp else None
        try:
            sad = await self._service.authorize(hashes, self._pin, otp)
        except RemoteUnreachable:
            raise
        except DigidocError as error:
            # A refusal may count as a wrong PIN, whatever words the service has for it: it is never asked again.
            self._stopped = error
            raise
        parameters = pss_parameters(digest).dump() if algorithm == _PSS else None
        return await self._service.sign(sad, hashes, _HASHES[digest], algorithm, parameters)

    async def _one_time(self) -> str:
        if self._credential.sends_otp:
            await self._service.send_otp()
        return await asyncio.to_thread(self._otp)


async def _cancel_others() -> None:
    """What still waits for the service is given up: nobody is there to take it."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


async def _session(token: str | None) -> Any:
    import aiohttp

    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    return aiohttp.ClientSession(headers=headers, trust_env=True)  # trust_env: offices sit behind proxies


def _offered(credential: Credential) -> dict[tuple[Scheme, Digest], str]:
    """The service's name for each scheme and digest that the credential signs with, best first."""
    found = {}
    for scheme in schemes_of(credential.certificates[0].public_key(), None):
        for (other, digest), names in _ALGORITHMS.items():
            name = next((name for name in names if name in credential.algorithms), None)
            if other is scheme and name is not None:
                found[scheme, digest] = name
    return found


def _as_der(value: bytes) -> bytes:
    """ECDSA in DER; some services give r and s side by side (IEEE P1363)."""
    try:
        decode_dss_signature(value)
    except ValueError:
        return ecdsa_of_halves(value)
    return value
