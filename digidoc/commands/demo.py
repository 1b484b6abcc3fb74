"""`digidoc demo`: the whole way on sample scans that digidoc makes itself."""

import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from digidoc.clock import VIETNAM
from digidoc.commands import console, options
from digidoc.errors import ArchiveExists, ExitCode
from digidoc.i18n import current
from digidoc.i18n import tr as _
from digidoc.model import Verdict
from digidoc.progress import PagesProgress

if TYPE_CHECKING:
    from rich.console import RenderableType

    from digidoc.archive.archive import Archive
    from digidoc.demo.register import RegisterFiles
    from digidoc.demo.scans import DemoScan
    from digidoc.outcome import Batch
    from digidoc.pipeline.digitized import Digitized
    from digidoc.register import Imported
    from digidoc.report.document import ReportDocument

_ORGANISATION: Final = "ỦY BAN NHÂN DÂN XÃ AN BÌNH ĐÔNG"
_TARGET: Final = "truong-son"
# The invented province's own programme: it asks for digitized results, signed or not, so that there is a way to go.
_PROGRAMME: Final = """\
format = 1
name = "truong-son"
title = "Trường Sơn: số hóa kết quả giải quyết thủ tục hành chính còn hiệu lực (giả định)"
source = "Kế hoạch giả định của digidoc demo"
metric = "stock"
quality = "attached"
mode = "points"
valid_from = {first}-01-01
valid_to = {last}-12-31

[levels.province]
base = 30
step = 15
cap = 90

[levels.district]
base = 20
step = 15
cap = 90

[levels.commune]
base = 25
step = 15
cap = 90
"""
_MARKER: Final = ".digidoc-demo"
# The notice that was laid on the scanner on its side.
_SAMPLE: Final = ("H99.26-250918-0021", "01-thong-bao.jpg")
_QUERY: Final = "ho kinh doanh"
_HELP = "\n\n".join(
    [
        _("Make sample scans, a register and a throw-away key; digitize, sign, archive, verify and report."),
        _("FOLDER is made new; a folder that an earlier demo made is replaced, any other is refused."),
        options.examples("digidoc demo", "digidoc demo ~/try-digidoc --json"),
        console.exit_codes(
            ExitCode.OK, ExitCode.FAILED, ExitCode.SOME_FAILED, ExitCode.DEPENDENCY, ExitCode.INTERRUPTED
        ),
    ]
)


@dataclass(frozen=True, slots=True)
class _Tour:
    """What the demonstration came to."""

    folder: Path
    batch: "Batch[Digitized]"
    imported: "Imported"
    verdicts: tuple[Any, ...]
    report: "ReportDocument"
    sample: Path
    page: Path


def register(app: typer.Typer) -> None:
    """Mount the command."""
    app.command("demo", help=_HELP, rich_help_panel=_("Start"))(demo)


