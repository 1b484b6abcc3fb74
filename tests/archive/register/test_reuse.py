import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import typer

from digidoc.archive import reuse, reuse_link
from digidoc.archive.archive import Archive
from digidoc.archive.errors import ReuseRefused
from digidoc.archive.events import audit as auditing
from digidoc.archive.ingest import Ingest
from digidoc.commands.archive import rebuild_index as commands_rebuild
from digidoc.commands.archive import reuse as commands_reuse
from digidoc.errors import UnknownPaper
from digidoc.model import Event
from digidoc.register import DossierState, ImportSource, PaperKind, RegisterPaper, Scope
from tests.archive.reckoning import VIETNAM, dossier
from tests.papers import draft
from tests.running import Run, runner

OWNER, OTHER = "099190000123", "099290000123"  # they end alike
SOURCE = ImportSource(Path("so.csv"), "0" * 64, "dossiers", {})
LATER = "HS-LATER"


def result(name: str, file: str, **more: Any) -> RegisterPaper:
    return RegisterPaper(PaperKind.RESULT, name, file_name=file, **more)


@pytest.fixture
def today() -> date:
    return datetime.now(VIETNAM).date()


@pytest.fixture
def filled(archive: Archive, scans: Path, today: date) -> Archive:
    """One owner's papers: a valid one, and one for each reason not to take one; and one of somebody else."""
    gone = today - timedelta(days=1)
    birth = RegisterPaper(PaperKind.COMPONENT, "Giấy khai sinh", file_name="khai-sinh.tif")
    rows = [
        dossier("HS-1", papers=[birth, result("Giấy phép xây dựng", "gp.tif", valid_until=today)], owner=OWNER),
        dossier("HS-2", papers=[result("Giấy hết hạn", "het-han.tif", valid_until=gone)], owner=OWNER),
        dossier("HS-3", papers=[result("Giấy thu hồi", "thu-hoi.tif", revoked_on=today)], owner=OWNER),
        dossier("HS-4", papers=[result("Giấy chứng nhận", "cu.tif")], owner=OWNER),
        dossier("HS-5", papers=[result("GIẤY CHỨNG NHẬN", "")], owner=OWNER, finished="2025-03-01"),
        dossier("HS-6", papers=[result("Giấy hỏng", "hong.tif")], owner=OWNER),
        dossier("HS-7", papers=[result("Giấy phép xây dựng", "khac.tif")], owner=OTHER),
        dossier(LATER, DossierState.IN_PROCESS, received="2025-02-03", owner="099 190 000 123"),
        dossier("HS-OUT", DossierState.WITHDRAWN, owner=OWNER),
        dossier("HS-NO", DossierState.REFUSED, owner=OWNER),
    ]
    files = [("HS-1", "khai-sinh.tif", []), ("HS-1", "gp.tif", ["TOTAL_PASSED"]), ("HS-2", "het-han.tif", [])]
    files += [("HS-3", "thu-hoi.tif", []), ("HS-4", "cu.tif", []), ("HS-6", "hong.tif", ["TOTAL_FAILED"])]
    files += [("HS-7", "khac.tif", []), ("HS-X", "la.tif", [])]
    with archive.writing():
        archive.register_dossiers(rows, SOURCE)
        for code, name, verdicts in files:
            archive.file(code, [draft(scans / code, name, dossier=code, verdicts=verdicts, at=datetime.now(UTC))])
    return archive


@pytest.fixture
def run() -> Run:
    app = typer.Typer()
    commands_reuse.register(app)
    commands_rebuild.register(app)
    return runner(app)


def id_of(archive: Archive, code: str, name: str) -> str:
    return next(paper.paper_id for paper in archive.papers_of(code) if paper.name == name)


def whys(archive: Archive, number: str, words: str = "") -> dict[str, str]:
    key = archive.owner_key_of(number)
    assert key is not None
    return {paper.file_name: paper.why for paper in reuse.of_owner(archive.catalog.db, key, words)}


def test_what_of_an_owner_is_valid_and_why_the_rest_is_not(filled: Archive) -> None:
    assert whys(filled, OWNER) == {
        "khai-sinh.tif": "valid",
        "gp.tif": "valid",
        "het-han.tif": "expired",
        "thu-hoi.tif": "revoked",
        "cu.tif": "superseded",
        "hong.tif": "signature-failed",
    }
    assert whys(filled, "099.290-000 123") == {"khac.tif": "valid"}
    assert whys(filled, "123") == {}


