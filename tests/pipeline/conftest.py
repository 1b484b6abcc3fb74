"""An archive, scans and a key for the tests of the pipeline."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from tests.archive.conftest import archive as archive  # noqa: PLC0414 (a fixture)
from tests.scans import page_with_words


@pytest.fixture
def scan(tmp_path: Path) -> Callable[[str, str], Path]:
    """Make a colour scan of one line of text, 200 dpi, 60 x 30 mm: quick to read."""

    def make(name: str, text: str = "Điều 1. Ban hành quy chế") -> Path:
        path = tmp_path / "scans" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        page = page_with_words((text,), size_mm=(120, 60)).image.convert("RGB")
        assert isinstance(page, Image.Image)
        page.save(path, dpi=(200, 200))
        return path

    return make
