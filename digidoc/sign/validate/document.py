"""A PDF that is being verified: its bytes mapped into memory, never copied as a whole."""

import ctypes
import io
import mmap
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, Self

from digidoc.errors import from_os
from digidoc.sign.validate.pictures import Present

EMPTY: Final = b""


class Document:
    """Opened as a context manager.

    Attributes:
        path: of the file.
        size: bytes.
        content: the bytes; slices of it are copies, itself it is none.
        file: the same file for those who read it as a stream.

    Raises:
        FileMissing, PermissionMissing, StorageError: on opening.

    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self.file = path.open("rb")
        except OSError as error:
            raise from_os(error, path) from error
        try:
            self.size = self.file.seek(0, io.SEEK_END)
            self.file.seek(0)
            # A private mapping: pdfium's binding wants memory that could be written; nothing ever reaches the file.
            self._map = mmap.mmap(self.file.fileno(), 0, access=mmap.ACCESS_COPY) if self.size else None
        except OSError as error:
            self.file.close()
            raise from_os(error, path) from error
        self._present: Present | None = None

    @property
    def content(self) -> bytes | mmap.mmap:
        """See the class."""
        return EMPTY if self._map is None else self._map

    def revision(self, end: int) -> BinaryIO:
        """The first `end` bytes as a stream."""
        return io.BufferedReader(_Slice(self.content, end))

    def pages_that_differ(self, end: int, allowed: frozenset[str], filled: frozenset[str]) -> list[int]:
        """See `Present.pages_that_differ`; what is rendered of the present state is kept for the next signature."""
        if self._present is None:
            self._present = Present(self._memory(self.size))
        return self._present.pages_that_differ(self._memory(end), allowed, filled)

    def _memory(self, end: int) -> "ctypes.Array[ctypes.c_ubyte]":
        if self._map is None:
            return (ctypes.c_ubyte * 0)()
        return (ctypes.c_ubyte * end).from_buffer(self._map)

    def __enter__(self) -> Self:
        """The document itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of the file."""
        if self._present is not None:
            self._present.close()
            self._present = None
        self.file.close()
        # The mapping goes with its last user: a traceback may still hold pdfium's view of it.
        self._map = None


class _Slice(io.RawIOBase):
    """The beginning of some bytes as a stream."""

    def __init__(self, content: bytes | mmap.mmap, end: int) -> None:
        self._content, self._end, self._place = content, end, 0

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """As any stream."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._end}[whence]
        self._place = max(0, start + offset)
        return self._place

    def tell(self) -> int:
        """As any stream."""
        return self._place

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # typeshed: any writable buffer
        """As any stream."""
        part = self._content[self._place : min(self._end, self._place + len(buffer))]
        buffer[: len(part)] = part
        self._place += len(part)
        return len(part)
