from pathlib import Path

import pytest

from tests.bench.browse.made import make


@pytest.fixture(scope="session")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive to look at; nobody changes it."""
    return make(tmp_path_factory.mktemp("looked-at"))
