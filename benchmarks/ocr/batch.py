"""Many pages in one run: pages a second with one and two workers, CPU a page without start-up, memory over time."""

import os
import resource
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import cycle, islice
from pathlib import Path

from digidoc.engine.opening import open_engine as open_workers
from digidoc.model import PageText
from digidoc.ocr.document import convert
from digidoc.ocr.engine import EngineSpec, Mode, OcrEngine
from digidoc.ocr.engines.registry import open_engine

_REPORT_EVERY = 100
_SECONDS_A_PAGE = 120.0
_UNIT = 1 if sys.platform == "darwin" else 1024  # of ru_maxrss, bytes


@dataclass(frozen=True, slots=True)
class Job:
    """One page for a worker: the image, where its PDF goes, the mode of reading."""

    page: Path
    out: Path
    mode: Mode


@dataclass(frozen=True, slots=True)
class Answer:
    """What was read, the worker's process and its peak of memory in bytes."""

    text: PageText
    worker: int
    rss: int


@dataclass(frozen=True, slots=True)
class Pace:
    """How a batch went.

    Attributes:
        jobs: workers.
        pages: read.
        rate: pages a second once all workers have finished their first page.
        cpu: seconds a page, the start of the workers included.
        rss: bytes of the largest worker.
        texts: of the pages, by file name.

    """

    jobs: int
    pages: int
    rate: float
    cpu: float
    rss: int
    texts: dict[str, PageText]


@cache
def _engine(mode: Mode) -> OcrEngine:
    return open_engine(EngineSpec(mode=mode))


def read(job: Job) -> Answer:
    """What a worker does: scan to PDF/A. Its engine stays open between pages."""
    paper = convert(job.page, job.out, _engine(job.mode))
    return Answer(paper.pages[0], os.getpid(), _peak())


def _peak() -> int:
    """Bytes this process had resident at most."""
    # Where there is /proc it is asked: the kernel's other figure counts the process that started this one as well.
    return _memory("VmHWM") or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _UNIT


def _memory(name: str) -> int:
    """A figure of /proc/self/status in bytes; 0 where there is none."""
    status = Path("/proc/self/status")
    if not status.exists():
        return 0
    return next(int(row.split()[1]) * 1024 for row in status.read_text().splitlines() if row.startswith(f"{name}:"))


def pace(pages: Sequence[Path], count: int, jobs: int, mode: Mode, scratch: Path) -> Pace:
    """Read `count` pages, going round, with so many workers.

    Raises:
        RuntimeError: a page could not be read; its problem is in the message.

    """
    todo = [
        Job(page, scratch / f"{jobs}-{mode}-{number}.pdf", mode)
        for number, page in enumerate(islice(cycle(pages), count))
    ]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    texts: dict[str, PageText] = {}
    begun, rss = 0.0, 0
    met: set[int] = set()
    timed = 0
    for done in open_workers(jobs, "en").run(read, todo, seconds=lambda _job: _SECONDS_A_PAGE):
        if done.answer is None:
            raise RuntimeError(f"{done.item.page.name}: {done.problem}")
        timed += len(met) == jobs
        if len(met) < jobs:
            met.add(done.answer.worker)
            begun = time.perf_counter()
        ended = time.perf_counter()
        texts[done.item.page.name] = done.answer.text
        rss = max(rss, done.answer.rss)
        done.item.out.unlink()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Pace(jobs, count, timed / max(1e-9, ended - begun), cpu / count, rss, texts)


def endure(pages: Sequence[Path], count: int, mode: Mode, scratch: Path) -> None:
    """Read `count` pages in this process, going round, and print its memory every hundred."""
    out = scratch / "endurance.pdf"
    used = time.process_time()
    for number, page in enumerate(islice(cycle(pages), count), 1):
        read(Job(page, out, mode))
        out.unlink()
        if number % _REPORT_EVERY == 0 or number == count:
            spent = (time.process_time() - used) / number
            now, peak = (size / 2**20 for size in (_memory("VmRSS") or _peak(), _peak()))
            figures = f"{now:6.0f} MB now, {peak:6.0f} MB at most, {spent:.2f} CPU seconds a page"
            print(f"{number:>6} pages: {figures}", flush=True)
