"""Which papers a path stands for."""

import os
from pathlib import Path

import pytest

from digidoc.errors import UsageError
from digidoc.pipeline.collect import check_dossier, collect
from digidoc.pipeline.dossier_folders import is_code


def tree(root: Path, *names: str) -> Path:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(b"x")
    return root


def listed(*paths: Path, dossier: str | None = None, archive: Path = Path("nowhere")) -> list[tuple[str | None, str]]:
    found = collect(paths, dossier, archive)
    assert not found.problems
    return [(item.dossier, item.name) for item in found.items]


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
    found = collect([tmp_path / "empty", tmp_path / "gone"], None, Path("nowhere"))
    assert not found.items
    assert [problem.code for problem in found.problems] == ["empty", "file-missing"]


def test_names_are_nfc(tmp_path: Path) -> None:
    tree(tmp_path, "Hồ sơ/Đơn.jpg")  # NFD on the disk
    assert listed(tmp_path) == [("Hồ sơ", "Đơn.jpg")]


@pytest.mark.parametrize("code", ["", "  ", "a\nb", "x" * 101])
def test_a_dossier_code_is_one_line_of_text(code: str) -> None:
    with pytest.raises(UsageError):
        check_dossier(code)


def test_what_is_no_paper_is_passed_over_and_named(tmp_path: Path) -> None:
    names = ("D1/~$don.docx", "D1/Scan.ZIP", "D1/a.tar.gz", "D1/so.xlsx", "D1/thu.eml")
    tree(tmp_path, "D1/a.jpg", "D1/don.docx", *names)
    (tmp_path / "D1" / "rong.pdf").touch()
    found = collect([tmp_path], None, Path("nowhere"))
    assert [item.name for item in found.items] == ["a.jpg", "don.docx"]
    assert {other.file.name: other.why for other in found.passed_over} == {
        "~$don.docx": "lock-file",
        "Scan.ZIP": "archive",
        "a.tar.gz": "archive",
        "so.xlsx": "spreadsheet",
        "thu.eml": "mail",
        "rong.pdf": "empty",
    }
    named = collect([tmp_path / "D1" / "rong.pdf", tmp_path / "D1" / "Scan.ZIP"], None, Path("nowhere"))
    assert (named.items, named.problems, len(named.passed_over)) == ((), (), 2)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_passed_over(tmp_path: Path) -> None:
    tree(tmp_path, "a.jpg")
    os.mkfifo(tmp_path / "pipe.jpg")
    (tmp_path / "gone.jpg").symlink_to(tmp_path / "nowhere.jpg")
    found = collect([tmp_path], None, Path("nowhere"))
    assert [item.name for item in found.items] == ["a.jpg", "gone.jpg"]  # reading says what is wrong with the link
    assert [other.why for other in found.passed_over] == ["no-file"]


CODE = "H17.12-260105-0012"


def test_a_dossiers_folder_is_that_dossier_wherever_it_stands(tmp_path: Path) -> None:
    tree(tmp_path, f"yr/2025/{CODE}/in.pdf", f"yr/2025/{CODE}/con/b.jpg", "yr/2025/loose/c.jpg")
    inside = [(CODE, "con/b.jpg"), (CODE, "in.pdf")]
    assert listed(tmp_path / "yr" / "2025" / CODE) == inside
    found = collect([tmp_path / "yr"], None, Path("nowhere"))
    assert [(item.dossier, item.name) for item in found.items] == [("2025", "loose/c.jpg"), *inside]
    assert found.unlike_codes == ("2025",)


def test_the_register_knows_codes_of_other_forms(tmp_path: Path) -> None:
    tree(tmp_path, "năm/HS 7/don.jpg")
    found = collect([tmp_path / "năm"], None, Path("nowhere"), known=lambda codes: {"HS 7"} & set(codes))
    assert [(item.dossier, item.name) for item in found.items] == [("HS 7", "don.jpg")]
    assert found.unlike_codes == ()
    found = collect([tmp_path / "năm" / "HS 7"], None, Path("nowhere"))
    assert [(item.dossier, item.name) for item in found.items] == [(None, "don.jpg")]


def test_everything_may_be_loose(tmp_path: Path) -> None:
    tree(tmp_path, f"{CODE}/in.pdf", "a.jpg")
    found = collect([tmp_path], None, Path("nowhere"), loose=True)
    assert [(item.dossier, item.name) for item in found.items] == [(None, f"{CODE}/in.pdf"), (None, "a.jpg")]
    assert found.unlike_codes == ()


@pytest.mark.parametrize("code", [CODE, "G04-251231-000123", "000.00.17.H17-240229-1234567"])
def test_codes_of_dossiers(code: str) -> None:
    assert is_code(code)


@pytest.mark.parametrize(
    "name", ["2025", "con", "H17.12-261305-0012", "H17-260105-00012", "H17-260105-012", "-260105-0012"]
)
def test_names_that_are_no_codes(name: str) -> None:
    assert not is_code(name)
