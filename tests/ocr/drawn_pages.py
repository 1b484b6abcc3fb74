"""Tables and forms drawn for the tests of this folder, 200 dpi, with the places that only whoever drew them knows."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from digidoc.demo.layout import BODY, Sheet
from digidoc.model import Box

DPI = 200
Gray = NDArray[np.uint8]


def array(image: Image.Image) -> Gray:
    return np.asarray(image.convert("L"), np.uint8)


def table_page(
    rows: Sequence[Sequence[str]],
    widths: Sequence[int],
    *,
    height: int = 60,
    rules: Sequence[int] | None = None,
    sides: bool = True,
) -> tuple[Sheet, Box]:
    """A page with a line of text, a table (cells may have several lines) and a line below; and the table's box.

    Args:
        rows: of cells; "\n" parts the lines of a cell.
        widths: of the columns, pixels.
        height: of a line of a cell, pixels.
        rules: which horizontal rulings are drawn, all without it; 0 is the top.
        sides: whether the outer rulings at left and right are drawn.

    """
    sheet = Sheet(DPI)
    sheet.line("Biểu tổng hợp kết quả thực hiện trong năm của các đơn vị trực thuộc", BODY, 200, 300)
    pen = ImageDraw.Draw(sheet.image)
    left, top = 200, 420
    xs = [left + sum(widths[:n]) for n in range(len(widths) + 1)]
    ys = [top]
    for row in rows:
        ys.append(ys[-1] + height * max(cell.count("\n") + 1 for cell in row))
    for n, y in enumerate(ys):
        if rules is None or n in rules:
            pen.line((xs[0], y, xs[-1], y), fill=0, width=2)
    for x in xs if sides else xs[1:-1]:
        pen.line((x, ys[0], x, ys[-1]), fill=0, width=2)
    for row, y0 in zip(rows, ys, strict=False):
        for cell, x0 in zip(row, xs, strict=False):
            for n, text in enumerate(cell.split("\n")):
                if text:
                    sheet.line(text, BODY, x0 + 15, y0 + n * height + 12)
    sheet.line("Tổng số hồ sơ đã tiếp nhận và giải quyết trong kỳ báo cáo là đủ", BODY, 200, ys[-1] + 80)
    return sheet, Box(xs[0], ys[0], xs[-1], ys[-1])


def check_box(image: Image.Image, x: int, y: int, *, side: int = 26, mark: str = "") -> None:
    """A square at (x, y), empty, with an "x" inside, or with a tick ("v") that goes out of it."""
    pen = ImageDraw.Draw(image)
    pen.rectangle((x, y, x + side, y + side), outline=0, width=2)
    if mark == "x":
        pen.line((x + 5, y + 5, x + side - 5, y + side - 5), fill=0, width=3)
        pen.line((x + 5, y + side - 5, x + side - 5, y + 5), fill=0, width=3)
    elif mark == "v":
        pen.line((x + 5, y + 12, x + 12, y + side - 6), fill=0, width=3)
        pen.line((x + 12, y + side - 6, x + side + 10, y - 10), fill=0, width=3)
