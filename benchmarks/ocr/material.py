"""Made-up administrative pages with their exact text, any number, the same for the same seed.

`python -m benchmarks.ocr.material FOLDER --pages 28 --seed 7` writes 0001-letter.jpg and 0001-letter.txt and so on, one
kind after the other (`--kinds form,table` makes those only). The text is one line for every printed line, in reading
order: left header, right header, title, body, recipients, signer. What is written by hand stands in ⟦…⟧; the words of
seals and stamps are lines that begin with "#stamp:"; neither is counted by score.py. A row of a table is one line,
its cells separated by tabs; check boxes are ☐ and ☒; dotted leaders are no text.

Words come from prose.py, typefaces from what the machine has (Noto Serif always): the same seed gives the same
pages on machines with the same fonts.
"""

import argparse
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image

from benchmarks.ocr.damage import bleeding, coarse, faxed, pale, photographed
from benchmarks.ocr.hand import digits, incoming, scrawl, struck
from benchmarks.ocr.layouts import Signer, bilingual, form, further_page, letter, table
from benchmarks.ocr.leaf import Family, Leaf, families
from benchmarks.ocr.prose import Prose
from digidoc.demo.look import SEAL_MM, Wear, overprint, scribble, seal, wear
from digidoc.model import Turn

KINDS: Final = (
    "letter", "form", "table", "bilingual", "turned", "skewed", "pale", "creased", "yellow", "fax", "low-dpi", "struck",
    "sealed", "stamped", "dense",
)  # fmt: skip
_BACK: Final = {90: Image.Transpose.ROTATE_90, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_270}
_TURNS: Final[tuple[Turn, ...]] = (90, 180, 270)


@dataclass(frozen=True, slots=True)
class Made:
    """One made-up page.

    Attributes:
        number: from 1.
        kind: one of `KINDS`.
        image: the page as a scanner leaves it.
        truth: lines of text, see the module.
        dpi: pixels an inch.
        turn: degrees clockwise that make it upright.
        skew: degrees counter-clockwise that then make it level.
        font: name of its typeface.

    """

    number: int
    kind: str
    image: Image.Image
    truth: tuple[str, ...]
    dpi: int
    turn: Turn
    skew: float
    font: str

    @property
    def name(self) -> str:
        """Its file's name without suffix: 0001-letter."""
        return f"{self.number:04}-{self.kind}"

    def save(self, folder: Path) -> Path:
        """Write image and text into the folder; the image's path."""
        suffix = ".png" if self.image.mode == "1" else ".jpg"
        path = folder / f"{self.name}{suffix}"
        # Pillow hands a PNG the quality too, and leaves it unused.
        self.image.save(path, dpi=(self.dpi, self.dpi), quality=82)
        path.with_suffix(".txt").write_text("\n".join(self.truth) + "\n", encoding="utf-8")
        return path


@dataclass(slots=True)
class _Desk:
    """What one page is made with: chance for words, chance for shapes, the sheet, the page in colour."""

    chance: random.Random
    random: np.random.Generator
    leaf: Leaf
    page: Image.Image

    def over(self, stamp: Image.Image, left: float, top: float) -> None:
        """Print in colour over the page."""
        overprint(self.page, stamp, left, top)


def page(number: int, kind: str, seed: int) -> Made:
    """The page with this number; it depends on nothing but the arguments and the fonts there are."""
    key = f"{seed}/{number}/{kind}"
    chance = random.Random(key)  # noqa: S311 (test material)
    shapes = np.random.default_rng(chance.getrandbits(64))
    leaf = _leaf(chance, kind)
    signer = _PAPERS.get(kind, _any_paper)(leaf, chance)
    desk = _Desk(chance, shapes, leaf, leaf.image.convert("RGB"))
    _write(desk)
    if signer is not None:
        _sign(desk, signer)
    _OVER.get(kind, _nothing)(desk)
    image, dpi, turn, skew = _scanned(desk, kind)
    return Made(number, kind, image, tuple(leaf.truth), dpi, turn, skew, leaf.family.name)


def pages(count: int, seed: int, kinds: Sequence[str] = KINDS) -> Iterator[Made]:
    """So many pages, one kind after the other."""
    for number in range(1, count + 1):
        yield page(number, kinds[(number - 1) % len(kinds)], seed)


def _leaf(chance: random.Random, kind: str) -> Leaf:
    there = families()
    # Times where there is one, half of the time, as in offices; the others share the rest.
    family: Family = there[0] if chance.random() < 0.5 else chance.choice(there)
    dpi = 300 if kind in {"low-dpi", "creased"} else 200 if kind == "fax" else chance.choice((200, 300, 300))
    leaf = Leaf(dpi, family=family, size=chance.choice((12.0, 13.0, 13.0, 13.5, 14.0)))
    if kind == "table":
        leaf.size = chance.choice((11.0, 12.0, 13.0))
    return leaf


def _letter(leaf: Leaf, chance: random.Random) -> Signer:
    return letter(leaf, chance, handwritten=chance.random() < 0.6)


def _short_letter(leaf: Leaf, chance: random.Random) -> Signer:
    return letter(leaf, chance, handwritten=True, short=True)


def _any_paper(leaf: Leaf, chance: random.Random) -> Signer | None:
    draw = chance.random()
    if draw < 0.2:
        return form(leaf, chance)
    if draw < 0.3:
        table(leaf, chance)
        return None
    return _letter(leaf, chance)


