"""Who is let in, and what every answer says: asked of a real server, over a real connection."""

import http.client
import json
import re
import socket
import time
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path

import pytest

from digidoc.archive.archive import Archive
from digidoc.bench.security import Access
from tests.bench.conftest import TOKEN, Bench, Start, benches
from tests.bench.made import Made, number

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with benches(tmp_path_factory.mktemp("bench")) as start:
        bench = start([Made("a.png", [number("16")])])
        yield bench
        assert bench.process.poll() is None, "the server is still there after all of it"


@pytest.fixture(scope="module", params=["review", "browse"])
def either(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """The pages of each command that has some."""
    with benches(tmp_path_factory.mktemp(request.param)) as start:
        bench = start([Made("a.png", [number("16")])], command=request.param)
        yield bench
        assert bench.process.poll() is None, "the server is still there after all of it"


class Client:
    """A browser that can be made to misbehave."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.cookie = ""
        self.secret = ""

    def ask(
        self, path: str, method: str = "GET", body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> tuple[http.client.HTTPResponse, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.bench.port, timeout=30)
        sent = {"Host": self.bench.origin.removeprefix("http://"), "Cookie": self.cookie, **(headers or {})}
        connection.request(method, path, body, sent)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer, content

    def enter(self) -> "Client":
        answer, _ = self.ask(f"/t/{TOKEN}")
        assert (answer.status, answer.headers["Location"]) == (303, "/welcome")
        self.cookie = answer.headers["Set-Cookie"].partition(";")[0]
        if self.bench.command == "browse":
            return self  # its pages have no secret, for they change nothing
        _, page = self.ask(f"/paper/{self.paper}")
        found = re.search(rb'data-secret="([0-9a-f]{64})"', page)
        assert found is not None
        self.secret = found[1].decode()
        return self

    @cached_property
    def paper(self) -> str:
        with Archive.locate(self.bench.archive) as archive:
            return archive.list_papers().lines[0].paper_id

    def own(self, **other: str) -> dict[str, str]:
        """What the bench's own pages send."""
        said = {"Origin": self.bench.origin, "Content-Type": "application/json", "X-Digidoc": self.secret}
        return {**said, **other}

    def post(self, path: str, value: object, **other: str) -> tuple[http.client.HTTPResponse, bytes]:
        return self.ask(path, "POST", json.dumps(value).encode(), self.own(**other))


@pytest.fixture(scope="module")
def client(bench: Bench) -> Client:
    return Client(bench).enter()


@pytest.fixture(scope="module")
def visitor(either: Bench) -> Client:
    return Client(either).enter()


def _lease(client: Client) -> dict[str, str]:
    return {"paper": client.paper, "window": "w"}


OWN = {
    "review": ("/conflicts", "/static/bench.js", "/next"),
    "browse": (
        "/dossiers",
        "/dossier?dossier=H17.12-250101-0001",
        "/small/{paper}/1",
        "/file/{paper}/original",
        "/?q=a",
    ),
}


def _paths(client: Client) -> list[str]:
    own = [path.format(paper=client.paper) for path in OWN[client.bench.command]]
    return ["/", *own, f"/paper/{client.paper}", f"/picture/{client.paper}/1", "/static/bench.css"]


def test_every_answer_has_its_headers(visitor: Client) -> None:
    for path in (*_paths(visitor), "/welcome", "/nothing", "/paper/P-0000000000000000", f"/t/{'x' * 40}"):
        answer, _ = visitor.ask(path)
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS, path


def test_an_answer_to_what_changes_something_has_its_headers(client: Client) -> None:
    answer, _ = client.post("/lease", _lease(client))
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS


def test_every_answer_says_what_kind_it_is(client: Client) -> None:
    kinds = {
        "/": "text/html; charset=utf-8",
        f"/paper/{client.paper}": "text/html; charset=utf-8",
        f"/picture/{client.paper}/1": "image/jpeg",
        "/static/way.js": "text/javascript; charset=utf-8",
        "/static/bench.js": "text/javascript; charset=utf-8",
        "/static/clerk.css": "text/css; charset=utf-8",
        "/static/bench.css": "text/css; charset=utf-8",
        "/next": "application/json; charset=utf-8",
    }
    assert {path: client.ask(path)[0].headers["Content-Type"] for path in kinds} == kinds


def test_nobody_is_let_in_without_the_cookie(either: Bench) -> None:
    stranger = Client(either)
    for path in (*_paths(stranger), "/x"):
        answer, content = stranger.ask(path)
        assert answer.status == 403, path
        assert f"`digidoc {either.command}`".encode() in content
    stranger.cookie = f"digidoc-{either.port}={'0' * 64}"
    assert stranger.ask("/")[0].status == 403
    stranger.cookie = f"digidoc-{either.port}=é"
    assert stranger.ask("/")[0].status == 403


def test_a_wrong_token_opens_nothing(either: Bench) -> None:
    answer, _ = Client(either).ask(f"/t/{TOKEN[:-1]}y")
    assert (answer.status, answer.headers["Set-Cookie"]) == (403, None)


def test_the_cookie_is_kept_from_scripts_and_other_sites_and_is_not_the_token(either: Bench) -> None:
    answer, _ = Client(either).ask(f"/t/{TOKEN}")
    cookie = answer.headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    assert TOKEN not in cookie


@pytest.mark.parametrize("host", ["evil.example", "localhost:{port}", "127.0.0.1", "127.0.0.1:{other}", "[::1]:{port}"])
def test_another_name_of_the_computer_is_not_answered(visitor: Client, host: str) -> None:
    name = host.format(port=visitor.bench.port, other=visitor.bench.port + 1)
    assert visitor.ask("/", headers={"Host": name})[0].status == 421


def test_two_hosts_are_none(visitor: Client) -> None:
    own = visitor.bench.origin.removeprefix("http://")
    said = f"GET / HTTP/1.1\r\nHost: {own}\r\nHost: evil.example\r\nCookie: {visitor.cookie}\r\n\r\n"
    assert _raw(visitor.bench, said.encode())[8:12] in (b" 421", b" 400")


def test_only_the_benchs_own_pages_change_something(client: Client) -> None:
    assert client.post("/lease", _lease(client))[0].status == 200
    for origin in ("http://evil.example", "null", f"http://localhost:{client.bench.port}", ""):
        assert client.post("/lease", _lease(client), Origin=origin)[0].status == 403, origin
    for secret in ("", "0" * 64, client.secret[:-1]):
        assert client.post("/lease", _lease(client), **{"X-Digidoc": secret})[0].status == 403, secret
    kind = {"Content-Type": "text/plain"}
    assert client.post("/lease", _lease(client), **kind)[0].status == 415
    without = {name: value for name, value in client.own().items() if name != "Origin"}
    assert client.ask("/lease", "POST", b"{}", without)[0].status == 403


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
def test_there_are_no_other_methods(client: Client, method: str) -> None:
    assert client.ask("/", method, headers=client.own())[0].status == 405


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_browse_takes_nothing_in(either: Bench, visitor: Client, method: str) -> None:
    if either.command == "browse":
        secret = Access(TOKEN, either.origin.removeprefix("http://")).secret
        for path in (*_paths(visitor), "/save", "/lease"):
            assert visitor.ask(path, method, b"{}", visitor.own())[0].status == 403
            answer, _ = visitor.ask(path, method, b"{}", visitor.own(**{"X-Digidoc": secret}))
            assert answer.status in (404, 405), path


def test_looking_changes_nothing(visitor: Client) -> None:
    def state() -> dict[str, bytes]:
        return {
            str(path): path.read_bytes()
            for path in sorted(visitor.bench.archive.rglob("*"))
            if path.is_file() and not path.name.endswith(("-wal", "-shm"))
        }

    before = state()
    for path in _paths(visitor):
        assert visitor.ask(path)[0].status == 200, path
    assert visitor.ask("/save")[0].status in (404, 405)
    assert state() == before


@pytest.mark.parametrize(
    "path",
    [
        "/paper/P-0123", "/paper/P-0123456789abcdeG", "/paper/../digidoc.toml", "/paper/%2e%2e%2fdigidoc.toml",
        "/static/../../app.py", "/static/%2e%2e/app.py", "/static/bench.css%00", "/picture/{paper}/0",
        "/picture/{paper}/-1", "/picture/{paper}/1.5", "/picture/{paper}/999999", "//etc/passwd", "/static/",
        "/file/{paper}/text", "/file/{paper}/../../digidoc.toml", "/file/{paper}/original%2f..",
        "/file/{paper}/ORIGINAL", "/small/{paper}/0", "/file/P-0000000000000000/original",
        "/dossier?dossier=../digidoc.toml",
    ],
)  # fmt: skip
def test_a_path_names_no_file(visitor: Client, path: str) -> None:
    answer, content = visitor.ask(path.format(paper=visitor.paper))
    assert answer.status in (404, 400)
    assert b"format" not in content


def test_a_page_that_is_not_there_is_said(visitor: Client) -> None:
    answer, content = visitor.ask(f"/picture/{visitor.paper}/2")
    assert answer.status == 404
    assert "there is no page 2" in content.decode()


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"x"', b"[" * 100_000, b"\xff\xfe", b'{"paper": 1}'])
def test_what_is_no_correction_is_refused_with_a_sentence(client: Client, body: bytes) -> None:
    for path in ("/save", "/lease"):
        answer, content = client.ask(path, "POST", body, client.own())
        assert answer.status == 422, path
        assert json.loads(content)["message"]


def test_a_huge_request_is_refused(client: Client) -> None:
    answer, content = client.ask("/save", "POST", b" " * (2 << 20), client.own())
    assert answer.status == 413
    assert json.loads(content)["message"]
    assert client.ask("/")[0].status == 200


def test_long_heads_are_refused(visitor: Client) -> None:
    assert visitor.ask("/" + "x" * 20_000)[0].status == 400
    assert visitor.ask("/", headers={"X-Long": "x" * 20_000})[0].status == 400


@pytest.mark.slow
def test_half_a_request_is_let_go_of(client: Client) -> None:
    with socket.create_connection(("127.0.0.1", client.bench.port), timeout=30) as half:
        half.sendall(b"GET / HTTP/1.1\r\nHost: ")
        begun = time.monotonic()
        assert client.ask("/")[0].status == 200, "others are answered meanwhile"
        assert half.recv(1) == b""
        assert 5 < time.monotonic() - begun < 20


@pytest.mark.slow
def test_half_a_body_is_let_go_of(client: Client) -> None:
    head = "".join(f"{name}: {value}\r\n" for name, value in client.own().items())
    own = client.bench.origin.removeprefix("http://")
    said = f"POST /save HTTP/1.1\r\nHost: {own}\r\nCookie: {client.cookie}\r\nContent-Length: 100\r\n{head}\r\n{{"
    assert _raw(client.bench, said.encode())[:12] == b"HTTP/1.1 408"


@pytest.mark.parametrize("command", OWN)
def test_the_token_stands_nowhere(start: Start, command: str) -> None:
    client = Client(start([Made("a.png", [number("16")])], command=command)).enter()
    client.ask("/nothing")
    client.ask(f"/paper/{client.paper}")
    command = Path(f"/proc/{client.bench.process.pid}/cmdline")
    if command.exists():
        assert TOKEN.encode() not in command.read_bytes()
    for path in ("/", "/welcome", f"/paper/{client.paper}"):
        assert TOKEN.encode() not in client.ask(path)[1]
    for file in client.bench.archive.rglob("*"):
        assert not file.is_file() or TOKEN.encode() not in file.read_bytes()
    assert TOKEN not in client.bench.end()


def _raw(bench: Bench, said: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", bench.port), timeout=30) as connection:
        connection.sendall(said)
        return connection.recv(100)
