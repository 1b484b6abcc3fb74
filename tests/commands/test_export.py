import json
import os
import stat
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from digidoc import errors
from digidoc.archive.archive import Archive
from digidoc.archive.errors import NothingKept
from digidoc.archive.ingest import Draft
from digidoc.files import disk
from digidoc.model import PaperRecord
from digidoc.pipeline.export import best_file, readable_name
from digidoc.progress import SilentProgress
from tests.archive.verbs import application
from tests.papers import draft, refused
from tests.running import Run, runner

DECISION = [
    ("CodeNumber", "15"),
    ("CodeNotation", "QĐ-UBND"),
    ("IssuedDate", "2025-09-18"),
    ("TypeName", "QUYẾT ĐỊNH"),
]
NAME = "15-QD-UBND 2025-09-18 Quyết định"


@pytest.fixture
def run(archive: Archive) -> Run:
    return runner(application(), "export", "-A", str(archive.root))


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def _file(archive: Archive, dossier: str | None, *drafts: Draft) -> list[PaperRecord]:
    with archive.writing():
        return archive.file(dossier, drafts)


def _data(run: Run, *words: object, code: int = 0) -> dict[str, Any]:
    result = run(*words, "--json")
    assert result.exit_code == code, result.output
    data: dict[str, Any] = json.loads(result.stdout)["data"]
    return data


def _names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_a_paper_stands_in_the_folder_and_a_dossiers_in_one_of_its_own(
    run: Run, archive: Archive, scans: Path, out: Path
) -> None:
    [loose] = _file(archive, None, draft(scans, "a.tif", fields=DECISION))
    _file(
        archive, "HS/1", draft(scans, "b.tif", dossier="HS/1", fields=DECISION), draft(scans, "c.tif", dossier="HS/1")
    )
    data = _data(run, loose.paper_id, "HS/1", out / "new")
    assert _names(out / "new") == [f"{NAME}.pdf", f"HS-1/{NAME}.pdf", "HS-1/c.pdf"]
    assert data["counts"] == {"done": 3, "skipped": 0, "review": 0, "refused": 0, "failed": 0}
    assert [(paper["item"], paper["form"]) for paper in data["papers"]] == [
        (name, "searchable") for name in ("a.tif", "b.tif", "c.tif")
    ]
    for paper in data["papers"]:
        assert Path(paper["file"]).read_bytes() == archive.file_path(paper["paper_id"], "searchable").read_bytes()
        if os.name == "posix":
            assert Path(paper["file"]).stat().st_mode & stat.S_IWUSR


def test_the_best_form_is_copied(run: Run, archive: Archive, scans: Path, out: Path) -> None:
    both, signed = draft(scans, "a.tif"), scans / "signed.pdf"
    signed.write_bytes(b"%PDF signed")
    came = draft(scans, "b.tif")
    papers = _file(
        archive,
        "HS-1",
        Draft(both.record, {**both.files, "signed": signed}),
        Draft(came.record, {"original": came.files["original"], "text": came.files["text"]}),
    )
    assert [paper["form"] for paper in _data(run, *(p.paper_id for p in papers), out)["papers"]] == [
        "signed",
        "original",
    ]
    assert _names(out) == ["a.pdf", "b.tif"]
    assert (out / "a.pdf").read_bytes() == b"%PDF signed"


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        (DECISION, NAME),
        (DECISION[:2], "15-QD-UBND"),
        (DECISION[1:], "QD-UBND 2025-09-18 Quyết định"),
        (DECISION[2:], "2025-09-18 Quyết định"),
        (DECISION[3:], "scan 1"),
        ([], "scan 1"),
        ([("CodeNumber", "15"), ("IssuedDate", "không rõ")], "scan 1"),
        ([("CodeNumber", "../../x"), ("CodeNotation", "a:b\n"), ("TypeName", "Giấy mời")], "x-a-b Giấy mời"),
        ([*DECISION, ("CodeNumber", "16")], NAME),
    ],
)
def test_names_say_what_was_read(scans: Path, fields: Sequence[tuple[str, str]], name: str) -> None:
    assert readable_name(draft(scans, "scan 1.tif", fields=fields).record) == name


def test_a_name_of_nothing_that_can_stand_in_a_name(scans: Path) -> None:
    record = draft(scans, "....tif").record
    assert readable_name(record) == record.paper_id


def test_same_names_are_numbered_and_a_second_run_copies_nothing(
    run: Run, archive: Archive, scans: Path, out: Path
) -> None:
    capitals = [(name, "Quyết Định" if name == "TypeName" else value) for name, value in DECISION]
    _file(
        archive,
        "HS-1",
        *(draft(scans, f"{number}.tif", dossier="HS-1", fields=DECISION) for number in range(3)),
        draft(scans, "3.tif", dossier="HS-1", fields=capitals),
    )
    assert _data(run, "HS-1", out)["counts"]["done"] == 4
    four = [f"HS-1/{NAME}", f"HS-1/{NAME} (2)", f"HS-1/{NAME} (3)", "HS-1/15-QD-UBND 2025-09-18 Quyết Định (4)"]
    assert _names(out) == sorted(f"{name}.pdf" for name in four)
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*.pdf")}
    again = _data(run, "HS-1", "HS-1", out)
    assert again["counts"]["skipped"] == 4
    assert {path: path.stat().st_mtime_ns for path in out.rglob("*") if path.is_file()} == before
    assert "There already: 4" in run("HS-1", out).stdout


