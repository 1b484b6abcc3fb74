"""Tokens, beyond the contract: which one, which key on it, and what happens when it goes away.

SoftHSM2 is no stick that can be pulled out: here its folder is removed while a session is open, or the library is shut
down under it. It never locks a PIN either: what the library would say then is only turned into a sentence here.
"""

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from digidoc.errors import DigidocError, ExitCode
from digidoc.sign.algorithms import Scheme
from digidoc.sign.errors import (
    KeyAmbiguous,
    KeyMissing,
    KeyUnreadable,
    PinExpired,
    PinImpossible,
    PinLocked,
    TokenAmbiguous,
    TokenFailed,
    TokenGone,
    TokenMissing,
    TokenModuleMissing,
    WrongPin,
)
from digidoc.sign.keys.opening import key_spec, open_source
from digidoc.sign.keys.source import KeySource, OpenKey
from tests.pki import TestPki
from tests.sign.keys.test_key_sources import check_signature
from tests.sign.softhsm import PIN, SoftHsm


@pytest.fixture(scope="module")
def hsm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SoftHsm]:
    made = SoftHsm.start(tmp_path_factory.mktemp("hsm"))
    yield made
    made.stop()


def source(hsm: SoftHsm, **table: str) -> KeySource:
    return open_source(key_spec({"token": str(hsm.module)} | table, Path(), "[sign.t]"), lambda: PIN, online=False)


def signed(key: OpenKey) -> bytes:
    return asyncio.run(key.raw.sign(b"data", "sha256", key.schemes[0]))


def test_a_token_that_goes_away_in_the_middle(hsm: SoftHsm, pki: TestPki):
    folder = hsm.token("leaving")
    hsm.fill("leaving", pki, ["signer"])
    with source(hsm, token_label="leaving") as key:
        check_signature(key, b"data", signed(key), "sha256", Scheme.RSASSA_PSS)
        shutil.rmtree(folder)
        for _ in range(2):
            with pytest.raises(TokenGone) as caught:
                signed(key)
    assert caught.value.problem.exit_code is ExitCode.KEY
    with pytest.raises(TokenMissing), source(hsm, token_label="leaving"):
        pass


def test_a_session_that_ends_in_the_middle(hsm: SoftHsm, pki: TestPki):
    import pkcs11

    hsm.token("ending")
    hsm.fill("ending", pki, ["signer"])
    with source(hsm, token_label="ending") as key:
        pkcs11.lib(str(hsm.module)).reinitialize()
        with pytest.raises(TokenGone):
            signed(key)
    with source(hsm, token_label="ending") as key:
        signed(key)


def test_which_token_and_which_key(hsm: SoftHsm, pki: TestPki):
    for name in ("first", "second"):
        hsm.token(name)
        hsm.fill(name, pki, ["signer", "curve"])
    with pytest.raises(TokenAmbiguous) as several, source(hsm):
        pass
    assert "first" in several.value.problem.message
    with pytest.raises(TokenMissing) as missing, source(hsm, token_label="third"):
        pass
    assert "first" in missing.value.problem.hint
    with pytest.raises(KeyAmbiguous) as ambiguous, source(hsm, token_label="first"):
        pass
    assert "curve (02)" in ambiguous.value.problem.message
    for wrong in ({"key_label": "none"}, {"key_id": "09"}, {"key_label": "signer", "key_id": "02"}):
        with pytest.raises(KeyMissing), source(hsm, token_label="first", **wrong):
            pass
    serial = hsm.find("second").serial.decode()
    # Two keys of one token, open at the same time: one log-in holds for both.
    with source(hsm, token_serial=serial, key_id="02") as one, source(hsm, token_serial=serial, key_id="01") as two:
        assert (one.name, two.name) == ("Test curve", "Test signer")
        check_signature(one, b"data", signed(one), "sha256", Scheme.ECDSA)
        check_signature(two, b"data", signed(two), "sha256", Scheme.RSASSA_PSS)


def test_a_key_that_wants_the_pin_each_time(hsm: SoftHsm, pki: TestPki):
    hsm.token("careful")
    hsm.fill("careful", pki, ["signer"], each_time=True)
    with source(hsm, token_label="careful") as key:
        for _ in range(2):
            check_signature(key, b"data", signed(key), "sha256", Scheme.RSASSA_PSS)


def test_the_certificate_can_lie_in_a_file(hsm: SoftHsm, pki: TestPki):
    hsm.token("bare")
    hsm.fill("bare", pki, ["signer", "curve"], certificates=False)
    table = {"token_label": "bare", "key_label": "signer"}
    with pytest.raises(KeyUnreadable) as caught, source(hsm, **table):
        pass
    assert "no certificate for the key" in caught.value.problem.message
    with source(hsm, **table, certificate=str(pki.certificates["signer"])) as key:
        assert key.name == "Test signer"
    for label, other in (("signer", "short"), ("curve", "curve384")):
        with (
            pytest.raises(KeyUnreadable, match="belong together"),
            source(hsm, token_label="bare", key_label=label, certificate=str(pki.certificates[other])),
        ):
            pass


@pytest.mark.parametrize("module", ["/nowhere/libtoken.so", __file__, "libdigidoc-has-no-such-token.so"])
def test_a_library_that_cannot_be_loaded(module: str):
    spec = key_spec({"token": module}, Path(), "[sign.t]")
    with pytest.raises(TokenModuleMissing) as caught, open_source(spec, lambda: PIN):
        pass
    assert caught.value.problem.exit_code is ExitCode.DEPENDENCY


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("PinIncorrect", WrongPin),
        ("PinLocked", PinLocked),
        ("PinLenRange", PinImpossible),
        ("PinExpired", PinExpired),
        ("TokenNotPresent", TokenGone),
        ("DeviceRemoved", TokenGone),
        ("SessionHandleInvalid", TokenGone),
        ("DeviceError", TokenFailed),
    ],
)
def test_what_a_library_says_becomes_a_sentence(name: str, kind: type[DigidocError]):
    import pkcs11

    from digidoc.sign.keys.token import translated_errors

    with pytest.raises(kind) as caught, translated_errors():
        raise getattr(pkcs11, name)
    assert caught.value.problem.exit_code is ExitCode.KEY
    assert caught.value.problem.hint
