"""What the page says: a correction to be kept, and that a paper is open before a clerk."""

import asyncio
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from http import HTTPStatus
from typing import Any

from aiohttp import web

from digidoc.archive import corrections
from digidoc.archive.archive import is_paper_id
from digidoc.archive.corrections import Correction, Decision, How
from digidoc.archive.errors import BadCorrection
from digidoc.bench.desk import Desk
from digidoc.clock import VIETNAM
from digidoc.formats import codec
from digidoc.i18n import N_
from digidoc.pipeline.review.correct import save as save_correction

_KEYED = frozenset({How.TYPED, How.TWICE, How.REGISTER, How.ADDED})


def add_routes(app: web.Application, desk: Desk, patience: float) -> None:
    """Mount what changes something.

    Args:
        app: the application.
        desk: where papers are settled.
        patience: seconds in which the body of a request has to be there.

    """

    async def save(request: web.Request) -> web.StreamResponse:
        document = await _document(request, patience)
        # Who it is, the server knows; what the page says of it does not count.
        correction = corrections.from_json({**document, "clerk": desk.clerk})
        _refuse_odd_days(correction)
        made = await desk.worker.do(save_correction, correction)
        desk.done(correction.paper, settled=correction.decision is Decision.DONE, left=made.review)
        # What waits is kept all the same, and what failed is: whoever files next takes it in.
        status = HTTPStatus.OK if made.status in ("filed", "conflict") else HTTPStatus.ACCEPTED
        said = {
            "status": made.status,
            "conflicts": codec.plain(made.conflicts),
            "review": list(made.review),
            "message": "" if made.problem is None else made.problem.message,
        }
        return web.json_response(said, status=status)

    async def lease(request: web.Request) -> web.StreamResponse:
        document = await _document(request, patience)
        paper, window = document.get("paper"), document.get("window")
        if not isinstance(paper, str) or not is_paper_id(paper) or not isinstance(window, str):
            raise BadCorrection(reason=N_("{key} is missing"), key="paper")
        held = desk.leases.take(paper, desk.clerk, window)
        return web.json_response({"own": held.window == window, "clerk": held.clerk})

    app.router.add_post("/save", save)
    app.router.add_post("/lease", lease)


async def _document(request: web.Request, patience: float) -> Mapping[str, Any]:
    """The JSON object that the page sent."""
    try:
        async with asyncio.timeout(patience):
            data = await request.read()
    except TimeoutError:
        raise web.HTTPRequestTimeout from None
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BadCorrection(reason=N_("it is not JSON")) from error
    if not isinstance(document, dict):
        raise BadCorrection(reason=N_("it is not JSON"))
    return document


def _refuse_odd_days(correction: Correction) -> None:
    """A day of issue is a day, and has come."""
    for change in correction.fields:
        if change.name != "IssuedDate" or change.how not in _KEYED:
            continue
        try:
            day = date.fromisoformat(change.value)
        except ValueError as error:
            raise BadCorrection(reason=N_("{value} is no date"), value=change.value) from error
        if day > datetime.now(UTC).astimezone(VIETNAM).date():
            raise BadCorrection(reason=N_("{value} is after today"), value=change.value)
