"""Pictures of a signature and of a seal: read, checked, and made ready for a PDF once a batch."""

import struct
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image, UnidentifiedImageError

from digidoc.errors import from_os
from digidoc.i18n import N_
from digidoc.pdf.objects import Stream
from digidoc.sign.errors import UnfitPicture
from digidoc.sign.stamp.drawing import picture

#: Width of a seal's visible part where neither an option nor the file tells: digidoc's own default, not a rule.
SEAL_MM: Final = 36.0
#: Likewise of a signature.
SIGNATURE_MM: Final = 40.0
# A resolution that would make the picture smaller or larger than this is a screen's (72, 96 dpi), not the scanner's.
_PLAUSIBLE_MM: Final = (15.0, 70.0)
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_IHDR_END: Final = 24  # bytes: signature, chunk head, width, height
_LARGEST: Final = 40_000_000  # pixels; an A4 sheet at 600 dpi has 35 million
_DPI: Final = 400  # of what goes into the PDF: sharp in print, and some tens of kilobytes a signature
_FAINT: Final = 16  # of 255: less opacity is the ground, not the drawing
_MM_AN_INCH: Final = 25.4


@dataclass(frozen=True, slots=True)
class StampPicture:
    """A picture of its real size.

    Attributes:
        width: millimetres, of the visible part.
        height: likewise.
        soft: the image with a soft mask.
        hard: the image with a hard mask, for files in which nothing may be transparent.
        drawn: in cells of about a millimetre, rows from the top: what the drawing takes up, what it encloses too.

    """

    width: float
    height: float
    soft: Stream
    hard: Stream
    drawn: npt.NDArray[np.bool_] = field(repr=False, compare=False)


def stamp_picture(path: Path, millimetres: float | None, default: float) -> StampPicture:
    """Read a PNG with a transparent ground; its empty edges are cut off.

    Args:
        path: the PNG.
        millimetres: width of the visible part; None takes the file's resolution.
        default: width where the file tells no resolution, or one that makes no sense (below 15 or above 70 mm).

    Raises:
        FileMissing, PermissionMissing: see `from_os`.
        UnfitPicture: no PNG, damaged, animated, too large, without transparent ground, or empty.

    """
    pixels, dpi = _read(path)
    opaque = pixels[:, :, 3] >= _FAINT
    if not opaque.any():
        raise UnfitPicture(file=path, reason=N_("nothing can be seen in it"))
    if pixels[:, :, 3].min() >= 255 - _FAINT:
        raise UnfitPicture(file=path, reason=N_("its background is not transparent"))
    rows, columns = np.flatnonzero(opaque.any(axis=1)), np.flatnonzero(opaque.any(axis=0))
    pixels = pixels[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    width = millimetres or _by_resolution(pixels.shape[1], dpi) or default
    pixels = _reduced(pixels, width)
    height, wide = pixels.shape[:2]
    soft, hard = picture(_colours(pixels), pixels[:, :, 3].tobytes(), (wide, height))
    return StampPicture(width, width * height / wide, soft, hard, _drawn(pixels[:, :, 3] >= _FAINT, width / wide))


def _drawn(opaque: npt.NDArray[np.bool_], millimetres: float) -> npt.NDArray[np.bool_]:
    """What a drawing takes up in cells of about a millimetre: text inside a seal's ring would be under the seal.

    Args:
        opaque: pixels that can be seen.
        millimetres: of a pixel.

    """
    height, width = opaque.shape
    starts = [
        np.unique(np.linspace(0, n, max(1, round(n * millimetres)) + 1).astype(np.intp)[:-1]) for n in (height, width)
    ]
    cells = np.logical_or.reduceat(np.logical_or.reduceat(opaque, starts[0], axis=0), starts[1], axis=1)
    between = [
        np.logical_or.accumulate(cells, axis) & np.flip(np.logical_or.accumulate(np.flip(cells, axis), axis), axis)
        for axis in (0, 1)
    ]
    return between[0] & between[1]


def _read(path: Path) -> tuple[npt.NDArray[np.uint8], float]:
    """The pixels, red, green, blue and opacity, and the resolution across (0 when the file tells none)."""
    try:
        with path.open("rb") as stream:
            head = stream.read(_IHDR_END)
            if not head.startswith(_PNG) or len(head) < _IHDR_END:
                raise UnfitPicture(file=path, reason=N_("it is not a PNG"))
            # The size is read before Pillow sees the file: a small file may unpack to gigabytes.
            width, height = struct.unpack(">II", head[16:24])
            if width * height > _LARGEST:
                raise UnfitPicture(
                    file=path, reason=N_("{width} × {height} pixels are too many"), width=width, height=height
                )
            stream.seek(0)
            with Image.open(stream, formats=("PNG",)) as image:
                if getattr(image, "is_animated", False):
                    raise UnfitPicture(file=path, reason=N_("it is animated"))
                dpi = image.info.get("dpi", (0.0, 0.0))
                return np.asarray(image.convert("RGBA")), float(dpi[0])
    except (UnidentifiedImageError, SyntaxError, ValueError, EOFError, struct.error) as error:
        # Pillow names a broken chunk with a SyntaxError, broken data with an OSError or a ValueError.
        raise UnfitPicture(file=path, reason=N_("the file is damaged")) from error
    except OSError as error:
        if error.errno is None:
            raise UnfitPicture(file=path, reason=N_("the file is damaged")) from error
        raise from_os(error, path) from error


def _by_resolution(pixels: int, dpi: float) -> float | None:
    """Millimetres that the file's resolution gives; None when they make no sense for a signature or a seal."""
    least, most = _PLAUSIBLE_MM
    length = pixels / dpi * _MM_AN_INCH if dpi > 0 else 0.0
    return length if least <= length <= most else None


def _reduced(pixels: npt.NDArray[np.uint8], millimetres: float) -> npt.NDArray[np.uint8]:
    """No finer than 400 dpi. Pillow weighs the colours with the opacity, so no ground shines through the edges."""
    height, width = pixels.shape[:2]
    wide = round(millimetres / _MM_AN_INCH * _DPI)
    if wide >= width:
        return pixels
    image = Image.fromarray(pixels, "RGBA").resize((wide, max(1, round(height * wide / width))), Image.Resampling.BOX)
    return np.asarray(image)


def _colours(pixels: npt.NDArray[np.uint8]) -> bytes:
    """RGB; what cannot be seen has the mean colour, so that it packs well and tints no edge."""
    colours = pixels[:, :, :3].copy()
    seen = pixels[:, :, 3] >= _FAINT
    colours[~seen] = colours[seen].mean(axis=0)
    return colours.tobytes()
