"""What there is to say of a paper that was to be digitized: JSON and sentences are made from these values."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from digidoc.archive.catalog import duplicates
from digidoc.errors import Problem
from digidoc.model import PaperRecord, PaperState
from digidoc.pipeline.review.standing import Reasons, to_confirm, weigh


@dataclass(frozen=True, slots=True)
class FiledPaper:
    """A paper that is in the archive.

    Attributes:
        paper: its id.
        pages: how many.
        confidence: of what was read, 0 to 1.
        conformant: whether nothing keeps it from being a conformant electronic copy.
        doubts: codes of what is wrong with it.
        review: names of the fields in doubt.
        grave: what of both makes a person look at it.
        slight: the rest, with which it is filed.
        signatures: the verdict on each.
        duplicates: other papers that seem to be the same; see `digidoc.archive.catalog.duplicates`.
        withdrawn: whether a person took it out of use: its file is not filed again.

    """

    paper: str
    pages: int
    confidence: float
    conformant: bool
    doubts: tuple[str, ...]
    review: tuple[str, ...]
    grave: Reasons
    slight: Reasons
    signatures: tuple[str, ...]
    duplicates: tuple[Mapping[str, Any], ...]
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Digitized:
    """One item of `digidoc digitize`.

    Attributes:
        dossier: code of its dossier, None for a loose paper.
        name: within the dossier.
        filed: what the archive has of it; None when it is not there.
        refused_before: why an earlier run refused it and this one did not try it again; None when none did.
        left_unsigned: it was to be signed, and was not, for a person has to review it first.

    """

    dossier: str | None
    name: str
    filed: FiledPaper | None = None
    refused_before: Problem | None = None
    left_unsigned: bool = False


@dataclass(frozen=True, slots=True)
class Planned:
    """One item of `digidoc digitize --dry-run`.

    Attributes:
        dossier: code of its dossier, None for a loose paper.
        name: within the dossier.
        known: whether the archive knows it already, read or refused by this version or another.
        sign: whether it would be signed.
        refused_before: see `Digitized`.

    """

    dossier: str | None
    name: str
    known: bool
    sign: bool
    refused_before: Problem | None = None


def filed_paper(record: PaperRecord) -> FiledPaper:
    """What there is to say of a record, without the text of its pages."""
    review = to_confirm(record.fields)
    grave, slight = weigh(record.doubts, review)
    return FiledPaper(
        paper=record.paper_id,
        pages=len(record.pages),
        confidence=record.confidence,
        conformant=record.conformant,
        doubts=record.doubts,
        review=review,
        grave=grave,
        slight=slight,
        signatures=tuple(signature.verdict for signature in record.signatures),
        duplicates=tuple(duplicates.of(record)),
        withdrawn=record.state is PaperState.WITHDRAWN,
    )
