"""The typefaces of the lines, each with four cuts, and how often each is used."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fontTools.ttLib import TTFont
from PIL import ImageFont

# Files of regular, bold, italic, bold italic cuts, and how often. Offices must use Times (NĐ 30/2020, annex I).
_FAMILIES: Final = (
    (10, "Tinos-Regular Tinos-Bold Tinos-Italic Tinos-BoldItalic"),
    (8, "LiberationSerif-Regular LiberationSerif-Bold LiberationSerif-Italic LiberationSerif-BoldItalic"),
    (4, "FreeSerif FreeSerifBold FreeSerifItalic FreeSerifBoldItalic"),
    (5, "Arimo-Regular Arimo-Bold Arimo-Italic Arimo-BoldItalic"),
    (2, "FreeSans FreeSansBold FreeSansOblique FreeSansBoldOblique"),
    (2, "NotoSans-Regular NotoSans-Bold NotoSans-Italic NotoSans-BoldItalic"),
    (2, "NotoSerif-Regular NotoSerif-Bold NotoSerif-Italic NotoSerif-BoldItalic"),
    (2, "DejaVuSerifCondensed DejaVuSerifCondensed-Bold DejaVuSerifCondensed-Italic DejaVuSerifCondensed-BoldItalic"),
    (1, "DejaVuSans DejaVuSans-Bold DejaVuSans-Oblique DejaVuSans-BoldOblique"),
    (2, "Cousine-Regular Cousine-Bold Cousine-Italic Cousine-BoldItalic"),
    (1, "CharisSIL-Regular CharisSIL-Bold CharisSIL-Italic CharisSIL-BoldItalic"),
    (1, "Roboto-Regular Roboto-Bold Roboto-Italic Roboto-BoldItalic"),
    (1, "RobotoCondensed-Regular RobotoCondensed-Bold RobotoCondensed-Italic RobotoCondensed-BoldItalic"),
    (1, "LinLibertine_R LinLibertine_RB LinLibertine_RI LinLibertine_RBI"),
    (1, "Lato-Regular Lato-Bold Lato-Italic Lato-BoldItalic"),
)
_SUFFIXES: Final = frozenset({".ttf", ".otf"})


@dataclass(slots=True)
class Cut:
    """A file of a typeface, the letters it has, and what has been loaded of it, by size in pixels an em."""

    path: Path
    letters: frozenset[str]
    sizes: dict[int, ImageFont.FreeTypeFont]

    def font(self, size: int) -> ImageFont.FreeTypeFont:
        """The cut at so many pixels an em; without shaping, so that each letter stands where its advance puts it."""
        if size not in self.sizes:
            self.sizes[size] = ImageFont.truetype(str(self.path), size, layout_engine=ImageFont.Layout.BASIC)
        return self.sizes[size]


def families(folder: Path) -> tuple[list[tuple[Cut, ...]], list[int]]:
    """The typefaces, each as (regular, bold, italic, bold italic), and their weights.

    Args:
        folder: with the files, at any depth.

    Raises:
        FileNotFoundError: a file is missing: with other typefaces the same seed would give other pictures.

    """
    there = {path.stem: path for path in sorted(folder.rglob("*")) if path.suffix.lower() in _SUFFIXES}
    wanted = [names.split() for _weight, names in _FAMILIES]
    missing = [name for names in wanted for name in names if name not in there]
    if missing:
        raise FileNotFoundError(f"{folder} lacks the fonts {', '.join(missing)}")
    return [tuple(_cut(there[name]) for name in names) for names in wanted], [weight for weight, _names in _FAMILIES]


def _cut(path: Path) -> Cut:
    return Cut(path, frozenset(map(chr, TTFont(path, lazy=True).getBestCmap())), {})
