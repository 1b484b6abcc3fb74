"""What a page of the searchable PDF is made of, as the sources hand it to the writer: values, without I/O."""

from dataclasses import dataclass

import pikepdf

from digidoc.pdf.geometry import Matrix
from digidoc.pdf.image.encoded import EncodedImage
from digidoc.pdf.vector.values import VectorPage


@dataclass(frozen=True, slots=True)
class PlacedImage:
    """An image and the matrix that takes its unit square to the page as displayed (points, y upwards).

    `image` is an image of our own, or an image XObject of the source PDF whose stream is copied as it is.
    """

    image: EncodedImage | pikepdf.Object
    matrix: Matrix


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
