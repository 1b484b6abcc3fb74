"""`digidoc ocr` ends when a page takes too long, says why, and leaves nothing behind."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from digidoc.engine.deadline import STEP_SECONDS

# A library that hangs and holds the interpreter, as C code does that is asked for everything at once: no thread and
# no signal handler of Python's would get a turn.
_HANGS = """
import sys, time
from pathlib import Path
from digidoc import i18n
from digidoc.engine import deadline
from digidoc.commands.foreground import limited
i18n.install(sys.argv[3])
deadline.STEP_SECONDS = 0.5
scratch = Path(sys.argv[1])
with limited(Path("scan.pdf"), scratch, as_json=sys.argv[2] == "json") as limit:
    (scratch / "half.pdf").write_bytes(b"%PDF")
    limit.renew()
    print("working", flush=True)
    sys.setswitchinterval(1000)
    pow(3, (1 << 400_000) - 1, (1 << 100_003) - 1) if sys.argv[4] == "hang" else time.sleep(0.01)
print("done", flush=True)
"""


def run(tmp_path: Path, voice: str, language: str, what: str) -> "subprocess.CompletedProcess[str]":
    (tmp_path / "scratch").mkdir()
    command = [sys.executable, "-c", _HANGS, str(tmp_path / "scratch"), voice, language, what]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=120, check=False)


def test_a_page_that_hangs_ends_with_a_sentence_and_is_cleaned_up(tmp_path: Path) -> None:
    done = run(tmp_path, "human", "en", "hang")
    assert done.returncode == 1
    assert done.stdout == "working\n"
    assert "scan.pdf: digidoc stopped working on it after 50 seconds." in done.stderr
    assert "Traceback" not in done.stderr
    assert "Timeout (" not in done.stderr
    assert not (tmp_path / "scratch").exists()


@pytest.mark.parametrize("language", ["en", "vi"])
def test_scripts_get_the_problem_in_the_envelope(tmp_path: Path, language: str) -> None:
    done = run(tmp_path, "json", language, "hang")
    assert done.returncode == 1
    told = json.loads(done.stdout.removeprefix("working\n"))
    assert [error["code"] for error in told["errors"]] == ["time-limit"]
    assert told["errors"][0]["file"] == "scan.pdf"
    assert str(STEP_SECONDS) in told["errors"][0]["message"]


def test_a_page_in_time_is_not_spoken_of(tmp_path: Path) -> None:
    done = run(tmp_path, "human", "en", "in time")
    assert (done.returncode, done.stdout, done.stderr) == (0, "working\ndone\n", "")
    assert (tmp_path / "scratch" / "half.pdf").exists()
