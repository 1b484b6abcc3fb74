from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from digidoc.archive.archive import Archive
from digidoc.archive.catalog.query import LONGEST, Filters
from digidoc.archive.catalog.snippet import snippet
from digidoc.model import PaperState
from tests.papers import LONG_AGO, draft

TEXTS = {
    "dang-ky.tif": "GIẤY CHỨNG NHẬN\nĐăng ký kinh doanh hộ gia đình",
    "dang-ki.tif": "Lễ dâng kỳ hoa\ntrên đường Trần Phú",
    "duong.tif": "Bà Dương Thị Hoa, kinh phí đăng báo, ký nhận",
    "quyet-dinh.tif": "Số: 15/QĐ-UBND\nvề việc giao đất",
    "khac.tif": "Số: 115/QĐ-UBND",
}


@pytest.fixture
def filled(archive: Archive, scans: Path) -> Archive:
    with archive.writing():
        for name, text in TEXTS.items():
            archive.file(None, [draft(scans, name, text)])
    return archive


def _names(archive: Archive, query: str) -> list[str]:
    return [hit.name for hit in archive.search(query).hits]


def test_accents_may_be_left_out(filled: Archive) -> None:
    assert set(_names(filled, "dang ky")) == {"dang-ky.tif", "dang-ki.tif", "duong.tif"}
    assert set(_names(filled, "duong")) == {"dang-ki.tif", "duong.tif"}
    assert _names(filled, "DUONG TRAN PHU") == ["dang-ki.tif"]


def test_the_phrase_comes_before_all_words(filled: Archive) -> None:
    assert _names(filled, "dang ky")[-1] == "duong.tif"
    assert _names(filled, "ky nhan") == ["duong.tif", "dang-ky.tif"]


def test_typed_accents_come_first(filled: Archive) -> None:
    assert _names(filled, "đăng ký")[0] == "dang-ky.tif"
    assert _names(filled, "dâng kỳ")[0] == "dang-ki.tif"
    assert _names(filled, "đường") == ["dang-ki.tif", "duong.tif"]
    assert _names(filled, "Dương") == ["duong.tif", "dang-ki.tif"]
    # one word with accents, one without
    assert _names(filled, "đăng ky")[0] == "dang-ky.tif"
    assert _names(filled, "dang kỳ")[0] == "dang-ki.tif"


def test_decomposed_text_and_query_meet(archive: Archive, scans: Path) -> None:
    with archive.writing():
        archive.file(None, [draft(scans, "nfd.tif", "Đa\u0306ng ky\u0301")])
    for query in ("đăng ký", "đa\u0306ng ky\u0301", "dang ky"):
        (hit,) = archive.search(query).hits
        assert [hit.snippet.text[a:b] for a, b in hit.snippet.marks] == ["Đăng ký"]


def test_words_in_quotation_marks_stand_together(filled: Archive) -> None:
    assert set(_names(filled, "hoa tran phu")) == {"dang-ki.tif"}
    assert _names(filled, '"hoa tran phu"') == []
    assert _names(filled, '"duong tran phu" hoa') == ["dang-ki.tif"]
    assert _names(filled, "“kinh doanh hộ” dang") == ["dang-ky.tif"]
    assert _names(filled, '"dang ky') == _names(filled, "dang ky")  # the second mark is missing


def test_a_phrase_is_more_than_its_pairs(archive: Archive, scans: Path) -> None:
    with archive.writing():
        archive.file(None, [draft(scans, "pairs.tif", "một hai, hai ba")])
        archive.file(None, [draft(scans, "phrase.tif", "một hai ba")])
        archive.file(None, [draft(scans, "number.tif", "15/QĐ-X và 20/QĐ-UBND")])
    assert _names(archive, '"mot hai ba"') == ["phrase.tif"]
    assert set(_names(archive, "mot hai ba")) == {"phrase.tif", "pairs.tif"}
    assert _names(archive, "15/QĐ-UBND") == []


def test_a_number_with_a_blank_that_was_read_into_it(archive: Archive, scans: Path) -> None:
    with archive.writing():
        archive.file(None, [draft(scans, "a.tif", "Số: 15 /QĐ- UBND")])
    assert _names(archive, "15/QĐ-UBND") == ["a.tif"]


def test_the_paper_that_bears_a_number_comes_before_those_that_cite_it(archive: Archive, scans: Path) -> None:
    fields = [("CodeNumber", "15"), ("CodeNotation", "QĐ-UBND")]
    with archive.writing():
        archive.file(None, [draft(scans, "own.tif", "Số: 15/QĐ-UBND", fields=fields)])
        archive.file(None, [draft(scans, "cites.tif", "Căn cứ Quyết định số 15/QĐ-UBND")])
    assert _names(archive, "15/QĐ-UBND") == ["own.tif", "cites.tif"]
    assert _names(archive, "15/qd-ubnd căn cứ") == ["cites.tif"]


