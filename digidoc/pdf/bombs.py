"""Hostile PDFs: what would unpack, or multiply, beyond what a worker may take is refused before a library opens it.

Deflate packs up to 1,032 to 1 (RFC 1951), and a form that draws ten forms that draw ten forms … is a million drawings
in a few hundred bytes: neither qpdf nor pdfium knows a limit that would keep a worker below 1 GB.

Of a file that was cut off they show what is left, in silence: a page whose content is gone is refused too.
"""

import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import pikepdf
from pikepdf import Array, Dictionary, Name

from digidoc.errors import TooLarge, UnreadableFile
from digidoc.i18n import N_
from digidoc.pdf.image.xobject import filters, too_large

# One stream, unpacked: an A4 page in colour at 600 dpi has 105 MB; qpdf takes twice as much for a packed list of
# objects.
MAX_STREAM_BYTES = 256 * 10**6
# What draws a page: operators and fonts. A map of a province has 20 MB.
MAX_PAGE_BYTES = 32 * 10**6
# Forms drawn on one page, each time counted.
MAX_DRAWINGS = 10_000
_PIECE = 1 << 20
_STEP = 1 << 22
_START = re.compile(rb"stream\r?\n")
_DRAWN = re.compile(rb"/([^\s/<>\[\](){}%]+)\s+Do\b")
_TAIL = 2048  # readers look for the end of a file in its last kilobyte (ISO 32000-1, annex H)
_NESTED = 3  # Flate in Flate in Flate
_MAX_DEPTH = 30


