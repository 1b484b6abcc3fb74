"""An exclusive lock on an open file; the operating system releases it even when the process is killed."""

import sys
from typing import BinaryIO, Final

# Windows forbids others to read a locked byte, so the lock lies far behind whatever text the file holds.
_LOCKED_BYTE: Final = 1 << 30

if sys.platform == "win32":
    import msvcrt

    def lock(file: BinaryIO) -> None:
        """Lock the open file until it is closed, or raise OSError at once when another process holds the lock."""
        file.seek(_LOCKED_BYTE)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def lock(file: BinaryIO) -> None:
        """Lock the open file until it is closed, or raise OSError at once when another process holds the lock."""
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
