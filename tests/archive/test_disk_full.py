import contextlib
import os
import subprocess
from pathlib import Path

import pytest

from digidoc import errors
from digidoc.archive.archive import Archive
from digidoc.model import PaperState
from tests import judges
from tests.papers import UNIT, draft


def _fill(folder: Path, leave: int) -> None:
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(4096))
    os.truncate(ballast, max(0, ballast.stat().st_size - leave))


def test_a_full_disk_leaves_the_archive_as_it_was(small_disk: Path, tmp_path: Path) -> None:
    scans = tmp_path / "scans"
    big = os.urandom(1_500_000)
    with Archive.create(small_disk / "kho", unit=UNIT, profile="commune") as made, made.writing():
        made.file("HS-01", [draft(scans, "a.tif", "còn đó", dossier="HS-01", content=big)])
        too_much = [draft(scans, f"{n}.tif", dossier="HS-01", content=os.urandom(1_500_000)) for n in range(3)]
        with pytest.raises(errors.DiskFull):
            made.file("HS-01", too_much)
        assert made.task_state(too_much[0].record.paper_id) is None
    assert not list((small_disk / "kho" / "tmp").iterdir())
    with Archive.locate(small_disk / "kho") as again:
        (hit,) = again.search("con do").hits
        assert again.file_path(hit.paper_id, "original").read_bytes() == big
        with again.writing():
            again.file("HS-02", [draft(scans, "b.tif", dossier="HS-02")])
    assert judges.ocfl_valid(small_disk / "kho" / "store") == []


@pytest.mark.parametrize("leave", [0, 20_000, 60_000, 150_000, 300_000])
def test_whatever_is_left_of_the_disk(small_disk: Path, tmp_path: Path, leave: int) -> None:
    scans = tmp_path / "scans"
    first = draft(scans, "a.tif", "còn đó", dossier="HS-01", content=b"a")
    more = [draft(scans, f"{n}.tif", "x" * 20_000, dossier="HS-01", content=os.urandom(20_000)) for n in range(4)]
    with Archive.create(small_disk / "kho", unit=UNIT, profile="commune") as made, made.writing():
        made.file("HS-01", [first])
    _fill(small_disk, leave)
    try:
        with Archive.locate(small_disk / "kho") as full, full.writing():
            full.file("HS-01", more)
    except errors.DiskFull:
        pass
    try:
        with Archive.locate(small_disk / "kho") as full:
            assert full.task_state(first.record.paper_id) == ("key-1", PaperState.FILED)
            assert full.search("con do").hits
    finally:
        (small_disk / "ballast").unlink()
    with Archive.locate(small_disk / "kho") as again, again.writing():
        again.file("HS-01", more)
        assert again.figures().attached == 5
        assert {record.object_version for record in again.papers_of("HS-01")} == {"v1", "v2"}


def test_init_on_a_full_disk_leaves_nothing(small_disk: Path) -> None:
    _fill(small_disk, 30_000)
    with pytest.raises(errors.DiskFull):
        Archive.create(small_disk / "kho", unit=UNIT, profile="commune")
    assert [path.name for path in small_disk.iterdir()] == ["ballast"]


def test_a_disk_that_takes_no_writing_can_be_read(small_disk: Path, as_root: list[str], tmp_path: Path) -> None:
    with Archive.create(small_disk / "kho", unit=UNIT, profile="commune") as made, made.writing():
        made.file(None, [draft(tmp_path / "scans", "a.tif", "đọc được")])
    subprocess.run([*as_root, "mount", "-o", "remount,ro", str(small_disk)], check=True)
    with Archive.locate(small_disk / "kho") as again:
        assert again.search("doc duoc").hits
        with pytest.raises(errors.ReadOnlyTarget), again.writing():
            pass
