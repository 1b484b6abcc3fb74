"""An archive with a decision that was read, to be corrected."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from digidoc.archive.archive import Archive
from digidoc.archive.corrections import Correction, Decision, FieldChange, How
from digidoc.engine.opening import open_engine
from digidoc.model import PaperRecord
from digidoc.ocr.engine import EngineSpec
from digidoc.pipeline.collect import collect
from digidoc.pipeline.digitize import digitize
from digidoc.pipeline.review.application import reading_of
from digidoc.pipeline.stored import file_of
from digidoc.progress import SilentProgress
from tests.papers import UNIT
from tests.scans import page_with_words

DOSSIER = "H17-260105-0012"
LINES = (
    "ỦY BAN NHÂN DÂN XÃ HÒA VANG                  CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "Số: 15/QĐ-UBND                                           Độc lập - Tự do - Hạnh phúc",
    "                                                      Hòa Vang, ngày 22 tháng 11 năm 2024",
    "",
    "QUYẾT ĐỊNH",
    "Về việc giao đất làm nhà văn hóa",
    "",
    "Điều 1. Giao đất cho thôn Phú Sơn Nam để làm nhà văn hóa.",
    "Điều 2. Quyết định có hiệu lực kể từ ngày ký.",
)
DRAFT = EngineSpec("vietnamese", mode="draft")
_count = iter(range(1 << 30))


@pytest.fixture(scope="session")
def digitized(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive, made once; and the scan beside it."""
    folder = tmp_path_factory.mktemp("review")
    scan = folder / "scans" / DOSSIER / "quyet-dinh.jpg"
    scan.parent.mkdir(parents=True)
    page_with_words(LINES, dpi=200).image.convert("RGB").save(scan, dpi=(200, 200), quality=90)
    Archive.create(folder / "kho", unit=UNIT, profile="commune").close()
    with Archive.locate(folder / "kho") as made:
        read(made, folder / "scans", DRAFT)
    return folder


def read(archive: Archive, folder: Path, spec: EngineSpec) -> None:
    """Digitize a folder, and insist that all of it came in."""
    found = collect([folder], None, archive.root)
    batch = digitize(archive, found.items, open_engine(0, "en"), spec, SilentProgress())
    assert not batch.problems


@pytest.fixture
def kho(digitized: Path, tmp_path: Path) -> Iterator[Archive]:
    """A copy of the archive for one test."""
    shutil.copytree(digitized / "kho", tmp_path / "kho")
    shutil.copytree(digitized / "scans", tmp_path / "scans")
    with Archive.locate(tmp_path / "kho") as made:
        yield made


@pytest.fixture
def paper(kho: Archive) -> PaperRecord:
    """The decision as it was read."""
    (found,) = kho.papers_of(DOSSIER)
    return found


Correct = Callable[..., Correction]


@pytest.fixture
def correction(paper: PaperRecord) -> Correct:
    """Make a correction of the paper: `change(NAME, VALUE)` a field by its name, or give parts of the value."""

    def make(clerk: str = "lan", decision: Decision = Decision.DONE, **given: object) -> Correction:
        file = file_of(paper, "text")
        assert file is not None
        base = Correction(
            id=f"{next(_count):032x}",
            paper=paper.paper_id,
            clerk=clerk,
            made_at=datetime(2026, 1, 5, 8, 30, tzinfo=UTC),
            version="v1",
            text_sha256=file.sha256,
            decision=decision,
            seconds=7.5,
            keys=11,
        )
        return replace(base, **given)  # type: ignore[arg-type]

    return make


def change(archive: Archive, paper: PaperRecord, name: str, value: str, how: How = How.TYPED) -> FieldChange:
    """The change of a paper's field, by the reading that the archive has now."""
    fields = reading_of(archive, archive.paper(paper.paper_id)).fields
    place = next(at for at, field in enumerate(fields) if field.name == name)
    field = fields[place]
    return FieldChange(place, name, field.value, value, how, field.page, field.box)
