"""What a searchable PDF says of itself is what was read, never the name of a file."""

from pathlib import Path

import pikepdf

from digidoc.model import ExtractedField
from digidoc.ocr.document import read_paper
from digidoc.ocr.engine import EngineSpec
from digidoc.ocr.engines.registry import open_engine
from digidoc.ocr.searchable.about import about
from digidoc.pdf.pdfa import DocumentInfo
from tests.judges import verapdf_2u
from tests.scans import page_with_words, save

DECISION = {
    "CodeNumber": "15",
    "CodeNotation": "/QĐ-UBND",
    "IssuedDate": "2025-09-18",
    "OrganName": "ỦY BAN NHÂN DÂN XÃ HÒA VANG",
    "TypeName": "QUYẾT ĐỊNH",
    "Subject": "Về việc ban hành  quy chế",
}


def fields(review: tuple[str, ...] = (), **values: str) -> list[ExtractedField]:
    return [ExtractedField(name, value, 0.9, 1, review=name in review) for name, value in values.items()]


def test_what_was_read_is_what_the_file_says() -> None:
    assert about(fields(**DECISION), "H17-260105-0012") == DocumentInfo(
        title="Quyết định 15/QĐ-UBND: Về việc ban hành quy chế",
        author="ỦY BAN NHÂN DÂN XÃ HÒA VANG",
        subject="Về việc ban hành quy chế",
        keywords="15/QĐ-UBND, 2025-09-18, H17-260105-0012",
    )


def test_a_number_and_a_day_that_nobody_has_confirmed_are_left_out() -> None:
    said = about(fields(("CodeNumber", "IssuedDate", "Subject"), **DECISION), None)
    assert (said.title, said.keywords) == ("Quyết định: Về việc ban hành quy chế", "QĐ-UBND")
    assert about(fields(("IssuedDate",), IssuedDate="2025-09-18"), None) == DocumentInfo()
    assert about(fields(IssuedDate="ngày 18"), None) == DocumentInfo()


def test_a_joint_paper_has_both_its_authors_and_a_long_subject_is_cut_in_the_title() -> None:
    both = [*fields(OrganName="SỞ A"), *fields(OrganName="SỞ B"), *fields(Subject="rất dài " * 60)]
    said = about(both, None)
    assert said.author == "SỞ A; SỞ B"
    assert len(said.title) <= 200
    assert said.title.endswith("…")
    assert said.subject == ("rất dài " * 60).strip()


def test_the_name_of_the_file_is_nowhere(tmp_path: Path) -> None:
    save(page_with_words(dpi=100), tmp_path / "Nguyen Van A 0123.png")
    out = tmp_path / "out.pdf"
    read_paper(tmp_path / "Nguyen Van A 0123.png", out, open_engine(EngineSpec("null")), dossier="H17-260105-0012")
    with pikepdf.open(out) as pdf:
        assert {key: str(value) for key, value in pdf.docinfo.items() if key != "/Producer"} == {
            "/Keywords": "H17-260105-0012"
        }
        assert b"Nguyen" not in pdf.Root.Metadata.read_bytes()
    assert verapdf_2u([out])[out] == (True, [])
