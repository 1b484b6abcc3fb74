"""The line network on lines whose text is known."""

import unicodedata
from difflib import SequenceMatcher

import cv2
import numpy as np
import pytest

from digidoc.model import Box
from digidoc.ocr.vietnamese.read.recognisers import LineNetwork
from tests.scans import page_with_words

LINES = (
    "Căn cứ Quyết định số 1254/QĐ-UBND ngày 12 tháng 5 năm 2023",
    "thuyền, nguyễn, chuyển, quyền, điểm, phẩm chất, ngẫm nghĩ",
    "ỦY BAN NHÂN DÂN TỈNH – VĂN PHÒNG [bản sao] 98,25% và 3‰",
    "Số tiền: 1.250.000.000 đồng; điện thoại 0255.3822.999",
    "Email: vanthu@thitran.gov.vn, diện tích 120 m² (+2 °C)",
)


@pytest.fixture(scope="module")
def network() -> LineNetwork:
    return LineNetwork()


def test_lines_are_read_letter_by_letter(network: LineNetwork) -> None:
    page = page_with_words(LINES)
    boxes = [line.box for line in page.lines]
    read = network.read(np.asarray(page.image.convert("L")), boxes)
    for reading, true in zip(read, LINES, strict=True):
        text = " ".join(token.text for token in reading.tokens)
        assert SequenceMatcher(None, text, true, autojunk=False).ratio() > 0.96, (text, true)
    whole = "\n".join(" ".join(token.text for token in reading.tokens) for reading in read)
    assert SequenceMatcher(None, whole, "\n".join(LINES), autojunk=False).ratio() > 0.985


def test_words_stand_where_they_are_printed(network: LineNetwork) -> None:
    page = page_with_words(LINES[:1])
    line = page.lines[0]
    (reading,) = network.read(np.asarray(page.image.convert("L")), [line.box])
    assert [token.text for token in reading.tokens] == [word.text for word in line.words]
    for token, word in zip(reading.tokens, line.words, strict=True):
        assert abs(token.x0 - word.box.x0) < line.box.height / 4
        assert abs(token.x1 - word.box.x1) < line.box.height / 4


def test_what_a_pen_has_written_is_no_print(network: LineNetwork) -> None:
    page = np.full((120, 700), 255, np.uint8)
    x = np.arange(40, 640, 3)
    y = 60 + 18 * np.sin(x / 9.0) + 7 * np.sin(x / 23.0)
    cv2.polylines(page, [np.stack([x, y], 1).astype(np.int32)], isClosed=False, color=60, thickness=3)
    (reading,) = network.read(page, [Box(38, 34, 642, 88)])
    assert reading.tokens == ()


def test_an_empty_line_has_no_words(network: LineNetwork) -> None:
    (reading,) = network.read(np.full((60, 400), 255, np.uint8), [Box(10, 10, 390, 50)])
    assert reading.tokens == ()


def test_every_vietnamese_letter_can_be_written(network: LineNetwork) -> None:
    tones = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
    vowels = [unicodedata.normalize("NFC", vowel + tone) for vowel in "aăâeêioôơuưy" for tone in tones]
    letters = {*vowels, *"bcdđghklmnpqrstvxfjwz"}
    assert letters | {letter.upper() for letter in letters} <= set(network.chars)


def test_steps_are_logarithms_of_probabilities(network: LineNetwork) -> None:
    page = page_with_words(LINES[:1])
    (reading,) = network.read(np.asarray(page.image.convert("L")), [page.lines[0].box])
    assert reading.steps.shape[1] == len(network.chars) + 1
    assert np.exp(reading.steps).sum(axis=1) == pytest.approx(1.0, abs=1e-3)
