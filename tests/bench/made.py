"""Papers whose print is known to the pixel, filed as if they had been read: what the clerk's page is tried on."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image, ImageDraw

from digidoc.archive.archive import Archive, paper_id
from digidoc.archive.ingest import Draft
from digidoc.demo.layout import Face, font_of
from digidoc.model import (
    Box,
    Event,
    ExtractedField,
    Frame,
    Level,
    Line,
    PageText,
    PaperRecord,
    PaperState,
    Turn,
    Unit,
    Word,
)
from digidoc.pipeline.review.copies import write_copy
from digidoc.pipeline.review.reading import Reading

UNIT = Unit("H17.12", Level.COMMUNE, "UBND xã Hòa Vang")
DPI = 150
SIZE = (1240, 1754)
WHEN = datetime(2025, 3, 4, 9, 30, tzinfo=UTC)
# Print of a decision: text, left and top in pixels. The value of a field is looked up in it.
PRINT = (
    ("UBND XÃ HÒA VANG", 150, 150),
    ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 620, 150),
    ("Số: 15 /QĐ-UBND", 150, 230),
    ("Hòa Vang, ngày 22 tháng 11 năm 2024", 660, 230),
    ("QUYẾT ĐỊNH", 540, 330),
    ("Về việc cấp giấy phép xây dựng nhà ở riêng lẻ", 360, 370),
    ("Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015", 150, 480),
    ("Nơi nhận:", 150, 1300),
    ("- Như Điều 3;", 150, 1340),
    ("- Lưu: VT.", 150, 1380),
    ("CHỦ TỊCH", 780, 1300),
    ("Nguyễn Văn Hòa", 750, 1560),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A field: name, what was read, how sure, and the words of the print that it stands on."""

    name: str
    value: str
    confidence: float
    words: str
    review: bool = True


@dataclass(frozen=True, slots=True)
class Made:
    """A paper to be made.

    Attributes:
        name: of its file.
        fields: what was read of it.
        dossier: its code.
        turn: how it lay on the scanner.
        skew: likewise.
        pages: how many it has.
        doubts: codes.
        unsure: words of the print that were read with little confidence, with the reading.
        unread: places with print that was not read.

    """

    name: str
    fields: Sequence[Asked] = ()
    dossier: str | None = "H17.12-250101-0001"
    turn: Turn = 0
    skew: float = 0.0
    pages: int = 1
    doubts: tuple[str, ...] = ()
    unsure: Mapping[str, tuple[str, float]] = field(default_factory=dict)
    unread: tuple[Box, ...] = ()


def number(value: str, confidence: float = 0.4) -> Asked:
    """A number that a pen wrote; 15 is on the paper."""
    return Asked("CodeNumber", value, confidence, "15")


def day(value: str, confidence: float = 0.4) -> Asked:
    """A day that a pen wrote; 22 November 2024 is on the paper."""
    return Asked("IssuedDate", value, confidence, "ngày 22 tháng 11 năm 2024")


SUBJECT = Asked(
    "Subject", "Về việc cấp giấy phép xây dựng nhà ở riêng lè", 0.7, "Về việc cấp giấy phép xây dựng nhà ở riêng lẻ"
)
SIGNER = Asked("SignerInfo.FullName", "", 0.0, "Nguyễn Văn Hòa")
RECIPIENT = Asked("ToPlaces.Place", "Lưu: VT", 0.7, "Lưu: VT.")
NOTATION = Asked("CodeNotation", "QĐ-UBND", 0.98, "/QĐ-UBND", review=False)


def make_archive(folder: Path, papers: Sequence[Made]) -> Path:
    """An archive with these papers, all of them to be reviewed."""
    with Archive.create(folder / "archive", unit=UNIT, profile="commune") as archive, archive.writing():
        for paper in papers:
            archive.file(paper.dossier, [draft(folder / "drafts", paper)])
        return archive.root


def draft(folder: Path, made: Made) -> Draft:
    """The files and the record of a paper."""
    level, page = _printed(made)
    shown = level.rotate(-made.skew, fillcolor="white", resample=Image.Resampling.BICUBIC).rotate(
        made.turn, expand=True
    )
    folder.mkdir(parents=True, exist_ok=True)
    original = folder / made.name
    more = [shown.copy() for _ in range(made.pages - 1)]
    options = {"save_all": True, "append_images": more} if made.pages > 1 else {}
    shown.save(original, dpi=(DPI, DPI), **options)
    reading = Reading((page,) * made.pages, tuple(_field(page, one) for one in made.fields))
    sha256 = hashlib.sha256(original.read_bytes()).hexdigest()
    identifier = paper_id(made.dossier, made.name, sha256)
    text, searchable = folder / f"{identifier}.json", folder / f"{identifier}.pdf"
    text.write_bytes(reading.to_json())
    write_copy(original, made.name, reading, searchable)
    record = PaperRecord(
        paper_id=identifier,
        task_key="key-1",
        dossier=made.dossier,
        name=made.name,
        source=str(original),
        state=PaperState.REVIEW,
        sha256=sha256,
        pages=tuple(page.text for page in reading.pages),
        page_dpi=(float(DPI),) * made.pages,
        fields=reading.fields,
        events=(Event(WHEN, "text recognition", "success", "test"),),
        confidence=0.9,
        doubts=made.doubts,
    )
    return Draft(record, {"original": original, "searchable": searchable, "text": text})


def _printed(made: Made) -> tuple[Image.Image, PageText]:
    """The level page, and what was read of it."""
    image = Image.new("RGB", SIZE, "white")
    pen, font = ImageDraw.Draw(image), font_of(Face(13), DPI)
    lines = []
    for text, x, y in PRINT:
        words, at = [], float(x)
        for one in text.split(" "):
            pen.text((at, y), one, font=font, fill="black")
            box = Box(*pen.textbbox((at, y), one, font=font))
            read, confidence = made.unsure.get(one, (one, 0.98))
            words.append(Word(read, box, confidence))
            at += pen.textlength(one + " ", font=font)
        lines.append(Line(tuple(words), Box.around([word.box for word in words])))
    width, height = (SIZE[1], SIZE[0]) if made.turn in (90, 270) else SIZE
    frame = Frame(width, height, made.turn, made.skew)
    return image, PageText(frame, tuple(lines), (DPI, DPI), "ocr", "test", unread=made.unread)


def _field(page: PageText, asked: Asked) -> ExtractedField:
    wanted = asked.words.split()
    for line in page.lines:
        texts = [word.text for word in line.words]
        for start in range(len(texts) - len(wanted) + 1):
            if texts[start : start + len(wanted)] == wanted:
                box = Box.around([word.box for word in line.words[start : start + len(wanted)]])
                return ExtractedField(asked.name, asked.value, asked.confidence, 1, box, asked.review)
    raise AssertionError(f"{asked.words!r} is not printed")