def test_words_of_the_type_without_accents(filled: Archive, scans: Path) -> None:
    assert whys(filled, OWNER, "KHAI sinh") == {"khai-sinh.tif": "valid"}
    assert whys(filled, OWNER, "giay phep") == {"gp.tif": "valid"}
    fields = [("TypeName", "QUYẾT ĐỊNH"), ("Subject", "về việc tặng khen")]
    with filled.writing():
        filled.file("HS-1", [draft(scans / "HS-1", "roi.tif", dossier="HS-1", fields=fields)])
    assert whys(filled, OWNER, "quyết định khen") == {"roi.tif": "valid"}


def test_the_same_number_issued_later(filled: Archive, scans: Path) -> None:
    fields = [("CodeNumber", "015"), ("CodeNotation", "GP-UBND"), ("IssuedDate", "2024-12-30")]
    with filled.writing():
        filled.file("HS-1", [draft(scans / "HS-1", "so.tif", dossier="HS-1", fields=fields)])
        assert whys(filled, OWNER, "so") == {"so.tif": "valid"}
        again = dossier("HS-8", papers=[result("Cấp lại", "", number="15/gp-ubnd")], owner=OWNER)
        filled.register_dossiers([again], SOURCE)
    assert whys(filled, OWNER, "so") == {"so.tif": "superseded"}


def test_the_same_result_in_another_dossier_supersedes_nothing(archive: Archive, scans: Path) -> None:
    paper = result("Giấy phép", "a.tif", result_id="R1")
    with archive.writing():
        first = dossier("HS-1", papers=[paper], owner=OWNER)
        second = dossier("HS-2", papers=[replace(paper, file_name="")], owner=OWNER, finished="2025-06-01")
        archive.register_dossiers([first, second], SOURCE)
        archive.file("HS-1", [draft(scans, "a.tif", dossier="HS-1")])
    assert whys(archive, OWNER) == {"a.tif": "valid"}


def test_a_link_counts_as_reuse_and_is_one_event(filled: Archive) -> None:
    paper_id = id_of(filled, "HS-1", "khai-sinh.tif")
    before = filled.flow(None, Scope())[""]
    assert before.reused == 0
    with filled.writing():
        made = reuse_link.link(filled, paper_id, LATER)
        assert (made.new, made.same_owner, made.paper.linked) == (True, True, (LATER,))
        head = filled.audit_head()
        assert not reuse_link.link(filled, paper_id, LATER).new
    assert filled.audit_head() == head
    assert filled.flow(None, Scope())[""] == replace(before, reused=1)
    assert filled.flow(None, Scope(as_of=date(2025, 2, 4)))[""].reused == 0
    events = [event for event in filled.paper(paper_id).events if event.kind == "reuse"]
    assert [dict(event.detail) for event in events] == [{"dossier": LATER}]
    kept = [filled.root / file.path for file in filled.paper(paper_id).files if file.role == "metadata"]
    assert LATER in kept[0].read_text(encoding="utf-8")
    assert not auditing.verify(filled.catalog, filled.layout, filled.store).findings


def test_a_link_outlives_the_catalogue(filled: Archive, run: Run) -> None:
    with filled.writing():
        reuse_link.link(filled, id_of(filled, "HS-1", "gp.tif"), LATER)
    before = filled.flow(None, Scope())
    filled.close()
    assert run("rebuild-index", "--archive", filled.root).exit_code == 0
    with Archive.locate(filled.root) as again:
        assert again.flow(None, Scope()) == before
        assert again.catalog.db.execute("SELECT dossier FROM reuse_link").fetchall() == [(LATER,)]
        assert not auditing.verify(again.catalog, again.layout, again.store).findings


def test_a_link_stays_when_the_paper_is_filed_again(filled: Archive, scans: Path) -> None:
    paper_id = id_of(filled, "HS-1", "gp.tif")
    with filled.writing():
        reuse_link.link(filled, paper_id, LATER)
        again = draft(scans / "HS-1", "gp.tif", dossier="HS-1", task_key="key-2", derived=b"2")
        filled.file("HS-1", [again])
    assert filled.flow(None, Scope())[""].reused == 1
    assert filled.paper(paper_id).task_key == "key-2"


