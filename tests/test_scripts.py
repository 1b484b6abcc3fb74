"""The scripts in front of pip: they run where nearly everything is missing."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.skipif(os.name == "nt", reason="the scripts are for Linux")
@pytest.mark.parametrize("goal", ["run", "test", "bench"])
def test_missing_programs_are_named_and_end_nothing(tmp_path: Path, goal: str) -> None:
    for name in ("env", "bash", "dirname", "cat"):
        found = shutil.which(name)
        assert found is not None
        (tmp_path / name).symlink_to(found)
    # Not a link: Python would take the link's folder for its home.
    (tmp_path / "python3").write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    (tmp_path / "python3").chmod(0o755)
    done = subprocess.run(
        [ROOT / "scripts" / "system-packages.sh", goal],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    named = {line.split(":")[0].removeprefix("system package ") for line in done.stdout.splitlines()}
    wanted = {
        "run": {"tesseract-ocr"},
        "test": {"tesseract-ocr", "qpdf", "poppler-utils", "softhsm2", "chromium", "default-jdk-headless"},
        "bench": {"tesseract-ocr", "ocrmypdf"},
    }
    assert done.returncode == 0, done.stderr
    assert wanted[goal] <= named
    assert done.stderr == "This machine has no apt: install the packages above in its own way. Going on without them.\n"
