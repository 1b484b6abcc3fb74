"""Papers that were read, split and merged, corrected, and read again."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from digidoc.archive.archive import Archive
from digidoc.archive.corrections import Decision
from digidoc.archive.operations import Kind
from digidoc.engine.opening import open_engine
from digidoc.model import PaperRecord
from digidoc.outcome import Status
from digidoc.pipeline import work
from digidoc.pipeline.collect import collect
from digidoc.pipeline.digitize import digitize, plan
from digidoc.pipeline.review.correct import submit
from digidoc.progress import SilentProgress
from tests import judges
from tests.papers import UNIT
from tests.pipeline.operate.made import done, whole
from tests.pipeline.review.conftest import DOSSIER, DRAFT, LINES, Correct, change, read
from tests.pipeline.review.conftest import correction as correction  # noqa: PLC0414 (a fixture)
from tests.scans import page_with_words

_SECOND = (
    "ỦY BAN NHÂN DÂN XÃ HÒA VANG                  CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "Số: 27/TTr-UBND                                          Độc lập - Tự do - Hạnh phúc",
    "                                                      Hòa Vang, ngày 3 tháng 12 năm 2024",
    "",
    "TỜ TRÌNH",
    "Về việc sửa chữa nhà văn hóa",
    "",
    "Kính gửi: Ủy ban nhân dân huyện Hòa Vang.",
)
_REST = ("Điều 3. Văn phòng chịu trách nhiệm thi hành.", "Điều 4. Báo cáo kết quả trước ngày 31.")


@pytest.fixture(scope="module")
def digitized(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of one file with two papers in it, and of two files with one paper in them."""
    folder = tmp_path_factory.mktemp("bound")
    scans = folder / "scans" / DOSSIER
    scans.mkdir(parents=True)
    one, two, rest = (page_with_words(lines, dpi=200).image.convert("RGB") for lines in (LINES, _SECOND, _REST))
    one.save(scans / "all.pdf", save_all=True, append_images=[rest, two], resolution=200)
    for number, page in enumerate((two, rest), 1):
        page.save(scans / f"don_{number}.jpg", dpi=(200, 200), quality=90)
    Archive.create(folder / "kho", unit=UNIT, profile="commune").close()
    with Archive.locate(folder / "kho") as made:
        read(made, folder / "scans", DRAFT)
    return folder


@pytest.fixture
def kho(digitized: Path, tmp_path: Path) -> Iterator[Archive]:
    """A copy of it for one test."""
    shutil.copytree(digitized / "kho", tmp_path / "kho")
    shutil.copytree(digitized / "scans", tmp_path / "scans")
    with Archive.locate(tmp_path / "kho") as made:
        yield made


def _named(kho: Archive, name: str) -> PaperRecord:
    return next(paper for paper in kho.papers_of(DOSSIER) if paper.name == name)


def _values(paper: PaperRecord) -> dict[str, str]:
    return {field.name: field.value for field in reversed(paper.fields)}


@pytest.fixture
def paper(kho: Archive) -> PaperRecord:
    """The file with two papers."""
    return _named(kho, "all.pdf")


def _again(kho: Archive, *, names: list[str]) -> list[Status]:
    found = collect([kho.root.parent / "scans"], None, kho.root)
    assert [one.detail.name for one in plan(kho, found.items, DRAFT, sign=False).outcomes if one.detail] == names
    batch = digitize(kho, found.items, open_engine(0, "en"), DRAFT, SilentProgress())
    assert not batch.problems
    return [outcome.status for outcome in batch.outcomes]


def test_a_part_says_of_itself_what_it_is_and_is_read_again_as_itself(
    kho: Archive, paper: PaperRecord, correction: Correct, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = correction(fields=(change(kho, paper, "CodeNumber", "16"), change(kho, paper, "Subject", "Giao đất khác")))
    assert submit(kho, typed).status == "filed"
    parts = done(kho, Kind.SPLIT, paper.paper_id, pages=((1, 2), (3,))).papers
    first, second = map(kho.paper, parts)
    assert (_values(first)["CodeNumber"], _values(first)["Subject"]) == ("16", "Giao đất khác")
    assert (_values(second)["CodeNumber"], _values(second)["CodeNotation"]) == ("27", "TTr-UBND")
    assert {field.page for field in second.fields} == {1}
    titles = [judges.pdftotext(kho.file_path(one, "searchable")) for one in parts]
    assert ["QUYẾT" in title for title in titles] == [True, False]
    assert ["TRÌNH" in title for title in titles] == [False, True]

    names = ["all.pdf#1-2", "all.pdf#3", "don_1.jpg", "don_2.jpg"]
    assert set(_again(kho, names=names)) == {Status.SKIPPED}
    monkeypatch.setattr(work, "PIPELINE", "raised")
    assert Status.SKIPPED not in _again(kho, names=names)
    for before, after in zip((first, second), map(kho.paper, parts), strict=True):
        assert (after.part, after.pages, _values(after)) == (before.part, before.pages, _values(before))
        assert after.task_key != before.task_key
    assert len(kho.list_papers().lines) == 4
    whole(kho, in_order=False)


@pytest.mark.usefixtures("paper")
def test_a_paper_of_two_files_is_read_again_as_one(
    kho: Archive, correction: Correct, monkeypatch: pytest.MonkeyPatch
) -> None:
    two = _named(kho, "don_1.jpg"), _named(kho, "don_2.jpg")
    (one,) = done(kho, Kind.MERGE, *(page.paper_id for page in two)).papers
    merged = kho.paper(one)
    assert (merged.name, len(merged.pages), _values(merged)["CodeNumber"]) == ("don_1.jpg", 2, "27")
    typed = correction(paper=one, fields=(change(kho, merged, "Subject", "Sửa nhà"),), decision=Decision.DONE)
    assert submit(kho, typed).status == "filed"
    assert set(_again(kho, names=["all.pdf", "don_1.jpg"])) == {Status.SKIPPED}  # by the same reader nothing is new
    monkeypatch.setattr(work, "PIPELINE", "raised")
    assert Status.SKIPPED not in _again(kho, names=["all.pdf", "don_1.jpg"])
    after = kho.paper(one)
    assert (len(after.pages), _values(after)["Subject"]) == (2, "Sửa nhà")
    assert {"original", "original-2", "corrections"} <= {file.role for file in after.files}
    assert len(kho.list_papers().lines) == 2
    whole(kho, in_order=False)


@pytest.mark.slow
def test_what_is_made_is_pdfa(kho: Archive, paper: PaperRecord) -> None:
    parts = done(kho, Kind.SPLIT, paper.paper_id, pages=((1, 2), (3,))).papers
    (one,) = done(kho, Kind.MERGE, _named(kho, "don_1.jpg").paper_id, _named(kho, "don_2.jpg").paper_id).papers
    files = [kho.file_path(made, "searchable") for made in (*parts, one)]
    for file, (good, why) in judges.verapdf_2u(files).items():
        assert good, (file, why)


def test_a_page_of_another_size_is_no_matter(kho: Archive, paper: PaperRecord) -> None:
    small = kho.root.parent / "scans" / DOSSIER / "nho.png"
    Image.new("RGB", (200, 300), "white").save(small, dpi=(200, 200))
    read(kho, small.parent, DRAFT)
    (one,) = done(kho, Kind.MERGE, paper.paper_id, _named(kho, "nho.png").paper_id).papers
    assert len(kho.paper(one).pages) == 4
    assert _values(kho.paper(one))["CodeNumber"] == "15"
