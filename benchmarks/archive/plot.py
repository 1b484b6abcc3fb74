"""A drawing of how long searches take as an archive grows: both scales logarithmic, SVG, no library."""

import math
from html import escape

_WIDTH, _HEIGHT, _LEFT, _TOP, _BOTTOM = 760, 430, 60, 34, 44
_RIGHT = 270  # room for the names
_COLOURS = ("#0b6e4f", "#1f77b4", "#8c564b", "#9467bd", "#d4a017", "#e377c2", "#444444", "#17becf")
_PEER = "#c0392b"


SEARCH = "Search, 95th percentile: digidoc (solid), FTS5 with bm25 (dashed)"


def draw(
    sizes: list[int],
    own: dict[str, list[float]],
    peers: dict[str, list[float]],
    *,
    title: str = SEARCH,
    axis: str = "papers",
) -> str:
    """The drawing.

    Args:
        sizes: papers in the archives, ascending; or what `axis` says.
        own: milliseconds (p95) at each size by kind of query.
        peers: likewise, of plain FTS5.
        title: stands above.
        axis: what `sizes` count.

    """
    every = [value for some in (*own.values(), *peers.values()) for value in some]
    low, high = math.floor(math.log10(min(every))), math.ceil(math.log10(max(every)))

    def x(size: float) -> float:
        span = math.log10(sizes[-1] / sizes[0])
        return _LEFT + (_WIDTH - _LEFT - _RIGHT) * math.log10(size / sizes[0]) / span

    def y(value: float) -> float:
        return _TOP + (_HEIGHT - _TOP - _BOTTOM) * (high - math.log10(value)) / (high - low)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}"',
        ' font-family="sans-serif" font-size="12">',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>',
        f'<text x="{_LEFT}" y="18" font-size="14">{escape(title)}</text>',
    ]
    for power in range(low, high + 1):
        parts.append(f'<path d="M{_LEFT} {y(10**power):.1f}H{_WIDTH - _RIGHT}" stroke="#ddd"/>')
        parts.append(f'<text x="{_LEFT - 6}" y="{y(10**power) + 4:.1f}" text-anchor="end">{10**power:g} ms</text>')
    parts.extend(f'<text x="{x(size):.1f}" y="{_HEIGHT - 22}" text-anchor="middle">{size:,}</text>' for size in sizes)
    parts.append(f'<text x="{(_LEFT + _WIDTH - _RIGHT) / 2}" y="{_HEIGHT - 6}" text-anchor="middle">{axis}</text>')
    lines = [(kind, values, _COLOURS[n % len(_COLOURS)], "") for n, (kind, values) in enumerate(own.items())]
    lines += [(f"FTS5: {kind}", values, _PEER, ' stroke-dasharray="4 3"') for kind, values in peers.items()]
    # Names stand beside the ends of their lines, moved apart where they would meet.
    floor = float(_TOP)
    for kind, values, colour, dash in sorted(lines, key=lambda line: -line[1][-1]):
        points = " ".join(f"{x(size):.1f},{y(value):.1f}" for size, value in zip(sizes, values, strict=True))
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.6"{dash}/>')
        floor = max(floor + 14, y(values[-1]) + 4)
        parts.append(f'<text x="{_WIDTH - _RIGHT + 8}" y="{floor:.1f}" fill="{colour}">{escape(kind)}</text>')
    return "\n".join((*parts, "</svg>\n"))
