"""Pages as pictures: what a scanner or a PDF shows, small enough to be sent and looked at at once."""

from collections import OrderedDict
from itertools import islice
from typing import Final

from digidoc.archive.archive import Archive
from digidoc.errors import UnreadableFile
from digidoc.i18n import N_
from digidoc.pipeline.stored import open_pages

# Pixels of the shorter side: A4 at 150 dpi, at which 11 point print is 23 pixels high.
SIDE: Final = 1240
# JPEG's qualities, best first. The first that keeps a page within the size is taken; the last one in any case.
_QUALITIES: Final = (65, 50, 35)
_LARGEST: Final = 200_000  # bytes
_KEPT: Final = 64 << 20  # bytes of all pictures that are kept
# Below this scale single pixels of the page would be passed over; above it the slower way (30 ms) shows nothing more.
_LITTLE: Final = 0.6


class Pictures:
    """Pictures of pages; those that were asked for last are kept. Use it in the thread of a `Worker`."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, int], bytes] = OrderedDict()
        self._size = 0

    @property
    def size(self) -> int:
        """Bytes of the pictures that are kept."""
        return self._size

    def picture(self, archive: Archive, paper: str, number: int) -> bytes:
        """A page of a paper as JPEG, its shorter side `SIDE` pixels long; a smaller page is not enlarged.

        Args:
            archive: where the paper lies.
            paper: its id.
            number: of the page, from 1.

        Raises:
            UnknownPaper: there is no such paper.
            FileMissing, UnreadableFile, TooLarge: the page cannot be shown.

        """
        known = self._kept.get((paper, number))
        if known is not None:
            self._kept.move_to_end((paper, number))
            return known
        made = _drawn(archive, paper, number)
        self._kept[paper, number] = made
        self._size += len(made)
        while self._size > _KEPT:
            self._size -= len(self._kept.popitem(last=False)[1])
        return made


def _drawn(archive: Archive, paper: str, number: int) -> bytes:
    import cv2
    import numpy as np

    with open_pages(archive, archive.paper(paper)) as source:
        page = next(islice(source.pages(), number - 1, number), None)
        if page is None:
            raise UnreadableFile(file=source.path, reason=N_("there is no page {page}"), page=number)
        image = page.image()
    height, width = image.shape[:2]
    scale = min(1.0, SIDE / min(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    way = cv2.INTER_LINEAR if scale > _LITTLE else cv2.INTER_AREA
    small = image if scale == 1.0 else cv2.resize(image, size, interpolation=way)
    if small.ndim == 3:  # noqa: PLR2004 (RGB, which OpenCV has the other way round)
        small = cv2.cvtColor(small, cv2.COLOR_RGB2BGR)
    coded = np.empty(0, np.uint8)
    for quality in _QUALITIES:
        coded = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
        if coded.size <= _LARGEST:
            break
    return coded.tobytes()
