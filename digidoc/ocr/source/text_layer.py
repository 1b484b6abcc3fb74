"""The text layer of a PDF page: read by pdfium, judged, and handed on as words with boxes when it is good."""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from digidoc.model import Box, Frame, Line, PageText, Turn, Word
from digidoc.pdf.font.glyphless import printable
from digidoc.pdf.geometry import Matrix, Rectangle, apply
from digidoc.pdf.pdfium import PdfiumPage, PdfiumText
from digidoc.text import vietnamese_share

ENGINE = "text-layer"
_MAX_CHARS = 200_000
_HYPHENS = {0x02, 0xFFFE}  # what pdfium gives for a hyphen at the end of a line
_REPLACEMENT = 0xFFFD
_TURN_SAMPLES = 8  # of so many characters one tells which way text runs
_FONT_SAMPLES = 50

# Measured over 85 pages of real papers (shares as vietnamese_share gives them), pages of more than 200 characters:
# good layers, born digital: syllables .88-1.00, marked letters .26-.32 (54 pages);
# English OCR over Vietnamese: syllables .28-.67, marked .000-.005 (16 pages); English print: at most .21 and .000.
GOOD_SYLLABLES = 0.75
GOOD_MARKED = 0.12
# Of another language at least so many tokens must look like words or numbers; legacy fonts read as Unicode and
# fonts without ToUnicode give tokens with symbols and capitals inside.
_GOOD_TOKENS = 0.8
_MAX_BROKEN = 0.02
# A scan with a stamp or a typed note has a few visible words; a text page with a picture has more.
SCAN_SHARE = 0.3
_NOTE_CHARS = 300
_DOUBLED = 0.1

_EDGES = "()[]{}<>\"'“”‘’«».,;:!?…-–—/*&%+=§°•"
_WORDLIKE = re.compile(r"[^\W\d_]+(?:[-'’/.][^\W\d_]+)*|[\w.,:/()+-]*\d[\w.,:/()%+-]*|[.…_·•\-–—=*]+")
# TCVN3 (".Vn" fonts) keeps letters at the places of Latin-1 symbols, VNI writes the mark as a letter of its own.
_TCVN3 = re.compile(r"(?<=[^\W\d_])[©®¹¸»¼½¾¶·ª«¬µ¨§¦±²³]|[©®¹¸»¼½¾¶ª«¬µ¨§](?=[^\W\d_])")
_VNI = re.compile(r"[aeoyöôuiAEOYU][øùûõïâäáàåãêéèúüëæØÙÛÕÏÂÄÁÀÅÃÊÉÈÚÜËÆ]|ñ[a-zöô]", re.UNICODE)
_LEGACY_SHARE = 0.05
_LEGACY_FONTS = (".vn", "vni-", "vni ")


@dataclass(frozen=True, slots=True)
class _Char:
    text: str
    box: Box
    visible: bool


@dataclass(frozen=True, slots=True)
class _Layer:
    """All characters of a page, None between words, a line's end as an empty list boundary."""

    lines: tuple[tuple[tuple[_Char, ...], ...], ...]
    broken: int
    turn: Turn


@dataclass(frozen=True, slots=True)
class Look:
    """What is known of a page beside its text.

    Attributes:
        to_displayed: from user space to the page as displayed, points, y upwards.
        size: of the page as displayed, points.
        pixels: width and height of the image that the boxes refer to.
        dpi: of that image.
        image_share: how much of the page images cover, 0-1.
        hidden: whether an image hides all text.

    """

    to_displayed: Matrix
    size: tuple[float, float]
    pixels: tuple[int, int]
    dpi: tuple[float, float]
    image_share: float
    hidden: bool


def good_layer(page: PdfiumPage, look: Look) -> PageText | None:
    """The page's text if it may be kept, else None: the page is to be read.

    Visible text is kept when it is good Unicode of any language; invisible text (OCR of whoever scanned) only when it
    is good Vietnamese. Visible text excludes invisible text of the same page: no word comes twice. A scan with a few
    visible words on it is a scan.
    """
    with page.text() as text:
        return _good(text, look)


def _good(textpage: PdfiumText, look: Look) -> PageText | None:
    layer = _read(textpage, look)
    if layer is None:
        return None
    seen = _only(layer, visible=True)
    text = _plain(seen)
    letters = len(text.replace(" ", ""))
    if letters and not look.hidden:
        noted_scan = look.image_share >= SCAN_SHARE and letters < _NOTE_CHARS
        if noted_scan or _legacy_font(textpage) or not good_visible(text, layer.broken):
            return None
        return _page_text(seen, layer.turn, look, confidence=1.0)
    unseen = _only(layer, visible=False)
    text = _plain(unseen)
    if layer.broken > _MAX_BROKEN * max(1, len(text)) or not good_vietnamese(text) or _doubled(unseen):
        return None
    # Nobody knows how sure that OCR was; how much of it is syllables is the nearest there is.
    return _page_text(unseen, layer.turn, look, confidence=vietnamese_share(text)[0])


def good_vietnamese(text: str) -> bool:
    """Whether the text reads as Vietnamese by its syllables and marks."""
    syllables, marked = vietnamese_share(text)
    return syllables >= GOOD_SYLLABLES and marked >= GOOD_MARKED


def good_visible(text: str, broken: int) -> bool:
    """Whether visible text is good Unicode: Vietnamese, or tokens that look like words of any language.

    Args:
        text: the words with blanks between them.
        broken: characters that have no Unicode value.

    """
    if broken > _MAX_BROKEN * len(text):
        return False
    if good_vietnamese(text):
        return True
    tokens = [bare for token in text.split() if (bare := token.strip(_EDGES))]
    if not tokens:
        return True
    letters = sum(map(str.isalpha, text)) or 1
    if len(_TCVN3.findall(text)) > _LEGACY_SHARE * letters or len(_VNI.findall(text)) > _LEGACY_SHARE * letters:
        return False
    return sum(map(_wordlike, tokens)) / len(tokens) >= _GOOD_TOKENS


