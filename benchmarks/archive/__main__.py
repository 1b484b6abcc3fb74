"""How the archive grows: filing, the size of the catalogue, and searching, plain SQLite FTS5 beside it.

`python -m benchmarks.archive --filed 10000,100000 --sizes 10000,100000,1000000` makes archives of that many synthetic
papers (see material.py), measures, and draws docs/images/archive-growth.svg when there is more than one size to
search in. All of that needs 25 GB and an hour. With `--folder` the archives to search in are kept and used again.

What comes from where: papers filed a second, bytes a paper, and the times of `rebuild-index` and `fixity` are those of
the real way (`Archive.file`: files into the store, then the catalogue); see filing.py. The archives to search
in are written into the catalogue alone, for a million papers would take hours to file; files and events of those papers
do not exist.

The peer is SQLite's FTS5 as a program uses it that leaves all to it: `unicode61 remove_diacritics 2`, the words of the
query, `ORDER BY rank` (bm25), the 20 best. It gives row ids only; digidoc's times include fields and snippets of 20
papers. Each query is asked twice: the figures are those of the second time, when the disk plays no part; "first p95"
is that of the first. The peer is asked once; its time goes to the processor, not to the disk. Whole programs for
archives of papers (paperless-ngx, Mayan EDMS) need servers of their own and are not measured here.
"""

import argparse
import random
import resource
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path

from benchmarks.archive.filing import FILE_BYTES, grow
from benchmarks.archive.material import PAPERS_A_DOSSIER, SEED, UNIT, Made, fill, papers, peer
from benchmarks.archive.plot import draw
from digidoc.archive.archive import Archive
from digidoc.archive.catalog.index import words_of
from digidoc.archive.catalog.query import Filters
from digidoc.text import fold

PLOT = Path(__file__).parents[2] / "docs" / "images" / "archive-growth.svg"
QUERIES, PEER_QUERIES = 200, 20
SAMPLE = 5_000  # papers that queries are taken from; every size has them
NONE = Filters()
PLOTTED = ("two syllables, common", "two syllables, rare", "word, type and month", "document number")


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds of the queries of one kind, on the clock and of the processor."""

    wall: list[float]
    cpu: list[float]

    def line(self) -> str:
        """Median and 95th percentile on the clock, processor's mean."""
        return f"{statistics.median(self.wall):9.1f} {self.p95:9.1f} {statistics.fmean(self.cpu):9.1f}"

    @property
    def p95(self) -> float:
        """The 95th percentile on the clock."""
        return statistics.quantiles(self.wall, n=20)[-1]


def timed(calls: list[Callable[[], object]]) -> Times:
    wall, cpu = [], []
    for call in calls:
        begun, used = time.perf_counter(), time.process_time()
        call()
        wall.append(1000 * (time.perf_counter() - begun))
        cpu.append(1000 * (time.process_time() - used))
    return Times(wall, cpu)


def queries() -> dict[str, list[tuple[str, Filters]]]:
    """Queries by kind, from words of the papers; every other one without accents."""
    chance = random.Random(SEED)  # noqa: S311 (test material)
    source = list(papers(SAMPLE))
    counted: dict[str, int] = {}
    texts = [words_of(made.text) for made in source]
    for pair in (pair for words in texts for pair in pairwise(words)):
        counted[" ".join(pair)] = counted.get(" ".join(pair), 0) + 1
    ordered = sorted((pair for pair in counted if not any(c.isdigit() for c in pair)), key=lambda pair: -counted[pair])
    singles = sorted(
        {word for words in texts for word in words}, key=lambda w: -sum(w in words for words in texts[:500])
    )

    def run(length: int) -> str:
        words = chance.choice(texts)
        start = chance.randrange(len(words) - length)
        return " ".join(words[start : start + length])

    def of(make: Callable[[Made], tuple[str, Filters]]) -> list[tuple[str, Filters]]:
        found = [make(chance.choice(source)) for _ in range(QUERIES)]
        return [(fold(text) if number % 2 else text, filters) for number, (text, filters) in enumerate(found)]

    def around(made: Made) -> tuple[date, date]:
        day = date.fromisoformat(dict(made.fields)["IssuedDate"])
        return day.replace(day=1), day.replace(day=28)

    kind = "TypeName"
    return {
        "two syllables, common": of(lambda _: (chance.choice(ordered[:200]), NONE)),
        "two syllables, as they come": of(lambda _: (run(2), NONE)),
        "two syllables, rare": of(lambda _: (chance.choice(ordered[-5000:]), NONE)),
        "two common ones, no word": of(lambda _: (" ".join(chance.sample(singles[:150], 2)), NONE)),
        "one syllable": of(lambda _: (run(1), NONE)),
        "phrase of four, quoted": of(lambda _: (f'"{run(4)}"', NONE)),
        "four words": of(lambda _: (f"{run(2)} {run(2)}", NONE)),
        "document number": of(lambda made: (made.number, NONE)),
        "word, type and month": of(lambda made: (run(2), Filters(((kind, made.fields[4][1]),), *around(made)))),
        "word in a dossier": of(lambda made: (run(2), Filters(dossier=made.dossier))),
        "type and organisation alone": of(lambda made: ("", Filters((made.fields[4], made.fields[3])))),
    }


