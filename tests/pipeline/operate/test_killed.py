import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import judges
from tests.pipeline.operate.killed import KINDS
from tests.programs import environ

pytestmark = [pytest.mark.skipif(os.name != "posix", reason="fork and kill -9"), pytest.mark.slow]
# CRASH_EVERY=1 tries every step; by default a part of each kind is tried.
_EVERY = int(os.environ.get("CRASH_EVERY", "23"))


_MADE_ANEW = ("split", "merge", "replace", "rotate")  # they write PDFs, so that each try takes longer


@pytest.mark.parametrize("kind", KINDS)
def test_killed_at_any_step_the_next_writer_finishes_it(kind: str, tmp_path: Path) -> None:
    words = [sys.executable, "-m", "tests.pipeline.operate.killed", str(tmp_path), kind]
    every = _EVERY * 3 if kind in _MADE_ANEW and _EVERY > 1 else _EVERY
    env = environ() | {"CRASH_EVERY": str(every)}
    done = subprocess.run(words, capture_output=True, text=True, check=False, env=env)
    assert done.returncode == 0, done.stderr[-3000:]
    assert json.loads(done.stdout)["cases"] >= 100 // every
    assert judges.ocfl_valid(tmp_path / "again" / "store") == []
