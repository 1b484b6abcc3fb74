"""Small pages with known words, for tests; the sample papers are in `digidoc.demo.scans`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from digidoc.demo.layout import A4_MM, BODY, Face, Sheet
from digidoc.model import Line, Turn, Word

LINES = (
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "Độc lập - Tự do - Hạnh phúc",
    "Số: 15/QĐ-UBND",
    "Căn cứ Luật Tổ chức chính quyền địa phương;",
    "Điều 1. Ban hành kèm theo Quyết định này quy chế tiếp công dân.",
    "Điều 2. Quyết định có hiệu lực kể từ ngày ký.",
)


@dataclass(frozen=True)
class TruePage:
    """A page and what is on it.

    `image` is the page as displayed; it must be turned by `turn` degrees clockwise and then by `skew` degrees
    counter-clockwise to be level. The boxes of `lines` are in that level frame, pixels, around the ink.
    """

    __test__ = False

    image: Image.Image
    lines: tuple[Line, ...]
    dpi: int
    turn: Turn
    skew: float

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)

    def words(self) -> Iterator[Word]:
        for line in self.lines:
            yield from line.words


def page_with_words(
    lines: Sequence[str] = LINES,
    *,
    dpi: int = 200,
    turn: Turn = 0,
    skew: float = 0.0,
    size_mm: tuple[float, float] = A4_MM,
    face: Face = BODY,
) -> TruePage:
    """A grey page with these lines, one below the other; an empty line leaves a gap. About 30 ms."""
    sheet = Sheet(dpi, size_mm)
    for text in lines:
        if text:
            sheet.line(text, face, sheet.left, sheet.y)
        sheet.y += sheet.leading(face) * 1.3
    image = sheet.image
    if skew:
        image = image.rotate(-skew, Image.Resampling.BICUBIC, fillcolor=255)
    if turn:
        back = {90: Image.Transpose.ROTATE_90, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_270}
        image = image.transpose(back[turn])
    return TruePage(image, tuple(sheet.lines), dpi, turn, skew)


def pages(count: int, *, dpi: int = 150) -> list[TruePage]:
    """Upright A4 pages that differ in their first line."""
    return [page_with_words((f"Trang số {number} của hồ sơ", *LINES), dpi=dpi) for number in range(1, count + 1)]


def save(made: TruePage | Sequence[TruePage], path: Path, **options: object) -> Path:
    """Write one page, or several as a multi-page TIFF or PDF, in the format that the suffix names, with their dpi."""
    all_pages = [made] if isinstance(made, TruePage) else list(made)
    first, dpi = all_pages[0].image, all_pages[0].dpi
    path.parent.mkdir(parents=True, exist_ok=True)
    many = {"save_all": True, "append_images": [page.image for page in all_pages[1:]]} if len(all_pages) > 1 else {}
    where = {"resolution": dpi} if path.suffix == ".pdf" else {"dpi": (dpi, dpi)}
    first.save(path, **{**where, **many, **options})
    return path
