"""Many files: every input signed exactly once, whatever happens in between."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from typer.testing import Result

from digidoc.errors import ExitCode
from digidoc.sign.create.journal import JOURNAL, WORKSHOP, journal
from tests import judges
from tests.pki import TestPki
from tests.running import Run, runner
from tests.sign.conftest import make_pdf


@pytest.fixture
def digidoc() -> Run:
    """Carry out a command line in this process."""
    return runner()


@pytest.fixture
def key(pki: TestPki) -> tuple[str, ...]:
    return ("--key", str(pki.keys["signer"]), "--pin-file", str(pki.pin_file), "--json")


def make_inputs(folder: Path, number: int) -> Path:
    folder.mkdir(exist_ok=True)
    for place in range(number):
        make_pdf(folder / f"{place:03}.pdf", text=str(1000 + place))
    return folder


def statuses(result: Result) -> dict[str, str]:
    return {Path(file["file"]).name: file["status"] for file in json.loads(result.stdout)["data"]["files"]}


def digests(folder: Path) -> dict[str, str]:
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in sorted(folder.glob("*.pdf"))}


def signatures(path: Path) -> list[str]:
    """What pdfsig says of each signature of a file."""
    said = subprocess.run(
        [judges.need_program("pdfsig"), "-nocert", str(path)], capture_output=True, text=True, check=False
    ).stdout
    return [line.partition(":")[2].strip() for line in said.splitlines() if "Signature Validation" in line]


def assert_signed(inputs: Path, out: Path, times: int = 1) -> None:
    """Every input is there, unaltered in front, with so many valid signatures; and nothing else is there."""
    assert sorted(path.name for path in out.iterdir()) == sorted(path.name for path in inputs.iterdir())
    for source in inputs.iterdir():
        assert (out / source.name).read_bytes().startswith(source.read_bytes())
        assert signatures(out / source.name) == ["Signature is Valid."] * times, source.name


def test_a_folder_is_signed_into_a_folder(digidoc: Run, key: tuple[str, ...], tmp_path: Path) -> None:
    inputs = make_inputs(tmp_path / "in", 3)
    (inputs / "note.txt").write_text("no PDF")
    (inputs / "sub").mkdir()
    make_pdf(inputs / "sub" / "x.PDF")
    done = digidoc("sign", inputs, f"{tmp_path}/out/", *key)
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)["data"]
    assert told["counts"] == {"done": 4, "skipped": 0, "review": 0, "refused": 0, "failed": 0}
    assert [one["level"] for one in told["files"][0]["signatures"]] == ["B-B"]
    found = sorted(p.relative_to(tmp_path / "out").as_posix() for p in (tmp_path / "out").rglob("*") if p.is_file())
    assert found == ["000.pdf", "001.pdf", "002.pdf", "sub/x.PDF"]


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows hands no descriptors on")
def test_forty_files_with_two_processes_and_the_pin_in_memory(tmp_path: Path, pki: TestPki) -> None:
    """Neither the command lines of the workers nor the journal hold it."""
    inputs, out = make_inputs(tmp_path / "in", 40), tmp_path / "out"
    command = [sys.executable, "-m", "digidoc", "sign", str(inputs), f"{out}/", "--key", str(pki.keys["signer"])]
    reading, writing = os.pipe()
    os.write(writing, f"{pki.pin}\n".encode())
    os.close(writing)
    running = subprocess.Popen(
        [*command, "--pin-fd", str(reading), "--jobs", "2"], pass_fds=[reading], stdout=subprocess.DEVNULL
    )
    os.close(reading)
    seen: list[bytes] = []
    while running.poll() is None:
        for place in (*Path("/proc").glob("[0-9]*/cmdline"), out / JOURNAL):
            try:
                seen.append(place.read_bytes())
            except OSError:
                continue  # it ended
        time.sleep(0.02)
    assert running.returncode == 0
    assert any(b"spawn_main" in line for line in seen) or not Path("/proc/self").exists()
    assert not any(pki.pin.encode() in line for line in seen)
    assert_signed(inputs, out)


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="a process group is killed otherwise on Windows")
def test_a_killed_batch_signs_each_file_once(key: tuple[str, ...], tmp_path: Path) -> None:
    inputs, out = make_inputs(tmp_path / "in", 50), tmp_path / "out"
    command = [sys.executable, "-m", "digidoc", "sign", str(inputs), f"{out}/", *key, "--jobs"]
    moments = random.Random(20260105)
    first: dict[str, str] = {}
    for kill in range(4):
        running = subprocess.Popen(
            [*command, str(1 + kill % 2)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        wanted = len(first) + moments.randint(1, 11)
        while len(digests(out)) < wanted and running.poll() is None:
            time.sleep(0.002)
        os.killpg(running.pid, signal.SIGKILL)
        running.wait(30)
        found = digests(out)
        assert first.items() <= found.items()  # nothing is signed anew
        first = found
    assert 0 < len(first) < 50
    done = subprocess.run([*command, "1"], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr + done.stdout
    told = json.loads(done.stdout)["data"]["counts"]
    assert (told["done"], told["skipped"]) == (50 - len(first), len(first))
    assert first.items() <= digests(out).items()
    assert_signed(inputs, out)


def test_two_sign_in_turn(digidoc: Run, tmp_path: Path, pki: TestPki, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("digidoc.config.user_file", lambda: tmp_path / "config.toml")
    lines = [
        f"[sign.{name}]\nkey = '{pki.keys[label]}'\npin_file = '{pki.pin_file}'\nreason = '{name}'\n"
        for name, label in (("clerk", "signer"), ("office", "curve"))
    ]
    (tmp_path / "config.toml").write_text("jobs = 2\n" + "\n".join(lines), encoding="utf-8")
    inputs = make_inputs(tmp_path / "in", 3)
    done = digidoc("sign", inputs, f"{tmp_path}/out/", "--profile", "clerk", "--profile", "office", "--json")
    assert done.exit_code == 0, done.output
    signers = [[one["signer"] for one in file["signatures"]] for file in json.loads(done.stdout)["data"]["files"]]
    assert signers == [["Test signer", "Test curve"]] * 3
    assert_signed(inputs, tmp_path / "out", times=2)
    unknown = digidoc("sign", inputs, f"{tmp_path}/more/", "--profile", "nobody", "--json")
    assert (unknown.exit_code, json.loads(unknown.stdout)["errors"][0]["code"]) == (2, "unknown-profile")
    assert not (tmp_path / "more").exists()


def test_a_wrong_pin_signs_nothing(digidoc: Run, tmp_path: Path, pki: TestPki) -> None:
    inputs = make_inputs(tmp_path / "in", 2)
    (tmp_path / "wrong").write_text("wrong\n")
    done = digidoc("sign", inputs, f"{tmp_path}/out/", "--key", pki.keys["signer"], "--pin-file", tmp_path / "wrong")
    assert done.exit_code == ExitCode.KEY
    assert not (tmp_path / "out").exists()


def test_some_files_fail_and_the_others_are_signed(digidoc: Run, key: tuple[str, ...], tmp_path: Path) -> None:
    inputs, out = make_inputs(tmp_path / "in", 3), tmp_path / "out"
    (inputs / "broken.pdf").write_bytes(b"%PDF-1.7 broken")
    (inputs / "empty.pdf").touch()
    out.mkdir()
    (out / "001.pdf").write_bytes(b"somebody else's")
    gone = tmp_path / "gone.pdf"
    done = digidoc("sign", inputs, gone, out, *key)
    assert done.exit_code == ExitCode.SOME_FAILED
    codes = {error["file"]: error["code"] for error in json.loads(done.stdout)["errors"]}
    assert codes[str(out / "001.pdf")] == "output-exists"
    assert codes[str(gone)] == "file-missing"
    assert set(codes) == {str(out / "001.pdf"), str(gone), str(inputs / "broken.pdf"), str(inputs / "empty.pdf")}
    assert (out / "001.pdf").read_bytes() == b"somebody else's"
    before = digests(out)
    (inputs / "broken.pdf").write_bytes(make_pdf(tmp_path / "mended.pdf").read_bytes())
    again = digidoc("sign", inputs, gone, out, *key)
    assert statuses(again)["000.pdf"] == "skipped"
    assert statuses(again)["broken.pdf"] == "done"
    assert before.items() <= digests(out).items()


def test_a_changed_output_is_not_taken_for_ours(digidoc: Run, key: tuple[str, ...], tmp_path: Path) -> None:
    inputs, out = make_inputs(tmp_path / "in", 2), tmp_path / "out"
    (inputs / "empty.pdf").touch()  # so that the journal stays
    assert digidoc("sign", inputs, f"{out}/", *key).exit_code == ExitCode.SOME_FAILED
    (out / "000.pdf").write_bytes(b"changed")
    (out / "001.pdf").unlink()
    again = digidoc("sign", inputs, f"{out}/", *key)
    assert statuses(again) == {"000.pdf": "failed", "001.pdf": "done", "empty.pdf": "failed"}
    other = digidoc("sign", inputs, f"{out}/", *key, "--reason", "other")
    assert statuses(other)["001.pdf"] == "failed"  # signed otherwise: neither skipped nor signed twice


def test_what_is_refused_before_anything_is_signed(digidoc: Run, key: tuple[str, ...], tmp_path: Path) -> None:
    first, second = make_inputs(tmp_path / "a", 1), make_inputs(tmp_path / "b", 1)
    make_pdf(tmp_path / "x.pdf")
    calls = {
        "output-twice": (first, second, f"{tmp_path}/out/"),
        "output-is-input": (first, first),
        "wrong-kind": (first, tmp_path / "x.pdf"),
        "usage": (first, tmp_path / "new"),
    }
    for code, words in calls.items():
        done = digidoc("sign", *words, *key)
        assert json.loads(done.stdout)["errors"][0]["code"] == code, done.output
        assert done.exit_code in (ExitCode.USAGE, ExitCode.FAILED)
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["000.pdf", "000.pdf", "a", "b", "x.pdf"]


def test_a_dead_authority_ends_the_batch(digidoc: Run, key: tuple[str, ...], tmp_path: Path, pki: TestPki) -> None:
    inputs = make_inputs(tmp_path / "in", 12)
    how = ("--level", "B-T", "--tsa")
    done = digidoc("sign", inputs, f"{tmp_path}/out/", *key, *how, pki.dead_tsa)
    assert done.exit_code == ExitCode.NETWORK
    told = json.loads(done.stdout)
    codes = [error["code"] for error in told["errors"]]
    assert codes.count("timestamp") >= 3
    assert codes[-1] == "batch-stopped"
    assert told["data"]["counts"]["failed"] == 12
    assert [file["problem"] for file in told["data"]["files"] if not file.get("tried", True)][-1] == "batch-stopped"
    again = digidoc("sign", inputs, f"{tmp_path}/out/", *key, *how, pki.tsa)
    assert again.exit_code == 0, again.output
    assert_signed(inputs, tmp_path / "out")


@pytest.mark.skipif(os.name == "nt", reason="Windows sends Ctrl-C otherwise")
@pytest.mark.usefixtures("_ctrl_c_is_heard")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_ctrl_c_and_a_rerun(key: tuple[str, ...], tmp_path: Path, name: str) -> None:
    inputs, out = make_inputs(tmp_path / "in", 80), tmp_path / "out"
    command = [sys.executable, "-m", "digidoc", "sign", str(inputs), f"{out}/", *key, "--jobs", "1"]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while len(digests(out)) < 3 and running.poll() is None:
        time.sleep(0.002)
    running.send_signal(getattr(signal, name))
    told, errors = running.communicate(timeout=60)
    assert (running.returncode, errors) == (ExitCode.INTERRUPTED, "")
    assert json.loads(told)["data"]["interrupted"] is True
    assert (out / JOURNAL).is_file()
    assert not (out / WORKSHOP).exists()
    before = digests(out)
    assert subprocess.run(command, capture_output=True, check=False, timeout=60).returncode == 0
    assert before.items() <= digests(out).items()
    assert len(digests(out)) == 80
    assert not (out / JOURNAL).exists()


def test_one_batch_a_folder(digidoc: Run, key: tuple[str, ...], tmp_path: Path) -> None:
    inputs, out = make_inputs(tmp_path / "in", 1), tmp_path / "out"
    out.mkdir()
    with journal(out):
        refused = digidoc("sign", inputs, out, *key)
    assert json.loads(refused.stdout)["errors"][0]["code"] == "batch-running"
    assert digidoc("sign", inputs, out, *key).exit_code == 0


def test_a_damaged_journal_is_named(digidoc: Run, key: tuple[str, ...], tmp_path: Path) -> None:
    inputs, out = make_inputs(tmp_path / "in", 1), tmp_path / "out"
    out.mkdir()
    (out / JOURNAL).write_bytes(b'{"format": "digidoc.sign-journal/1"}\n{"done": {"out"\n')
    refused = digidoc("sign", inputs, out, *key)
    assert json.loads(refused.stdout)["errors"][0]["code"] == "journal"
    assert not (out / "000.pdf").exists()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may write anywhere")
def test_a_folder_that_takes_no_writing(digidoc: Run, key: tuple[str, ...], tmp_path: Path) -> None:
    inputs, out = make_inputs(tmp_path / "in", 1), tmp_path / "out"
    out.mkdir(mode=0o500)
    refused = digidoc("sign", inputs, out, *key)
    assert json.loads(refused.stdout)["errors"][0]["code"] == "permission"


def test_calls_to_the_authority_overlap(digidoc: Run, key: tuple[str, ...], tmp_path: Path, pki: TestPki) -> None:
    inputs = make_inputs(tmp_path / "in", 8)
    with slow_authority(pki.tsa) as (url, at_once):
        done = digidoc("sign", inputs, f"{tmp_path}/out/", *key, "--level", "B-T", "--tsa", url)
    assert done.exit_code == 0, done.output
    assert 2 <= max(at_once) <= 4
    assert_signed(inputs, tmp_path / "out")


@contextmanager
def slow_authority(behind: str) -> Iterator[tuple[str, list[int]]]:
    """An authority that hands on to another one after a while; how many calls were there at once, call by call."""
    at_once: list[int] = []
    inside: list[None] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            inside.append(None)
            at_once.append(len(inside))
            time.sleep(0.2)
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {"Content-Type": self.headers["Content-Type"]}
            with urllib.request.urlopen(urllib.request.Request(behind, body, headers)) as answer:  # noqa: S310
                said = answer.read()
            inside.pop()
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/", at_once
        finally:
            server.shutdown()
            thread.join()
