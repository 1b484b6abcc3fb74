"""Where PINs come from, and what profiles say about keys."""

import os
from pathlib import Path

import pytest

from digidoc.errors import BadConfiguration, ExitCode, UsageError
from digidoc.sign.errors import KeyringMissing, NoPin, PinUnreadable
from digidoc.sign.keys.opening import key_spec, open_source
from digidoc.sign.keys.pem import PemKey
from digidoc.sign.keys.pins import pin_from
from digidoc.sign.keys.pkcs12 import Pkcs12Key
from digidoc.sign.keys.spec import KeySpec


def test_the_pin_comes_from_a_descriptor():
    reading, writing = os.pipe()
    os.write(writing, "số-bí-mật\nsecond\n".encode())
    os.close(writing)
    assert pin_from(None, reading)() == "số-bí-mật"
    with pytest.raises(OSError, match="descriptor"):
        os.fstat(reading)  # read once, then closed: nothing else can read on


@pytest.mark.parametrize("number", [987, -1, 2**40])
def test_a_descriptor_that_is_none(number: int):
    with pytest.raises(PinUnreadable) as caught:
        pin_from(None, number)()
    assert caught.value.problem.exit_code is ExitCode.KEY
    assert str(number) in caught.value.problem.message


def test_an_empty_descriptor():
    reading, writing = os.pipe()
    os.close(writing)
    with pytest.raises(NoPin):
        pin_from(None, reading)()


def test_only_one_source_at_a_time(tmp_path: Path):
    for given in ((tmp_path, 3, None), (tmp_path, None, "me"), (None, 3, "me")):
        with pytest.raises(UsageError):
            pin_from(*given)


@pytest.fixture
def keyring_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A keyring that reads names and passwords of a file: the library loads it by its name, as it would any other."""
    (tmp_path / "a_keyring.py").write_text(
        "from pathlib import Path\n"
        "from keyring.backend import KeyringBackend\n"
        "class Keyring(KeyringBackend):\n"
        "    priority = 1\n"
        "    def get_password(self, service, username):\n"
        "        lines = (Path(__file__).parent / 'passwords.txt').read_text().splitlines()\n"
        "        return dict(line.split('=') for line in lines).get(f'{service}/{username}')\n"
        "    def set_password(self, service, username, password):\n"
        "        raise NotImplementedError\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "a_keyring.Keyring")
    import keyring.core

    keyring.core.init_backend()
    return tmp_path / "passwords.txt"


def test_the_pin_comes_from_the_keyring(keyring_file: Path):
    keyring_file.write_text("digidoc/office=4711\nother/office=0815\n")
    assert pin_from(None, keyring="office")() == "4711"
    with pytest.raises(PinUnreadable) as caught:
        pin_from(None, keyring="nobody")()
    assert "digidoc/nobody" in caught.value.problem.message


def test_a_machine_without_a_keyring(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    import keyring.core

    keyring.core.init_backend()
    with pytest.raises(KeyringMissing) as caught:
        pin_from(None, keyring="office")()
    assert caught.value.problem.exit_code is ExitCode.DEPENDENCY


def test_what_a_profile_can_say(tmp_path: Path):
    def spec(**table: str) -> KeySpec:
        return key_spec(table | {"level": "B-B"}, tmp_path, "[sign.x]")

    assert spec(key="office.p12") == KeySpec("key", tmp_path / "office.p12")
    assert spec(key="k.pem", certificate="c.pem") == KeySpec("key", tmp_path / "k.pem", tmp_path / "c.pem")
    token = spec(token="/lib/t.so", token_label="A", key_id="0a:FF", key_label="b")
    assert (token.kind, token.path, token.token_label) == ("token", Path("/lib/t.so"), "A")
    assert (token.key_id, token.key_label) == ("0aff", "b")
    assert spec(token="libt.so").path == Path("libt.so")
    remote = spec(csc="https://sign.example/", credential="c", token_file="t.txt")
    assert remote == KeySpec("csc", url="https://sign.example", credential="c", token_file=tmp_path / "t.txt")


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({}, "[sign.x] key"),
        ({"key": "a.p12", "token": "b.so"}, "[sign.x] token"),
        ({"key": "a.p12", "credential": "c"}, "[sign.x] credential"),
        ({"token": "b.so", "token_file": "c"}, "[sign.x] token_file"),
        ({"csc": "https://a.example", "credential": "c", "key_label": "d"}, "[sign.x] key_label"),
        ({"csc": "https://a.example"}, "[sign.x] credential"),
        ({"csc": "http://a.example", "credential": "c"}, "http://a.example"),
        ({"csc": "a.example", "credential": "c"}, "[sign.x] csc"),
        ({"token": "b.so", "key_id": "xyz"}, "xyz"),
        ({"key": "a.P12", "certificate": "a.pem"}, "[sign.x] certificate"),
        ({"key": 3}, "[sign.x] key"),
        ({"key": " "}, "[sign.x] key"),
    ],
)
def test_what_a_profile_cannot_say(table: dict[str, object], words: str, tmp_path: Path):
    with pytest.raises(BadConfiguration) as caught:
        key_spec(table, tmp_path, "[sign.x]")
    assert words in caught.value.problem.message


def test_the_kind_of_file_is_told_by_its_name(tmp_path: Path):
    kinds = {"a.p12": Pkcs12Key, "a.PFX": Pkcs12Key, "a.pem": PemKey, "a.key": PemKey}
    for name, kind in kinds.items():
        assert isinstance(open_source(KeySpec("key", tmp_path / name), lambda: ""), kind)
