"""The general order of lines on a page: downwards where they stand one below the other, else by trueocr's network."""

from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any, Final

import numpy as np

from digidoc.model import Line
from digidoc.ocr.vietnamese.read.networks import open_network

# Share of the lower line's height by which two lines may reach into each other and still stand one below the other.
_OVER: Final = 0.3


class Layout:
    """Puts lines in order; opens the network when a page has columns for the first time."""

    @cached_property
    def _network(self) -> Any:
        return open_network("order")

    def ordered(self, lines: Sequence[Line], size: tuple[int, int]) -> list[Line]:
        """The lines in reading order, as far as their places and their looks show it.

        Args:
            lines: in any order.
            size: width and height of the page, pixels.

        """
        downwards = sorted(lines, key=lambda line: line.box.y0 + line.box.y1)
        if all(_is_below(lower, upper) for upper, lower in pairwise(downwards)):
            return downwards
        from trueocr.order import decode_blocks_order, line_features

        boxes = np.asarray([line.box for line in lines], np.float32)
        features = line_features(boxes, size, [line.text for line in lines])[None]
        given = {"feats": features, "mask": np.ones((1, len(lines)), np.bool_)}
        before, kinds, same = self._network.run(["a", "cls", "same"], given)
        return [lines[at] for at in decode_blocks_order(before[0], same[0], boxes, kinds[0])]


def _is_below(lower: Line, upper: Line) -> bool:
    return lower.box.y0 >= upper.box.y1 - _OVER * min(lower.box.height, upper.box.height)
