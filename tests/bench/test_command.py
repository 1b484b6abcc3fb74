"""`digidoc review` as a command: how the page is opened and ended, and why it is not."""

import json
import os
import socket
import subprocess
import sys
import time
import webbrowser
from datetime import UTC, datetime
from pathlib import Path
from urllib.request import urlopen

import pytest

from digidoc.archive.archive import Archive
from digidoc.archive.corrections import Correction, Decision
from digidoc.commands.review import serve
from digidoc.pipeline.review.application import history_of
from digidoc.pipeline.review.correct import inbox_of, keep
from digidoc.pipeline.review.worklist import Question, worklist
from tests.bench.conftest import TOKEN, Start
from tests.bench.made import Made, make_archive, number
from tests.bench.test_security import Client
from tests.programs import environ


def _review(archive: Path, *words: str, fd: int | None = None) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "digidoc", "review", "--archive", str(archive), "--no-open", *words]
    return subprocess.run(
        command, capture_output=True, encoding="utf-8", check=False, timeout=120, env=environ(),
        pass_fds=() if fd is None else (fd,),
    )  # fmt: skip


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_archive(tmp_path_factory.mktemp("command"), [Made("a.png", [number("16")])])


def test_a_second_page_of_an_archive_is_refused_and_the_first_goes_on(archive: Path, start: Start) -> None:
    bench = start(archive)
    done = _review(archive, "--json")
    assert done.returncode == 11
    [problem] = json.loads(done.stdout)["errors"]
    assert problem["code"] == "bench-open"
    assert str(bench.process.pid) in problem["message"]
    with urlopen(f"{bench.origin}/welcome", timeout=30) as answer:  # noqa: S310 (our own)
        assert answer.status == 200


def test_ctrl_c_ends_it_and_says_what_was_done(archive: Path, start: Start) -> None:
    bench = start(archive)
    said = bench.end()
    assert bench.process.returncode == 0, said
    assert "Papers settled: 0" in said
    assert "Traceback" not in said
    again = start(archive)
    assert again.end()


def test_what_waits_is_taken_in_when_it_ends(start: Start) -> None:
    bench = start([Made("a.png", [number("16")])])
    assert b"a.png" in Client(bench).enter().ask("/")[1]
    with Archive.locate(bench.archive) as archive:
        (paper,) = worklist(archive, Question()).papers
        said = Correction(
            "a" * 32, paper.paper, "lan", datetime.now(UTC), paper.version, paper.text_sha256, Decision.LATER
        )
        keep(archive, said)
        told = bench.end()
        assert not inbox_of(archive).waiting(), told
        assert [entry.correction for entry in history_of(archive, archive.paper(paper.paper))] == [said]


def test_it_listens_on_this_computer_alone(archive: Path, start: Start) -> None:
    bench = start(archive)
    listening = subprocess.run(["cat", "/proc/net/tcp"], capture_output=True, encoding="ascii", check=True).stdout
    assert f"0100007F:{bench.port:04X}" in listening
    assert f"00000000:{bench.port:04X}" not in listening


def test_a_port_that_is_taken_is_said(archive: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = _review(archive, "--port", str(taken.getsockname()[1]))
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("token", ["", "short", "x" * 201, "with a blank that no address has ........", "ü" * 40])
def test_a_token_that_is_none_is_refused(archive: Path, token: str) -> None:
    read, write = os.pipe()
    os.write(write, token.encode())
    os.close(write)
    done = _review(archive, "--token-fd", str(read), fd=read)
    os.close(read)
    assert done.returncode == 2
    assert "token" in done.stderr


def test_a_backup_has_no_page(archive: Path, tmp_path: Path) -> None:
    backup = tmp_path / "backup"
    words = [sys.executable, "-m", "digidoc", "backup", str(backup), "--archive", str(archive)]
    subprocess.run(words, check=True, capture_output=True, env=environ(), timeout=120)
    done = _review(backup)
    assert done.returncode == 1
    assert "backup" in done.stderr


@pytest.mark.skipif(
    os.name == "nt" or os.geteuid() == 0, reason="whoever may write everywhere sees no read-only folder"
)
def test_an_archive_that_takes_no_writing_is_said(archive: Path) -> None:
    (archive / "bench.lock").unlink(missing_ok=True)  # of an earlier test: the file alone could be written
    archive.chmod(0o500)
    try:
        done = _review(archive)
    finally:
        archive.chmod(0o700)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


def test_list_and_apply_exclude_each_other(archive: Path) -> None:
    assert _review(archive, "--list", "--apply").returncode == 2


def test_the_browser_gets_the_token_in_a_file_and_not_on_its_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(webbrowser, "open", asked.append)
    serve._open(f"http://127.0.0.1:1/t/{TOKEN}", tmp_path)
    while not asked:
        time.sleep(0.01)
    doorway = tmp_path / "digidoc.html"
    assert asked == [doorway.as_uri()]
    assert TOKEN not in asked[0]
    assert f"/t/{TOKEN}" in doorway.read_text(encoding="utf-8")
    if os.name != "nt":
        assert doorway.stat().st_mode & 0o777 == 0o600
