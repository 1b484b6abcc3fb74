"""The reports: what stands in them, that nothing in them can act, and that other programs read them."""

import io
import shutil
import subprocess
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from PIL import Image
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from digidoc import i18n
from digidoc.errors import FileMissing, OutputExists
from digidoc.model import Verdict
from digidoc.pdf.font.face import faces
from digidoc.pdf.typeset.blocks import Picture
from digidoc.sign.report.content import report
from digidoc.sign.report.etsi import etsi
from digidoc.sign.report.files import Targets
from digidoc.sign.report.html import html
from digidoc.sign.report.pages import PagePair
from digidoc.sign.report.pdf import pdf
from digidoc.sign.validate.batch import Check, Checked, How, check_file, counts
from digidoc.sign.validate.verdict import Certificate, Covers, FileVerdict, Reason, SignatureVerdict, TimestampVerdict
from tests import judges
from tests.pki import TestPki
from tests.sign.conftest import Sign, make_pdf

NOW = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)
HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(2)>&amp;\u202egnp\x1b[2J\x00\ufffe]]>'
VR = "{http://uri.etsi.org/19102/v1.2.1#}"


@pytest.fixture
def changed(tmp_path: Path, sign: Sign, pki: TestPki) -> Checked:
    """A file whose amount was changed after it was signed."""
    path = tmp_path / "changed.pdf"
    sign(make_pdf(tmp_path / "in.pdf", text="1000"), path)
    writer = IncrementalPdfFileWriter(io.BytesIO(path.read_bytes()))
    page = writer.root["/Pages"]["/Kids"][0]
    stream = generic.StreamObject(stream_data=b"BT /F 20 Tf 297 421 Td (9000) Tj ET")
    page[generic.pdf_name("/Contents")] = writer.add_object(stream)
    writer.update_container(page)
    out = io.BytesIO()
    writer.write(out)
    path.write_bytes(out.getvalue())
    return check_file(Check(path, "changed.pdf", How((pki.root, pki.intermediate), pictures=True)))


def hostile() -> Checked:
    certificate = Certificate(HOSTILE, HOSTILE, HOSTILE, NOW, NOW, "ab" * 32)
    signature = SignatureVerdict(
        HOSTILE,
        Verdict.INDETERMINATE,
        "NO_CERTIFICATE_CHAIN_FOUND",
        Reason.UNKNOWN_ISSUER,
        HOSTILE,
        intact=True,
        covers=Covers.REVISION,
        level="B-T",
        signer=HOSTILE,
        organisation=HOSTILE,
        issuer=HOSTILE,
        signed_at=NOW,
        timestamp=TimestampVerdict(NOW, intact=True, trusted=False, authority=HOSTILE),
        chain=(certificate,),
        anchor=certificate,
    )
    found = FileVerdict(f"in/{HOSTILE}.pdf", Verdict.INDETERMINATE, (signature,), detail=HOSTILE)
    return Checked(found, "cd" * 32, 12345, facts={"name": HOSTILE})


def content(*files: Checked):
    return report(files, counts(one.verdict.verdict for one in files), How(), NOW)


