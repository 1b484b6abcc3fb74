"""What is printed on a page, from its text file; and a reading without what stands for handwriting, seals and stamps.

In the text file a line stands for a printed line, in reading order. ⟦…⟧ is written by hand; a line that begins with
"#stamp:" has the words of a seal or stamp, any other "#" begins a remark; cells of a table's row are separated by tabs.

Nobody is asked to read handwriting and stamps, so neither is counted, whether read right, wrong or not at all: what a
reading has in the place of handwriting (up to 14 letters) is cut out of it, and so are lines and stretches that no
printed line claims and that are mostly like a stamp's words. Noise read out of seals and signatures elsewhere counts.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.ocr.distance import WILD, Found, find, least
from digidoc.text import nfc

_SAME: Final = str.maketrans(
    dict.fromkeys("‐‑‒–—−", "-")
    | dict.fromkeys("“”„«»", '"')
    | dict.fromkeys("‘’‚`´", "'")
    | {"…": "...", "\u00ad": "-"}
    | dict.fromkeys("\u200b\u200c\u200d\u200e\u200f\ufeff\f", " ")
)
_HAND: Final = re.compile("⟦.*?⟧")
# A place is like a piece when it costs at most this share of the piece's letters.
_ANCHORED: Final = 0.5
_CLAIMED: Final = 0.6
_STAMPED_LINE: Final = 0.45
_STAMPED_WORD: Final = 0.5
_FEWEST_LETTERS: Final = 4
_FEWEST_ANCHORS: Final = 6
_TAKEN: Final = "\0"


def normal(text: str) -> str:
    """NFC, single blanks, and one sign for signs that look alike (dashes, quotation marks, dots)."""
    return " ".join(nfc(text).translate(_SAME).split())


def without_marks(text: str) -> str:
    """The letters without tone and vowel marks, đ as d; blanks and punctuation stay."""
    parts = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(char for char in parts if unicodedata.category(char) != "Mn")


def _letters(text: str) -> str:
    return "".join(char for char in without_marks(text).lower() if char.isalnum())


@dataclass(frozen=True, slots=True)
class Truth:
    """A page's text.

    Attributes:
        lines: what is printed, normalised, without handwriting.
        rows: of the tables: the cells of each row, normalised.
        hands: lines with a `WILD` for every piece of handwriting.
        stamps: the words of seals and stamps, letters and digits only.

    """

    lines: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    hands: tuple[str, ...]
    stamps: tuple[str, ...]

    @property
    def text(self) -> str:
        """The printed text, one blank between lines."""
        return " ".join(self.lines)


def truth_of(path: Path) -> Truth:
    """The truth that lies in a text file (UTF-8)."""
    lines, rows, hands, stamps = [], [], [], []
    for raw in nfc(path.read_text(encoding="utf-8")).splitlines():
        if raw.startswith("#stamp:"):
            stamps.append(_letters(re.sub(r"\(.*?\)", "", raw.removeprefix("#stamp:"))))
        if raw.startswith("#") or not raw.strip():
            continue
        if _HAND.fullmatch(raw.strip()):
            # A line of its own: nothing printed to find it by, but its length says what it can have been read as.
            hands.append(WILD * (len(raw.strip()) - 1))
            continue
        if _HAND.search(raw):
            hands.append(re.sub(f" ?{WILD} ?", WILD, normal(_HAND.sub(WILD, raw))))
        lines.append(normal(_HAND.sub(" ", raw)))
        if "\t" in raw:
            rows.append(tuple(normal(cell) for cell in raw.split("\t")))
    return Truth(tuple(line for line in lines if line), tuple(rows), tuple(hands), tuple(s for s in stamps if s))


def printed(read: str, truth: Truth) -> str:
    """A reading, normalised, without what stands for handwriting, seals and stamps."""
    return normal(masked([line for line in map(normal, read.splitlines()) if line], truth))


def masked(lines: Sequence[str], truth: Truth) -> str:
    """Normalised lines, one blank between them, with blanks for what is not counted: every letter keeps its place."""
    page = _letters(truth.text)
    shown = [" " * len(line) if _is_stamp(_letters(line), page, truth) else line for line in lines]
    for hand in truth.hands:
        if _anchors(hand) < _FEWEST_ANCHORS:
            loose = (n for n, line in enumerate(shown) if line.strip() and len(line) <= len(hand))
            first = next((n for n in loose if shown[n] not in truth.lines), None)
            if first is not None:
                shown[first] = " " * len(shown[first])
    text = " ".join(shown)
    for hand in sorted(truth.hands, key=_anchors):
        if _anchors(hand) >= _FEWEST_ANCHORS:
            place = find(hand, text)
            if place.cost <= _ANCHORED * _anchors(hand):
                text = _blanked(text, place.spans)
    return _without_stamps(text, truth)


def _anchors(hand: str) -> int:
    """How many letters there are to find it by."""
    return len(hand) - hand.count(WILD)


def _blanked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def _is_stamp(letters: str, page: str, truth: Truth) -> bool:
    if len(letters) < _FEWEST_LETTERS or not truth.stamps:
        return False
    like = min(least(letters, stamp) for stamp in truth.stamps)
    return like <= _STAMPED_LINE * len(letters) and least(letters, page) > like + 1


def claims(lines: tuple[str, ...], text: str) -> tuple[dict[int, Found], str]:
    """Which place of a reading each true line has, the longest line choosing first, wherever on the page it stands.

    Returns:
        For each line that has one, its number and its place; and the reading with the claimed letters as NUL.

    """
    rest = text
    places = {}
    for number in sorted(range(len(lines)), key=lambda n: -len(lines[n])):
        place = find(lines[number], rest)
        if place.cost < _CLAIMED * len(lines[number]) + 0.5:
            places[number] = place
            rest = rest[: place.start] + _TAKEN * (place.end - place.start) + rest[place.end :]
    return places, rest


def _without_stamps(text: str, truth: Truth) -> str:
    if not truth.stamps:
        return text
    _places, rest = claims(truth.lines, text)
    for stretch in re.finditer(f"[^{_TAKEN}]+", rest):
        words = [word for word in map(_letters, stretch.group().split()) if word]
        total = sum(map(len, words))
        like = sum(
            len(word)
            for word in words
            if min(least(word, stamp) for stamp in truth.stamps) <= _STAMPED_WORD * len(word)
        )
        if total >= _FEWEST_LETTERS and like >= _CLAIMED * total:
            text = _blanked(text, [stretch.span()])
    return text
