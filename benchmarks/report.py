"""How importing a register and reporting from it grow with the register.

`python -m benchmarks.report --sizes 10000,100000,1000000` makes a register of that many dossiers (that of `digidoc
demo`, see digidoc/demo/register.py) with three papers each, imports it, and reports: now, from the tables of sums, and
as of a past day, counted from the rows. It prints a table, and draws docs/images/report-growth.svg when there is more
than one size. A million dossiers need 3 GB and about a quarter of an hour. With `--folder` the archives are kept.

What comes from where. Every dossier has a component and a result in the register; a third paper, a component with a
name, comes for a share of them by the list of papers. The digitized papers, three a dossier, are written into the
catalogue alone, as benchmarks/archive does: filing three million papers takes hours. Of each dossier one is matched
to the result, so that a report as of a past day has to look at them all. Processor time is that of the process that
does it, children's included; the peak is the largest resident size of the import.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.archive.plot import draw
from digidoc.archive.archive import Archive
from digidoc.archive.catalog import paper_sums
from digidoc.archive.catalog.database import transaction
from digidoc.archive.register import facts
from digidoc.archive.register.counts import today
from digidoc.demo.register import RegisterFiles, make_register
from digidoc.demo.register_lists import PROVINCE, PROVINCE_NAME
from digidoc.model import Level, Unit

PLOT = Path(__file__).parent.parent / "docs" / "images" / "report-growth.svg"
PAPERS_A_DOSSIER = 3
# A paper: two of three conform, two of five are signed, one of a hundred signatures fails.
_PAPERS = """
    INSERT INTO paper(paper_id, task_key, dossier, name, source, state, sha256, object_id, object_version, confidence,
                      conformant, doubts, registered_at, verdict, holds_from)
    SELECT printf('P-%015x%d', d.id, n), 'key', d.code, n || '.pdf', '', 'filed', printf('%063x%d', d.id, n), 'o', 'v1',
           0.9, (d.id + n) % 3 > 0, '[]', coalesce(d.finished_on, d.received_on) || 'T03:00:00.000000+00:00',
           CASE WHEN (d.id + n) % 5 > 1 THEN '' WHEN d.id % 100 = 7 THEN 'TOTAL_FAILED' ELSE 'TOTAL_PASSED' END,
           CASE WHEN (d.id + n) % 5 > 1 THEN '' ELSE coalesce(d.finished_on, d.received_on) || 'T04:00:00.000000+00:00'
           END
    FROM register_dossier AS d CROSS JOIN (SELECT 1 AS n UNION ALL SELECT 2 UNION ALL SELECT 3)
