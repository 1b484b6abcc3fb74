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
def as_root() -> list[str]:
    """What stands before a command that only root may give: in CI sudo; elsewhere nobody's rights are borrowed."""
    if os.name != "posix" or shutil.which("mount") is None:
        pytest.skip("there is no mount here")
    if os.geteuid() == 0:
        return []
    if os.environ.get("CI") != "true" or shutil.which("sudo") is None:
        pytest.skip("a small disk can only be mounted by root")
    return ["sudo", "-n"]


@pytest.fixture
def small_disk(as_root: list[str], tmp_path: Path) -> Iterator[Path]:
    """A disk of 5 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    words = [*as_root, "mount", "-t", "tmpfs", "-o", f"size=5m,uid={os.geteuid()}", "tmpfs", str(folder)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip(f"a small disk cannot be mounted: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run([*as_root, "umount", str(folder)], check=True)
