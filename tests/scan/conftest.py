"""A scanner for the tests: SANE's own test device, and a program in the place of scanimage that hangs."""

import os
import shutil
import signal
import stat
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.judges import missing

Sane = Callable[..., None]
Hanging = Callable[[str], Path]
_DEVICE = Path("/etc/sane.d/test.conf")
_LIMIT_SECONDS = 60.0  # of all that a test does with the scanner; the longest takes 5
_WRONG_SECONDS = 10.0  # of a scan that is to go wrong; it takes less than one
TRIES = 3


def scanning(folder: Path) -> list[int]:
    """The processes of scanimage whose scanner is that of a folder of settings."""
    mark = f"SANE_CONFIG_DIR={folder}".encode()
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it ended, or is somebody else's
            if (process / "comm").read_text().strip() == "scanimage" and mark in (process / "environ").read_bytes():
                found.append(int(process.name))
    return found


def _end(folder: Path) -> None:
    for process in scanning(folder):
        with suppress(ProcessLookupError):
            os.killpg(os.getpgid(process), signal.SIGKILL)


@pytest.fixture
def sane(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sane]:
    """Makes the two test scanners the only ones; their feeder holds ten pages of 80 x 100 mm to 200 x 200 mm.

    Drivers hang now and then, this one in one of fifty scans that it is told to end with an error: what runs too long
    is ended, and a test that waits for such an error configures and scans `TRIES` times at most. Nothing may run on
    when the test is over.
    """
    if shutil.which("scanimage") is None or not _DEVICE.is_file():
        missing("scanimage is not installed (`make test` installs sane-utils)")
    folder = tmp_path_factory.mktemp("sane")
    monkeypatch.setenv("SANE_CONFIG_DIR", str(folder))

    limits: list[threading.Timer] = []

    def configure(status: str = "Default", *, slow: bool = False) -> None:
        for limit in limits:
            limit.cancel()
        limits.append(threading.Timer(_LIMIT_SECONDS if status == "Default" else _WRONG_SECONDS, _end, [folder]))
        limits[-1].start()
        lines = []
        for line in _DEVICE.read_text(encoding="utf-8").splitlines():
            key = line.split(" ")[0]
            if key == "read-status-code":
                lines.append(f'read-status-code "{status}"')
            elif slow and key in ("read-delay", "read-delay-duration"):
                lines.append("read-delay true" if key == "read-delay" else "read-delay-duration 50000")
            else:
                lines.append(line)
        (folder / "test.conf").write_text("\n".join(lines) + "\n", encoding="utf-8")
        (folder / "dll.conf").write_text("test\n", encoding="utf-8")

    yield configure
    for limit in limits:
        limit.cancel()
    left = scanning(folder)
    _end(folder)
    assert not left


@pytest.fixture
def hanging(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Hanging:
    """Puts a program in the place of scanimage that does what lines of Python say, then hangs; gives its id's file."""
    folder = tmp_path / "bin"
    folder.mkdir()
    pid = folder / "pid"

    def install(lines: str) -> Path:
        program = folder / "scanimage"
        begin = (f"#!{sys.executable}", "import os, pathlib, signal, sys, time", f"me = pathlib.Path({str(pid)!r})")
        whole = (*begin, "me.write_text(str(os.getpid()))", lines, "while True:", "    time.sleep(1)", "")
        program.write_text("\n".join(whole), encoding="utf-8")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
        return pid

    return install
