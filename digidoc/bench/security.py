"""Who may talk to the bench: every request is checked here, and every answer gets its headers here.

The bench listens on this computer alone, but every program and every web page on it can send requests there. So a
request counts only when it names the bench's own address (a page of another site that has made its name point here does
not), carries the cookie that the token was exchanged for, and, when it changes something, comes from one of the bench's
own pages and says the secret that only they know.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

TOKEN_BYTES: Final = 24  # 192 bits
SECRET_HEADER: Final = "X-Digidoc"  # noqa: S105 (its name)
# What a browser may get before it has the cookie: the way in, which says nothing of the archive.
_OPEN: Final = frozenset({"enter", "welcome"})
_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}

# Makes the answer to a request that is refused: with a status.
Refusal = Callable[[web.Request, HTTPStatus], web.StreamResponse]


def new_token() -> str:
    """A token that nobody can guess."""
    return secrets.token_urlsafe(TOKEN_BYTES)


@dataclass(frozen=True, slots=True)
class Access:
    """What opens the bench.

    Attributes:
        token: stands in the address that the clerk opens first, and nowhere else.
        host: the address that the server is bound to, with its port.

    """

    token: str = field(repr=False)
    host: str

    @property
    def origin(self) -> str:
        """Of the bench's own pages, as browsers say it."""
        return f"http://{self.host}"

    @property
    def address(self) -> str:
        """What the clerk opens; whoever has it may do what the clerk may."""
        return f"{self.origin}/t/{self.token}"

    @property
    def cookie_name(self) -> str:
        """Cookies do not tell ports apart: two benches on one computer need two names."""
        return f"digidoc-{self.host.rpartition(':')[2]}"

    @property
    def cookie(self) -> str:
        """What the token is exchanged for; the token cannot be found from it."""
        return self._derived("cookie")

    @property
    def secret(self) -> str:
        """What the bench's own pages say when they change something."""
        return self._derived("secret")

    def opens(self, token: str) -> bool:
        """Whether it is the token."""
        return hmac.compare_digest(token.encode(), self.token.encode())

    def _derived(self, purpose: str) -> str:
        return hmac.new(self.token.encode(), purpose.encode(), hashlib.sha256).hexdigest()


def guard(access: Access, refuse: Refusal) -> Middleware:
    """The middleware that lets a request through, or answers it with what `refuse` makes."""

    @web.middleware
    async def checked(request: web.Request, handler: Handler) -> web.StreamResponse:
        status = _objection(access, request)
        if status is not None:
            return refuse(request, status)
        return await handler(request)

    return checked


async def add_headers(_request: web.Request, response: web.StreamResponse) -> None:
    """What every answer says to the browser."""
    response.headers.update(_HEADERS)


def set_cookie(access: Access, response: web.StreamResponse) -> None:
    """Let the browser in until it is closed."""
    response.set_cookie(access.cookie_name, access.cookie, path="/", httponly=True, samesite="Strict")


def _objection(access: Access, request: web.Request) -> HTTPStatus | None:
    if request.headers.getall("Host", []) != [access.host]:
        return HTTPStatus.MISDIRECTED_REQUEST
    if request.match_info.route.name in _OPEN:
        return None
    if not _same(request.cookies.get(access.cookie_name), access.cookie):
        return HTTPStatus.FORBIDDEN
    if request.method in ("GET", "HEAD"):
        return None
    own = request.headers.getall("Origin", []) == [access.origin]
    if not own or not _same(request.headers.get(SECRET_HEADER), access.secret):
        return HTTPStatus.FORBIDDEN
    return None if request.content_type == "application/json" else HTTPStatus.UNSUPPORTED_MEDIA_TYPE


def _same(given: str | None, wanted: str) -> bool:
    return given is not None and hmac.compare_digest(given.encode("utf-8", "replace"), wanted.encode())
