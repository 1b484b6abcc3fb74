"""Type and subject of papers of all kinds."""

from dataclasses import replace

import pytest

from tests.ocr.laid_out import (
    CENTRE,
    EDGE,
    LEFT,
    MARGIN,
    MOTTO,
    Paper,
    centred,
    fields_of,
    line,
    read_as,
    to_review,
    with_lines,
)

LETTER = Paper(
    left=(
        "UBND TỈNH AN GIANG",
        "SỞ Y TẾ",
        "Số: 507/SYT-NVY",
        "V/v góp ý dự thảo sửa đổi",
        "Quyết định số 1234/QĐ-TTg về",
        "viễn thông công ích",
    ),
    title=("Kính gửi: Các đơn vị trực thuộc",),
)


@pytest.mark.parametrize(
    ("title", "kind", "subject"),
    [
        (("QUYẾT ĐỊNH", "Về việc công nhận kết quả hòa giải"), "Quyết định", "Về việc công nhận kết quả hòa giải"),
        (
            ("NGHỊ QUYẾT", "Về dự toán ngân sách", "xã An Bình năm 2025"),
            "Nghị quyết",
            "Về dự toán ngân sách xã An Bình năm 2025",
        ),
        (("BÁO CÁO", "Tình hình kinh tế - xã hội tháng 9"), "Báo cáo", "Tình hình kinh tế - xã hội tháng 9"),
        (("BÁO CÁO TÌNH HÌNH", "KINH TẾ - XÃ HỘI THÁNG 9"), "Báo cáo", "TÌNH HÌNH KINH TẾ - XÃ HỘI THÁNG 9"),
        (("TỜ TRÌNH", "V/v xin kinh phí sửa chữa trụ sở"), "Tờ trình", "V/v xin kinh phí sửa chữa trụ sở"),
        (("GIẤY MỜI", "Dự họp giao ban quý ba"), "Giấy mời", "Dự họp giao ban quý ba"),
        (
            ("CHỈ THỊ", "Về việc sử dụng hóa đơn điện tử", "trên địa bàn tỉnh"),
            "Chỉ thị",
            "Về việc sử dụng hóa đơn điện tử trên địa bàn tỉnh",
        ),
        (
            ("KẾ HOẠCH", "Ủy ban nhân dân xã tiếp công dân", "Quyết định số 12/QĐ-UBND"),
            "Kế hoạch",
            "Ủy ban nhân dân xã tiếp công dân Quyết định số 12/QĐ-UBND",
        ),
        (("THÔNG TƯ LIÊN TỊCH", "Hướng dẫn thu phí"), "Thông tư liên tịch", "Hướng dẫn thu phí"),
    ],
)
def test_the_type_is_the_title_and_the_subject_is_centred_below(
    title: tuple[str, ...], kind: str, subject: str
) -> None:
    fields = fields_of(replace(Paper(title=title), left=("SỞ Y TẾ", "Số: 15/SYT")).page())
    assert (fields["TypeName"].value, fields["Subject"].value) == (kind, subject)
    assert not fields["TypeName"].review
    assert not fields["Subject"].review


def test_a_title_that_lost_its_marks_is_still_the_type() -> None:
    fields = fields_of(read_as(Paper().page(), "QUYẾT ĐỊNH", "QUYET DINH"))
    assert (fields["TypeName"].value, fields["TypeName"].review) == ("Quyết định", False)


def test_a_title_that_was_not_read_is_known_from_the_symbol_and_left_to_a_person() -> None:
    page = Paper(title=()).page()
    fields = fields_of(page)
    assert (fields["TypeName"].value, fields["Subject"].value) == ("Quyết định", "")
    assert {"TypeName", "Subject"} <= to_review(page)


def test_a_title_with_a_letter_wrong_is_shown_and_left_to_a_person() -> None:
    fields = fields_of(read_as(Paper().page(), "QUYẾT ĐỊNH", "QUYẾT ĐLNH"))
    assert (fields["TypeName"].value, fields["TypeName"].review) == ("Quyết định", True)


