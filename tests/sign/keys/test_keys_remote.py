"""Remote signing, beyond the contract: what goes over the wire, how often, and what refusals become."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from digidoc.errors import DigidocError, ExitCode, FileMissing
from digidoc.sign.algorithms import Scheme
from digidoc.sign.errors import NoPin, RemoteRefused, RemoteUnreachable, WrongPin
from digidoc.sign.keys.csc import CscKey
from digidoc.sign.keys.opening import key_spec, open_source
from digidoc.sign.keys.source import KeySource, OpenKey
from tests.pki import TestPki
from tests.sign.csc_server import CREDENTIAL, PIN, TOKEN, CscServer, Refused, served
from tests.sign.keys.test_key_sources import check_signature


@pytest.fixture
def server(pki: TestPki) -> Iterator[CscServer]:
    with served(CscServer(pki)) as listening:
        yield listening


@pytest.fixture
def table(server: CscServer, tmp_path: Path) -> dict[str, str]:
    (tmp_path / "access.txt").write_text(f"{TOKEN}\n")
    return {"csc": server.url, "credential": CREDENTIAL, "token_file": str(tmp_path / "access.txt")}


def source(table: dict[str, str]) -> KeySource:
    return open_source(key_spec(table, Path(), "[sign.r]"), lambda: PIN, online=False)


def sign_many(key: OpenKey, count: int) -> list[bytes | BaseException]:
    async def together() -> list[bytes | BaseException]:
        work = (key.raw.sign(b"%d" % number, "sha256", key.schemes[0]) for number in range(count))
        return await asyncio.gather(*work, return_exceptions=True)

    return asyncio.run(together())


def test_calls_that_come_together_go_together(server: CscServer, table: dict[str, str]):
    server.most = 8
    with source(table) as key:
        values = sign_many(key, 20)
        for number, value in enumerate(values):
            assert isinstance(value, bytes)
            check_signature(key, b"%d" % number, value, "sha256", Scheme.RSASSA_PSS)
        sizes = [len(call["hash"]) for call in server.asked("signatures/signHash")]
        # Three calls as a rule; on a busy machine the last hashes may come too late for the third.
        assert (sum(sizes), max(sizes)) == (20, 8)
        assert len(sizes) <= 6
        # One after the other they are sent at once, each for itself.
        sign_many(key, 1)
    assert len(server.asked("signatures/signHash")) == len(server.asked("credentials/authorize")) == len(sizes) + 1
    assert {call["PIN"] for call in server.asked("credentials/authorize")} == {PIN}


def test_a_wrong_one_time_password_ends_the_session(server: CscServer, table: dict[str, str]):
    server.otp, server.needs_pin = "90210", False
    given = iter(["90210", "11111", "90210"])
    spec = key_spec(table, Path(), "[sign.r]")
    with CscKey(spec, lambda: "not asked for", otp=lambda: next(given), online=False) as key:
        (good,) = sign_many(key, 1)
        assert isinstance(good, bytes)
        for _ in range(2):
            (refused,) = sign_many(key, 1)
            assert isinstance(refused, WrongPin)
    assert len(server.asked("credentials/sendOTP")) == len(server.asked("credentials/authorize")) == 2
    assert not [call for call in server.asked("credentials/authorize") if "PIN" in call]


def test_without_a_terminal_there_is_no_one_time_password(server: CscServer, table: dict[str, str]):
    server.otp = "90210"
    with source(table) as key:
        (refused,) = sign_many(key, 1)
    assert isinstance(refused, NoPin)


def test_ecdsa_with_both_halves_side_by_side(server: CscServer, table: dict[str, str]):
    server.label, server.halves = "curve", True
    with source(table) as key:
        (value,) = sign_many(key, 1)
        assert isinstance(value, bytes)
        check_signature(key, b"0", value, "sha256", Scheme.ECDSA)


@pytest.mark.parametrize(
    ("endpoint", "answer", "kind", "words"),
    [
        ("credentials/info", Refused(401, "invalid_token", "expired"), RemoteRefused, "invalid_token - expired"),
        ("credentials/info", Refused(500, "server_error"), RemoteUnreachable, "HTTP 500"),
        ("credentials/info", Refused(302, "elsewhere"), RemoteUnreachable, "HTTP 302"),
        ("credentials/info", b"<html>", RemoteUnreachable, "not that of a signing service"),
        ("credentials/info", b"{}", RemoteUnreachable, "not that of a signing service"),
        ("credentials/info", b"[" * 100_000, RemoteUnreachable, "not that of a signing service"),
        ("credentials/info", b" " * 5_000_000, RemoteUnreachable, "not that of a signing service"),
        ("credentials/authorize", Refused(400, "invalid_request", "{odd}\x1b[2J"), RemoteRefused, "{odd}[2J"),
        ("credentials/authorize", b"{}", RemoteUnreachable, "not that of a signing service"),
        ("signatures/signHash", Refused(403, "access_denied"), RemoteRefused, "access_denied"),
        ("signatures/signHash", b'{"signatures": []}', RemoteUnreachable, "not that of a signing service"),
        ("signatures/signHash", b'{"signatures": ["!"]}', RemoteUnreachable, "not that of a signing service"),
    ],
)
def test_every_refusal_is_a_sentence(
    server: CscServer,
    table: dict[str, str],
    endpoint: str,
    answer: Refused | bytes,
    kind: type[DigidocError],
    words: str,
):
    server.refuse[endpoint] = answer

    def use() -> None:
        with source(table) as key:
            asyncio.run(key.raw.sign(b"data", "sha256", key.schemes[0]))

    with pytest.raises(kind) as caught:
        use()
    problem = caught.value.problem
    assert words in problem.message
    assert problem.exit_code is (ExitCode.NETWORK if kind is RemoteUnreachable else ExitCode.KEY)


@pytest.mark.parametrize(
    ("info", "words"),
    [
        ({"authMode": "oauth2code"}, "browser"),
        ({"key": {"status": "disabled", "algo": ["1.2.840.113549.1.1.1"]}}, "disabled"),
        ({"key": {"status": "enabled", "algo": ["1.2.3"]}}, "1.2.3"),
        ({"cert": {"status": "valid", "certificates": []}}, "no certificate"),
    ],
)
def test_a_credential_that_cannot_be_used(server: CscServer, table: dict[str, str], info: dict, words: str):
    server.info = info
    with pytest.raises(RemoteRefused) as caught, source(table):
        pass
    assert words in caught.value.problem.message


def test_what_the_key_offers_is_what_the_service_offers(server: CscServer, table: dict[str, str]):
    server.info = {"key": {"status": "enabled", "algo": ["1.2.840.113549.1.1.11"]}}
    with source(table) as key:
        assert key.schemes == (Scheme.RSASSA_PKCS1,)


def test_nobody_listens_or_nobody_may(server: CscServer, table: dict[str, str], pki: TestPki):
    with pytest.raises(RemoteUnreachable) as caught, source(table | {"csc": pki.dead_tsa}):
        pass
    assert caught.value.problem.exit_code is ExitCode.NETWORK
    with pytest.raises(RemoteRefused, match="credentialID"), source(table | {"credential": "another"}):
        pass
    with pytest.raises(FileMissing), source(table | {"token_file": "/nowhere/access.txt"}):
        pass
    assert not server.asked("credentials/authorize")


def test_a_service_that_goes_away_in_the_middle(pki: TestPki, tmp_path: Path):
    (tmp_path / "access.txt").write_text(TOKEN)
    with served(CscServer(pki)) as server:
        table = {"csc": server.url, "credential": CREDENTIAL, "token_file": str(tmp_path / "access.txt")}
        held = source(table)
        key = held.__enter__()
        assert isinstance(sign_many(key, 1)[0], bytes)
    (gone,) = sign_many(key, 1)
    held.__exit__(None, None, None)
    assert isinstance(gone, RemoteUnreachable)


def test_what_still_waits_is_given_up_when_the_key_is_closed(server: CscServer, table: dict[str, str]):
    async def leave() -> None:
        held = source(table)
        key = held.__enter__()
        waiting = asyncio.create_task(key.raw.sign(b"data", "sha256", Scheme.RSASSA_PSS))
        await asyncio.sleep(0)
        held.__exit__(None, None, None)
        with pytest.raises(asyncio.CancelledError):
            await waiting

    asyncio.run(leave())
    assert not server.asked("signatures/signHash")


def test_another_log_in_for_the_host_is_not_sent(
    table: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "netrc").write_text("default login somebody password else\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    with pytest.raises(RemoteUnreachable), source(table):
        pass
