"""The Python packages that digidoc runs with."""

import importlib
import sys
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Final

from digidoc.commands.doctor.diagnosis import Check, State, by_system
from digidoc.i18n import N_

# Each with the module that shows whether it can be loaded.
LIBRARIES: Final[Mapping[str, str]] = {
    "typer": "typer",
    "rich": "rich",
    "platformdirs": "platformdirs",
    "pillow": "PIL.Image",
    "pi-heif": "pi_heif",
    "pypdf": "pypdf",
    "pikepdf": "pikepdf",
    "pypdfium2": "pypdfium2",
    "numpy": "numpy",
    "opencv-python-headless": "cv2",
    "onnxruntime": "onnxruntime",
    "trueocr": "trueocr",
    "tesserocr": "tesserocr",
    "pytesseract": "pytesseract",
    "pyhanko": "pyhanko.sign",
    "pyhanko-certvalidator": "pyhanko_certvalidator",
    "cryptography": "cryptography",
    "asn1crypto": "asn1crypto.cms",
    "segno": "segno",
    "zxing-cpp": "zxingcpp",
    "aiohttp": "aiohttp",
    "python-pkcs11": "pkcs11",
    "keyring": "keyring",
    "fonttools": "fontTools.ttLib",
    "fontpkg-noto-serif": "fontpkg_noto_serif",
    "sqlite-utils": "sqlite_utils",
    "pebble": "pebble",
    "python-calamine": "python_calamine",
    "xlsxwriter": "xlsxwriter",
    "msgspec": "msgspec",
    "jinja2": "jinja2",
    "markupsafe": "markupsafe",
}
# Without these one thing less can be done, but the main job can.
_SPARE: Final = frozenset({"pi-heif", "pytesseract", "python-pkcs11", "keyring"})


def libraries() -> Iterator[Check]:
    """Whether each is installed and can be loaded; this loads them all."""
    for package, module in LIBRARIES.items():
        bad = State.WARNING if package in _SPARE else State.MISSING
        title = N_("Python package")
        try:
            found = version(package)
            importlib.import_module(module)
        except PackageNotFoundError:
            advice = N_("Install it: {python} -m pip install {package}")
            yield Check(package, title, bad, package, advice, {"python": sys.executable, "package": package})
        except (ImportError, OSError) as error:
            # A wheel whose system library is not there: on Windows nearly always Microsoft's C++ runtime.
            advice = by_system(
                N_("It is installed but does not load; install it again, and see what the error names."),
                N_("It is installed but does not load; install the Microsoft Visual C++ Redistributable."),
                N_("It is installed but does not load; install it again, and see what the error names."),
            )
            yield Check(package, title, bad, f"{package} {found}: {error}", advice)
        else:
            yield Check(package, title, State.OK, f"{package} {found}{_inside(package)}")


def _inside(package: str) -> str:
    """The version of the Tesseract that tesserocr carries; it is not the program's."""
    if package != "tesserocr":
        return ""
    import tesserocr

    return f" ({tesserocr.tesseract_version().splitlines()[0]})"
