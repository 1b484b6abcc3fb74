"""What people settled, put into a reading of their paper: into the one that they saw, and into every later one.

Who corrects saw one reading. `place` ties each entry of a correction to where it holds on the paper: a field to its
name and its number among those of the name, a word to its place on the page as displayed. `settle` puts entries that
are tied so into any reading of the paper, in the order in which they were made. So reading again undoes nothing.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final, Literal

from digidoc.archive.corrections import (
    Conflict,
    Correction,
    FieldChange,
    FieldPlaced,
    How,
    Placed,
    TextPlaced,
    WordChange,
)
from digidoc.model import Box, ExtractedField, PageText, Word
from digidoc.pipeline.review.reading import Reading
from digidoc.pipeline.review.words import added, covered, displayed, replaced, same_ink
from digidoc.text import tidy

# A field's box covers a word when so much of the word lies in it.
_COVERED: Final = 0.5
# Fields whose value is what is printed: settling one puts its words right too.
_PRINTED: Final = frozenset({"CodeNumber", "CodeNotation", "Subject", "SignerInfo.FullName"})
_KEYED: Final = frozenset({How.TYPED, How.TWICE, How.REGISTER})
_EMPTY: Final = frozenset({How.BLANK, How.UNREADABLE})

WORD: Final = "word"  # what a conflict is about that is about no field
Extract = Callable[[Sequence[PageText]], tuple[ExtractedField, ...]]


def place(reading: Reading, correction: Correction) -> Placed:
    """Where each entry of a correction holds, by the reading that the archive has now."""
    numbered = list(_numbered(reading.fields))
    fields, words, conflicts = list[FieldPlaced](), list[TextPlaced](), list[Conflict]()
    for change in correction.fields:
        found = _field(numbered, change)
        if isinstance(found, Conflict):
            conflicts.append(found)
            continue
        fields.append(found)
        words += _words_of(reading, change)
    for word in correction.words:
        there = _word(reading, word)
        stored = "" if there is None else there.text
        box = None if there is None else displayed(there.box, reading.pages[word.page - 1].frame)
        if box is None or stored not in (word.was, word.value):
            conflicts.append(Conflict(WORD, 0, word.page, word.was, stored, word.value, box))
        elif stored == word.was:
            words.append(TextPlaced(word.page, box, word.value))
    lines = list[TextPlaced]()
    for line in correction.lines:
        if line.page <= len(reading.pages):
            frame = reading.pages[line.page - 1].frame
            lines.append(TextPlaced(line.page, displayed(line.box, frame), line.text))
        else:
            conflicts.append(Conflict(WORD, 0, line.page, "", "", line.text))
    return Placed(tuple(fields), tuple(words), tuple(lines), tuple(conflicts))


def settle(
    reading: Reading, entries: Iterable[Placed], extract: Extract, before: Iterable[Placed] = ()
) -> tuple[Reading, bool]:
    """A reading with what people settled.

    Args:
        reading: of the paper, by a machine or with these entries in it already: putting one in twice changes nothing.
        entries: oldest first.
        extract: finds the fields of pages; asked when words changed.
        before: earlier entries that the reading has in it already.

    Returns:
        The reading, and whether everything found its place. A value that found none is kept, to be looked at.

    """
    tied, earlier = list(entries), list(before)
    pages, whole = _with_texts(reading.pages, tied)
    if pages == reading.pages:
        fields, settled = reading.fields, tied
    else:
        fields, settled = extract(pages), [*earlier, *tied]
    fields, every = _with_fields(fields, [field for entry in settled for field in entry.fields])
    return Reading(pages, _in_conflict(fields, [*earlier, *tied])), whole and every


def open_conflicts(entries: Iterable[Placed]) -> list[Conflict]:
    """What still has to be decided: conflicts that no later entry has settled."""
    left: list[Conflict] = []
    for entry in entries:
        settled = {(field.name, field.nth) for field in entry.fields}
        texts = [*entry.words, *entry.lines]
        left = [
            one
            for one in left
            if (one.what, one.nth) not in settled
            and not (one.box is not None and any(t.page == one.page and same_ink(t.box, one.box) for t in texts))
        ]
        left += entry.conflicts
    return left


def _in_conflict(fields: tuple[ExtractedField, ...], entries: Iterable[Placed]) -> tuple[ExtractedField, ...]:
    """The fields, those to be looked at again on which two people said different things."""
    unsure = {(one.what, one.nth) for one in open_conflicts(entries)}
    numbered = _numbered(fields)
    return tuple(replace(field, review=True) if (field.name, nth) in unsure else field for nth, field in numbered)


def _numbered(fields: Iterable[ExtractedField]) -> Iterator[tuple[int, ExtractedField]]:
    """Each field with its number among those of its name, from 0."""
    counts: dict[str, int] = {}
    for field in fields:
        counts[field.name] = counts.get(field.name, -1) + 1
        yield counts[field.name], field


def _field(numbered: Sequence[tuple[int, ExtractedField]], change: FieldChange) -> FieldPlaced | Conflict:
    same = [(nth, field) for nth, field in numbered if field.name == change.name]
    if change.place is None:
        return FieldPlaced(change.name, len(same), change.value, change.how, change.page, change.box)
    value = change.was if change.how is How.CONFIRMED else "" if change.how in _EMPTY else change.value
    seen = [numbered[change.place]] if change.place < len(numbered) else []
    for nth, field in (*(pair for pair in seen if pair in same), *same):
        stored = tidy(field.value)
        if stored == change.was or (stored == value and field.source != "read"):
            return FieldPlaced(change.name, nth, value, change.how, field.page, field.box or change.box)
    nth, stored = (seen[0][0], seen[0][1].value) if seen and seen[0] in same else (0, "")
    return Conflict(change.name, nth, change.page, change.was, stored, value)


def _word(reading: Reading, change: WordChange) -> Word | None:
    if change.page > len(reading.pages) or change.line >= len(reading.pages[change.page - 1].lines):
        return None
    words = reading.pages[change.page - 1].lines[change.line].words
    return words[change.word] if change.word < len(words) else None


def _words_of(reading: Reading, change: FieldChange) -> Iterator[TextPlaced]:
    """What a field that was keyed says of the words in its box, where they read as its value did."""
    known = change.name in _PRINTED and change.how in _KEYED and change.was and change.box is not None
    if not known or change.box is None or change.page > len(reading.pages):
        return
    page = reading.pages[change.page - 1]
    for line in page.lines:
        words = [word for word in line.words if covered(word.box, change.box) >= _COVERED]
        text = " ".join(word.text for word in words)
        if words and text.count(change.was) == 1:
            box = Box(
                min(word.box.x0 for word in words),
                min(word.box.y0 for word in words),
                max(word.box.x1 for word in words),
                max(word.box.y1 for word in words),
            )
            yield TextPlaced(change.page, displayed(box, page.frame), text.replace(change.was, change.value))
            return


def _with_texts(pages: tuple[PageText, ...], tied: Sequence[Placed]) -> tuple[tuple[PageText, ...], bool]:
    made, whole = list(pages), True
    for entry in tied:
        for text in entry.words:
            page = replaced(made[text.page - 1], text.box, text.text) if text.page <= len(made) else None
            if page is not None:
                made[text.page - 1] = page
            elif text.text:
                whole = False
        for text in entry.lines:
            if text.page > len(made):
                whole = False
            else:
                made[text.page - 1] = _with_line(made[text.page - 1], text)
    return tuple(made), whole


def _with_line(page: PageText, line: TextPlaced) -> PageText:
    """The page with a line; one that was read or added there before has its words in the place of its own."""
    there = replaced(page, line.box, line.text)
    return there if there is not None else added(page, line.box, line.text)


def _with_fields(
    found: Sequence[ExtractedField], settled: Sequence[FieldPlaced]
) -> tuple[tuple[ExtractedField, ...], bool]:
    known = {(field.name, nth): field for nth, field in _numbered(found)}
    removed, whole = set[tuple[str, int]](), True
    for one in settled:
        key = (one.name, one.nth)
        removed.discard(key)
        if one.how is How.REMOVED:
            removed.add(key)
        elif key in known or one.how is How.ADDED:
            known[key] = _settled(known.get(key), one)
        else:
            known[key] = replace(_settled(None, one), review=True)
            whole = False
    return tuple(field for key, field in known.items() if key not in removed), whole


def _settled(field: ExtractedField | None, one: FieldPlaced) -> ExtractedField:
    source: Literal["clerk", "register"] = "register" if one.how is How.REGISTER else "clerk"
    box = one.box if field is None or field.box is None else field.box
    return ExtractedField(one.name, one.value, 1.0, one.page if field is None else field.page, box, False, source)
