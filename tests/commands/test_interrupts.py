"""Ctrl-C, SIGTERM and SIGHUP are one wish: to stop, cleanly. What commands make of it is tried in their own tests."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from digidoc import cli
from digidoc.archive.archive import Archive
from digidoc.commands import interrupts
from digidoc.errors import ExitCode
from tests.papers import UNIT, draft
from tests.running import runner

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")

_PROGRAM = f"""
import signal, sys, time
from {interrupts.__name__} import listening
with listening():
    try:
        print("ready", flush=True)
        time.sleep(30)
    except KeyboardInterrupt:
        time.sleep(0.5)
        print("cleaned up", flush=True)
time.sleep(0.5)
"""


@pytest.mark.usefixtures("_ctrl_c_is_heard")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_what_is_wished_again_and_again_does_not_disturb_the_cleaning_up(name: str) -> None:
    with subprocess.Popen([sys.executable, "-c", _PROGRAM], stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "ready\n"
        for number in (getattr(signal, name), signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            running.send_signal(number)
            time.sleep(0.05)
        assert running.stdout.readline() == "cleaned up\n"
        running.send_signal(getattr(signal, name))
    assert running.returncode == 0


def test_what_is_ignored_stays_ignored() -> None:
    code = "import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN)\n" + _PROGRAM
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "ready\n"
        running.send_signal(signal.SIGHUP)
        time.sleep(0.3)
        assert running.poll() is None
        running.send_signal(signal.SIGTERM)
        assert running.communicate(timeout=30)[0] == "cleaned up\n"


def test_a_command_without_a_result_of_its_own_says_that_it_was_interrupted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_words: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Archive, "locate", stopped)
    done = runner(cli.build())("status", "--archive", tmp_path, "--json")
    assert done.exit_code == ExitCode.INTERRUPTED
    assert json.loads(done.stdout)["errors"][0]["code"] == "interrupted"


@pytest.mark.usefixtures("_ctrl_c_is_heard")
def test_a_backup_that_is_stopped_goes_on(tmp_path: Path) -> None:
    scans = tmp_path / "scans"
    scans.mkdir()
    with Archive.create(tmp_path / "kho", unit=UNIT, profile="commune") as archive, archive.writing():
        archive.file(None, [draft(scans, f"{n}.tif", content=b"%d" % n * 3_000_000) for n in range(40)])
    target = tmp_path / "copy"
    words = [sys.executable, "-m", "digidoc", "backup", str(target), "-A", str(tmp_path / "kho"), "--json"]
    running = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    while not list(target.rglob("*.tif")) and running.poll() is None:
        time.sleep(0.002)
    running.send_signal(signal.SIGTERM)
    out, err = running.communicate(timeout=60)
    assert (running.returncode, err) == (ExitCode.INTERRUPTED, b"")
    assert json.loads(out)["errors"][0]["code"] == "interrupted"
    assert subprocess.run(words, capture_output=True, check=False, timeout=60).returncode == 0
