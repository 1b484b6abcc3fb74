"""Number, symbol, place, date and issuer, as offices of all kinds print them, and as they are misread."""

from dataclasses import replace

import pytest

from tests.ocr.laid_out import (
    LEFT,
    MOTTO,
    RIGHT,
    Paper,
    centred,
    fields_of,
    from_layer,
    line,
    read_as,
    to_review,
    with_lines,
)

CODE = {
    "Số: 15/QĐ-UBND": ("15", "QĐ-UBND"),
    "Số: 12/2024/NQ-HĐND": ("12", "2024/NQ-HĐND"),
    "Số 09-NQ/TU": ("09", "NQ/TU"),
    "Luật số: 54/2014/QH13": ("54", "2014/QH13"),
    "Số: 299/UBND-TTHC": ("299", "UBND-TTHC"),
    "Số:07/TTr-SNV": ("07", "TTr-SNV"),
    "Số: 15a/QĐ-BCĐ138": ("15a", "QĐ-BCĐ138"),
    "Số: 46/2001/TTLT-BTC-BGD&ĐT": ("46", "2001/TTLT-BTC-BGD&ĐT"),
    "Số: 115/BC - UBND": ("115", "BC-UBND"),
    "Số: 27/ HD-SNV": ("27", "HD-SNV"),
}


def untitled(number: str) -> Paper:
    return Paper(left=("ỦY BAN NHÂN DÂN", "XÃ AN BÌNH", number), title=())


@pytest.mark.parametrize(("printed", "code"), CODE.items())
def test_number_and_symbol_of_every_kind_are_read(printed: str, code: tuple[str, str]) -> None:
    fields = fields_of(untitled(printed).page())
    assert (fields["CodeNumber"].value, fields["CodeNotation"].value) == code
    assert not fields["CodeNumber"].review
    assert not fields["CodeNotation"].review


@pytest.mark.parametrize(
    "printed",
    [
        "Số: 04 /QĐ-UBND",
        "Số: 154 /QĐ-UBND",
        "Số:04 /QĐ-UBND",
        "Số: 4 3 /QĐ-UBND",
        "Số: /635 /QĐ-UBND",
        "Số: ... /QĐ-UBND",
    ],
)
def test_a_number_that_stands_apart_was_filled_in_and_is_left_to_a_person_with_its_day(printed: str) -> None:
    page = Paper(left=("ỦY BAN NHÂN DÂN", "XÃ AN BÌNH", printed)).page()
    fields = fields_of(page)
    assert fields["CodeNotation"].value == "QĐ-UBND"
    assert fields["CodeNumber"].review
    assert fields["CodeNumber"].confidence <= 0.5
    assert fields["IssuedDate"].review


def test_a_number_that_an_exact_text_layer_sets_apart_is_believed() -> None:
    page = from_layer(Paper(left=("ỦY BAN NHÂN DÂN", "XÃ AN BÌNH", "Số: 04 /QĐ-UBND")).page())
    assert fields_of(page)["CodeNumber"].value == "04"
    assert not to_review(page)


@pytest.mark.parametrize(
    "misread", ["Số: 15/QD-UBND", "Số: 15/QĐ-UBNĐ", "Số: 15/CT-UBND", "Số: 15/QĐ-UB,ND", "Số: 15/QĐ-UBND;"]
)
def test_a_symbol_against_grammar_or_title_is_left_to_a_person(misread: str) -> None:
    page = Paper(left=("ỦY BAN NHÂN DÂN", "XÃ AN BÌNH", misread)).page()
    clean = misread.endswith(";")
    assert ("CodeNotation" in to_review(page)) != clean


def test_a_number_line_that_cannot_be_parsed_is_reported() -> None:
    field = fields_of(Paper(left=("ỦY BAN NHÂN DÂN", "XÃ AN BÌNH", "Số: 15IQĐ-UBND")).page())["CodeNumber"]
    assert (field.value, field.review) == ("", True)


@pytest.mark.parametrize(
    "misread", ["S: #2 /QĐ-UBND", "số: 15/QĐ-UBND", "S6: 15/QĐ-UBND", "5ô 15/QĐ-UBND", "15/QĐ-UBND"]
)
def test_a_number_line_whose_label_was_misread_is_no_part_of_the_issuer(misread: str) -> None:
    fields = fields_of(Paper(left=("ỦY BAN NHÂN DÂN", "XÃ AN BÌNH", misread)).page())
    assert fields["OrganName"].value == "ỦY BAN NHÂN DÂN XÃ AN BÌNH"
    assert fields["CodeNotation"].value == "QĐ-UBND"
    assert (fields["CodeNumber"].value, fields["CodeNumber"].review) in {("15", False), ("", True)}