"""
_MATCHED = """
    UPDATE register_paper SET paper_id = printf('P-%015x%d', dossier, 1 + ordinal % 3) WHERE live AND dossier % 3 > 0
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured at one size; times in seconds of the processor.

    Attributes:
        dossiers, papers: in the register and in the archive.
        dossiers_import, dossiers_peak: importing the dossiers, and the largest resident size in MiB.
        rows, papers_import: rows of the list of papers, and importing them.
        report: the whole of `digidoc report --json`; `now`: the counting in it.
        past: the same as of yesterday; `scratch`: the counting in it.
        catalogue: bytes of the catalogue: of the register alone, and with the papers.

    """

    dossiers: int
    papers: int
    dossiers_import: float
    dossiers_peak: float
    rows: int
    papers_import: float
    report: float
    now: float
    past: float
    scratch: float
    register_bytes: int
    catalogue: int


def run(*words: str) -> tuple[float, float]:
    """Processor time of a command of digidoc, in seconds, and its largest resident size, in MiB."""
    process = subprocess.Popen([sys.executable, "-m", "digidoc", *words], stdout=subprocess.DEVNULL)
    _pid, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, words
    seconds, peak = used.ru_utime + used.ru_stime, used.ru_maxrss / 1024
    print(f"{datetime.now(UTC):%H:%M:%S} {seconds:7.1f} s {peak:5.0f} MiB  {' '.join(words[:2])}", file=sys.stderr)
    return seconds, peak


def counting(folder: Path, as_of: str | None) -> float:
    """Processor time of making the report of an open archive, without starting a process."""
    from digidoc.report.assemble import assemble
    from digidoc.report.request import Asked

    with Archive.locate(folder) as archive:
        begun = time.process_time()
        assemble(archive, Asked(as_of=as_of, target="danang-2021").question(archive.figures(), ()))
        return time.process_time() - begun


def digitize(archive: Archive) -> None:
    """Write three papers a dossier into the catalogue, match them, and make facts and sums anew."""
    db = archive.catalog.db
    with archive.writing(), transaction(db):
        db.execute("INSERT INTO dossier(code, object_id, known) SELECT code, 'o', 1 FROM register_dossier")
        db.execute(_PAPERS)
        with facts.changing(db):
            last = db.execute("SELECT max(id) FROM register_dossier").fetchone()[0]
            facts.touch_new(db, 1, last)
            db.execute(_MATCHED)
        paper_sums.recount(db)


def measure(folder: Path, size: int) -> Measured:
    """Make an archive with a register of this size in a folder, and measure."""
    day = today() - timedelta(days=1)
    files: RegisterFiles = make_register(folder / "register", day, dossiers=size)
    where = folder / "archive"
    Archive.create(where, unit=Unit(PROVINCE, Level.PROVINCE, PROVINCE_NAME), profile="province").close()
    for kind, file in (("units", files.units), ("procedures", files.procedures)):
        run("import", kind, str(file), "--archive", str(where))
    imported, peak = run("import", "dossiers", str(files.dossiers), "--archive", str(where))
    listed, _peak = run("import", "papers", str(files.papers), "--archive", str(where))
    register_bytes = (where / "catalog.db").stat().st_size
    with Archive.locate(where) as archive:
        digitize(archive)
        papers = archive.paper_counts(None).attached
    yesterday = day.isoformat()
    with files.papers.open("rb") as lines:
        rows = sum(1 for _line in lines) - 1
    report, past = (
        run("report", *words, "--json", "--archive", str(where))[0] for words in ((), ("--as-of", yesterday))
    )
    return Measured(
        dossiers=size,
        papers=papers,
        dossiers_import=imported,
        dossiers_peak=peak,
        rows=rows,
        papers_import=listed,
        report=report,
        now=counting(where, None),
        past=past,
        scratch=counting(where, yesterday),
        register_bytes=register_bytes,
        catalogue=(where / "catalog.db").stat().st_size,
    )


def table(found: Sequence[Measured]) -> str:
    """The figures as a table in Markdown."""
    lines = [
        ("dossiers · digitized papers", [f"{m.dossiers:,} · {m.papers:,}" for m in found]),
        ("import of the dossiers: CPU s", [f"{m.dossiers_import:.1f}" for m in found]),
        ("… rows a CPU second", [f"{m.dossiers / m.dossiers_import:,.0f}" for m in found]),
        ("… largest resident size, MiB", [f"{m.dossiers_peak:,.0f}" for m in found]),
        ("import of a list of papers: rows · CPU s", [f"{m.rows:,} · {m.papers_import:.1f}" for m in found]),
        ("`report --json`, CPU s", [f"{m.report:.2f}" for m in found]),
        ("… the counting alone", [f"{m.now:.3f}" for m in found]),
        ("`report --json --as-of` yesterday, CPU s", [f"{m.past:.2f}" for m in found]),
        ("… the counting alone", [f"{m.scratch:.2f}" for m in found]),
        ("catalogue with the register, MB", [f"{m.register_bytes / 1e6:,.0f}" for m in found]),
        ("… and the papers (without their texts)", [f"{m.catalogue / 1e6:,.0f}" for m in found]),
    ]
    rows = [f"| {title} | {' | '.join(cells)} |" for title, cells in lines]
    return "\n".join((rows[0], "|---|" + "---:|" * len(found), *rows[1:]))


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.report", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", default="10000,100000")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--out", type=Path, help="write the figures as JSON too")
    asked = parser.parse_args()
    found: list[Measured] = []
    with tempfile.TemporaryDirectory() as scratch:
        for size in map(int, asked.sizes.split(",")):
            found.append(measure((asked.folder or Path(scratch)) / str(size), size))
            print(f"{datetime.now(UTC):%H:%M:%S} {found[-1]}", flush=True)
            if asked.out is not None:
                asked.out.write_text(json.dumps([asdict(one) for one in found], indent=1), encoding="utf-8")
    print(table(found))
    if len(found) > 1:
        own = {
            "import of the dossiers": [1000 * one.dossiers_import for one in found],
            "report as of a past day": [1000 * one.past for one in found],
            "report of now": [1000 * one.report for one in found],
            "… the counting in it": [1000 * one.now for one in found],
        }
        title = "Processor time of importing a register and of reporting from it"
        drawn = draw([one.dossiers for one in found], own, {}, title=title, axis="dossiers, with three papers each")
        PLOT.write_text(drawn, encoding="utf-8")


if __name__ == "__main__":
    main()
