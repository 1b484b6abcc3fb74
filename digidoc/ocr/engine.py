"""What reads a page: the protocol of every engine, and how one is asked for (`digidoc.ocr_engines` lists them)."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from digidoc.model import PageText, Turn
from digidoc.ocr_engines import DEFAULT, ENGINES

Image = NDArray[np.uint8]
Mode = Literal["accurate", "draft"]


@dataclass(frozen=True, slots=True)
class EngineSpec:
    """Which engine to open, in a form that goes to another process.

    Attributes:
        name: of an engine in `digidoc.ocr_engines`.
        languages: Tesseract's codes for the tesseract engine, such as "vie+eng".
        tessdata: folder of Tesseract's language data as configured; None leaves it to be found.
        mode: of the vietnamese engine: "accurate", or "draft", which never asks Tesseract and costs less than half.

    """

    name: str = DEFAULT
    languages: str = "vie"
    tessdata: Path | None = None
    mode: Mode = "accurate"

    @property
    def option(self) -> str:
        """The value of the one option that changes what this engine reads; empty for an engine without options."""
        entry = ENGINES.get(self.name)
        return "" if entry is None or entry.option is None else str(getattr(self, entry.option))


class OcrEngine(Protocol):
    """Reads pages one by one; keeps its models loaded between them."""

    @property
    def name(self) -> str:
        """Name and versions of what reads, as it goes into the record."""

    def read(self, image: Image, dpi: tuple[float, float], turn: Turn | None = None) -> PageText:
        """The text of one page.

        Args:
            image: the page as displayed, [height, width] grey or [height, width, 3] RGB, uint8, white paper.
            dpi: pixels an inch, horizontally and vertically.
            turn: degrees clockwise that make the content upright, as a person said; None leaves it to be found.

        Raises:
            DependencyMissing: a program or its language data is not there.

        """