def test_a_paper_with_issuer_and_date_whose_number_line_was_lost_asks_for_it() -> None:
    field = fields_of(Paper(left=("ỦY BAN NHÂN DÂN", "XÃ AN BÌNH")).page())["CodeNumber"]
    assert (field.value, field.review) == ("", True)


def test_the_number_of_a_stamp_of_arrival_is_not_the_papers() -> None:
    page = with_lines(Paper().page(), line("Số: 2352", 60, 60), line("Ngày: 21/3/2025", 60, 100))
    fields = fields_of(page)
    assert fields["CodeNumber"].value == "15"
    assert fields["OrganName"].value == "ỦY BAN NHÂN DÂN XÃ AN BÌNH"


def test_an_urgent_stamp_beside_the_symbol_is_not_part_of_it() -> None:
    page = Paper(left=("ỦY BAN NHÂN DÂN", "XÃ AN BÌNH", "Số: 15/QĐ-UBND\tKHẨN")).page()
    assert fields_of(page)["CodeNotation"].value == "QĐ-UBND"


@pytest.mark.parametrize(
    ("printed", "place", "day"),
    [
        ("Quảng Ngãi, ngày 05 tháng 02 năm 2025", "Quảng Ngãi", "2025-02-05"),
        ("Tp. Hồ Chí Minh, ngày 31 tháng 12 năm 2024", "Tp. Hồ Chí Minh", "2024-12-31"),
        ("Buôn Ma Thuột, ngày 1 tháng 3 năm 2023", "Buôn Ma Thuột", "2023-03-01"),
        ("Phú Hòa, Bình Dương, ngày 10 tháng 10 năm 2010.", "Phú Hòa, Bình Dương", "2010-10-10"),
    ],
)
def test_place_and_date_are_read(printed: str, place: str, day: str) -> None:
    page = Paper(right=(*MOTTO, printed)).page()
    fields = fields_of(page)
    assert (fields["Place"].value, fields["IssuedDate"].value) == (place, day)
    assert not to_review(page)


@pytest.mark.parametrize("printed", ["An Bình, ngày05 tháng 02 năm 2025", "An Bình, ngày 05tháng 02 năm 2025"])
def test_a_day_that_touches_the_print_was_written_by_hand(printed: str) -> None:
    page = Paper(right=(*MOTTO, printed)).page()
    fields = fields_of(page)
    assert fields["IssuedDate"].value == "2025-02-05"
    assert {"IssuedDate", "CodeNumber"} <= to_review(page)


@pytest.mark.parametrize("day", ["ngày", "ngày Ậ1", "ngày 32", "ngày ...", "ngàyƒf"])
def test_a_day_that_is_none_leaves_the_place_and_an_empty_date(day: str) -> None:
    fields = fields_of(Paper(right=(*MOTTO, f"An Bình, {day} tháng 02 năm 2025")).page())
    assert fields["Place"].value == "An Bình"
    assert (fields["IssuedDate"].value, fields["IssuedDate"].review, fields["IssuedDate"].confidence) == ("", True, 0.0)


@pytest.mark.parametrize(
    "basis",
    [
        "(Ban hành tại Quyết định số 12/QĐ-UBND, ngày 03 tháng 01 năm 2015",
        "Theo Kế hoạch, ngày 03 tháng 01 năm 2015",
        "Căn cứ Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3 năm 2020 của Chính phủ;",
        "ngày 22 tháng 6 năm 2015;",
    ],
)
def test_dates_of_other_papers_are_not_the_papers(basis: str) -> None:
    page = with_lines(Paper(right=MOTTO).page(), line(basis, 800, 620))
    assert not {"IssuedDate", "Place"} & set(fields_of(page))


@pytest.mark.parametrize("misread", ["An Binh, ngày 05 tháng 02 năm 2025", "Glang, ngày 05 tháng 02 năm 2025"])
def test_a_place_that_can_be_no_word_is_left_to_a_person(misread: str) -> None:
    page = Paper(right=(*MOTTO, misread)).page()
    assert ("Place" in to_review(page)) == misread.startswith("Glang")


