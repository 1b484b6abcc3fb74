"""Images as sources: one page a file, or one a frame of a TIFF."""

import mmap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from digidoc.errors import DigidocError, TooLarge, UnreadableFile
from digidoc.i18n import N_
from digidoc.model import PageText
from digidoc.ocr.source.protocol import MAX_PAGES, Source
from digidoc.ocr.source.resolution import dpi_of
from digidoc.pdf.content import PageContent, PlacedImage
from digidoc.pdf.geometry import Matrix, legal_size
from digidoc.pdf.image.encoded import EncodedImage
from digidoc.pdf.image.jpeg import first_jpeg, jpeg_stream
from digidoc.pdf.image.jpx import jp2_stream
from digidoc.pdf.image.pixels import (
    MAX_COLOUR_PIXELS,
    MAX_DEEP_PIXELS,
    MAX_OTHER_PIXELS,
    as_displayed,
    capped_size,
    orientation_of,
    strict_pillow,
)
from digidoc.pdf.image.png import png_stream
from digidoc.pdf.image.recode import lossless, near_lossless
from digidoc.pdf.image.tiff import group4_strip, tiff_jpeg
from digidoc.pdf.image.xobject import damaged

ResultT = TypeVar("ResultT")

# Only the decoder for what the first bytes say may touch a file (Pillow's EPS reader, for one, starts Ghostscript).
_DECODERS = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/tiff": "TIFF",
    "image/webp": "WEBP",
    "image/avif": "AVIF",
    "image/jp2": "JPEG2000",
    "image/x-portable-anymap": "PPM",
    "image/bmp": "BMP",
    "image/gif": "GIF",
}
_LOSSY = ("image/webp", "image/heic", "image/avif")
# TIFF 6.0, tag Compression: what might have gone in as it is, had it been one piece and of the right kind.
_IN_STRIPS = {2: "group 3", 3: "group 3", 4: "group 4 in several strips", 6: "JPEG in strips", 7: "JPEG in strips"}
_SWAPPED = 5  # from this orientation on (TIFF 6.0, tag 274), rows are columns
# A larger page is decoded again where its pixels have to be packed anew: A4 at 350 dpi.
_KEPT_PIXELS = 12_000_000
_SUBFILE_TYPE, _REDUCED = 254, 1


def _placement(orientation: int, width: float, height: float) -> Matrix:
    """The matrix that shows an image of that EXIF orientation on a page of the displayed size (points)."""
    return {
        1: (width, 0.0, 0.0, height, 0.0, 0.0),
        2: (-width, 0.0, 0.0, height, width, 0.0),
        3: (-width, 0.0, 0.0, -height, width, height),
        4: (width, 0.0, 0.0, -height, 0.0, height),
        5: (0.0, -height, -width, 0.0, width, height),
        6: (0.0, -height, width, 0.0, 0.0, height),
        7: (0.0, height, width, 0.0, 0.0, 0.0),
        8: (0.0, height, -width, 0.0, width, 0.0),
    }[orientation]


@dataclass(frozen=True, slots=True)
class _Look:
    """What the header says of a frame: pixels as stored, orientation, dpi as stored."""

    width: int
    height: int
    orientation: int
    dpi: tuple[float, float]

    @property
    def displayed(self) -> tuple[int, int, float, float]:
        """Width, height, dpi x, dpi y after the orientation."""
        x, y = self.dpi
        if self.orientation >= _SWAPPED:
            return self.height, self.width, y, x
        return self.width, self.height, x, y


class ImagePage:
    """A frame of an image file."""

    text: PageText | None = None

    def __init__(self, source: "ImageSource", index: int) -> None:
        self._source = source
        self.index = index

    @property
    def dpi(self) -> tuple[float, float]:
        """See `SourcePage`."""
        width, height, x, y = self._source.look(self.index).displayed
        shown_width, shown_height = capped_size(width, height)
        return x * shown_width / width, y * shown_height / height

    def image(self) -> NDArray[np.uint8]:
        """See `SourcePage`."""
        return self._source.pixels(self.index)


