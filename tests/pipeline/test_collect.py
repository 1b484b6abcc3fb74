"""Which papers a path stands for."""

from pathlib import Path

import pytest

from digidoc.errors import UsageError
from digidoc.pipeline.collect import check_dossier, collect


def tree(root: Path, *names: str) -> Path:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(b"x")
    return root


def listed(*paths: Path, dossier: str | None = None, archive: Path = Path("nowhere")) -> list[tuple[str | None, str]]:
    items, problems = collect(paths, dossier, archive)
    assert problems == []
    return [(item.dossier, item.name) for item in items]


def test_folders_are_dossiers_and_files_papers(tmp_path: Path) -> None:
    tree(tmp_path, "loose.jpg", "D1/b.jpg", "D1/a.jpg", "D1/extra/c.pdf", "D2/a.jpg")
    assert listed(tmp_path) == [
        (None, "loose.jpg"),
        ("D1", "a.jpg"),
        ("D1", "b.jpg"),
        ("D1", "extra/c.pdf"),
        ("D2", "a.jpg"),
    ]


def test_a_named_dossier_takes_everything(tmp_path: Path) -> None:
    tree(tmp_path, "loose.jpg", "D1/a.jpg")
    assert listed(tmp_path, dossier="X") == [("X", "D1/a.jpg"), ("X", "loose.jpg")]
    assert listed(tmp_path / "loose.jpg", dossier="X") == [("X", "loose.jpg")]


def test_a_file_named_twice_counts_once(tmp_path: Path) -> None:
    tree(tmp_path, "D1/a.jpg")
    assert (
        listed(tmp_path, tmp_path / "D1" / "a.jpg") == [("D1", "a.jpg")]
        or len(listed(tmp_path, tmp_path / "D1" / "a.jpg")) == 1
    )


def test_litter_and_the_archive_are_passed_over(tmp_path: Path) -> None:
    tree(tmp_path, "D1/a.jpg", "D1/Thumbs.db", "D1/.hidden", ".git/x", "archive/store/y.pdf")
    assert listed(tmp_path, archive=tmp_path / "archive") == [("D1", "a.jpg")]


def test_paths_without_papers_are_problems(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    items, problems = collect([tmp_path / "empty", tmp_path / "gone"], None, Path("nowhere"))
    assert items == []
    assert [problem.code for problem in problems] == ["empty", "file-missing"]


def test_names_are_nfc(tmp_path: Path) -> None:
    tree(tmp_path, "Hồ sơ/Đơn.jpg")  # NFD on the disk
    assert listed(tmp_path) == [("Hồ sơ", "Đơn.jpg")]


@pytest.mark.parametrize("code", ["", "  ", "a\nb", "x" * 101])
def test_a_dossier_code_is_one_line_of_text(code: str) -> None:
    with pytest.raises(UsageError):
        check_dossier(code)
