"""How many pixels of a scan make an inch: what its file says, where that can be true."""

from typing import Any

_PLAUSIBLE = (50.0, 1200.0)
# What cameras and screens write when they know nothing; taken seriously up to the long side of A3, inches.
_DEFAULTS = (72.0, 96.0)
_A3_LONG = 16.54
_A4 = (8.27, 11.69)
_A4_SLACK = 0.03
_UNKNOWN_DPI = 200.0


def dpi_of(width: int, height: int, claimed: Any) -> tuple[float, float]:
    """Pixels an inch of a scan: what the file claims when plausible, else what A4 would need, else 200.

    Plausible is 50 to 1,200; 72 and 96, which programs write by default, only if the page is no larger than A3 then.
    A4 is taken when the aspect fits it within 3 %, upright or lying.

    Args:
        width: pixels.
        height: pixels.
        claimed: the file's pair of numbers, or None.

    """
    try:
        x, y = float(claimed[0]), float(claimed[1])
    except (TypeError, ValueError, IndexError, ZeroDivisionError):
        x = y = 0.0
    low, high = _PLAUSIBLE
    long_side = max(width / x, height / y) if x > 0 and y > 0 else 0.0
    default = x == y and round(x) in _DEFAULTS
    if low <= x <= high and low <= y <= high and not (default and long_side > _A3_LONG):
        return x, y
    short, long = _A4 if width <= height else _A4[::-1]
    if abs(width / height / (short / long) - 1) <= _A4_SLACK:
        return width / short, height / long
    return _UNKNOWN_DPI, _UNKNOWN_DPI
