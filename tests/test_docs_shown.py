"""What the tutorials show is what the program says: their commands are carried out where their reader would be."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.programs import ROOT, environ, needs_vie

TUTORIALS = (ROOT / "docs" / "tutorial.md", ROOT / "docs" / "vi" / "tutorial.md")
HOME = "/home/canbo"  # where the reader of the tutorials is
_SHOWN = re.compile(r"^```\n((?:digidoc[^\n]*\n)+)```\n\n```text\n(.*?)^```", re.MULTILINE | re.DOTALL)
_LEFT_OUT = "…"
_DAY = re.compile(r"\d\d/\d\d/\d{4}")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    assert _says(folder, "digidoc demo demo", 0)
    return folder


def _says(folder: Path, line: str, code: int) -> list[str]:
    command = [sys.executable, "-m", *shlex.split(line)]
    env = environ(COLUMNS="100", NO_COLOR="1", PYTHONIOENCODING="utf-8")
    done = subprocess.run(command, cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    said = done.stdout.decode("utf-8")
    assert done.returncode == code, f"{line}:\n{said}"
    return _lines(said.replace(str(folder), HOME))


def _lines(text: str) -> list[str]:
    """Lines without what is another every day, and without blanks at their ends."""
    return [_DAY.sub("dd/mm/yyyy", line.rstrip()) for line in text.strip("\n").splitlines()]


def _shows(shown: list[str], said: list[str]) -> bool:
    """Whether the lines are those that were said, `…` standing for any number of them, or for the rest of one."""
    pattern = ""
    for line in shown:
        whole = re.escape(line.removesuffix(_LEFT_OUT)) + (r"[^\n]*" if line.endswith(_LEFT_OUT) else "") + "\n"
        pattern += r"(?:[^\n]*\n)*?" if line == _LEFT_OUT else whole
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in said)) is not None


@needs_vie
@pytest.mark.slow
@pytest.mark.parametrize("page", TUTORIALS, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_a_tutorial_shows_what_the_program_says(demo: Path, page: Path, tmp_path: Path) -> None:
    shutil.copytree(demo, tmp_path, dirs_exist_ok=True)
    shutil.copytree(tmp_path / "demo" / "scans", tmp_path / "scans")
    for commands, shown in _SHOWN.findall(page.read_text(encoding="utf-8")):
        for line in commands.splitlines():
            said = _says(tmp_path, line, 0)
        assert _shows(_lines(shown), said), "\n".join([line, *said])


def test_a_line_that_is_not_said_would_be_found() -> None:
    assert _shows(["a", "…", "d"], ["a", "b", "c", "d"])
    assert _shows(["…"], ["a"])
    assert _shows(["a …"], ["a b c"])
    assert not _shows(["a …"], ["b c"])
    assert not _shows(["a", "…", "x"], ["a", "b"])
    assert not _shows(["a"], ["a", "b"])
