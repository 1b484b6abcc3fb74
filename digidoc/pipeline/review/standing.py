"""Where a paper stands by what is doubtful about it: one rule for what was read and for what a person settled."""

from collections.abc import Iterable, Sequence
from typing import Final

from digidoc.model import ExtractedField, PaperState

# Doubts about the reading: a person who looked at the paper and said that it is done has answered them.
_OF_READING: Final = frozenset({"ink-without-words", "low-confidence", "unclaimed-ink", "odd-lines"})
# Doubts that come with corrections; a person has to look.
UNPLACED, CONFLICT, RESCAN = "correction-unplaced", "correction-conflict", "rescan-wanted"
# The signed copy shows the paper as it is; only its text is older than the corrections. Nothing against conformity.
OLDER = "signature-older-than-text"
_OPEN: Final = frozenset({UNPLACED, CONFLICT, RESCAN})


def remaining(doubts: Iterable[str], *, decided: bool) -> tuple[str, ...]:
    """The doubts that are left, once a person has decided that the paper is done."""
    return tuple(doubt for doubt in doubts if not (decided and doubt in _OF_READING))


def standing(doubts: Sequence[str], fields: Iterable[ExtractedField], *, decided: bool) -> tuple[PaperState, bool]:
    """The state of a paper, and whether it is a conformant copy.

    Args:
        doubts: codes of all that is doubtful about it.
        fields: what it says of itself.
        decided: whether a person has looked at it and said that it is done.

    """
    left = remaining(doubts, decided=decided)
    review = bool((_OF_READING | _OPEN) & set(left)) or any(field.review for field in fields)
    return PaperState.REVIEW if review else PaperState.FILED, not review and not set(left) - {OLDER}
