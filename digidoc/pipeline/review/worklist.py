"""What clerks have to look at: the beginning of the queue, each paper with what is doubtful about it."""

from dataclasses import dataclass
from typing import Any, Final

from digidoc import words
from digidoc.archive.archive import Archive
from digidoc.archive.catalog.listing import QueueOrder
from digidoc.errors import Problem, UsageError
from digidoc.formats import codec
from digidoc.i18n import N_
from digidoc.model import Box, PaperRecord, PaperState
from digidoc.pipeline.review.correct import inbox_of, stuck
from digidoc.pipeline.review.standing import to_confirm, weigh
from digidoc.pipeline.stored import file_of

FORMAT: Final = "digidoc.review/1"


@dataclass(frozen=True, slots=True)
class Question:
    """Which papers are wanted.

    Attributes:
        order: of the queue.
        limit: papers at most.
        dossiers: codes of dossiers; none for all.
        papers: ids; when some are given they are listed, whether a person has to look at them or not.
        fields: names of the fields that are wanted; none for all.

    """

    order: QueueOrder = QueueOrder.DOSSIER
    limit: int = 500
    dossiers: tuple[str, ...] = ()
    papers: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReviewField:
    """A field of a paper, as `ExtractedField` has it, and its place among the paper's fields, from 0."""

    place: int
    name: str
    value: str
    confidence: float
    page: int
    box: Box | None
    review: bool
    grave: bool


@dataclass(frozen=True, slots=True)
class ReviewPaper:
    """A paper to be looked at.

    Attributes:
        paper: its id.
        dossier: code of its dossier; None for a loose paper.
        name: of the original.
        version: of its object.
        text_sha256: of its text.json, hex; empty when it has none.
        pages: how many it has.
        doubts: codes of what is doubtful about it as a whole.
        grave: of these, those for which a person has to look at it.
        fields: all of them, in order; `review` says which are in doubt.

    """

    paper: str
    dossier: str | None
    name: str
    version: str
    text_sha256: str
    pages: int
    doubts: tuple[str, ...]
    grave: tuple[str, ...]
    fields: tuple[ReviewField, ...]

    def why(self) -> str:
        """Why a person has to look at it, in words: what is grave before what is slight, then what else there is."""
        unsure = [field for field in self.fields if field.review]
        slight = [field.name for field in unsure if not field.grave]
        others = [doubt for doubt in self.doubts if doubt not in self.grave]
        return words.why_review(self.grave, [field.name for field in unsure if field.grave], others, slight)


@dataclass(frozen=True, slots=True)
class Worklist:
    """The beginning of the queue.

    Attributes:
        open: how many papers a person has to look at.
        waiting: how many corrections wait to be taken in.
        conflicts: how many papers have corrections that contradict each other.
        papers: in order, no more than were asked for.
        problems: why some that wait can never be taken in; their files stay where they are until a person looks.

    """

    open: int
    waiting: int
    conflicts: int
    papers: tuple[ReviewPaper, ...]
    problems: tuple[Problem, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The worklist for scripts and pages."""
        return {
            "format": FORMAT,
            "open": self.open,
            "waiting": self.waiting,
            "conflicts": self.conflicts,
            "papers": codec.plain(self.papers),
        }


# Short names of fields for the command line; every field has its own name besides.
_SHORT: Final = {
    "number": "CodeNumber",
    "symbol": "CodeNotation",
    "date": "IssuedDate",
    "type": "TypeName",
    "subject": "Subject",
    "organisation": "OrganName",
    "recipient": "ToPlaces.Place",
}


def field_names(said: str) -> tuple[str, ...]:
    """Names of fields as the user gives them, with commas between them; none for `all`.

    Raises:
        UsageError: a name is none.

    """
    names = [name.strip() for name in said.split(",") if name.strip()]
    if names == ["all"]:
        return ()
    found = tuple(_SHORT.get(name, name) for name in names)
    for name in found:
        if words.field_message(name) == name:
            raise UsageError(reason=N_("{name} is no field of a paper"), name=name)
    return found


def worklist(archive: Archive, question: Question) -> Worklist:
    """What clerks have to look at.

    Raises:
        UnknownPaper: one that is asked for is not there.

    """
    queue = archive.queue(question.order, 0 if question.papers else question.limit, question.dossiers)
    listed = (review_paper(archive.paper(paper), question.fields) for paper in question.papers or queue.papers)
    waiting = len(inbox_of(archive).waiting())
    return Worklist(queue.open, waiting, queue.conflicts, tuple(listed), stuck(archive) if waiting else ())


def review_paper(record: PaperRecord, names: tuple[str, ...] = ()) -> ReviewPaper:
    """A paper as the worklist has it.

    Args:
        record: of the paper.
        names: fields that are wanted; none for all.

    """
    text = file_of(record, "text")
    grave, _rest = weigh(record.doubts, to_confirm(record.fields))
    fields = tuple(
        ReviewField(
            place=place,
            name=one.name,
            value=one.value,
            confidence=one.confidence,
            page=one.page,
            box=one.box,
            review=one.review,
            grave=one.review and one.name in grave.fields,
        )
        for place, one in enumerate(record.fields)
        if not names or one.name in names
    )
    sha256 = "" if text is None else text.sha256
    return ReviewPaper(
        record.paper_id,
        record.dossier,
        record.name,
        record.object_version,
        sha256,
        len(record.pages),
        record.doubts,
        grave.doubts if record.state is PaperState.REVIEW else (),
        fields,
    )
