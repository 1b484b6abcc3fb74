"""The bench's server: on this computer alone, for one archive, until it is ended.

What it answers is made by whoever mounts pages (`review`, `browse`); who may talk to it, `security` decides.
"""

import asyncio
import logging
import socket
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from weakref import WeakSet

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from digidoc.archive.corrections import LARGEST
from digidoc.bench import answers
from digidoc.bench.security import Access, add_headers, guard
from digidoc.bench.worker import Worker
from digidoc.engine.protocol import problem_of
from digidoc.errors import from_os

LOOPBACK: Final = "127.0.0.1"
# Seconds in which the head of a request, and its body, have to be there.
PATIENCE: Final = 10.0
_IDLE: Final = 75.0
# The most requests that may wait to be accepted.
_BACKLOG: Final = 64
# The connections on which the head of a request has come.
_HEARD: Final = web.AppKey("heard", WeakSet[asyncio.Transport])


# Puts the pages of a command into the application.
Mount = Callable[[web.Application, Access], None]


@dataclass(frozen=True, slots=True)
class Serving:
    """What the server needs to know.

    Attributes:
        token: what opens them.
        port: where it listens; 0 for any that is free.

    """

    token: str
    port: int = 0


def serve(serving: Serving, worker: Worker, mount: Mount, announce: Callable[[Access], None]) -> None:
    """Serve until Ctrl-C.

    Args:
        serving: see there.
        worker: the thread that the pages look into the archive with; closed at the end.
        mount: puts the pages into the application, and what they have in common (`answers.LOOK`).
        announce: called once, when they can be opened.

    Raises:
        StorageError: nothing can listen on the port.

    """
    listening = _listening(serving.port)
    access = Access(serving.token, f"{LOOPBACK}:{listening.getsockname()[1]}")
    app = _application(access, worker)
    mount(app, access)
    with closing(listening), suppress(KeyboardInterrupt):
        asyncio.run(_serve(listening, app, lambda: announce(access)))


def _application(access: Access, worker: Worker) -> web.Application:
    """The web application without its pages, with all that guards it."""
    app = web.Application(middlewares=[_answering(), guard(access, answers.refused)], client_max_size=LARGEST)
    app[_HEARD] = WeakSet()
    app.on_response_prepare.append(add_headers)

    async def end(_app: web.Application) -> None:
        await worker.close()

    app.on_cleanup.append(end)
    return app


def _listening(port: int) -> socket.socket:
    """A socket on the loopback address."""
    try:
        return socket.create_server((LOOPBACK, port), backlog=_BACKLOG)
    except OSError as error:
        raise from_os(error, f"{LOOPBACK}:{port}") from error


async def _serve(listening: socket.socket, app: web.Application, ready: Callable[[], None]) -> None:
    # What goes wrong is answered in the page. A log would hold what strangers send, and what papers say.
    silent = logging.Logger("digidoc.bench")  # noqa: LOG001 (one that nobody listens to)
    silent.addHandler(logging.NullHandler())
    runner = web.AppRunner(app, access_log=None, logger=silent, keepalive_timeout=_IDLE)
    await runner.setup()
    made = runner.server
    if made is None:
        raise RuntimeError("the server was not made")
    loop, heard = asyncio.get_running_loop(), app[_HEARD]

    def answerer() -> asyncio.BaseProtocol:
        protocol = made()
        # Half a request keeps no thread here, but it would keep a connection for ever.
        loop.call_later(PATIENCE, lambda: None if protocol.transport in heard else protocol.force_close())
        return protocol

    server = await loop.create_server(answerer, sock=listening)
    try:
        ready()
        # Until Ctrl-C cancels it. `serve_forever` would then wait for every browser to hang up, from Python 3.12 on.
        await loop.create_future()
    finally:
        server.close()
        await runner.cleanup()


def _answering() -> Middleware:
    """The outermost middleware: whatever is raised becomes an answer that says what happened."""

    @web.middleware
    async def answered(request: web.Request, handler: Handler) -> web.StreamResponse:
        if isinstance(request.transport, asyncio.Transport):
            request.app[_HEARD].add(request.transport)
        try:
            return await handler(request)
        except web.HTTPException as error:
            return (
                error if error.status < HTTPStatus.BAD_REQUEST else answers.refused(request, HTTPStatus(error.status))
            )
        except Exception as error:  # noqa: BLE001 (a mistake of ours is an answer too, and the others go on)
            return answers.failed(request, problem_of(error))

    return answered
