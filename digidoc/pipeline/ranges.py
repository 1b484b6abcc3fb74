"""Pages as people write them."""

from collections.abc import Sequence
from itertools import pairwise


def ranges(pages: Sequence[int]) -> str:
    """Pages as people write them, such as 1-2,5; in the order in which they come."""
    if not pages:
        return ""
    ends = [place for place, (one, other) in enumerate(pairwise(pages), 1) if other != one + 1]
    runs = [pages[start:end] for start, end in pairwise((0, *ends, len(pages)))]
    return ",".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)
