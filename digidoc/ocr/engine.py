"""What reads a page: one protocol, three engines, one way to open them.

vietnamese: trueocr finds the lines, digidoc's network reads them, a model of the language and Tesseract settle doubts.
tesseract: Tesseract on the whole page, for any installed language.
null: reads nothing; for filing without reading, and for tests of everything around it.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from digidoc.model import PageText

Image = NDArray[np.uint8]
Mode = Literal["accurate", "draft"]


@dataclass(frozen=True, slots=True)
class EngineSpec:
    """Which engine to open, in a form that goes to another process.

    Attributes:
        name: "vietnamese", "tesseract" or "null".
        languages: Tesseract's codes for the tesseract engine, such as "vie+eng".
        tessdata: folder of Tesseract's language data as configured; None leaves it to be found.
        mode: of the vietnamese engine: "accurate", or "draft", which never asks Tesseract and costs less than half.

    """

    name: str = "vietnamese"
    languages: str = "vie"
    tessdata: Path | None = None
    mode: Mode = "accurate"


class OcrEngine(Protocol):
    """Reads pages one by one; keeps its models loaded between them."""

    @property
    def name(self) -> str:
        """Name and versions of what reads, as it goes into the record."""

    def read(self, image: Image, dpi: tuple[float, float]) -> PageText:
        """The text of one page.

        Args:
            image: the page as displayed, [height, width] grey or [height, width, 3] RGB, uint8, white paper.
            dpi: pixels an inch, horizontally and vertically.

        Raises:
            DependencyMissing: a program or its language data is not there.

        """
