import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from digidoc import errors
from digidoc.archive.archive import Archive
from digidoc.model import PaperState
from digidoc.register import ImportSource
from tests.archive.reckoning import dossier
from tests.archive.verbs import application
from tests.papers import draft, refused
from tests.running import Run, runner

DECISION = [
    ("CodeNumber", "7"),
    ("CodeNotation", "QĐ-UBND"),
    ("TypeName", "QUYẾT ĐỊNH"),
    ("IssuedDate", "2025-09-08"),
    ("OrganName", "Sở Y tế"),
    ("Subject", "Giao đất"),
]


@pytest.fixture
def filled(archive: Archive, scans: Path) -> Archive:
    with archive.writing():
        signed = draft(scans, "a.tif", "giao đất", dossier="HS-1", fields=DECISION, verdicts=["TOTAL_PASSED"])
        archive.file("HS-1", [signed, draft(scans, "b.tif", dossier="HS-1", state=PaperState.REVIEW)])
        archive.file("HS-2", [draft(scans, "=1+1.tif", "đơn", dossier="HS-2")])
        archive.file(None, [draft(scans, "loose.tif", "giấy mời")])
        archive.refuse(refused("broken.tif", dossier="HS-1"))
        archive.refuse(refused("broken.tif", dossier="HS-3"))
    return archive


@pytest.fixture
def run(filled: Archive) -> Run:
    return runner(application(), "list", "-A", str(filled.root))


def _data(run: Run, *words: str) -> dict[str, Any]:
    result = run(*words, "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert found["schema"] == "digidoc.list/1"
    data: dict[str, Any] = found["data"]
    return data


def test_papers_newest_first_without_refused_ones(run: Run) -> None:
    data = _data(run)
    assert [paper["name"] for paper in data["papers"]] == ["loose.tif", "=1+1.tif", "b.tif", "a.tif"]
    assert data["papers"][-1] == {
        "paper_id": data["papers"][-1]["paper_id"],
        "dossier": "HS-1",
        "name": "a.tif",
        "state": "filed",
        "pages": 1,
        "number": "7",
        "notation": "QĐ-UBND",
        "type": "QUYẾT ĐỊNH",
        "date": "2025-09-08",
        "organisation": "Sở Y tế",
        "subject": "Giao đất",
        "verdict": "TOTAL_PASSED",
        "conformant": True,
        "why_not_conformant": [],
    }
    assert (data["papers"][0]["dossier"], data["papers"][0]["verdict"]) == (None, None)
    assert data == _data(run, "papers")


@pytest.mark.parametrize(
    "words",
    [
        ["--type", "quyet dinh"],
        ["--unit", "so y te"],
        ["--from", "2025-09-08", "--to", "08/09/2025"],
        ["--field", "CodeNumber=7"],
        ["--dossier", "HS-1", "--field", "Subject=giao dat"],
    ],
)
def test_the_filters_of_search(run: Run, words: list[str]) -> None:
    assert [paper["name"] for paper in _data(run, *words)["papers"]] == ["a.tif"]
    assert [line["dossier"] for line in _data(run, "dossiers", *words)["dossiers"]] == ["HS-1"]


def test_dossiers_with_counts_and_what_the_register_says(run: Run, filled: Archive) -> None:
    lines = _data(run, "dossiers")["dossiers"]
    assert lines == [
        {"dossier": "HS-2", "procedure": "", "title": "", "papers": 1, "review": 0, "signed": 0},
        {"dossier": "HS-1", "procedure": "", "title": "", "papers": 2, "review": 1, "signed": 1},
    ]
    source = ImportSource(Path("register.csv"), "ab" * 32, "dossiers", {"code": "Mã hồ sơ"})
    with filled.writing():
        filled.register_dossiers([dossier("HS-1", procedure="1.001612", title="Giao đất")], source)
    lines = _data(run, "dossiers", "--procedure", "1.001612")["dossiers"]
    assert [(line["dossier"], line["procedure"], line["title"]) for line in lines] == [("HS-1", "1.001612", "Giao đất")]


def test_pages_of_the_list_follow_each_other(run: Run) -> None:
    for what, key in (("papers", "paper_id"), ("dossiers", "dossier")):
        every = [line[key] for line in _data(run, what)[what]]
        paged: list[str] = []
        while True:
            found = _data(run, what, "--limit", "1", "--offset", str(len(paged)))
            paged += [line[key] for line in found[what]]
            if not found["more"]:
                break
        assert paged == every


def test_csv_has_the_keys_of_the_json_form(run: Run) -> None:
    for what in ("papers", "dossiers"):
        text = run(what, "--csv").stdout_bytes.decode("utf-8").removeprefix("\ufeff")
        rows = list(csv.DictReader(io.StringIO(text)))
        lines = _data(run, what)[what]
        assert [list(row) for row in rows] == [list(line) for line in lines]
        assert [row["dossier"] for row in rows] == [line["dossier"] or "" for line in lines]
    assert "'=1+1.tif" in run("--csv").stdout


def test_the_table_says_what_a_paper_is_and_how_to_go_on(run: Run) -> None:
    shown = run().stdout
    assert "7/QĐ-UBND · 2025-09-08 · QUYẾT ĐỊNH" in shown
    assert "Giao đất" in shown
    assert "loose.tif" in shown
    assert "--offset" not in shown
    assert "--offset 2" in run("--limit", "2").stdout
    assert "There is nothing to list." in run("--type", "nowhere").stdout
    assert "Nothing further to list." in run("--offset", "9").stdout
    assert "HS-2" in run("dossiers").stdout


def test_the_table_says_which_papers_are_signed_and_which_signature_failed(archive: Archive, scans: Path) -> None:
    run = runner(application(), "list", "-A", str(archive.root))
    for number, verdict in enumerate(("INDETERMINATE", "TOTAL_FAILED")):
        with archive.writing():
            archive.file(None, [draft(scans, f"{number}.tif", verdicts=[verdict])])
        shown = run().stdout
        assert "signed" in shown
        assert ("TOTAL_FAILED" in shown) == (verdict == "TOTAL_FAILED")


def test_a_table_is_cut_where_csv_and_json_are_whole(archive: Archive, scans: Path) -> None:
    with archive.writing():
        archive.file("HS-1", [draft(scans, f"{number}.tif", dossier="HS-1") for number in range(51)])
    run = runner(application(), "list", "-A", str(archive.root))
    assert "--offset 50" in run().stdout
    assert len(_data(run)["papers"]) == 51
    assert len(run("--csv").stdout.splitlines()) == 52


def test_a_dossier_of_many_papers_hides_no_other(archive: Archive, scans: Path) -> None:
    with archive.writing():
        archive.file("HS-1", [draft(scans, "first.tif", dossier="HS-1")])
        archive.file("HS-2", [draft(scans, f"{number}.tif", dossier="HS-2") for number in range(70)])
    found = archive.list_dossiers(limit=1)
    assert ([line.code for line in found.lines], found.more) == (["HS-2"], True)
    found = archive.list_dossiers(limit=1, offset=1)
    assert ([line.code for line in found.lines], found.more) == (["HS-1"], False)


def test_an_empty_archive(archive: Archive) -> None:
    run = runner(application(), "list", "-A", str(archive.root))
    assert _data(run)["papers"] == []
    assert _data(run, "dossiers")["dossiers"] == []


@pytest.mark.parametrize(
    "words", [["--csv", "--json"], ["--type", "--"], ["--from", "2025-09-09", "--to", "2025-09-08"]]
)
def test_what_cannot_be_asked(run: Run, words: list[str]) -> None:
    assert isinstance(run(*words).exception, errors.UsageError)
