"""The engine that reads nothing."""

from digidoc.model import Frame, PageText, Turn
from digidoc.ocr.doubts import doubts_of
from digidoc.ocr.engine import EngineSpec, Image


def open_engine(_spec: EngineSpec) -> "NullEngine":
    """The engine that the table of engines names; it has no options."""
    return NullEngine()


class NullEngine:
    """Every page comes out without text; one with ink on it is flagged, as it would be after a failed reading."""

    name = "null"

    def read(self, image: Image, dpi: tuple[float, float], turn: Turn | None = None) -> PageText:
        """See `OcrEngine.read`."""
        gray = image if image.ndim == 2 else image.min(axis=2)  # noqa: PLR2004 (grey)
        frame = Frame(image.shape[1], image.shape[0], turn or 0)
        return PageText(frame, (), dpi, "ocr", self.name, doubts_of((), gray))
