"""How well and how fast pages are read, digidoc beside OCRmyPDF and Tesseract: `make bench`, or this file.

It makes pages of its own (material.py: one of each kind, from a seed) and reads them with every program that is
here; `--pages FOLDER` takes page images with a text file of the same name instead. Where DIGIDOC_CORPUS names a folder
with vietnamese/pages, those are read as well. Every program is started once a page, as a user starts it, and takes its
turn, so that what else the machine does weighs on all. CPU seconds are user + system, children included; memory is that
of the largest process. Error rates are score.py's.

Then digidoc reads a batch with one and with two workers (`--batch`): pages a second, CPU a page without starting up,
and how far its confidences can be believed. `--endurance 1000` does nothing but read so many pages in one process and
print its memory.
"""

import argparse
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from benchmarks.ocr.batch import endure, pace
from benchmarks.ocr.material import KINDS, pages
from benchmarks.ocr.plot import draw
from benchmarks.ocr.programs import MODES, Run, measure, programs
from benchmarks.ocr.reliability import Reliability
from benchmarks.ocr.score import COLUMNS, Score, line, pooled, row, score
from benchmarks.ocr.truth import truth_of
from digidoc.ocr.engine import Mode

SEED: Final = 20261122
_SUFFIXES: Final = {".jpg", ".jpeg", ".png", ".tif", ".tiff"}
_COST: Final = ("CPU s", "wall s", "RSS MB", "PDF / scan")


def images_of(folder: Path) -> list[Path]:
    """The page images with a text file of the same name, in order."""
    there = sorted(path for path in folder.iterdir() if path.suffix.lower() in _SUFFIXES)
    return [path for path in there if path.with_suffix(".txt").exists()]


def kind_of(page: Path) -> str:
    """What a made-up page's name says (0003-table); other pages are all of one kind."""
    number, _dash, kind = page.stem.partition("-")
    return kind if number.isdigit() and kind in KINDS else "page"


def compared(images: Sequence[Path], wanted: Sequence[str], scratch: Path) -> dict[str, dict[Path, tuple[Run, Score]]]:
    """Every program on every page, by turns."""
    commands = {name: command for name, command in programs().items() if not wanted or name in wanted}
    results: dict[str, dict[Path, tuple[Run, Score]]] = {name: {} for name in commands}
    for image in images:
        truth = truth_of(image.with_suffix(".txt"))
        for number, (name, command) in enumerate(commands.items()):
            run = measure(command, image, scratch / f"{image.stem}-{number}")
            if run.problem:
                print(f"{name} on {image.name} {run.problem}")
            results[name][image] = run, score(run.text, truth)
    return results


def report(results: dict[str, dict[Path, tuple[Run, Score]]]) -> None:
    """Print what was measured: all pages, then by kind."""
    print(line("all pages (rates in %)", (*COLUMNS, *_COST)))
    cpu = {}
    for name, done in results.items():
        runs = [run for run, _score in done.values()]
        cpu[name] = sum(run.cpu for run in runs) / len(runs)
        cost = (
            f"{cpu[name]:.2f}",
            f"{sum(run.wall for run in runs) / len(runs):.2f}",
            f"{max(run.rss for run in runs) / 2**20:.0f}",
            f"{sum(run.pdf for run in runs) / sum(run.scan for run in runs):.3f}",
        )
        print(line(name, (*row(pooled(score for _run, score in done.values())), *cost)))
    for name, seconds in cpu.items():
        if "ocrmypdf" in cpu and name.startswith("digidoc"):
            print(f"ocrmypdf / {name}: {cpu['ocrmypdf'] / seconds:.1f} times the CPU, one process a page")
    kinds = by_kind(results)
    if len(kinds) > 1:
        print("\n" + line("CER by kind of page (%)", [name.removeprefix("digidoc ")[:12] for name in results]))
        for kind, rates in kinds.items():
            print(line(kind, [f"{rate:.2f}" for rate in rates]))


