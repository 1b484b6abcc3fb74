"""What every field has: value, confidence, page, box, and whether a person has to confirm it."""

from collections.abc import Sequence
from typing import Final

from digidoc.model import Box, ExtractedField, Line, Word

# Confidences. Shares of words read right by their confidence stand in docs/explanation/ocr.md.

# A figure on which both readers agree has .95 and more; anything less a person confirms.
SURE: Final = 0.95
# A text is as sure as its weakest word. On 16 made-up pages 4 of 7 issuers, places, subjects and signers below this
# were wrong, and none of 80 above.
GOOD: Final = 0.9
# Values of closed lists, and recipients: of 12 of them between this and GOOD none was wrong.
FAIR: Final = 0.8
# Confidence, at most, of a value that something speaks against.
DOUBTED: Final = 0.5
# Share of letters in capitals from which a text counts as set in capitals; the others are misread.
_CAPITALS: Final = 0.8


def weakest(words: Sequence[Word]) -> float:
    """The least confidence of the words; 0 without words."""
    return min((word.confidence for word in words), default=0.0)


def around(words: Sequence[Word]) -> Box:
    """The box around words, whole pixels; there must be one."""
    return Box(*map(round, Box.around([word.box for word in words])))


def field(
    name: str, value: str, words: Sequence[Word], *, page: int = 1, doubted: bool = False, sure: float = GOOD
) -> ExtractedField:
    """A field found.

    Args:
        name: of NĐ 30/2020, annex VI, see `digidoc.model.ExtractedField`.
        value: empty where it is known where the value stands but not what it is.
        words: that the value was taken from, at least one; the box is around them.
        page: where they stand, from 1.
        doubted: whether something speaks against the value.
        sure: confidence from which a value need not be confirmed.

    """
    confidence = weakest(words) if value else 0.0
    if doubted:
        confidence = min(confidence, DOUBTED)
    review = doubted or not value or confidence < sure
    return ExtractedField(name, value, round(confidence, 3), page, around(words), review)


def in_doubt(lines: Sequence[Line]) -> bool:
    """Whether the reader doubted one of the lines; colour alone is no doubt here, for marks are red."""
    return any(line.doubt not in ("", "coloured-ink") for line in lines)


def capitals(text: str) -> bool:
    """Whether a text is set in capitals: two letters and more, at most one in five of them small (a misreading)."""
    letters = [char for char in text if char.isalpha()]
    return len(letters) > 1 and sum(map(str.isupper, letters)) >= _CAPITALS * len(letters)
