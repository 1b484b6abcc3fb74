"""What the bench shows: the worklist, a paper, the conflicts; pictures; and why something cannot be shown."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from http import HTTPStatus
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from aiohttp import web

from digidoc.bench import strings
from digidoc.bench.desk import AHEAD, Desk
from digidoc.bench.queue import contradictions, following, waiting
from digidoc.bench.security import Access, set_cookie
from digidoc.clock import VIETNAM
from digidoc.errors import Problem
from digidoc.formats.html_page import environment
from digidoc.i18n import current
from digidoc.i18n import tr as _
from digidoc.model import PageText
from digidoc.pipeline.review.crops import levelling
from digidoc.pipeline.review.keying import attributes
from digidoc.pipeline.review.keying.assets import ASSETS, SCRIPTS, asset
from digidoc.pipeline.review.sheet import Sheet, sheet_of
from digidoc.text import plain
from digidoc.words import doubt, field

if TYPE_CHECKING:
    from jinja2 import Environment

_PAPER: Final = "{paper:P-[0-9a-f]{16}}"
_NUMBER: Final = r"{page:[1-9]\d{0,4}}"
_STATIC: Final = {**ASSETS, "bench.css": "text/css", "bench.js": "text/javascript"}
_WINDOW_LENGTH: Final = 64
# The frame of a page of which nothing was read: A4.
_UNREAD: Final = {"size": (1240, 1754), "level": (1240, 1754), "levelling": ""}
# What a problem is to a browser; anything else is the server's own.
_STATUS: Final[Mapping[str, HTTPStatus]] = {
    "unknown-paper": HTTPStatus.NOT_FOUND,
    "paper-gone": HTTPStatus.GONE,
    "bad-correction": HTTPStatus.UNPROCESSABLE_ENTITY,
    "id-taken": HTTPStatus.CONFLICT,
    "file-missing": HTTPStatus.NOT_FOUND,
    "unreadable": HTTPStatus.NOT_FOUND,
    "too-large": HTTPStatus.NOT_FOUND,
    "disk-full": HTTPStatus.INSUFFICIENT_STORAGE,
    "read-only": HTTPStatus.INSUFFICIENT_STORAGE,
}

_Handler = Callable[[web.Request], Any]


def add_routes(app: web.Application, access: Access, desk: Desk) -> None:
    """Mount what is looked at; none of it changes anything."""
    shown = _Pages(access, desk)
    app.router.add_get("/t/{token:[A-Za-z0-9_-]{1,200}}", shown.enter, name="enter", allow_head=False)
    app.router.add_get("/welcome", shown.welcome, name="welcome", allow_head=False)
    app.router.add_get("/", shown.worklist)
    app.router.add_get("/conflicts", shown.conflicts)
    app.router.add_get("/finished", shown.finished)
    app.router.add_get(f"/paper/{_PAPER}", shown.paper)
    app.router.add_get(f"/picture/{_PAPER}/{_NUMBER}", shown.picture)
    app.router.add_get("/next", shown.following)
    app.router.add_get("/favicon.ico", shown.no_icon)
    for name, kind in _STATIC.items():
        app.router.add_get(f"/static/{name}", _static(name, kind))


def refused(request: web.Request, status: HTTPStatus) -> web.StreamResponse:
    """The answer to a request that is not let through, or that nothing answers."""
    sentences = {
        HTTPStatus.FORBIDDEN: _("This window is not let in. Open the address that `digidoc review` printed."),
        HTTPStatus.MISDIRECTED_REQUEST: _("This is not the address that `digidoc review` printed."),
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE: _("That is more than can be kept at once."),
        HTTPStatus.REQUEST_TIMEOUT: _("The request did not arrive whole."),
    }
    return _said(request, status, status.phrase.lower().replace(" ", "-"), sentences.get(status, status.phrase), "")


def failed(request: web.Request, problem: Problem) -> web.StreamResponse:
    """The answer where something went wrong."""
    status = _STATUS.get(problem.code, HTTPStatus.INTERNAL_SERVER_ERROR)
    return _said(request, status, problem.code, problem.message, problem.hint)


def _said(request: web.Request, status: HTTPStatus, code: str, message: str, hint: str) -> web.StreamResponse:
    if request.method == "POST":
        return web.json_response({"code": code, "message": message, "hint": hint}, status=status)
    return _page("error.html", status, message=message, hint=hint)


def _page(template: str, status: HTTPStatus = HTTPStatus.OK, **values: Any) -> web.Response:
    text = _templates().get_template(template).render(language=current(), t=strings.titles(), **values)
    return web.Response(text=text, status=status, content_type="text/html")


@cache
def _templates() -> "Environment":
    return environment(__package__ or "", {})


@cache
def _content(name: str) -> bytes:
    return asset(name).encode() if name in ASSETS else (files(__package__ or "") / "static" / name).read_bytes()


def _static(name: str, kind: str) -> _Handler:
    async def answer(_request: web.Request) -> web.StreamResponse:
        return web.Response(body=_content(name), content_type=kind, charset="utf-8")

    return answer


class _Pages:
    """The pages of one bench."""

    def __init__(self, access: Access, desk: Desk) -> None:
        self._access, self._desk = access, desk

    async def enter(self, request: web.Request) -> web.StreamResponse:
        """Exchange the token for the cookie; the token then stands in no address any more."""
        if not self._access.opens(request.match_info["token"]):
            return refused(request, HTTPStatus.FORBIDDEN)
        answer = web.Response(status=HTTPStatus.SEE_OTHER, headers={"Location": "/welcome"})
        set_cookie(self._access, answer)
        return answer

    async def welcome(self, _request: web.Request) -> web.StreamResponse:
        """Go on to the worklist.

        Who comes from a file of this computer is a stranger to the browser, which keeps the cookie back from this
        request; from here on they come from the bench itself.
        """
        return _page("welcome.html")

    async def no_icon(self, _request: web.Request) -> web.StreamResponse:
        """Browsers ask for one whether a page has it or not."""
        return web.Response(status=HTTPStatus.NO_CONTENT)

    async def worklist(self, _request: web.Request) -> web.StreamResponse:
        """What waits for a person."""
        found = await self._desk.worker.do(waiting, self._desk.wishes.asked)
        held = self._desk.leases.held()
        counts = [_("{count} papers to be reviewed").format(count=found.open)]
        if found.waiting:
            counts.append(_("{count} corrections wait to be taken in").format(count=found.waiting))
        if found.conflicts:
            counts.append(_("{count} papers on which clerks contradict each other").format(count=found.conflicts))
        left = found.open - len(found.rows)
        return _page(
            "worklist.html",
            papers=found.rows,
            held={paper: plain(lease.clerk) for paper, lease in held.items()},
            counts=counts,
            more=_("{count} more").format(count=left) if left > 0 else "",
            empty=strings.titles()["all_done"],
            **self._bar("worklist"),
        )

    async def finished(self, _request: web.Request) -> web.StreamResponse:
        """Nothing is left for the clerk."""
        found = await self._desk.worker.do(waiting, self._desk.wishes.asked)
        message = strings.titles()["queue_done" if found.open else "all_done"]
        return _page("finished.html", message=message, **self._bar(""))

    async def conflicts(self, _request: web.Request) -> web.StreamResponse:
        """Where two people said different things of one value."""
        rows = await self._desk.worker.do(contradictions)
        return _page("conflicts.html", rows=rows, label=_label, **self._bar("conflicts"))

    async def paper(self, request: web.Request) -> web.StreamResponse:
        """One paper: its page on the left, what is to be settled on the right."""
        wanted = self._desk.wishes.wanted
        sheet = await self._desk.worker.do(sheet_of, request.match_info["paper"], wanted)
        return _page("paper.html", **self._bar(""), **_shown(sheet), secret=self._access.secret)

    async def picture(self, request: web.Request) -> web.StreamResponse:
        """A page as a picture."""
        paper, number = request.match_info["paper"], int(request.match_info["page"])
        data = await self._desk.worker.do(self._desk.pictures.picture, paper, number)
        return web.Response(body=data, content_type="image/jpeg")

    async def following(self, request: web.Request) -> web.StreamResponse:
        """The papers that come next for a window, after the one that is open in it."""
        window = request.query.get("window", "")[:_WINDOW_LENGTH]
        out = self._desk.leases.passed_over(window) | {request.query.get("after", "")}
        papers = await self._desk.worker.do(following, self._desk.wishes.asked, AHEAD, out)
        return web.json_response({"papers": papers})

    def _bar(self, here: str) -> dict[str, Any]:
        return {"here": here, "clerk": plain(self._desk.clerk)}


def _label(what: str) -> str:
    """A field, or a word, as the clerk calls it."""
    return _("word") if what == "word" else field(what)


def _shown(sheet: Sheet) -> dict[str, Any]:
    """What the template of a paper is filled with."""
    record = sheet.record
    frames = [_frame(page) for page in sheet.pages]
    left_out = _("{count} more doubtful words are left for later.").format(count=sheet.left_out)
    return {
        "paper": record.paper_id,
        "name": plain(record.name),
        "dossier": plain(record.dossier or ""),
        "attributes": attributes.of_paper(sheet),
        "of_item": attributes.of_item,
        "text_there": bool(sheet.pages),
        "why": "; ".join(map(doubt, record.doubts)),
        "frames": frames,
        "first": frames[0] if frames else _UNREAD,
        "frames_json": json.dumps(frames, separators=(",", ":")),
        "pages_there": sheet.pages_there,
        "items": sheet.items,
        "rest": sheet.rest,
        "unread": sheet.unread,
        "left_out": left_out if sheet.left_out else "",
        "today": datetime.now(UTC).astimezone(VIETNAM).date().isoformat(),
        "spoken": strings.spoken(),
        "scripts": (*SCRIPTS, "bench.js"),
        "keys": strings.keys(),
    }


def _frame(page: PageText) -> dict[str, Any]:
    frame = page.frame
    return {"size": (frame.width, frame.height), "level": frame.level_size, "levelling": levelling(frame)}
