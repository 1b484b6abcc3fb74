"""Pages of one paper that were scanned as files of their own, put together when they are read."""

import json
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from digidoc.archive.archive import Archive
from digidoc.archive.operations import Kind
from digidoc.engine.opening import open_engine
from digidoc.errors import SecretPaper, SignedFile
from digidoc.model import PaperState
from digidoc.ocr.document import read_paper
from digidoc.ocr.engine import EngineSpec
from digidoc.ocr.engines.registry import open_engine as open_reader
from digidoc.outcome import Batch, Status
from digidoc.pipeline.collect import Found, collect
from digidoc.pipeline.digitize import digitize
from digidoc.pipeline.digitized import Digitized
from digidoc.pipeline.intake.together import together
from digidoc.progress import SilentProgress
from tests.archive.conftest import archive as archive  # noqa: PLC0414 (a fixture)
from tests.pipeline.operate.made import done, whole
from tests.running import runner
from tests.scans import page_with_words

CODE = "H17-260105-0012"
NULL = EngineSpec("null")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A dossier's folder."""
    made = tmp_path / "scans" / CODE
    made.mkdir(parents=True)
    return made


def _pages(folder: Path, *names: str) -> None:
    for shade, name in enumerate(names, 100):
        (folder / name).parent.mkdir(exist_ok=True)
        kind = "JPEG" if Path(name).suffix.lower() in (".jpg", ".jpeg") else None
        Image.new("RGB", (60, 80), (shade, 200, 90)).save(folder / name, kind, dpi=(200, 200))


def _found(archive: Archive, folder: Path) -> Found:
    return together(archive, collect([folder], None, archive.root))


def _joined(found: Found) -> list[tuple[str, ...]]:
    return [tuple(path.name for path in item.originals) for item in found.items if item.more]


def _read(archive: Archive, folder: Path, *, joining: bool = True) -> Batch[Digitized]:
    found = collect([folder], None, archive.root)
    items = together(archive, found).items if joining else found.items
    return digitize(archive, items, open_engine(0, "en"), NULL, SilentProgress())


@pytest.mark.parametrize(
    ("names", "joined", "apart"),
    [
        (["don_1.jpg", "don_2.jpg", "khac.jpg"], [("don_1.jpg", "don_2.jpg")], []),
        (["a2.jpg", "a1.JPEG", "a10.jpg", *(f"a{n}.jpg" for n in range(3, 10))], None, []),
        (["01.png", "02.png"], [("01.png", "02.png")], []),
        (["don_1.jpg", "don_3.jpg"], [], ["gap"]),
        (["don_2.jpg", "don_3.jpg"], [], ["gap"]),
        (["don_1.jpg", "don_01.jpg"], [], ["gap"]),
        (["don_1.jpg", "don_2.png"], [], []),
        (["don_1.jpg", "x/don_2.jpg"], [], []),
        (["don_1.jpg", "Don_2.jpg"], [], []),
        (["don_1.jpg"], [], []),
    ],
)
def test_pictures_that_are_numbered_without_a_gap_are_one_paper(
    archive: Archive, folder: Path, names: list[str], joined: list[tuple[str, ...]] | None, apart: list[str]
) -> None:
    _pages(folder, *names)
    found = _found(archive, folder)
    if joined is None:
        joined = [("a1.JPEG", *(f"a{n}.jpg" for n in range(2, 11)))]
    assert _joined(found) == joined
    assert [one.why for one in found.apart] == apart
    assert sum(len(item.originals) for item in found.items) == len(names)  # none is lost


def test_pdfs_and_papers_of_no_dossier_stay_what_they_are(archive: Archive, folder: Path) -> None:
    for number in (1, 2):
        Image.new("RGB", (60, 80), "white").save(folder / f"don_{number}.pdf")
    assert _joined(_found(archive, folder)) == []
    _pages(folder, "loose_1.jpg", "loose_2.jpg")
    found = collect([folder], None, archive.root, loose=True)
    assert _joined(together(archive, found)) == []


