"""What stands in a cell, as a value: days, yes and no, states, channels, codes. A cell that holds none is an error."""

import re
import unicodedata
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from digidoc.archive.importing.errors import CellError
from digidoc.i18n import N_
from digidoc.register import Channel, DossierState, PaperKind
from digidoc.text import fold

Cell = str | date | float | bool
_CODE_LENGTH: Final = 64
_TEXT_LENGTH: Final = 2000
_ISO: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?")
_WRITTEN: Final = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:\s.*)?")
_PACKED: Final = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\d{4}|\d{6})?")  # of the national exchange: yyyyMMddHHmmss
_FIRST_YEAR: Final = 1945
_EXCEL_ZERO: Final = date(1899, 12, 30)
_EXCEL_DAYS: Final = range(20_000, 80_000)  # 1954 to 2119
_YES: Final = frozenset({"1", "x", "co", "yes", "true", "da", "v", "✓", "✔", "dung", "da so hoa", "da tai su dung"})
_NO: Final = frozenset({"", "0", "khong", "no", "false", "chua", "-", "sai", "chua so hoa", "khong so hoa"})
_ONLINE: Final = frozenset(
    {"2", "truc tuyen", "online", "dvctt", "qua mang", "nop truc tuyen", "truc tuyen toan trinh"}
)
_DIRECT: Final = frozenset({"1", "truc tiep", "direct", "tai bo phan mot cua", "nop truc tiep"})
_POSTAL: Final = frozenset(
    {"3", "buu chinh", "postal", "bcci", "qua buu chinh", "dich vu buu chinh", "buu chinh cong ich"}
)
_STATES: Final = {
    DossierState.REGISTERED: ("moi dang ky", "dang ky"),
    DossierState.RECEIVED: ("duoc tiep nhan", "da tiep nhan", "tiep nhan"),
    DossierState.REFUSED: ("khong duoc tiep nhan", "tu choi", "tu choi tiep nhan"),
    DossierState.IN_PROCESS: ("dang xu ly", "dang giai quyet"),
    DossierState.SUPPLEMENT_ASKED: ("yeu cau bo sung", "yeu cau bo sung giay to", "cho bo sung"),
    DossierState.FEES: ("yeu cau thuc hien nghia vu tai chinh", "nghia vu tai chinh", "cho nop phi"),
    DossierState.WITHDRAWN: ("cong dan yeu cau rut ho so", "rut ho so", "da rut"),
    DossierState.STOPPED: ("dung xu ly", "da dung"),
    DossierState.FINISHED: ("da xu ly xong", "hoan thanh", "da giai quyet", "da xu ly", "xong"),
    DossierState.RETURNED: ("da tra ket qua", "tra ket qua", "da tra"),
}
_BY_WORD: Final = {word: state for state, words in _STATES.items() for word in words} | {
    str(int(state)): state for state in DossierState
}
_KINDS: Final = {
    "component": PaperKind.COMPONENT,
    "thanh phan": PaperKind.COMPONENT,
    "thanh phan ho so": PaperKind.COMPONENT,
    "giay to nop": PaperKind.COMPONENT,
    "tphs": PaperKind.COMPONENT,
    "result": PaperKind.RESULT,
    "ket qua": PaperKind.RESULT,
    "kq": PaperKind.RESULT,
    "ket qua giai quyet": PaperKind.RESULT,
}
_CHANNELS: Final = {
    word: found
    for found, words in ((Channel.ONLINE, _ONLINE), (Channel.DIRECT, _DIRECT), (Channel.POSTAL, _POSTAL))
    for word in words
}
# Letters that Vietnamese in Unicode has not, and old Vietnamese fonts (TCVN3) are full of.
_TCVN3: Final = re.compile("[¬®§µ¸¶·¹¨»¾¼½©«­Æ°ÇÐÑÖ×ØÞßåæçðñö÷øþÿ¢£¤¥¦¡]")
_TCVN3_LEAST: Final = 2


def code(name: str, cell: Cell) -> str:
    """A code: printable, at most 64 characters, no formula; a whole number that a spreadsheet made of it is one too."""
    found = plain(cell)
    if not found:
        raise CellError(name, N_("a value is missing"))
    if found[0] in "=+@" or len(found) > _CODE_LENGTH or not found.isprintable():
        raise CellError(name, N_("{value} is not a code"), value=shown(found))
    _not_tcvn3(name, found)
    return found


