"""What counts as signed: a signature anywhere, in force or left over; not usage rights, not an empty field."""

from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from digidoc.errors import SignedFile
from digidoc.model import Frame, PageText
from digidoc.ocr.searchable.writer import write_searchable
from digidoc.ocr.source.opening import open_source
from digidoc.pdf.pdfa import DocumentInfo


def _signature(contents: bytes) -> Dictionary:
    return Dictionary(
        Type=Name.Sig,
        Filter=Name("/Adobe.PPKLite"),
        SubFilter=Name("/adbe.pkcs7.detached"),
        ByteRange=Array([0, 10, 20, 30]),
        Contents=String(contents),
    )


def _made(path: Path, where: str, contents: bytes = b"0\x82\x01\x00") -> Path:
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(100, 100))
        signature = pdf.make_indirect(_signature(contents))
        if where == "field":
            field = pdf.make_indirect(Dictionary(FT=Name.Sig, T=String("s"), V=signature))
            pdf.Root.AcroForm = Dictionary(Fields=Array([field]), SigFlags=3)
        elif where == "remains":
            pdf.pages[0].obj.Left = signature
        else:
            pdf.Root.Perms = Dictionary({f"/{where}": signature})
        pdf.save(path)
    return path


@pytest.mark.parametrize(
    ("where", "contents", "signed"),
    [
        ("field", b"0\x82\x01\x00", True),
        ("remains", b"0\x82\x01\x00", True),
        ("DocMDP", b"0\x82\x01\x00", True),
        ("UR3", b"0\x82\x01\x00", False),
        ("field", b"\0\0\0\0", False),
    ],
)
def test_signed(tmp_path: Path, where: str, contents: bytes, signed: bool) -> None:
    with open_source(_made(tmp_path / "paper.pdf", where, contents)) as source:
        assert source.signed is signed


def test_a_signature_of_an_earlier_revision_counts(tmp_path: Path) -> None:
    path = _made(tmp_path / "paper.pdf", "field")
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(tmp_path / "plain.pdf")
    leftover = b"9 0 obj <</Type/Sig/ByteRange [0 1 2 3]/Contents <30820100>>> endobj\n"
    path.write_bytes((tmp_path / "plain.pdf").read_bytes() + leftover)
    with open_source(path) as source:
        assert source.signed


def test_a_signed_file_is_never_rewritten(tmp_path: Path) -> None:
    out = tmp_path / "out.pdf"
    with open_source(_made(tmp_path / "paper.pdf", "field")) as source:
        text = PageText(Frame(10, 10), (), (72, 72), "ocr", "none")
        with pytest.raises(SignedFile):
            write_searchable(source, [text], out, about=DocumentInfo)
    assert not out.exists()


def test_signed_papers_of_the_corpus(corpus: Path) -> None:
    import json

    for folder in ("vietnamese", "vietnamese-2"):
        for entry in json.loads((corpus / folder / "manifest.json").read_text(encoding="utf-8")):
            # The gazette's manifest entry is silent about the seal of 2014 that is left in it.
            if entry["file"].endswith(".pdf") and not entry["file"].startswith("congbao"):
                with open_source(corpus / folder / entry["file"]) as source:
                    assert source.signed == bool(entry.get("signatures")), entry["file"]
