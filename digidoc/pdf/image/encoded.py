"""An image as a PDF stream holds it: a value, without I/O."""

from dataclasses import dataclass, field
from typing import Any


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
