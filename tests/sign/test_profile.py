"""Signing profiles of an archive."""

from pathlib import Path

import pytest

from digidoc.errors import BadConfiguration
from digidoc.sign.errors import AuthorityMissing
from digidoc.sign.forms import StampForm
from digidoc.sign.profile import load_profile


def test_a_whole_profile(tmp_path: Path):
    table = {
        "key": "keys/office.p12",
        "pin_file": str(tmp_path / "elsewhere" / "pin.txt"),
        "level": "B-T",
        "tsa": "http://tsa.example/",
        "tsa_seconds": 30,
        "stamp": "sao lục",
        "organisation": "UBND phường Bến Nghé",
    }
    found = load_profile(table, tmp_path, "office")
    assert found.key == tmp_path / "keys" / "office.p12"
    assert found.pin_file == tmp_path / "elsewhere" / "pin.txt"
    assert found.options.stamp is StampForm.SAO_LUC
    assert found.options.tsa_seconds == 30.0


def test_the_least_profile(tmp_path: Path):
    found = load_profile({"key": "a.p12"}, tmp_path, "x")
    assert (found.pin_file, found.options.level, found.options.stamp) == (None, "B-B", None)


@pytest.mark.parametrize(
    "table",
    [
        {},
        {"key": 3},
        {"key": "a.p12", "levle": "B-B"},
        {"key": "a.p12", "level": "B-LT"},
        {"key": "a.p12", "stamp": "copy"},
        {"key": "a.p12", "tsa_seconds": True},
        {"key": "a.p12", "tsa_seconds": 0},
        {"key": "a.p12", "pin": "1234"},
        {"key": "a.p12", "Password": "1234"},
    ],
)
def test_tables_that_cannot_be_used(tmp_path: Path, table: dict[str, object]):
    with pytest.raises(BadConfiguration) as caught:
        load_profile(table, tmp_path, "office")
    assert "[sign.office]" in str(caught.value)
    assert "1234" not in str(caught.value)


def test_b_t_needs_an_authority(tmp_path: Path):
    with pytest.raises(AuthorityMissing):
        load_profile({"key": "a.p12", "level": "B-T"}, tmp_path, "office")
