"""An archive to look at: papers that are found, moved, withdrawn, damaged, named to deceive, and one of many pages."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import quote

import typer

from digidoc.archive.archive import Archive
from digidoc.archive.events import clerk
from digidoc.archive.ingest import Draft
from digidoc.commands.papers import paper
from digidoc.model import PaperRecord, PaperState, SignatureRecord
from digidoc.pipeline.review.reading import Reading
from digidoc.register import DossierState, ImportSource, PaperKind, RegisterDossier, RegisterPaper
from tests.bench.made import NOTATION, SUBJECT, Asked, Made, draft, make_archive, number
from tests.bench.test_security import Client
from tests.running import runner

DOSSIER = "H17.12-250101-0001"
OTHER = "H17.12-250101-0002"
EVIL = '"><script>alert(1)<b> 100% \u202egnp.exe.png'
TYPE = Asked("TypeName", "Quyết định", 0.99, "QUYẾT ĐỊNH", review=False)
DATE = Asked("IssuedDate", "2024-11-22", 0.98, "ngày 22 tháng 11 năm 2024", review=False)
BOLD = replace(SUBJECT, value="Về việc <b>")
PAGES = 1000


def make(folder: Path) -> Path:
    """The archive."""
    papers = [
        Made(
            "a.png", [replace(number("15"), review=False), NOTATION, DATE, TYPE, replace(SUBJECT, value="Về việc <b>")]
        ),
        Made("turned.png", [TYPE], skew=-1.2, turn=90),
        Made("moved.png", [TYPE]),
        Made("gone.png", [TYPE]),
        Made(EVIL, [], dossier=None),
    ]
    root = make_archive(folder, papers)
    with Archive.locate(root) as archive, archive.writing():
        archive.file(DOSSIER, [_signed(folder / "signed"), _long(folder / "long")])
        source = ImportSource(Path("hs.csv"), "ab" * 32, "dossiers", {})
        archive.register_dossiers([_registered()], source)
    run = _runner(root)
    run("paper", "move", named(root, "moved.png"), "--to", OTHER, "--yes")
    run("paper", "withdraw", named(root, "gone.png"), "--reason", "scanned twice", "--yes")
    return root


def named(root: Path, name: str) -> str:
    """The id of the paper of this name, in use or not."""
    with Archive.locate(root) as archive:
        rows = archive.catalog.db.execute("SELECT paper_id FROM paper WHERE name = ? ORDER BY rowid", [name])
        return str(rows.fetchone()[0])


def record(root: Path, name: str) -> PaperRecord:
    """What the archive knows of it."""
    with Archive.locate(root) as archive:
        return archive.paper(named(root, name))


def page(client: Client, path: str, status: int = 200) -> str:
    """The page at a path, checked to be of the size that is allowed."""
    answer, content = client.ask(quote(path, safe="/?&=%"))
    assert answer.status == status, content.decode()
    assert len(content) <= 60_000
    return content.decode()


def _runner(root: Path):
    app = typer.Typer()
    paper.register(app)
    app.command("other")(lambda: None)
    run = runner(app)

    def said(*words: str) -> None:
        with clerk.acting(clerk.system_user()):  # as the program does for every command line
            result = run(*words, "-A", str(root), "--clerk", "Lê Thị C")
        assert result.exit_code == 0, (result.output, result.exception)

    return said


def _signed(folder: Path) -> Draft:
    made = draft(folder, Made("signed.png", [TYPE]))
    at = datetime(2025, 3, 31, 17, 30, tzinfo=UTC)  # the day after, in Vietnam
    signature = SignatureRecord("Sig", "TOTAL_PASSED", "", "PAdES-B-LT", "Trần Quốc Hưng", at, at)
    return Draft(
        replace(made.record, state=PaperState.FILED, signatures=(signature,)),
        {**made.files, "signed": made.files["searchable"]},
    )


def _long(folder: Path) -> Draft:
    """A paper whose text has many more pages than its file: they are shown by need."""
    made = draft(folder, Made("long.png", []))
    printed = Reading.from_json(made.files["text"].read_bytes()).pages[0]
    text = folder / "long.json"
    text.write_bytes(Reading((printed,) * PAGES, ()).to_json())
    long = replace(made.record, pages=(printed.text,) * PAGES, page_dpi=(150.0,) * PAGES)
    return Draft(long, {**made.files, "text": text})


def _registered() -> RegisterDossier:
    there = RegisterPaper(PaperKind.RESULT, "Quyết định", "15/QĐ-UBND", date(2024, 11, 22))
    missing = RegisterPaper(PaperKind.COMPONENT, "Giấy ủy quyền")
    return RegisterDossier(
        DOSSIER, "H17.12", "1.000001", DossierState.RETURNED, date(2025, 1, 1), date(2025, 1, 10), date(2025, 1, 8),
        title="Cấp phép xây dựng", papers=(there, missing),
    )  # fmt: skip
