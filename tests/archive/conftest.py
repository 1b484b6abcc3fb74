from collections.abc import Iterator
from pathlib import Path

import pytest
from papers import UNIT

from digidoc.archive.archive import Archive


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.create(tmp_path / "kho", unit=UNIT, profile="commune") as made:
        yield made


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    return tmp_path / "scans"
