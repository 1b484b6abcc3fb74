"""Keys in tokens: USB sticks, cards and security modules, through the PKCS#11 library that comes with them.

One session lasts as long as the source is open: a batch. python-pkcs11 is loaded when a token is opened, not before.
"""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography import x509

from digidoc.errors import DependencyMissing, KeyProblem
from digidoc.i18n import N_
from digidoc.sign.algorithms import Digest, Scheme
from digidoc.sign.errors import (
    PinExpired,
    PinImpossible,
    PinLocked,
    SchemeImpossible,
    TokenAmbiguous,
    TokenFailed,
    TokenGone,
    TokenMissing,
    TokenModuleMissing,
    WrongPin,
)
from digidoc.sign.keys.checks import opened, schemes_of
from digidoc.sign.keys.issuers import chain_of
from digidoc.sign.keys.mechanisms import Recipe, recipe
from digidoc.sign.keys.source import OpenKey
from digidoc.sign.keys.spec import KeySpec
from digidoc.sign.keys.token_objects import attribute, find_certificates, find_key, require_pair

if TYPE_CHECKING:
    from types import TracebackType

    import pkcs11

_DIGESTS: tuple[Digest, ...] = ("sha256", "sha384", "sha512")


class TokenKey:
    """The key of a token.

    Args:
        spec: of kind "token".
        pin: gives the user's PIN; called once, when the token is found and before anything is read from it.
        online: the certificate's revocation may be asked for on the network.

    """

    def __init__(self, spec: KeySpec, pin: Callable[[], str], *, online: bool = True) -> None:
        self._spec, self._pin, self._online = spec, pin, online
        self._held = ExitStack()

    def __enter__(self) -> OpenKey:
        """See `KeySource.__enter__`.

        Raises:
            TokenModuleMissing: its library is not there, or cannot be loaded.
            TokenMissing, TokenGone, TokenFailed, WrongPin, PinImpossible, PinLocked, PinExpired: as they say.
            KeyMissing, KeyAmbiguous: no such key on it, or several.

        """
        with ExitStack() as held:
            key = self._open(held)
            self._held = held.pop_all()
        return key

    def __exit__(
        self, kind: "type[BaseException] | None", error: BaseException | None, trace: "TracebackType | None"
    ) -> None:
        """End the session."""
        self._held.close()

    def _open(self, held: ExitStack) -> OpenKey:
        pkcs11 = _library()
        module = _module(self._spec)
        with translated_errors():
            token = _token(module, self._spec)
        if pkcs11.TokenFlag.USER_PIN_LOCKED in token.flags:
            raise PinLocked
        pin = self._pin()
        with translated_errors():
            try:
                session = token.open(user_pin=pin)
            except pkcs11.UserAlreadyLoggedIn:
                # This process has another session with the token open: one log-in holds for all of them.
                session = token.open()
        held.callback(_close, session)
        with translated_errors():
            found = find_key(session, self._spec)
            certificate, others = find_certificates(session, found, self._spec)
            require_pair(session, found, certificate, self._spec)
            mechanisms = frozenset(token.slot.get_mechanisms())
            # Some cards want the PIN for every signature (CKA_ALWAYS_AUTHENTICATE): only then it is kept.
            kept = pin if attribute(found, pkcs11.Attribute.ALWAYS_AUTHENTICATE) else None
        recipes = _recipes(certificate, mechanisms, self._spec)
        pool = held.enter_context(ThreadPoolExecutor(1, thread_name_prefix="token"))
        raw = _TokenSigner(found, recipes, pool, kept)
        schemes = dict.fromkeys(scheme for scheme, _digest in recipes)
        return opened(raw, certificate, chain_of(certificate, others), schemes, self._spec.path, online=self._online)


@dataclass(frozen=True, slots=True)
class _TokenSigner:
    """See `RawSigner`: a token does one thing at a time, in the thread that is its own."""

    key: Any  # pkcs11.PrivateKey: its mix-ins differ from token to token
    recipes: dict[tuple[Scheme, Digest], Recipe]
    pool: ThreadPoolExecutor
    pin: str | None = field(repr=False)

    async def sign(self, data: bytes, digest: Digest, scheme: Scheme) -> bytes:
        """See `RawSigner.sign`."""
        chosen = self.recipes.get((scheme, digest))
        if chosen is None:
            raise SchemeImpossible(scheme=scheme, digest=digest)
        return await asyncio.get_running_loop().run_in_executor(self.pool, self._sign, data, chosen)

    def _sign(self, data: bytes, chosen: Recipe) -> bytes:
        extra = {} if self.pin is None else {"pin": self.pin}
        with translated_errors():
            value = self.key.sign(
                chosen.prepare(data), mechanism=chosen.mechanism, mechanism_param=chosen.parameter, **extra
            )
        return chosen.finish(value)


