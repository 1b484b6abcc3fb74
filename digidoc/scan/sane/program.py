"""The program scanimage of SANE, as a process of its own.

Its batch mode writes a page as `NAME.part` and gives it its name when it is whole; then it prints the name. The
terminal's Ctrl-C does not reach it: it is told to stop, and gets time to bring the scanner to rest.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from digidoc.scan.errors import (
    CoverOpen,
    FeederEmpty,
    NoScanner,
    NoScanProgram,
    OptionRefused,
    PaperJam,
    ScanCancelled,
    ScannerBroken,
    ScannerBusy,
    ScannerDenied,
    ScannerError,
    ScannerMemory,
    WhichScanner,
)
from digidoc.scan.sane.options import Plan, abilities

PART: Final = ".part"
_STOP_SECONDS: Final = 5
_ASK_SECONDS: Final = 120  # looking for network scanners takes long where some do not answer
# What scanimage ends with is the status of SANE.
_BY_CODE: Final[Mapping[int, type[ScannerError]]] = {
    1: OptionRefused,
    2: ScanCancelled,
    3: ScannerBusy,
    4: OptionRefused,
    6: PaperJam,
    7: FeederEmpty,
    8: CoverOpen,
    9: ScannerBroken,
    10: ScannerMemory,
    11: ScannerDenied,
}


@dataclass(frozen=True, slots=True)
class Device:
    """A scanner: the name that scanimage calls it by, and its maker's."""

    name: str
    label: str


def version() -> str:
    """What the program says of itself.

    Raises:
        NoScanProgram: it is not there.

    """
    return _asked("--version").stdout.strip()


def devices() -> list[Device]:
    """The scanners that are found; takes some seconds.

    Raises:
        NoScanProgram: there is no scanimage.

    """
    lines = (line.split("\t") for line in _asked("-f", "%d\t%v %m%n").stdout.splitlines())
    return [Device(words[0], words[1].strip()) for words in lines if len(words) > 1]


def the_device(named: str) -> str:
    """The scanner that was named, or the only one.

    Raises:
        NoScanProgram: there is no scanimage.
        NoScanner, WhichScanner: there is none, or several and none was named.

    """
    if named:
        return named
    found = devices()
    if not found:
        raise NoScanner
    if len(found) > 1:
        raise WhichScanner(known=", ".join(f"{device.name} ({device.label})" for device in found))
    return found[0].name


def asked_abilities(device: str) -> dict[str, tuple[str, ...]]:
    """What a scanner can do; see `abilities`.

    Raises:
        NoScanProgram: there is no scanimage.
        ScannerError: the scanner cannot be opened.

    """
    done = _asked("-A", "-d", device)
    if done.returncode != 0:
        raise _error(done.returncode, done.stderr)
    return abilities(done.stdout)


def pages(device: str, plan: Plan, folder: Path, first: int) -> Iterator[Path]:
    """Scan, and give each page when it is whole.

    Args:
        device: name of the scanner.
        plan: how it is asked.
        folder: where the pages go.
        first: number of the first one.

    Raises:
        ScannerError: how it ended when it did not end well, after the pages that were whole.

    """
    words = [_program(), "-d", device, "--format=tiff", "--batch-print", f"--batch-start={first}", *plan.words]
    # A flatbed would scan the same page for ever.
    words += [f"--batch={folder / '%05d.tif'}", *([] if plan.feeder else ["--batch-count=1"])]
    count = 0
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as said:
        running = subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=said,
            text=True,
            env=_env(),
            start_new_session=True,
        )
        with running:
            try:
                for line in running.stdout or ():
                    count += 1
                    yield Path(line.rstrip("\n"))
                code = running.wait()
            finally:
                _stop(running)
        said.seek(0)
        words_said = said.read()
    if code != 0:
        raise _error(code, words_said)
    if not count:
        raise FeederEmpty(device=device)


def clear_parts(folder: Path) -> None:
    """Remove what is left of pages that did not become whole."""
    for path in folder.glob(f"*{PART}"):
        path.unlink(missing_ok=True)


def _stop(running: "subprocess.Popen[str]") -> None:
    """End the process when it has not ended: as Ctrl-C would, then harder."""
    for number in (signal.SIGINT, signal.SIGTERM, getattr(signal, "SIGKILL", signal.SIGTERM)):
        if running.poll() is not None:
            return
        _signal(running, number)
        try:
            running.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            continue


def _signal(running: "subprocess.Popen[str]", number: int) -> None:
    if sys.platform == "win32":
        running.terminate()
    else:
        with suppress(ProcessLookupError):  # it ended meanwhile
            os.killpg(running.pid, number)


def _error(code: int, said: str) -> ScannerError:
    """The error that a status stands for, with the program's own last word on what was wrong."""
    lines = [line.strip() for line in said.splitlines() if line.startswith("scanimage: ")]
    reason = lines[-1].removeprefix("scanimage: ") if lines else f"scanimage {code}"
    return _BY_CODE.get(code, ScannerError)(reason=reason)


def _asked(*words: str) -> "subprocess.CompletedProcess[str]":
    try:
        return subprocess.run(
            [_program(), *words],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_ASK_SECONDS,
            check=False,
            env=_env(),
        )
    except subprocess.TimeoutExpired as error:
        raise ScannerBroken(reason="scanimage") from error


def _program() -> str:
    found = shutil.which("scanimage")
    if found is None:
        raise NoScanProgram
    return found


def _env() -> dict[str, str]:
    return {**os.environ, "LC_ALL": "C", "LANGUAGE": "en"}
