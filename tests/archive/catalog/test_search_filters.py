from datetime import date
from pathlib import Path

import pytest

from digidoc.archive.archive import Archive
from digidoc.archive.catalog.query import Filters
from tests.papers import draft

DAYS = ("1899-12-31", "1987-06-05", "2019-12-31", "2020-01-01", "2024-02-29", "2024-03-01", "2031-01-01", "không rõ")


@pytest.fixture
def filled(archive: Archive, scans: Path) -> Archive:
    with archive.writing():
        for number, day in enumerate(DAYS):
            dossier = f"HS-{number % 2}"
            fields = [
                ("IssuedDate", day),
                ("TypeName", "QUYẾT ĐỊNH" if number % 2 else "TỜ TRÌNH"),
                ("OrganName", "UBND xã Hòa Vang"),
                ("SignerInfo.FullName", f"Nguyễn Văn {'ABCDEFGH'[number]}"),
            ]
            given = draft(scans, f"{number}.tif", "giao đất ở", dossier=dossier, fields=fields)
            archive.file(dossier, [given])
    return archive


def _days(archive: Archive, query: str = "", **filters: object) -> list[str]:
    found = archive.search(query, 100, filters=Filters(**filters))  # type: ignore[arg-type]
    return [hit.date for hit in found.hits]


def test_a_range_of_dates_of_issue(filled: Archive) -> None:
    for first in (None, *map(date.fromisoformat, DAYS[1:-1])):
        for last in (None, *map(date.fromisoformat, DAYS[1:-1])):
            known = [day for day in DAYS[1:-1] if (first is None or day >= first.isoformat())]
            expected = [day for day in reversed(known) if last is None or day <= last.isoformat()]
            if first is None and last is None:
                continue
            assert _days(filled, "giao", since=first, until=last) == expected, (first, last)
            assert _days(filled, since=first, until=last) == expected, (first, last)


def test_fields(filled: Archive) -> None:
    assert _days(filled, "dat", fields=(("TypeName", "quyet dinh"),)) == [*reversed(DAYS[1::2])]
    assert len(_days(filled, fields=(("organname", "Hòa Vang"), ("TypeName", "tờ")))) == 4
    assert _days(filled, fields=(("OrganName", "Vang Hòa"),)) == []
    assert _days(filled, "nowhere", fields=(("TypeName", "quyet dinh"),)) == []
    assert _days(filled, fields=(("SignerInfo.FullName", "nguyễn văn b"),)) == [DAYS[1]]


def test_a_dossier(filled: Archive) -> None:
    assert len(_days(filled, "giao dat", dossier="HS-1")) == 4
    assert len(_days(filled, dossier="HS-1", fields=(("TypeName", "tờ trình"),))) == 0
    assert _days(filled, "giao dat", dossier="HS 1") == []
    assert _days(filled, "giao dat", dossier="HS-9") == []


def test_nothing_asked_finds_all(filled: Archive) -> None:
    assert _days(filled) == [*reversed(DAYS)]
    assert _days(filled, " \n") == [*reversed(DAYS)]
    assert _days(filled, "?!") == []


def test_pages_of_the_result_follow_each_other(filled: Archive) -> None:
    every = [hit.paper_id for hit in filled.search("đất ở", 100).hits]
    assert len(set(every)) == len(DAYS)
    paged: list[str] = []
    while True:
        found = filled.search("đất ở", 3, offset=len(paged))
        assert found.offset == len(paged)
        paged += [hit.paper_id for hit in found.hits]
        if not found.more:
            break
    assert paged == every
    assert filled.search("đất ở", 3, offset=100).hits == ()


def test_a_paper_of_many_pages_shows_its_first_that_matches(archive: Archive, scans: Path) -> None:
    from dataclasses import replace

    given = draft(scans, "a.tif")
    pages = ("mở đầu", "kinh phí năm", "kinh phí tháng")
    given = replace(given, record=replace(given.record, pages=pages, page_dpi=(300.0,) * 3))
    with archive.writing():
        archive.file(None, [given])
        archive.file(None, [draft(scans, "b.tif", "kinh phí")])
    assert [(hit.name, hit.page) for hit in archive.search("kinh phí").hits] == [("b.tif", 1), ("a.tif", 2)]
    assert not archive.search("kinh phí", 2).more
