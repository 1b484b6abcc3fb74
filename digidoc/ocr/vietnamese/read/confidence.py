"""How sure a word is: the share of words like it that was right.

Fitted to 44 made-up pages and five real ones, 37,927 words, as trueocr's network read them; a word counts as wrong if
anything in it is, a sign or its place in the page's order included. digidoc's own network is right more often (80 other
pages, 26,419 words: of those at 0.9 and more 99.79 %), so that the curves err on the side of doubt. `benchmarks` draws
them for other pages.
"""

import math
from bisect import bisect_right
from collections.abc import Sequence
from typing import Final

from digidoc.ocr.vietnamese.read.chooser import Place

Curve = Sequence[tuple[float, float]]

# By the lead of the best candidate, nats: where there is no second reading, where the second reading is the same word,
# and where it is another one.
_LEAD_ALONE: Final[Curve] = ((0, 0.4), (1, 0.64), (2, 0.82), (3.5, 0.95), (5, 0.985), (7, 0.993), (11, 0.998))
_LEAD_AGREED: Final[Curve] = ((0, 0.8), (1.5, 0.88), (3, 0.92), (5, 0.973), (7, 0.992), (14, 0.998))
_LEAD_OTHER: Final[Curve] = ((0, 0.2), (2, 0.43), (7, 0.55), (11, 0.88))
# By the network's probability, for numbers, codes and whatever else has no rivals.
_SURE_ALONE: Final[Curve] = ((0, 0), (0.7, 0.2), (0.9, 0.5), (0.97, 0.75), (0.985, 0.85), (0.995, 0.93), (1, 0.98))
_SURE_AGREED: Final[Curve] = ((0, 0.5), (0.8, 0.66), (0.94, 0.85), (0.98, 0.96), (0.99, 0.985), (1, 0.993))
# Two readings of a number: one of them is wrong.
_SURE_OTHER: Final = 0.6


def confidence_of(place: Place) -> float:
    """From 0 to 1, for a word that has been chosen."""
    agreed = place.second == place.text
    if place.margin < math.inf and (len(place.texts) > 1 or not place.second):
        curve = _LEAD_AGREED if agreed else _LEAD_OTHER if place.second else _LEAD_ALONE
        return _at(curve, place.margin)
    if place.second and not agreed:
        return min(_SURE_OTHER, place.token.confidence)
    return _at(_SURE_AGREED if agreed else _SURE_ALONE, place.token.confidence)


def _at(curve: Curve, value: float) -> float:
    """The curve's height there, on straight lines between its points; level beyond its ends."""
    after = bisect_right(curve, (value, 2.0))
    if after == 0:
        return curve[0][1]
    if after == len(curve):
        return curve[-1][1]
    (x0, y0), (x1, y1) = curve[after - 1], curve[after]
    return y0 + (y1 - y0) * (value - x0) / (x1 - x0)
