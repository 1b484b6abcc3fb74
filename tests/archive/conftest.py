import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from digidoc.archive.archive import Archive
from tests.papers import UNIT


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.create(tmp_path / "kho", unit=UNIT, profile="commune") as made:
        yield made


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    return tmp_path / "scans"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 5 MB. It takes root's rights, which are borrowed by sudo in CI alone: elsewhere they are a person's."""
    if os.name != "posix" or shutil.which("mount") is None:
        pytest.skip("there is no mount here")
    rights = [] if os.geteuid() == 0 else ["sudo", "-n"] if os.environ.get("CI") == "true" else None
    if rights is None or (rights and shutil.which("sudo") is None):
        pytest.skip("a small disk can only be mounted by root")
    folder = tmp_path / "disk"
    folder.mkdir()
    words = [*rights, "mount", "-t", "tmpfs", "-o", f"size=5m,uid={os.geteuid()}", "tmpfs", str(folder)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip(f"a small disk cannot be mounted: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run([*rights, "umount", str(folder)], check=True)
