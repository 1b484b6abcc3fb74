"""Pages as pictures: what a scanner or a PDF shows, small enough to be sent and looked at at once."""

from collections import OrderedDict
from collections.abc import Callable
from functools import cache
from itertools import islice
from typing import Final

from digidoc.archive.archive import Archive
from digidoc.errors import UnreadableFile
from digidoc.i18n import N_
from digidoc.ocr.source.opening import open_source

# Pixels of the shorter side: A4 at 150 dpi, at which 11 point print is 23 pixels high.
SIDE: Final = 1240
# Likewise of a small picture beside what was found.
_SMALL: Final = 300
# JPEG's qualities, best first. The first that keeps a page within the size is taken; the last one in any case.
_QUALITIES: Final = (65, 50, 35)
_LARGEST: Final = 200_000  # bytes
_KEPT: Final = 64 << 20  # bytes of all pictures that are kept
# Below this scale single pixels of the page would be passed over; above it the slower way (30 ms) shows nothing more.
_LITTLE: Final = 0.6
_EMPTY: Final = (150, 212)  # pixels: A4


class Pictures:
    """Pictures of pages; those that were asked for last are kept. Use it in the thread of a `Worker`."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, int, int], bytes] = OrderedDict()
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
        return self._known((paper, number, SIDE), lambda: _drawn(archive, paper, number))

    def small(self, archive: Archive, paper: str, number: int) -> bytes:
        """A small picture of a page, made from the large one, which is kept: whoever sees it may open the page next."""
        return self._known((paper, number, _SMALL), lambda: _shrunk(self.picture(archive, paper, number)))

    def _known(self, key: tuple[str, int, int], make: Callable[[], bytes]) -> bytes:
        """The picture that is kept, or the one that `make` makes."""
        known = self._kept.get(key)
        if known is not None:
            self._kept.move_to_end(key)
            return known
        made = make()
        self._kept[key] = made
        self._size += len(made)
        while self._size > _KEPT:
            self._size -= len(self._kept.popitem(last=False)[1])
        return made


@cache
def crossed_out() -> bytes:
    """A small sheet that is crossed out: what stands in the place of a page that cannot be shown."""
    import cv2
    import numpy as np

    width, height = _EMPTY
    sheet = np.full((height, width), 240, np.uint8)
    for start, end in (((0, 0), (width, height)), ((0, height), (width, 0))):
        cv2.line(sheet, start, end, 160, 2)
    return bytes(cv2.imencode(".jpg", sheet)[1])


def _shrunk(picture: bytes) -> bytes:
    """A picture with its shorter side `_SMALL` pixels long; a smaller one is not enlarged."""
    import cv2
    import numpy as np

    image = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_UNCHANGED)
    if image is None:
        raise RuntimeError("a picture of our own cannot be read")
    height, width = image.shape[:2]
    scale = min(1.0, _SMALL / min(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    return bytes(cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, _QUALITIES[0]])[1])


def _drawn(archive: Archive, paper: str, number: int) -> bytes:
    import cv2
    import numpy as np

    path = archive.file_path(paper, "original")
    with open_source(path) as source:
        page = next(islice(source.pages(), number - 1, number), None)
        if page is None:
            raise UnreadableFile(file=path, reason=N_("there is no page {page}"), page=number)
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
