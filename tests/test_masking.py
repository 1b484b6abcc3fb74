import pytest
from hypothesis import given
from hypothesis import strategies as st

from digidoc.masking import mask, masked


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CCCD 001085123456", "CCCD *********456"),
        ("cccd_079185000123.pdf", "cccd_*********123.pdf"),
        ("CCCD001085123456", "CCCD*********456"),
        ("số 001 085 123 456, cấp ngày", "số *** *** *** 456, cấp ngày"),
        ("079.085.123.456", "***.***.***.456"),
        ("CMND 201234567.", "CMND ******567."),
        ("CMND 201 234 567", "CMND *** *** 567"),
        ("ĐT: 0905123456", "ĐT: *******456"),
        ("0905.123.456 - 0905 123 456", "****.***.456 - **** *** 456"),
        ("(+84 905 123 456)", "(+** *** *** 456)"),
        ("84905123456", "********456"),
        ("0236 3822 123", "**** **** 123"),
        ("/scans/001085123456/0905123456.tif", "/scans/*********456/*******456.tif"),
        ("001085123456-201234567", "*********456-******567"),
    ],
)
def test_personal_numbers_show_three_digits(text: str, expected: str) -> None:
    assert mask(text) == expected
    assert mask(expected) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "15/QĐ-UBND",
        "Số 0001234/2026",
        "H17-260105-0012",
        "000.00.15.H10-260105-0012",
        "P-0123456789012345",
        "P-abc0123456789123",
        "a" * 20 + "001085123456",
        "20260105_143000.tif",
        "202601051430",
        "IMG_20260105.jpg",
        "2026-01-05T08:30:00.123456+00:00",
        "1.500.000.000 đồng",
        "150.000.000",
        "1.011442.000.00.00.H38",
        "7f83b1657ff1fc53b92dc18148a1d65dfc2d4b1fa3d677284addd200126d9069",
    ],
)
def test_other_numbers_stay(text: str) -> None:
    assert mask(text) == text


def test_every_text_in_a_value() -> None:
    value = {"001085123456": ["ĐT 0905123456", 905123456, None, True], "inner": ({"name": "201234567.pdf"},)}
    assert masked(value) == {
        "001085123456": ["ĐT *******456", 905123456, None, True],
        "inner": [{"name": "******567.pdf"}],
    }


@given(st.text(alphabet="0123456789+84 .-_aP/", max_size=60))
def test_masking_keeps_the_length_and_everything_but_digits(text: str) -> None:
    found = mask(text)
    assert len(found) == len(text)
    assert all(b in (a, "*") and (a == b or a.isdigit()) for a, b in zip(text, found, strict=True))
