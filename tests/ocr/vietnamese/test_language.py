"""The model of Vietnamese."""

import numpy as np
import pytest

from digidoc.ocr.vietnamese.read.language import NUMBER, UNKNOWN, Language, load, usual_case
from digidoc.text import fold, is_syllable


@pytest.fixture(scope="module")
def language() -> Language:
    return load()


def likelihood(language: Language, text: str) -> float:
    numbers = np.asarray([language.class_of(word) for word in text.split()])
    return float(language.pairs(numbers[:-1], numbers[1:]).sum())


@pytest.mark.parametrize(
    "word", ["quyết", "QUYẾT", "Nghiêng", "giấy", "gì", "giếng", "hoà", "hòa", "ủy", "uỷ", "khuỷu"]
)
def test_syllables_are_known_in_any_case_and_spelling(language: Language, word: str) -> None:
    assert word in language


@pytest.mark.parametrize("word", ["quyêt", "cính", "nge", "kông", "tờiff", "qang", "hoạcs"])
def test_what_orthography_forbids_is_not(language: Language, word: str) -> None:
    assert word not in language


def test_alike_words_differ_in_marks_only(language: Language) -> None:
    found = language.alike("dang")
    assert {"đang", "đảng", "dạng", "dâng", "đăng"} <= set(found)
    assert {fold(word) for word in found} == {"dang"}
    assert all(is_syllable(word) for word in found)
    assert language.alike("xyz") == ()


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("Ủy ban nhân dân tỉnh", "Ủy ban nhân dân tình"),
        ("chịu trách nhiệm thi hành", "chịu trách nhiệm thì hành"),
        ("thủ tục hành chính", "thu tục hành chỉnh"),
        ("quyền sử dụng đất", "quyền sử dụng đạt"),
    ],
)
def test_what_papers_say_is_likelier(language: Language, right: str, wrong: str) -> None:
    assert likelihood(language, right) > likelihood(language, wrong)


def test_numbers_and_codes_have_classes_of_their_own(language: Language) -> None:
    assert language.class_of("2025") == NUMBER
    assert language.class_of("15/QĐ-UBND") == UNKNOWN
    assert language.class_of("(tỉnh),") == language.class_of("TỈNH")


def test_usual_case() -> None:
    assert usual_case(["tỉnh", "Tỉnh", "TỈNH", "Nam-Bắc"])
    assert not usual_case(["tỈnh"])
