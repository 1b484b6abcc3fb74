"""What a search asks for: the words, phrases and filters, and the questions to the index that they amount to."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final

from digidoc.archive.catalog.index import dossier_token, field_key, glued_token, words_of
from digidoc.archive.metadata import clean
from digidoc.model import PaperState
from digidoc.text import fold, nfc

# A longer query is cut: nobody types so many words, and a pasted page is found by its beginning.
LONGEST: Final = 64
_QUOTES: Final = re.compile('["“”„«»]')
_CONDITIONS: Final = 40
_FIRST_YEAR, _LAST_YEAR, _DECADE = 1900, 2099, 10


@dataclass(frozen=True, slots=True)
class Unit:
    """Words of a query that belong together.

    Attributes:
        words: in lower case, accents kept.
        glued: they were typed without blanks, as a document number is.

    """

    words: tuple[str, ...]
    glued: bool = False

    @property
    def is_number(self) -> bool:
        """Whether it looks like a document number: 15/QĐ-UBND."""
        return self.glued and self.words[0][0].isdigit()

    @property
    def bare(self) -> "Unit":
        """The same without accents."""
        return Unit(tuple(map(fold, self.words)), self.glued)


@dataclass(frozen=True, slots=True)
class Filters:
    """What a paper has to be, whatever its text.

    Attributes:
        fields: (name, value) of fields that have to contain the value as a phrase; accents and case do not count.
        since: first date of issue.
        until: last date of issue; of both, years 1900 to 2099 are known.
        dossier: code of its dossier.
        procedure: code of the procedure that the register has for its dossier; see `search.narrowed` for the others.
        procedures: the same as it stands in the register.
        dossiers: of that procedure, when they are few.
        state: where it stands; refused and withdrawn papers are found in no case.
        papers: of that state, when they are few.

    """

    fields: tuple[tuple[str, str], ...] = ()
    since: date | None = None
    until: date | None = None
    dossier: str | None = None
    procedure: str | None = None
    procedures: frozenset[str] = frozenset()
    dossiers: tuple[str, ...] | None = None
    state: PaperState | None = None
    papers: frozenset[str] | None = None

    def __bool__(self) -> bool:
        places = (self.dossier, self.procedure, self.state)
        return bool(self.fields or self.since or self.until or any(place is not None for place in places))

    def conditions(self) -> tuple[str, ...]:
        """Conditions of the index that every such paper meets; some others may meet them too."""
        found = []
        if self.dossier is not None:
            found.append(_quoted(dossier_token(self.dossier)))
        if self.dossiers is not None:
            tokens = dict.fromkeys(map(dossier_token, self.dossiers)) or [dossier_token("")]
            found.append(f"({' OR '.join(map(_quoted, tokens))})")
        if self.since or self.until:
            first, last = self.since or date(_FIRST_YEAR, 1, 1), self.until or date(_LAST_YEAR, 12, 31)
            dates = list(_months(first, last)) or [_date_token("never")]
            found.append(f"({' OR '.join(map(_quoted, dates))})")
        found += [_quoted(f"{field_key(name)}:{word}") for name, value in self.fields for word in words_of(fold(value))]
        # More narrow nothing down that `admit` would not.
        return tuple(found[:_CONDITIONS])

    def admit(self, dossier: str | None, fields: list[tuple[str, str]]) -> bool:
        """Whether a paper with this dossier and these (name, value) meets all."""
        if self.dossier is not None and dossier != clean(self.dossier):
            return False
        if self.since or self.until:
            first = self.since.isoformat() if self.since else ""
            last = self.until.isoformat() if self.until else "9"
            if not any(name == "IssuedDate" and first <= value <= last for name, value in fields):
                return False
        return all(
            any(
                field_key(n) == field_key(name) and contains(words_of(fold(v)), words_of(fold(value)))
                for n, v in fields
            )
            for name, value in self.fields
        )


@dataclass(frozen=True, slots=True)
class Step:
    """One question to the index: the match expression, and folded phrases that a page's text still has to hold."""

    match: str
    phrases: tuple[tuple[str, ...], ...] = ()


