"""Pieces of pages as small pictures: what a clerk needs to see of a value, and no more."""

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Final

from digidoc.archive.archive import Archive
from digidoc.model import Frame
from digidoc.ocr.source.opening import open_source
from digidoc.pipeline.review.crops import Crop

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# JPEG's quality of a piece: print of 24 to 36 pixels stays clear, and a line takes some 5 KB.
_PIECE: Final = 35
# A page as a whole: pixels of its shorter side, at which 13 point print is 20 pixels high, and JPEG's quality.
_SIDE: Final = 900
_PAGE: Final = 30
_COLOURS: Final = 3

#: Where a piece is asked for: the number of its page, from 1, and the piece; None for the page as a whole.
Asked = tuple[int, Crop | None]


def cut(archive: Archive, paper: str, frames: Mapping[int, Frame], asked: Iterable[Asked]) -> dict[Asked, bytes]:
    """Pieces of a paper's pages as JPEG, level and upright; those of a page that is not there are left out.

    Args:
        archive: where the paper lies.
        paper: its id.
        frames: how each page was read, by its number.
        asked: which pieces.

    Raises:
        FileMissing, UnreadableFile, TooLarge: a page cannot be shown.

    """
    by_page: dict[int, list[Crop | None]] = {}
    for number, crop in asked:
        by_page.setdefault(number, []).append(crop)
    found: dict[Asked, bytes] = {}
    if not by_page:
        return found
    with open_source(archive.file_path(paper, "original")) as source:
        for number, page in enumerate(islice(source.pages(), max(by_page)), 1):
            crops = by_page.get(number)
            if crops is None or number not in frames:
                continue
            image = page.image()
            for crop in crops:
                frame = frames[number]
                piece = _piece(image, frame, crop) if crop is not None else _page(image, frame)
                found[number, crop] = _coded(piece, _PIECE if crop is not None else _PAGE)
    return found


def _page(image: "NDArray[np.uint8]", frame: Frame) -> "NDArray[np.uint8]":
    width, height = frame.level_size
    scale = min(1.0, _SIDE / min(width, height))
    return _level(image, frame, (0, 0, width, height), (round(width * scale), round(height * scale)))


def _piece(image: "NDArray[np.uint8]", frame: Frame, crop: Crop) -> "NDArray[np.uint8]":
    return _level(image, frame, crop.view, (crop.width, crop.height))


def _level(
    image: "NDArray[np.uint8]", frame: Frame, view: tuple[float, float, float, float], size: tuple[int, int]
) -> "NDArray[np.uint8]":
    """A rectangle of the level frame, taken out of the page as displayed, `size` pixels large."""
    import cv2
    import numpy as np

    left, top, width, height = view
    across, down = image.shape[1] / frame.width, image.shape[0] / frame.height
    corners = [(left, top), (left + width, top), (left, top + height), (left + width, top + height)]
    there = np.array([frame.to_displayed(*corner) for corner in corners], np.float64) * (across, down)
    # Only what is shown is made smaller, and by averaging: single pixels would be passed over otherwise.
    low = np.maximum(0, np.floor(there.min(axis=0)).astype(int) - 2)
    high = np.maximum(low + 1, np.ceil(there.max(axis=0)).astype(int) + 2)
    part = image[low[1] : high[1], low[0] : high[0]]
    if not part.size:
        return np.full((size[1], size[0]), 255, np.uint8)
    scale = min(1.0, size[0] / (width * max(across, down)))
    smaller = max(1, round(part.shape[1] * scale)), max(1, round(part.shape[0] * scale))
    if scale < 1.0:
        real = smaller[0] / part.shape[1], smaller[1] / part.shape[0]
        part = cv2.resize(part, smaller, interpolation=cv2.INTER_AREA).astype(np.uint8)
    else:
        real = (1.0, 1.0)
    source = ((there[:3] - low) * real).astype(np.float32)
    target = np.array([(0, 0), (size[0], 0), (0, size[1])], np.float32)
    turned = cv2.warpAffine(
        part, cv2.getAffineTransform(source, target), size, flags=cv2.INTER_LINEAR, borderValue=(255, 255, 255)
    )
    return turned.astype(np.uint8)


def _coded(image: "NDArray[np.uint8]", quality: int) -> bytes:
    import cv2

    if image.ndim == _COLOURS:
        image = cv2.cvtColor(image, cv2.COLOR_RGB2BGR).astype("uint8")
    coded = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality, cv2.IMWRITE_JPEG_OPTIMIZE, 1])[1]
    return coded.tobytes()
