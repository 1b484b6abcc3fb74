"""The letters of the stamp: a Times-metric font where the system has one, cut down to the glyphs that are used.

NĐ 30/2020/NĐ-CP asks for Times New Roman. Tinos and Liberation Serif have its metrics; Noto Serif, which comes with
digidoc's dependencies, has every Vietnamese letter and stands in where none of them is installed.
"""

import os
import sys
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final

from fontTools.ttLib import TTFont, TTLibError

from digidoc.pdf.font.face import Face, cut_down, noto_serif
from digidoc.sign.errors import StampImpossible

# In the order of preference; compared without regard to case.
_FILES: Final = ("times new roman.ttf", "times.ttf", "tinos-regular.ttf", "liberationserif-regular.ttf")
# OS/2 fsType, bit 1: "restricted licence embedding" - such a font may not go into a file.
_RESTRICTED: Final = 0x0002


def stamp_font(letters: frozenset[str]) -> Face:
    """The first font that has all `letters`, cut down to them: some 45 ms, so once a batch.

    Raises:
        StampImpossible: no font has them all.

    """
    missing = set(letters)
    for font in _candidates():
        lacking = {letter for letter in letters if ord(letter) not in font.getBestCmap()}
        if not lacking:
            return cut_down(font, letters)
        missing &= lacking
        font.close()
    raise StampImpossible(letters=" ".join(sorted(missing or letters)))


def _candidates() -> Iterator[TTFont]:
    for path in system_fonts():
        try:
            font = TTFont(path, recalcTimestamp=False)
            restricted = font["OS/2"].fsType & _RESTRICTED
        except (TTLibError, KeyError, OSError):
            continue  # not a font one can use; the next one serves
        if not restricted and "glyf" in font:
            yield font
    yield noto_serif()


def _folders() -> list[Path]:
    home = Path.home()
    if sys.platform == "win32":
        windows = Path(os.environ.get("WINDIR", r"C:\Windows"))
        folders = [windows / "Fonts", home / "AppData" / "Local" / "Microsoft" / "Windows" / "Fonts"]
    elif sys.platform == "darwin":
        folders = [Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library" / "Fonts"]
    else:
        shared = [Path("/usr/share/fonts"), Path("/usr/local/share/fonts")]
        folders = [*shared, home / ".local/share/fonts", home / ".fonts"]
    return folders


@lru_cache(maxsize=1)
def system_fonts() -> tuple[Path, ...]:
    """Times-metric fonts that are installed, best first."""
    found: dict[str, Path] = {}
    for folder in _folders():
        for place, _, names in os.walk(folder):
            for name in names:
                if name.lower() in _FILES:
                    found.setdefault(name.lower(), Path(place, name))
    return tuple(found[name] for name in _FILES if name in found)
