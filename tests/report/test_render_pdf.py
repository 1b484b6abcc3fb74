"""The report as PDF, judged by veraPDF, qpdf and poppler; and signed by the command itself."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pypdf
import pytest

from digidoc.report import json_form
from digidoc.report.render import made_as
from digidoc.sign.throwaway import make_throwaway_pki
from tests import judges
from tests.report.offices import OFFICE, WORDS, made, office
from tests.report.registers import data_of
from tests.running import Run, runner


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return office(tmp_path_factory.mktemp("office") / "kho")


def test_it_is_pdf_a_and_its_vietnamese_can_be_read(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    english = made(run, tmp_path, "pdf", "--by", "unit")
    monkeypatch.setenv("DIGIDOC_LANG", "vi")
    vietnamese = made(run, tmp_path, "pdf", "--by", "unit")
    for path in (english, vietnamese):
        assert judges.qpdf_check(path) == []
        text = judges.pdftotext(path)
        assert OFFICE in text
        assert "Phường Nguyễn Thị Hữu Nghĩa" in text
        assert "Số hóa TPHS" in text
        assert "\u202e" not in text
        pages = pypdf.PdfReader(path).pages
        assert all((round(float(p.mediabox.width)), round(float(p.mediabox.height))) == (842, 595) for p in pages)
    numbers = [page.extract_text() for page in pypdf.PdfReader(english).pages]
    assert all(f"page {number} of {len(numbers)}" in text for number, text in enumerate(numbers, 1))
    figure = data_of(run(*WORDS, "--json"))["figures"][0]
    assert f"{figure['percent']:.2f}" in judges.pdftotext(english)
    assert f"{figure['percent']:.2f}".replace(".", ",") in judges.pdftotext(vietnamese)
    for conforms, failed in judges.verapdf_2u([english, vietnamese]).values():
        assert conforms, failed


def test_the_same_report_gives_the_same_file(run: Run) -> None:
    moment = datetime(2024, 1, 1, tzinfo=UTC)
    report = json_form.from_json(data_of(run(*WORDS, "--json")), moment)
    assert made_as("pdf", report) == made_as("pdf", report)


def test_the_command_signs_it(tmp_path: Path) -> None:
    office(tmp_path / "kho", 60)
    pki = make_throwaway_pki(tmp_path / "key", OFFICE)
    with (tmp_path / "kho" / "digidoc.toml").open("a", encoding="utf-8") as config:
        config.write(f'\n[sign.try]\nkey = "{pki.key.as_posix()}"\npin_file = "{pki.pin_file.as_posix()}"\n')
    out = tmp_path / "signed.pdf"
    kho = ["--archive", str(tmp_path / "kho")]
    done = runner()("report", *WORDS, "--format", "pdf", "--sign", "try", "--out", str(out), *kho)
    assert done.exit_code == 0, done.output
    said = judges.pdfsig(out)
    assert "Total document signed" in said
    assert "Signature is Valid" in said
    verified = runner()("verify", str(out), "--trust", str(pki.root), "--json")
    assert json.loads(verified.stdout)["data"]["files"][0]["verdict"] == "TOTAL_PASSED"
    assert OFFICE in judges.pdftotext(out)
