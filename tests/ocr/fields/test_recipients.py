"""Every entry of "Nơi nhận"."""

from dataclasses import replace

import pytest

from digidoc.model import Box
from digidoc.ocr.fields import extract
from tests.ocr.laid_out import MARGIN, Paper, block, centred, line, read_as, to_review, values, with_lines

NAME = "ToPlaces.Place"
EIGHT = (
    "Nơi nhận:",
    "- Như Điều 3;",
    "- Bộ Tư pháp (b/c);",
    "- Thường trực Tỉnh ủy;",
    "- CT, PCT UBND tỉnh;",
    "- Các sở, ban, ngành;",
    "- Báo An Bình; Đài PT-TH tỉnh;",
    "- VPUB: CVP, PCVP,",
    "các phòng nghiên cứu;",
    "- Lưu: VT, NC(mau12).",
)


def of(*recipients: str) -> list[str]:
    return values(NAME, Paper(recipients=recipients).page())


def test_every_entry_is_a_field_without_its_dash_and_semicolon() -> None:
    page = Paper(recipients=EIGHT).page()
    assert values(NAME, page) == [
        "Như Điều 3",
        "Bộ Tư pháp (b/c)",
        "Thường trực Tỉnh ủy",
        "CT, PCT UBND tỉnh",
        "Các sở, ban, ngành",
        "Báo An Bình; Đài PT-TH tỉnh",
        "VPUB: CVP, PCVP, các phòng nghiên cứu",
        "Lưu: VT, NC(mau12)",
    ]
    assert NAME not in to_review(page)


def test_three_entries_on_the_second_page_say_where_they_stand() -> None:
    first = Paper(recipients=(), signer=(), name="").page()
    found = [field for field in extract([first, Paper(recipients=EIGHT[:3] + EIGHT[-1:]).page()]) if field.name == NAME]
    assert [field.page for field in found] == [2, 2, 2]
    assert found[0].box == Box(MARGIN, 1346, MARGIN + 14 + 9 + 42 + 9 + 56 + 9 + 28, 1382)


@pytest.mark.parametrize("head", ["Nơi nhận:", "Nơi nhận", "Noi nhan:", "Nơi nhân:", "Nơi nlận;"])
def test_the_head_is_known_when_misread(head: str) -> None:
    assert of(head, "- Như trên;", "- Lưu: VT.") == ["Như trên", "Lưu: VT"]


def test_entries_in_one_line_are_split() -> None:
    assert of("Nơi nhận: - Như trên;", "- Sở Y tế; - Lưu: VT.") == ["Như trên", "Sở Y tế", "Lưu: VT"]


def test_an_entry_that_lost_its_dash_is_an_entry_after_a_semicolon() -> None:
    assert of("Nơi nhận:", "- Như trên;", "Sở Y tế;", "- Lưu: VT.") == ["Như trên", "Sở Y tế", "Lưu: VT"]


def test_dashes_that_touch_the_word_are_taken_off() -> None:
    assert of("Nơi nhận:", "-Như trên;", "–Sở Y tế;", "-Lưu: VT.") == ["Như trên", "Sở Y tế", "Lưu: VT"]


def test_the_list_ends_before_a_note_far_below_and_the_page_number() -> None:
    page = with_lines(Paper().page(), line("Ghi chú: biểu mẫu kèm theo", MARGIN, 1700), centred("2", 860, 2250))
    assert values(NAME, page) == ["Như Điều 3", "Lưu: VT"]


def test_a_list_without_its_end_is_left_to_a_person_at_its_last_entry() -> None:
    found = [
        f for f in extract([Paper(recipients=("Nơi nhận:", "- Như trên;", "- Sở Y tế;")).page()]) if f.name == NAME
    ]
    assert [field.review for field in found] == [False, True]


def test_a_line_missing_in_the_list_is_noticed() -> None:
    page = Paper(recipients=EIGHT).page()
    page = replace(page, lines=tuple(each for each in page.lines if each.text != "- Thường trực Tỉnh ủy;"))
    found = [field for field in extract([page]) if field.name == NAME and field.review]
    assert [field.value for field in found] == ["Bộ Tư pháp (b/c)"]


def test_unread_ink_in_the_list_is_noticed() -> None:
    page = replace(Paper(recipients=EIGHT).page(), unread=(Box(MARGIN, 1400, MARGIN + 100, 1430),))
    assert NAME in to_review(page)


@pytest.mark.parametrize("misread", ["- Như Điều3x;", "- Nhxư trên;", "- SởVH tỉnh;"])
def test_an_entry_with_a_word_that_is_none_is_left_to_a_person(misread: str) -> None:
    assert (NAME in to_review(read_as(Paper().page(), "- Như Điều 3;", misread))) == ("3x" not in misread)


def test_an_entry_that_was_read_weakly_is_left_to_a_person() -> None:
    assert NAME in to_review(read_as(Paper().page(), "- Như Điều 3;", "- Như Điều 3;", confidence=0.7))


def test_an_empty_list_is_reported() -> None:
    found = [field for field in extract([Paper(recipients=("Nơi nhận:",)).page()]) if field.name == NAME]
    assert [(field.value, field.review) for field in found] == [("", True)]


def test_the_words_noi_nhan_in_the_body_are_no_list() -> None:
    page = with_lines(
        Paper(recipients=()).page(), *block(["các cơ quan tại Nơi nhận: văn bản này có trách nhiệm"], MARGIN, 1100)
    )
    assert values(NAME, page) == []


def test_where_files_are_handed_in_is_no_list() -> None:
    page = with_lines(Paper(recipients=()).page(), *block(["Nơi nhận hồ sơ: Bộ phận một cửa"], MARGIN, 1300))
    assert values(NAME, page) == []


def test_the_list_of_a_form_behind_the_paper_is_not_the_papers() -> None:
    form = Paper(recipients=("Nơi nhận:", "- Sở Y tế;", "- Lưu: VT.")).page()
    assert values(NAME, Paper().page(), form) == ["Như Điều 3", "Lưu: VT"]