def demo(
    folder: Annotated[Path, typer.Argument(metavar=_("FOLDER"), help=_("Folder for the demonstration."))] = Path(
        "digidoc-demo"
    ),
    jobs: options.Jobs = None,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Carry `digidoc demo` out."""
    reporter = console.reporter(as_json=as_json, quiet=quiet)
    _make_room(folder)
    reporter.note(_("1. Sample scans and a throw-away key are made in {folder}.").format(folder=folder))
    archive_folder, scans = _prepare(folder)
    reporter.note(_("2. The scans are read, made searchable, signed and filed."))
    with reporter.progress(_("Digitizing"), _("pages")) as bar:
        batch = _digitize(folder, archive_folder, jobs or os.cpu_count() or 1, bar)
    reporter.note(_("3. A register of dossiers is made in {folder} and imported.").format(folder=folder / "register"))
    imported = _import_register(folder, archive_folder, scans)
    reporter.note(_("4. Every signature is verified, and the report is made."))
    tour = _look_back(folder, archive_folder, batch, imported)
    bad = [verdict for verdict in tour.verdicts if verdict.verdict is not Verdict.TOTAL_PASSED]
    code = batch.exit_code or (ExitCode.FAILED if bad else ExitCode.OK)
    console.finish(
        reporter, console.Result("digidoc.demo/1", _data(tour), lambda: _view(tour), batch.problems, ExitCode(code))
    )


def _make_room(folder: Path) -> None:
    """A new folder for the demonstration; only what an earlier one made is ever removed."""
    if folder.exists():
        if not (folder / _MARKER).is_file():
            if not folder.is_dir() or any(folder.iterdir()):
                raise ArchiveExists(file=folder)
        else:
            _remove(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _MARKER).write_text("made by `digidoc demo`, which may remove it\n", encoding="utf-8")


def _remove(folder: Path) -> None:
    """Remove an earlier demonstration; its store is read-only, so it is made writable first."""
    for place, folders, names in os.walk(folder):
        for name in (*folders, *names):
            (Path(place) / name).chmod(0o700)
    shutil.rmtree(folder)


def _prepare(folder: Path) -> "tuple[Path, list[DemoScan]]":
    """Scans, key, archive and its signing profile; the folder of the archive, and the scans."""
    from digidoc.archive.archive import Archive
    from digidoc.archive.layout import TARGETS
    from digidoc.demo.register_lists import PROVINCE, PROVINCE_NAME
    from digidoc.demo.scans import make_scans
    from digidoc.model import Level, Unit
    from digidoc.sign.throwaway import make_throwaway_pki

    scans = make_scans(folder / "scans")
    pki = make_throwaway_pki(folder / "keys", _ORGANISATION)
    unit = Unit(PROVINCE, Level.PROVINCE, PROVINCE_NAME)
    with Archive.create(folder / "archive", unit=unit, profile="province", target=_TARGET) as archive:
        shutil.copyfile(pki.root, archive.trust_folder / "demo-root.pem")
        programmes, year = archive.root / TARGETS, datetime.now(VIETNAM).year
        programmes.mkdir()
        own = programmes / f"{_TARGET}.toml"
        own.write_text(_PROGRAMME.format(first=year - 3, last=year + 1), encoding="utf-8")
        with archive.layout.config.open("a", encoding="utf-8") as config:
            config.write(
                "\n[sign.demo]\n"
                f'key = "../{pki.key.relative_to(folder).as_posix()}"\n'
                f'pin_file = "../{pki.pin_file.relative_to(folder).as_posix()}"\n'
                'stamp = "SAO Y"\n'
                f'organisation = "{_ORGANISATION}"\n'
            )
        return archive.root, scans


def _digitize(folder: Path, archive_folder: Path, jobs: int, bar: PagesProgress) -> "Batch[Digitized]":
    from digidoc.archive.archive import Archive
    from digidoc.engine.opening import open_engine
    from digidoc.ocr.engine import EngineSpec
    from digidoc.pipeline import digitize as driver
    from digidoc.pipeline.collect import collect
    from digidoc.pipeline.signing import opened

    with Archive.locate(archive_folder) as archive, opened(archive, "demo") as signers:
        items = collect([folder / "scans"], None, archive.root).items
        return driver.digitize(archive, items, open_engine(jobs, current()), EngineSpec(), bar, signers)


def _import_register(folder: Path, archive_folder: Path, scans: "list[DemoScan]") -> "Imported":
    """Make the files of a register and import them as `digidoc import` does; what came of the dossiers."""
    from digidoc.archive.archive import Archive
    from digidoc.demo.register import make_register

    today = datetime.now(VIETNAM).date()
    files = make_register(folder / "register", today, scans)
    with Archive.locate(archive_folder) as archive, archive.writing():
        return _imported(archive, files, today)


def _imported(archive: "Archive", files: "RegisterFiles", today: date) -> "Imported":
    from digidoc.archive.importing.reading import Reading, digest
    from digidoc.register import ImportSource

    found = {}
    for kind, file, take in (
        ("units", files.units, archive.register_units),
        ("procedures", files.procedures, archive.register_procedures),
        ("dossiers", files.dossiers, archive.register_dossiers),
        ("papers", files.papers, archive.register_results),
    ):
        unit, known = archive.config.unit.code, archive.known_dossiers
        reading = Reading(file, kind, mapping={}, sheet=None, unit=unit, today=today, known=known)
        found[kind] = take(reading.values(), ImportSource(file, digest(file), kind, {}))
    return found["dossiers"]


def _look_back(folder: Path, archive_folder: Path, batch: "Batch[Digitized]", imported: "Imported") -> _Tour:
    from digidoc.archive.archive import Archive
    from digidoc.commands.report.places import folders
    from digidoc.register import GroupBy
    from digidoc.report.assemble import assemble
    from digidoc.report.render import made_as
    from digidoc.report.request import Asked
    from digidoc.sign.trust.anchors import load_anchors
    from digidoc.sign.trust.store import trust_files
    from digidoc.sign.validate.verify import verify_file

    with Archive.locate(archive_folder) as archive:
        anchors = load_anchors(trust_files([archive.trust_folder]))
        details = [outcome.detail for outcome in batch.outcomes if outcome.detail is not None]
        signed = {
            (one.dossier, one.name): archive.file_path(one.filed.paper, "signed")
            for one in details
            if one.filed is not None and one.filed.signatures
        }
        verdicts = tuple(verify_file(path, anchors) for path in signed.values())
        report = assemble(archive, Asked(by=GroupBy.UNIT).question(archive.figures(), folders(archive.root)))
        sample, page = folder / "signed-sample.pdf", folder / "report.html"
        if _SAMPLE in signed:
            shutil.copyfile(signed[_SAMPLE], sample)
        page.write_bytes(made_as("html", report))
        return _Tour(folder, batch, imported, verdicts, report, sample, page)


def _data(tour: _Tour) -> dict[str, Any]:
    from digidoc.report import json_form

    return {
        "folder": str(tour.folder),
        "counts": tour.batch.counts,
        "verify": [verdict.to_json() for verdict in tour.verdicts],
        "imported": {"new": tour.imported.new, "changed": tour.imported.changed},
        "report": json_form.to_json(tour.report),
        "sample": str(tour.sample),
        "page": str(tour.page),
    }


def _view(tour: _Tour) -> "Iterable[RenderableType]":
    from rich.text import Text

    from digidoc.commands.report.terminal import view
    from digidoc.demo.register_lists import OWNER

    counts, passed = tour.batch.counts, sum(verdict.verdict is Verdict.TOTAL_PASSED for verdict in tour.verdicts)
    filed = counts["done"] + counts["review"]
    said = _("{filed} papers are in the archive; {review} of them wait for a person to confirm a number or a date.")
    yield Text(said.format(filed=filed, review=counts["review"]))
    yield Text(_("{passed} of {all} signatures verify.").format(passed=passed, all=len(tour.verdicts)), style="bold")
    yield Text(_("{dossiers} dossiers of a register were imported.").format(dossiers=tour.imported.new))
    yield ""
    yield from view(tour.report)
    yield ""
    yield Text(_("Where to look:"), style="bold")
    archive = tour.folder / "archive"
    yield f"  {tour.page}"
    reports = ("report --by month --period all", "report --by unit --target danang-2021", "report --missing")
    for command in (f"search '{_QUERY}'", "status", *reports):
        yield f"  digidoc {command} --archive {archive}"
    yield f"  echo {OWNER} | digidoc reuse find --owner - --archive {archive}"
    yield f"  digidoc import dossiers {tour.folder / 'register' / 'ho-so.csv'} --archive {archive}"
    yield f"  digidoc verify {tour.sample} --trust {tour.folder / 'keys' / 'root.pem'}"
