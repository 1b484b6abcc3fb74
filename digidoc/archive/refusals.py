"""Refused papers in files of their own, beside the store: nothing of such a paper is kept, so it is no object there.

A refusal is one small JSON file, `refused/01/P-0123456789abcdef.<sha256>.json`: the folder is the beginning of the
paper's id, the last part of the name the SHA-256 of the file, so that damage shows. It is written once and never
changed; a paper that is refused again for another reason, or whose refusal is forgotten, gets another file.
"""

import contextlib
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from digidoc.archive import metadata
from digidoc.errors import ArchiveDamaged
from digidoc.files import disk
from digidoc.i18n import N_
from digidoc.model import PaperRecord, PaperState, Unit

FORMAT: Final = "digidoc.refusal/1"
_NAME: Final = re.compile(r"(P-[0-9a-f]{16})\.([0-9a-f]{64})\.json")


class Refusals:
    """The refusals of one archive.

    Args:
        folder: where they lie; it is made with the first of them.

    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, record: PaperRecord, unit: Unit) -> PaperRecord:
        """Write a refusal, durable when the call returns; the newest of the paper is not written a second time.

        Args:
            record: a refused paper, with the event that says so.
            unit: the office.

        Returns:
            What the file holds: that of an earlier run when it was the same task that was refused last.

        Raises:
            OSError: it cannot be written.

        """
        newest = self._newest(record.paper_id)
        if newest is not None and newest.task_key == record.task_key:
            self._flush(self._shard(record.paper_id))  # the process that wrote it may have been killed before it did
            return newest
        return self._write(record, unit)

    def forget(self, record: PaperRecord, unit: Unit) -> PaperRecord:
        """Write a refusal once more, with the event that says that it is forgotten; durable when the call returns.

        Args:
            record: a refused paper, that event its last.
            unit: the office.

        Returns:
            What the file holds: that of a process that was killed before the catalogue knew of it.

        Raises:
            OSError: it cannot be written.

        """
        newest = self._newest(record.paper_id)
        if newest is not None and (newest.task_key, newest.events[-1].kind) == (
            record.task_key,
            record.events[-1].kind,
        ):
            self._flush(self._shard(record.paper_id))
            return newest
        return self._write(record, unit)

    def _shard(self, paper_id: str) -> Path:
        return self._folder / paper_id[2:4]

    def _newest(self, paper_id: str) -> PaperRecord | None:
        return max(_readable(self._shard(paper_id), paper_id), key=lambda known: known.events[-1].at, default=None)

    def _write(self, record: PaperRecord, unit: Unit) -> PaperRecord:
        shard = self._shard(record.paper_id)
        document = {
            "format": FORMAT,
            "paper": json.loads(metadata.to_json(record, unit)),
            "problem": record.problem,
        }
        data = (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()
        disk.make_folder(shard)
        for stale in shard.glob(f".{record.paper_id}.*"):
            disk.remove_file(stale)  # a killed process had not finished it, and it would have another name now
        disk.write_over(shard / f"{record.paper_id}.{hashlib.sha256(data).hexdigest()}.json", data)
        self._flush(shard)
        return record

    def files(self) -> Iterator[Path]:
        """Every file of a refusal, in order of the papers' ids; nothing else that lies there."""
        for shard in sorted(self._folder.iterdir()) if self._folder.is_dir() else ():
            yield from sorted(file for file in shard.glob("*.json") if _NAME.fullmatch(file.name))

    def _flush(self, shard: Path) -> None:
        for folder in (shard, self._folder, self._folder.parent):
            disk.sync_folder(folder)


def digest_of(file: Path) -> str:
    """The SHA-256 that the name of a refusal's file says."""
    return file.name.split(".")[1]


def intact(file: Path) -> bool:
    """Whether a refusal is as it was written: its name holds its digest."""
    try:
        read(file)
    except (ArchiveDamaged, OSError):
        return False
    return True


def read(file: Path) -> PaperRecord:
    """The refused paper of a file.

    Raises:
        ArchiveDamaged: it was changed, or is no refusal.
        OSError: it cannot be read.

    """
    data = file.read_bytes()
    named = _NAME.fullmatch(file.name)
    if named is None or hashlib.sha256(data).hexdigest() != named[2]:
        raise ArchiveDamaged(file=file, reason=N_("the file was changed after it was filed"))
    try:
        document = json.loads(data)
        known = document["format"] == FORMAT
        record = metadata.from_json(json.dumps(document["paper"]).encode())
        record = replace(record, problem=dict(document["problem"]))
    except (ValueError, KeyError, TypeError) as error:
        raise ArchiveDamaged(file=file, reason=N_("it is not a refusal of digidoc")) from error
    if not known or record.state is not PaperState.REFUSED or not record.events:
        raise ArchiveDamaged(file=file, reason=N_("it is not a refusal of digidoc"))
    return record


def _readable(shard: Path, paper_id: str) -> Iterator[PaperRecord]:
    """Earlier refusals of a paper; a damaged one is named when it is looked for, and must not stop a batch."""
    for file in shard.glob(f"{paper_id}.*.json"):
        with contextlib.suppress(ArchiveDamaged):
            yield read(file)


def tidied(problem: Mapping[str, Any]) -> dict[str, Any]:
    """The problem with every text in the one form that digidoc keeps."""
    return {
        key: metadata.clean(value) if isinstance(value, str) else tidied(value) if isinstance(value, Mapping) else value
        for key, value in problem.items()
    }
