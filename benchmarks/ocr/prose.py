"""Administrative Vietnamese made up from phrases: sentences, names, places, figures, dates; none of it is real.

The phrases (vocabulary.py) are set together at random, so the same seed gives the same text and another seed gives
text that no language model has seen as it stands. Some names of hamlets are made of syllables that follow the rules of
Vietnamese spelling (onset, rhyme, tone), so that a reader cannot get by on common words alone.
"""

import random
from dataclasses import dataclass

from benchmarks.ocr.vocabulary import (
    BEFORE_FRONT,
    FAMILY,
    FRONT,
    GIVEN,
    LAWS,
    MIDDLE,
    NO_GLIDE,
    OBJECTS,
    OFFICES,
    ONSETS,
    OPENERS,
    PROVINCES,
    RHYMES,
    STOPPED_TONES,
    SUBJECTS,
    TAILS,
    TONES,
    TYPES,
    VERBS,
)
from digidoc.text import nfc


@dataclass(slots=True)
class Prose:
    """A source of text; all of it follows from `chance`."""

    chance: random.Random

    def syllable(self) -> str:
        """A syllable that is spelt as Vietnamese ones are, small letters, NFC."""
        onset, (before, vowel, after) = self.chance.choice(ONSETS), self.chance.choice(RHYMES).split("/")
        if before[:1] in {"o", "u"} and onset in NO_GLIDE:
            onset = "kh"
        elif (before or vowel)[0] in FRONT:
            onset = BEFORE_FRONT.get(onset, onset)
        stopped = after in {"c", "ch", "p", "t"}
        mark = self.chance.choice(STOPPED_TONES if stopped else TONES)
        return nfc(onset + before + vowel + mark + after)

    def name(self) -> str:
        """A person's name of three or four parts."""
        middle = self.chance.sample(MIDDLE, self.chance.choice((1, 1, 2)))
        return " ".join((self.chance.choice(FAMILY), *middle, self.chance.choice(GIVEN)))

    def place_name(self) -> str:
        """A name of two syllables, as hamlets and communes have."""
        if self.chance.random() < 0.25:
            return f"{self.syllable().capitalize()} {self.syllable().capitalize()}"
        return f"{self.chance.choice(MIDDLE)} {self.chance.choice(GIVEN)}"

    def address(self) -> str:
        """House, hamlet, commune."""
        house = f"Số {self.chance.randint(1, 480)}, " if self.chance.random() < 0.4 else ""
        return f"{house}thôn {self.place_name()}, xã {self.place_name()}, tỉnh {self.chance.choice(PROVINCES)}"

    def day(self) -> tuple[int, int, int]:
        """Day, month, year."""
        return self.chance.randint(1, 28), self.chance.randint(1, 12), self.chance.randint(2009, 2026)

    def date(self) -> str:
        """A date in one of the ways that papers write it."""
        day, month, year = self.day()
        if self.chance.random() < 0.5:
            return f"{day:02}/{month:02}/{year}" if self.chance.random() < 0.5 else f"{day}/{month}/{year}"
        return f"ngày {day:02} tháng {f'{month:02}' if month < 3 else month} năm {year}"

    def figure(self) -> str:
        """A number as statistics have them: 1.284, 102,7, 98,25%."""
        style = self.chance.randrange(5)
        if style == 0:
            return f"{self.chance.randint(1, 99)}.{self.chance.randint(0, 999):03}"
        if style == 1:
            return f"{self.chance.randint(1, 999)}.{self.chance.randint(0, 999):03}.000"
        if style == 2:
            return f"{self.chance.randint(0, 320)},{self.chance.randint(0, 9)}"
        if style == 3:
            return f"{self.chance.randint(0, 130)},{self.chance.randint(0, 99):02}%"
        return f"{self.chance.randint(2, 980)}"

    def citizen(self) -> str:
        """A made-up personal number of 12 digits; 000 is no province's code."""
        return f"000{self.chance.randint(10**8, 10**9 - 1)}"

    def reference(self) -> str:
        """A document cited by number and date."""
        kind, code = self.chance.choice(TYPES)
        _office, sign = self.chance.choice((*OFFICES, ("", "UBND"), ("", "HĐND")))
        day, month, year = self.day()
        return f"{kind.capitalize()} số {self.chance.randint(1, 2900)}/{code}-{sign} ngày {day:02}/{month:02}/{year}"

    def basis(self) -> str:
        """A line that names what a decision rests on."""
        if self.chance.random() < 0.5:
            return f"Căn cứ {self.chance.choice(LAWS)} {self.date()};"
        return f"Căn cứ {self.reference()} về {self.chance.choice(OBJECTS)};"

    def sentence(self) -> str:
        """One sentence of body text."""
        pick = self.chance.choice
        core = f"{pick(VERBS)} {pick(OBJECTS)}"
        style = self.chance.randrange(5)
        if style == 0:
            return f"{pick(OPENERS)} {pick(SUBJECTS)} {core} {pick(TAILS)}."
        if style == 1:
            who = pick(SUBJECTS)
            return f"{who[:1].upper()}{who[1:]} {core}, hoàn thành trước {self.date()}."
        if style == 2:
            part = f"{self.figure()} hồ sơ, đạt {self.chance.randint(50, 100)},{self.chance.randint(0, 9)}% kế hoạch"
            return f"Kết quả {pick(OBJECTS)}: {part}; so với cùng kỳ tăng {self.figure()}."
        if style == 3:
            return f"Thực hiện {self.reference()}, {pick(SUBJECTS)} {core} {pick(TAILS)}."
        return f"Ông (bà) {self.name()}, trú tại {self.address()}, {core}."

    def item(self) -> str:
        """An entry of a list, without its number."""
        return f"{self.chance.choice(VERBS).capitalize()} {self.chance.choice(OBJECTS)};"

    def subject(self) -> str:
        """What a paper is about."""
        return f"Về {self.chance.choice(OBJECTS).removeprefix('việc ')} năm {self.chance.randint(2015, 2026)}"

    def paragraph(self, sentences: int) -> str:
        """So many sentences."""
        return " ".join(self.sentence() for _ in range(sentences))
