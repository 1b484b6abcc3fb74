"""The engine that reads nothing."""

from digidoc.model import Frame, PageText
from digidoc.ocr.engines import Image


class NullEngine:
    """Every page comes out without text; for filing without reading, and for tests of what surrounds an engine."""

    name = "null"

    def read(self, image: Image, dpi: tuple[float, float]) -> PageText:
        """See `OcrEngine.read`."""
        return PageText(Frame(image.shape[1], image.shape[0]), (), dpi, "ocr", self.name)
