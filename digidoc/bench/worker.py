"""The one thread that looks into the archive and shows pages.

pdfium is not made for threads, and a catalogue belongs to the thread that opened it: so whatever needs one of them is
done here, one thing after the other, while the server goes on answering.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from digidoc.archive.archive import Archive
from digidoc.pipeline.review.correct import inbox_of, take_in

ResultT = TypeVar("ResultT")
P = ParamSpec("P")


class Worker:
    """The thread, and the archive that it has open.

    Args:
        root: folder of the archive.
        keep: whether the archive stays open from one piece of work to the next. Whoever only looks lets go of it: an
            open catalogue keeps `rebuild-index` from replacing it, and to open it takes 2 ms.

    """

    def __init__(self, root: Path, *, keep: bool = True) -> None:
        self._root = root
        self._keep = keep
        self._archive: Archive | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="bench")

    async def do(self, work: Callable[Concatenate[Archive, P], ResultT], *args: P.args, **kwargs: P.kwargs) -> ResultT:
        """What `work` makes of the archive and the arguments."""

        def run() -> ResultT:
            if not self._keep:
                with Archive.locate(self._root) as archive:
                    return work(archive, *args, **kwargs)
            if self._archive is None:
                self._archive = Archive.locate(self._root)
            return work(self._archive, *args, **kwargs)

        # With the caller's context: it knows whose work this is.
        return await asyncio.get_running_loop().run_in_executor(self._thread, copy_context().run, run)

    async def close(self) -> None:
        """Finish what was begun, take in what waits, and close the archive."""

        def end() -> None:
            if self._archive is None:
                return
            with self._archive as archive:
                if inbox_of(archive).waiting():
                    take_in(archive, ())

        try:
            await asyncio.get_running_loop().run_in_executor(self._thread, end)
        finally:
            self._thread.shutdown()
