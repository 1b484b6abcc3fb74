"""The made-up pages of the benchmark, and what it makes of readings whose errors are known."""

import random
from pathlib import Path

import numpy as np
import pytest

from benchmarks.ocr.distance import WILD, align, distance, find
from benchmarks.ocr.leaf import Leaf, families
from benchmarks.ocr.material import KINDS, page
from benchmarks.ocr.prose import Prose
from benchmarks.ocr.reliability import Reliability
from benchmarks.ocr.score import Score, pooled, score
from benchmarks.ocr.truth import normal, printed, truth_of
from digidoc.model import Box, Frame, Line, PageText, Word
from digidoc.text import nfc


def truth(tmp_path: Path, text: str):
    path = tmp_path / "page.txt"
    path.write_text(text, encoding="utf-8")
    return truth_of(path)


def page_text(lines: list[list[tuple[str, float]]], doubts: tuple[str, ...] = ()) -> PageText:
    box = Box(0, 0, 1, 1)
    made = tuple(Line(tuple(Word(text, box, sure) for text, sure in line), box) for line in lines)
    return PageText(Frame(100, 100), made, (200, 200), "ocr", "test", doubts)


@pytest.mark.parametrize("kind", ["form", "fax"])
def test_same_arguments_same_page_other_seed_other_page(kind: str):
    first, again, other = page(3, kind, 5), page(3, kind, 5), page(3, kind, 6)
    assert np.array_equal(np.asarray(first.image), np.asarray(again.image))
    assert first.truth == again.truth
    assert first.truth != other.truth


def test_page_is_saved_with_its_text_and_resolution(tmp_path: Path):
    made = page(9, "low-dpi", 1)
    path = made.save(tmp_path)
    assert path.name == "0009-low-dpi.jpg"
    assert path.with_suffix(".txt").read_text(encoding="utf-8").splitlines() == list(made.truth)
    assert made.dpi == 100
    assert made.image.height == 1169


def test_every_kind_is_known_and_turned_pages_lie_on_their_side():
    assert len(set(KINDS)) == len(KINDS)
    turned = page(1, "turned", 4)
    assert (turned.image.width > turned.image.height) == (turned.turn in {90, 270})
    assert turned.turn


def test_truth_of_a_form_has_its_boxes_and_a_table_its_cells():
    form = page(2, "form", 8)
    assert any("☐" in line or "☒" in line for line in form.truth)
    rows = [line.split("\t") for line in page(3, "table", 8).truth if "\t" in line]
    assert len(rows) > 8
    assert {len(row) for row in rows} == {6}


def test_truth_says_the_words_that_were_printed():
    leaf = Leaf(100, family=families()[0])
    leaf.flow([("Điều 1.", leaf.face(bold=True)), ("Ủy ban nhân dân xã " * 9, leaf.face())])
    leaf.row_of_fields((("Họ tên:", "Lê Thị Yến"), ("Điện thoại:", "")))
    leaf.choices("Giới tính:", (("Nam", False), ("Nữ", True)))
    leaf.grid([["STT", "Chỉ tiêu"], ["1", "Tổng diện tích gieo trồng cây hằng năm trên địa bàn"]], (0.2, 0.3))
    drawn = sorted(word.text for line in leaf.lines for word in line.words)
    said = sorted(word for line in leaf.truth for word in line.split() if word not in {"☐", "☒"})
    assert drawn == said


def test_words_lie_where_the_ink_is():
    leaf = Leaf(150, family=families()[-1])
    leaf.say("Độc lập - Tự do - Hạnh phúc", leaf.face(), leaf.left)
    dark = np.asarray(leaf.image) < 128
    ys, xs = np.nonzero(dark)
    box = leaf.lines[0].box
    assert abs(xs.min() - box.x0) <= 2
    assert abs(xs.max() + 1 - box.x1) <= 2
    assert abs(ys.min() - box.y0) <= 2
    assert abs(ys.max() + 1 - box.y1) <= 2


def test_prose_is_nfc_and_spelt_as_vietnamese_is():
    prose = Prose(random.Random(1))
    text = prose.paragraph(20) + " ".join(prose.syllable() for _ in range(300))
    assert text == nfc(text)
    # A tone of its own would be one that no letter could take in.
    assert not any(0x300 <= ord(char) <= 0x36F for char in text)


