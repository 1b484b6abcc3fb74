"""One contract for every OCR engine, on pages made here whose words and places are known."""

from difflib import SequenceMatcher
from importlib import import_module

import numpy as np
import pytest

from digidoc.errors import DependencyMissing, LanguageDataMissing, UsageError
from digidoc.model import Turn
from digidoc.ocr.engine import EngineSpec, OcrEngine
from digidoc.ocr.engines import tessdata
from digidoc.ocr.engines.registry import open_engine
from digidoc.ocr.vietnamese.engine import VietnameseEngine
from digidoc.ocr_engines import ENGINES
from digidoc.text import fold, nfc
from tests.programs import needs_vie
from tests.scans import LINES, page_with_words

READERS = [pytest.param(name, marks=needs_vie) for name, entry in ENGINES.items() if entry.reads]
OTHERS = [name for name, entry in ENGINES.items() if not entry.reads]


def likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


@pytest.fixture(scope="module", params=[*READERS, *OTHERS])
def engine(request: pytest.FixtureRequest) -> OcrEngine:
    return open_engine(EngineSpec(request.param))


@pytest.fixture(scope="module", params=READERS)
def reader(request: pytest.FixtureRequest) -> OcrEngine:
    return open_engine(EngineSpec(request.param))


def test_the_page_is_described_as_it_was_given(engine: OcrEngine) -> None:
    image = np.full((400, 300), 255, np.uint8)
    page = engine.read(image, (150.0, 160.0))
    assert (page.frame.width, page.frame.height) == (300, 400)
    assert page.dpi == (150.0, 160.0)
    assert page.source == "ocr"
    assert page.engine == engine.name
    assert page.lines == ()
    assert page.doubts == ()


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_turn_that_is_given_is_not_looked_for(engine: OcrEngine, turn: Turn) -> None:
    page = engine.read(np.full((400, 300), 255, np.uint8), (200, 200), turn)
    assert page.frame.turn == turn
    assert page.frame.level_size == ((300, 400) if turn in (0, 180) else (400, 300))


def test_colour_and_grey_are_both_taken(engine: OcrEngine) -> None:
    gray = np.asarray(page_with_words().image.convert("L"))
    colour = np.repeat(gray[:, :, None], 3, axis=2)
    assert likeness(engine.read(gray, (200, 200)).text, engine.read(colour, (200, 200)).text) > 0.99


def test_an_image_of_one_pixel_has_no_text(engine: OcrEngine) -> None:
    assert engine.read(np.zeros((1, 1), np.uint8), (200, 200)).text == ""


@pytest.mark.parametrize(("turn", "skew"), [(0, 0.0), (0, 2.0), (90, 0.0), (180, -1.5), (270, 0.0)])
def test_text_is_read_and_lies_on_its_ink(reader: OcrEngine, turn: Turn, skew: float) -> None:
    true = page_with_words((*LINES, *LINES[3:]), turn=turn, skew=skew)
    image = np.asarray(true.image.convert("L"))
    page = reader.read(image, (200, 200))
    assert page.frame.turn == turn
    assert page.frame.skew == pytest.approx(skew, abs=0.3)
    assert page.text == nfc(page.text)
    assert likeness(page.text, true.text) > 0.95
    read = {fold(word.text): word for word in page.words()}
    for word in ("HÒA", "quy", "chế"):
        seen = next(w for w in true.words() if w.text == word)
        found = read[fold(word)]
        x0, y0 = page.frame.to_displayed(found.box.x0, (found.box.y0 + found.box.y1) / 2)
        true_x0, true_y0 = page.frame.to_displayed(seen.box.x0, (seen.box.y0 + seen.box.y1) / 2)
        if list(true.words()).count(seen) == 1 and word == "HÒA":
            assert abs(x0 - true_x0) < 25
            assert abs(y0 - true_y0) < 25


def test_confidence_is_a_share(reader: OcrEngine) -> None:
    page = reader.read(np.asarray(page_with_words().image.convert("L")), (200, 200))
    assert all(0.0 <= word.confidence <= 1.0 for word in page.words())
    assert page.confidence > 0.8


def test_ink_without_words_is_flagged(reader: OcrEngine) -> None:
    image = np.full((800, 600), 255, np.uint8)
    image[200:600, 280:320] = 0
    assert reader.read(image, (200, 200)).doubts == ("ink-without-words",)


@needs_vie
def test_leaders_of_a_form_are_no_text() -> None:
    lines = ("Họ và tên: " + "." * 60, "Sinh ngày: " + "." * 20 + " Giới tính: " + "." * 20, "Nơi cư trú: " + "." * 55)
    image = np.asarray(page_with_words(lines).image.convert("L"))
    text = open_engine(EngineSpec()).read(image, (200, 200)).text
    assert text.count(".") < 6
    for label in ("Họ và tên", "Sinh ngày", "Giới tính", "Nơi cư trú"):
        assert label in text


def test_without_language_data_the_network_reads_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tessdata, "find", lambda _language, _configured: None)
    alone = VietnameseEngine(None)
    assert "alone" in alone.name
    page = alone.read(np.asarray(page_with_words().image.convert("L")), (200, 200))
    assert likeness(fold(page.text), fold("\n".join(LINES))) > 0.9


def test_an_unknown_engine_is_a_usage_error() -> None:
    with pytest.raises(UsageError):
        open_engine(EngineSpec("palm-reader"))


def test_a_language_that_is_not_installed_is_named() -> None:
    with pytest.raises(DependencyMissing, match="xyz"):
        open_engine(EngineSpec("tesseract", "xyz"))


def test_signs_that_look_the_same_are_those_of_the_keyboard() -> None:
    from digidoc.ocr.vietnamese.read.recognisers import LOOKALIKES

    assert "07\N{FRACTION SLASH}02\N{FRACTION SLASH}2020 Ðồng".translate(LOOKALIKES) == "07/02/2020 Đồng"


@pytest.mark.parametrize("name", sorted(ENGINES))
def test_an_engine_of_the_table_can_be_opened_by_its_module(name: str) -> None:
    assert callable(import_module(ENGINES[name].module).open_engine)


@pytest.mark.parametrize(
    ("name", "option"), [("vietnamese", "draft"), ("tesseract", "vie+eng"), ("null", ""), ("palm-reader", "")]
)
def test_the_option_is_the_one_that_changes_what_is_read(name: str, option: str) -> None:
    assert EngineSpec(name, "vie+eng", mode="draft").option == option


def test_a_language_that_tesseract_does_not_have_is_named() -> None:
    with pytest.raises(LanguageDataMissing) as caught:
        open_engine(EngineSpec("tesseract", "vie+tlh"))
    assert caught.value.params == {"code": "tlh"}
