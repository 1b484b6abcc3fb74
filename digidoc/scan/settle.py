"""Files that scanners drop into a folder: when one is whole.

A scanner writes for seconds, and over a network it pauses. A file is taken when its own structure is whole and its
size and time have not changed for a while: neither alone is enough. One that never becomes whole was cut off.
"""

import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

CUT_OFF_SECONDS: Final = 600.0
_UNFINISHED: Final = (".part", ".tmp", ".crdownload", ".filepart", ".partial")
_TAIL: Final = 64  # bytes behind the end of an image that some scanners fill up with zeros
_PDF_TAIL: Final = 1024  # ISO 32000-1, annex H
_PNG_END: Final = b"IEND\xaeB`\x82"
_JPEG_END: Final = b"\xff\xd9"
_STRIPS: Final = {273: 279, 324: 325}  # TIFF 6.0: where strips or tiles lie, and how long they are
_TYPES: Final = {1: "B", 3: "H", 4: "I", 16: "Q"}
_MOST_TAGS: Final = 4096
_MOST_PIECES: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Facts:
    """What the system says of a file."""

    size: int
    changed_ns: int


class Settling:
    """Says which files can be taken.

    Args:
        seconds: how long size and time have to stand still.

    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._since: dict[Path, tuple[Facts, float]] = {}

    def look(self, files: Mapping[Path, Facts], now: float) -> tuple[list[Path], list[Path]]:
        """Files that can be taken, and files that were cut off.

        Args:
            files: all that are there.
            now: of a clock that only goes forward, seconds.

        """
        self._since = {
            path: before if (before := self._since.get(path)) is not None and before[0] == facts else (facts, now)
            for path, facts in files.items()
        }
        ready, cut_off = [], []
        for path, (_facts, since) in self._since.items():
            if now - since < self._seconds:
                continue
            if is_whole(path) is not False:
                ready.append(path)
            elif now - since >= max(CUT_OFF_SECONDS, self._seconds):
                cut_off.append(path)
        return ready, cut_off

    def forget(self, path: Path) -> None:
        """Look at a file as if it were new."""
        self._since.pop(path, None)


def is_unfinished(name: str) -> bool:
    """Whether a name is one that programs give to files that they are still writing."""
    return name.startswith((".", "~")) or name.endswith("~") or name.lower().endswith(_UNFINISHED)


def is_whole(path: Path) -> bool | None:
    """Whether a file reaches to its own end; None for a kind whose end cannot be told, and for one that is gone."""
    try:
        with path.open("rb") as file:
            head = file.read(16)
            size = file.seek(0, 2)
            return next((check(file, size) for fits, check in _CHECKS if fits(head)), None)
    except (OSError, struct.error):
        return None


def _tail(file: BinaryIO, size: int, length: int) -> bytes:
    file.seek(max(0, size - length))
    return file.read(length)


def _ends_with(mark: bytes) -> Callable[[BinaryIO, int], bool]:
    return lambda file, size: mark in _tail(file, size, _TAIL)


def _pdf(file: BinaryIO, size: int) -> bool:
    tail = _tail(file, size, _PDF_TAIL)
    before, mark, after = tail.rpartition(b"startxref")
    del before
    words = after.split()
    return bool(mark) and b"%%EOF" in after and bool(words) and words[0].isdigit() and int(words[0]) < size


def _gif(file: BinaryIO, size: int) -> bool:
    """The end of a block, then the trailer."""
    return _tail(file, size, _TAIL).rstrip(b"\0").endswith(b"\0;")


def _riff(file: BinaryIO, size: int) -> bool:
    file.seek(4)
    (length,) = struct.unpack("<I", file.read(4))
    return bool(size >= length + 8)


def _bmp(file: BinaryIO, size: int) -> bool:
    file.seek(2)
    (length,) = struct.unpack("<I", file.read(4))
    return bool(size >= length)


def _boxes(file: BinaryIO, size: int) -> bool:
    """ISO 14496-12: boxes one behind the other up to the end; length 1 is followed by a long one, 0 reaches the end."""
    place = 0
    while place < size:
        file.seek(place)
        head = file.read(16)
        (length,) = struct.unpack(">I", head[:4])
        if length == 1:
            (length,) = struct.unpack(">Q", head[8:16])
        if length == 0:
            return True
        if length < 8:  # noqa: PLR2004 (a box has length and name)
            return False
        place += length
    return place == size


def _tiff(file: BinaryIO, size: int) -> bool:
    """Every directory of the chain, and every strip and tile that it names, lies within the file."""
    file.seek(0)
    head = file.read(16)
    order = "<" if head[:2] == b"II" else ">"
    big = head[2:4] in (b"+\0", b"\0+")
    (place,) = struct.unpack(order + "Q", head[8:16]) if big else struct.unpack(order + "I", head[4:8])
    seen: set[int] = set()
    if not place:
        return False
    while place and place not in seen:
        seen.add(place)
        following = _directory(file, size, place, order, big=big)
        if following is None:
            return False
        place = following
    return True


def _directory(file: BinaryIO, size: int, place: int, order: str, *, big: bool) -> int | None:
    """Where the next directory is, 0 for none; None when something of this one lies behind the file's end."""
    count_form, entry_form, offset_form = ("Q", "HHQ8s", "Q") if big else ("H", "HHI4s", "I")
    file.seek(place)
    (count,) = struct.unpack(order + count_form, file.read(struct.calcsize(count_form)))
    length = struct.calcsize(order + entry_form)
    if count > _MOST_TAGS:
        return None
    entries = file.read(count * length + struct.calcsize(offset_form))
    if len(entries) < count * length + struct.calcsize(offset_form):
        return None
    numbers: dict[int, tuple[int, ...]] = {}
    for entry in range(count):
        tag, kind, many, value = struct.unpack_from(order + entry_form, entries, entry * length)
        if tag in _STRIPS or tag in _STRIPS.values():
            form = f"{order}{many}{_TYPES.get(kind, 'I')}"
            if many > _MOST_PIECES:
                return None
            needed = struct.calcsize(form)
            if needed > len(value):
                file.seek(struct.unpack(order + offset_form, value)[0])
                value = file.read(needed)
            if len(value) < needed:
                return None
            numbers[tag] = struct.unpack(form, value[:needed])
    for places, lengths in _STRIPS.items():
        pieces = zip(numbers.get(places, ()), numbers.get(lengths, ()), strict=False)
        if any(start + long > size for start, long in pieces):
            return None
    (following,) = struct.unpack_from(order + offset_form, entries, count * length)
    return int(following)


_CHECKS: Final[tuple[tuple[Callable[[bytes], bool], Callable[[BinaryIO, int], bool]], ...]] = (
    (lambda head: head.startswith(b"\xff\xd8\xff"), _ends_with(_JPEG_END)),
    (lambda head: head.startswith(b"\x89PNG"), _ends_with(_PNG_END)),
    (lambda head: head[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"), _tiff),
    (lambda head: b"%PDF-" in head, _pdf),
    (lambda head: head[:4] == b"RIFF", _riff),
    (lambda head: head[4:8] in (b"ftyp", b"jP  "), _boxes),
    (lambda head: head.startswith(b"BM"), _bmp),
    (lambda head: head.startswith(b"GIF8"), _gif),
)