def test_it_is_one_paper_whatever_is_asked_later(archive: Archive, folder: Path) -> None:
    _pages(folder, "don_1.jpg", "don_2.jpg")
    (outcome,) = _read(archive, folder).outcomes
    assert (outcome.item, outcome.problem) == (str(folder / "don_1.jpg"), None)
    (paper,) = archive.papers_of(CODE)
    assert (paper.name, len(paper.pages), paper.part) == ("don_1.jpg", 2, ())
    assert archive.file_path(paper.paper_id, "original-2").read_bytes() == (folder / "don_2.jpg").read_bytes()
    with pikepdf.open(archive.file_path(paper.paper_id, "searchable")) as pdf:
        assert len(pdf.pages) == 2
    (event,) = (event for event in paper.events if event.kind == "text recognition")
    assert event.detail["files"] == ["don_1.jpg", "don_2.jpg"]
    for joining in (True, False):
        assert [one.status for one in _read(archive, folder, joining=joining).outcomes] == [Status.SKIPPED]
    done(archive, Kind.WITHDRAW, paper.paper_id)
    for joining in (True, False):
        assert [one.status for one in _read(archive, folder, joining=joining).outcomes] == [Status.SKIPPED]
    assert archive.paper(paper.paper_id).state is PaperState.WITHDRAWN
    whole(archive)


def test_what_is_a_paper_already_stays_one_and_is_said(archive: Archive, folder: Path) -> None:
    _pages(folder, "don_1.jpg", "don_2.jpg")
    _read(archive, folder, joining=False)
    found = _found(archive, folder)
    assert (_joined(found), [one.why for one in found.apart]) == ([], ["known"])
    one, two = archive.papers_of(CODE)
    done(archive, Kind.MERGE, one.paper_id, two.paper_id)
    _pages(folder, "don_1.jpg", "don_2.jpg", "don_3.jpg")  # one more page comes
    assert [one.why for one in _found(archive, folder).apart] == ["known"]
    assert len(_read(archive, folder).outcomes) == 2  # the merged one, and the new page


def test_a_page_that_cannot_be_read_is_named(archive: Archive, folder: Path) -> None:
    _pages(folder, "don_1.jpg", "don_2.jpg")
    (folder / "don_2.jpg").write_bytes(b"\xff\xd8\xff broken")
    (outcome,) = _read(archive, folder).outcomes
    assert outcome.status is Status.REFUSED
    assert outcome.problem is not None
    assert outcome.problem.file == str(folder / "don_2.jpg")


def test_the_command_says_what_it_puts_together(archive: Archive, folder: Path) -> None:
    _pages(folder, "don_1.jpg", "don_2.jpg", "kem_1.jpg", "kem_3.jpg")
    run = runner(None, "digitize", str(folder.parent), "--together", after=("-A", str(archive.root), "--ocr", "null"))
    said = run("--dry-run").stdout
    assert "3  would be digitized" in said
    assert "Papers of several files: 1 (files: 2)" in said
    assert "without a gap" in said
    data = json.loads(run("--json").stdout)["data"]
    assert [Path(file).name for paper in data["papers"] for file in paper["more"]] == ["don_2.jpg"]
    assert [(len(one["files"]), one["why"]) for one in data["apart"]] == [(2, "gap")]


def test_a_signed_file_is_never_one_of_several(corpus: Path, tmp_path: Path) -> None:
    signed = corpus / "vietnamese" / "qn_83932ea2.pdf"
    with pytest.raises(SignedFile):
        read_paper([signed, signed], tmp_path / "out.pdf", open_reader(NULL))


def test_every_file_is_looked_at_for_a_secret_one(archive: Archive, folder: Path) -> None:
    lines = ("ỦY BAN NHÂN DÂN XÃ HÒA VANG      CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "MẬT", "", "QUYẾT ĐỊNH")
    for number, said in enumerate((lines[3:], lines), 1):
        page_with_words(said, dpi=200).image.convert("RGB").save(
            folder / f"don_{number}.jpg", dpi=(200, 200), quality=90
        )
    items = _found(archive, folder).items
    draft = EngineSpec("vietnamese", mode="draft")
    (outcome,) = digitize(archive, items, open_engine(0, "en"), draft, SilentProgress()).outcomes
    assert outcome.problem is not None
    assert outcome.problem.code == SecretPaper.code
