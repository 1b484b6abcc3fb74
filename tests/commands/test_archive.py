import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from digidoc import errors
from digidoc.archive.archive import Archive
from digidoc.model import PaperState
from tests.archive.verbs import application
from tests.papers import draft, refused
from tests.running import Run, runner


@pytest.fixture
def run() -> Run:
    return runner(application())


def _data(result: Result, schema: str) -> Any:
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    assert document["schema"] == schema
    assert document["errors"] == []
    return document["data"]


@pytest.fixture
def filled(archive: Archive, scans: Path) -> Archive:
    fields = [("CodeNumber", "15"), ("CodeNotation", "QĐ-UBND"), ("Subject", "về việc [bold]giao đất")]
    given = draft(scans, "a.tif", "ỦY BAN\ngiao đất " + "rất dài " * 40, dossier="HS-01", fields=fields, verdicts=["X"])
    with archive.writing():
        archive.file("HS-01", [given])
        archive.file(None, [draft(scans, "r[red].tif", "xem \x1b[31mlại", state=PaperState.REVIEW)])
        archive.refuse(refused("broken.pdf", dossier="HS-01"))
    return archive


def _id(archive: Archive) -> str:
    return archive.papers_of("HS-01")[0].paper_id


def test_init(run: Run, tmp_path: Path) -> None:
    words = ["init", tmp_path / "kho", "--unit", "H17", "--name", "UBND", "--profile", "province", "--stock", "9"]
    data = _data(run(*words, "--json"), "digidoc.init/1")
    assert data["unit"] == {"code": "H17", "name": "UBND", "level": "province"}
    assert (data["stock"], data["target"]) == (9, None)
    again = run(*words)
    assert isinstance(again.exception, errors.ArchiveExists)
    assert "ready" in run("init", tmp_path / "other", "--unit", "H17").stdout
    assert isinstance(run("init", tmp_path / "x", "--unit", "H17", "--profile", "?").exception, errors.UnknownProfile)


def test_search(run: Run, filled: Archive) -> None:
    data = _data(run("search", "giao", "dat", "-A", filled.root, "--json"), "digidoc.search/1")
    (hit,) = data["hits"]
    assert (hit["dossier"], hit["name"], hit["page"]) == ("HS-01", "a.tif", 1)
    assert (hit["number"], hit["notation"], hit["date"]) == ("15", "QĐ-UBND", "")
    assert [hit["snippet"][a:b] for a, b in hit["marks"]] == ["giao đất"]
    text = run("search", "15/QĐ-UBND", "-A", filled.root).stdout
    assert "[bold]giao đất" in text
    assert _id(filled) in text


@pytest.mark.parametrize("query", ["nowhere", "-x", '"', "*", "\x1b"])
def test_search_without_hits(run: Run, filled: Archive, query: str) -> None:
    result = run("search", query, "-A", filled.root)
    assert result.exit_code == 0
    assert "No paper matches." in result.stdout


def test_show(run: Run, filled: Archive) -> None:
    data = _data(run("show", _id(filled), "-A", filled.root, "--json"), "digidoc.show/1")
    assert {file["role"] for file in data["files"]} == {"original", "searchable", "text", "metadata"}
    assert all(Path(file["path"]).is_file() for file in data["files"])
    assert data["pages"] == [{"number": 1, "dpi": 300.0}]
    assert data["signatures"][0]["verdict"] == "X"
    assert [event["kind"] for event in data["events"]] == ["capture", "ingestion"]
    shown = run("show", _id(filled), "-A", filled.root).stdout
    assert "[bold]giao đất" in shown
    assert "searchable.pdf" in shown


def test_show_text_keeps_long_lines(run: Run, filled: Archive) -> None:
    text = run("show", _id(filled), "--text", "-A", filled.root).stdout
    assert text.splitlines()[1] == "giao đất " + "rất dài " * 39 + "rất dài "
    data = _data(run("show", _id(filled), "--text", "-A", filled.root, "--json"), "digidoc.show/1")
    assert data["pages"][0]["text"].startswith("ỦY BAN")


def test_show_a_dossier(run: Run, filled: Archive) -> None:
    data = _data(run("show", "HS-01", "-A", filled.root, "--json"), "digidoc.show/1")
    assert [(paper["name"], paper["state"]) for paper in data["papers"]] == [
        ("a.tif", "filed"),
        ("broken.pdf", "refused"),
    ]
    assert "broken.pdf" in run("show", "HS-01", "-A", filled.root).stdout
    assert isinstance(run("show", "HS-02", "-A", filled.root).exception, errors.UnknownDossier)
    assert isinstance(run("show", "HS-01", "--text", "-A", filled.root).exception, errors.UsageError)
    assert isinstance(run("show", "P-" + "0" * 16, "-A", filled.root).exception, errors.UnknownPaper)


def test_show_open_calls_the_viewer(run: Run, filled: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    viewer = tmp_path / "bin" / "xdg-open"
    viewer.parent.mkdir()
    viewer.write_text(f'#!/bin/sh\necho "$1" > "{tmp_path}/opened"\n')
    viewer.chmod(0o755)
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("PATH", f"{viewer.parent}:/bin:/usr/bin")
    assert run("show", _id(filled), "--open", "-A", filled.root).exit_code == 0
    assert (tmp_path / "opened").read_text().strip().endswith("searchable.pdf")
    monkeypatch.setenv("PATH", str(tmp_path))
    result = run("show", _id(filled), "--open", "-A", filled.root)
    assert isinstance(result.exception, errors.DependencyMissing)


def test_status(run: Run, filled: Archive) -> None:
    data = _data(run("status", "-A", filled.root, "--json"), "digidoc.status/1")
    assert data["papers"] == {"filed": 1, "review": 1, "refused": 1, "withdrawn": 0, "purged": 0}
    assert data["pages"] == 2
    assert data["dossiers"] == [{"code": "HS-01", "papers": 2}]
    assert data["review"][0]["doubts"] == ["low-confidence"]
    assert data["refused"][0]["problem"]["code"] == "unreadable"
    text = run("status", "-A", filled.root).stdout
    assert "r[red].tif" in text
    assert "It cannot be read: broken." in text


def test_no_control_characters_reach_the_terminal(run: Run, filled: Archive) -> None:
    for words in (["search", "xem"], ["status"]):
        assert "\x1b" not in run(*words, "-A", filled.root).stdout


def test_without_an_archive(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for words in (["search", "x"], ["status"], ["show", "x"]):
        assert isinstance(run(*words).exception, errors.NoArchive)
