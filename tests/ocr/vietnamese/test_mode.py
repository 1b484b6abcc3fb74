"""The mode of reading: where it is set, and what it changes."""

from difflib import SequenceMatcher
from pathlib import Path

import numpy as np
import pytest

from digidoc import config
from digidoc.errors import BadConfiguration, UsageError
from digidoc.ocr.engine import EngineSpec
from digidoc.ocr.engines.registry import open_engine
from digidoc.pipeline.work import task_key
from digidoc.text import fold
from tests.scans import LINES, page_with_words


def test_accurate_unless_said_otherwise() -> None:
    assert config.load({}, environ={}).ocr_mode == "accurate"
    assert config.load({}, {"ocr_mode": "draft"}, environ={}).ocr_mode == "draft"
    assert config.load({}, {"ocr_mode": "accurate"}, environ={"DIGIDOC_OCR_MODE": "draft"}).ocr_mode == "draft"
    assert config.load({"ocr_mode": "accurate"}, environ={"DIGIDOC_OCR_MODE": "draft"}).ocr_mode == "accurate"


def test_an_unknown_mode_is_named() -> None:
    with pytest.raises(UsageError, match="sloppy"):
        config.load({"ocr_mode": "sloppy"}, environ={})
    with pytest.raises(BadConfiguration, match="sloppy"):
        config.load({}, {"ocr_mode": "sloppy"}, environ={})


def test_the_mode_is_part_of_the_task_key_of_the_engine_that_has_one() -> None:
    assert task_key("0" * 64, EngineSpec(mode="draft")) != task_key("0" * 64, EngineSpec())
    assert task_key("0" * 64, EngineSpec("null", mode="draft")) == task_key("0" * 64, EngineSpec("null"))


def test_draft_reads_without_tesseract(tmp_path: Path) -> None:
    engine = open_engine(EngineSpec(tessdata=tmp_path, mode="draft"))
    assert "draft" in engine.name
    assert "tesserocr" not in engine.name
    page = engine.read(np.asarray(page_with_words().image.convert("L")), (200, 200))
    words, true = fold(page.text).split(), fold("\n".join(LINES)).split()
    assert SequenceMatcher(None, words, true, autojunk=False).ratio() > 0.95
    assert page.confidence > 0.9
