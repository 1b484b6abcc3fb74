"""A leader as a value: a row of like dots with one pitch."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

# From a dot to the next: pixels across and down.
Pitch = tuple[float, float]


class Dot:
    """The dots of leaders."""

    SIZE: Final = 0.22  # heights of a line, at most
    LEAST: Final = 3.0  # pixels that a dot may be large in any case, however low the line
    GAP: Final = 0.75  # heights of a line within which the next one follows
    OFF: Final = 0.2  # share of the pitch by which a dot may stand off its place in the row
    NEAREST: Final = 1.5  # pixels by which it may do so in any case, however small the pitch


class Count:
    """How many dots in a row there must be."""

    LEADER: Final = 6  # to be a leader
    FEW: Final = 3  # to be looked at on a page with leaders, if they have the pitch of one of them
    FREE: Final = 5  # that touch nothing, of a leader that is mostly written on


@dataclass(frozen=True, slots=True)
class Leader:
    """One leader: dot number k has its centre at (x + k * pitch, y + k * rise), pixels of the strip.

    Attributes:
        x: of the first dot's centre.
        y: likewise.
        pitch: pixels from a dot to the next.
        rise: pixels down from a dot to the next.
        size: width and height of a dot, pixels.
        free: numbers of the dots that touch nothing.
        covered: numbers of those that touch what is printed on the leader.

    """

    x: float
    y: float
    pitch: float
    rise: float
    size: tuple[float, float]
    free: tuple[int, ...]
    covered: tuple[int, ...]

    def at(self, number: int) -> tuple[float, float]:
        """Centre of a dot."""
        return self.x + number * self.pitch, self.y + number * self.rise


def fitted_line(number: NDArray[np.intp], value: NDArray[np.float64]) -> tuple[float, float]:
    """Slope and value at 0 of the straight line through (number, value), by least squares."""
    off = number - number.mean()
    slope = float((off * value).sum() / (off * off).sum())
    return slope, float(value.mean() - slope * number.mean())
