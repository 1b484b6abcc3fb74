"""Synthetic papers of an office, any number of them, the same for the same seed.

Words: those of the texts of `digidoc demo` first, then words of two syllables (three quarters of all, as in Vietnamese)
and of one, made of real syllables; how often each comes follows Zipf's law. So the commonest syllables stand on almost
every page, as in real papers. A page has about 150 syllables; a full page of a real paper has twice as many.
"""

import itertools
import random
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from digidoc.archive.archive import Archive
from digidoc.archive.catalog import index
from digidoc.demo import texts
from digidoc.demo.papers import Centred, Paper, Text
from digidoc.model import ExtractedField, Level, Unit

SEED = 20_251_122
UNIT = Unit("H99.26", Level.PROVINCE, "UBND tỉnh Trường Sơn")
PAPERS_A_DOSSIER = 5
_BODY_WORDS = 62
_TYPES = {
    "QUYẾT ĐỊNH": "QĐ", "TỜ TRÌNH": "TTr", "BÁO CÁO": "BC", "KẾ HOẠCH": "KH", "THÔNG BÁO": "TB", "GIẤY XÁC NHẬN": "GXN",
    "GIẤY PHÉP": "GP", "BIÊN BẢN": "BB", "NGHỊ QUYẾT": "NQ", "GIẤY CHỨNG NHẬN": "GCN",
}  # fmt: skip
_ORGANS = ("UBND", "HĐND", "SNV", "STC", "SXD", "STP", "SNNMT", "SYT", "SGDĐT", "VP")
_PLACES = ("An Bình Đông", "Trung Hòa", "Bắc Sơn", "Phú Lộc", "Hòa Vang", "Đại Lãnh", "Tân Mỹ", "Kim Sơn")
_ONSETS = (
    "",
    "b",
    "c",
    "ch",
    "d",
    "đ",
    "g",
    "h",
    "kh",
    "l",
    "m",
    "n",
    "ng",
    "nh",
    "ph",
    "s",
    "t",
    "th",
    "tr",
    "v",
    "x",
)
_RHYMES = (
    "a", "á", "à", "ai", "ái", "an", "án", "ang", "áng", "anh", "ành", "ao", "ạo", "âm", "ân", "ận", "âu", "ầu", "ăng",
    "ặt", "ê", "ế", "ên", "ến", "iên", "iện", "iệp", "inh", "ính", "o", "ong", "ông", "ộng", "ốt", "ơ", "ơi", "u", "ụ",
    "ung", "uôn", "ương", "ường", "ượng", "ức", "ựng",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Made:
    """A paper: its text, its fields as (name, value), and the code of its dossier."""

    text: str
    fields: tuple[tuple[str, str], ...]
    dossier: str

    @property
    def number(self) -> str:
        """As it is typed: 15/QĐ-UBND."""
        return f"{self.fields[0][1]}/{self.fields[1][1]}"


def lexicon() -> list[str]:
    """Words of one and two syllables, the commonest first."""
    chance = random.Random(SEED)  # noqa: S311 (test material)
    spoken = " ".join(
        block.text
        for paper in vars(texts).values()
        if isinstance(paper, Paper)
        for block in paper.blocks
        if isinstance(block, Text | Centred)
    )
    demo = index.words_of(spoken)
    syllables = sorted({onset + rhyme for onset, rhyme in itertools.product(_ONSETS, _RHYMES)})
    chance.shuffle(syllables)
    # Half of all words are made of the 300 commonest syllables, as common syllables make many words.
    made = [
        f"{chance.choice(syllables[:300])} {chance.choice(syllables[: chance.choice((300, len(syllables)))])}"
        if chance.random() < 0.75
        else chance.choice(syllables)
        for _ in range(12_000)
    ]
    pairs = [f"{a} {b}" for a, b in zip(demo[::2], demo[1::2], strict=False)]
    first = list(dict.fromkeys(pairs))
    chance.shuffle(first)
    return list(dict.fromkeys([*first, *made]))


def papers(count: int) -> Iterator[Made]:
    """`count` papers; the first n of more are those of n."""
    words = np.array(lexicon(), dtype=object)
    weights = np.cumsum(1.0 / (np.arange(len(words)) + 3.0))
    weights /= weights[-1]
    draws = np.random.default_rng(SEED)
    chance = random.Random(SEED)  # noqa: S311
    start = date(2012, 1, 1)
    for number in range(count):
        if number % 10_000 == 0:
            block = words[np.searchsorted(weights, draws.random((10_000, _BODY_WORDS)))]
        body = block[number % 10_000]
        kind, short = chance.choice(list(_TYPES.items()))
        # The first organ issues half of the papers.
        organ = _ORGANS[0] if chance.random() < 0.5 else chance.choice(_ORGANS)
        place, code, cited = chance.choice(_PLACES), str(chance.randint(1, 4000)), chance.randint(1, 4000)
        day = start + timedelta(days=chance.randrange(5000))
        subject = "Về việc " + " ".join(body[:6])
        notation = f"{short}-{organ}"
        organisation = f"{organ} {place}"
        text = (
            f"ỦY BAN NHÂN DÂN\nXÃ {place.upper()}\nSố: {code}/{notation}\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n"
            f"Độc lập - Tự do - Hạnh phúc\n{place}, ngày {day.day:02d} tháng {day.month} năm {day.year}\n{kind}\n"
            f"{subject}\nCăn cứ Quyết định số {cited}/QĐ-{organ} ngày {day.day}/{day.month}/{day.year - 1};\n"
            + " ".join(body[6:40])
            + ".\n"
            + " ".join(body[40:])
            + "."
        )
        fields = (
            ("CodeNumber", code),
            ("CodeNotation", notation),
            ("IssuedDate", day.isoformat()),
            ("OrganName", organisation),
            ("TypeName", kind),
            ("Subject", subject),
        )
        yield Made(text, fields, f"H99.26-{day:%y%m%d}-{number // PAPERS_A_DOSSIER:07d}")


def fields_of(paper: Made) -> tuple[ExtractedField, ...]:
    """Its fields as `digidoc digitize` hands them over."""
    return tuple(ExtractedField(name, value, 0.95, 1) for name, value in paper.fields)


def fill(archive: Archive, count: int) -> None:
    """Write papers into the catalogue alone, many at once: for searching; files and events of them do not exist."""
    db = sqlite3.connect(archive.layout.catalog, isolation_level=None)
    db.execute("PRAGMA synchronous = OFF")
    db.execute("PRAGMA cache_size = -400000")
    # The index is merged less often: it is as large and as fast afterwards.
    db.execute("INSERT INTO page_index(page_index, rank) VALUES ('hashsize', ?)", [64 << 20])
    source = enumerate(papers(count), 1)
    while batch := list(itertools.islice(source, 20_000)):
        db.execute("BEGIN")
        db.executemany(
            "INSERT OR IGNORE INTO dossier(code, object_id) VALUES (?, '')", ((paper.dossier,) for _, paper in batch)
        )
        db.executemany(
            "INSERT INTO paper(paper_id, task_key, dossier, name, source, state, sha256, object_id, object_version, "
            "confidence, conformant, doubts, registered_at) "
            "VALUES (?, 'key', ?, ?, '', 'filed', ?, '', 'v1', 0.95, 1, '[]', '2025-11-22')",
            ((_id(n), paper.dossier, f"{n:08d}.pdf", f"{n:064x}") for n, paper in batch),
        )
        db.executemany(
            "INSERT INTO field(paper_id, name, value, confidence, page, review) VALUES (?, ?, ?, 0.95, 1, 0)",
            ((_id(n), name, value) for n, paper in batch for name, value in paper.fields),
        )
        rows = [(n, _id(n), paper.text, f"{paper.number}\n{paper.fields[5][1]}") for n, paper in batch]
        db.executemany("INSERT INTO page VALUES (?, ?, 1, 300.0, ?, ?)", rows)
        db.executemany(
            "INSERT INTO page_index(rowid, tokens) VALUES (?, ?)",
            (
                (n, index.tokens_of(f"{text}\n{terms}", index.facets_of(paper.dossier, paper.fields)))
                for (n, paper), (_, _, text, terms) in zip(batch, rows, strict=True)
            ),
        )
        db.execute("COMMIT")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()


def peer(archive: Archive) -> Any:
    """Plain FTS5 over the same pages, as programs use it that leave everything to SQLite: its folding, its bm25."""
    db = sqlite3.connect(archive.root / "peer.db", isolation_level=None)
    db.execute("PRAGMA synchronous = OFF")
    db.execute("ATTACH ? AS catalog", [str(archive.layout.catalog)])
    db.execute("CREATE VIRTUAL TABLE text USING fts5(body, content='', tokenize='unicode61 remove_diacritics 2')")
    db.execute("INSERT INTO text(text, rank) VALUES ('hashsize', ?)", [64 << 20])
    db.execute("BEGIN")
    db.execute("INSERT INTO text(rowid, body) SELECT id, text FROM catalog.page")
    db.execute("COMMIT")
    return db


def _id(number: int) -> str:
    return f"P-{number * 0x9E3779B97F4A7C15 % (1 << 64):016x}"
