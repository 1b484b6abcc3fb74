"""What a person settled, in the reading that was corrected and in every later one."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from digidoc.archive.corrections import Conflict, Correction, Decision, FieldChange, How, LineAdded, WordChange
from digidoc.model import Box, ExtractedField, Frame, Line, PageText, Word
from digidoc.pipeline.review.reading import Reading
from digidoc.pipeline.review.settle import place, settle
from digidoc.pipeline.review.words import displayed, to_level

WIDTH, HEIGHT = 1000, 1400


def line(top: float, *words: str, left: float = 100, size: float = 20) -> Line:
    made, x = [], left
    for word in words:
        made.append(Word(word, Box(x, top, x + size * len(word), top + 40), 0.7))
        x += size * (len(word) + 1)
    return Line(tuple(made), Box(left, top, x - size, top + 40))


def page(*lines: Line, frame: Frame | None = None) -> PageText:
    return PageText(frame or Frame(WIDTH, HEIGHT), lines, (300.0, 300.0), "ocr", "test")


def extract(pages: Sequence[PageText]) -> tuple[ExtractedField, ...]:
    """A stand-in for the grammar of papers: the number before the stroke, and each line with a dash a recipient."""
    found = []
    for text in (text for text in pages[0].lines if text.words):
        if text.words[0].text == "Số:":
            number, _, symbol = text.words[1].text.partition("/")
            found += [
                ExtractedField("CodeNumber", number, 0.7, 1, text.words[1].box, review=True),
                ExtractedField("CodeNotation", symbol, 0.7, 1, text.words[1].box),
            ]
        elif text.words[0].text == "-":
            value = " ".join(word.text for word in text.words[1:])
            found.append(ExtractedField("ToPlaces.Place", value, 0.7, 1, text.box))
    return tuple(found)


@pytest.fixture
def reading() -> Reading:
    pages = (page(line(100, "Số:", "15/QĐ-UBND"), line(900, "-", "Như", "Điều", "3"), line(950, "-", "Lưu:", "VT")),)
    return Reading(pages, extract(pages))


def correction(**parts: object) -> Correction:
    made = Correction("a" * 32, "P-" + "0" * 16, "lan", datetime(2026, 1, 5, tzinfo=UTC), "v1", "b" * 64, Decision.DONE)
    return replace(made, **parts)  # type: ignore[arg-type]


def change(reading: Reading, at: int, value: str, how: How = How.TYPED, was: str | None = None) -> FieldChange:
    field = reading.fields[at]
    return FieldChange(at, field.name, field.value if was is None else was, value, how, field.page, field.box)


def corrected(reading: Reading, made: Correction) -> Reading:
    placed = place(reading, made)
    assert placed.conflicts == ()
    after, whole = settle(reading, [placed], extract)
    assert whole
    return after


def values(reading: Reading) -> list[tuple[str, str, bool, str]]:
    return [(field.name, field.value, field.review, field.source) for field in reading.fields]


def test_a_number_is_settled_and_stands_in_the_words_too(reading: Reading) -> None:
    after = corrected(reading, correction(fields=(change(reading, 0, "18"),)))
    assert values(after)[0] == ("CodeNumber", "18", False, "clerk")
    assert values(after)[1] == ("CodeNotation", "QĐ-UBND", False, "read")
    word = after.pages[0].lines[0].words[1]
    assert (word.text, word.raw, word.confidence) == ("18/QĐ-UBND", "15/QĐ-UBND", 1.0)
    assert word.box == reading.pages[0].lines[0].words[1].box


@pytest.mark.parametrize(
    ("how", "value", "said"),
    [
        (How.CONFIRMED, "15", ("15", "clerk")),
        (How.REGISTER, "15", ("15", "register")),
        (How.BLANK, "", ("", "clerk")),
        (How.UNREADABLE, "", ("", "clerk")),
    ],
)
def test_ways_to_settle(reading: Reading, how: How, value: str, said: tuple[str, str]) -> None:
    field = corrected(reading, correction(fields=(change(reading, 0, value, how),))).fields[0]
    assert (field.value, field.source, field.review, field.confidence) == (*said, False, 1.0)


def test_fields_come_and_go(reading: Reading) -> None:
    more = FieldChange(None, "ToPlaces.Place", "", "Sở Nội vụ", How.ADDED, 1, Box(100, 1000, 400, 1040))
    gone = change(reading, 2, "", How.REMOVED)
    after = corrected(reading, correction(fields=(more, gone)))
    assert [field.value for field in after.fields if field.name == "ToPlaces.Place"] == ["Lưu: VT", "Sở Nội vụ"]


def test_putting_entries_in_twice_changes_nothing(reading: Reading) -> None:
    made = correction(
        fields=(change(reading, 0, "18"), change(reading, 3, "", How.REMOVED)),
        words=(WordChange(1, 1, 1, "Như", "Như trên"), WordChange(1, 2, 2, "VT", "")),
        lines=(LineAdded(1, Box(100, 300, 500, 340), "VỀ VIỆC GIAO ĐẤT"),),
    )
    placed = place(reading, made)
    once, _ = settle(reading, [placed], extract)
    again, whole = settle(once, [placed], extract)
    assert again == once
    assert whole


def test_words_are_split_taken_away_and_added(reading: Reading) -> None:
    hole = replace(reading.pages[0], unread=(Box(90, 290, 520, 350), Box(600, 290, 700, 350)))
    made = correction(
        words=(WordChange(1, 1, 1, "Như", "Như trên"), WordChange(1, 2, 1, "Lưu:", "")),
        lines=(LineAdded(1, Box(100, 300, 500, 340), "VỀ VIỆC GIAO"),),
    )
    (text,) = corrected(Reading((hole,), reading.fields), made).pages
    assert text.text.splitlines() == ["Số: 15/QĐ-UBND", "VỀ VIỆC GIAO", "- Như trên Điều 3", "- VT"]
    assert text.unread == (Box(600, 290, 700, 350),), "what lies elsewhere is still unread"
    split = text.lines[2].words[1:3]
    assert split[0].box.x1 < split[1].box.x0, "a blank lies between them"
    assert (split[0].box.x0, split[1].box.x1) == (140, 200), "together they are where the one word was"
    assert text.lines[1].words[-1].box.x1 == pytest.approx(500)


def test_the_last_word_of_a_line_takes_the_line_away() -> None:
    one = Reading((page(line(100, "lạ"), line(200, "Điều", "1.")),), ())
    (text,) = corrected(one, correction(words=(WordChange(1, 0, 0, "lạ", ""),))).pages
    assert text.text == "Điều 1."


def test_columns_of_a_table_keep_their_words() -> None:
    row = replace(line(100, "1", "Lê", "Na", "5"), cells=(0, 1, 3))
    table = Reading((page(row),), ())
    (longer,) = corrected(table, correction(words=(WordChange(1, 0, 2, "Na", "Văn Na"),))).pages
    assert longer.text == "1\tLê Văn Na\t5"
    (shorter,) = corrected(table, correction(words=(WordChange(1, 0, 0, "1", ""),))).pages
    assert shorter.text == "\tLê Na\t5"


@pytest.mark.parametrize("frame", [Frame(WIDTH, HEIGHT, 90, 1.5), Frame(WIDTH, HEIGHT, 180, -4.0), Frame(10, 20, 270)])
def test_the_level_frame_is_found_back(frame: Frame) -> None:
    for point in ((0.0, 0.0), (123.0, 77.5), (9.0, 400.0)):
        assert to_level(frame, *frame.to_displayed(*point)) == pytest.approx(point, abs=1e-6)


def test_another_reading_of_the_page_does_not_undo_it(reading: Reading) -> None:
    """The later reading found another skew, and other words: boxes are held against the page as displayed."""
    made = correction(
        fields=(change(reading, 0, "18"), change(reading, 2, "Như Điều 4")),
        words=(WordChange(1, 2, 2, "VT", "VT, NV"),),
    )
    placed = place(reading, made)
    frame = Frame(WIDTH, HEIGHT, 0, 0.8)
    moved = []
    for old in (line(100, "Số:", "1S/QĐ-UBND"), line(900, "-", "Nhu", "Điều", "3"), line(950, "-", "Lưu:", "V1")):
        words = tuple(replace(word, box=_levelled(word.box, frame)) for word in old.words)
        moved.append(replace(old, words=words, box=_levelled(old.box, frame)))
    pages = (page(*moved, frame=frame),)
    after, whole = settle(Reading(pages, extract(pages)), [placed], extract)
    assert whole
    assert [field.value for field in after.fields] == ["18", "QĐ-UBND", "Như Điều 4", "Lưu: VT, NV"]
    assert after.pages[0].lines[0].words[1].text == "18/QĐ-UBND"


def _levelled(box: Box, frame: Frame) -> Box:
    (x0, y0), (x1, y1) = to_level(frame, box.x0, box.y0), to_level(frame, box.x1, box.y1)
    return Box(x0, y0, x1, y1)


def test_what_finds_no_place_is_kept_and_looked_at(reading: Reading) -> None:
    placed = place(reading, correction(fields=(change(reading, 3, "Lưu: VT, NV"),)))
    pages = (page(line(100, "Số:", "15/QĐ-UBND")),)
    after, whole = settle(Reading(pages, extract(pages)), [placed], extract)
    assert not whole
    assert values(after)[-1] == ("ToPlaces.Place", "Lưu: VT, NV", True, "clerk")


def test_two_clerks_on_different_fields_are_merged(reading: Reading) -> None:
    first = place(reading, correction(fields=(change(reading, 0, "18"),)))
    now, _ = settle(reading, [first], extract)
    second = place(now, correction(fields=(change(reading, 2, "Như Điều 4"),)))
    assert second.conflicts == ()
    after, _ = settle(now, [first, second], extract)
    assert [field.value for field in after.fields] == ["18", "QĐ-UBND", "Như Điều 4", "Lưu: VT"]


def test_two_clerks_on_one_field_are_a_conflict_unless_they_agree(reading: Reading) -> None:
    first = place(reading, correction(fields=(change(reading, 0, "18"),)))
    now, _ = settle(reading, [first], extract)
    assert place(now, correction(fields=(change(reading, 0, "18"),))).conflicts == ()
    other = place(now, correction(fields=(change(reading, 0, "13"),)))
    assert other.conflicts == (Conflict("CodeNumber", 0, 1, "15", "18", "13"),)
    assert other.fields == ()


def test_two_clerks_on_one_word(reading: Reading) -> None:
    first = place(reading, correction(words=(WordChange(1, 2, 2, "VT", "VTLT"),)))
    now, _ = settle(reading, [first], extract)
    assert place(now, correction(words=(WordChange(1, 2, 2, "VT", "VTLT"),))).conflicts == ()
    other = place(now, correction(words=(WordChange(1, 2, 2, "VT", "TV"),)))
    box = displayed(now.pages[0].lines[2].words[2].box, now.pages[0].frame)
    assert other.conflicts == (Conflict("word", 0, 1, "VT", "VTLT", "TV", box),)
    lost = place(now, correction(words=(WordChange(1, 9, 0, "VT", "TV"),)))
    assert lost.conflicts[0].stored == ""


def test_boxes_on_a_turned_page() -> None:
    frame = Frame(WIDTH, HEIGHT, 90)
    assert displayed(Box(0, 0, 10, 20), frame) == Box(0, HEIGHT - 10, 20, HEIGHT)
