"""Where things lie on a page: matrices, and how a page's user space is shown (its box, its turn, its unit)."""

from dataclasses import dataclass
from typing import Final

# a b c d e f of PDF: x' = a x + c y + e, y' = b x + d y + f
Matrix = tuple[float, float, float, float, float, float]
# Two opposite corners; which ones, and whether y goes up or down, is said where one is used.
Rectangle = tuple[float, float, float, float]

POINTS_A_MM: Final = 72 / 25.4
# ISO 32000-1 annex C and ISO 19005-2, 6.1.13: no page boundary below 3 or above 14,400 units.
MIN_SIDE: Final = 3.0
MAX_SIDE: Final = 14400.0
# A page whose short side is longer than A2's is a scan without resolution: lengths grow with it, as on A4.
_LARGEST_SHORT_SIDE: Final = 1300.0
_A4_SHORT_SIDE: Final = 595.28


def multiply(first: Matrix, then: Matrix) -> Matrix:
    """The matrix that does `first`, and `then` after it."""
    a, b, c, d, e, f = first
    g, h, i, j, k, m = then
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


def apply(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    """Where the matrix takes the point."""
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def inverse(matrix: Matrix) -> Matrix:
    """The matrix that undoes `matrix`, which must not flatten the page."""
    a, b, c, d, e, f = matrix
    area = a * d - b * c
    return d / area, -b / area, -c / area, a / area, (c * f - d * e) / area, (b * e - a * f) / area


def bounds(matrix: Matrix, rectangle: Rectangle) -> Rectangle:
    """Left, bottom, right, top of where the matrix takes a rectangle."""
    corners = [apply(matrix, x, y) for x in rectangle[::2] for y in rectangle[1::2]]
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return min(xs), min(ys), max(xs), max(ys)


def legal_size(size: tuple[float, float]) -> tuple[float, float]:
    """Width and height of a page as near to these as PDF/A takes them."""
    width, height = (min(max(side, MIN_SIDE), MAX_SIDE) for side in size)
    return width, height


def number(value: float) -> str:
    """A number as a content stream takes it: no exponent, no needless digits."""
    text = f"{value:.5f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


@dataclass(frozen=True, slots=True)
class PageBox:
    """How a page is shown. Attributes and methods say in which of two units a length is: user space units or points.

    Attributes:
        box: the part that is shown: left, bottom, right, top in user space.
        rotate: degrees clockwise by which it is turned when shown: 0, 90, 180 or 270.
        unit: the size of a user space unit in points (/UserUnit).

    """

    box: Rectangle
    rotate: int
    unit: float

    @property
    def to_points(self) -> Matrix:
        """From user space to the page as displayed, points, y upwards."""
        left, bottom, right, top = self.box
        turned: Matrix = {
            0: (1.0, 0.0, 0.0, 1.0, -left, -bottom),
            90: (0.0, -1.0, 1.0, 0.0, -bottom, right),
            180: (-1.0, 0.0, 0.0, -1.0, right, top),
            270: (0.0, 1.0, -1.0, 0.0, top, -left),
        }[self.rotate]
        return multiply(turned, (self.unit, 0.0, 0.0, self.unit, 0.0, 0.0))

    @property
    def size(self) -> tuple[float, float]:
        """Width and height as displayed, points."""
        width, height = (self.box[2] - self.box[0]) * self.unit, (self.box[3] - self.box[1]) * self.unit
        return (height, width) if self.rotate in (90, 270) else (width, height)

    def to_displayed(self, x: float, y: float) -> tuple[float, float]:
        """Where a user space point is displayed: from the left and from the top, user space units."""
        left, bottom, right, top = self.box
        return {
            0: (x - left, top - y),
            90: (y - bottom, x - left),
            180: (right - x, y - bottom),
            270: (top - y, right - x),
        }[self.rotate]

    @property
    def displayed(self) -> tuple[float, float]:
        """Width and height as displayed, user space units."""
        width, height = self.box[2] - self.box[0], self.box[3] - self.box[1]
        return (height, width) if self.rotate in (90, 270) else (width, height)

    @property
    def point(self) -> float:
        """User space units of one point of paper; on a scan without resolution, of one point of A4."""
        short = min(self.displayed) * self.unit
        return (short / _A4_SHORT_SIDE if short > _LARGEST_SHORT_SIDE else 1.0) / self.unit

    def to_user(self, x: float, y: float) -> tuple[float, float]:
        """The user space point that is displayed `x` from the left and `y` from the top."""
        left, bottom, right, top = self.box
        return {
            0: (left + x, top - y),
            90: (left + y, bottom + x),
            180: (right - x, bottom + y),
            270: (right - y, top - x),
        }[self.rotate]

    def rectangle_to_user(self, rect: Rectangle) -> Rectangle:
        """Left, bottom, right, top in user space of a rectangle displayed at left, top, right, bottom."""
        return _upright(self.to_user(*rect[:2]), self.to_user(*rect[2:]))

    def rectangle_to_displayed(self, rect: Rectangle) -> Rectangle:
        """Left, top, right, bottom as displayed of a rectangle in user space."""
        return _upright(self.to_displayed(*rect[:2]), self.to_displayed(*rect[2:]))


def _upright(one: tuple[float, float], other: tuple[float, float]) -> Rectangle:
    return (min(one[0], other[0]), min(one[1], other[1]), max(one[0], other[0]), max(one[1], other[1]))
