"""An archive with papers whose readings are wrong, known to the letter."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from digidoc.archive.archive import Archive
from digidoc.model import Box, PaperRecord
from tests.bench.made import NOTATION, RECIPIENT, SIGNER, SUBJECT, Asked, Made, day, make_archive, number
from tests.running import Run, runner

RIGHT_SUBJECT = "Về việc cấp giấy phép xây dựng nhà ở riêng lẻ"
EVIL = "</script><script>document.title='broken'</script>"
PAPERS = (
    Made("a.png", [number("16"), day("2024-11-22"), NOTATION, SUBJECT]),
    Made("b.png", [number("15"), NOTATION, SIGNER, RECIPIENT], skew=-1.2, turn=90),
    Made(
        "c & d.png", [NOTATION, Asked("Subject", EVIL, 0.7, SUBJECT.words)], "H17.12-250101-0002",
        doubts=("unclaimed-ink",), unread=(Box(150, 1290, 400, 1400),),
    ),
)  # fmt: skip


@pytest.fixture
def kho(tmp_path: Path) -> Iterator[Archive]:
    """The archive."""
    with Archive.locate(make_archive(tmp_path / "made", PAPERS)) as made:
        yield made


@pytest.fixture
def run(kho: Archive) -> Run:
    """`digidoc review …` on the archive."""
    return runner(None, "review", after=("-A", str(kho.root)))


@pytest.fixture
def export(run: Run, tmp_path: Path) -> Callable[[str], Path]:
    """Export the papers to a file of that name."""

    def made(name: str) -> Path:
        result = run("--export", tmp_path / name)
        assert result.exit_code == 0, result.output
        return tmp_path / name

    return made


Named = Callable[[str], PaperRecord]


@pytest.fixture
def named(kho: Archive) -> Named:
    """A paper by its file name, as the archive has it now."""

    def found(name: str) -> PaperRecord:
        return next(kho.paper(line.paper_id) for line in kho.list_papers().lines if line.name == name)

    return found


def values(record: PaperRecord) -> dict[str, tuple[str, str, bool]]:
    """Value, source and whether it is to be confirmed, by the name of the field."""
    return {field.name: (field.value, field.source, field.review) for field in record.fields}
