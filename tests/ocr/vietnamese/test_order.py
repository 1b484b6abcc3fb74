"""Reading order of a paper laid out by NĐ 30/2020, from lines in the order of a general model."""

from digidoc.model import Box, Line, Word
from digidoc.ocr.vietnamese.find.order import arrange, split_joined

SIZE = (1000, 1400)


def line(text: str, x0: float, y: float, x1: float) -> Line:
    step = (x1 - x0) / max(1, len(text.split()))
    words = tuple(
        Word(word, Box(x0 + i * step, y, x0 + (i + 1) * step - 5, y + 20), 0.99) for i, word in enumerate(text.split())
    )
    return Line(words, Box(x0, y, x1, y + 20))


PAPER = [
    line("ỦY BAN NHÂN DÂN", 120, 60, 340),
    line("XÃ AN BÌNH", 150, 90, 310),
    line("Số: 15/QĐ-UBND", 140, 130, 320),
    line("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 450, 60, 920),
    line("Độc lập - Tự do - Hạnh phúc", 520, 90, 850),
    line("An Bình, ngày 05 tháng 02 năm 2025", 500, 130, 880),
    line("QUYẾT ĐỊNH", 400, 200, 600),
    line("Căn cứ Luật Tổ chức chính quyền địa phương;", 120, 260, 800),
    line("Điều 1. Ban hành quy chế tiếp công dân.", 120, 300, 880),
    line("Nơi nhận:", 110, 400, 220),
    line("- Như Điều 3;", 110, 425, 260),
    line("- Lưu: VT.", 110, 450, 230),
    line("TM. ỦY BAN NHÂN DÂN", 560, 385, 840),
    line("CHỦ TỊCH", 640, 410, 760),
    line("Trần Thị Mẫu", 630, 540, 780),
]


def test_header_columns_then_body_then_recipients_then_signer() -> None:
    rows = sorted(PAPER, key=lambda ln: (round(ln.box.y0 / 30), ln.box.x0))
    assert [ln.text for ln in rows] != [ln.text for ln in PAPER]
    assert [ln.text for ln in arrange(rows, SIZE)] == [ln.text for ln in PAPER]


def test_no_line_is_lost_or_doubled_on_any_page() -> None:
    for lines in (PAPER[6:9], PAPER[::-1], [], PAPER[3:4], PAPER[9:10]):
        assert sorted(ln.text for ln in arrange(lines, SIZE)) == sorted(ln.text for ln in lines)


def test_a_page_without_motto_keeps_its_order() -> None:
    lines = [line("Điều 5. Trách nhiệm", 120, 100, 400), line("Điều 4. Hiệu lực", 500, 60, 800)]
    assert arrange(lines, SIZE) == lines


def test_a_line_across_both_header_columns_is_split() -> None:
    joined = line("UBND TỈNH CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 120, 60, 920)
    assert [ln.text for ln in split_joined([joined])] == ["UBND TỈNH", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"]
    body = line("Căn cứ Nghị định ngày 05 tháng 3 năm 2020 của Chính phủ", 120, 60, 920)
    assert split_joined([body]) == [body]


def test_a_line_never_comes_before_one_that_stands_over_it() -> None:
    left = [line(f"Điều {n}", 120, 60 + 40 * n, 400) for n in range(5)]
    right = [line(f"Article {n}", 520, 60 + 40 * n, 800) for n in range(5)]
    mixed = [left[2], left[0], left[1], *left[3:], right[1], right[0], *right[2:]]
    assert [ln.text for ln in arrange(mixed, SIZE)] == [ln.text for ln in (*left, *right)]


def test_the_short_end_of_a_paragraph_stands_before_the_indented_line_below_it() -> None:
    lines = [
        line("Căn cứ Luật Bảo hiểm y tế;", 190, 300, 560),
        line("a) Tổng hợp việc kê khai tài sản;", 190, 335, 680),
        line("b) Tuyên truyền chính sách xã", 190, 370, 930),
        line("hội;", 140, 405, 176),
        line("c) Thẩm định chương trình;", 190, 440, 760),
    ]
    mixed = [lines[0], lines[3], lines[1], lines[2], lines[4]]
    assert arrange(mixed, SIZE) == lines


def test_columns_side_by_side_are_read_one_after_the_other() -> None:
    left = [line(f"trái {n}", 80, 400 + 26 * n, 440) for n in range(5)]
    right = [line(f"phải {n}", 520, 412 + 26 * n, 900) for n in range(3)]
    assert arrange([*left, *right], SIZE) == [*left, *right]
