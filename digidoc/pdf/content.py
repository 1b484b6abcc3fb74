"""What a page of the searchable PDF is made of, as the sources hand it to the writer: values, without I/O."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pikepdf

    from digidoc.pdf.vector.check import ObjectKey
    from digidoc.pdf.vector.stream import Drawn

# a b c d e f of PDF: x' = a x + c y + e, y' = b x + d y + f
Matrix = tuple[float, float, float, float, float, float]

# ISO 32000-1 annex C and ISO 19005-2, 6.1.13: no page boundary below 3 or above 14,400 units.
MIN_SIDE = 3.0
MAX_SIDE = 14400.0


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


def number(value: float) -> str:
    """A number as a content stream takes it: no exponent, no needless digits."""
    text = f"{value:.5f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


@dataclass(frozen=True, slots=True)
class EncodedImage:
    """An image as a PDF stream holds it.

    Attributes:
        data: the bytes of the stream, encoded by `filter`.
        width: pixels.
        height: pixels.
        colors: components a pixel: 1, 3 or 4.
        bits: bits a component.
        filter: PDF name without slash, such as DCTDecode.
        parms: entries of /DecodeParms.
        palette: RGB bytes of an indexed image.
        icc: an ICC profile of the components; None for the device colour space.
        inverted: whether the components are stored upside down (/Decode [1 0 …]).

    """

    data: bytes
    width: int
    height: int
    colors: int
    bits: int
    filter: str
    parms: dict[str, Any] = field(default_factory=dict)
    palette: bytes | None = None
    icc: bytes | None = None
    inverted: bool = False


@dataclass(frozen=True, slots=True)
class PlacedImage:
    """An image and the matrix that takes its unit square to the page as displayed (points, y upwards).

    `image` is an image of our own, or an image XObject of the source PDF whose stream is copied as it is.
    """

    image: "EncodedImage | pikepdf.Object"
    matrix: Matrix


@dataclass(frozen=True, slots=True)
class VectorPage:
    """A page of the source PDF whose own drawing is copied.

    Attributes:
        page: of the source.
        box: its visible box in user space: left, bottom, right, top.
        rotation: its /Rotate.
        to_displayed: from user space to the page as displayed, y upwards.
        drawn: what it uses.
        forms: what each of its forms and patterns uses.

    """

    page: "pikepdf.Page"
    box: tuple[float, float, float, float]
    rotation: int
    to_displayed: Matrix
    drawn: "Drawn"
    forms: "dict[ObjectKey, Drawn]"


@dataclass(frozen=True, slots=True)
class PageContent:
    """One page to write: its size as displayed (points), and the images on it or its own drawing.

    Attributes:
        size: width and height, points.
        images: in drawing order.
        notes: code and detail of each place where original bytes could not be embedded as they are.
        vector: the page's own drawing, in the place of images.

    """

    size: tuple[float, float]
    images: tuple[PlacedImage, ...]
    notes: tuple[str, ...] = ()
    vector: VectorPage | None = None