class _Seen(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(name for name, _value in attrs)
        self.links += [value or "" for name, value in attrs if name in ("src", "href")]

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_shows_what_changed(changed: Checked):
    (pair,) = changed.pictures
    assert pair.page == 1
    assert pair.before is not None
    assert pair.after is not None
    for picture in (pair.before, pair.after):
        image = Image.open(io.BytesIO(picture.jpeg)).convert("RGB")
        assert image.size == (picture.width, picture.height)
        pixels = np.asarray(image, dtype=int)
        assert ((pixels[..., 0] > 150) & (pixels[..., 1:] < 90).all(axis=2)).any(), "the changed place is framed"
    page = html(content(changed))
    assert page.count("data:image/jpeg;base64,") == 2
    assert "the pages look different from what was signed" in page
    assert "Page 1 as it was signed" in page


def test_nothing_in_the_page_can_act():
    page = html(content(hostile()))
    seen = _Seen()
    seen.feed(page)
    assert not seen.tags & {"script", "iframe", "object", "link", "base", "form", "img"}
    assert not any(name.startswith("on") for name in seen.attributes)
    assert seen.links == []
    assert "http" not in page.replace("http-equiv", "")
    assert "alert(1)" in seen.text, "it is shown as what it is"
    assert not any(char in page for char in "\u202e\x1b\x00")
    assert "default-src &#x27;none&#x27;" in page


def test_the_page_in_a_browser(changed: Checked, tmp_path: Path):
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if browser is None:
        judges.missing("chromium is not installed (`make test` installs it)")
    page, shot = tmp_path / "page.html", tmp_path / "page.png"
    page.write_text(html(content(changed, hostile())), encoding="utf-8")
    words = ("--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}")
    done = subprocess.run(
        [browser, *words, "--window-size=1000,1800", f"--screenshot={shot}", page.as_uri()],
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-500:]
    colours = Image.open(shot).convert("RGB").getcolors(1 << 24) or []
    assert any(colour == (0xB0, 0x00, 0x20) for _count, colour in colours), "the style is in force"


def test_the_page_in_vietnamese(changed: Checked, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DIGIDOC_LANG", "en")
    monkeypatch.setenv("LANGUAGE", "en")
    i18n.install("vi")
    try:
        page = html(content(changed))
    finally:
        i18n.install("en")
    assert '<html lang="vi">' in page
    assert "04/03/2026 12:06" in page


def test_the_pdf_says_the_same_and_is_pdf_a(changed: Checked, tmp_path: Path):
    path = tmp_path / "report.pdf"
    path.write_bytes(pdf(content(changed, hostile()), NOW))
    assert judges.qpdf_check(path) == []
    text = " ".join(judges.pdftotext(path).split())
    for said in (
        "Verification of signatures",
        "changed.pdf",
        "the pages look different from what was signed",
        "page 1 of",
    ):
        assert said in text
    assert "alert(1)" in text
    compliant, failed = judges.verapdf_2u([path])[path]
    assert compliant, failed


def test_letters_that_the_font_has_not(tmp_path: Path):
    checked = Checked(FileVerdict("越南 Nguyễn Văn Ở 😀.pdf", Verdict.NO_SIGNATURE))
    path = tmp_path / "report.pdf"
    path.write_bytes(pdf(content(checked), NOW))
    assert "Nguyễn Văn Ở ?" in judges.pdftotext(path)
    assert faces("Ộ")[True].width("Ộ") > 0


@pytest.mark.slow
def test_many_files_fill_many_pages(tmp_path: Path):
    path = tmp_path / "report.pdf"
    wide = Picture(_jpeg(720, 100), 720, 100)
    pair = PagePair(3, "S", None, wide)
    files = [Checked(FileVerdict("x" * 400, Verdict.UNREADABLE, reason=Reason.DAMAGED), pictures=(pair,))] * 12
    path.write_bytes(pdf(content(*files), NOW))
    text = judges.pdftotext(path)
    assert text.count("There is no such page.") == 12
    assert judges.qpdf_check(path) == []


def _jpeg(width: int, height: int) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "white").save(out, "JPEG")
    return out.getvalue()


def test_the_etsi_report(changed: Checked):
    root = ET.fromstring(etsi([changed, hostile(), Checked(FileVerdict("none.pdf", Verdict.NO_SIGNATURE))], NOW))  # noqa: S314
    assert root.tag == f"{VR}ValidationReport"
    status = [
        (one.findtext(f"{VR}MainIndication"), one.findtext(f"{VR}SubIndication"))
        for one in root.iter(f"{VR}SignatureValidationStatus")
    ]
    main, sub = "urn:etsi:019102:mainindication:", "urn:etsi:019102:subindication:"
    assert status == [
        (f"{main}total-failed", f"{sub}FORMAT_FAILURE"),
        (f"{main}indeterminate", f"{sub}NO_CERTIFICATE_CHAIN_FOUND"),
        (f"{main}indeterminate", f"{sub}SIGNED_DATA_NOT_FOUND"),
    ]
    known = {one.get("id") for one in root.iter(f"{VR}ValidationObject")}
    named = {one.get("VOReference") for one in root.iter() if one.get("VOReference")}
    assert named <= known


def test_the_etsi_report_fits_the_schema(changed: Checked, tmp_path: Path):
    """The classes that pyHanko has made from the schema know every element and attribute of it, and no other."""
    pytest.importorskip("xsdata", reason="xsdata, which reads the schema's classes, is not installed")
    from pyhanko.generated.etsi import ts_11910202
    from xsdata.formats.dataclass.parsers import XmlParser
    from xsdata.formats.dataclass.parsers.config import ParserConfig

    strict = ParserConfig(
        fail_on_unknown_properties=True, fail_on_unknown_attributes=True, fail_on_converter_warnings=True
    )
    for files in ([changed, hostile()], []):
        path = tmp_path / "report.xml"
        path.write_bytes(etsi(files, NOW))
        read = XmlParser(config=strict).parse(path, ts_11910202.ValidationReport)
        assert len(read.signature_validation_report) == max(1, len(files))


def test_reports_are_written_whole_and_over_nothing(tmp_path: Path):
    there = tmp_path / "there.html"
    there.write_text("mine")
    with pytest.raises(OutputExists):
        Targets(html=there).check()
    with pytest.raises(FileMissing):
        Targets(pdf=tmp_path / "none" / "r.pdf").check()
    targets = Targets(tmp_path / "r.html", tmp_path / "r.pdf", tmp_path / "etsi")
    targets.check()
    targets.write([hostile(), hostile()], {verdict.value: 1 for verdict in Verdict}, How())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["etsi", "r.html", "r.pdf", "there.html"]
    names = sorted(path.name for path in (tmp_path / "etsi").iterdir())
    assert [name[:7] for name in names] == ["000001-", "000002-"]
    assert not any(set(name) & set('<>"/\x00') for name in names)
    with pytest.raises(OutputExists):
        targets.check()
