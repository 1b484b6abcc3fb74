"""Verdicts in sentences that a clerk reads, in the user's language."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from digidoc.clock import VIETNAM, written
from digidoc.i18n import N_
from digidoc.i18n import tr as _
from digidoc.model import Verdict, worst
from digidoc.sign.validate.verdict import ChangeKind, Covers, FileVerdict, Reason, Revocation, SignatureVerdict
from digidoc.text import nfc, plain

# A signer's clock may run a little wrong; more than this is said.
_CLOCKS: Final = timedelta(minutes=10)
_OFFSET: Final = VIETNAM.utcoffset(None)
_LATE: Final = timedelta(days=1)

_LONGEST: Final = 2000  # characters of one text in JSON

_VERDICTS: Final = {
    Verdict.TOTAL_PASSED: N_("valid"),
    Verdict.INDETERMINATE: N_("cannot be confirmed"),
    Verdict.TOTAL_FAILED: N_("NOT valid"),
    Verdict.NO_SIGNATURE: N_("not signed"),
    Verdict.UNREADABLE: N_("cannot be read"),
}
_REASONS: Final = {
    Reason.DIGEST: N_("the content was changed after signing"),
    Reason.CRYPTO: N_("the signature does not fit its certificate: it was forged or damaged"),
    Reason.NOT_READABLE: N_("the signature cannot be read: it was forged or damaged"),
    Reason.BYTE_RANGE: N_(
        "the signature does not protect the whole document: it may have been moved onto other content"
    ),
    Reason.PAGES_DIFFER: N_("the pages look different from what was signed"),
    Reason.NOT_RENDERED: N_("something was added after signing, and the pages cannot be compared"),
    Reason.FORBIDDEN_CHANGE: N_("something was changed that the first signer had forbidden to change"),
    Reason.UNEXPLAINED_CHANGE: N_(
        "something was changed after signing that cannot be explained; the pages look the same"
    ),
    Reason.REMAINS: N_("there are remains of a signature: the file was altered after it was signed"),
    Reason.NOT_SUPPORTED: N_("digidoc cannot validate this kind of signature"),
    Reason.NO_CERTIFICATE: N_("the signer's certificate is not in the signature"),
    Reason.UNKNOWN_ISSUER: N_("the issuer is not in your trust list"),
    Reason.CHAIN: N_("the chain of certificates does not hold"),
    Reason.USAGE: N_("the certificate is not meant for this use"),
    Reason.EXPIRED: N_("the certificate had expired at the time of the timestamp"),
    Reason.EXPIRED_SINCE: N_("a certificate has expired, and no trusted timestamp proves an earlier time of signing"),
    Reason.NOT_YET_VALID: N_("a certificate was not valid yet"),
    Reason.WEAK: N_("the chain is trusted, but an algorithm or key is too weak to be relied on"),
    Reason.REVOKED: N_("the certificate had been revoked when it signed"),
    Reason.REVOKED_NO_POE: N_("the certificate has been revoked, and no trusted timestamp proves an earlier signing"),
    Reason.AUTHORITY_REVOKED: N_("the certificate of an authority in its chain has been revoked"),
    Reason.REVOCATION_UNKNOWN: N_("whether the certificate was revoked could not be found out; try again later"),
    Reason.NOT_OPENED: N_("it could not be opened"),
    Reason.NOT_A_PDF: N_("it is not a PDF"),
    Reason.PASSWORD: N_("it is protected by a password"),
    Reason.DAMAGED: N_("the file is damaged"),
}
_COVERS: Final = {
    Covers.WHOLE_FILE: N_("the whole file"),
    Covers.REVISION: N_("the file as it was when it was signed; something was added later"),
    Covers.UNCLEAR: N_("not clear which part of the file"),
}
_CHANGES: Final = {
    ChangeKind.SIGNATURE: N_("signature {detail} was added"),
    ChangeKind.TIMESTAMP: N_("timestamp {detail} was added"),
    ChangeKind.FIELD: N_("form field {detail} was changed"),
    ChangeKind.VALIDATION_DATA: N_("data for later verification were added"),
    ChangeKind.REWRITTEN: N_("parts were stored anew; pages, fields and actions are the same"),
    ChangeKind.UNEXPLAINED: N_("something else was changed"),
    ChangeKind.PAGES: N_("page {detail} looks different"),
}


def brief(text: str, most: int = 300) -> str:
    """A text from a signed file, safe to show: names of signers and fields are whatever the file's maker wrote.

    Args:
        text: from the file.
        most: characters that are kept.

    """
    kept = plain(nfc(text[: 4 * most]))
    return kept if len(kept) <= most else f"{kept[: most - 1]}…"


def verdict_words(verdict: Verdict) -> str:
    """The verdict in two or three words."""
    return _(_VERDICTS[verdict])


def covers_words(covers: Covers) -> str:
    """Which part of the file a signature protects."""
    return _(_COVERS[covers])


def file_sentence(found: FileVerdict) -> str:
    """The one sentence about a file that says whether it can be relied on, and why."""
    if not found.signatures or found.reason is not Reason.NONE:
        words = _(_REASONS[found.reason]) if found.reason is not Reason.NONE else _("there is no signature in it")
        return f"{verdict_words(found.verdict).capitalize()}: {words}."
    bad = worst([signature.verdict for signature in found.signatures])
    weakest = next(signature for signature in found.signatures if signature.verdict is bad)
    words = signature_sentence(weakest)
    if len(found.signatures) > 1:
        return _("{count} signatures; the weakest: {sentence}").format(count=len(found.signatures), sentence=words)
    return words


def signature_sentence(found: SignatureVerdict) -> str:
    """Who signed, when, whether anything was changed since, and what stands in the way of trusting it."""
    parts = [_who(found)]
    if found.intact and found.reason not in (
        Reason.PAGES_DIFFER,
        Reason.NOT_RENDERED,
        Reason.FORBIDDEN_CHANGE,
        Reason.UNEXPLAINED_CHANGE,
        Reason.BYTE_RANGE,
        Reason.NOT_READABLE,
    ):
        parts.append(
            _("unchanged since") if found.covers is Covers.WHOLE_FILE else _("what was signed is unchanged since")
        )
    parts.append(_("the issuer is trusted") if found.reason is Reason.NONE else _(_REASONS[found.reason]))
    return f"{'; '.join(parts)}."


def _who(found: SignatureVerdict) -> str:
    signer, when = brief(found.signer) or _("unknown"), written(found.signed_at)
    if found.level == "DOC-TIMESTAMP":
        return _("Timestamp by {signer} of {when}").format(signer=signer, when=when or "?")
    if not when:
        return _("Signed by {signer}").format(signer=signer)
    if found.timestamp is not None and found.timestamp.intact:
        return _("Signed by {signer} on {when}").format(signer=signer, when=when)
    return _("Signed by {signer} on {when} by the signer's own clock").format(signer=signer, when=when)


def _clocks(claimed: datetime, stamped: datetime) -> "Iterator[str]":
    """What is to be said where the signer's clock and the timestamp do not agree."""
    if abs(claimed - stamped) <= _CLOCKS:
        return
    when = written(claimed)
    if abs(claimed - stamped - _OFFSET) <= _CLOCKS:
        yield _("the signer's program wrote local time as if it were UTC ({when}); the timestamp counts").format(
            when=when
        )
    elif stamped - claimed >= _LATE:
        hours = int((stamped - claimed).total_seconds() // 3600)
        yield _("the timestamp was made {hours} hours after the signer's clock ({when}); the timestamp counts").format(
            hours=hours, when=when
        )
    else:
        yield _("the signer's clock says {when}; the timestamp counts").format(when=when)


def remarks(found: SignatureVerdict) -> list[str]:
    """What else a careful reader wants to know of a signature."""
    said = [_(_REASONS[found.reason])] if found.reason is not Reason.NONE else []
    if found.weak:
        said.append(_("weak: {names}").format(names=", ".join(found.weak)))
    said += [_(_CHANGES[change.kind]).format(detail=change.detail or "?") for change in found.changes]
    stamp = found.timestamp
    if stamp is not None and not stamp.intact:
        said.append(_("its timestamp does not fit it"))
    elif stamp is not None and not stamp.trusted:
        said.append(_("the authority of its timestamp is not in your trust list, or no longer valid"))
    if stamp is not None and stamp.intact and found.claimed_at is not None:
        said += _clocks(found.claimed_at, stamp.time)
    return [brief(line) for line in said]


def inert(value: Any) -> Any:
    """The same for every text in a value as JSON has it; keys stay. Technical remarks may be long."""
    if isinstance(value, str):
        return brief(value, _LONGEST)
    if isinstance(value, Mapping):
        return {key: inert(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [inert(inner) for inner in value]
    return value


def counts_sentence(counts: Mapping[str, int]) -> str:
    """How many files have which verdict."""
    parts = [f"{counts[verdict]} {verdict_words(verdict)}" for verdict in Verdict if counts.get(verdict)]
    number = sum(counts.values())
    return _("{number} files: {parts}").format(number=number, parts=", ".join(parts) or "–")


def revocation_note(files: Iterable[FileVerdict]) -> str:
    """What has to be said where it was not looked at whether certificates were revoked; empty when it was."""
    seen = {signature.revocation for found in files for signature in found.signatures}
    if Revocation.NOT_CHECKED in seen:
        return _("Whether certificates were revoked was not checked.")
    return ""


def outcome_sentence(found: FileVerdict, *, as_filed: bool | None = None, earlier: bool = False) -> str:
    """The sentence about a file; of a file of an archive that is not what was filed, that comes first."""
    if earlier:
        why = ", ".join(dict.fromkeys(one.subindication for one in found.signatures if one.subindication))
        words = _("{verdict}, as an earlier part of this check found").format(verdict=verdict_words(found.verdict))
        return f"{words}: {brief(why)}." if why else f"{words}."
    if as_filed is False:
        # Not inside the f-string: messages in one are not found when the catalogue is made.
        changed = _("The file was changed after it was filed in the archive.")
        return f"{changed} {file_sentence(found)}"
    return file_sentence(found)
