"""What the tutorials show is what the program says: their commands are carried out where their reader would be."""

import re
import secrets
import shlex
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from digidoc.archive.archive import Archive
from digidoc.archive.corrections import Correction, Decision, FieldChange, How
from digidoc.pipeline.review.correct import submit
from digidoc.pipeline.review.worklist import Question, worklist
from tests.programs import ROOT, environ, needs_vie

TUTORIALS = (ROOT / "docs" / "tutorial.md", ROOT / "docs" / "vi" / "tutorial.md")
HOME = "/home/canbo"  # where the reader of the tutorials is
_SHOWN = re.compile(r"^```\n((?:digidoc[^\n]*\n)+)```\n\n```text\n(.*?)^```", re.MULTILINE | re.DOTALL)
_PAGE = re.compile(r"^```\ndigidoc (?:--lang vi )?review --archive kho\n```$", re.MULTILINE)
_LEFT_OUT = "…"
_DAY = re.compile(r"\d\d/\d\d/\d{4}|\d{4}-\d\d-\d\d")


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
    before, after = _PAGE.split(page.read_text(encoding="utf-8"))
    _follow(tmp_path, before)
    _review(tmp_path / "kho")
    _follow(tmp_path, after)


def _follow(folder: Path, page: str) -> None:
    """Carry out what a page tells, and compare what it shows."""
    for commands, shown in _SHOWN.findall(page):
        for line in commands.splitlines():
            said = _says(folder, line, 0)
        assert _shows(_lines(shown), said), "\n".join([line, *said])


def _review(kho: Path) -> None:
    """What the reader does in the browser: number and day are keyed as they stand on the paper."""
    keyed = {"CodeNumber": "27", "IssuedDate": "2025-09-10"}
    with Archive.locate(kho) as archive:
        (paper,) = worklist(archive, Question()).papers
        fields = tuple(
            FieldChange(field.place, field.name, field.value, keyed[field.name], How.TWICE, field.page, field.box)
            for field in paper.fields
            if field.name in keyed
        )
        made = Correction(
            secrets.token_hex(16), paper.paper, "Lê Thị Hoa", datetime.now(UTC), paper.version, paper.text_sha256,
            Decision.DONE, fields=fields,
        )  # fmt: skip
        assert submit(archive, made).status == "filed"


def test_a_line_that_is_not_said_would_be_found() -> None:
    assert _shows(["a", "…", "d"], ["a", "b", "c", "d"])
    assert _shows(["…"], ["a"])
    assert _shows(["a …"], ["a b c"])
    assert not _shows(["a …"], ["b c"])
    assert not _shows(["a", "…", "x"], ["a", "b"])
    assert not _shows(["a"], ["a", "b"])