def parse(query: str) -> tuple[tuple[Unit, ...], bool]:
    """The units of a query, and whether words beyond `LONGEST` were left out. No text is an error.

    Words between quotation marks are one unit, so are words typed without blanks between; everything else that is no
    letter or digit separates words. A quotation mark without its second one counts for nothing.
    """
    segments = _QUOTES.split(nfc(query.encode("utf-8", "replace").decode()).lower())
    units: list[Unit] = []
    for number, segment in enumerate(segments):
        if number % 2 and number < len(segments) - 1:
            units.append(Unit(words_of(segment)))
        else:
            units += [Unit(words_of(piece), glued=True) for piece in segment.split()]
    kept: list[Unit] = []
    room = LONGEST
    for unit in units:
        if unit.words and room:
            kept.append(Unit(unit.words[:room], unit.glued and len(unit.words) > 1))
            room -= len(kept[-1].words)
    return tuple(kept), sum(len(unit.words) for unit in units) > LONGEST


def steps(units: tuple[Unit, ...], filters: Filters) -> Iterator[Step]:
    """Questions from the strictest reading of the query to the loosest.

    Papers that bear the number; then all words as neighbours, with the accents that were typed, then with any; then all
    words anywhere on a page, likewise. A unit of several words stays together in every reading.
    """
    asked: set[str] = set()
    for tokens, phrases in _readings(units):
        match = " AND ".join((*map(_quoted, dict.fromkeys(tokens)), *filters.conditions()))
        if match and match not in asked:
            asked.add(match)
            yield Step(match, phrases)


def _readings(units: tuple[Unit, ...]) -> Iterator[tuple[list[str], tuple[tuple[str, ...], ...]]]:
    plain = tuple(unit.bare for unit in units)
    for number in (unit for unit in plain if unit.is_number):
        others = [word for unit in plain if unit is not number for word in unit.words]
        yield ["number:" + "_".join(number.words), *others], ()
    # A number is the same with and without accents: to ask for both would only take time.
    words, bare = ([word for unit in some if not unit.is_number for word in unit.words] for some in (units, plain))
    accented = [word for word, folded in zip(words, bare, strict=True) if word != folded]
    phrases = tuple(unit.words for unit in plain if len(unit.words) > 2)  # noqa: PLR2004 (two are a token)
    quoted = tuple(unit.words for unit in plain if not unit.glued and len(unit.words) > 2)  # noqa: PLR2004
    together = [token for unit in plain for token in _pairs(unit.words)]
    if accented:
        yield _adjacent(units), quoted
        yield [*_adjacent(plain), *accented], quoted
    yield _adjacent(plain), quoted
    if accented:
        yield [*together, *accented], phrases
    yield together, phrases


def _adjacent(units: tuple[Unit, ...]) -> list[str]:
    """All words of the query as neighbours."""
    found = []
    for before, unit in zip((None, *units), units, strict=False):
        if before is not None:
            found.append(f"{before.words[-1]}_{unit.words[0]}")
        token = glued_token(unit.words) if unit.glued else None
        if token is not None:
            found.append(token)
        elif len(unit.words) > 1 or len(units) == 1:
            found += _pairs(unit.words)
    return found


def _pairs(words: tuple[str, ...]) -> list[str]:
    return list(map("_".join, pairwise(words))) if len(words) > 1 else list(words)


def contains(words: tuple[str, ...], phrase: tuple[str, ...]) -> bool:
    """Whether the words of the phrase stand in a row among the words."""
    length = len(phrase)
    return any(words[start : start + length] == phrase for start in range(len(words) - length + 1))


def _quoted(token: str) -> str:
    return f'"{token}"'


def _months(first: date, last: date) -> Iterator[str]:
    """Tokens that every date of issue from `first` to `last` has one of: few, so they reach beyond both ends."""
    low, high = max(first.year, _FIRST_YEAR), min(last.year, _LAST_YEAR)
    if low >= high:
        months = range(first.month, last.month + 1) if first.year == last.year else range(1, 13)
        yield from (_date_token(f"{low}_{month:02d}") for month in months)
        return
    year = low
    while year <= high:
        if year % _DECADE == 0 and year + _DECADE - 1 <= high:
            yield _date_token(f"{year // _DECADE}_")
            year += _DECADE
        else:
            yield _date_token(f"{year}")
            year += 1


def _date_token(part: str) -> str:
    return f"{field_key('IssuedDate')}:{part}"
