"""What is counted of what a search finds, and papers of a state."""

from pathlib import Path

import pytest

from digidoc.archive.archive import Archive
from digidoc.archive.browsing import facets as counting
from digidoc.archive.catalog import search
from digidoc.archive.catalog.query import Filters
from digidoc.errors import UnknownDossier
from digidoc.model import PaperState
from tests.papers import draft


@pytest.fixture
def filled(archive: Archive, scans: Path) -> Archive:
    fields = [("TypeName", "Quyết định"), ("TypeName", "Tờ trình"), ("IssuedDate", "2024-05-06")]
    with archive.writing():
        one = draft(scans, "a.tif", "giao đất", dossier="D1", fields=fields)
        two = draft(scans, "b.tif", "giao đất ở", dossier="D1", state=PaperState.REVIEW)
        archive.file("D1", [one, two])
        archive.file(None, [draft(scans, "c.tif", "giấy mời", fields=[("TypeName", "Giấy mời")])])
    return archive


def test_each_paper_counts_once_for_its_first_value(filled: Archive) -> None:
    found = filled.facets("")
    assert (found.papers, found.more) == (3, False)
    assert found.kinds == (("Giấy mời", 1), ("Quyết định", 1))
    assert found.years == (("2024", 1),)
    assert found.dossiers == (("D1", 2),)
    assert found.states == (("filed", 2), ("review", 1))
    assert found.procedures == ()


def test_only_what_was_found_counts(filled: Archive) -> None:
    assert filled.facets("giao dat").dossiers == (("D1", 2),)
    assert filled.facets("giao dat", Filters(state=PaperState.REVIEW)).states == (("review", 1),)
    assert filled.facets("xyzzy").papers == 0


def test_no_more_are_counted_than_is_said(filled: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "COUNTED", 2)
    found = filled.facets("")
    assert (found.papers, found.more) == (2, True)
    monkeypatch.setattr(counting, "_COUNTED_PHRASES", 1)
    assert filled.facets('"giao dat o"').papers == 1


@pytest.mark.parametrize("few", [0, 2000])
def test_papers_of_a_state_are_found_whether_they_are_few_or_many(
    filled: Archive, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(search, "_FEW_PAPERS", few)
    for query in ("", "giao dat", "dat"):
        for state, names in ((PaperState.REVIEW, {"b.tif"}), (PaperState.FILED, {"a.tif", "c.tif"})):
            hits = filled.search(query, filters=Filters(state=state)).hits
            assert {hit.name for hit in hits} == (names if not query else names - {"c.tif"})
    assert not filled.search("", filters=Filters(state=PaperState.WITHDRAWN)).hits
    assert not filled.search("", filters=Filters(state=PaperState.REFUSED)).hits


def test_a_dossier_that_nobody_knows_is_said(filled: Archive) -> None:
    assert filled.dossier("D1").facts is None
    with pytest.raises(UnknownDossier):
        filled.dossier("D9")


def test_versions_of_an_object_are_named(filled: Archive, scans: Path) -> None:
    with filled.writing():
        filled.file("D1", [draft(scans, "d.tif", dossier="D1")])
    (paper,) = (line.paper_id for line in filled.list_papers().lines if line.name == "d.tif")
    versions = filled.versions(filled.paper(paper).object_id)
    assert [version.number for version in versions] == ["v1", "v2"]
    assert all(version.user and version.message for version in versions)
    assert filled.versions("urn:nothing") == ()
