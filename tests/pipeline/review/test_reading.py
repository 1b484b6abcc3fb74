"""text.json: written and read back without loss."""

import json

import pytest

from digidoc.model import Box, ExtractedField, Frame, Line, PageText, Word
from digidoc.pipeline.review.reading import Reading

WORDS = (Word("Số:", Box(1, 2, 30, 12), 0.912), Word("15/QĐ", Box(40, 2, 90, 12), 1.0, "1S/QĐ"))
PAGE = PageText(
    Frame(100, 200, 90, -1.25),
    (Line(WORDS, Box(1, 2, 90, 12), "cut-off", (0, 1)), Line((), Box(1, 20, 90, 32))),
    (300.0, 299.5),
    "ocr",
    "test 1",
    ("odd-lines",),
    (Box(5, 50, 20, 60),),
)
FIELDS = (
    ExtractedField("CodeNumber", "15", 1.0, 1, Box(40, 2, 90, 12), source="clerk"),
    ExtractedField("Subject", "", 0.0, 1, None, review=True),
)


def test_what_is_written_is_read_back() -> None:
    reading = Reading((PAGE,), FIELDS)
    assert Reading.from_json(reading.to_json()) == reading


def test_a_value_that_was_read_says_nothing_of_its_source() -> None:
    first, second = json.loads(Reading((), FIELDS).to_json())["fields"]
    assert first["source"] == "clerk"
    assert "source" not in second, "as in files of earlier versions"


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b"{}", b'{"format": "digidoc.text/2"}', b'{"format":"digidoc.text/1","pages":[{}],"fields":[]}'],
)
def test_what_is_no_text_is_an_error(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        Reading.from_json(data)
