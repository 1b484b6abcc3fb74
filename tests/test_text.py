"""What is safe to show."""

import pytest

from digidoc.text import plain


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("Nguyễn Văn Ở", "Nguyễn Văn Ở"),
        ("\x1b[2J\x9b", "\ufffd[2J\ufffd"),
        ("gnp.\u202efdp\u200b", "gnp.\ufffdfdp\ufffd"),
        ("\ud800", "\ufffd"),
        ("a\tb\nc\u00a0d\u2028e", "a b c d e"),
    ],
)
def test_nothing_steers_a_terminal_or_turns_the_direction_of_writing(raw: str, shown: str):
    assert plain(raw) == shown


def test_line_feeds_of_a_page_may_stay():
    assert plain("a\nb\r\n", lines=True) == "a\nb \n"
