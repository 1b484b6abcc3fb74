"""How fast the store is checked, digidoc fixity beside sha512sum: `python -m benchmarks.fixity [GIGABYTES [FOLDER]]`.

An archive of dossiers is made whose files have the sizes of scans (0.2 to 8 MB); both programs then read the same files
from the system's cache, taking turns, three times. `sha512sum` is run by xargs with as many processes as digidoc has
workers, which is the fastest that it can be. The best wall-clock time of each counts, with its CPU seconds, children
included.
"""

import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from digidoc.archive.archive import Archive, paper_id
from digidoc.archive.ingest import Draft
from digidoc.files.disk import sha256_of
from digidoc.model import Event, Level, PaperRecord, PaperState, Unit

ROUNDS = 3
JOBS = os.cpu_count() or 1


def fill(root: Path, scratch: Path, size: int) -> int:
    """Dossiers of eight papers until `size` bytes are in the store; how many bytes there are."""
    chance, total = random.Random(5), 0  # noqa: S311 (content for files)
    with Archive.create(root, unit=Unit("H17", Level.COMMUNE), profile="commune") as archive, archive.writing():
        number = 0
        while total < size:
            drafts = []
            for _paper in range(8):
                number += 1
                path = scratch / f"{number}.tif"
                path.write_bytes(chance.randbytes(chance.randint(200_000, 8_000_000)))
                total += path.stat().st_size
                drafts.append(draft(path, f"D{number // 8}"))
            archive.file(drafts[0].record.dossier, drafts)
            for one in drafts:
                one.files["original"].unlink()
    return total


def draft(path: Path, dossier: str) -> Draft:
    sha256 = sha256_of(path)
    record = PaperRecord(
        paper_id=paper_id(dossier, path.name, sha256),
        task_key="benchmark",
        dossier=dossier,
        name=path.name,
        source=str(path),
        state=PaperState.FILED,
        sha256=sha256,
        events=(Event(datetime.now(UTC), "capture", "success", "benchmark"),),
    )
    return Draft(record, {"original": path})


def timed(command: list[str] | str) -> tuple[float, float]:
    """Wall-clock and CPU seconds of a command, children included."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, shell=isinstance(command, str), check=True, stdout=subprocess.DEVNULL)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main(gigabytes: float, folder: str | None) -> None:
    if shutil.which("sha512sum") is None:
        sys.exit("sha512sum is not installed: there is nothing to compare with")
    with tempfile.TemporaryDirectory(dir=folder) as made:
        root, scratch = Path(made, "kho"), Path(made, "scratch")
        scratch.mkdir()
        size = fill(root, scratch, int(gigabytes * 1e9))
        digidoc = [sys.executable, "-m", "digidoc", "fixity", "--all", "-q", "-j", str(JOBS), "-A", str(root)]
        theirs = f"find '{root / 'store'}' -type f -print0 | xargs -0 -P {JOBS} -n 16 sha512sum"
        best = {"digidoc fixity": (1e9, 1e9), "sha512sum": (1e9, 1e9)}
        for _round in range(ROUNDS):
            for name, command in (("digidoc fixity", digidoc), ("sha512sum", theirs)):
                best[name] = min(best[name], timed(command))
        print(f"{size / 1e9:.2f} GB, {JOBS} processes, best of {ROUNDS}")
        for name, (wall, cpu) in best.items():
            speed = f"{size / 1e9 / wall:6.2f} GB/s {size / 1e9 / cpu:6.2f} GB/CPU s"
            print(f"{name:15} {wall:7.2f} s {cpu:7.2f} CPU s {speed}")
        (our_wall, our_cpu), (wall, cpu) = best.values()
        print(f"speed of digidoc: {100 * wall / our_wall:.0f} % by the clock, {100 * cpu / our_cpu:.0f} % by CPU time")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 2.0, sys.argv[2] if len(sys.argv) > 2 else None)
