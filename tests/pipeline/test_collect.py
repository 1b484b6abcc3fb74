"""Which papers a path stands for."""

import os
from pathlib import Path
from unicodedata import normalize

import pytest

from digidoc.errors import UsageError
from digidoc.pipeline.collect import Found, check_dossier, collect
from digidoc.pipeline.intake.dossier_folders import DossierFolders
from digidoc.pipeline.intake.errors import PartOfArchive, UnclearFolder
from tests.papers import SHORT_CODES

FOLDERS = DossierFolders(form=SHORT_CODES)
CODE = "H17.12-260105-0012"


def tree(root: Path, *names: str) -> Path:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(b"x")
    return root


def listed(*paths: Path, dossier: str | None = None, archive: Path = Path("nowhere")) -> list[tuple[str | None, str]]:
    found = collect(paths, dossier, archive, folders=FOLDERS)
    assert not found.problems
    assert not found.unclear
    return names(found)


def names(found: Found) -> list[tuple[str | None, str]]:
    return [(item.dossier, item.name) for item in found.items]


def asked(found: Found) -> dict[Path, list[str]]:
    return {one.folder: [paper.name for paper in one.papers] for one in found.unclear}


def test_folders_are_dossiers_and_files_papers(tmp_path: Path) -> None:
    tree(tmp_path, "loose.jpg", "D1/b.jpg", "D1/a.jpg", "D1/extra/c.pdf", "D2/a.jpg")
    assert listed(tmp_path / "loose.jpg", tmp_path / "D1", tmp_path / "D2") == [
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
    assert listed(tmp_path, tmp_path / "D1" / "a.jpg") == [("D1", "a.jpg")]
    tree(tmp_path, "in/b.jpg")
    assert listed(tmp_path / "in", tmp_path / "in" / "b.jpg") == [(None, "b.jpg")]  # named itself, it is clear


def test_litter_and_the_archive_are_passed_over(tmp_path: Path) -> None:
    tree(tmp_path, "D1/a.jpg", "D1/Thumbs.db", "D1/.hidden", ".git/x", "archive/store/y.pdf")
    assert listed(tmp_path, archive=tmp_path / "archive") == [("D1", "a.jpg")]


def test_paths_without_papers_are_problems(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    found = collect([tmp_path / "empty", tmp_path / "gone"], None, Path("nowhere"))
    assert not found.items
    assert [problem.code for problem in found.problems] == ["empty", "file-missing"]


def test_names_are_nfc(tmp_path: Path) -> None:
    spelt = normalize("NFD", "D1/Hồ sơ/Đơn.jpg")
    tree(tmp_path, spelt)
    assert listed(tmp_path) == [("D1", "Hồ sơ/Đơn.jpg")]
    tree(tmp_path / "in", normalize("NFD", "Hồ sơ 7/Đơn.jpg"))
    register = DossierFolders(known=lambda codes: {"Hồ sơ 7"} & set(codes))
    assert names(collect([tmp_path / "in"], None, Path("nowhere"), folders=register)) == [("Hồ sơ 7", "Đơn.jpg")]


@pytest.mark.parametrize("code", ["", "  ", "a\nb", "x" * 101])
def test_a_dossier_code_is_one_line_of_text(code: str) -> None:
    with pytest.raises(UsageError):
        check_dossier(code)


def test_what_is_no_paper_is_passed_over_and_named(tmp_path: Path) -> None:
    names = ("D1/~$don.docx", "D1/Scan.ZIP", "D1/a.tar.gz", "D1/so.xlsx", "D1/thu.eml")
    tree(tmp_path, "D1/a.jpg", "D1/don.docx", *names)
    (tmp_path / "D1" / "rong.pdf").touch()
    found = collect([tmp_path], None, Path("nowhere"), folders=FOLDERS)
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
    tree(tmp_path, "D1/a.jpg")
    os.mkfifo(tmp_path / "D1" / "pipe.jpg")
    (tmp_path / "D1" / "gone.jpg").symlink_to(tmp_path / "nowhere.jpg")
    found = collect([tmp_path], None, Path("nowhere"), folders=FOLDERS)
    assert [item.name for item in found.items] == ["a.jpg", "gone.jpg"]  # reading says what is wrong with the link
    assert [other.why for other in found.passed_over] == ["no-file"]
    found = collect([tmp_path / "D1" / "pipe.jpg"], None, Path("nowhere"))
    assert (found.items, found.problems, [other.why for other in found.passed_over]) == ((), (), ["no-file"])


@pytest.mark.skipif(os.name == "nt", reason="Windows lets only administrators make links")
def test_a_linked_folder_counts_under_the_name_of_the_link_and_only_where_it_is_named(tmp_path: Path) -> None:
    tree(tmp_path, "share/a.jpg")
    tree(tmp_path, "in/D2/b.jpg")
    (tmp_path / "in" / "D1").symlink_to(tmp_path / "share")
    (tmp_path / "in" / "D2" / "round").symlink_to(tmp_path / "in")
    found = collect([tmp_path / "in"], None, Path("nowhere"), folders=FOLDERS)
    assert names(found) == [("D2", "b.jpg")]
    assert {(other.file.name, other.why) for other in found.passed_over} == {
        ("D1", "linked-folder"),
        ("round", "linked-folder"),
    }
    assert listed(tmp_path / "in" / "D1") == [("D1", "a.jpg")]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="nothing is forbidden here")
def test_a_folder_that_may_not_be_read_is_a_problem(tmp_path: Path) -> None:
    tree(tmp_path, "D1/a.jpg", "D2/b.jpg")
    (tmp_path / "D2").chmod(0)
    try:
        found = collect([tmp_path], None, Path("nowhere"), folders=FOLDERS)
    finally:
        (tmp_path / "D2").chmod(0o700)
    assert names(found) == [("D1", "a.jpg")]
    assert [(problem.code, problem.file) for problem in found.problems] == [("permission", str(tmp_path / "D2"))]


def test_the_archive_itself_is_not_digitized(tmp_path: Path) -> None:
    kho = tree(tmp_path / "kho", "store/a/b.pdf", "tmp/c.pdf", "scans/D1/d.jpg")
    for place in (kho, kho / "store", kho / "store" / "a" / "b.pdf", kho / "tmp"):
        found = collect([place], None, kho)
        assert [problem.code for problem in found.problems] == [PartOfArchive.code]
        assert not found.items
    assert listed(kho / "scans", archive=kho) == [("D1", "d.jpg")]


def test_a_dossiers_folder_is_that_dossier_wherever_it_stands(tmp_path: Path) -> None:
    tree(tmp_path, f"yr/2025/{CODE}/in.pdf", f"yr/2025/{CODE}/con/b.jpg")
    inside = [(CODE, "con/b.jpg"), (CODE, "in.pdf")]
    for named in (tmp_path / "yr", tmp_path / "yr" / "2025", tmp_path / "yr" / "2025" / CODE):
        found = collect([named], None, Path("nowhere"))
        assert (names(found), found.unclear) == (inside, ())
    below = tmp_path / "yr" / "2025" / CODE / "con"
    assert names(collect([below], None, Path("nowhere"))) == inside[:1]  # the same name as with its whole dossier
    assert names(collect([below / "b.jpg"], None, Path("nowhere"))) == inside[:1]


@pytest.mark.parametrize("folder", ["h17.12-260105-0012", f" {CODE} ", f"{CODE}\u00a0"])
def test_capitals_and_blanks_around_a_code_do_not_count(tmp_path: Path, folder: str) -> None:
    if os.name == "nt" and folder != folder.strip():
        pytest.skip("Windows has no such names")
    tree(tmp_path, f"{folder}/in.pdf")
    assert names(collect([tmp_path], None, Path("nowhere"))) == [(CODE, "in.pdf")]
    assert names(collect([tmp_path / folder], None, Path("nowhere"))) == [(CODE, "in.pdf")]


def test_what_is_no_dossiers_is_asked_about(tmp_path: Path) -> None:
    tree(tmp_path, "a.jpg", f"2025/{CODE}/in.pdf", "2025/b.jpg", "2025/moi/c.jpg", "2025/moi/con/d.jpg", "cũ/e.jpg")
    tree(tmp_path, "empty/thu.eml")
    found = collect([tmp_path], None, Path("nowhere"))
    assert names(found) == [(CODE, "in.pdf")]
    assert asked(found) == {
        tmp_path: ["a.jpg"],
        tmp_path / "2025": ["2025/b.jpg"],
        tmp_path / "2025" / "moi": ["2025/moi/c.jpg", "2025/moi/con/d.jpg"],
        tmp_path / "cũ": ["cũ/e.jpg"],
    }
    assert {one.problem.code for one in found.unclear} == {UnclearFolder.code}
    said = found.settled({tmp_path / "2025" / "moi": "X", tmp_path / "cũ": None})
    assert names(said) == [(None, "cũ/e.jpg"), (CODE, "in.pdf"), ("X", "c.jpg"), ("X", "con/d.jpg")]
    assert list(asked(said)) == [tmp_path, tmp_path / "2025"]


def test_the_register_knows_codes_of_other_forms(tmp_path: Path) -> None:
    tree(tmp_path, "năm/HS 7/don.jpg")
    folders = DossierFolders(known=lambda codes: {"HS 7"} & set(codes))
    found = collect([tmp_path / "năm"], None, Path("nowhere"), folders=folders)
    assert (names(found), found.unclear) == ([("HS 7", "don.jpg")], ())
    assert folders.code("hs 7") == "HS 7"
    found = collect([tmp_path / "năm" / "HS 7"], None, Path("nowhere"))
    assert (names(found), asked(found)) == ([], {tmp_path / "năm" / "HS 7": ["don.jpg"]})


def test_everything_may_be_loose(tmp_path: Path) -> None:
    tree(tmp_path, f"{CODE}/in.pdf", "a.jpg")
    found = collect([tmp_path], None, Path("nowhere"), loose=True)
    assert (names(found), found.unclear) == ([(None, f"{CODE}/in.pdf"), (None, "a.jpg")], ())
