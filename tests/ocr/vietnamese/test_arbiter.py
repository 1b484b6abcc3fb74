"""What stands when the network, the language and Tesseract differ."""

import numpy as np
import pytest

from digidoc.ocr.vietnamese.read.arbiter import agreement, weigh
from digidoc.ocr.vietnamese.read.chooser import Chooser, Place
from digidoc.ocr.vietnamese.read.confidence import confidence_of
from digidoc.ocr.vietnamese.read.language import load
from digidoc.ocr.vietnamese.read.recognisers import Reading, Token
from tests.ocr.readings import CHARS, reading_of


@pytest.fixture(scope="module")
def chooser() -> Chooser:
    return Chooser(load(), CHARS)


def chosen(chooser: Chooser, reading: Reading, second: list[tuple[str, float]] | None = None) -> list[Place]:
    (places,) = chooser.places([reading])
    chooser.choose([places])
    if second is not None:
        tokens = [Token(text, 10.0 * i, 10.0 * i + 9, sure) for i, (text, sure) in enumerate(second)]
        places = weigh(chooser, reading, places, tokens)
        chooser.choose([places])
    return places


def text(places: list[Place]) -> str:
    return " ".join(place.text for place in places)


def test_marks_that_make_no_syllable_are_put_right(chooser: Chooser) -> None:
    places = chosen(chooser, reading_of("quyêt định", {3: ("ế", 0.1)}))
    assert text(places) == "quyết định"
    assert places[0].token.text == "quyêt"  # the raw reading stays beside it


def test_the_neighbours_decide_between_syllables(chooser: Chooser) -> None:
    assert text(chosen(chooser, reading_of("nhân dân tình", {10: ("ỉ", 0.3)}))) == "nhân dân tỉnh"
    assert text(chosen(chooser, reading_of("tình hình", {1: ("ỉ", 0.3)}))) == "tình hình"


def test_what_the_network_is_sure_of_is_not_corrected(chooser: Chooser) -> None:
    assert text(chosen(chooser, reading_of("chịu trách nhiệm thì hành"))) == "chịu trách nhiệm thì hành"


@pytest.mark.parametrize("code", ["15/QĐ-UBND", "2025", "1.846", "15/2020/TT-BTC,", "30/4"])
def test_numbers_and_codes_are_never_changed(chooser: Chooser, code: str) -> None:
    doubts = {1: ("8", 0.45)} if code[1].isdigit() else {0: ("8", 0.45)}
    assert text(chosen(chooser, reading_of(code, doubts))) == code


def test_case_is_kept(chooser: Chooser) -> None:
    assert text(chosen(chooser, reading_of("Tình", {1: ("ỉ", 0.4)}))) in {"Tình", "Tỉnh"}
    assert text(chosen(chooser, reading_of("UBND TTg"))) == "UBND TTg"


def test_the_second_reader_decides_where_the_first_is_unsure(chooser: Chooser) -> None:
    reading = reading_of("ông Tinh", {5: ("ỉ", 0.01)})
    assert text(chosen(chooser, reading)) == "ông Tinh"
    assert text(chosen(chooser, reading, [("ông", 0.97), ("Tỉnh", 0.97)])) == "ông Tỉnh"
    assert text(chosen(chooser, reading, [("ông", 0.97), ("Tỉnh", 0.4)])) == "ông Tinh"


def test_numbers_the_two_differ_in_are_doubted(chooser: Chooser) -> None:
    _, number = chosen(chooser, reading_of("năm 2016"), [("năm", 0.97), ("2015", 0.9)])
    assert number.text in {"2015", "2016"}
    assert confidence_of(number) <= 0.6
    _, same = chosen(chooser, reading_of("năm 2016"), [("năm", 0.97), ("2016", 0.9)])
    assert confidence_of(same) > 0.9


def test_specks_are_no_signs(chooser: Chooser) -> None:
    assert text(chosen(chooser, reading_of("Căn cứ"), [("_Căn", 0.8), ("cứ,", 0.8)])) == "Căn cứ"


def test_blanks_stand_where_syllables_end(chooser: Chooser) -> None:
    assert text(chosen(chooser, reading_of("nghịcủa"), [("nghị", 0.9), ("của", 0.9)])) == "nghị của"
    assert text(chosen(chooser, reading_of("nghị của"), [("nghịcủa", 0.9)])) == "nghị của"


def test_words_that_are_no_syllables_stand_as_they_were_read(chooser: Chooser) -> None:
    assert text(chosen(chooser, reading_of("taxi"))) == "taxi"


def test_no_syllable_is_lost_when_the_second_reader_saw_nothing(chooser: Chooser) -> None:
    assert text(chosen(chooser, reading_of("Điều 1. Ban"), [("1.", 0.97)])) == "Điều 1. Ban"


def test_edges_of_neighbours_are_no_words(chooser: Chooser) -> None:
    reading = reading_of("tại tỉnh")
    (places,) = chooser.places([reading])
    second = [Token(word, 0.0, 9.0, 0.97) for word in ("và", "tại", "tỉnh", "1")]
    assert text(weigh(chooser, reading, places, second, whole=(False, False))) == "tại tỉnh"


def test_a_wider_lead_is_a_higher_confidence(chooser: Chooser) -> None:
    places = [chosen(chooser, reading_of("tinh", {1: ("ỉ", share)}))[0] for share in (1e-5, 0.001, 0.1, 0.4, 0.9)]
    by_lead = [confidence_of(place) for place in sorted(places, key=lambda place: place.margin)]
    assert by_lead == sorted(by_lead)
    assert all(0.0 <= value <= 1.0 for value in by_lead)


def test_agreement_leaves_marks_and_case_out() -> None:
    def tokens(word: str) -> list[Token]:
        return [Token(word, 0.0, 9.0, 1.0)]

    assert agreement(tokens("ĐƯỜNG"), tokens("đuong")) == 1.0
    assert agreement(tokens("abc"), tokens("xyz")) == 0.0


def test_a_line_without_words_is_taken(chooser: Chooser) -> None:
    empty = Reading((), (), np.zeros((0, len(CHARS) + 1), np.float32))
    (places,) = chooser.places([empty])
    chooser.choose([places])
    assert places == []
