"""The program scanimage of SANE, as a process of its own.

Its batch mode writes a page as `NAME.part` and gives it its name when it is whole; then it prints the name. The
terminal's Ctrl-C does not reach it: it is told to stop, and gets time to bring the scanner to rest. The same happens
when it hangs, for drivers of scanners do: whoever waits is told so instead of waiting for ever.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

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
    ScannerSilent,
    ScannersSilent,
    WhichScanner,
)
from digidoc.scan.sane.options import Plan, abilities

PART: Final = ".part"
_STOP_SECONDS: Final = 5
# A slow feeder needs a minute for a page of 600 dpi in colour, and a lamp that is cold half a minute before it. Twice
# that without a new byte of a page and without a word is no scanner at work.
SILENT_SECONDS: Final = 120.0
ASK_SECONDS: Final = 120.0  # looking for network scanners takes long where some do not answer
_LOOK_SECONDS: Final = 1.0
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
        ScannersSilent: it does not answer.

    """
    return _asked(["--version"], ASK_SECONDS, ScannersSilent).stdout.strip()


def devices(patience: float = ASK_SECONDS) -> list[Device]:
    """The scanners that are found; takes some seconds.

    Args:
        patience: seconds after which no answer is expected any more.

    Raises:
        NoScanProgram: there is no scanimage.
        ScannersSilent: it does not answer.

    """
    answer = _asked(["-f", "%d\t%v %m%n"], patience, ScannersSilent).stdout
    lines = (line.split("\t") for line in answer.splitlines())
    return [Device(words[0], words[1].strip()) for words in lines if len(words) > 1]


def the_device(named: str) -> str:
    """The scanner that was named, or the only one.

    Raises:
        NoScanProgram: there is no scanimage.
        ScannersSilent: it does not answer.
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


def asked_abilities(device: str, patience: float = ASK_SECONDS) -> dict[str, tuple[str, ...]]:
    """What a scanner can do; see `abilities`.

    Args:
        device: name of the scanner.
        patience: see `devices`.

    Raises:
        NoScanProgram: there is no scanimage.
        ScannerSilent: the scanner does not answer.
        ScannerError: it cannot be opened.

    """
    done = _asked(["-A", "-d", device], patience, lambda **said: ScannerSilent(device=device, **said))
    if done.returncode != 0:
        raise _error(done.returncode, done.stderr)
    return abilities(done.stdout)


def pages(device: str, plan: Plan, folder: Path, first: int, patience: float = SILENT_SECONDS) -> Iterator[Path]:
    """Scan, and give each page when it is whole.

    Args:
        device: name of the scanner.
        plan: how it is asked.
        folder: where the pages go.
        first: number of the first one.
        patience: seconds without a sign of life after which the program is ended.

    Raises:
        ScannerSilent: it was ended for that.
        ScannerError: how it ended when it did not end well, after the pages that were whole.

    """
    words = [_program(), "-d", device, "--format=tiff", "--batch-print", f"--batch-start={first}", *plan.words]
    # A flatbed would scan the same page for ever.
    words += [f"--batch={folder / '%05d.tif'}", *([] if plan.feeder else ["--batch-count=1"])]
    count = 0
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as said:
        with _started(words, said) as running:
            watchdog = _Watchdog(running, lambda: _signs_of_life(folder, said), patience)
            try:
                for line in running.stdout or ():
                    count += 1
                    yield Path(line.rstrip("\n"))
                code = running.wait()
            finally:
                watchdog.off()
                _stop(running)
        said.seek(0)
        words_said = said.read()
    if watchdog.has_bitten:
        raise ScannerSilent(device=device, seconds=round(patience))
    if code != 0:
        raise _error(code, words_said)
    if not count:
        raise FeederEmpty(device=device)


def clear_parts(folder: Path) -> None:
    """Remove what is left of pages that did not become whole."""
    for path in folder.glob(f"*{PART}"):
        path.unlink(missing_ok=True)


class _Watchdog:
    """Ends a scan that shows no sign of life.

    Args:
        running: the program.
        signs: what changes while it works.
        patience: seconds in which it has to change.

    """

    def __init__(self, running: "subprocess.Popen[str]", signs: Callable[[], object], patience: float) -> None:
        self.has_bitten = False
        self._running, self._signs, self._patience = running, signs, patience
        self._off = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def off(self) -> None:
        """Watch no longer."""
        self._off.set()
        self._thread.join()

    def _watch(self) -> None:
        seen, since = self._signs(), time.monotonic()
        while not self._off.wait(min(_LOOK_SECONDS, self._patience)):
            now = self._signs()
            if now != seen:
                seen, since = now, time.monotonic()
            elif time.monotonic() - since >= self._patience and self._running.poll() is None:
                self.has_bitten = True
                _stop(self._running)
                return


def _signs_of_life(folder: Path, said: IO[str]) -> tuple[int, list[tuple[str, int]]]:
    """How much the program has said, and how far the files of pages are; a page grows while the scanner moves."""
    files = []
    for path in folder.iterdir():
        with suppress(FileNotFoundError):  # it got its name at this moment
            files.append((path.name, path.stat().st_size))
    return os.fstat(said.fileno()).st_size, files


def _started(words: list[str], said: int | IO[str]) -> "subprocess.Popen[str]":
    """The program as a process group of its own."""
    return subprocess.Popen(
        words,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=said,
        text=True,
        errors="replace",
        env=_env(),
        start_new_session=True,
    )


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


def _asked(
    words: list[str], patience: float, silent: Callable[..., ScannerError]
) -> "subprocess.CompletedProcess[str]":
    """What the program answers; without an answer it is ended, and `silent` says so."""
    with _started([_program(), *words], subprocess.PIPE) as running:
        try:
            answer, said = running.communicate(timeout=patience)
        except subprocess.TimeoutExpired as error:
            raise silent(seconds=round(patience)) from error
        finally:
            _stop(running)
    return subprocess.CompletedProcess(words, running.returncode, answer, said)


def _program() -> str:
    found = shutil.which("scanimage")
    if found is None:
        raise NoScanProgram
    return found


def _env() -> dict[str, str]:
    return {**os.environ, "LC_ALL": "C", "LANGUAGE": "en"}