def test_distances_of_known_pairs():
    assert distance("quyết định", "quyét định") == 1
    assert distance(["Số:", "15"], ["Số:"]) == 1
    assert distance("", "abc") == 3
    place = find("Điều 27", "Điều 1. Nay ban hành. Đieu 27. Hiệu lực")
    assert (place.cost, place.start, place.end) == (1, 22, 29)
    assert find(f"Số: {WILD}/QĐ", "x Số: 1234/QĐ y").spans == ((6, 10),)
    assert align("abc", "axc").pairs == ((0, 0), (1, 1), (2, 2))


def test_a_faultless_reading_has_no_errors_whatever_the_handwriting_reads_as(tmp_path: Path):
    true = truth(tmp_path, "Số: ⟦15⟧ /QĐ-UBND\nQUYẾT ĐỊNH\n⟦ký tên⟧\n#stamp: ỦY BAN NHÂN DÂN XÃ\n")
    for read in ("Số: 15/QĐ-UBND\nQUYẾT ĐỊNH", "Số: lS /QĐ-UBND\nQUYẾT ĐỊNH\nÙY BÂN NHÂN DÂN"):
        assert score(read, true).letter_edits == 0
    assert printed("Số:/QĐ-UBND\nQUYẾT ĐỊNH", true) == "Số:/QĐ-UBND QUYẾT ĐỊNH"


def test_order_and_marks_are_told_apart(tmp_path: Path):
    true = truth(tmp_path, "Thông báo về việc nghỉ lễ\nChủ tịch Ủy ban nhân dân\n")
    swapped = score("Chủ tịch Ủy ban nhân dân\nThông báo về việc nghỉ lễ", true)
    assert swapped.free_edits == 0
    assert swapped.letter_edits > 20
    marks = score("Thông báo về việc nghi lễ\nChủ tich Ủy ban nhân dân", true)
    assert (marks.letter_edits, marks.bare_edits, marks.word_edits) == (2, 0, 2)
    assert score("", true).cer == 1
    junk = score("Thông báo về việc nghỉ lễ\nChủ tịch Ủy ban nhân dân\nLSI gaub", true)
    assert junk.free_edits == 7


def test_dashes_and_quotation_marks_that_look_alike_are_the_same():
    assert normal("“Tự  do” – Hạnh\u00a0phúc…") == '"Tự do" - Hạnh phúc...'


def test_cells_and_figures_count_only_whole_and_in_place(tmp_path: Path):
    true = truth(tmp_path, "STT\tChỉ tiêu\tKế hoạch\n1\tSản lượng\t102,7\n2\tDiện tích\t-\n")
    right = score("STT Chỉ tiêu Kế hoạch\n1 Sản lượng 102,7\n2 Diện tích -", true)
    assert (right.cells, right.cells_right, right.figures, right.figures_right) == (9, 9, 3, 3)
    wrong = score("STT Chỉ tiêu Kế hoạch\n1 Sản lượng 192,7\n2 Diện tích", true)
    assert (wrong.cells_right, wrong.figures_right) == (7, 2)


def test_scores_pool_by_length():
    both = pooled([Score(letters=100, letter_edits=1), Score(letters=300, letter_edits=7)])
    assert both.cer == 8 / 400


def test_reliability_counts_sure_words_and_unflagged_figures(tmp_path: Path):
    true = truth(tmp_path, "Số: ⟦15⟧ /QĐ-UBND năm 2024\nTổng thu 102,7 tỷ đồng, chi 98,5 tỷ đồng\n")
    seen = Reliability()
    read = [
        [("Số:", 0.99), ("99/QĐ-UBND", 0.2), ("năm", 0.99), ("2024", 0.99)],
        [("Tổng", 0.99), ("thu", 0.99), ("192,7", 0.99), ("tỷ", 0.99), ("đồng,", 0.99)],
        [("chi", 0.99), ("93,5", 0.3), ("tỷ", 0.99), ("đồng", 0.99)],
    ]
    seen.add(page_text(read), true)
    # The word that is partly handwritten is not counted; one sure word is wrong.
    assert seen.of_sure() == (10, 11)
    assert sum(seen.words) == 12
    assert (seen.figures, seen.wrong, seen.unflagged) == (3, 2, 1)
    assert seen.examples == [("102,7", "192,7")]


def test_figures_lost_on_a_doubted_page_are_flagged(tmp_path: Path):
    true = truth(tmp_path, "Tổng thu ngân sách 102,7 tỷ đồng\n")
    for doubts, unflagged in (((), 1), (("low-confidence",), 0)):
        seen = Reliability()
        seen.add(page_text([], doubts), true)
        assert (seen.wrong, seen.unflagged) == (1, unflagged)
