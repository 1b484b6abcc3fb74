"""What was done to a file after a signature, and whether the signed revision still looks like the file."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from mmap import mmap
from typing import Any, Final

from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY, DiffResult, ModificationLevel
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel

from digidoc.sign.validate.compare import Comparison, compare
from digidoc.sign.validate.document import Document
from digidoc.sign.validate.pictures import NotRendered
from digidoc.sign.validate.verdict import Change, ChangeKind, Covers, Reason

_BYTE_RANGE: Final = re.compile(rb"/ByteRange\s{0,20}\[")
_RANGE: Final = re.compile(
    rb"/ByteRange\s{0,20}\[\s{0,60}(\d{1,12})\s{1,60}(\d{1,12})\s{1,60}(\d{1,12})\s{1,60}(\d{1,12})\s{0,60}\]"
)
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
        pages: numbers of the pages that look different; 0 for another number of pages.

    """

    covers: Covers
    changes: tuple[Change, ...] = ()
    reason: Reason = Reason.NONE
    detail: str = ""
    pages: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another signature of the file: its field, where its protection ends, and whether it is intact."""

    field: str
    end: int
    intact: bool
    is_timestamp: bool


def has_remains(content: "bytes | mmap") -> bool:
    """Whether a file holds what is left of a signature, though it lists none."""
    return bool(_BYTE_RANGE.search(content) or _CMS.search(content))


def orphans(content: "bytes | mmap", listed: Iterable[tuple[int, ...]]) -> bool:
    """Whether a signature stands in the file, whole and in its place, that no field leads to any more.

    Args:
        content: the file.
        listed: /ByteRange of the signatures that fields lead to.

    """
    known = set(listed)
    for match in _RANGE.finditer(content):
        start, length, resume, rest = (int(number) for number in match.groups())
        if (start, length, resume, rest) in known or start != 0 or not 0 < length < resume <= len(content):
            continue
        if content[length : length + 1] == b"<" and content[resume - 1 : resume] == b">":
            return True
    return False


def look_later(embedded: EmbeddedPdfSignature, document: Document, end: int, neighbours: Iterable[Neighbour]) -> Later:
    """What follows the signature whose protection ends at byte `end` of `document`.

    Two accounts name the changes: our own, object by object (`compare`), and pyHanko's, where ours meets something it
    does not let pass. The rendered pages decide in any case: where they differ, no account helps; where they are the
    same and no account explains the change, it stays unexplained: no pass, but no proof of forgery either.
    """
    coverage = embedded.evaluate_signature_coverage()
    if coverage == SignatureCoverageLevel.ENTIRE_FILE:
        return Later(Covers.WHOLE_FILE)
    if coverage != SignatureCoverageLevel.ENTIRE_REVISION:
        return Later(Covers.UNCLEAR, reason=Reason.BYTE_RANGE, detail=coverage.name)
    return _assess(embedded, coverage, document, end, [other for other in neighbours if other.end > end])


@dataclass(frozen=True, slots=True)
class _Account:
    """What explains an update: signatures added, fields filled, what else came; or why it is unexplained (`doubt`)."""

    names: frozenset[str]
    changes: tuple[Change, ...]
    doubt: str = ""
    forbidden: bool = False
    filled: frozenset[str] = frozenset()


def _assess(
    embedded: EmbeddedPdfSignature,
    coverage: SignatureCoverageLevel,
    document: Document,
    end: int,
    added: list[Neighbour],
) -> Later:
    account = _account(embedded, coverage, document, end, added)
    if _behind(document.content):
        account = replace(account, doubt="; ".join(filter(None, (account.doubt, "%%EOF …"))))
    changes, reason, detail = list(account.changes), Reason.NONE, ""
    differing: list[int] = []
    try:
        differing = document.pages_that_differ(end, account.names, account.filled)
    except NotRendered as error:
        reason, detail = Reason.NOT_RENDERED, str(error)
    if differing:
        changes += [Change(ChangeKind.PAGES, str(number) if number else "") for number in differing]
        reason = Reason.PAGES_DIFFER
    elif reason is Reason.NONE and account.doubt:
        reason, detail = Reason.UNEXPLAINED_CHANGE, account.doubt
    elif reason is Reason.NONE and account.forbidden:
        reason = Reason.FORBIDDEN_CHANGE
    return Later(Covers.REVISION, tuple(changes), reason, detail, tuple(differing))


def _behind(content: "bytes | mmap") -> bool:
    """Whether something stands behind the end of the last revision, where no reader of PDF looks."""
    return bool(content[content.rfind(b"%%EOF") + len(b"%%EOF") :].strip(b"\0\t\n\f\r "))


def _account(
    embedded: EmbeddedPdfSignature,
    coverage: SignatureCoverageLevel,
    document: Document,
    end: int,
    added: list[Neighbour],
) -> _Account:
    changes = [
        Change(ChangeKind.TIMESTAMP if other.is_timestamp else ChangeKind.SIGNATURE, other.field) for other in added
    ]
    names = frozenset(other.field for other in added if other.intact)
    found = _differences(document, end, names)
    if found.clean and (not found.repaired or isinstance(_explain(embedded, coverage), DiffResult)):
        if found.validation_data:
            changes.append(Change(ChangeKind.VALIDATION_DATA))
        if not changes:
            changes.append(Change(ChangeKind.REWRITTEN))
        signed = any(not other.is_timestamp for other in added)
        forbidden = signed and embedded.docmdp_level is MDPPerm.NO_CHANGES
        return _Account(names, tuple(changes), forbidden=forbidden)
    explained = _explain(embedded, coverage)
    if isinstance(explained, DiffResult):
        known = {other.field for other in added} | {embedded.field_name}
        filled = frozenset(explained.changed_form_fields - known)
        changes += [Change(ChangeKind.FIELD, name) for name in sorted(filled)]
        # pyHanko looks at what the update touched; what a reader reaches now has to be the same apart from that.
        found = _differences(document, end, names | filled)
        if found.clean:
            return _Account(names, tuple(changes), "", _forbidden(embedded, explained), filled)
        explained = ""
    doubt = "; ".join(filter(None, (explained, found.findings))) or "xref"
    return _Account(names, (*changes, Change(ChangeKind.UNEXPLAINED, doubt)), doubt)


def _differences(document: Document, end: int, names: frozenset[str]) -> Comparison:
    with document.revision(end) as before, document.revision(document.size) as after:
        return compare(before, after, names)


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
