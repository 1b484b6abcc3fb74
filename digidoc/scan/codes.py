"""What the code of a separator sheet says: a dossier and a place in the run of sheets, or the end of the run.

    DIGIDOC1:<dossier>:<k>/<n>:<check>        sheet k of the n that were printed together
    DIGIDOC1:END:<n>:<check>                  the end of those n

The check digits are the first four of the SHA-256 of what stands before their colon. They stop a sheet that another
program made, and one whose code was read wrong.
"""

import hashlib
import re
from dataclasses import dataclass
from typing import Final

from digidoc.text import nfc

_MARK: Final = "DIGIDOC1:"
_ANY_MARK: Final = "DIGIDOC"
_SHEET: Final = re.compile(r"DIGIDOC1:(.+):([1-9][0-9]{0,5})/([1-9][0-9]{0,5})", re.DOTALL)
_END: Final = re.compile(r"DIGIDOC1:END:([1-9][0-9]{0,5})")


@dataclass(frozen=True, slots=True)
class SheetCode:
    """A sheet that stands before the pages of a paper.

    Attributes:
        dossier: code of the dossier.
        number: which of the sheets that were printed together, from 1.
        count: how many these are.

    """

    dossier: str
    number: int
    count: int


@dataclass(frozen=True, slots=True)
class EndCode:
    """The sheet behind the last page; `count` sheets were printed with it."""

    count: int


@dataclass(frozen=True, slots=True)
class BadCode:
    """A code that begins like ours and is none: wrong check digits, or of another digidoc."""

    text: str


Code = SheetCode | EndCode | BadCode


def written(code: SheetCode | EndCode) -> str:
    """The text that the sheet carries."""
    if isinstance(code, EndCode):
        text = f"{_MARK}END:{code.count}"
    else:
        text = f"{_MARK}{nfc(code.dossier)}:{code.number}/{code.count}"
    return f"{text}:{_check(text)}"


def read(text: str) -> Code | None:
    """What a code says; None for one that is not of a sheet of ours, such as those on identity cards."""
    if not text.startswith(_ANY_MARK):
        return None
    said, _colon, check = nfc(text).rpartition(":")
    if check != _check(said):
        return BadCode(text)
    end = _END.fullmatch(said)
    if end is not None:
        return EndCode(int(end[1]))
    sheet = _SHEET.fullmatch(said)
    if sheet is None or int(sheet[2]) > int(sheet[3]):
        return BadCode(text)
    return SheetCode(sheet[1], int(sheet[2]), int(sheet[3]))


def _check(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:4].upper()
