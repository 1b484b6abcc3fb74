"""Answers to the browser: pages from templates, files that never change, and why something cannot be shown."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from aiohttp import web

from digidoc.bench import strings
from digidoc.bench.security import Access, set_cookie
from digidoc.errors import Problem
from digidoc.formats.html_page import environment
from digidoc.i18n import current
from digidoc.i18n import tr as _
from digidoc.pipeline.review.keying.assets import ASSETS, asset
from digidoc.text import plain

if TYPE_CHECKING:
    from jinja2 import Environment


@dataclass(frozen=True, slots=True)
class Look:
    """What the answers of an application have in common.

    Attributes:
        command: whose pages they are, as people type it.
        titles: words of its pages, beside those of all.
        error: the template of a page that says why something cannot be shown.

    """

    command: str
    titles: Callable[[], Mapping[str, str]] = dict
    error: str = "error.html"


LOOK: Final = web.AppKey("look", Look)
# Parts of addresses: the id of a paper, and the number of one of its pages.
PAPER: Final = "{paper:P-[0-9a-f]{16}}"
NUMBER: Final = r"{page:[1-9]\d{0,4}}"
# What a problem is to a browser; anything else is the server's own.
_STATUS: Final[Mapping[str, HTTPStatus]] = {
    "unknown-paper": HTTPStatus.NOT_FOUND,
    "unknown-dossier": HTTPStatus.NOT_FOUND,
    "paper-gone": HTTPStatus.GONE,
    "withdrawn": HTTPStatus.GONE,
    "purged": HTTPStatus.GONE,
    "nothing-kept": HTTPStatus.NOT_FOUND,
    "bad-correction": HTTPStatus.UNPROCESSABLE_ENTITY,
    "id-taken": HTTPStatus.CONFLICT,
    "file-missing": HTTPStatus.NOT_FOUND,
    "unreadable": HTTPStatus.NOT_FOUND,
    "too-large": HTTPStatus.NOT_FOUND,
    "disk-full": HTTPStatus.INSUFFICIENT_STORAGE,
    "read-only": HTTPStatus.INSUFFICIENT_STORAGE,
}

Answerer = Callable[[web.Request], Any]


def refused(request: web.Request, status: HTTPStatus) -> web.StreamResponse:
    """The answer to a request that is not let through, or that nothing answers."""
    command = request.app[LOOK].command
    sentences = {
        HTTPStatus.FORBIDDEN: _("This window is not let in. Open the address that `{command}` printed."),
        HTTPStatus.MISDIRECTED_REQUEST: _("This is not the address that `{command}` printed."),
        HTTPStatus.NOT_FOUND: _("There is no such page here."),
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE: _("That is more than can be kept at once."),
        HTTPStatus.REQUEST_TIMEOUT: _("The request did not arrive whole."),
    }
    message = sentences.get(status, status.phrase).format(command=command)
    return _said(request, status, status.phrase.lower().replace(" ", "-"), message, "")


def failed(request: web.Request, problem: Problem) -> web.StreamResponse:
    """The answer where something went wrong."""
    status = _STATUS.get(problem.code, HTTPStatus.INTERNAL_SERVER_ERROR)
    where = f"{plain(str(problem.file))}: " if problem.file else ""
    return _said(request, status, problem.code, where + problem.message, problem.hint)


def _said(request: web.Request, status: HTTPStatus, code: str, message: str, hint: str) -> web.StreamResponse:
    if request.method == "POST":
        return web.json_response({"code": code, "message": message, "hint": hint}, status=status)
    look = request.app[LOOK]
    # Whoever is not let in is shown no way through the pages.
    error = "error.html" if status in (HTTPStatus.FORBIDDEN, HTTPStatus.MISDIRECTED_REQUEST) else look.error
    return page(error, status, look.titles(), message=message, hint=hint, here="")


def page(
    template: str, status: HTTPStatus = HTTPStatus.OK, titles: Mapping[str, str] | None = None, **values: Any
) -> web.Response:
    """A page from a template, in the language of the user.

    Args:
        template: its name.
        status: of the answer.
        titles: further words of the page.
        values: that it is filled with.

    """
    words = {**strings.titles(), **(titles or {})}
    text = _templates().get_template(template).render(language=current(), t=words, **values)
    return web.Response(text=text, status=status, content_type="text/html")


def add_entrance(app: web.Application, access: Access, static: Mapping[str, str]) -> None:
    """Mount the way in, and the files of `static` that the pages are drawn with: media types by name."""

    async def enter(request: web.Request) -> web.StreamResponse:
        """Exchange the token for the cookie; the token then stands in no address any more."""
        if not access.opens(request.match_info["token"]):
            return refused(request, HTTPStatus.FORBIDDEN)
        answer = web.Response(status=HTTPStatus.SEE_OTHER, headers={"Location": "/welcome"})
        set_cookie(access, answer)
        return answer

    app.router.add_get("/t/{token:[A-Za-z0-9_-]{1,200}}", enter, name="enter", allow_head=False)
    app.router.add_get("/welcome", _welcome, name="welcome", allow_head=False)
    app.router.add_get("/favicon.ico", _no_icon)
    for name, kind in static.items():
        app.router.add_get(f"/static/{name}", _static(name, kind))


async def _welcome(_request: web.Request) -> web.StreamResponse:
    """Go on to the first page.

    Who comes from a file of this computer is a stranger to the browser, which keeps the cookie back from this request;
    from here on they come from the bench itself.
    """
    return page("welcome.html")


async def _no_icon(_request: web.Request) -> web.StreamResponse:
    """Browsers ask for one whether a page has it or not."""
    return web.Response(status=HTTPStatus.NO_CONTENT)


@cache
def _templates() -> "Environment":
    return environment(__package__ or "", {})


@cache
def _content(name: str) -> bytes:
    return asset(name).encode() if name in ASSETS else (files(__package__ or "") / "static" / name).read_bytes()


def _static(name: str, kind: str) -> Answerer:
    async def answer(_request: web.Request) -> web.StreamResponse:
        return web.Response(body=_content(name), content_type=kind, charset="utf-8")

    return answer