class ImageSource(Source):
    """An image file; only the frame in hand is decoded.

    Raises:
        UnreadableFile: Pillow and libheif make nothing of it.
        TooLarge: a decompression bomb, or a chain of more than 10,000 frames.

    """

    def __init__(self, path: Path, media_type: str) -> None:
        self.path = path
        self.media_type = media_type
        self._intact: set[int] = set()
        self._broken: dict[int, str] = {}
        self._stream: BinaryIO | None = None
        self._looks: dict[int, _Look] = {}
        self._image: Any = None
        try:
            with self._guarded():
                self._image = self._open()
                self._frames = self._usable_frames()
        except DigidocError:
            self.close()
            raise
        self.page_count = len(self._frames)

    def _open(self) -> Any:
        if self.media_type != "image/heic":
            # A stream, not a path: Pillow maps plain TIFF files given by path, and then mixes up the rows of those
            # whose orientation swaps width and height (seen in 13.0).
            self._stream = self.path.open("rb")
            return Image.open(self._stream, formats=(_DECODERS[self.media_type],))
        import pi_heif

        # Not pi_heif's plug-in for Pillow: that would be registered for the whole process.
        container = pi_heif.open_heif(self.path)
        width, height = container.size
        if width * height > (Image.MAX_IMAGE_PIXELS or 0):
            raise Image.DecompressionBombError(f"{width} x {height} pixels")
        image = container.to_pillow()
        # libheif has turned the pixels already.
        image.info.pop("exif", None)
        return image

    def _usable_frames(self) -> list[int]:
        """Numbers of the frames that are pages: of a TIFF all but thumbnails, of other files the first.

        Pillow ends a chain of TIFF directories that comes back to itself.
        """
        if self.media_type != "image/tiff":
            return [0]
        frames: list[int] = []
        for number in range(MAX_PAGES + 1):
            try:
                self._image.seek(number)
            except EOFError:
                break
            if not self._image.tag_v2.get(_SUBFILE_TYPE, 0) & _REDUCED:
                frames.append(number)
        if len(frames) > MAX_PAGES:
            raise TooLarge(file=self.path, reason=N_("more than {pages} pages"), pages=MAX_PAGES)
        return frames or [0]

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        """Whatever a decoder raises becomes an error of the file; decoders raise far more than they document."""
        try:
            with strict_pillow():
                yield
        except DigidocError:
            raise
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            most = Image.MAX_IMAGE_PIXELS
            raise TooLarge(file=self.path, reason=N_("more than {pixels} pixels"), pixels=most) from error
        except MemoryError as error:
            raise TooLarge(file=self.path, reason=N_("its pixels do not fit in memory")) from error
        except UnidentifiedImageError as error:
            raise UnreadableFile(file=self.path, reason=N_("its beginning is damaged")) from error
        except Exception as error:
            raise UnreadableFile(file=self.path, reason=str(error) or type(error).__name__) from error

    def _frame(self, index: int) -> Any:
        if self._frames[index] != self._image.tell():
            self._image.seek(self._frames[index])
        if index not in self._looks:
            # Now, before any pixel is loaded: Pillow turns a TIFF as it loads it and forgets the tag.
            self._looks[index] = self._looked()
        return self._image

    def _looked(self) -> _Look:
        image = self._image
        if self.media_type == "image/tiff":
            tags = image.tag_v2
            width, height, orientation = int(tags[256]), int(tags[257]), tags.get(274, 1)
        else:
            width, height = image.size
            orientation = orientation_of(image)
        self._refuse_too_large(width * height)
        orientation = orientation if orientation in range(1, 9) else 1
        return _Look(width, height, orientation, dpi_of(width, height, image.info.get("dpi")))

    def _refuse_too_large(self, pixels: int) -> None:
        most = MAX_OTHER_PIXELS
        if self._image.mode in ("1", "L") and self.media_type not in _LOSSY:
            most = Image.MAX_IMAGE_PIXELS or MAX_COLOUR_PIXELS
        elif self._image.mode in ("P", "RGB") and self.media_type in ("image/jpeg", "image/png"):
            most = MAX_COLOUR_PIXELS
        elif self._image.mode in ("F", "I"):
            most = MAX_DEEP_PIXELS
        if pixels > most:
            raise TooLarge(file=self.path, reason=N_("more than {pixels} pixels"), pixels=most)

    def look(self, index: int) -> _Look:
        """The header of a page."""
        if index not in self._looks:
            with self._guarded():
                self._frame(index)
        return self._looks[index]

    def pixels(self, index: int) -> NDArray[np.uint8]:
        """The page as displayed."""
        # Pillow has turned a TIFF by the time it is decoded, the others not.
        look = self.look(index)
        orientation = 1 if self.media_type == "image/tiff" else look.orientation
        array = self._decoded(index, lambda image: as_displayed(image, orientation))
        if look.width * look.height > _KEPT_PIXELS:
            self._let_go()
        return array

    def _let_go(self) -> None:
        """Open the file anew: Pillow would keep the decoded pixels, 4 bytes each in colour, while the page is read."""
        self.close()
        self._stream = None
        with self._guarded():
            self._image = self._open()

    def _decoded(self, index: int, use: Callable[[Any], ResultT]) -> ResultT:
        """What `use` makes of the decoded frame."""
        if index in self._broken:
            # Pillow complains about broken pixels once; asked again, it hands out what it has.
            raise UnreadableFile(file=self.path, reason=self._broken[index])
        try:
            with self._guarded():
                image = self._frame(index)
                image.load()
                result = use(image)
        except UnreadableFile as error:
            self._broken[index] = error.params["reason"]
            raise
        self._intact.add(index)
        return result

    def pages(self) -> Iterator[ImagePage]:
        """See `Source`."""
        for index in range(self.page_count):
            yield ImagePage(self, index)

    def content(self, index: int) -> PageContent:
        """See `Source`. A frame that was never decoded is decoded now: broken pixels must not be filed as good."""
        if index not in self._intact:
            self._decoded(index, lambda _image: None)
        look = self.look(index)
        width, height, x, y = look.displayed
        size = legal_size((width / x * 72, height / y * 72))
        with self._guarded():
            found, notes = self._as_stored(index)
            if found is not None and damaged(found.data, [f"/{found.filter}"]):
                found = None
            orientation = look.orientation
            if found is None:
                found, notes = self._recoded(index)
                # Pillow has turned the pixels of a TIFF upright by now, those of the others not.
                orientation = 1 if self.media_type == "image/tiff" else look.orientation
        return PageContent(size, (PlacedImage(found, _placement(orientation, *size)),), notes)

    def _as_stored(self, index: int) -> tuple[EncodedImage | None, tuple[str, ...]]:
        """The file's own bytes where PDF/A-2 can hold them."""
        frame = self._frame(index)
        icc = frame.info.get("icc_profile")
        if self.media_type == "image/jpeg":
            data = self.path.read_bytes()
            return jpeg_stream(first_jpeg(data) if frame.format == "MPO" else data, icc)
        if self.media_type == "image/png" and frame.mode != "1":
            return png_stream(self.path.read_bytes(), icc), ()
        if self.media_type == "image/jp2":
            return jp2_stream(self.path.read_bytes()), ()
        if self.media_type != "image/tiff":
            return None, ()
        with self.path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
            strip = group4_strip(frame, mapped)
            if strip is not None:
                return strip, ()
            spliced = tiff_jpeg(frame, mapped)
        return jpeg_stream(spliced, icc) if spliced is not None else (None, ())

    def _recoded(self, index: int) -> tuple[EncodedImage, tuple[str, ...]]:
        """The decoded pixels, in the smallest form that loses nothing that can be seen."""
        image, notes = self._decoded(index, near_lossless if self.media_type in _LOSSY else lossless)
        if self.media_type in ("image/jpeg", "image/jp2"):
            notes = (*notes, f"recoded: PDF/A cannot hold this {self.media_type}; its pixels are kept without loss")
        compression = self._image.tag_v2.get(259) if self.media_type == "image/tiff" else None
        if compression in _IN_STRIPS:
            notes = (*notes, f"recoded: {_IN_STRIPS[compression]}; its pixels are kept without loss")
        return image, notes

    def close(self) -> None:
        """See `Source`."""
        if self._image is not None:
            self._image.close()
        if self._stream is not None:
            self._stream.close()
