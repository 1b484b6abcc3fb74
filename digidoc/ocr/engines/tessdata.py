r"""Where Tesseract's language data lies. The wheels of tesserocr bring the library but no language.

Looked for in this order: the configured folder, TESSDATA_PREFIX, the user's own folder, then where the systems'
packages put it: Debian and Ubuntu (/usr/share/tesseract-ocr/VERSION/tessdata), others (/usr/share/tessdata), Homebrew,
Windows (%ProgramFiles%\Tesseract-OCR\tessdata).
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_SUFFIX: Final = ".traineddata"
_SYSTEM: Final = (
    "/usr/share/tesseract-ocr/*/tessdata",
    "/usr/share/tessdata",
    "/usr/local/share/tessdata",
    "/opt/homebrew/share/tessdata",
)


def user_folder() -> Path:
    """The user's own folder for language data; it need not exist."""
    from platformdirs import user_data_path

    return user_data_path("digidoc", appauthor=False) / "tessdata"


def find(language: str, configured: Path | None = None) -> Path | None:
    """The first folder that holds the data of `language`, such as "vie"; None when there is none.

    Args:
        language: Tesseract's code of one language.
        configured: the folder that the settings name, looked into first.

    """
    return next((folder for folder in folders(configured) if (folder / f"{language}{_SUFFIX}").is_file()), None)


def folders(configured: Path | None = None) -> Iterator[Path]:
    """The folders that are looked into, in order; they need not exist."""
    if configured is not None:
        yield configured
    prefix = os.environ.get("TESSDATA_PREFIX")
    if prefix:
        # Tesseract 4 and 5 want the folder itself here, Tesseract 3 wanted the one above it.
        yield Path(prefix)
        yield Path(prefix) / "tessdata"
    yield user_folder()
    for pattern in _SYSTEM:
        # The newest version first: "5" before "4.00".
        yield from sorted(Path("/").glob(pattern.removeprefix("/")), reverse=True)
    for name in ("ProgramFiles", "ProgramFiles(x86)", "LOCALAPPDATA"):
        base = os.environ.get(name)
        if base:
            yield Path(base) / "Tesseract-OCR" / "tessdata"
            yield Path(base) / "Programs" / "Tesseract-OCR" / "tessdata"


def languages(configured: Path | None = None) -> dict[str, Path]:
    """The languages there are data for, each with the folder that `find` gives for it."""
    found: dict[str, Path] = {}
    for folder in folders(configured):
        if folder.is_dir():
            for file in sorted(folder.glob(f"*{_SUFFIX}")):
                found.setdefault(file.name.removesuffix(_SUFFIX), folder)
    return found
