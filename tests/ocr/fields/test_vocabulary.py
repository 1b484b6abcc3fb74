"""The words that fields are known by: free of misprints, and distinguished from what only looks like them."""

import re

import pytest

from digidoc.model import Box, Word
from digidoc.ocr.fields.vocabulary import begins, misspelled, odd, phrases, spelled, types
from digidoc.ocr.vietnamese.read import language
from digidoc.text import fold

LISTS = [
    ("organs", "heads"),
    ("organs", "not_heads"),
    ("organs", "unfinished"),
    ("signer", "positions"),
    ("signer", "deputies"),
    ("signer", "ranks"),
    ("signer", "families"),
    ("spelling", "phrases"),
]
ABBREVIATED = {"ubnd", "hđnd", "vp", "bhxh", "tand", "vksnd", "bcđ"}


def words(text: str) -> list[Word]:
    return [Word(part, Box(0, 0, 1, 1), 1.0) for part in text.split()]


@pytest.mark.parametrize(("part", "key"), LISTS)
def test_every_word_of_the_lists_is_a_syllable(part: str, key: str) -> None:
    found = {word for phrase in phrases(part, key) for word in re.findall(r"[^\W\d_]+", phrase)}
    assert {word for word in found - ABBREVIATED if word not in language.load()} == set()


def test_no_phrase_is_another_one_with_other_marks() -> None:
    listed = phrases("spelling", "phrases")
    assert len({fold(phrase) for phrase in listed}) == len(listed)
    assert not any(map(misspelled, listed))


def test_types_are_known_by_their_letters_alone() -> None:
    names = [name for name, _ in types()]
    assert len({fold(name) for name in names}) == len(names)


@pytest.mark.parametrize(
    ("text", "wrong"), [("Đầu tư xây dụng", True), ("ĐẦU TƯ XÂY DỰNG", False), ("cộng tác viên", False)]
)
def test_usual_phrases_with_other_marks_are_misspelled(text: str, wrong: bool) -> None:
    assert misspelled(text) is wrong


@pytest.mark.parametrize("text", ["Tỉnh ủy", "TỈNH UỶ", "hoà giải", "Quốc hội khoá mới"])
def test_both_places_of_the_tone_mark_are_the_same(text: str) -> None:
    assert spelled(text) == spelled(spelled(text))
    assert not misspelled(text)


def test_a_text_begins_with_a_phrase_only_where_a_word_ends() -> None:
    assert begins("SỞ Y TẾ", "organs", "heads") == ("sở", True)
    assert begins("SỚ Y TẾ", "organs", "heads") == ("sở", False)
    assert begins("SONG NGƯ", "organs", "heads") is None


@pytest.mark.parametrize(
    ("text", "capitals", "strange"),
    [
        ("Kho bạc Nhà nước khu vực XII", False, False),
        ("Kho bạc Nhà nước khu vực XỈ I", False, True),
        ("Vụ GDCTHSSV, Bộ GD&ĐT", False, False),
        ("tại Quyết định số 1234/QĐ-TTg", False, False),
        ("Trần Thị Mxẫu", True, True),
        ("BAN QLDA HUYỆN", True, False),
        ("BAN QXDA HUYỆN", True, True),
        ("Buôn Đôn, Đắk Lắk", False, False),
    ],
)
def test_words_that_can_be_none_are_odd(text: str, capitals: bool, strange: bool) -> None:
    assert odd(words(text), capitals=capitals) is strange