def text(name: str, cell: Cell) -> str:
    """Words on one line, at most 2,000 characters."""
    found = " ".join(plain(cell).split())
    if len(found) > _TEXT_LENGTH:
        raise CellError(name, N_("it has more than {most} characters"), most=_TEXT_LENGTH)
    if not found.isprintable() and any(unicodedata.category(char) == "Cc" for char in found):
        raise CellError(name, N_("it has control characters"))
    _not_tcvn3(name, found)
    return found


def day(name: str, cell: Cell) -> date | None:
    """A day, or None of an empty cell: 31/12/2025, 2025-12-31, 20251231235959, or a spreadsheet's date or day."""
    if isinstance(cell, str):
        found = _day(cell.strip())
        if found == "":
            return None
    elif isinstance(cell, date):
        found = cell if cell.year >= _FIRST_YEAR else None
    elif isinstance(cell, float) and int(cell) in _EXCEL_DAYS:
        found = _EXCEL_ZERO + timedelta(days=int(cell))
    else:
        found = None
    if not isinstance(found, date):
        raise CellError(name, N_("{value} is not a date: write it like 31/12/2025"), value=shown(plain(cell)))
    return found


@lru_cache(maxsize=65536)
def _day(written: str) -> date | str | None:
    """The day of a text, "" of an empty one, None of any other; a register has the same days over and over."""
    if not written:
        return ""
    if found := _ISO.fullmatch(written) or _PACKED.fullmatch(written):
        year, month, number = found.group(1, 2, 3)
    elif found := _WRITTEN.fullmatch(written):
        number, month, year = found.group(1, 2, 3)
    else:
        return None
    try:
        read = date(int(year), int(month), int(number))
    except ValueError:
        return None
    return read if read.year >= _FIRST_YEAR else None


def flag(name: str, cell: Cell) -> bool:
    """Yes or no: Có, Không, x, 1, 0 … ; an empty cell is no."""
    if isinstance(cell, bool):
        return cell
    if cell == "":
        return False
    word = _word(cell if isinstance(cell, str) else plain(cell))
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise CellError(name, N_("{value} is neither yes nor no: write Có or Không"), value=shown(word))


def maybe(name: str, cell: Cell) -> bool | None:
    """Yes, no, or None of an empty cell."""
    return None if cell == "" or plain(cell) == "" else flag(name, cell)


def state(name: str, cell: Cell) -> DossierState | None:
    """A state of the national exchange by its number, 1 to 10, or its words; None of an empty cell."""
    word = _word(cell if isinstance(cell, str) else plain(cell))
    if not word:
        return None
    found = _BY_WORD.get(word)
    if found is None:
        raise CellError(name, N_("{value} is not a state of a dossier: write a number from 1 to 10"), value=shown(word))
    return found


def channel(name: str, cell: Cell) -> Channel | None:
    """How a dossier came in; None of an empty cell."""
    word = _word(cell if isinstance(cell, str) else plain(cell))
    found = _CHANNELS.get(word)
    if found is not None or not word:
        return found
    raise CellError(
        name,
        N_("{value} is not a way of handing in a dossier: write Trực tuyến, Trực tiếp or Bưu chính"),
        value=shown(plain(cell)),
    )


def kind(name: str, cell: Cell) -> PaperKind:
    """Component or result."""
    found = _KINDS.get(_word(plain(cell)))
    if found is None:
        raise CellError(name, N_("{value} is neither Thành phần nor Kết quả"), value=shown(plain(cell)))
    return found


def plain(cell: Cell) -> str:
    """The text of a cell; a number without the ".0" that spreadsheets give it."""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def shown(value: str) -> str:
    """A value for a message: short, on one line, never a formula."""
    line = "".join(char if char.isprintable() else "?" for char in value)
    return f"“{line[:40]}…”" if len(line) > 40 else f"“{line}”"  # noqa: PLR2004 (characters)


@lru_cache(maxsize=65536)
def _word(value: str) -> str:
    return " ".join(fold(value).split())


def _not_tcvn3(name: str, value: str) -> None:
    if not value.isascii() and len(_TCVN3.findall(value)) >= _TCVN3_LEAST:
        raise CellError(
            name, N_("{value} is in letters of an old font (TCVN3): convert it to Unicode"), value=shown(value)
        )