@pytest.mark.parametrize(
    ("printed", "issuer"),
    [
        (("ỦY BAN NHÂN DÂN", "TỈNH QUẢNG NGÃI"), "ỦY BAN NHÂN DÂN TỈNH QUẢNG NGÃI"),
        (("UBND TỈNH QUẢNG NGÃI", "BAN CHỈ ĐẠO 138"), "BAN CHỈ ĐẠO 138"),
        (("UBND TỈNH KIÊN GIANG", "SỞ Y TẾ"), "SỞ Y TẾ"),
        (("BỘ LAO ĐỘNG - THƯƠNG BINH", "VÀ XÃ HỘI", "CỤC VIỆC LÀM"), "CỤC VIỆC LÀM"),
        (("BỘ CÔNG THƯƠNG", "TRƯỜNG ĐẠI HỌC CÔNG NGHIỆP", "THỰC PHẨM"), "TRƯỜNG ĐẠI HỌC CÔNG NGHIỆP THỰC PHẨM"),
        (("UBND XÃ AN BÌNH", "BAN CHỈ ĐẠO", "PHÒNG CHỐNG THIÊN TAI"), "BAN CHỈ ĐẠO PHÒNG CHỐNG THIÊN TAI"),
        (("HỘI ĐỒNG NHÂN DÂN", "XÃ AN BÌNH"), "HỘI ĐỒNG NHÂN DÂN XÃ AN BÌNH"),
        (("TỔNG CỤC THUẾ", "CỤC THUẾ TỈNH BÌNH DƯƠNG", "CHI CỤC THUẾ", "KHU VỰC MỘT"), "CHI CỤC THUẾ KHU VỰC MỘT"),
        (("CHÍNH PHỦ",), "CHÍNH PHỦ"),
        (("UBND HUYỆN AN PHÚ", "VĂN PHÒNG"), "VĂN PHÒNG"),
    ],
)
def test_the_issuer_is_the_last_organisation_named(printed: tuple[str, ...], issuer: str) -> None:
    page = Paper(left=(*printed, "Số: 15/QĐ-UBND")).page()
    assert fields_of(page)["OrganName"].value == issuer
    assert "OrganName" not in to_review(page)


def test_a_joint_paper_names_all_its_issuers_and_a_person_confirms_them() -> None:
    page = Paper(
        left=("SỞ VĂN HÓA VÀ THỂ THAO -", "LIÊN ĐOÀN LAO ĐỘNG TỈNH", "Số: 15/CTPH-SVHTT-LĐLĐ"), title=()
    ).page()
    field = fields_of(page)["OrganName"]
    assert (field.value, field.review) == ("SỞ VĂN HÓA VÀ THỂ THAO - LIÊN ĐOÀN LAO ĐỘNG TỈNH", True)


@pytest.mark.parametrize("misread", ["XÃ AN BTNH", "XÃ AN BÌNHH", "XÃ ĐẦU TỨ"])
def test_an_issuer_with_a_word_that_is_none_or_misspelled_is_left_to_a_person(misread: str) -> None:
    assert "OrganName" in to_review(read_as(Paper().page(), "XÃ AN BÌNH", misread))


def test_an_issuer_whose_lines_lost_their_marks_is_shown_and_left_to_a_person() -> None:
    page = Paper(left=("UBND TINH QUANG NGAI", "SO Y TE", "So: 15/QĐ-UBND")).page()
    fields = fields_of(page)
    assert (fields["OrganName"].value, fields["OrganName"].review) == ("SO Y TE", True)
    assert fields["CodeNumber"].value == "15"


def test_an_issuer_that_was_read_weakly_is_left_to_a_person() -> None:
    page = read_as(Paper().page(), "XÃ AN BÌNH", "XÃ AN BÌNH", confidence=0.7)
    field = fields_of(page)["OrganName"]
    assert (field.value, field.review, field.confidence) == ("ỦY BAN NHÂN DÂN XÃ AN BÌNH", True, 0.7)


def test_header_lines_that_ran_together_are_split() -> None:
    whole = Paper(left=("UBND TỈNH KIÊN GIANG", "SỞ Y TẾ"), right=(MOTTO[1],)).page()
    rows = (
        line(f"UBND TỈNH KIÊN GIANG {MOTTO[0]}", 300, 120),
        line("Số: 15/QĐ-UBND\tKiên Giang, ngày 05 tháng 02 năm 2025", 300, 212),
    )
    kept = tuple(each for each in whole.lines if each.text != "UBND TỈNH KIÊN GIANG")
    fields = fields_of(replace(whole, lines=(*kept, *rows)))
    assert fields["OrganName"].value == "SỞ Y TẾ"
    assert fields["CodeNumber"].value == "15"
    assert fields["Place"].value == "Kiên Giang"
    assert fields["IssuedDate"].value == "2025-02-05"


def test_specks_and_rules_under_the_issuer_are_not_of_its_name() -> None:
    page = with_lines(Paper().page(), centred("_______", LEFT, 190), centred("E", RIGHT, 330))
    assert fields_of(page)["OrganName"].value == "ỦY BAN NHÂN DÂN XÃ AN BÌNH"
