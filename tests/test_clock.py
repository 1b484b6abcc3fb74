"""Moments as Vietnam writes them."""

from datetime import UTC, datetime

import pytest

from digidoc.clock import VIETNAM, parse_moment, written


def test_a_moment_without_a_zone_is_vietnam_time():
    assert parse_moment(" 2025-03-31 ") == datetime(2025, 3, 30, 17, tzinfo=UTC)
    assert parse_moment("2025-03-31T16:45").tzinfo is VIETNAM
    assert parse_moment("2025-03-31T16:45Z") == datetime(2025, 3, 31, 16, 45, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "today", "31/03/2025", "2025-02-30"])
def test_what_is_no_moment(text: str):
    with pytest.raises(ValueError, match=r".+"):
        parse_moment(text)


def test_moments_are_shown_in_vietnam_time():
    assert written(datetime(2025, 3, 31, 20, 5, tzinfo=UTC)) == "2025-04-01 03:05"
    assert written(None) == ""
