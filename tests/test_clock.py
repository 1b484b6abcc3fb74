"""Moments as Vietnam writes them."""

from datetime import UTC, datetime

import pytest

from digidoc.clock import VIETNAM, cell, day, iso, parse_moment, titled, utc, written


def test_a_moment_without_a_zone_is_vietnam_time():
    assert parse_moment(" 2025-03-31 ") == datetime(2025, 3, 30, 17, tzinfo=UTC)
    assert parse_moment("2025-03-31T16:45").tzinfo is VIETNAM
    assert parse_moment("2025-03-31T16:45Z") == datetime(2025, 3, 31, 16, 45, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "today", "31/03/2025", "2025-02-30"])
def test_what_is_no_moment(text: str):
    with pytest.raises(ValueError, match=r".+"):
        parse_moment(text)


def test_moments_are_shown_on_one_clock_which_is_said(monkeypatch: pytest.MonkeyPatch):
    moment = datetime(2025, 3, 31, 20, 5, 59, tzinfo=UTC)
    assert written(moment) == "2025-04-01 03:05 (+07:00)"
    assert (cell(moment), titled("When")) == ("2025-04-01 03:05:59", "When (+07:00)")
    assert iso(moment) == "2025-04-01T03:05:59+07:00"
    assert written(None) == ""
    monkeypatch.setenv("DIGIDOC_LANG", "vi")
    assert written(moment) == "01/04/2025 03:05 (+07:00)"
    assert (day(moment), cell(moment)) == ("01/04/2025", "01/04/2025 03:05:59")


def test_moments_in_json_are_utc():
    assert utc(datetime(2025, 4, 1, 3, 5, tzinfo=VIETNAM)) == "2025-03-31T20:05:00+00:00"
    assert utc(None) is None
