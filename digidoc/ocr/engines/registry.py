"""Which engine a name stands for, and how it is opened."""

from digidoc.errors import UsageError
from digidoc.i18n import N_
from digidoc.ocr.engine import EngineSpec, OcrEngine


def open_engine(spec: EngineSpec) -> OcrEngine:
    """The engine that `spec` names, ready to read.

    Raises:
        UsageError: there is no engine of that name.
        DependencyMissing: what it needs is not installed.

    """
    if spec.name == "vietnamese":
        from digidoc.ocr.vietnamese.engine import VietnameseEngine

        return VietnameseEngine(spec.tessdata, spec.mode)
    if spec.name == "tesseract":
        from digidoc.ocr.engines.tesseract import TesseractEngine

        return TesseractEngine(spec.languages, spec.tessdata)
    if spec.name == "null":
        from digidoc.ocr.engines.null import NullEngine

        return NullEngine()
    raise UsageError(reason=N_("there is no OCR engine {name}"), name=spec.name)