def test_a_letter_has_its_subject_in_the_left_column_whatever_its_lines_begin_with() -> None:
    fields = fields_of(LETTER.page())
    assert (fields["TypeName"].value, fields["TypeName"].review) == ("Công văn", False)
    wanted = "V/v góp ý dự thảo sửa đổi Quyết định số 1234/QĐ-TTg về viễn thông công ích"
    assert (fields["Subject"].value, fields["Subject"].review) == (wanted, False)


def test_a_letter_whose_v_was_misread_is_left_to_a_person() -> None:
    page = read_as(Paper(title=("THÔNG BÁO", "V/v thu học phí")).page(), "V/v thu học phí", "V/ thu học phí")
    assert "Subject" in to_review(page)


def test_a_note_typed_beside_the_subject_is_not_of_it() -> None:
    page = LETTER.page()
    first = next(each for each in page.lines if each.text.startswith("V/v"))
    joined = line(f"{first.text}\t4. Phòng Tổ chức gửi văn bản đến các đơn vị", first.box.x0, first.box.y0)
    page = replace(page, lines=tuple(joined if each is first else each for each in page.lines))
    field = fields_of(with_lines(page, line("5. Phòng Kế hoạch theo dõi", 780, 300)))["Subject"]
    wanted = "V/v góp ý dự thảo sửa đổi Quyết định số 1234/QĐ-TTg về viễn thông công ích"
    assert (field.value, field.review) == (wanted, True)


def test_a_letter_without_a_subject_is_known_by_its_symbol_and_the_subject_is_asked_for() -> None:
    fields = fields_of(replace(LETTER, left=LETTER.left[:3]).page())
    assert fields["TypeName"].value == "Công văn"
    assert (fields["Subject"].value, fields["Subject"].review) == ("", True)


def test_a_stamp_that_ran_into_the_subject_is_cut_off_and_a_person_looks() -> None:
    page = Paper(title=("CHỈ THỊ",)).page()
    first = line("brzuctoo vvco về việc tăng cường công tác thi hành án", 300, 446)
    fields = fields_of(with_lines(page, first, centred("trên địa bàn tỉnh", CENTRE, 492)))
    assert (fields["Subject"].value, fields["Subject"].review) == (
        "về việc tăng cường công tác thi hành án trên địa bàn tỉnh",
        True,
    )


def test_the_subject_ends_before_the_body_however_near_it_is() -> None:
    body = line(
        "Trong thời gian qua công tác tiếp công dân của các đơn vị đã có những kết quả", MARGIN + 90, 500, right=EDGE
    )
    field = fields_of(with_lines(Paper().page(), body))["Subject"]
    assert field.value == "Về việc công nhận kết quả hòa giải"


def test_the_subject_ends_before_who_decides() -> None:
    decides = ("QUYẾT ĐỊNH", "Về việc công nhận kết quả hòa giải", "CHỦ TỊCH ỦY BAN NHÂN DÂN XÃ AN BÌNH")
    assert fields_of(Paper(title=decides).page())["Subject"].value == decides[1]


def test_a_decision_without_a_subject_asks_for_it() -> None:
    field = fields_of(Paper(title=("QUYẾT ĐỊNH",)).page())["Subject"]
    assert (field.value, field.review, field.confidence) == ("", True, 0.0)


@pytest.mark.parametrize("misread", ["Về việc công nhận kết quả hoà giải", "Về việc cônq nhận kết quả hòa giải"])
def test_a_subject_with_a_word_that_is_none_is_left_to_a_person(misread: str) -> None:
    page = read_as(Paper().page(), "Về việc công nhận kết quả hòa giải", misread)
    assert ("Subject" in to_review(page)) == ("q " in misread)


def test_a_title_of_a_citizens_form_with_v_v_below_is_no_letter() -> None:
    page = Paper(
        left=(), title=(*MOTTO, "ĐƠN YÊU CẦU GIẢI QUYẾT VIỆC DÂN SỰ", "(V/v: Công nhận thỏa thuận)"), right=()
    ).page()
    assert fields_of(page).get("TypeName") is None or fields_of(page)["TypeName"].value != "Công văn"


def test_the_box_of_a_subject_is_around_all_its_lines() -> None:
    box = fields_of(LETTER.page())["Subject"].box
    assert box is not None
    assert (box.y0, box.y1) == (258, 386)
    assert box.x0 < LEFT < box.x1
