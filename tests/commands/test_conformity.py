"""A paper that is not conformant always says why, wherever it is shown."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from digidoc import i18n
from digidoc.archive.archive import Archive
from digidoc.model import ExtractedField, PaperRecord, PaperState
from digidoc.pipeline.review.conformity import reasons, sentence
from digidoc.pipeline.review.standing import OLDER
from digidoc.words import _DOUBTS
from tests.papers import draft, refused
from tests.running import Run, runner

LOW = {"code": "low-dpi", "fields": [], "message": "scanned at less than 200 dpi"}
CONFIRM = {
    "code": "to-confirm",
    "fields": ["CodeNumber", "Subject"],
    "message": "fields that a person has to confirm",
}
NOT_KNOWN = {"code": "not-known", "fields": [], "message": "nothing says why; an earlier version filed it"}
IN_WORDS = "scanned at less than 200 dpi; to confirm: number, subject"
UNKNOWN = "nothing says why; an earlier version filed it"


@pytest.fixture
def filed(archive: Archive, scans: Path) -> dict[str, PaperRecord]:
    """A conformant paper, one whose fields alone keep it from being so, one with a doubt too, one without a reason."""
    fields = tuple(ExtractedField(name, "x", 0.4, 1, None, True) for name in ("CodeNumber", "Subject", "Subject"))
    made = {
        "good.tif": {},
        "fields.tif": {"fields": fields, "state": PaperState.REVIEW, "conformant": False},
        "both.tif": {"fields": fields, "doubts": ("low-dpi",), "state": PaperState.REVIEW, "conformant": False},
        "bare.tif": {"conformant": False},
    }
    papers = {}
    with archive.writing():
        for name, changes in made.items():
            given = draft(scans, name)
            (record,) = archive.file(None, [replace(given, record=replace(given.record, **changes))])
            papers[name] = record
        archive.refuse(refused("broken.tif"))
    return papers


@pytest.fixture
def run(archive: Archive) -> Run:
    return runner(after=("--archive", str(archive.root)))


@pytest.fixture
def vietnamese() -> Iterator[None]:
    i18n.install("vi")
    yield
    i18n.install("en")


EXPECTED: dict[str, list[dict[str, Any]]] = {
    "good.tif": [],
    "fields.tif": [CONFIRM],
    "both.tif": [LOW, CONFIRM],
    "bare.tif": [NOT_KNOWN],
}


def data(run: Run, *words: object) -> Any:
    done = run(*words, "--json")
    assert done.exit_code in (0, 5), done.output
    return json.loads(done.stdout)["data"]


def test_show_says_why(run: Run, filed: dict[str, PaperRecord]) -> None:
    for name, record in filed.items():
        told = data(run, "show", record.paper_id)
        assert (told["conformant"], told["why_not_conformant"]) == (name == "good.tif", EXPECTED[name])
    assert f"not conformant: {IN_WORDS}\n" in run("show", filed["both.tif"].paper_id).stdout
    assert f"not conformant: {UNKNOWN}\n" in run("show", filed["bare.tif"].paper_id).stdout
    assert "not conformant" not in run("show", filed["good.tif"].paper_id).stdout


def test_show_of_a_refused_paper_says_why_it_was_refused(run: Run, archive: Archive, filed: object) -> None:
    assert filed
    (item,) = archive.status().refused
    (why,) = data(run, "show", item.paper_id)["why_not_conformant"]
    assert why == {"code": "refused", "fields": [], "message": "It cannot be read: broken."}


def test_lists_say_why(run: Run, filed: dict[str, PaperRecord]) -> None:
    papers = {paper["name"]: paper for paper in data(run, "list")["papers"]}
    assert {name: paper["why_not_conformant"] for name, paper in papers.items()} == EXPECTED
    rows = csv.DictReader(io.StringIO(run("list", "--csv").stdout.lstrip("\ufeff")))
    assert {row["name"]: row["why_not_conformant"] for row in rows} == {
        "good.tif": "",
        "fields.tif": "to-confirm CodeNumber Subject",
        "both.tif": "low-dpi; to-confirm CodeNumber Subject",
        "bare.tif": "not-known",
    }
    shown = " ".join(run("list").stdout.split())
    assert shown.count("not conformant: ") == len(filed) - 1


def test_what_a_report_misses_says_why(run: Run, filed: dict[str, PaperRecord]) -> None:
    words = ("report", "--missing", "--quality", "conformant", "--metric", "papers")
    items = {item["name"]: item for item in data(run, *words)["items"] if item["why"] == "not-conformant"}
    assert {name: item["reasons"] for name, item in items.items()} == {
        name: why for name, why in EXPECTED.items() if why
    }
    rows = list(csv.reader(io.StringIO(run(*words, "--format", "csv").stdout)))
    assert f"not conformant: {IN_WORDS}" in {row[-1] for row in rows}
    assert f"not conformant: {UNKNOWN}" in {row[-1] for row in rows}
    assert "to confirm: number, subject" in " ".join(run(*words).stdout.split())
    assert len(filed) == 4


@pytest.mark.usefixtures("vietnamese")
def test_every_reason_has_words_in_both_languages() -> None:
    for code in _DOUBTS.keys() - {OLDER}:  # which keeps no paper from being conformant
        assert sentence([code], []) != reasons([code], [])[0]["message"]
    assert sentence([], ["CodeNumber"]) != ""
    assert reasons(["low-dpi"], []) == [LOW]


def test_a_slight_doubt_is_a_reason_only_where_an_earlier_version_made_it_one() -> None:
    place = {"code": "to-confirm", "fields": ["ToPlaces.Place"], "message": CONFIRM["message"]}
    assert reasons(["low-dpi"], ["ToPlaces.Place"]) == [LOW]
    assert reasons([], ["ToPlaces.Place"]) == [place]
    assert reasons(["signature-older-than-text"], []) == [NOT_KNOWN]
    assert sentence(["unclaimed-ink", "low-dpi"], []) == (
        "print on a page that was not read (grave); scanned at less than 200 dpi"
    )
