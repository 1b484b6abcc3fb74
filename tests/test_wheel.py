"""The wheel, installed where nothing of the checkout can be seen: what runs is in it, or installed because of it."""

import json
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import judges
from tests.scans import page_with_words, save

ROOT = Path(__file__).parent.parent
MOST_BYTES = 4_000_000

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Installed:
    wheel: Path
    folder: Path

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """The command, in an empty folder that is not the checkout's, with nothing that leads back to it."""
        program = self.folder / "bin" / ("digidoc.exe" if os.name == "nt" else "digidoc")
        env = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
        return subprocess.run(
            [program, *words], cwd=self.folder / "work", env=env, capture_output=True, encoding="utf-8", check=False
        )


@pytest.fixture(scope="module")
def installed(machine_environment: dict[str, str]) -> Iterator[Installed]:
    # Not pytest's own folder, which is kept for three runs: this one holds half a gigabyte.
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        (folder / "work").mkdir()
        env = machine_environment | {
            "UV_TOOL_DIR": str(folder / "tools"),
            "UV_TOOL_BIN_DIR": str(folder / "bin"),
            "UV_CACHE_DIR": str(folder / "cache"),
        }
        wheels = str(folder / "wheels")
        for command in (
            f"hatchling build --target wheel --directory {wheels}",
            # By pip, which has them in its cache and knows this machine's index; uv finds them in the folder.
            f"pip download --quiet --no-deps --require-hashes --requirement requirements.lock --dest {wheels}",
            f"uv tool install --no-index --find-links {wheels} --python {sys.executable} digidoc",
        ):
            words = [sys.executable, "-m", *command.split()]
            done = subprocess.run(words, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
            assert done.returncode == 0, (command, done.stdout, done.stderr)
        yield Installed(next((folder / "wheels").glob("digidoc-*.whl")), folder)


def test_the_wheel_holds_what_runs_and_no_more(installed: Installed) -> None:
    with zipfile.ZipFile(installed.wheel) as wheel:
        names = set(wheel.namelist())
    assert {"digidoc/locale/vi/LC_MESSAGES/digidoc.mo", "digidoc/ocr/data/lines.onnx"} <= names
    assert not [name for name in names if name.startswith(("tests/", "scripts/")) or name.endswith((".po", ".pot"))]
    assert installed.wheel.stat().st_size < MOST_BYTES


def test_doctor_finds_everything_in_place(installed: Installed) -> None:
    done = installed.run("doctor", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    assert str(installed.folder / "tools") in json.loads(done.stdout)["data"]["python"]


def test_a_page_is_read(installed: Installed) -> None:
    save(page_with_words(), installed.folder / "work" / "page.png")
    done = installed.run("--lang", "vi", "ocr", "page.png", "page.pdf")
    assert done.returncode == 0, done.stderr
    assert "số trang" in done.stderr.lower() + done.stdout.lower()
    assert "Điều" in judges.pdftotext(installed.folder / "work" / "page.pdf")