def test_a_link_whose_dossier_comes_again_with_other_values(filled: Archive) -> None:
    with filled.writing():
        reuse_link.link(filled, id_of(filled, "HS-1", "gp.tif"), LATER)
        filled.register_dossiers([dossier(LATER, received="2025-02-03", finished="2025-03-04", owner=OWNER)], SOURCE)
    assert filled.flow(None, Scope())[""].reused == 1


@pytest.mark.parametrize(
    ("code", "name", "dossier_code", "reason"),
    [
        ("HS-2", "het-han.tif", LATER, "it was valid until"),
        ("HS-3", "thu-hoi.tif", LATER, "it is not in force since"),
        ("HS-4", "cu.tif", LATER, "a later one of the same name or number stands in its place: dossier HS-5"),
        ("HS-6", "hong.tif", LATER, "its signature did not verify"),
        ("HS-1", "gp.tif", "HS-1", "is the dossier that it came with"),
        ("HS-1", "gp.tif", "HS-99", "the register has no dossier HS-99"),
        ("HS-1", "gp.tif", "HS-OUT", "was withdrawn"),
        ("HS-1", "gp.tif", "HS-NO", "was refused"),
    ],
)
def test_what_is_refused(filled: Archive, code: str, name: str, dossier_code: str, reason: str) -> None:
    head = filled.audit_head()
    with filled.writing(), pytest.raises(ReuseRefused, match=reason):
        reuse_link.link(filled, id_of(filled, code, name), dossier_code)
    assert filled.audit_head() == head


def test_a_paper_of_somebody_else_is_said(filled: Archive, run: Run) -> None:
    paper_id = id_of(filled, "HS-7", "khac.tif")
    said = run("reuse", "link", paper_id, LATER, "--archive", filled.root)
    assert said.exit_code == 0, said.output
    assert "different owners" in said.output
    with filled.writing():
        assert reuse_link.link(filled, id_of(filled, "HS-X", "la.tif"), LATER).same_owner is None
        with pytest.raises(UnknownPaper):
            reuse_link.link(filled, "P-0000000000000000", LATER)


def test_killed_between_store_and_catalogue(filled: Archive) -> None:
    paper_id = id_of(filled, "HS-1", "gp.tif")
    event = Event(datetime.now(UTC), "reuse", "success", "test", {"dossier": LATER})
    with filled.writing():
        Ingest(filled.store, filled.config.unit).add_event(paper_id, filled.paper(paper_id).object_id, event)
        assert filled.flow(None, Scope())[""].reused == 0
        reuse_link.link(filled, paper_id, LATER)
    assert filled.flow(None, Scope())[""].reused == 1
    assert [e.agent for e in filled.paper(paper_id).events if e.kind == "reuse"] == ["test"]


def test_the_number_is_nowhere(filled: Archive, run: Run) -> None:
    """Not in what is said, and not in any file of the archive."""
    outputs = [
        run("reuse", "find", "--owner", OWNER, "--all", *form, "--archive", filled.root) for form in ([], ["--json"])
    ]
    outputs.append(run("reuse", "find", "--owner", "-", "--archive", filled.root, input=f"{OWNER}\n"))
    for said in outputs:
        assert said.exit_code == 0, said.output
        assert OWNER not in said.output
        assert "gp.tif" in said.output or "Giấy phép xây dựng" in said.output
    filled.close()
    for file in filled.root.rglob("*"):
        if file.is_file():
            assert OWNER.encode() not in file.read_bytes(), file
    paths = json.loads(outputs[1].stdout)["data"]
    assert (paths["valid"], paths["not_valid"]) == (2, 4)


def test_no_number_no_owners(archive: Archive, run: Run) -> None:
    for said in (
        run("reuse", "find", "--archive", archive.root),
        run("reuse", "find", "--owner", " . ", "--archive", archive.root),
    ):
        assert said.exit_code != 0
    said = run("reuse", "find", "--owner", OWNER, "--json", "--archive", archive.root)
    assert json.loads(said.stdout)["data"] == {"type": None, "valid": 0, "not_valid": 0, "papers": []}
