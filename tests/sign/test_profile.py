"""Signing profiles, in an archive's file or in the user's own."""

from pathlib import Path

import pytest

from digidoc.errors import BadConfiguration
from digidoc.sign.algorithms import Scheme
from digidoc.sign.errors import AuthorityMissing, NoPin, OrganisationMissing
from digidoc.sign.profile import load_profile
from digidoc.sign.stamp.forms import StampForm, StampSpec


def test_a_whole_profile(tmp_path: Path):
    (tmp_path / "pin.txt").write_text("1234\n")
    table = {
        "key": "keys/office.p12",
        "pin_file": str(tmp_path / "pin.txt"),
        "level": "B-LTA",
        "digest": "sha384",
        "scheme": "pkcs1",
        "tsa": "http://tsa.example/",
        "tsa_seconds": 30,
        "stamp": "sao lục",
        "organisation": "UBND phường Bến Nghé",
        "reason": "Sao lục",
        "role": "Văn thư",
        "location": "Bến Nghé",
    }
    found = load_profile(table, tmp_path, "office")
    assert (found.key.kind, found.key.path) == ("key", tmp_path / "keys" / "office.p12")
    assert found.pin() == "1234"
    assert found.options.stamp == StampSpec(StampForm.SAO_LUC, "UBND phường Bến Nghé")
    assert (found.options.level, found.options.digest, found.options.tsa_seconds) == ("B-LTA", "sha384", 30.0)
    assert found.options.scheme is Scheme.RSASSA_PKCS1
    assert (found.options.reason, found.options.role, found.options.location) == ("Sao lục", "Văn thư", "Bến Nghé")


def test_the_least_profile(tmp_path: Path):
    found = load_profile({"key": "a.p12"}, tmp_path, "x")
    assert (found.options.level, found.options.digest) == ("B-B", "sha256")
    assert (found.options.scheme, found.options.stamp) == (None, None)
    with pytest.raises(NoPin):
        found.pin()


def test_pictures_in_the_place_of_a_stamp(tmp_path: Path):
    table = {"key": "a.p12", "signature_image": "sig.png", "seal_image": "seal.png", "stamp_page": -1, "seal_mm": 36}
    stamp = load_profile(table, tmp_path, "x").options.stamp
    assert stamp == StampSpec(
        signature_image=tmp_path / "sig.png", seal_image=tmp_path / "seal.png", seal_mm=36, page=-1
    )


def test_a_token_and_a_remote_key(tmp_path: Path):
    token = load_profile({"token": "libtoken.so", "token_label": "UBND", "key_label": "office"}, tmp_path, "x")
    assert (token.key.kind, token.key.token_label, token.key.key_label) == ("token", "UBND", "office")
    remote = load_profile({"csc": "https://sign.example/", "credential": "c1"}, tmp_path, "x")
    assert (remote.key.kind, remote.key.url) == ("csc", "https://sign.example")


@pytest.mark.parametrize(
    "table",
    [
        {},
        {"key": 3},
        {"key": "a.p12", "levle": "B-B"},
        {"key": "a.p12", "level": "B-X"},
        {"key": "a.p12", "digest": "sha1"},
        {"key": "a.p12", "scheme": "rsa"},
        {"key": "a.p12", "stamp": "copy"},
        {"key": "a.p12", "tsa_seconds": True},
        {"key": "a.p12", "tsa_seconds": 0},
        {"key": "a.p12", "token": "libtoken.so"},
        {"key": "a.p12", "pin": "1234"},
        {"key": "a.p12", "Password": "1234"},
    ],
)
def test_tables_that_cannot_be_used(tmp_path: Path, table: dict[str, object]):
    with pytest.raises(BadConfiguration) as caught:
        load_profile(table, tmp_path, "office")
    assert "[sign.office]" in str(caught.value)
    assert "1234" not in str(caught.value)


def test_what_does_not_fit_together(tmp_path: Path):
    with pytest.raises(AuthorityMissing):
        load_profile({"key": "a.p12", "level": "B-T"}, tmp_path, "office")
    with pytest.raises(OrganisationMissing):
        load_profile({"key": "a.p12", "stamp": "SAO Y"}, tmp_path, "office")