def refuse_bomb(path: Path) -> None:
    """Unpack every Flate stream of a file, keeping nothing.

    The places are found by the keyword alone, so that no broken or lying table of objects hides one.

    Raises:
        TooLarge: a stream unpacks to more than `MAX_STREAM_BYTES`.
        OSError: the file cannot be read.

    """
    with path.open("rb") as stream:
        for place in _starts(stream):
            stream.seek(place)
            if _unpacks_too_far(stream):
                reason = N_("a part of it unpacks to more than {size} MB")
                raise TooLarge(file=path, reason=reason, size=MAX_STREAM_BYTES // 10**6)


def _starts(stream: BinaryIO) -> Iterator[int]:
    """Where the data after each keyword begins; the stream may be moved in between."""
    at, tail = 0, b""
    while True:
        stream.seek(at)
        piece = stream.read(_PIECE)
        if not piece:
            return
        data = tail + piece
        base = at - len(tail)
        for found in _START.finditer(data):
            if found.end() > len(tail):
                yield base + found.end()
        at += len(piece)
        tail = data[-8:]


def _unpacks_too_far(stream: BinaryIO) -> bool:
    """Whether the Flate data from here on unpacks too far, or Flate data inside it."""
    chain: list[Any] = []
    totals: list[int] = []
    while piece := stream.read(1 << 16):
        if not chain:
            if not _looks_packed(piece):
                return False
            chain, totals = [zlib.decompressobj()], [0]
        if _feed(piece, chain, totals):
            return True
        if chain[0].eof:
            return False
    return False


def _feed(data: bytes, chain: list[Any], totals: list[int], level: int = 0) -> bool:
    worker = chain[level]
    while data and not worker.eof:
        try:
            out = worker.decompress(data, _STEP)
        except zlib.error:
            # Broken from here on; what libraries save of it is what came out so far.
            chain[level] = _Ended()
            return False
        data = worker.unconsumed_tail
        first = totals[level] == 0 and bool(out)
        totals[level] += len(out)
        if totals[level] > MAX_STREAM_BYTES:
            return True
        if first and level + 1 < _NESTED and _looks_packed(out):
            chain.append(zlib.decompressobj())
            totals.append(0)
        if level + 1 < len(chain) and out and _feed(out, chain, totals, level + 1):
            return True
    return False


def _looks_packed(data: bytes) -> bool:
    """Whether a zlib header stands there (RFC 1950, 2.2)."""
    return len(data) > 1 and data[0] & 0x0F == 8 and (data[0] << 8 | data[1]) % 31 == 0  # noqa: PLR2004 (see there)


class _Ended:
    """In the place of a decompressor that has met broken data."""

    eof = True


class PageGuard:
    """Looks at what draws a page before anything follows it; what several pages share is looked at once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._sizes: dict[tuple[int, int], int] = {}
        self._huge: dict[tuple[int, int], bool] = {}
        self._cut_off = _is_cut_off(path)

    def check(self, page: pikepdf.Page, number: int) -> None:
        """Refuse a page whose images, operators or fonts are too large, whose forms multiply, or that is not all there.

        Args:
            page: the page.
            number: from 1, for the sentence.

        Raises:
            TooLarge: see above.
            UnreadableFile: the file ends too early, and what the page shows is gone. It would come out blank.

        """
        try:
            missing = self._cut_off and _is_missing(page)
            parts = list(_parts(page))
            image_too_large = any(self._is_huge(part) for part in parts if _is_image(part))
            size = sum(self._size(part) for part in parts if not _is_image(part))
            too_many = size <= MAX_PAGE_BYTES and _drawings(page) > MAX_DRAWINGS
        except RecursionError:
            missing, image_too_large, size, too_many = False, False, 0, True
        except Exception:  # noqa: BLE001 (fuzzed dictionaries raise anything: pdfium's own care is left then)
            return
        if missing:
            reason = N_("it is cut off: what page {page} shows is missing")
            raise UnreadableFile(file=self._path, reason=reason, page=number)
        if image_too_large:
            reason = N_("an image on page {page} would not fit in memory")
            raise TooLarge(file=self._path, reason=reason, page=number)
        if size > MAX_PAGE_BYTES:
            reason = N_("page {page} unpacks to more than {size} MB")
            raise TooLarge(file=self._path, reason=reason, page=number, size=MAX_PAGE_BYTES // 10**6)
        if too_many:
            reason = N_("the drawings on page {page} contain each other without end")
            raise TooLarge(file=self._path, reason=reason, page=number)

    def _is_huge(self, image: pikepdf.Object) -> bool:
        if image.objgen not in self._huge:
            self._huge[image.objgen] = too_large(image)
        return self._huge[image.objgen]

    def _size(self, part: pikepdf.Object) -> int:
        if part.objgen not in self._sizes:
            self._sizes[part.objgen] = len(part.read_bytes())
        return self._sizes[part.objgen]


def _is_cut_off(path: Path) -> bool:
    """Whether a file ends before it says where its table of objects is (ISO 32000-1, 7.5.5)."""
    with path.open("rb") as stream:
        stream.seek(max(0, path.stat().st_size - _TAIL))
        return b"startxref" not in stream.read()


def _is_missing(page: pikepdf.Page) -> bool:
    """Whether a page has no content any more, or draws images or forms that are gone."""
    drawn = {"/" + name.decode("latin-1") for name in _DRAWN.findall(_content(page))}
    there = page.resources.get("/XObject")
    return "/Contents" not in page.obj or bool(drawn - set(there.keys() if isinstance(there, Dictionary) else ()))


def _content(page: pikepdf.Page) -> bytes:
    contents = page.obj.get("/Contents", Array([]))
    parts = [contents] if isinstance(contents, pikepdf.Stream) else list(contents)
    return b"\n".join(part.read_bytes() for part in parts)


def _is_image(part: pikepdf.Object) -> bool:
    return part.get("/Subtype") == Name.Image or "/JPXDecode" in filters(part)


def _parts(page: pikepdf.Page) -> Iterator[pikepdf.Object]:
    """The streams that draw a page: contents, forms, patterns, glyphs, fonts, images."""
    seen: set[tuple[int, int]] = set()
    waiting: list[tuple[Any, int]] = [(page.obj.get("/Contents"), 0), (page.resources, 0)]
    while waiting:
        found, depth = waiting.pop()
        if not isinstance(found, pikepdf.Object) or depth > _MAX_DEPTH:
            continue
        if found.is_indirect:
            if found.objgen in seen:
                continue
            seen.add(found.objgen)
        if isinstance(found, Array):
            waiting.extend((each, depth + 1) for each in found)
        elif isinstance(found, Dictionary | pikepdf.Stream):
            if isinstance(found, pikepdf.Stream):
                yield found
            waiting.extend((value, depth + 1) for key, value in found.items() if key not in ("/Parent", "/P", "/Pg"))


def _drawings(page: pikepdf.Page) -> int:
    """Forms that are drawn on the page, each time counted; more than allowed when one contains itself."""
    known: dict[tuple[int, int], int] = {}

    def count(data: bytes, resources: Any, above: frozenset[tuple[int, int]]) -> int:
        forms = resources.get("/XObject") if isinstance(resources, Dictionary) else None
        if not isinstance(forms, Dictionary):
            return 0
        total = 0
        for name in _DRAWN.findall(data):
            form = forms.get("/" + name.decode("latin-1"))
            if not isinstance(form, pikepdf.Stream) or form.get("/Subtype") == Name.Image:
                continue
            if form.objgen in above or len(above) > _MAX_DEPTH:
                return MAX_DRAWINGS + 1
            if form.objgen not in known:
                inner = count(form.read_bytes(), form.get("/Resources", resources), above | {form.objgen})
                known[form.objgen] = 1 + inner
            total += known[form.objgen]
            if total > MAX_DRAWINGS:
                break
        return total

    return count(_content(page), page.resources, frozenset())
