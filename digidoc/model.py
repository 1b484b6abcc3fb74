"""The values that the areas hand each other: frozen, plain, without behaviour that does I/O.

Geometry of a read page. An `OcrEngine` is given the page *as displayed* (EXIF/TIFF orientation and /Rotate applied):
`width` x `height` pixels. It finds that the content must be turned by `turn` degrees clockwise to stand upright, and
then by `skew` degrees counter-clockwise about the centre to be level. All boxes are in that *level* frame: origin top
left, pixels, x to the right, y down; its size is that of the displayed page after the quarter turns. `Frame` maps
between the two.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Literal, NamedTuple

Turn = Literal[0, 90, 180, 270]


class Box(NamedTuple):
    """A rectangle in the level frame: left, top, right, bottom, in pixels.

    Whole numbers are named beside the others, so that they are still whole when they come back from JSON.
    """

    x0: int | float
    y0: int | float
    x1: int | float
    y1: int | float

    @property
    def width(self) -> float:
        """Pixels from left to right."""
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        """Pixels from top to bottom."""
        return self.y1 - self.y0

    @property
    def centre(self) -> tuple[float, float]:
        """Its middle across and down."""
        return (self.x0 + self.x1) / 2, (self.y0 + self.y1) / 2

    @staticmethod
    def around(boxes: Sequence["Box"]) -> "Box":
        """The smallest box that holds the given ones, at least one."""
        return Box(
            min(box.x0 for box in boxes),
            min(box.y0 for box in boxes),
            max(box.x1 for box in boxes),
            max(box.y1 for box in boxes),
        )


@dataclass(frozen=True, slots=True)
class Word:
    """A word (no blanks), NFC, with its box and a confidence from 0 to 1.

    `raw` is what the first reader saw there, where the model of the language or a second reader decided otherwise (they
    may have "corrected" a misprint of the paper); empty where it stands.
    """

    text: str
    box: Box
    confidence: float
    raw: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """Words of one printed line, or of one row of a table, in reading order.

    Attributes:
        words: of the line; of a table's row, cell by cell.
        box: around them.
        doubt: why a person should look at it, or empty.
        cells: of a table's row: for each column the index of its first word; an empty column has the index of the next.
            Empty for a printed line.

    """

    words: tuple[Word, ...]
    box: Box
    doubt: str = ""
    cells: tuple[int, ...] = ()

    @property
    def text(self) -> str:
        """The words with one blank between them, the columns of a table's row with a tab between them."""
        ends = (*self.cells[1:], len(self.words)) if self.cells else (len(self.words),)
        return "\t".join(
            " ".join(word.text for word in self.words[start:end]) for start, end in zip((0, *ends), ends, strict=False)
        )

    @property
    def confidence(self) -> float:
        """Mean confidence of the words; 0 for a line without words."""
        return sum(word.confidence for word in self.words) / len(self.words) if self.words else 0.0


@dataclass(frozen=True, slots=True)
class Frame:
    """How the level frame of a read page lies on the page as displayed (see the module's docstring).

    Attributes:
        width: of the page as displayed, pixels.
        height: of the page as displayed, pixels.
        turn: degrees clockwise that make the content upright.
        skew: degrees counter-clockwise that then make it level.

    """

    width: int
    height: int
    turn: Turn = 0
    skew: float = 0.0

    @property
    def level_size(self) -> tuple[int, int]:
        """Width and height of the level frame, pixels."""
        return (self.height, self.width) if self.turn in (90, 270) else (self.width, self.height)

    def to_displayed(self, x: float, y: float) -> tuple[float, float]:
        """The point of the page as displayed that lies at (x, y) of the level frame."""
        width, height = self.level_size
        cx, cy, angle = width / 2, height / 2, math.radians(self.skew)
        dx, dy = x - cx, y - cy
        # Levelling turned the content counter-clockwise on a y-down raster; going back turns it clockwise.
        ux = cx + dx * math.cos(angle) - dy * math.sin(angle)
        uy = cy + dx * math.sin(angle) + dy * math.cos(angle)
        if self.turn == 90:  # noqa: PLR2004 (degrees)
            return uy, self.height - ux
        if self.turn == 180:  # noqa: PLR2004
            return self.width - ux, self.height - uy
        if self.turn == 270:  # noqa: PLR2004
            return self.width - uy, ux
        return ux, uy