def _library() -> Any:
    try:
        import pkcs11
    except ImportError as error:
        raise DependencyMissing(what="python-pkcs11") from error
    return pkcs11


def _module(spec: KeySpec) -> Any:
    """The token's library, loaded once in a process."""
    import pkcs11

    assert spec.path is not None  # noqa: S101 (a token has one, see `key_spec`)
    # A bare name is looked for by the system.
    if spec.path.parent != Path() and not spec.path.is_file():
        raise TokenModuleMissing(file=spec.path, reason=N_("there is no such file"))
    try:
        return pkcs11.lib(str(spec.path))
    except (RuntimeError, OSError) as error:
        # One that cannot be loaded is a plain RuntimeError; one that fails to start is one of PKCS#11's errors.
        raise TokenModuleMissing(file=spec.path, reason=_words(error)) from error


def _token(module: Any, spec: KeySpec) -> Any:
    import pkcs11

    tokens = []
    for slot in module.get_slots(token_present=True):
        # A slot with a card of another make, or one pulled out a moment ago, is no token that could be chosen.
        with suppress(pkcs11.PKCS11Error):
            tokens.append(slot.get_token())
    tokens = [token for token in tokens if pkcs11.TokenFlag.TOKEN_INITIALIZED in token.flags]
    chosen = [
        token
        for token in tokens
        if spec.token_label in (None, token.label) and spec.token_serial in (None, _text(token.serial))
    ]
    if len(chosen) == 1:
        return chosen[0]
    known = ", ".join(f"{token.label} ({_text(token.serial)})" for token in tokens) or "-"
    if chosen:
        raise TokenAmbiguous(known=known)
    raise TokenMissing(name=spec.token_label or spec.token_serial or "", known=known)


def _recipes(
    certificate: x509.Certificate, mechanisms: frozenset[Any], spec: KeySpec
) -> dict[tuple[Scheme, Digest], Recipe]:
    possible = {
        (scheme, digest): recipe(scheme, digest, mechanisms)
        for scheme in schemes_of(certificate.public_key(), spec.path)
        for digest in _DIGESTS
    }
    found = {what: one for what, one in possible.items() if one is not None}
    if not found:
        raise TokenFailed(reason=N_("it has no signature mechanism that digidoc knows"))
    return found


def _text(serial: bytes | str) -> str:
    return serial.decode(errors="replace").strip() if isinstance(serial, bytes) else serial.strip()


def _words(error: Exception) -> str:
    return str(error).rstrip(". ") or type(error).__name__


def _close(session: "pkcs11.Session") -> None:
    import pkcs11

    # A token that is gone has closed the session by itself.
    with suppress(pkcs11.PKCS11Error):
        session.close()


@contextmanager
def translated_errors() -> Iterator[None]:
    """Turn the errors of PKCS#11 into this project's.

    Raises:
        KeyProblem: of the kind that says what the token said.

    """
    import pkcs11

    kinds: dict[type[Exception], type[KeyProblem]] = {
        pkcs11.PinIncorrect: WrongPin,
        pkcs11.PinInvalid: PinImpossible,
        pkcs11.PinLenRange: PinImpossible,
        pkcs11.PinLocked: PinLocked,
        pkcs11.PinExpired: PinExpired,
        pkcs11.TokenNotPresent: TokenGone,
        pkcs11.DeviceRemoved: TokenGone,
        pkcs11.SessionClosed: TokenGone,
        pkcs11.SessionHandleInvalid: TokenGone,
        pkcs11.SlotIDInvalid: TokenGone,
        pkcs11.KeyHandleInvalid: TokenGone,
        pkcs11.ObjectHandleInvalid: TokenGone,
        pkcs11.UserNotLoggedIn: TokenGone,
    }
    try:
        yield
    except pkcs11.PKCS11Error as error:
        kind = kinds.get(type(error))
        if kind is None:
            raise TokenFailed(reason=_words(error)) from error
        raise kind from error