def test_what_is_there_is_never_overwritten(run: Run, archive: Archive, scans: Path, out: Path) -> None:
    [paper] = _file(archive, None, draft(scans, "a.tif", fields=DECISION))
    out.mkdir()
    (out / f"{NAME}.pdf").write_bytes(b"mine")
    (out / f"{NAME} (2).pdf").symlink_to(out / "elsewhere.pdf")
    (out / f"{NAME} (3).pdf").mkdir()
    data = _data(run, paper.paper_id, out)
    assert Path(data["papers"][0]["file"]).name == f"{NAME} (4).pdf"
    assert (out / f"{NAME}.pdf").read_bytes() == b"mine"
    assert not (out / "elsewhere.pdf").exists()


def test_what_is_not_as_it_was_filed_is_refused_and_the_rest_is_copied(
    run: Run, archive: Archive, scans: Path, out: Path
) -> None:
    papers = _file(archive, "HS-1", *(draft(scans, f"{n}.tif", dossier="HS-1") for n in range(3)))
    changed, gone = (archive.file_path(papers[n].paper_id, "searchable") for n in (0, 1))
    changed.chmod(0o600)
    changed.write_bytes(b"x" * changed.stat().st_size)
    gone.unlink()
    with archive.writing():
        archive.refuse(refused("broken.tif", dossier="HS-1"))
    lost = refused("broken.tif", dossier="HS-1").paper_id
    result = run("HS-1", "HS-9", "P-0123456789abcdef", lost, out)
    assert result.exit_code == 3
    for said in ("the file was changed after it was filed", "the file is missing", "no dossier HS-9"):
        assert said in result.stderr
    assert NothingKept(paper=lost).problem.message in result.stderr
    for said in ("2.pdf", "Copied to", "Failed: 5", "refused or withdrawn: 1"):
        assert said in result.stdout
    assert _names(out) == ["HS-1/2.pdf"]
    assert _data(run, papers[0].paper_id, out, code=1)["papers"][0]["problem"] == "archive-damaged"


def test_where_it_cannot_be_copied_to(run: Run, archive: Archive, tmp_path: Path) -> None:
    assert isinstance(run("HS-1", archive.root / "store" / "x").exception, errors.UsageError)
    (tmp_path / "file").touch()
    assert isinstance(run("HS-1", tmp_path / "file").exception, errors.FolderExpected)
    assert isinstance(run("HS-1", "P-0123456789abcdef").exception, errors.WrongUsage)


def test_a_refused_paper_has_no_file() -> None:
    with pytest.raises(NothingKept):
        best_file(refused("broken.tif"))


STEPS: list[str] = []
STOP: list[tuple[int, BaseException]] = []


def _watch(event: str, _paths: object) -> None:
    if event.startswith("digidoc.disk.") and STOP:
        STEPS.append(event)
        if len(STEPS) == STOP[0][0]:
            raise STOP[0][1]


@pytest.fixture
def stops() -> Iterator[None]:
    """Ends the n-th step on the disk with an error once `STOP` says so."""
    sys.addaudithook(_watch)
    yield
    STOP.clear()


@pytest.mark.usefixtures("stops")
def test_a_copy_that_is_stopped_leaves_nothing_half(archive: Archive, scans: Path, out: Path) -> None:
    from digidoc.pipeline.export import export

    _file(archive, "HS-1", *(draft(scans, f"{number}.tif", dossier="HS-1") for number in range(2)))
    for error in (KeyboardInterrupt(), OSError(28, "full")):
        for number in range(2, 100):
            folder = out / f"{type(error).__name__}-{number}"
            STEPS.clear()
            STOP[:] = [(number, error)]
            batch = export(archive, ["HS-1"], folder, SilentProgress())
            ended = len(STEPS)
            STOP.clear()
            whole = [path for path in folder.rglob("*") if path.is_file() and not path.name.startswith(".")]
            assert all(path.read_bytes().startswith(b"%PDF of P-") for path in whole)
            if ended < number:
                assert len(whole) == 2
                break
            if isinstance(error, KeyboardInterrupt):
                assert batch.interrupted
            else:
                assert len(batch.outcomes) == 2
                assert batch.counts["failed"]
            assert export(archive, ["HS-1"], folder, SilentProgress()).exit_code == 0
            assert len(list(folder.rglob("*.pdf"))) == 2
        else:
            pytest.fail("it never came to its end")


def test_a_copy_is_not_put_in_the_place_of_a_file_that_came_meanwhile(tmp_path: Path) -> None:
    source, target = tmp_path / "a", tmp_path / "b"
    source.write_bytes(b"new")
    target.write_bytes(b"old")
    with pytest.raises(FileExistsError):
        disk.copy_result(source, target, disk.sha256_of(source))
    assert target.read_bytes() == b"old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]
