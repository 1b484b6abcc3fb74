"""Grave or slight: what sends a paper to a person, and what does not."""

from dataclasses import replace
from pathlib import Path

import pytest

from digidoc.archive.archive import Archive
from digidoc.model import ExtractedField, Line, PageText, PaperRecord, PaperState
from digidoc.pipeline.review.standing import Reasons, standing, still_open, weigh
from tests.layered import layered
from tests.ocr.laid_out import Paper, line
from tests.pipeline.test_digitize import paper_of, run

FILED, REVIEW = PaperState.FILED, PaperState.REVIEW


def fields(*names: str, doubted: str = "") -> tuple[ExtractedField, ...]:
    return tuple(ExtractedField(name, "x", 0.9, 1, review=name == doubted) for name in names)


SURE = fields("CodeNumber", "Subject")


@pytest.mark.parametrize(
    ("name", "state"),
    [
        *((name, REVIEW) for name in ("CodeNumber", "CodeNotation", "IssuedDate", "TypeName", "Subject")),
        *((name, FILED) for name in ("ToPlaces.Place", "SignerInfo.Position", "SignerInfo.Competence", "OrganName")),
        *((name, FILED) for name in ("SignerInfo.FullName", "Place", "Priority", "Secrecy")),
    ],
)
def test_a_field_in_doubt(name: str, state: PaperState) -> None:
    assert standing((), fields("CodeNumber", name, doubted=name)) == (state, state is FILED)


@pytest.mark.parametrize("doubt", ["ink-without-words", "low-confidence", "unclaimed-ink", "odd-lines"])
def test_lost_print_is_grave_until_a_person_has_said_that_the_paper_is_done(doubt: str) -> None:
    assert standing((doubt,), SURE) == (REVIEW, False)
    assert standing((doubt,), SURE, True) == (FILED, True)
    assert standing((doubt, "low-dpi"), SURE, True) == (FILED, False)


@pytest.mark.parametrize("doubt", ["low-dpi", "not-colour", "not-made-pdfa", "a-code-of-later"])
def test_what_is_wrong_with_the_copy_calls_for_nobody_and_stays(doubt: str) -> None:
    for decided in (False, True):
        assert standing((doubt,), SURE, decided) == (FILED, False)


def test_without_fields_until_there_is_one_or_a_person_says_so() -> None:
    assert standing(("no-fields",), ()) == (REVIEW, False)
    assert standing(("no-fields",), (), True) == (FILED, True)
    assert standing(("no-fields",), SURE) == (FILED, True)
    assert still_open(("no-fields", "low-dpi"), SURE, decided=False) == ("low-dpi",)


def test_done_confirms_no_field_by_itself() -> None:
    assert standing((), fields("CodeNumber", doubted="CodeNumber"), True) == (REVIEW, False)


def test_what_is_grave_is_told_from_the_rest() -> None:
    grave, rest = weigh(("low-dpi", "odd-lines"), ("ToPlaces.Place", "Subject", "ToPlaces.Place"))
    assert grave == Reasons(("odd-lines",), ("Subject",))
    assert rest == Reasons(("low-dpi",), ("ToPlaces.Place",))
    assert (bool(grave), bool(Reasons())) == (True, False)
    assert grave.to_json() == {"doubts": ["odd-lines"], "fields": ["Subject"]}


def read(archive: Archive, path: Path) -> PaperRecord:
    """The paper as the archive has it after reading; its text layer tells, the null engine tells nothing."""
    (outcome,) = run(archive, [path]).outcomes
    return archive.paper(paper_of(outcome))


def test_a_paper_with_slight_doubts_alone_is_filed_and_keeps_them(archive: Archive, tmp_path: Path) -> None:
    misspelt = replace(Paper(), recipients=("Nơi nhận:", "- Như Điều 3;", "- Phòng Tư pháq xã;", "- Lưu: VT."))
    found = read(archive, layered(tmp_path / "a.pdf", misspelt))
    assert (found.state, found.conformant, found.doubts) == (FILED, True, ())
    assert [field.value for field in found.fields if field.review] == ["Phòng Tư pháq xã"]
    assert archive.status().review == ()
    (item,) = archive.status().slight
    assert (item.name, item.fields) == ("a.pdf", ("ToPlaces.Place",))


def test_a_blank_number_sends_the_paper_to_a_person(archive: Archive, tmp_path: Path) -> None:
    blank = replace(Paper(), left=("ỦY BAN NHÂN DÂN", "XÃ AN BÌNH", "Số:      /QĐ-UBND"))
    found = read(archive, layered(tmp_path / "a.pdf", blank))
    assert (found.state, found.conformant, found.doubts) == (REVIEW, False, ())


def bare(*lines: Line) -> PageText:
    return replace(Paper().page(), lines=lines)


def test_print_and_no_field_at_all_is_not_filed(archive: Archive, tmp_path: Path) -> None:
    table = (f"{number} Máy tính để bàn của văn phòng, mua năm trước, còn dùng tốt" for number in range(1, 9))
    annex = bare(*(line(text, 230, 300 + 60 * row) for row, text in enumerate(table)))
    found = read(archive, layered(tmp_path / "annex.pdf", annex))
    assert (found.state, found.conformant, found.doubts) == (REVIEW, False, ("no-fields",))
    assert archive.status().review[0].doubts == ("no-fields",)


def test_a_blank_page_has_no_print_and_is_filed(archive: Archive, tmp_path: Path) -> None:
    found = read(archive, layered(tmp_path / "blank.pdf", bare()))
    assert found.state is FILED
    assert not weigh(found.doubts, ())[0]