def _wordlike(token: str) -> bool:
    if not _WORDLIKE.fullmatch(token):
        return False
    if any(map(str.isdigit, token)):
        return True
    return all(
        part.islower() or part.isupper() or part[1:].islower() or part[1:].isupper() or not part.isascii()
        for part in re.findall(r"[^\W\d_]+", token)
    )


def _read(textpage: PdfiumText, look: Look) -> _Layer | None:
    if not 0 < len(textpage) <= _MAX_CHARS:
        return None
    lines: list[list[list[_Char]]] = [[[]]]
    broken, turns = 0, Counter[int]()
    scale = (look.pixels[0] / look.size[0], look.pixels[1] / look.size[1])
    for index, found in enumerate(textpage.characters()):
        code = found.code
        if code in (0x0A, 0x0D):
            lines.append([[]])
            continue
        char = "-" if code in _HYPHENS else chr(code)
        if char.isspace() or char == "\0":
            lines[-1].append([])
            continue
        private = unicodedata.category(char) in ("Co", "Cn", "Cs", "Cc")
        broken += code == _REPLACEMENT or private or found.unmapped
        if found.box is None:
            continue
        lines[-1][-1].append(_Char(char, _pixel_box(look, scale, found.box), found.visible))
        if index % _TURN_SAMPLES == 0:
            turns[_turn(found.angle, look.to_displayed)] += 1
    turn = turns.most_common(1)[0][0] if turns else 0
    frozen = tuple(tuple(tuple(word) for word in line if word) for line in lines)
    return _Layer(tuple(line for line in frozen if line), broken, _quarter(turn))


def _pixel_box(look: Look, scale: tuple[float, float], place: Rectangle) -> Box:
    x0, y0 = apply(look.to_displayed, place[0], place[1])
    x1, y1 = apply(look.to_displayed, place[2], place[3])
    height = look.size[1]
    xs, ys = sorted((x0 * scale[0], x1 * scale[0])), sorted(((height - y0) * scale[1], (height - y1) * scale[1]))
    return Box(xs[0], ys[0], xs[1], ys[1])


def _turn(angle: float, matrix: Matrix) -> int:
    """Clockwise degrees, a multiple of 90, that make text upright that runs at `angle` (radians) in user space."""
    dx, dy = math.cos(angle), math.sin(angle)
    shown = math.atan2(matrix[1] * dx + matrix[3] * dy, matrix[0] * dx + matrix[2] * dy)
    return round(math.degrees(shown) / 90) * 90 % 360


def _quarter(degrees: int) -> Turn:
    known: dict[int, Turn] = {0: 0, 90: 90, 180: 180, 270: 270}
    return known[degrees]


Lines = Sequence[Sequence[Sequence[_Char]]]


def _only(layer: _Layer, *, visible: bool) -> Lines:
    kept = [[[c for c in word if c.visible == visible] for word in line] for line in layer.lines]
    words = [[word for word in line if word] for line in kept]
    return [line for line in words if line]


def _plain(lines: Lines) -> str:
    return " ".join("".join(c.text for c in word) for line in lines for word in line)


def _doubled(lines: Lines) -> bool:
    """Whether words stand twice at the same place: two OCR layers, one over the other."""
    places = Counter(
        ("".join(c.text for c in word), round(word[0].box.x0 / 8), round(word[0].box.y0 / 8))
        for line in lines
        for word in line
    )
    return sum(n - 1 for n in places.values()) > _DOUBLED * sum(places.values())


def _legacy_font(textpage: PdfiumText) -> bool:
    """Whether most text is set in fonts of TCVN3 or VNI, whose codes are no Unicode whatever they look like."""
    names = textpage.font_names(_FONT_SAMPLES)
    return sum(name.lower().startswith(_LEGACY_FONTS) for name in names) > len(names) / 2


def _page_text(lines: Lines, turn: Turn, look: Look, *, confidence: float) -> PageText:
    frame = Frame(*look.pixels, turn=turn)
    made: list[Line] = []
    seen: set[tuple[str, int, int]] = set()
    for line in lines:
        words: list[Word] = []
        for chars in line:
            text = printable("".join(c.text for c in chars))
            box = _level(_union([c.box for c in chars]), frame)
            # Bold made by printing twice: the second copy lies within a pixel or two of the first.
            place = (text, round(box.x0 / 8), round(box.y0 / 8))
            if text and place not in seen:
                seen.add(place)
                words.append(Word(text, box, confidence))
        if words:
            made.append(Line(tuple(words), _union([word.box for word in words])))
    return PageText(frame, tuple(made), look.dpi, "layer", ENGINE)


def _union(boxes: Sequence[Box]) -> Box:
    return Box(min(b.x0 for b in boxes), min(b.y0 for b in boxes), max(b.x1 for b in boxes), max(b.y1 for b in boxes))


def _level(box: Box, frame: Frame) -> Box:
    width, height = frame.width, frame.height
    if frame.turn == 90:  # noqa: PLR2004 (degrees)
        return Box(height - box.y1, box.x0, height - box.y0, box.x1)
    if frame.turn == 180:  # noqa: PLR2004
        return Box(width - box.x1, height - box.y1, width - box.x0, height - box.y0)
    if frame.turn == 270:  # noqa: PLR2004
        return Box(box.y0, width - box.x1, box.y1, width - box.x0)
    return box
