"""The journal of a batch of signatures: what is about to be signed is on the disk before it is.

Signing is not idempotent: two runs give two different signed files. So the name of each output, the digest of its input
and who signs it how are written to `.digidoc-sign.jsonl` in the folder of the outputs, and flushed, before the first
signature. A later run finds there which files are its own. The file goes away when everything is signed.

Beside it lies `.digidoc-sign.part`, the folder in which signed files are made; they get their names by one step. What a
killed run left there is removed by the next one. A lock on the journal keeps two batches out of one folder.
"""

import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from digidoc.errors import from_os
from digidoc.files.file_lock import lock
from digidoc.sign.errors import BatchRunning, JournalDamaged

JOURNAL: Final = ".digidoc-sign.jsonl"
WORKSHOP: Final = ".digidoc-sign.part"
_FORMAT: Final = "digidoc.sign-journal/1"
_TRIES: Final = 5


@dataclass(frozen=True, slots=True)
class Entry:
    """What the journal says of one output.

    Attributes:
        output: its path below the folder, with "/".
        source: sha256 of the input, hex.
        signers: digest of who signs and how; see `digidoc.sign.create.signers.Signers.digest`.
        sha256: of the output, hex; None while it was not noted that it is done.

    """

    output: str
    source: str
    signers: str
    sha256: str | None = None


class Journal:
    """An open journal, locked; see `journal`.

    Attributes:
        workshop: the folder in which signed files are made.
        all_done: set by the batch when no input is left; then the journal is removed.

    """

    def __init__(self, file: BinaryIO, path: Path, entries: dict[str, Entry]) -> None:
        self._file, self._path, self._entries = file, path, entries
        self.workshop = path.with_name(WORKSHOP)
        self.all_done = False

    def known(self, output: str) -> Entry | None:
        """What is noted of an output, by this run or an earlier one."""
        return self._entries.get(output)

    def intend(self, entries: Sequence[Entry]) -> None:
        """Note what is about to be signed; it is on the disk when the call returns.

        Raises:
            DiskFull, ReadOnlyTarget, StorageError: it cannot be written; then nothing may be signed.

        """
        for entry in entries:
            self._entries[entry.output] = entry
        said = [{"intent": {"out": e.output, "input": e.source, "profile": e.signers}} for e in entries]
        self._write(said, flush=True)

    def done(self, output: str, sha256: str) -> None:
        """Note that an output is signed and has its name.

        It is not flushed: when the line is lost, the next run recognises the output by what was intended.

        Raises:
            DiskFull, ReadOnlyTarget, StorageError: it cannot be written.

        """
        before = self._entries[output]
        self._entries[output] = Entry(before.output, before.source, before.signers, sha256)
        self._write([{"done": {"out": output, "sha256": sha256}}], flush=False)

    def _write(self, lines: Sequence[dict[str, dict[str, str]]], *, flush: bool) -> None:
        try:
            self._file.seek(0, os.SEEK_END)
            for line in lines:
                self._file.write(json.dumps(line, ensure_ascii=False).encode("utf-8", "surrogateescape") + b"\n")
            self._file.flush()
            if flush:
                os.fsync(self._file.fileno())
        except OSError as error:
            raise from_os(error, self._path) from error

    @property
    def superfluous(self) -> bool:
        """Whether no later run can need it."""
        return self.all_done or not self._entries


@contextmanager
def journal(folder: Path) -> Iterator[Journal]:
    """Open the journal of a folder of outputs, for this process alone.

    What an earlier run left half-made is removed. When the context ends, the journal is removed if everything is done;
    otherwise it stays for the next run.

    Raises:
        BatchRunning: another process signs into this folder.
        JournalDamaged: the journal there cannot be read.
        PermissionMissing, DiskFull, ReadOnlyTarget, StorageError: the system's answer.

    """
    path = folder / JOURNAL
    try:
        file = _locked(path)
    except OSError as error:
        raise from_os(error, folder) from error
    finished = False
    try:
        found = Journal(file, path, _read(file, path))
        try:
            _clear(found.workshop)
            found.workshop.mkdir(mode=0o700)
        except OSError as error:
            raise from_os(error, folder) from error
        try:
            yield found
        finally:
            finished = found.superfluous
            _clear(found.workshop)
            os.fsync(file.fileno())
            if finished and os.name != "nt":
                path.unlink()
    finally:
        file.close()
    if finished and os.name == "nt":
        # Windows removes no open file. Whoever took the lock in this moment keeps the file: it has no intent in it.
        try:
            path.unlink()
        except PermissionError:
            return


def _locked(path: Path) -> BinaryIO:
    for _try in range(_TRIES):
        handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
        file = os.fdopen(handle, "r+b")
        try:
            lock(file)
        except OSError as error:
            file.close()
            raise BatchRunning(file=path.parent) from error
        # A batch that ended just now may have removed the file between our opening and our locking it.
        if os.name == "nt" or (path.exists() and os.path.samestat(os.fstat(handle), path.stat())):
            return file
        file.close()
    raise BatchRunning(file=path.parent)


def _read(file: BinaryIO, path: Path) -> dict[str, Entry]:
    """The entries; a last line without its end is one that a killed run could not finish, and says nothing."""
    file.seek(0)
    *lines, torn = file.read().split(b"\n")
    if torn:
        file.seek(-len(torn), os.SEEK_END)
        file.truncate()
    entries: dict[str, Entry] = {}
    try:
        for line in lines:
            said = json.loads(line.decode("utf-8", "surrogateescape"))
            if "intent" in said:
                intent = said["intent"]
                entries[intent["out"]] = Entry(intent["out"], intent["input"], intent["profile"])
            elif "done" in said:
                before, sha256 = entries[said["done"]["out"]], str(said["done"]["sha256"])
                entries[before.output] = Entry(before.output, before.source, before.signers, sha256)
            elif said["format"] != _FORMAT:
                raise JournalDamaged(file=path)  # of another digidoc
    except (ValueError, KeyError, TypeError) as error:
        raise JournalDamaged(file=path) from error
    if not lines:
        file.write(json.dumps({"format": _FORMAT}).encode() + b"\n")
    return entries


def _clear(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)
