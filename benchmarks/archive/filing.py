"""How an archive grows that is filled the real way: filing, rebuilding the catalogue, checking every byte.

One archive grows to each size in turn. At each size: papers filed a second since the size before, with what the
processor did; bytes a paper; then `rebuild-index` and `fixity --all` as programs of their own. Only `Archive.file` is
timed, not the making of the scans, which are removed as soon as they are filed.
"""

import hashlib
import itertools
import os
import random
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.archive.material import PAPERS_A_DOSSIER, SEED, UNIT, Made, fields_of, papers
from digidoc.archive.archive import Archive, paper_id
from digidoc.archive.ingest import Draft
from digidoc.model import Event, PaperRecord, PaperState

# Less than a real scan has: what is measured is what the archive does a paper, not what the disk does a byte.
ORIGINAL_BYTES, SEARCHABLE_BYTES = 40_000, 50_000
FILE_BYTES = ORIGINAL_BYTES + SEARCHABLE_BYTES
JOBS = os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class Filled:
    """An archive at one size: seconds on the clock and of the processor, sizes in bytes."""

    papers: int
    filed: int  # since the size before
    filing: tuple[float, float]
    slowest: float  # one dossier
    store: int
    catalogue: int
    log: int
    rebuilding: tuple[float, float]
    checking: tuple[float, float]

    def lines(self) -> Iterator[str]:
        """For people."""
        wall, cpu = self.filing
        yield f"{self.papers:,} papers"
        yield (
            f"  filed {self.filed / wall:,.0f} papers/s, {1000 * wall / self.filed:.1f} ms and"
            f" {1000 * cpu / self.filed:.1f} ms CPU a paper; slowest dossier {1000 * self.slowest:,.0f} ms"
        )
        yield (
            f"  bytes a paper: store {self.store / self.papers:,.0f}, catalogue {self.catalogue / self.papers:,.0f},"
            f" events {self.log / self.papers:,.0f}"
        )
        for name, (wall, cpu) in (("rebuild-index", self.rebuilding), ("fixity --all", self.checking)):
            each = 1000 * cpu / self.papers
            yield f"  {name}: {wall:.1f} s, {self.papers / wall:,.0f} papers/s, {each:.2f} ms CPU a paper"
        wall, cpu = (self.store / 1e9 / seconds for seconds in self.checking)
        yield f"  fixity: {wall:.2f} GB/s, {cpu:.2f} GB a CPU second, {JOBS} processes"


def grow(folder: Path, sizes: Sequence[int]) -> Iterator[Filled]:
    """File papers into a new archive, and measure whenever it has one of the sizes, ascending."""
    root, noise = folder / "archive", random.Random(SEED)  # noqa: S311 (test material)
    Archive.create(root, unit=UNIT, profile="province").close()
    source = papers(sizes[-1])
    done = 0
    for size in sizes:
        filed = size - done
        filing, slowest = _file(root, folder / "scans", itertools.islice(source, filed), noise)
        done = size
        sized = (_size(root / "store"), _size(*root.glob("catalog.db*")), _size(*root.glob("events.jsonl")))
        print(f"{done:,} papers filed in {filing[0]:,.0f} s", file=sys.stderr, flush=True)
        rebuilding = _timed("rebuild-index", "-A", str(root))
        checking = _timed("fixity", "--all", "-q", "-j", str(JOBS), "-A", str(root))
        (root / "catalog.db.before-rebuild").unlink()
        yield Filled(done, filed, filing, slowest, *sized, rebuilding, checking)


def _file(root: Path, scans: Path, source: Iterator[Made], noise: random.Random) -> tuple[tuple[float, float], float]:
    """File papers, five a dossier; seconds on the clock and of the processor, and the longest of all calls."""
    scans.mkdir(exist_ok=True)
    wall = cpu = slowest = 0.0
    with Archive.locate(root) as archive, archive.writing():
        while some := list(itertools.islice(source, PAPERS_A_DOSSIER)):
            drafts = [_draft(scans / str(number), some[0].dossier, made, noise) for number, made in enumerate(some)]
            begun, used = time.perf_counter(), time.process_time()
            archive.file(some[0].dossier, drafts)
            took = time.perf_counter() - begun
            wall, cpu, slowest = wall + took, cpu + time.process_time() - used, max(slowest, took)
    return (wall, cpu), slowest


def _draft(place: Path, dossier: str, made: Made, noise: random.Random) -> Draft:
    original, searchable = place.with_suffix(".jpg"), place.with_suffix(".pdf")
    original.write_bytes(noise.randbytes(ORIGINAL_BYTES))
    searchable.write_bytes(noise.randbytes(SEARCHABLE_BYTES))
    digest = hashlib.sha256(original.read_bytes()).hexdigest()
    name = f"{dossier}-{original.name}"
    record = PaperRecord(
        paper_id=paper_id(dossier, name, digest),
        task_key="benchmark",
        dossier=dossier,
        name=name,
        source=name,
        state=PaperState.FILED,
        sha256=digest,
        pages=(made.text,),
        page_dpi=(300.0,),
        fields=fields_of(made),
        events=(Event(datetime.now(UTC), "capture", "success", "benchmark"),),
        confidence=0.95,
        conformant=True,
    )
    return Draft(record, {"original": original, "searchable": searchable})


def _size(*places: Path) -> int:
    """Bytes of files and of all files below folders."""
    below = (
        file
        for place in places
        for file in ([place] if place.is_file() else (Path(f, n) for f, _, names in os.walk(place) for n in names))
    )
    return sum(file.stat().st_size for file in below)


def _timed(*words: str) -> tuple[float, float]:
    """Seconds on the clock, and of the processor with all children, of a command of digidoc."""
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([sys.executable, "-m", "digidoc", *words], check=True, stdout=subprocess.DEVNULL)
    wall, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