@dataclass(frozen=True, slots=True)
class PageText:
    """What was read on one page, in reading order, in the level frame.

    Attributes:
        frame: how the boxes lie on the page.
        lines: printed lines in reading order.
        dpi: pixels an inch of the page as displayed, horizontally and vertically.
        source: "ocr" or "layer" (a good text layer that was kept).
        engine: name and version of what read it.
        doubts: reasons for a person to look at the page (codes, English), empty when there are none.
        unread: where there is ink that looks like print and is in no line.

    """

    frame: Frame
    lines: tuple[Line, ...]
    dpi: tuple[float, float]
    source: Literal["ocr", "layer"]
    engine: str
    doubts: tuple[str, ...] = ()
    unread: tuple[Box, ...] = ()

    @property
    def text(self) -> str:
        """One text line per printed line, and per row of a table."""
        return "\n".join(line.text for line in self.lines)

    def words(self) -> Iterator[Word]:
        """All words in reading order."""
        for line in self.lines:
            yield from line.words

    @property
    def confidence(self) -> float:
        """Mean confidence of the words; 0 for a page without words."""
        found = [word.confidence for word in self.words()]
        return sum(found) / len(found) if found else 0.0

    def to_json(self) -> dict[str, Any]:
        """The page in the form of text.json, version 1: boxes rounded to whole pixels, confidence to 3 decimals."""
        return {
            "width": self.frame.width,
            "height": self.frame.height,
            "turn": self.frame.turn,
            "skew": round(self.frame.skew, 2),
            "dpi": [round(value, 1) for value in self.dpi],
            "source": self.source,
            "engine": self.engine,
            "doubts": list(self.doubts),
            **({"unread": [[round(v) for v in box] for box in self.unread]} if self.unread else {}),
            "lines": [
                {
                    "box": [round(v) for v in line.box],
                    **({"doubt": line.doubt} if line.doubt else {}),
                    **({"cells": list(line.cells)} if line.cells else {}),
                    "words": [_word_json(word) for word in line.words],
                }
                for line in self.lines
            ],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "PageText":
        """The page that `to_json` wrote, with the numbers that it rounded.

        Raises:
            KeyError, TypeError, ValueError: it is no page of text.json, version 1.

        """
        return cls(
            frame=Frame(data["width"], data["height"], data["turn"], data["skew"]),
            lines=tuple(map(_line, data["lines"])),
            dpi=(data["dpi"][0], data["dpi"][1]),
            source=data["source"],
            engine=data["engine"],
            doubts=tuple(data["doubts"]),
            unread=tuple(Box(*box) for box in data.get("unread", ())),
        )


def _line(data: Mapping[str, Any]) -> Line:
    words = tuple(map(_word, data["words"]))
    return Line(words, Box(*data["box"]), data.get("doubt", ""), tuple(data.get("cells", ())))


def _word(data: Sequence[Any]) -> Word:
    """The word that `_word_json` wrote."""
    text, confidence, *box = data[:6]
    return Word(text, Box(*box), confidence, *data[6:])


def _word_json(word: Word) -> list[Any]:
    """Text, confidence, left, top, right, bottom, and the raw reading where it is another."""
    return [word.text, round(word.confidence, 3), *(round(v) for v in word.box), *([word.raw] if word.raw else [])]


@dataclass(frozen=True, slots=True)
class ExtractedField:
    """One value found on a paper: what, how sure (0-1), on which page (from 1), where (level frame, pixels).

    `review` is true when a person has to confirm it: blank, handwritten or doubtful. The name is one of NĐ 30/2020
    annex VI (`CodeNumber`, `CodeNotation`, `IssuedDate`, `OrganName`, `TypeName`, `Subject`, `SignerInfo.Position`,
    `SignerInfo.FullName`), one of the edXML messages that offices exchange (`SignerInfo.Competence`, `ToPlaces.Place`
    once for each recipient, `Priority`), or digidoc's own (`Place`, `Secrecy`). `source` says whose word it is:
    what was read, a clerk's, or the register's.
    """

    name: str
    value: str
    confidence: float
    page: int
    box: Box | None = None
    review: bool = False
    source: Literal["read", "clerk", "register"] = "read"


class Level(StrEnum):
    """Level of government; districts ended on 2025-07-01 but older targets and papers have them."""

    PROVINCE = "province"
    DISTRICT = "district"
    COMMUNE = "commune"


@dataclass(frozen=True, slots=True)
class Unit:
    """The office an archive belongs to.

    Attributes:
        code: agency id, at most 35 characters, such as H17.12.
        name: as it stands on its papers; may be empty.
        level: which targets it is held to.

    """

    code: str
    level: Level
    name: str = ""


class PaperState(StrEnum):
    """Where a paper stands in the catalogue."""

    FILED = "filed"  # in the store, nothing left to do
    REVIEW = "review"  # in the store, a person has to look at it
    REFUSED = "refused"  # could not be taken; only its name, digest and the reason are kept
    WITHDRAWN = "withdrawn"  # in the store, and taken out of use by a person: no list, report or search has it
    PURGED = "purged"  # erased for good: only its id is kept, and when, by whom and why it was erased

    @property
    def counts(self) -> bool:
        """Whether such a paper is found, counted, signed and handed out; SQL asks with `register.schema.counting`."""
        return self in (PaperState.FILED, PaperState.REVIEW)


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file of a paper in the store: its role, digest (sha256, hex), size in bytes and media type.

    Roles: original, searchable, signed, text, corrections, metadata; of a paper that was merged from several files, the
    others are original-2, original-3 … in the order of their pages.
    """

    role: str
    path: str
    sha256: str
    size: int
    media_type: str


class Verdict(StrEnum):
    """ETSI EN 319 102-1, table 5, and two more that only a file can have; from best to worst."""

    TOTAL_PASSED = "TOTAL_PASSED"
    INDETERMINATE = "INDETERMINATE"
    TOTAL_FAILED = "TOTAL_FAILED"
    NO_SIGNATURE = "NO_SIGNATURE"
    UNREADABLE = "UNREADABLE"


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The worst of some verdicts; TOTAL_PASSED of none."""
    order = list(Verdict)
    return max(verdicts, key=order.index, default=Verdict.TOTAL_PASSED)


@dataclass(frozen=True, slots=True)
class SignatureRecord:
    """What the last check of one signature said, as the catalogue keeps it."""

    field: str
    verdict: str
    subindication: str
    level: str
    signer: str
    signed_at: datetime | None
    checked_at: datetime


# Kind of the event by which a person takes a paper out of use, after the PREMIS event types.
SET_ASIDE: Final = "deaccession"


# Kind of the event by which a person erases a paper for good, after the PREMIS event types.
PURGE: Final = "deletion"


@dataclass(frozen=True, slots=True)
class Event:
    """A PREMIS event: when, what kind, on what, with what result, by whom or what."""

    at: datetime
    kind: str
    outcome: str
    agent: str
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PaperRecord:
    """Everything the catalogue keeps of one paper; written in one transaction.

    Attributes:
        paper_id: stable id, `P-` and 16 hex digits, made from dossier code, name and digest of the original.
        task_key: digest of input, pipeline version and options; a rerun skips what has it.
        dossier: code of the dossier; None for a loose paper.
        name: file name of the original.
        source: the path as the user gave it.
        object_id: OCFL object; empty for a refused paper.
        object_version: e.g. "v1"; empty for a refused paper.
        files: what lies in the store.
        pages: page texts, in order; folding and indexing is the catalogue's business.
        page_dpi: lowest of horizontal and vertical dpi per page.
        confidence: mean word confidence over the pages, 0-1.
        conformant: whether it meets the checks of `report` (readable, dpi, PDF/A made, text layer).
        doubts: codes of reasons for review or for not being conformant.
        problem: why it was refused, as `Problem.to_json` gives it; None otherwise.
        part: pages of the original that this paper is, from 1; empty for all of them.

    """

    paper_id: str
    task_key: str
    dossier: str | None
    name: str
    source: str
    state: PaperState
    sha256: str
    object_id: str = ""
    object_version: str = ""
    files: tuple[StoredFile, ...] = ()
    pages: tuple[str, ...] = ()
    page_dpi: tuple[float, ...] = ()
    fields: tuple[ExtractedField, ...] = ()
    signatures: tuple[SignatureRecord, ...] = ()
    events: tuple[Event, ...] = ()
    confidence: float = 0.0
    conformant: bool = False
    doubts: tuple[str, ...] = ()
    problem: Mapping[str, Any] | None = None
    part: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ArchiveFigures:
    """What the catalogue can count for a report; every number is a count of papers.

    A paper fed into two dossiers (the same bytes) counts once; `copies` says how many were left out for that reason.

    Attributes:
        unit: the office, with the level whose targets it is held to.
        stock: results in force that the office says it holds on paper; None when it does not say.
        target: name of the target programme in the archive's configuration; None for none.
        registered: papers that were fed, refused ones included.
        attached: papers that are in the store.
        conformant: of these, the ones that meet the checks (readable, dpi, PDF/A, text layer).
        signed: of the attached, the ones with a signature where the last check of every signature said TOTAL_PASSED.
        indeterminate: of the attached, the ones with a signature that is INDETERMINATE and none that is TOTAL_FAILED.
        failed: of the attached, the ones with a signature that is TOTAL_FAILED.
        review: of the attached, the ones that a person has to look at.
        refused: papers that could not be taken.
        copies: attached papers that are left out because the same bytes are counted already.
        audit_head: number and hash of the newest event of the archive, by which a report can later show that no event
            was changed or removed since; None when there is none. It is no figure: equal figures may have another one.

    """

    unit: Unit
    stock: int | None
    target: str | None
    registered: int
    attached: int
    conformant: int
    signed: int
    indeterminate: int
    failed: int
    review: int
    refused: int
    copies: int
    audit_head: tuple[int, str] | None = field(default=None, compare=False)
