"""Stamps of urgency and of secrecy."""

import pytest

from digidoc.ocr.fields import is_marked_secret
from tests.ocr.laid_out import Paper, centred, fields_of, line, to_review, with_lines


@pytest.mark.parametrize(
    ("stamp", "urgency"),
    [
        ("KHẨN", "Khẩn"),
        ("THƯỢNG KHẨN", "Thượng khẩn"),
        ("HỎA TỐC", "Hỏa tốc"),
        ("HOẢ TỐC", "Hỏa tốc"),
        ("| HỎA TỐC |", "Hỏa tốc"),
        ("HỎA TỐC HẸN GIỜ", "Hỏa tốc hẹn giờ"),
    ],
)
def test_urgency_is_read_from_its_stamp_in_red_too(stamp: str, urgency: str) -> None:
    page = with_lines(Paper().page(), centred(stamp, 450, 280, doubt="coloured-ink"))
    assert (fields_of(page)["Priority"].value, to_review(page)) == (urgency, set())


def test_a_stamp_that_ran_into_the_motto_is_found() -> None:
    page = with_lines(Paper().page(), line("HỎA TỐC\tĐộc lập - Tự do - Hạnh phúc", 100, 60))
    assert fields_of(page)["Priority"].value == "Hỏa tốc"


@pytest.mark.parametrize("misread", ["KHAN", "THUQNG KHẨN", "HỎA TÓC", "HỎA TỘC"])
def test_a_misread_stamp_is_shown_and_left_to_a_person(misread: str) -> None:
    page = with_lines(Paper().page(), centred(misread, 450, 280))
    assert "Priority" in to_review(page)


def test_an_unsure_stamp_is_left_to_a_person() -> None:
    page = with_lines(Paper().page(), centred("HỎA TỐC", 450, 280, confidence=0.7))
    assert "Priority" in to_review(page)


@pytest.mark.parametrize("text", ["Khẩn trương triển khai", "BÁO CÁO KHẨN CẤP VỀ BÃO", "Bảo mật", "BÍ MẬT NHÀ NƯỚC"])
def test_words_of_a_text_are_no_stamps(text: str) -> None:
    page = with_lines(Paper().page(), centred(text, 450, 280))
    assert not {"Priority", "Secrecy"} & set(fields_of(page))
    assert not is_marked_secret([page])


@pytest.mark.parametrize(("stamp", "name"), [("KHẨN", "Priority"), ("MẬT", "Secrecy")])
def test_a_stamp_in_the_lower_half_of_the_page_is_left_to_a_person(stamp: str, name: str) -> None:
    page = with_lines(Paper().page(), centred(stamp, 450, 1900))
    assert name in to_review(page)
    assert not is_marked_secret([page])


@pytest.mark.parametrize(
    ("stamp", "secrecy"),
    [("MẬT", "Mật"), ("TỐI MẬT", "Tối mật"), ("TUYỆT MẬT", "Tuyệt mật"), ("MAT", "Mật"), ("TỚI MẬT", "Tối mật")],
)
def test_a_secret_paper_is_known_wherever_its_stamp_stands_in_the_header(stamp: str, secrecy: str) -> None:
    page = with_lines(Paper().page(), centred(stamp, 450, 280, doubt="coloured-ink"))
    assert is_marked_secret([page])
    assert fields_of(page)["Secrecy"].value == secrecy


@pytest.mark.parametrize("misread", ["MẮT", "TUYỆT NẬT"])
def test_what_may_be_a_secret_stamp_is_left_to_a_person(misread: str) -> None:
    page = with_lines(Paper().page(), centred(misread, 450, 280))
    assert not is_marked_secret([page])
    assert "Secrecy" in to_review(page)


def test_a_paper_without_stamps_has_no_such_fields() -> None:
    assert not {"Priority", "Secrecy"} & set(fields_of(Paper().page()))
    assert not is_marked_secret([])
