"""A4 pages: text, lines, boxes and pictures, with the origin at the top left."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from digidoc.pdf.font.face import Face
from digidoc.pdf.typeset.blocks import Picture


@dataclass(frozen=True, slots=True)
class Paper:
    """How pages are laid out, in points.

    Attributes:
        width: of the page.
        height: of the page.
        margin: left, right and above.
        foot: below, with the line at the foot in it.
        names: width of the left column where names stand beside their values.

    """

    width: float
    height: float
    margin: float
    foot: float
    names: float

    @property
    def inner(self) -> float:
        """The width between the margins."""
        return self.width - 2 * self.margin


UPRIGHT: Final = Paper(595.28, 841.89, 50.0, 48.0, 130.0)
ACROSS: Final = Paper(841.89, 595.28, 36.0, 34.0, 110.0)


class Sheet:
    """A page in the making.

    Args:
        paper: how it is laid out.
        faces: the typefaces, by whether they are bold.

    """

    def __init__(self, paper: Paper, faces: Mapping[bool, Face]) -> None:
        self.paper = paper
        self.pictures: dict[str, Picture] = {}
        self._faces = faces
        self._content: list[bytes] = []

    @property
    def content(self) -> bytes:
        """The content stream."""
        return b"\n".join(self._content)

    def box(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        """A filled box; `y` is its upper edge."""
        place = (*_rgb(colour), x, self.paper.height - y - height, width, height)
        self._content.append(b"%.3f %.3f %.3f rg %.2f %.2f %.2f %.2f re f" % place)

    def line(self, points: Sequence[tuple[float, float]], colour: str, width: float) -> None:
        """A line through at least two points."""
        path = b" ".join(
            b"%.2f %.2f %s" % (x, self.paper.height - y, b"l" if place else b"m") for place, (x, y) in enumerate(points)
        )
        self._content.append(b"%.3f %.3f %.3f RG %.2f w %s S" % (*_rgb(colour), width, path))

    def text(self, text: str, x: float, y: float, size: float, colour: str, *, bold: bool = False) -> None:
        """A text that begins at `x` on the base line `y`."""
        if text:
            codes = self._faces[bold].encode(text).hex().encode()
            place = (*_rgb(colour), b"FB" if bold else b"FR", size, x, self.paper.height - y, codes)
            self._content.append(b"BT %.3f %.3f %.3f rg /%s %.2f Tf %.2f %.2f Td <%s> Tj ET" % place)

    def picture(self, picture: Picture, x: float, y: float, width: float, height: float) -> None:
        """A picture; `y` is its upper edge."""
        name = f"P{len(self.pictures)}"
        self.pictures[name] = picture
        place = (width, height, x, self.paper.height - y - height, name.encode())
        self._content.append(b"q %.2f 0 0 %.2f %.2f %.2f cm /%s Do Q" % place)


def _rgb(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return red, green, blue


def width_of(text: str, size: float, face: Face) -> float:
    """The width of a text, points."""
    return face.width(text) * size / 1000


def wrapped(text: str, size: float, width: float, face: Face) -> Iterator[str]:
    """Lines that are at most `width` points wide; a word that is wider is cut. At least one, which may be empty."""
    most = width * 1000 / size
    line = ""
    for word in text.split(" "):
        rest = word
        candidate = f"{line} {rest}" if line else rest
        if face.width(candidate) <= most:
            line = candidate
            continue
        if line:
            yield line
        while face.width(rest) > most:
            cut = _fitting(rest, most, face)
            yield rest[:cut]
            rest = rest[cut:]
        line = rest
    yield line


def _fitting(word: str, most: float, face: Face) -> int:
    """How many letters of a word fit, at least one."""
    total = 0.0
    for place, letter in enumerate(word):
        total += face.width(letter)
        if total > most:
            return max(1, place)
    return len(word)
