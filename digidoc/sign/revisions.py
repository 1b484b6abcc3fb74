"""What was done to a file after a signature, and whether the signed revision still looks like the file."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY, DiffResult, ModificationLevel
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel

from digidoc.sign.pictures import NotRendered, pages_that_differ
from digidoc.sign.verdict import Change, ChangeKind, Covers, Reason

_BYTE_RANGE: Final = re.compile(rb"/ByteRange\s{0,20}\[")
# A hexadecimal string that begins with a SEQUENCE and the object id of CMS signed data (1.2.840.113549.1.7.2).
_CMS: Final = re.compile(rb"<\s{0,20}30[0-9A-Fa-f]{2,12}06092A864886F70D010702", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Later:
    """What follows a signature.

    Attributes:
        covers: which part of the file the signature protects.
        changes: what was done afterwards.
        reason: why that speaks against the signature; NONE when it does not.
        detail: technical remark.

    """

    covers: Covers
    changes: tuple[Change, ...] = ()
    reason: Reason = Reason.NONE
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another signature of the file: its field, where its protection ends, and whether it is intact."""

    field: str
    end: int
    intact: bool
    is_timestamp: bool


def has_remains(content: bytes) -> bool:
    """Whether a file holds what is left of a signature, though it lists none."""
    return bool(_BYTE_RANGE.search(content) or _CMS.search(content))


def look_later(embedded: EmbeddedPdfSignature, content: bytes, end: int, neighbours: Iterable[Neighbour]) -> Later:
    """Judge what follows the signature whose protection ends at byte `end` of `content`.

    pyHanko's difference analysis names the changes; the rendered pages decide whether anything can be seen of them.
    Where the analysis finds no explanation and the pages look the same, the change stays unexplained: no pass, but
    no forgery either (iText frees objects that nothing uses, which the analysis refuses).
    """
    coverage = embedded.evaluate_signature_coverage()
    if coverage == SignatureCoverageLevel.ENTIRE_FILE:
        return Later(Covers.WHOLE_FILE)
    if coverage != SignatureCoverageLevel.ENTIRE_REVISION:
        return Later(Covers.UNCLEAR, reason=Reason.BYTE_RANGE, detail=coverage.name)
    return _judge_changes(embedded, coverage, content, end, [other for other in neighbours if other.end > end])


def _judge_changes(
    embedded: EmbeddedPdfSignature,
    coverage: SignatureCoverageLevel,
    content: bytes,
    end: int,
    added: list[Neighbour],
) -> Later:
    changes = [
        Change(ChangeKind.TIMESTAMP if other.is_timestamp else ChangeKind.SIGNATURE, other.field) for other in added
    ]
    explained = _explain(embedded, coverage)
    names = {other.field for other in added if other.intact}
    if isinstance(explained, DiffResult):
        names |= explained.changed_form_fields
        known = {other.field for other in added} | {embedded.field_name}
        changes += [Change(ChangeKind.FIELD, name) for name in sorted(explained.changed_form_fields - known)]
        if not changes and explained.modification_level == ModificationLevel.LTA_UPDATES:
            changes.append(Change(ChangeKind.VALIDATION_DATA))
    else:
        changes.append(Change(ChangeKind.UNEXPLAINED, explained))
    reason, detail = Reason.NONE, ""
    try:
        differing = pages_that_differ(content[:end], content, frozenset(names))
    except NotRendered as error:
        differing, reason, detail = [], Reason.NOT_RENDERED, str(error)
    if differing:
        changes += [Change(ChangeKind.PAGES, str(number) if number else "") for number in differing]
        reason = Reason.PAGES_DIFFER
    elif reason is Reason.NONE and not isinstance(explained, DiffResult):
        reason, detail = Reason.UNEXPLAINED_CHANGE, explained
    elif reason is Reason.NONE and isinstance(explained, DiffResult) and _forbidden(embedded, explained):
        reason = Reason.FORBIDDEN_CHANGE
    return Later(Covers.REVISION, tuple(changes), reason, detail)


def _explain(embedded: Any, coverage: SignatureCoverageLevel) -> DiffResult | str:
    """The account by pyHanko of the changes, or why it has none."""
    embedded.coverage = coverage
    try:
        found = embedded.evaluate_modifications(DEFAULT_DIFF_POLICY)
    except Exception as error:  # noqa: BLE001
        # The analysis walks through every object of a file that anyone may have damaged.
        return f"{type(error).__name__}: {error}"
    if isinstance(found, DiffResult) and found.modification_level != ModificationLevel.OTHER:
        return found
    return str(found)


def _forbidden(embedded: EmbeddedPdfSignature, found: DiffResult) -> bool:
    """Whether the changes go beyond what a certifying signature allows (ISO 32000-1, 12.8.2.2)."""
    allowed = embedded.docmdp_level
    return allowed is not None and found.modification_level.value > allowed.value
