"""A batch of signatures: what is the same for all of its documents is made once."""

import asyncio
import threading
from collections.abc import Coroutine
from types import TracebackType
from typing import Any, Final, Self, TypeVar

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.x509 import load_der_x509_certificate

from digidoc.sign.algorithms import Scheme
from digidoc.sign.create.cms import CmsTemplate, cms_template
from digidoc.sign.create.ltv import ValidationSource
from digidoc.sign.create.request import SignOptions, check_options
from digidoc.sign.create.timestamp import CheckedTimeStamper
from digidoc.sign.errors import SchemeImpossible
from digidoc.sign.keys.source import OpenKey
from digidoc.sign.stamp.stamp import stamp_kit

_Result = TypeVar("_Result")
PublicKey = RSAPublicKey | EllipticCurvePublicKey
_ROOM_FOR_VALUE: Final = 1024  # bytes: RSA of 8192 bits
_ROOM_FOR_TOKEN: Final = 14 * 1024  # bytes; 3 to 6 KB are usual, more with a long chain
_STEP: Final = 1024  # bytes; the room is rounded up to it


class SigningSession:
    """What a batch shares: the template of the CMS, the connections, the validation data, the stamp's fonts.

    Use it as a context manager, in the process that signs (it cannot be pickled). Several threads may sign with one
    session at the same time: timestamps and signature values are asked for in one event loop, at most four
    timestamps at once, and a remote key sees the requests that wait together.

    Args:
        key: that signs.
        options: how.

    Raises:
        SchemeImpossible: the key cannot sign with the scheme that is asked for.
        AuthorityMissing, OrganisationMissing, StampMixed, BadStampPlace: see `check_options`.
        StampImpossible, FileMissing, PermissionMissing, UnfitPicture: see `stamp_kit`.

    """

    def __init__(self, key: OpenKey, options: SignOptions) -> None:
        check_options(options)
        self.key, self.options = key, options
        self.template: CmsTemplate = cms_template(
            key.certificate, key.chain, options.digest, scheme_for(key, options), options.role
        )
        public = load_der_x509_certificate(key.certificate).public_key()
        assert isinstance(public, RSAPublicKey | EllipticCurvePublicKey)  # noqa: S101 (`check_certificate` saw to it)
        self.public_key: PublicKey = public
        self.stamper = None if options.level == "B-B" else CheckedTimeStamper(options.tsa or "", options.tsa_seconds)
        self.validation = ValidationSource()
        self.kit = None if options.stamp is None else stamp_kit(options.stamp)
        #: Whether a document of this session went through the whole verification.
        self.proven = False
        #: Bytes to keep free for the CMS, fixed so that no trial signature is needed, and for a timestamp of its own.
        self.room, self.token_room = self._room(), _ROOM_FOR_TOKEN
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="digidoc-signing", daemon=True)

    def _room(self) -> int:
        size = len(self.template.assemble(self.template.attributes(bytes(64)), bytes(_ROOM_FOR_VALUE), None))
        if self.stamper is not None:
            size += _ROOM_FOR_TOKEN
        return -(-size // _STEP) * _STEP

    def __enter__(self) -> Self:
        """Start the event loop."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections and end the event loop."""
        try:
            self.run(self._close())
        finally:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()

    async def _close(self) -> None:
        if self.stamper is not None:
            await self.stamper.close()
        await self.validation.close()

    def run(self, task: Coroutine[Any, Any, _Result]) -> _Result:
        """Carry out a coroutine in the session's event loop and wait for its result."""
        future = asyncio.run_coroutine_threadsafe(task, self._loop)
        try:
            return future.result()
        except BaseException:
            # Ctrl-C ends the waiting; what was waited for ends too. On a task that is done this does nothing.
            future.cancel()
            raise


def scheme_for(key: OpenKey, options: SignOptions) -> Scheme:
    """The scheme that is asked for, or the best that the key has.

    Raises:
        SchemeImpossible: the key does not have it.

    """
    if options.scheme is None:
        return key.schemes[0]
    if options.scheme not in key.schemes:
        raise SchemeImpossible(scheme=options.scheme.value, digest=options.digest)
    return options.scheme
