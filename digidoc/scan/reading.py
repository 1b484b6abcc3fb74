"""Finding the codes of separator sheets on the picture of a page."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from digidoc.scan.codes import Code, read

# A4 at 100 dpi. There a code of 40 mm has modules of 4 to 5 pixels, and looking costs a tenth of what it does at 300.
_SMALL_PIXELS: Final = 1169


def codes_on(image: NDArray[np.uint8]) -> tuple[Code, ...]:
    """The different codes of sheets on a page, in any direction; of a sheet that is whole it is one.

    Codes of other kinds, such as those on identity cards and invoices, are nobody's business here.

    Args:
        image: HxW grey or HxWx3.

    """
    longest = max(image.shape[:2])
    if longest > _SMALL_PIXELS:
        found = _found(_shrunk(image, _SMALL_PIXELS / longest))
        if found:
            return found
    return _found(image)


def _shrunk(image: NDArray[np.uint8], scale: float) -> NDArray[np.uint8]:
    import cv2

    size = (max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale)))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)


def _found(image: NDArray[np.uint8]) -> tuple[Code, ...]:
    import zxingcpp

    barcodes = zxingcpp.read_barcodes(
        np.ascontiguousarray(image),
        formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode]),
        text_mode=zxingcpp.TextMode.Plain,
    )
    said = (read(barcode.text) for barcode in barcodes)
    return tuple(dict.fromkeys(code for code in said if code is not None))
