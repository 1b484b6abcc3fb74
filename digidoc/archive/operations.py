"""What a person orders to be done with papers as a whole: operations as values, and as the JSON that carries them.

`digidoc.operation/1` lies in the archive's inbox, durable, before anything is done, and is taken away when all of it is
done: a process that was killed in between leaves it to the next one that writes.
"""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from unicodedata import category

from digidoc.archive.errors import BadOperation
from digidoc.formats import codec
from digidoc.i18n import N_

FORMAT: Final = "digidoc.operation/1"
FOLDER: Final = "operations"  # of the archive's inbox
LARGEST: Final = 1 << 20  # bytes of one operation
TURNS: Final = (90, 180, 270)  # degrees
LONGEST: Final = 1000  # characters of a reason
_ID: Final = re.compile(r"[0-9a-f]{32}")
_PAPER: Final = re.compile(r"P-[0-9a-f]{16}")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_NAME: Final = 255  # characters of a name or a code
_UNNAMED: Final = {"Cc", "Cf", "Cs", "Co", "Cn"}  # control, format (those that turn the direction too), half, private


class Kind(StrEnum):
    """What is to be done with a paper."""

    MOVE = "move"  # into another dossier
    RENAME = "rename"
    WITHDRAW = "withdraw"  # out of use
    RESTORE = "restore"  # back into use
    SPLIT = "split"  # into several papers
    MERGE = "merge"  # several into one
    PURGE = "purge"  # erased for good
    REPLACE = "replace"  # by a new file
    ROTATE = "rotate"  # pages of it, which are read again


@dataclass(frozen=True, slots=True)
class Named:
    """A paper of an operation, and the version of its object that the person saw, such as v2."""

    paper: str
    base: str


@dataclass(frozen=True, slots=True)
class Operation:
    """What a person orders.

    Attributes:
        id: 32 hex digits, drawn by whoever makes it; the same id is the same operation.
        kind: what is to be done.
        clerk: who orders it.
        made_at: when, with a zone.
        papers: with which paper: one, in a list; of a merge several, in the order of their pages.
        to: of a move the code of the dossier, empty for none; of a rename the new name; of a replacement the
            name of the new file.
        pages: of a split the pages of each part, from 1; of a rotation one list of those that are turned, or none for
            all of them.
        turn: of a rotation the degrees clockwise, from how the searchable PDF shows the pages.
        sha256: of a replacement the digest of the new file, lower-case hex; it lies in the inbox beside the order.
        reason: of a withdrawal, a replacement and a purge; of others it may be empty.

    """

    id: str
    kind: Kind
    clerk: str
    made_at: datetime
    papers: tuple[Named, ...]
    to: str = ""
    pages: tuple[tuple[int, ...], ...] = ()
    turn: int = 0
    sha256: str = ""
    reason: str = ""


def read(data: bytes) -> Operation:
    """The operation in a JSON document.

    Raises:
        BadOperation: it is none, or something in it cannot be.

    """
    if len(data) > LARGEST:
        raise BadOperation(reason=N_("it is larger than {size} MiB"), size=LARGEST >> 20)
    try:
        document: dict[str, Any] = dict(json.loads(data))
        if document.pop("format", None) != FORMAT:
            raise BadOperation(reason=N_("it is not of the format {format}"), format=FORMAT)
        operation = codec.read(Operation, document)
    except (ValueError, TypeError, RecursionError) as error:
        raise BadOperation(reason=str(error)) from error
    wrong = _wrong(operation)
    if wrong:
        raise BadOperation(reason=N_("{key} cannot have this value"), key=wrong)
    return operation


def to_bytes(operation: Operation) -> bytes:
    """The operation as its file has it; `read` reads it back equal."""
    document = {"format": FORMAT, **codec.plain(operation)}
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def sound(text: str, longest: int = _NAME) -> bool:
    """Whether a text can stand in an operation: of usual length, without what cannot be seen or turns the direction."""
    return len(text) <= longest and not any(category(char) in _UNNAMED for char in text)


def _wrong(operation: Operation) -> str:
    """The name of the value that cannot be; empty for none."""
    reasoned = operation.kind not in (Kind.WITHDRAW, Kind.REPLACE, Kind.PURGE) or bool(operation.reason.strip())
    papers = [named.paper for named in operation.papers]
    several = len(papers) > 1
    fits = {
        "id": _ID.fullmatch(operation.id) is not None,
        "clerk": bool(operation.clerk) and sound(operation.clerk),
        "made_at": operation.made_at.tzinfo is not None,
        "papers": several == (operation.kind is Kind.MERGE)
        and bool(papers)
        and len(set(papers)) == len(papers)
        and all(map(_PAPER.fullmatch, papers)),
        "to": sound(operation.to) and (operation.kind not in (Kind.RENAME, Kind.REPLACE) or bool(operation.to.strip())),
        "pages": _fitting_pages(operation) and all(part and min(part) > 0 for part in operation.pages),
        "turn": operation.turn in TURNS if operation.kind is Kind.ROTATE else not operation.turn,
        "sha256": bool(operation.sha256) == (operation.kind is Kind.REPLACE)
        and (not operation.sha256 or _SHA256.fullmatch(operation.sha256) is not None),
        "reason": sound(operation.reason, LONGEST) and reasoned,
    }
    return next((key for key, good in fits.items() if not good), "")


def _fitting_pages(operation: Operation) -> bool:
    if operation.kind is Kind.ROTATE:
        return len(operation.pages) <= 1
    return bool(operation.pages) == (operation.kind is Kind.SPLIT)
