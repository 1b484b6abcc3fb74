"""Drawings as SVG within a page."""

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from digidoc.report.render.charts import BAR, GOAL, GRID, Box, Drawing, Label, Shape

_ALL: Final = Decimal(100)


def svg(drawing: Drawing, escaped: Callable[[str], str]) -> str:
    """A drawing as wide as the page.

    Args:
        drawing: what is drawn.
        escaped: makes a text harmless to a browser.

    """
    said = escaped(drawing.said)
    shapes = "".join(_shape(shape, escaped) for shape in drawing.shapes)
    return (
        f'<svg class="chart" viewBox="0 0 {drawing.width:g} {drawing.height:g}" role="img" aria-label="{said}">'
        f"{shapes}</svg>\n"
    )


def bar(percent: Decimal, asked: Decimal | None) -> str:
    """A bar from 0 to 100 with a mark where the target is; more than 100 is drawn as 100."""
    mark = ""
    if asked is not None:
        place = min(asked, Decimal("99.5"))
        mark = f'<rect x="{place}" y="0" width="0.6" height="10" fill="{GOAL}"/>'
    return (
        '<svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect y="2" width="100" height="6" fill="{GRID}"/>'
        f'<rect y="2" width="{min(percent, _ALL)}" height="6" fill="{BAR}"/>{mark}</svg>'
    )


def _shape(shape: Shape, escaped: Callable[[str], str]) -> str:
    if isinstance(shape, Box):
        title = f"<title>{escaped(shape.title)}</title>" if shape.title else ""
        place = f'x="{shape.x:.1f}" y="{shape.y:.1f}" width="{shape.width:.1f}" height="{shape.height:.1f}"'
        return f'<rect {place} fill="{shape.colour}">{title}</rect>'
    if isinstance(shape, Label):
        bold = ' font-weight="700"' if shape.bold else ""
        place = f'x="{shape.x:.1f}" y="{shape.y:.1f}" text-anchor="{shape.anchor}" font-size="{shape.size:g}"'
        return f'<text {place} fill="{shape.colour}"{bold}>{escaped(shape.text)}</text>'
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in shape.points)
    return f'<polyline points="{points}" fill="none" stroke="{shape.colour}" stroke-width="{shape.width:g}"/>'
