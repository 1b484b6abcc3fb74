"""The pages of `digidoc browse`: what the archive holds, found and looked at. Nothing here changes anything."""

import asyncio
from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from aiohttp import hdrs, web

from digidoc.archive.archive import Archive, is_paper_id
from digidoc.bench import answers
from digidoc.bench.browse import dossier, strings
from digidoc.bench.browse.handing_out import handed_out
from digidoc.bench.browse.paper import View, paper
from digidoc.bench.browse.question import Question, asked, asked_words
from digidoc.bench.browse.search import search
from digidoc.bench.browse.shelves import Shelves
from digidoc.bench.pictures import crossed_out
from digidoc.bench.security import Access
from digidoc.errors import DigidocError
from digidoc.pipeline.review.keying.assets import STYLE

_ROLE: Final = r"{role:original(?:-[1-9]\d{0,4})?|searchable|signed}"


def mount(app: web.Application, access: Access, shelves: Shelves) -> None:
    """Put the pages into the application."""
    app[answers.LOOK] = answers.Look("digidoc browse", strings.titles, "browse/error.html")
    answers.add_entrance(app, access, {STYLE: "text/css", "bench.css": "text/css"})
    shown = _Pages(shelves)
    app.router.add_get("/", shown.search)
    app.router.add_get("/dossiers", shown.dossiers)
    app.router.add_get("/dossier", shown.dossier)
    app.router.add_get(f"/paper/{answers.PAPER}", shown.paper)
    app.router.add_get(f"/picture/{answers.PAPER}/{answers.NUMBER}", shown.picture)
    app.router.add_get(f"/small/{answers.PAPER}/{answers.NUMBER}", shown.small)
    app.router.add_get(f"/file/{answers.PAPER}/{_ROLE}", shown.file)


class _Pages:
    """The pages of one archive."""

    def __init__(self, shelves: Shelves) -> None:
        self._shelves = shelves

    async def search(self, request: web.Request) -> web.StreamResponse:
        """What was found; without a question, what came last."""
        question = _asked(request)
        if is_paper_id(question.query):
            return web.Response(status=HTTPStatus.SEE_OTHER, headers={hdrs.LOCATION: f"/paper/{question.query}"})
        values = await self._shelves.worker.do(search, question)
        status = HTTPStatus.BAD_REQUEST if question.wrong else HTTPStatus.OK
        return answers.page("browse/search.html", status, strings.titles(), here="search", **values)

    async def dossiers(self, request: web.Request) -> web.StreamResponse:
        """The dossiers, newest first."""
        values = await self._shelves.worker.do(dossier.dossiers, _asked(request))
        return answers.page("browse/dossiers.html", titles=strings.titles(), here="dossiers", **values)

    async def dossier(self, request: web.Request) -> web.StreamResponse:
        """One dossier."""
        values = await self._shelves.worker.do(dossier.dossier, _asked(request))
        return answers.page("browse/dossier.html", titles=strings.titles(), here="", **values)

    async def paper(self, request: web.Request) -> web.StreamResponse:
        """One paper: a page of it, and what is known of it."""
        paper_id, pictures = request.match_info["paper"], self._shelves.pictures
        values = await self._shelves.worker.do(paper, paper_id, _view(request), pictures)
        # It is nowhere any more, and what stands in its place is said.
        moved = values["instead"] and not values["picture"]
        status = HTTPStatus.GONE if moved else HTTPStatus.OK
        return answers.page("browse/paper.html", status, strings.titles(), here="", **values)

    async def picture(self, request: web.Request) -> web.StreamResponse:
        """A page as a picture."""
        return await self._drawn(request, self._shelves.pictures.picture)

    async def small(self, request: web.Request) -> web.StreamResponse:
        """A page as a small picture; one that cannot be shown as a sheet that is crossed out."""
        try:
            return await self._drawn(request, self._shelves.pictures.small)
        except (DigidocError, OSError):  # opening the paper says why
            return web.Response(body=crossed_out(), status=HTTPStatus.NOT_FOUND, content_type="image/jpeg")

    async def file(self, request: web.Request) -> web.StreamResponse:
        """A file of a paper, to be saved."""
        found = await self._shelves.worker.do(handed_out, request.match_info["paper"], request.match_info["role"])
        await asyncio.to_thread(found.check)
        headers = {hdrs.CONTENT_TYPE: found.media_type, hdrs.CONTENT_DISPOSITION: found.disposition}
        return web.FileResponse(found.path, headers=headers)

    async def _drawn(self, request: web.Request, draw: Callable[[Archive, str, int], bytes]) -> web.StreamResponse:
        paper_id, number = request.match_info["paper"], int(request.match_info["page"])
        return web.Response(body=await self._shelves.worker.do(draw, paper_id, number), content_type="image/jpeg")


def _asked(request: web.Request) -> Question:
    return asked(request.query)


def _view(request: web.Request) -> View:
    """What of a paper is looked at; numbers that are none count as if they were not there."""
    query = request.query
    page, field = (_number(query.get(name, "")) for name in ("page", "field"))
    return View(page, asked_words(query.get("q", "")), field, large=query.get("large") == "1")


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < len("100000") else None
