"""Authority, position and name of who signed, under seals and signatures."""

from dataclasses import replace

import pytest

from digidoc.model import Box
from tests.ocr.laid_out import (
    CENTRE,
    SIGNER,
    Paper,
    centred,
    column,
    fields_of,
    line,
    read_as,
    to_review,
    values,
    with_lines,
)

SIGNED = {"SignerInfo.Competence", "SignerInfo.Position", "SignerInfo.FullName"}


@pytest.mark.parametrize(
    ("block", "authority", "position"),
    [
        (("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"), "TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"),
        (("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"), "TM. ỦY BAN NHÂN DÂN KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"),
        (
            ("TL. CHỦ TỊCH", "KT. CHÁNH VĂN PHÒNG", "PHÓ CHÁNH VĂN PHÒNG"),
            "TL. CHỦ TỊCH KT. CHÁNH VĂN PHÒNG",
            "PHÓ CHÁNH VĂN PHÒNG",
        ),
        (("TUQ. CHỦ TỊCH", "GIÁM ĐỐC SỞ Y TẾ"), "TUQ. CHỦ TỊCH", "GIÁM ĐỐC SỞ Y TẾ"),
        (("KT. BỘ TRƯỞNG", "THỨ TRƯỞNG"), "KT. BỘ TRƯỞNG", "THỨ TRƯỞNG"),
        (("TM. ỦY BAN NHÂN DÂN", "XÃ AN BÌNH", "CHỦ TỊCH"), "TM. ỦY BAN NHÂN DÂN XÃ AN BÌNH", "CHỦ TỊCH"),
        (("TM. HỘI ĐỒNG NHÂN DÂN", "CHỦ TỊCH"), "TM. HỘI ĐỒNG NHÂN DÂN", "CHỦ TỊCH"),
        (("Q. GIÁM ĐỐC",), "Q. GIÁM ĐỐC", "Q. GIÁM ĐỐC"),
        (("GIÁM ĐỐC",), "", "GIÁM ĐỐC"),
        (("TRƯỞNG PHÒNG",), "", "TRƯỞNG PHÒNG"),
        (("CHỦ TỊCH",), "", "CHỦ TỊCH"),
    ],
)
def test_authority_position_and_name_are_distinguished(block: tuple[str, ...], authority: str, position: str) -> None:
    page = Paper(signer=block).page()
    fields = fields_of(page)
    assert fields["SignerInfo.Position"].value == position
    assert fields["SignerInfo.FullName"].value == "Trần Thị Mẫu"
    assert (fields["SignerInfo.Competence"].value if authority else "") == authority
    assert ("SignerInfo.Competence" in fields) == bool(authority)
    assert not SIGNED & to_review(page)


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("NGUYỄN VĂN MẪU", "NGUYỄN VĂN MẪU"),
        ("Thượng tá Lê Văn Mẫu", "Lê Văn Mẫu"),
        ("PGS.TS. Phạm Thị Mẫu", "Phạm Thị Mẫu"),
        ("Tôn Nữ Thị Mẫu Mẫu", "Tôn Nữ Thị Mẫu Mẫu"),
    ],
)
def test_names_are_taken_without_ranks_and_degrees(printed: str, name: str) -> None:
    page = Paper(name=printed).page()
    field = fields_of(page)["SignerInfo.FullName"]
    assert (field.value, field.review) == (name, False)


@pytest.mark.parametrize("misread", ["Trân Thị Mẫu", "Trần Thị Mâũu", "Trần Thị Mxu", "Nguyên Thị Mẫu"])
def test_a_name_with_an_unknown_family_or_no_syllable_is_left_to_a_person(misread: str) -> None:
    field = fields_of(Paper(name=misread).page())["SignerInfo.FullName"]
    assert (field.value, field.review) == (misread, True)
    assert field.confidence <= 0.5


@pytest.mark.parametrize(
    "block",
    [
        ("KT. GIÁM ĐỐC", "GIÁM ĐỐC"),  # PHÓ lost
        ("GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"),  # KT. lost
        ("KT. GIÁM ĐỐC",),  # the position's line lost
        ("KT. CHỦ TỊCH", "PHÓ CHÚ TỊCH"),
        ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCN"),
        ("KT. GIÁM ĐỐC", "Q GIÁM ĐỐC"),
    ],
)
def test_a_position_that_cannot_be_is_left_to_a_person(block: tuple[str, ...]) -> None:
    assert "SignerInfo.Position" in to_review(Paper(signer=block).page())


