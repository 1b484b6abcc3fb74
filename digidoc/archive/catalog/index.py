"""The search index: which pages hold which tokens, and nothing else.

It is one FTS5 table without positions. Vietnamese syllables are few and each stands on a large part of all pages, so a
phrase that is found by meeting positions of common syllables costs seconds in a million papers. Most words have two
syllables: pairs of neighbours are tokens of their own, so such a word is one look-up. The tokens of a page:

- each word, folded (see `text.fold`): `dang`; and as it stands, where that differs: `đăng`
- each pair of neighbours, in both forms: `dang_ky`, `đăng_ký`
- each piece of three words and more that is written without blanks, such as a document number, in both forms:
  `15_qd_ubnd`, `15_qđ_ubnd`
- what filters ask for, the same on every page of a paper: the words of its fields `typename:quyet`, year and month of
  issue `issueddate:2025`, `issueddate:2025_09`, its number `number:15_qd_ubnd`, its dossier `dossier:hs_01`

A word has neither `_` nor `:`, and a folded word no accents: the kinds never meet.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final

from sqlite_utils import Database

from digidoc.archive.register.schema import counting
from digidoc.text import fold, nfc

WORD: Final = re.compile(r"[^\W_]+")
_GLUED: Final = 3  # words in a piece without blanks from which it is a token of its own; two are a pair already
_LONGEST_GLUED: Final = 16
_DATE: Final = re.compile(r"(\d{4})-(\d{2})-\d{2}")
_fold_word = lru_cache(maxsize=1 << 16)(fold)


def create(db: Database) -> None:
    """Make the empty index. The tokenizer splits at blanks and changes nothing: tokens come ready from here."""
    db.execute(
        "CREATE VIRTUAL TABLE page_index USING fts5("
        "tokens, content='', detail='none', columnsize=0, tokenize=\"ascii tokenchars '_:'\")"
    )


def upgrade(db: Database) -> None:
    """Put this index in the place of that of catalogue version 1."""
    db.execute("DROP TABLE page_index")
    create(db)
    for (paper_id,) in db.execute("SELECT paper_id FROM paper").fetchall():
        add_paper(db, paper_id)


def add_paper(db: Database, paper_id: str) -> None:
    """Index the pages of a paper, if it counts; call it after all its rows were written, in the same transaction."""
    db.conn.executemany("INSERT INTO page_index(rowid, tokens) VALUES (?, ?)", list(_rows(db, paper_id)))


def remove_paper(db: Database, paper_id: str) -> None:
    """Take the pages of a paper out; call it before its rows change, in the same transaction.

    The index keeps no text: to remove a page it needs the tokens that it was given.
    """
    sql = "INSERT INTO page_index(page_index, rowid, tokens) VALUES ('delete', ?, ?)"
    db.conn.executemany(sql, list(_rows(db, paper_id)))


def _rows(db: Database, paper_id: str) -> Iterator[tuple[int, str]]:
    fields = db.execute("SELECT name, value FROM field WHERE paper_id = ? ORDER BY id", [paper_id]).fetchall()
    row = db.execute(f"SELECT dossier FROM paper WHERE paper_id = ? AND {counting()}", [paper_id]).fetchone()  # noqa: S608
    if row is None:
        return  # it is new, was refused or is withdrawn: the index has nothing of it
    (dossier,) = row
    facets = facets_of(dossier, fields)
    pages = db.execute("SELECT id, text, terms FROM page WHERE paper_id = ? ORDER BY number", [paper_id])
    for page_id, text, terms in pages.fetchall():
        yield page_id, tokens_of(f"{text}\n{terms}", facets)


def tokens_of(text: str, facets: Iterable[str] = ()) -> str:
    """What a page is indexed by, each token once, with blanks between.

    Args:
        text: of the page, NFC, any case.
        facets: tokens of its paper.

    """
    words: list[str] = []
    glued: list[str] = []
    for piece in text.lower().split():
        parts = WORD.findall(piece)
        words += parts
        if (token := glued_token(parts)) is not None:
            glued += (token, glued_token(list(map(_fold_word, parts))) or token)
    bare = list(map(_fold_word, words))
    found = dict.fromkeys(bare)
    found |= dict.fromkeys(words)
    found |= dict.fromkeys(map("_".join, pairwise(bare)))
    found |= dict.fromkeys(map("_".join, pairwise(words)))
    found |= dict.fromkeys(glued)
    return " ".join((*found, *facets))


def folded_words(text: str) -> list[str]:
    """The words of a text, NFC, folded."""
    return list(map(_fold_word, WORD.findall(text.lower())))


def glued_token(words: Sequence[str]) -> str | None:
    """The token of words that are written without blanks; None where pairs of neighbours are all there is."""
    return "_".join(words) if _GLUED <= len(words) <= _LONGEST_GLUED else None


def facets_of(dossier: str | None, fields: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """The tokens that filters ask for.

    Args:
        dossier: code of the paper's dossier.
        fields: (name, value) of each of its fields.

    """
    found: dict[str, None] = {}
    number: dict[str, str] = {}
    for name, value in fields:
        key = field_key(name)
        found |= dict.fromkeys(f"{key}:{word}" for word in words_of(fold(value)))
        number.setdefault(name, value)
        if name == "IssuedDate" and (date := _DATE.fullmatch(value)):
            found[f"{key}:{date[1][:3]}_"] = None
            found[f"{key}:{date[1]}_{date[2]}"] = None
    if own := words_of(fold(f"{number.get('CodeNumber', '')}/{number.get('CodeNotation', '')}")):
        found["number:" + "_".join(own)] = None
    if dossier is not None:
        found[dossier_token(dossier)] = None
    return tuple(found)


def field_key(name: str) -> str:
    """The name of a field as its tokens have it."""
    return "".join(words_of(fold(name)))


def dossier_token(dossier: str) -> str:
    """The token of a dossier's papers."""
    return "dossier:" + "_".join(words_of(fold(dossier)))


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text in lower case: letters and digits of any script; everything else separates them."""
    return tuple(WORD.findall(nfc(text).lower()))