def test_numbers_as_typed(filled: Archive) -> None:
    for query in ("15/QĐ-UBND", "15/qd-ubnd", "15 / QĐ–UBND"):
        assert _names(filled, query) == ["quyet-dinh.tif"]
        (hit,) = filled.search(query).hits
        assert [hit.snippet.text[a:b] for a, b in hit.snippet.marks] == ["15/QĐ-UBND"]


def test_fields_are_searched_too(archive: Archive, scans: Path) -> None:
    fields = [("CodeNumber", "07"), ("CodeNotation", "TTr-UBND"), ("Subject", "Xin kinh phí"), ("IssuedDate", "x")]
    with archive.writing():
        archive.file(None, [draft(scans, "a.tif", "khác", fields=fields)])
    for query in ("07/TTr-UBND", "kinh phi"):
        (hit,) = archive.search(query).hits
        assert (hit.number, hit.notation, hit.date, hit.subject) == ("07", "TTr-UBND", "x", "Xin kinh phí")
        assert hit.snippet.marks


def test_a_hit_says_where(archive: Archive, scans: Path) -> None:
    with archive.writing():
        archive.file("HS-01", [draft(scans, "a.tif", "x " * 200 + "hộ khẩu thường trú " + "y " * 200, dossier="HS-01")])
    (hit,) = archive.search("ho khau").hits
    assert (hit.dossier, hit.name, hit.page) == ("HS-01", "a.tif", 1)
    ((start, end),) = hit.snippet.marks
    assert hit.snippet.text[start:end] == "hộ khẩu"
    assert hit.snippet.text.startswith("…")
    assert len(hit.snippet.text) < 300


def test_limit_and_more(filled: Archive) -> None:
    found = filled.search("dang ky", limit=2)
    assert (len(found.hits), found.more) == (2, True)
    assert not filled.search("dang ky", limit=3).more


def test_the_newest_comes_first(archive: Archive, scans: Path) -> None:
    with archive.writing():
        for n in range(5):
            archive.file(None, [draft(scans, f"{n}.tif", "giống nhau", content=b"%d" % n)])
    assert _names(archive, "giong nhau") == [f"{n}.tif" for n in reversed(range(5))]


def test_a_paper_redone_or_reviewed_is_found_once(archive: Archive, scans: Path) -> None:
    with archive.writing():
        for key in ("key-1", "key-2"):
            archive.file(None, [draft(scans, "a.tif", "một trang", task_key=key, state=PaperState.REVIEW)])
    assert _names(archive, "mot trang") == ["a.tif"]


@pytest.mark.parametrize(
    "query",
    [
        "",
        " ",
        "\0",
        '"',
        '"dang',
        "*",
        "dang*",
        "NOT",
        "dang AND",
        "NEAR(",
        "folded:dang",
        "-dang",
        "(((",
        "^",
        "{}",
        "\udcff",
        "x" * 10_000,
        "dang " * 2_000,
        '"' * 10_000,
        "\x1b[31m",
        "'; DROP TABLE paper; --",
        "đ\u0301\u0323\u0302",
        "ß İ ﬁ",
    ],
)
def test_no_query_is_an_error(filled: Archive, query: str) -> None:
    found = filled.search(query)
    assert found.shortened == (len(query.split()) > LONGEST)


SYNTAX = st.lists(
    st.sampled_from([*'"“”„«»*:^(){}-+/_.,;=\\%\0\x1b\n\u0301\udcff\ud800 aăđĐ1ﬁİß', " OR ", " NEAR("]), max_size=30
).map("".join)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.text(max_size=40) | SYNTAX, value=SYNTAX, day=st.none() | st.dates())
def test_no_text_at_all_is_an_error(filled: Archive, query: str, value: str, day: date | None) -> None:
    filled.search(query)
    for filters in (
        Filters(dossier=value),
        Filters(fields=((value, query),)),
        Filters(fields=(("Subject", value),), since=day, until=LONG_AGO.date()),
    ):
        assert filled.search(query, filters=filters).hits == ()


def test_sixty_four_words_with_and_without_accents(filled: Archive) -> None:
    syllables = [f"{onset}{rhyme}" for onset in ("b", "đ", "kh", "ngh") for rhyme in "aáàạăắâấeéêếoóôố"]
    for query in (" ".join(syllables), f'"{" ".join(syllables)}"', "/".join(syllables)):
        found = filled.search(query, filters=Filters((("Subject", query),), date(1900, 1, 1), date(2099, 12, 31)))
        assert (len(found.words), found.shortened, found.hits) == (64, False, ())


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=400), words=st.lists(st.sampled_from(["đăng", "ky", "a", "İ", "1"]), max_size=3))
def test_marks_lie_in_the_snippet(text: str, words: list[str]) -> None:
    found = snippet(text, tuple((word,) for word in words))
    assert all(0 <= start < end <= len(found.text) for start, end in found.marks)
    assert "\n" not in found.text