@pytest.mark.parametrize("authority", ["KI. CHỦ TỊCH", "TN. CHỦ TỊCH", "TL. CHÚ TỊCH"])
def test_an_authority_that_is_none_is_left_to_a_person(authority: str) -> None:
    assert "SignerInfo.Competence" in to_review(Paper(signer=(authority, "PHÓ CHỦ TỊCH")).page())


def test_a_position_under_a_seal_is_left_to_a_person() -> None:
    page = read_as(
        Paper(signer=("GIÁM ĐỐC", "BỐ GIÁM ĐỐC")).page(),
        "BỐ GIÁM ĐỐC",
        "BỐ GIÁM ĐỐC",
        confidence=0.6,
        doubt="uncertain",
    )
    field = fields_of(page)["SignerInfo.Position"]
    assert (field.value, field.review) == ("GIÁM ĐỐC", True)


def test_a_position_with_unread_ink_on_it_is_left_to_a_person() -> None:
    page = replace(Paper().page(), unread=(Box(SIGNER - 50, 1310, SIGNER + 50, 1340),))
    assert {"SignerInfo.Competence", "SignerInfo.Position"} <= to_review(page)


def test_words_of_the_seal_beside_the_block_are_not_of_it() -> None:
    page = with_lines(Paper().page(), *column(("SỞ", "GIÁO DỤC", "VÀ ĐÀO TẠO"), SIGNER - 180, 1440))
    assert fields_of(page)["SignerInfo.Position"].value == "CHỦ TỊCH"
    assert not SIGNED & to_review(page)


def test_a_name_whose_block_was_not_read_is_shown_and_its_position_asked_for() -> None:
    fields = fields_of(Paper(signer=()).page())
    assert fields["SignerInfo.FullName"].value == "Trần Thị Mẫu"
    assert (fields["SignerInfo.Position"].value, fields["SignerInfo.Position"].review) == ("", True)


def test_recipients_without_a_signer_ask_for_both() -> None:
    page = Paper(signer=(), name="Trằn ☒ Mẫu").page()
    fields = fields_of(page)
    assert {name for name in SIGNED if name in fields and fields[name].value} == set()
    assert {"SignerInfo.Position", "SignerInfo.FullName"} <= to_review(page)


def test_both_signers_of_a_joint_paper_are_there_from_left_to_right() -> None:
    page = Paper(recipients=(), signer=("GIÁM ĐỐC SỞ Y TẾ",)).page()
    page = with_lines(page, centred("CHỦ TỊCH LIÊN ĐOÀN", 450, 1300), centred("Nguyễn Văn Mẫu", 450, 1602))
    assert values("SignerInfo.FullName", page) == ["Nguyễn Văn Mẫu", "Trần Thị Mẫu"]
    assert values("SignerInfo.Position", page) == ["CHỦ TỊCH LIÊN ĐOÀN", "GIÁM ĐỐC SỞ Y TẾ"]


def test_the_signer_is_found_on_the_page_of_the_recipients_not_in_an_appendix() -> None:
    first = Paper(recipients=(), signer=(), name="").page()
    appendix = Paper(recipients=(), signer=("TRƯỞNG BAN",), name="Phạm Văn Mẫu").page()
    field = fields_of(first, Paper().page(), appendix)["SignerInfo.FullName"]
    assert (field.value, field.page) == ("Trần Thị Mẫu", 2)


def test_without_recipients_the_last_signed_page_counts() -> None:
    first = Paper(recipients=(), signer=(), name="").page()
    field = fields_of(first, Paper(recipients=()).page())["SignerInfo.FullName"]
    assert (field.value, field.page) == ("Trần Thị Mẫu", 2)


def test_lines_of_a_text_layer_that_run_both_columns_are_split() -> None:
    page = Paper(recipients=(), signer=(), name="").page()
    rows = (
        line("Nơi nhận:\t\t\t\t\tTL. CHỦ TỊCH", 230, 1300),
        line("- Như trên;\t\t\t\t\tCHÁNH VĂN PHÒNG", 230, 1346),
        line("- Lưu: VT.", 230, 1392),
        centred("Trần Thị Mẫu", SIGNER - 80, 1600),
    )
    fields = fields_of(with_lines(page, *rows))
    assert fields["SignerInfo.Competence"].value == "TL. CHỦ TỊCH"
    assert fields["SignerInfo.Position"].value == "CHÁNH VĂN PHÒNG"
    assert fields["SignerInfo.FullName"].value == "Trần Thị Mẫu"


def test_names_in_the_body_are_no_signers() -> None:
    page = with_lines(Paper(recipients=(), signer=(), name="").page(), centred("Trần Thị Mẫu", CENTRE, 1100))
    assert not SIGNED & set(fields_of(page))
