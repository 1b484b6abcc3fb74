"""A bench that runs: the program itself, in a process of its own."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.bench.made import Made, make_archive
from tests.programs import environ

TOKEN = "t0ken-of-the-tests_" + "x" * 20
_SECONDS = 60


@dataclass
class Bench:
    """A running bench: its address with and without the token, its archive, its process, and which command it is."""

    address: str
    archive: Path
    process: "subprocess.Popen[str]"
    command: str = "review"

    @property
    def origin(self) -> str:
        return self.address.partition("/t/")[0]

    @property
    def port(self) -> int:
        return int(self.origin.rpartition(":")[2])

    def kill(self) -> None:
        """As a power cut does."""
        self.process.kill()
        self.process.communicate(timeout=_SECONDS)

    def end(self) -> str:
        """As Ctrl-C does; what it said on standard error."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.process.communicate(timeout=_SECONDS)[1]


Start = Callable[..., Bench]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start a bench on an archive, or on one that is made of papers."""
    with benches(tmp_path) as started:
        yield started


@contextmanager
def benches(folder: Path) -> Iterator[Start]:
    """A function that starts benches; they end with the context."""
    running: list[Bench] = []

    def started(
        what: Path | Sequence[Made], *words: str, language: str = "en", port: int = 0, command: str = "review"
    ) -> Bench:
        archive = what if isinstance(what, Path) else make_archive(folder / f"made{len(running)}", what)
        read, write = os.pipe()
        os.write(write, f"{TOKEN}\n".encode())
        os.close(write)
        line = [sys.executable, "-m", "digidoc", command, "--archive", str(archive), "--no-open"]
        line += ["--token-fd", str(read), "--port", str(port), *words]
        process = subprocess.Popen(
            line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", pass_fds=(read,),
            env=environ(DIGIDOC_LANG=language, LANGUAGE=language),
        )  # fmt: skip
        os.close(read)
        assert process.stdout is not None
        said = process.stdout.readline()
        found = re.search(r"http://\S+", said)
        if found is None:
            pytest.fail(said + process.communicate(timeout=_SECONDS)[1])
        running.append(Bench(found[0], archive, process, command))
        return running[-1]

    yield started
    for bench in running:
        if bench.process.poll() is None:
            bench.kill()
        for stream in (bench.process.stdout, bench.process.stderr):
            if stream is not None:
                stream.close()
