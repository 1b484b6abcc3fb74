"""Timestamps: what an authority may do wrong, and that nothing is signed then."""

import asyncio
import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from digidoc.errors import SigningError
from digidoc.sign.create.pades import SigningSession, SignOptions, sign_file
from digidoc.sign.create.timestamp import CheckedTimeStamper, Timestamp
from digidoc.sign.errors import TimestampFailed
from digidoc.sign.keys.pkcs12 import Pkcs12Key
from tests.pki import TestPki
from tests.sign import rawpdf
from tests.sign.lying_tsa import LyingTsa, lying_tsa

IMPRINT = hashlib.sha256(b"signature").digest()


@pytest.fixture(scope="module")
def tsa(pki: TestPki) -> Iterator[LyingTsa]:
    with lying_tsa(pki) as server:
        yield server


def ask(url: str, seconds: float = 20, times: int = 1) -> list[Timestamp]:
    async def carry_out() -> list[Timestamp]:
        stamper = CheckedTimeStamper(url, seconds)
        try:
            return await asyncio.gather(*(stamper.stamp(IMPRINT, "sha256") for _ in range(times)))
        finally:
            await stamper.close()

    return asyncio.run(carry_out())


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("nonce", "belongs to another request"),
        ("imprint", "about other data"),
        ("hash", "about other data"),
        ("usage", "not meant for time-stamping"),
        ("past", "clock contradicts"),
        ("future", "clock contradicts"),
        ("refusal", "closed on Sundays; bad_alg"),
        ("garbage", "no valid timestamp"),
        ("empty", "no valid timestamp"),
        ("more", "no valid timestamp"),
        ("forged", "its signature is not valid"),
        ("huge", "too long"),
        ("redirect", "HTTP status 302"),
        ("failure", "HTTP status 503"),
        ("unknown", "HTTP status 404"),
    ],
)
def test_an_answer_that_is_not_believed_is_not_asked_for_again(tsa: LyingTsa, how: str, words: str):
    with pytest.raises(TimestampFailed, match=words):
        ask(tsa.at(how))
    assert tsa.calls[how] == 1


def test_an_honest_answer(tsa: LyingTsa, pki: TestPki):
    (stamp,) = ask(tsa.at("honest"))
    assert abs((stamp.time - datetime.now(UTC)).total_seconds()) < 60
    assert hashlib.sha256(IMPRINT).digest() not in stamp.token
    assert IMPRINT in stamp.token
    assert ask(pki.tsa)[0].time.tzinfo is UTC


def test_one_that_hangs_is_left_in_time(tsa: LyingTsa):
    with pytest.raises(TimestampFailed, match="no answer within"):
        ask(tsa.at("hang"), seconds=0.3)
    assert tsa.calls["hang"] == 1


def test_a_connection_that_fails_is_tried_three_times(tsa: LyingTsa):
    assert len(ask(tsa.at("cut-twice"))) == 1
    assert tsa.calls["cut-twice"] == 3
    with pytest.raises(TimestampFailed):
        ask(tsa.at("cut"))
    assert tsa.calls["cut"] == 3


@pytest.mark.parametrize("url", ["http://", "nowhere", "ftp://127.0.0.1/", "http://name.invalid/"])
def test_an_address_that_is_none(url: str):
    with pytest.raises(TimestampFailed):
        ask(url, seconds=5)


def test_at_most_four_calls_at_once_on_connections_that_stay(pki: TestPki):
    with lying_tsa(pki) as tsa:
        assert len({stamp.token for stamp in ask(tsa.at("slow"), times=16)}) == 16
    assert tsa.most == 4
    assert len(tsa.connections) == 4


def test_a_batch_keeps_its_connection_and_a_failure_signs_nothing(tmp_path: Path, tsa: LyingTsa, pki: TestPki):
    source = tmp_path / "page.pdf"
    source.write_bytes(rawpdf.plain())
    options = SignOptions(level="B-T", tsa=tsa.at("honest"))
    tsa.connections = set()
    with Pkcs12Key(pki.keys["signer"], lambda: pki.pin) as key:
        with SigningSession(key, options) as session:
            for number in range(3):
                sign_file(source, tmp_path / f"{number}.pdf", key, options, session)
        assert len(tsa.connections) == 1
        for how in ("imprint", "refusal"):
            with pytest.raises(TimestampFailed) as caught:
                sign_file(source, tmp_path / "out.pdf", key, SignOptions(level="B-LTA", tsa=tsa.at(how)))
            assert caught.value.file == str(source)
            assert caught.value.params["url"] == tsa.at(how)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["0.pdf", "1.pdf", "2.pdf", "page.pdf"]


def test_a_token_that_is_longer_than_the_room_kept_for_it_signs_nothing(tmp_path: Path, tsa: LyingTsa, pki: TestPki):
    source, out = tmp_path / "page.pdf", tmp_path / "out.pdf"
    source.write_bytes(rawpdf.plain())
    with Pkcs12Key(pki.keys["signer"], lambda: pki.pin) as key, pytest.raises(SigningError) as caught:
        sign_file(source, out, key, SignOptions(level="B-T", tsa=tsa.at("long")))
    assert (caught.value.code, caught.value.file) == ("signing", str(source))
    assert not out.exists()
