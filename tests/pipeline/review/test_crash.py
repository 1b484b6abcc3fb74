"""kill -9 at the disk steps of a save: nothing acknowledged is lost, nothing is filed twice."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from digidoc.archive import corrections
from digidoc.archive.archive import Archive
from digidoc.archive.corrections import Correction
from digidoc.model import PaperRecord
from tests import judges
from tests.pipeline.review.conftest import change
from tests.programs import environ

pytestmark = [pytest.mark.skipif(os.name != "posix", reason="fork and kill -9"), pytest.mark.slow]
# CRASH_EVERY=1 tries every case; by default a part of each kind is tried.
_EVERY = os.environ.get("CRASH_EVERY", "11")


def test_killed_at_any_step_of_a_save(
    kho: Archive, paper: PaperRecord, correction: Callable[..., Correction], tmp_path: Path
) -> None:
    said = tmp_path / "said.json"
    said.write_bytes(corrections.encoded(correction(fields=(change(kho, paper, "CodeNumber", "18"),))))
    kho.close()
    words = [sys.executable, "-m", "tests.pipeline.review.crash", str(kho.root), str(said), str(tmp_path)]
    env = environ() | {"CRASH_EVERY": _EVERY}
    done = subprocess.run(words, capture_output=True, text=True, check=False, env=env)
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout)
    assert told["cases"] >= sum(told["points"].values()) // int(_EVERY)
    assert judges.ocfl_valid(tmp_path / "again" / "store") == []
