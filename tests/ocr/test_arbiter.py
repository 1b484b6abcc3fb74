"""Who is believed when the two readers of a line differ."""

from collections.abc import Sequence

import pytest

from digidoc.ocr.engines.arbiter import agreement, arbitrate
from digidoc.ocr.engines.recognisers import Token


def tokens(words: Sequence[tuple[str, float]]) -> list[Token]:
    return [Token(text, 10.0 * i, 10.0 * i + 9, sure) for i, (text, sure) in enumerate(words)]


def decide(tesseract: Sequence[tuple[str, float]], trueocr: Sequence[tuple[str, float]]) -> str:
    return " ".join(token.text for token in arbitrate(tokens(tesseract), tokens(trueocr)))


@pytest.mark.parametrize(
    ("tesseract", "trueocr", "expected"),
    [
        ([("quyết", 0.97)], [("quyêt", 0.99)], "quyết"),  # no syllable ends in a stop without a sharp or heavy tone
        ([("QUYÉT", 0.92)], [("QUYẾT", 0.99)], "QUYẾT"),
        ([("thỉ", 0.87)], [("thi", 0.99)], "thi"),  # both are syllables: the surer one
        ([("về", 0.97)], [("vể", 0.7)], "về"),
        ([("đổi", 0.97), ("mới", 0.97)], [("đôi", 0.99), ("mới", 0.99)], "đổi mới"),
        ([("công,", 0.9), ("dân", 0.97)], [("công", 0.99), ("dân", 0.99)], "công dân"),  # a speck, no comma
        ([("2025.", 0.9)], [("2025", 0.99)], "2025."),
        ([("_Căn", 0.8), ("cứ", 0.97)], [("Căn", 0.99), ("cứ", 0.99)], "Căn cứ"),
        ([("nghịcủa", 0.5)], [("nghị", 0.98), ("của", 0.98)], "nghị của"),
    ],
)
def test_the_better_reading_wins(
    tesseract: list[tuple[str, float]], trueocr: list[tuple[str, float]], expected: str
) -> None:
    assert decide(tesseract, trueocr) == expected


def test_words_both_have_are_sure_and_numbers_they_differ_in_are_not() -> None:
    same, number = arbitrate(tokens([("tỉnh", 0.9), ("15", 0.97)]), tokens([("tỉnh", 0.9), ("16", 0.99)]))
    assert same.confidence == pytest.approx(0.996)
    assert number.text == "15"
    assert number.confidence <= 0.6


def test_no_word_is_lost_when_one_reader_saw_nothing() -> None:
    assert decide([("Điều", 0.97), ("1", 0.97)], []) == "Điều 1"
    assert decide([], [("Điều", 0.97)]) == "Điều"


def test_agreement_leaves_marks_and_case_out() -> None:
    assert agreement(tokens([("ĐƯỜNG", 1)]), tokens([("đuong", 1)])) == 1.0
    assert agreement(tokens([("abc", 1)]), tokens([("xyz", 1)])) == 0.0
