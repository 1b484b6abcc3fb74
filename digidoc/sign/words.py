"""Verdicts in sentences that a clerk reads, in the user's language."""

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from digidoc.i18n import N_
from digidoc.i18n import tr as _
from digidoc.sign.clock import written
from digidoc.sign.verdict import (
    ChangeKind,
    Covers,
    FileVerdict,
    Reason,
    SignatureVerdict,
    Verdict,
    worst,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType

# A signer's clock may run a little wrong; more than this is said.
_CLOCKS: Final = timedelta(minutes=10)

_VERDICTS: Final = {
    Verdict.TOTAL_PASSED: N_("valid"),
    Verdict.INDETERMINATE: N_("cannot be confirmed"),
    Verdict.TOTAL_FAILED: N_("NOT valid"),
    Verdict.NO_SIGNATURE: N_("not signed"),
    Verdict.UNREADABLE: N_("cannot be read"),
}
_COLOURS: Final = {
    Verdict.TOTAL_PASSED: "green",
    Verdict.INDETERMINATE: "yellow",
    Verdict.TOTAL_FAILED: "bold red",
    Verdict.NO_SIGNATURE: "red",
    Verdict.UNREADABLE: "red",
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
    Reason.NOT_JUDGED: N_("the signature is of a kind that cannot be judged here"),
    Reason.NO_CERTIFICATE: N_("the signer's certificate is not in the signature"),
    Reason.UNKNOWN_ISSUER: N_("the issuer is not in your trust list"),
    Reason.CHAIN: N_("the chain of certificates does not hold"),
    Reason.USAGE: N_("the certificate is not meant for this use"),
    Reason.EXPIRED: N_("the certificate had expired at the time of the timestamp"),
    Reason.EXPIRED_SINCE: N_("a certificate has expired, and no trusted timestamp proves an earlier time of signing"),
    Reason.NOT_YET_VALID: N_("a certificate was not valid yet"),
    Reason.WEAK: N_("the chain is trusted, but an algorithm or key is too weak to be relied on"),
    Reason.NOT_OPENED: N_("it could not be opened"),
    Reason.NOT_A_PDF: N_("it is not a PDF"),
    Reason.PASSWORD: N_("it is protected by a password"),
    Reason.DAMAGED: N_("the file is damaged"),
}
_CHANGES: Final = {
    ChangeKind.SIGNATURE: N_("signature {detail} was added"),
    ChangeKind.TIMESTAMP: N_("timestamp {detail} was added"),
    ChangeKind.FIELD: N_("form field {detail} was changed"),
    ChangeKind.VALIDATION_DATA: N_("data for later verification were added"),
    ChangeKind.UNEXPLAINED: N_("something else was changed"),
    ChangeKind.PAGES: N_("page {detail} looks different"),
}


def verdict_words(verdict: Verdict) -> str:
    """The verdict in two or three words."""
    return _(_VERDICTS[verdict])


def file_sentence(found: FileVerdict) -> str:
    """The one sentence about a file that says whether it can be relied on, and why."""
    if not found.signatures or found.reason is not Reason.NONE:
        words = _(_REASONS[found.reason]) if found.reason is not Reason.NONE else _("there is no signature in it")
        return f"{verdict_words(found.verdict).capitalize()}: {words}."
    bad = worst([signature.verdict for signature in found.signatures])
    told = next(signature for signature in found.signatures if signature.verdict is bad)
    words = signature_sentence(told)
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
    signer, when = found.signer or _("unknown"), written(found.signed_at)
    if found.level == "DOC-TIMESTAMP":
        return _("Timestamp by {signer} of {when}").format(signer=signer, when=when or "?")
    if not when:
        return _("Signed by {signer}").format(signer=signer)
    if found.timestamp is not None and found.timestamp.intact:
        return _("Signed by {signer} on {when}").format(signer=signer, when=when)
    return _("Signed by {signer} on {when} by the signer's own clock").format(signer=signer, when=when)


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
    if stamp is not None and stamp.intact and found.claimed_at and abs(found.claimed_at - stamp.time) > _CLOCKS:
        said.append(_("the signer's clock says {when}; the timestamp counts").format(when=written(found.claimed_at)))
    return said


def show_file(found: FileVerdict) -> "Iterator[RenderableType]":
    """The sentence and the table of signatures for the terminal."""
    from rich.table import Table
    from rich.text import Text

    yield Text.assemble((f"{found.file}  ", "bold"), (verdict_words(found.verdict), _COLOURS[found.verdict]))
    yield Text(f"  {file_sentence(found)}")
    if not found.signatures:
        return
    table = Table(show_edge=False, pad_edge=False)
    for title in (_("Field"), _("Verdict"), _("Signer"), _("Time"), _("Level"), _("Remarks")):
        table.add_column(title, overflow="fold")
    for signature in found.signatures:
        sub = f"\n{signature.subindication}" if signature.subindication else ""
        table.add_row(
            Text(signature.field),
            Text(f"{verdict_words(signature.verdict)}{sub}", style=_COLOURS[signature.verdict]),
            Text(signature.signer),
            Text(written(signature.signed_at)),
            Text(signature.level),
            Text("\n".join(remarks(signature))),
        )
    yield table
