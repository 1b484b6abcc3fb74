"""How an office writes the codes of its dossiers."""

import time

import pytest

from digidoc.errors import BadConfiguration
from digidoc.formats.dossier_code import DEFAULT_PATTERN, DossierCode

USUAL = DossierCode.read(DEFAULT_PATTERN)


@pytest.mark.parametrize("code", ["H17.12-260105-0012", "G04-251231-000123", "000.00.17.H17-240229-1234567"])
def test_codes_of_one_stop_systems(code: str) -> None:
    assert USUAL.code_of(code) == code
    assert USUAL.code_of(f" {code.lower()} ") == code


@pytest.mark.parametrize(
    "name",
    ["2025", "con", "H17.12-261305-0012", "H17-260105-00012", "H17-260105-012", "-260105-0012", "H17-260105-0012 (2)"],
)
def test_names_that_are_no_codes(name: str) -> None:
    assert USUAL.code_of(name) is None


def test_an_office_writes_them_in_its_own_way() -> None:
    own = DossierCode.read("Hồ sơ {number:4}-{number}")
    assert own.code_of("HỒ SƠ 2026-15") == "Hồ sơ 2026-15"
    assert own.code_of("Hồ sơ 26-15") is None
    assert DossierCode.read("{number:1-3,6}").code_of("123456") == "123456"


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("", "needs a {number}"),
        ("{agency}-{yymmdd}", "needs a {number}"),
        ("{agency}-{year}-{number}", "there is no place {year}"),
        ("{number:}", "there is no place {number:}"),
        ("{number:0}", "there is no place {number:0}"),
        ("{number:7-4}", "there is no place {number:7-4}"),
        ("{number:21}", "there is no place {number:21}"),
        ("{number", "a brace is not closed"),
        ("{number}}", "a brace is not closed"),
        ("{number}/{number}", "none that a folder's name cannot have"),
        ("{number}\u0007", "at most 100 characters"),
        ("x" * 101 + "{number}", "at most 100 characters"),
        ("{agency}-{agency}-{number}", "once at most"),
        ("{agency}{number}", "between two places"),
        ("{number}1{number}", "between two places"),
    ],
)
def test_bad_patterns_are_refused_with_the_reason(pattern: str, said: str) -> None:
    with pytest.raises(BadConfiguration) as caught:
        DossierCode.read(pattern)
    assert said in str(caught.value)
    assert "dossier_code = " in str(caught.value)


def test_no_pattern_makes_a_name_take_long() -> None:
    form = DossierCode.read("{agency}-" + "-".join(["{number:1-20}"] * 5))
    start = time.process_time()
    for name in ("1" * 100, "1-" * 50, "A." * 50, "1-" * 49 + "x"):
        assert form.code_of(name) is None
    assert time.process_time() - start < 0.5
