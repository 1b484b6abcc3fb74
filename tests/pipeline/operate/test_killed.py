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
_EVERY = int(os.environ.get("CRASH_EVERY", "11"))


@pytest.mark.parametrize("kind", KINDS)
def test_killed_at_any_step_the_next_writer_finishes_it(kind: str, tmp_path: Path) -> None:
    words = [sys.executable, "-m", "tests.pipeline.operate.killed", str(tmp_path), kind]
    env = environ() | {"CRASH_EVERY": str(_EVERY)}
    done = subprocess.run(words, capture_output=True, text=True, check=False, env=env)
    assert done.returncode == 0, done.stderr[-3000:]
    assert json.loads(done.stdout)["cases"] >= 100 // _EVERY
    assert judges.ocfl_valid(tmp_path / "again" / "store") == []
