"""What a paper says of itself, and what is left to a person."""

import pytest

from digidoc.model import Box, ExtractedField, Frame, Line, PageText, Word
from digidoc.ocr.fields import extract, is_marked_secret

HEADER = (
    ("ỦY BAN NHÂN DÂN", 120, 60),
    ("XÃ AN BÌNH", 150, 90),
    ("Số: 15/QĐ-UBND", 140, 130),
    ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 450, 60),
    ("Độc lập - Tự do - Hạnh phúc", 520, 90),
    ("An Bình, ngày 05 tháng 02 năm 2025", 500, 130),
)
BODY = (
    ("QUYẾT ĐỊNH", 400, 200),
    ("Về việc công nhận kết quả hòa giải", 300, 230),
    ("Căn cứ Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3 năm 2020 của Chính phủ;", 120, 270),
    ("KT. CHỦ TỊCH", 560, 385),
    ("PHÓ CHỦ TỊCH", 560, 410),
    ("Trần Thị Mẫu", 580, 500),
)


def page(*texts: tuple[str, float, float], confidence: float = 0.996) -> PageText:
    lines = []
    for text, x0, y0 in texts:
        words, x = [], x0
        for word in text.split():
            words.append(Word(word, Box(x, y0, x + 10 * len(word), y0 + 20), confidence))
            x += 10 * len(word) + 8
        lines.append(Line(tuple(words), Box(x0, y0, x, y0 + 20)))
    return PageText(Frame(1000, 1400), tuple(lines), (100, 100), "ocr", "test")


def found(pages: list[PageText]) -> dict[str, ExtractedField]:
    return {field.name: field for field in extract(pages)}


def test_a_decision_says_all_of_itself() -> None:
    fields = found([page(*HEADER, *BODY)])
    assert {name: field.value for name, field in fields.items()} == {
        "CodeNumber": "15",
        "CodeNotation": "QĐ-UBND",
        "IssuedDate": "2025-02-05",
        "Place": "An Bình",
        "OrganName": "ỦY BAN NHÂN DÂN XÃ AN BÌNH",
        "TypeName": "Quyết định",
        "Subject": "Về việc công nhận kết quả hòa giải",
        "SignerInfo.Position": "PHÓ CHỦ TỊCH",
        "SignerInfo.FullName": "Trần Thị Mẫu",
        "SignerInfo.Competence": "KT. CHỦ TỊCH",
    }
    assert not any(field.review for field in fields.values())


def test_an_official_letter_is_known_by_its_subject() -> None:
    lines = [("Số: 299/UBND-TTHC", 140, 130) if text.startswith("Số") else (text, x, y) for text, x, y in HEADER]
    fields = found([page(*lines[:3], ("V/v công bố danh mục thủ tục", 100, 160), *lines[3:])])
    assert fields["TypeName"].value == "Công văn"
    assert fields["CodeNotation"].value == "UBND-TTHC"
    assert fields["Subject"].value == "V/v công bố danh mục thủ tục"


@pytest.mark.parametrize("number", ["Số: /QĐ-UBND", "Số: ##/QĐ-UBND", "Số: .../QĐ-UBND"])
def test_a_number_that_is_not_printed_is_left_to_a_person(number: str) -> None:
    lines = [(number, x, y) if text.startswith("Số") else (text, x, y) for text, x, y in HEADER]
    field = found([page(*lines)])["CodeNumber"]
    assert (field.value, field.review) == ("", True)


@pytest.mark.parametrize("day", ["ngày  tháng 02 năm 2025", "ngày ## tháng 02 năm 2025", "ngày 31 tháng 02 năm 2025"])
def test_a_day_that_cannot_be_is_left_to_a_person(day: str) -> None:
    lines = [(f"An Bình, {day}", x, y) if text.startswith("An Bình") else (text, x, y) for text, x, y in HEADER]
    field = found([page(*lines)])["IssuedDate"]
    assert (field.value, field.review) == ("", True)


def test_an_unsure_number_is_shown_and_left_to_a_person() -> None:
    field = found([page(*HEADER, confidence=0.6)])["CodeNumber"]
    assert (field.value, field.review) == ("15", True)


def test_the_date_of_a_basis_is_never_the_date_of_the_paper() -> None:
    assert "IssuedDate" not in found([page(*HEADER[:5], BODY[2])])


def test_nothing_comes_of_nothing() -> None:
    assert extract([]) == ()
    assert extract([page()]) == ()


def test_a_secret_mark_is_a_line_of_its_own() -> None:
    assert is_marked_secret([page(("MẬT", 100, 40), *HEADER)])
    assert not is_marked_secret([page(("Bí mật nhà nước", 100, 40), ("mật", 100, 60), *HEADER)])


def test_a_stamp_above_the_header_is_not_the_organisation() -> None:
    fields = found([page(("BÁO VÀ TIN HỌC", 120, 10), *HEADER, *BODY)])
    assert fields["OrganName"].value == "ỦY BAN NHÂN DÂN XÃ AN BÌNH"


def test_a_line_of_a_text_layer_that_runs_both_columns_is_split() -> None:
    number = "Số:      /TB-UBND"
    line = page((number, 140, 130), ("An Bình, ngày     tháng 01 năm 2025", 600, 130)).lines
    joined = Line((*line[0].words, *line[1].words), Box(140, 130, 900, 150))
    whole = page(*HEADER[:2], *HEADER[3:5])
    fields = found([PageText(whole.frame, (*whole.lines, joined), whole.dpi, "layer", "test")])
    assert (fields["CodeNumber"].value, fields["CodeNumber"].review) == ("", True)
    assert fields["CodeNotation"].value == "TB-UBND"
    assert fields["Place"].value == "An Bình"
    assert fields["IssuedDate"].review


def test_the_subject_ends_where_the_body_begins() -> None:
    body = ("Trong thời gian qua, công tác tiếp công dân, giải quyết khiếu nại và tố cáo trên địa bàn đã có", 120, 255)
    fields = found([page(*HEADER, *BODY[:2], body)])
    assert fields["Subject"].value == "Về việc công nhận kết quả hòa giải"