_PAPERS: Final[dict[str, Callable[[Leaf, random.Random], Signer | None]]] = {
    "letter": _letter,
    "form": form,
    "table": table,
    "bilingual": bilingual,
    "struck": _letter,
    "sealed": _letter,
    "stamped": _short_letter,
    "dense": further_page,
}


def _write(desk: _Desk) -> None:
    """Write by hand what the paper left room for: a number, or words on a leader."""
    for text, left, baseline, width in desk.leaf.writing:
        pen = digits(text, desk.leaf.dpi, desk.random) if text else scrawl(width, desk.leaf.dpi, desk.random)
        desk.over(pen, left, baseline - pen.height * (0.86 if text else 0.74))


def _sign(desk: _Desk, signer: Signer) -> None:
    """A signature, and on an office's paper its seal over the left third of it."""
    leaf = desk.leaf
    middle = signer.left + signer.width / 2
    pen = scribble(round(leaf.mm(46)), round(leaf.mm(22)), desk.random)
    desk.over(pen, middle - leaf.mm(20), signer.top + leaf.mm(2))
    if signer.organ:
        _seal(desk, signer.organ, middle - leaf.mm(10 + SEAL_MM * 0.66), signer.top - leaf.mm(4))


def _seal(desk: _Desk, organ: str, left: float, top: float) -> None:
    place = Prose(desk.chance).place_name().upper()
    around, middle = f"{organ.upper()[:26]} * {place} * ", organ.upper().split()[0]
    desk.over(seal(desk.leaf.dpi, around, middle, desk.random), left, top)
    desk.leaf.truth.append(f"#stamp: {around} {middle}")


def _strike(desk: _Desk) -> None:
    """A pen through printed lines, two or three times."""
    leaf = desk.leaf
    for _ in range(desk.chance.randint(2, 3)):
        size = round(leaf.mm(desk.chance.uniform(40, 110))), round(leaf.mm(desk.chance.uniform(9, 26)))
        left = desk.chance.uniform(leaf.left, leaf.right - size[0])
        top = desk.chance.uniform(leaf.mm(25), leaf.image.height * 0.6)
        desk.over(struck(size, leaf.dpi, desk.random), left, top)


def _seal_text(desk: _Desk) -> None:
    """A seal in the middle of the text."""
    leaf = desk.leaf
    left = desk.chance.uniform(leaf.left, leaf.right - leaf.mm(SEAL_MM))
    _seal(desk, "Ủy ban nhân dân", left, desk.chance.uniform(leaf.mm(70), leaf.image.height * 0.5))


def _stamp(desk: _Desk) -> None:
    """A registry's stamp for incoming papers, beside or over the text, and a mark of urgency."""
    leaf, chance = desk.leaf, desk.chance
    day, month, year = Prose(chance).day()
    rows = ("CÔNG VĂN ĐẾN", f"Số: {chance.randint(1, 4000)}", f"Ngày: {day:02}/{month:02}/{year}")
    font = leaf.font(leaf.face(11, bold=True))
    desk.over(
        incoming(leaf.dpi, rows, font, desk.random),
        leaf.mm(chance.uniform(5, 14)),
        leaf.image.height * chance.choice((0.64, 0.3)),
    )
    urgent = chance.choice(("KHẨN", "HỎA TỐC", "THƯỢNG KHẨN"))
    desk.over(incoming(leaf.dpi, (urgent,), font, desk.random), leaf.mm(20), leaf.image.height * 0.86)
    leaf.truth += [f"#stamp: {' '.join(rows)}", f"#stamp: {urgent}"]


def _nothing(desk: _Desk) -> None:
    """A page on which nobody has stamped or struck anything."""


_OVER: Final[dict[str, Callable[[_Desk], None]]] = {"struck": _strike, "sealed": _seal_text, "stamped": _stamp}


def _scanned(desk: _Desk, kind: str) -> tuple[Image.Image, int, Turn, float]:
    """What the scanner makes of the page: image, dpi, turn, skew."""
    chance, shapes, dpi = desk.chance, desk.random, desk.leaf.dpi
    image = desk.page
    turn: Turn = 0
    tilt = chance.uniform(1, 5) * chance.choice((-1, 1)) if kind == "skewed" else chance.uniform(-0.5, 0.5)
    look = Wear(noise=chance.uniform(1.5, 4), blur=chance.uniform(0.3, 0.8) * dpi / 250, tilt=tilt)
    if kind == "pale":
        image = pale(image, shapes)
    elif kind == "yellow":
        back = Leaf(dpi, family=desk.leaf.family)
        letter(back, chance, handwritten=False)
        image = bleeding(image, back.image, shapes)
        look = Wear((236, 216, 172), 9.0, tilt, 0.9)
    image = wear(image, look, shapes)
    if kind == "creased":
        image = photographed(image, shapes)
    elif kind == "fax":
        image = faxed(image, shapes)
    elif kind == "low-dpi":
        image, dpi = coarse(image, dpi, 100), 100
    elif kind == "turned":
        turn = chance.choice(_TURNS)
        image = image.transpose(_BACK[turn])
    return image, dpi, turn, tilt


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.ocr.material",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pages", type=int, default=len(KINDS))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kinds", default=",".join(KINDS), help="of: %(default)s")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    for made in pages(given.pages, given.seed, given.kinds.split(",")):
        path = made.save(given.folder)
        print(f"{path.name}: {made.font}, {made.dpi} dpi, turn {made.turn}, skew {made.skew:.1f}")


if __name__ == "__main__":
    main()