def by_kind(results: dict[str, dict[Path, tuple[Run, Score]]]) -> dict[str, list[float]]:
    """CER in per cent of each program on each kind of page."""
    kinds = dict.fromkeys(kind_of(page) for done in results.values() for page in done)
    return {
        kind: [
            100 * pooled(score for page, (_run, score) in done.items() if kind_of(page) == kind).cer
            for done in results.values()
        ]
        for kind in kinds
    }


def batches(images: Sequence[Path], modes: Sequence[Mode], count: int, scratch: Path, peer: float) -> None:
    """Print how a batch goes with one and with two workers, and how far confidences can be believed.

    Args:
        images: the pages.
        modes: of reading, one batch each.
        count: pages in a batch, at least each once.
        scratch: folder for what is written.
        peer: CPU seconds a page of OCRmyPDF on the same pages, 0 where it is not installed.

    """
    for mode in modes:
        runs = [pace(images, max(count, len(images)), jobs, mode, scratch) for jobs in (1, 2)]
        print(f"\ndigidoc {mode}, a batch")
        for run in runs:
            print(
                f"  --jobs {run.jobs}: {run.rate:.2f} pages/s, {run.cpu:.2f} CPU seconds a page,"
                f" {run.rss / 2**20:.0f} MB a worker, {run.pages} pages"
            )
        if peer:
            print(f"  ocrmypdf takes {peer / runs[0].cpu:.1f} times the CPU of a page in this batch")
        print(f"  two workers read {runs[1].rate / runs[0].rate:.2f} times the pages a second of one")
        seen = Reliability()
        for image in images:
            seen.add(runs[0].texts[image.name], truth_of(image.with_suffix(".txt")))
        print("\n".join(f"  {text}" for text in seen.report()))


def sets(given: argparse.Namespace, scratch: Path) -> dict[str, list[Path]]:
    """The pages to read, by the name of the set."""
    if given.pages:
        return {str(given.pages): images_of(given.pages)}
    made = scratch / "made"
    made.mkdir()
    for page in pages(given.count, given.seed):
        page.save(made)
    found = {f"{given.count} made-up pages, seed {given.seed}": images_of(made)}
    corpus = Path(os.environ.get("DIGIDOC_CORPUS") or "/nowhere") / "vietnamese" / "pages"
    if corpus.is_dir():
        found["pages of DIGIDOC_CORPUS"] = images_of(corpus)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.ocr", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pages", type=Path, help="folder of page images, each with a text file of the same name")
    parser.add_argument("--count", type=int, default=len(KINDS), help="made-up pages (%(default)s)")
    parser.add_argument("--seed", type=int, default=SEED, help="of the made-up pages (%(default)s)")
    parser.add_argument("--programs", default="", help="names of those to run, by comma; all")
    parser.add_argument(
        "--batch", type=int, default=2 * len(KINDS), help="pages in the batch, 0 for none (%(default)s)"
    )
    parser.add_argument("--endurance", type=int, default=0, help="only read so many pages in one process")
    parser.add_argument("--mode", choices=MODES, default=MODES[0], help="of the endurance run (%(default)s)")
    parser.add_argument("--plot", type=Path, help="PNG to draw of the first set")
    given = parser.parse_args()
    os.environ["OMP_THREAD_LIMIT"] = "1"
    wanted = [name for name in given.programs.split(",") if name]
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        for number, (name, images) in enumerate(sets(given, scratch).items()):
            if not images:
                parser.error(f"{name}: there is no page image with a text file of the same name")
            if given.endurance:
                endure(images, given.endurance, given.mode, scratch)
                return
            print(f"\n{name}: {len(images)} pages")
            results = compared(images, wanted, scratch)
            report(results)
            if given.plot and not number:
                points = {
                    program: (
                        sum(run.cpu for run, _score in done.values()) / len(done),
                        100 * pooled(score for _run, score in done.values()).cer,
                    )
                    for program, done in results.items()
                }
                draw(points, by_kind(results), given.plot)
            if given.batch:
                peers = [run.cpu for run, _score in results.get("ocrmypdf", {}).values()]
                peer = sum(peers) / max(1, len(peers))
                batches(images, [mode for mode in MODES if f"digidoc {mode}" in results], given.batch, scratch, peer)


if __name__ == "__main__":
    main()
