"""Why a page cannot keep its own drawing, and what every value that is copied has to keep to."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

import pikepdf
from pikepdf import Array, Dictionary, Name, String

# ISO 19005-2, 6.1.13 (and ISO 32000-1, annex C).
_MAX_INTEGER = 2**31 - 1
_MAX_REAL = 3.403e38
_LEAST_REAL = 1.175e-38
_MAX_STRING = 32767
_MAX_NAME = 127
_MAX_DEPTH = 40

# Left out of everything that is copied: ways out of the page (ISO 19005-2 forbids some of them, the others would draw
# half a document after them), and the lists of glyphs of a subset, which may be absent and must be right if they are
# there (6.2.11.4.2).
LEFT_OUT: Final = frozenset(
    {
        "/AA",
        "/Alternate",
        "/BG",
        "/BG2",
        "/CharSet",
        "/CIDSet",
        "/HT",
        "/LastModified",
        "/Metadata",
        "/OC",
        "/Parent",
        "/PieceInfo",
        "/StructParent",
        "/StructParents",
        "/TR",
        "/TR2",
        "/UCR",
        "/UCR2",
    }
)


class NotVectorError(Exception):
    """The page has to become a picture; no error of the file, and never seen outside of `digidoc.ocr`.

    Attributes:
        code: what kind of thing stands against it, such as "font-not-embedded".
        detail: which one.

    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code} ({detail})" if detail else code)
        self.code = code
        self.detail = detail


def vet(*values: Any) -> None:
    """Look at plain values, arrays and dictionaries to their ends, without what is left out.

    Raises:
        NotVectorError: a number, string or name beyond the limits of PDF/A, or values that contain themselves.

    """
    waiting: list[tuple[Any, int]] = [(value, 0) for value in values]
    while waiting:
        value, depth = waiting.pop()
        if depth > _MAX_DEPTH:
            raise NotVectorError("structure", "values that contain each other without end")
        if isinstance(value, Array):
            waiting.extend((each, depth + 1) for each in value)
        elif isinstance(value, Dictionary | pikepdf.Stream):
            waiting.extend((each, depth + 1) for each in _entries(value))
        elif not _legal(value):
            raise NotVectorError("limits", "a number, name or string beyond what PDF/A allows")


def _entries(value: pikepdf.Object) -> Iterator[Any]:
    if isinstance(value, pikepdf.Stream) and "/F" in value:
        raise NotVectorError("structure", "data outside of the file")
    for key, each in value.items():
        if key not in LEFT_OUT:
            _vet_name(key)
            yield each


def _legal(value: Any) -> bool:
    if isinstance(value, bool) or value is None:
        return True
    if isinstance(value, int):
        return -_MAX_INTEGER - 1 <= value <= _MAX_INTEGER
    if isinstance(value, Decimal | float):
        size = abs(float(value))
        return size == 0 or _LEAST_REAL <= size <= _MAX_REAL
    if isinstance(value, Name):
        _vet_name(str(value))
        return True
    return isinstance(value, String) and len(bytes(value)) <= _MAX_STRING


def _vet_name(name: str) -> None:
    """ISO 19005-2, 6.1.8: names are UTF-8. pikepdf hands out what is not with lone surrogates, or not at all."""
    try:
        size = len(name.encode("utf-8")) - 1
    except UnicodeEncodeError as error:
        raise NotVectorError("limits", "a name that is not UTF-8") from error
    if size > _MAX_NAME:
        raise NotVectorError("limits", "a name of more than 127 bytes")
