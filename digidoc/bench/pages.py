"""What the bench shows: the worklist, a paper, the conflicts; pictures; which papers come next."""

import json
from datetime import UTC, datetime
from typing import Any, Final

from aiohttp import web

from digidoc.bench import strings
from digidoc.bench.answers import NUMBER, PAPER, add_entrance, page
from digidoc.bench.desk import AHEAD, Desk
from digidoc.bench.queue import contradictions, following, waiting
from digidoc.bench.security import Access
from digidoc.clock import VIETNAM
from digidoc.i18n import tr as _
from digidoc.model import PageText
from digidoc.pipeline.review.crops import levelling
from digidoc.pipeline.review.keying import attributes
from digidoc.pipeline.review.keying.assets import ASSETS, SCRIPTS
from digidoc.pipeline.review.sheet import Sheet, sheet_of
from digidoc.text import plain
from digidoc.words import doubt, field

_STATIC: Final = {**ASSETS, "bench.css": "text/css", "bench.js": "text/javascript"}
_WINDOW_LENGTH: Final = 64
# The frame of a page of which nothing was read: A4.
_UNREAD: Final = {"size": (1240, 1754), "level": (1240, 1754), "levelling": ""}


def add_routes(app: web.Application, access: Access, desk: Desk) -> None:
    """Mount what is looked at; none of it changes anything."""
    add_entrance(app, access, _STATIC)
    shown = _Pages(access, desk)
    app.router.add_get("/", shown.worklist)
    app.router.add_get("/conflicts", shown.conflicts)
    app.router.add_get("/finished", shown.finished)
    app.router.add_get(f"/paper/{PAPER}", shown.paper)
    app.router.add_get(f"/picture/{PAPER}/{NUMBER}", shown.picture)
    app.router.add_get("/next", shown.following)


class _Pages:
    """The pages of one bench."""

    def __init__(self, access: Access, desk: Desk) -> None:
        self._access, self._desk = access, desk

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
        return page(
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
        return page("finished.html", message=message, **self._bar(""))

    async def conflicts(self, _request: web.Request) -> web.StreamResponse:
        """Where two people said different things of one value."""
        rows = await self._desk.worker.do(contradictions)
        return page("conflicts.html", rows=rows, label=_label, **self._bar("conflicts"))

    async def paper(self, request: web.Request) -> web.StreamResponse:
        """One paper: its page on the left, what is to be settled on the right."""
        wanted = self._desk.wishes.wanted
        sheet = await self._desk.worker.do(sheet_of, request.match_info["paper"], wanted)
        return page("paper.html", **self._bar(""), **_shown(sheet), secret=self._access.secret)

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
