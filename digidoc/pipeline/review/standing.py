"""Whether a paper is filed or has to be looked at, and whether it is conformant: one rule for reading and correcting.

Grave is what makes a paper hard to find, or another paper: its number, symbol, day, type or subject in doubt, and print
that was lost. A page below the mean confidence that is doubted has lost print too: of its words every second to fourth
is wrong (docs/explanation/ocr.md, how far confidences can be believed). Any other field in doubt, a recipient or a
position, is slight: it is kept and shown, and the paper is filed.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from digidoc.model import ExtractedField, PaperState

#: There is print, and nothing was found of what the paper says of itself.
NO_FIELDS: Final = "no-fields"
_PRINT_LOST: Final = frozenset(("ink-without-words", "low-confidence", "unclaimed-ink", "odd-lines"))
# What a person who has seen the paper and says that it is done has answered.
_OF_READING: Final = _PRINT_LOST | {NO_FIELDS}
#: A correction has no place in a later reading; two people said different things; the paper is to be scanned again.
UNPLACED, CONFLICT, RESCAN = "correction-unplaced", "correction-conflict", "rescan-wanted"
#: The signed copy shows the paper as it is, and its text is older than what people settled since.
OLDER: Final = "signature-older-than-text"
_GRAVE_DOUBTS: Final = _OF_READING | {UNPLACED, CONFLICT, RESCAN}
_GRAVE_FIELDS: Final = frozenset(("CodeNumber", "CodeNotation", "IssuedDate", "TypeName", "Subject"))


@dataclass(frozen=True, slots=True)
class Reasons:
    """Codes of doubts, and names of the fields to be confirmed, each once."""

    doubts: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.doubts or self.fields)

    def to_json(self) -> dict[str, Any]:
        """As `grave` in the JSON of the commands."""
        return {"doubts": list(self.doubts), "fields": list(self.fields)}


def weigh(doubts: Iterable[str], fields: Iterable[str]) -> tuple[Reasons, Reasons]:
    """What of it is grave, and the rest.

    Args:
        doubts: codes.
        fields: names of the fields to be confirmed.

    """
    codes, names = tuple(dict.fromkeys(doubts)), tuple(dict.fromkeys(fields))
    return (
        Reasons(
            tuple(code for code in codes if code in _GRAVE_DOUBTS),
            tuple(name for name in names if name in _GRAVE_FIELDS),
        ),
        Reasons(
            tuple(code for code in codes if code not in _GRAVE_DOUBTS),
            tuple(name for name in names if name not in _GRAVE_FIELDS),
        ),
    )


def of_reading(doubts: Iterable[str]) -> tuple[str, ...]:
    """Those of some codes that a person answers who has seen the pages and says that the paper is done."""
    return tuple(code for code in dict.fromkeys(doubts) if code in _OF_READING)


def to_confirm(fields: Iterable[ExtractedField]) -> tuple[str, ...]:
    """Names of the fields that a person has to confirm, each once."""
    return tuple(dict.fromkeys(field.name for field in fields if field.review))


def still_open(doubts: Iterable[str], fields: Collection[ExtractedField], *, decided: bool) -> tuple[str, ...]:
    """The doubts that stand.

    Args:
        doubts: codes.
        fields: of the paper; with one of them it is no longer one without fields.
        decided: whether a person has said that the paper is done: whoever has seen it knows what its print is. What is
            wrong with the copy (`low-dpi`, `not-colour`, `not-made-pdfa`) is so afterwards as well.

    """
    settled = _OF_READING if decided else frozenset((NO_FIELDS,)) if fields else frozenset[str]()
    return tuple(code for code in doubts if code not in settled)


def standing(doubts: Iterable[str], fields: Sequence[ExtractedField], decided: bool = False) -> tuple[PaperState, bool]:
    """Where a paper stands, and whether it is conformant.

    It is conformant when it is filed and nothing is wrong with the copy: what was signed is its picture, so a signed
    copy that is older than the corrections is none the worse. So a slight doubt does not keep it from being
    conformant, for that speaks of picture and text as a whole; what a person has to look at still does.

    Args:
        doubts: codes.
        fields: of the paper.
        decided: see `still_open`.

    """
    remaining = still_open(doubts, fields, decided=decided)
    grave, _slight = weigh(remaining, to_confirm(fields))
    state = PaperState.REVIEW if grave else PaperState.FILED
    return state, state is PaperState.FILED and not set(remaining) - {OLDER}
