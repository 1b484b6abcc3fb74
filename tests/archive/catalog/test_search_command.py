import csv
import io
import json
from pathlib import Path

import pytest
from typer.testing import Result

from digidoc import errors
from digidoc.archive.archive import Archive
from tests.archive.verbs import application
from tests.papers import draft
from tests.running import Run, runner


@pytest.fixture
def run(archive: Archive, scans: Path) -> Run:
    fields = [("CodeNumber", "7"), ("TypeName", "QUYẾT ĐỊNH"), ("IssuedDate", "2025-09-08"), ("OrganName", "Sở Y tế")]
    with archive.writing():
        archive.file("HS-1", [draft(scans, "=1+1.tif", '-5 "độ", giao đất', dossier="HS-1", fields=fields)])
        archive.file(None, [draft(scans, "b.tif", "giao đất")])
    return runner(application(), "search", "-A", str(archive.root))


def _names(result: Result) -> list[str]:
    assert result.exit_code == 0, result.output
    return [hit["name"] for hit in json.loads(result.stdout)["data"]["hits"]]


@pytest.mark.parametrize(
    "words",
    [
        ["--type", "quyet dinh"],
        ["--unit", "Sở Y tế"],
        ["--from", "2025-09-08", "--to", "08/09/2025"],
        ["--field", "CodeNumber=7", "--field", "TypeName=quyết"],
        ["--dossier", "HS-1"],
    ],
)
def test_filters(run: Run, words: list[str]) -> None:
    assert _names(run("giao", "dat", *words, "--json")) == ["=1+1.tif"]
    assert _names(run(*words, "--json")) == ["=1+1.tif"]
    assert _names(run("nowhere", *words, "--json")) == []


def test_paging(run: Run) -> None:
    first = run("giao dat", "--limit", "1", "--json")
    assert _names(first) == ["b.tif"]
    assert json.loads(first.stdout)["data"]["more"]
    assert _names(run("giao dat", "--limit", "1", "--offset", "1", "--json")) == ["=1+1.tif"]
    assert "--offset 1" in run("giao dat", "--limit", "1").stdout
    assert "--offset" not in run("giao dat", "--limit", "2").stdout


def test_csv_is_for_spreadsheets(run: Run) -> None:
    result = run("giao dat", "--csv")
    assert result.exit_code == 0
    text = result.stdout_bytes.decode("utf-8")
    assert text.startswith("\ufeffpaper_id,dossier,name,")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert [row["name"] for row in rows] == ["b.tif", "'=1+1.tif"]
    assert rows[1]["snippet"] == '\'-5 "độ", giao đất'
    assert (rows[1]["date"], rows[1]["type"], rows[0]["dossier"]) == ("2025-09-08", "QUYẾT ĐỊNH", "")


@pytest.mark.parametrize(
    "words",
    [
        ["--field", "CodeNumber"],
        ["--field", "=7"],
        ["--type", "--", "x"],
        ["--unit", ""],
        ["--from", "2025-09-09", "--to", "2025-09-08"],
        ["--csv", "--json"],
    ],
)
def test_what_cannot_be_asked(run: Run, words: list[str]) -> None:
    assert isinstance(run("giao", *words).exception, errors.UsageError)