def search_times(folder: Path, asked: dict[str, list[tuple[str, Filters]]]) -> dict[str, Times]:
    with Archive.locate(folder) as archive:
        return {
            kind: timed([lambda q=q, f=f: archive.search(q, filters=f) for q, f in some])
            for kind, some in asked.items()
        }


def peer_times(db: sqlite3.Connection, asked: dict[str, list[tuple[str, Filters]]]) -> dict[str, Times]:
    def ask(words: list[str]) -> object:
        match = " ".join(f'"{word}"' for word in words)
        return db.execute("SELECT rowid FROM text WHERE text MATCH ? ORDER BY rank LIMIT 20", [match]).fetchall()

    found = {}
    for kind, some in asked.items():
        plain = [query for query, filters in some if not filters][:PEER_QUERIES]
        if plain:
            # A number is one phrase, and so is what is quoted; other words are looked for one by one.
            split = [[q] if "/" in q else [q.strip('"')] if q.startswith('"') else q.split() for q in plain]
            found[kind] = timed([lambda words=words: ask(words) for words in split])
    return found


def grown(folder: Path, count: int) -> Path:
    """The archive with `count` papers, made if it is not there."""
    place = folder / str(count)
    if not place.exists():
        begun = time.perf_counter()
        with Archive.create(place, unit=UNIT, profile="province") as archive:
            fill(archive, count)
        print(f"{count:,} papers written into the catalogue in {time.perf_counter() - begun:,.0f} s")
    if not (place / "peer.db").exists():
        begun = time.perf_counter()
        with Archive.locate(place) as archive:
            peer(archive).close()
        print(f"{count:,} pages written into the peer's index in {time.perf_counter() - begun:,.0f} s")
    return place


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.archive", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("--filed", default="2000", help="papers filed the real way, with commas between; 0 for none")
    parser.add_argument("--sizes", default="2000", help="papers in each archive to search in, likewise")
    parser.add_argument("--folder", type=Path, help="keep the archives here and use those that are here already")
    args = parser.parse_args()
    sizes, filed = (sorted(int(size) for size in given.split(",")) for given in (args.sizes, args.filed))
    asked = queries()
    growth: dict[str, list[float]] = {}
    peers: dict[str, list[float]] = {}
    megabytes = []
    with tempfile.TemporaryDirectory() as scratch:
        if filed != [0]:
            print(f"filed the real way: {PAPERS_A_DOSSIER} papers a dossier, {FILE_BYTES:,} bytes of files each")
            for one in grow(Path(scratch), filed):
                print("\n".join(one.lines()), flush=True)
        folder = args.folder or Path(scratch)
        for size in sizes:
            place = grown(folder, size)
            catalogue = (place / "catalog.db").stat().st_size
            megabytes.append(catalogue / 1e6)
            print(f"\n{size:,} papers: catalogue {catalogue / 1e6:,.0f} MB, {catalogue / size:,.0f} bytes a paper")
            print(f"{'ms':<30}{'p50':>9} {'p95':>9} {'CPU':>9} {'first p95':>9}     FTS5+bm25: p50, p95, CPU")
            first, times = search_times(place, asked), search_times(place, asked)
            with closing(sqlite3.connect(place / "peer.db")) as db:
                beside = peer_times(db, asked)
            for kind, found in times.items():
                other = beside.get(kind)
                print(
                    f"{kind:<30}{found.line()} {first[kind].p95:9.1f}     {other.line() if other else '':>29}",
                    flush=True,
                )
                growth.setdefault(kind, []).append(found.p95)
                if other:
                    peers.setdefault(kind, []).append(other.p95)
    print(f"\nmost memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")
    if len(sizes) > 1:
        for name, values in ({"catalogue, MB": megabytes} | growth).items():
            print(f"{name:<30}" + " → ".join(f"{value:,.1f}" for value in values))
        own, beside_it = ({kind: some[kind] for kind in PLOTTED if kind in some} for some in (growth, peers))
        PLOT.write_text(draw(sizes, own, beside_it), encoding="utf-8")


if __name__ == "__main__":
    main()
