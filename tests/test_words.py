"""Codes in words, and days as people write them."""

from collections.abc import Iterator

import pytest

from digidoc import i18n, words


@pytest.fixture
def vietnamese() -> Iterator[None]:
    i18n.install("vi")
    yield
    i18n.install("en")


def test_what_a_person_has_to_look_at() -> None:
    assert words.why_review(["low-dpi"], ["CodeNumber", "IssuedDate"]) == (
        "scanned at less than 200 dpi; to confirm: number, date of issue"
    )
    assert words.why_review([], []) == ""
    assert words.why_review(["odd-lines"], ["Subject"], ["not-colour"], ["ToPlaces.Place"]) == (
        "lines on a page that do not fit their ink; to confirm: subject; slight: recipient; not scanned in colour"
    )
    assert words.doubt("odd-code") == "odd-code"


@pytest.mark.usefixtures("vietnamese")
def test_days_are_written_as_in_viet_nam() -> None:
    assert words.day("2025-02-05") == "05/02/2025"
    assert words.day("15") == "15"
    assert words.field("IssuedDate") == "ngày ban hành"
