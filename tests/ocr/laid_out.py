"""Papers as lines and words on an A4 page at 200 dpi, set as offices do: what a reader would hand on."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from digidoc.model import Box, ExtractedField, Frame, Line, PageText, Word
from digidoc.ocr.fields import extract

WIDTH, HEIGHT = 1654, 2339
# Middles of the header's columns, of the page's text, and of the signer's block; pixels.
LEFT, RIGHT, CENTRE, SIGNER = 450, 1150, 860, 1200
MARGIN, EDGE = 230, 1490
_LETTER, _BLANK, _TALL, _PITCH = 14, 9, 36, 46

MOTTO = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")
BODY = (
    "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015 và các",
    "văn bản hướng dẫn thi hành; xét đề nghị của Trưởng phòng Tư pháp tại Tờ trình",
    "số 12/TTr-TP ngày 03 tháng 01 năm 2025 về việc công nhận kết quả hòa giải ở cơ",
    "sở trên địa bàn xã, Ủy ban nhân dân xã đề nghị các thôn, các hội và đoàn thể thực",
    "hiện những nội dung sau đây để kết quả được công nhận đúng thời hạn theo quy định",
    "của pháp luật và báo cáo về Ủy ban nhân dân xã trước ngày làm việc cuối của tháng",
)


@dataclass(frozen=True)
class Paper:
    """Lines of one page by the places where offices set them; each of `left` from the issuer down to "V/v"."""

    left: Sequence[str] = ("ỦY BAN NHÂN DÂN", "XÃ AN BÌNH", "Số: 15/QĐ-UBND")
    right: Sequence[str] = (*MOTTO, "An Bình, ngày 05 tháng 02 năm 2025")
    title: Sequence[str] = ("QUYẾT ĐỊNH", "Về việc công nhận kết quả hòa giải")
    body: Sequence[str] = BODY
    recipients: Sequence[str] = ("Nơi nhận:", "- Như Điều 3;", "- Lưu: VT.")
    signer: Sequence[str] = ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH")
    name: str = "Trần Thị Mẫu"

    def page(self) -> PageText:
        """The paper on one page, read without a doubt."""
        lines = [
            *column(self.left, LEFT, 120),
            *column(self.right, RIGHT, 120),
            *column(self.title, CENTRE, 400),
            *block(self.body, MARGIN, 700, EDGE),
            *block(self.recipients, MARGIN, 1300),
            *column(self.signer, SIGNER, 1300),
            *column([self.name] if self.name else [], SIGNER, 1600),
        ]
        return PageText(Frame(WIDTH, HEIGHT), tuple(lines), (200, 200), "ocr", "test")


def line(text: str, x0: float, y0: float, *, confidence: float = 0.99, doubt: str = "", right: float = 0.0) -> Line:
    """A line that begins at x0 (and is spread to end at `right`); a tab is a gap of 120 pixels."""
    words, x = [], x0
    for part in text.split("\t"):
        for word in part.split():
            words.append(Word(word, Box(x, y0, x + _LETTER * len(word), y0 + _TALL), confidence))
            x += _LETTER * len(word) + _BLANK
        x += 120
    spread = (right - words[-1].box.x1) / max(1, len(words) - 1) if right else 0.0
    words = [
        replace(w, box=w.box._replace(x0=w.box.x0 + n * spread, x1=w.box.x1 + n * spread)) for n, w in enumerate(words)
    ]
    return Line(tuple(words), Box(x0, y0, words[-1].box.x1, y0 + _TALL), doubt)


def centred(text: str, middle: float, y0: float, *, confidence: float = 0.99, doubt: str = "") -> Line:
    """A line around a middle."""
    width = line(text, 0, 0).box.x1
    return line(text, middle - width / 2, y0, confidence=confidence, doubt=doubt)


def column(texts: Sequence[str], middle: float, top: float) -> list[Line]:
    """Centred lines, one under the other."""
    return [centred(text, middle, top + n * _PITCH) for n, text in enumerate(texts)]


def block(texts: Sequence[str], x0: float, top: float, right: float = 0.0) -> list[Line]:
    """Lines that begin at x0, the first one of a paragraph indented, spread up to `right` where it is given."""
    indent = 90 if right else 0
    return [line(text, x0 + (0 if n else indent), top + n * _PITCH, right=right) for n, text in enumerate(texts)]


def with_lines(page: PageText, *more: Line) -> PageText:
    """The page with further lines, last in reading order."""
    return replace(page, lines=(*page.lines, *more))


def read_as(page: PageText, text: str, other: str, *, confidence: float = 0.99, doubt: str = "") -> PageText:
    """The page with the line of one text read as another, in its place."""
    lines = [
        line(other, each.box.x0, each.box.y0, confidence=confidence, doubt=doubt) if each.text == text else each
        for each in page.lines
    ]
    assert lines != list(page.lines), text
    return replace(page, lines=tuple(lines))


def from_layer(page: PageText) -> PageText:
    """The page as an exact text layer gives it."""
    return replace(page, source="layer")


def fields_of(*pages: PageText) -> dict[str, ExtractedField]:
    """The first field of each name."""
    found: dict[str, ExtractedField] = {}
    for field in extract(pages):
        found.setdefault(field.name, field)
    return found


def values(field_name: str, *pages: PageText) -> list[str]:
    """The values of all fields of a name."""
    return [field.value for field in extract(pages) if field.name == field_name]


def to_review(*pages: PageText) -> set[str]:
    """The names of fields that a person has to confirm."""
    return {field.name for field in extract(pages) if field.review}
