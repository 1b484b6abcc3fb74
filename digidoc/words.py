"""Codes in a person's words: what is doubtful about a paper, and the names of its fields."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from digidoc.i18n import N_, current
from digidoc.i18n import tr as _

_DOUBTS: Final[Mapping[str, str]] = {
    "ink-without-words": N_("ink but no words on a page"),
    "low-confidence": N_("a page read with little confidence"),
    "unclaimed-ink": N_("print on a page that was not read"),
    "odd-lines": N_("lines on a page that do not fit their ink"),
    "no-fields": N_("print, but neither number, date, type nor any other field was found"),
    "low-dpi": N_("scanned at less than 200 dpi"),
    "not-colour": N_("not scanned in colour"),
    "not-made-pdfa": N_("came signed, kept as it is"),
    "correction-unplaced": N_("a correction that finds no place in the newest reading"),
    "correction-conflict": N_("two people said different things"),
    "rescan-wanted": N_("to be scanned again"),
    "signature-older-than-text": N_("signed before its text was corrected"),
    "to-confirm": N_("fields that a person has to confirm"),
    "not-known": N_("nothing says why; an earlier version filed it"),
}
_DUPLICATES: Final[Mapping[str, str]] = {
    "same-bytes": N_("the same file is there as {paper}"),
    "same-document-id": N_("the same document id as {paper}"),
    "same-number": N_("the same number, symbol and organisation as {paper}"),
}
_NO_PAPERS: Final[Mapping[str, str]] = {
    "lock-file": N_("lock files of Office programs"),
    "archive": N_("ZIP, RAR and the like"),
    "spreadsheet": N_("spreadsheets"),
    "mail": N_("mails"),
    "empty": N_("empty files"),
    "no-file": N_("pipes and devices"),
    "linked-folder": N_("links to folders"),
}
_FIELDS: Final[Mapping[str, str]] = {
    "CodeNumber": N_("number"),
    "CodeNotation": N_("symbol"),
    "IssuedDate": N_("date of issue"),
    "Place": N_("place"),
    "OrganName": N_("organisation"),
    "TypeName": N_("type"),
    "Subject": N_("subject"),
    "SignerInfo.Competence": N_("signer's authority"),
    "SignerInfo.Position": N_("signer's position"),
    "SignerInfo.FullName": N_("signer's name"),
    "ToPlaces.Place": N_("recipient"),
    "Priority": N_("urgency"),
    "Secrecy": N_("secrecy"),
}
#: Names of the fields that a paper may have.
FIELD_NAMES: Final = tuple(_FIELDS)


def doubt(code: str) -> str:
    """A reason for review, or for not being conformant, in the user's language; an unknown code as it is."""
    return _(doubt_in_english(code))


def doubt_in_english(code: str) -> str:
    """The same in English, for JSON."""
    return _DOUBTS.get(code, code)


def duplicate(other: Mapping[str, Any]) -> str:
    """Another paper that may be the same one, in one line; `other` as `Duplicate.to_json` of the archive gives it."""
    message = _DUPLICATES.get(other["kind"], "{paper}")
    where = " / ".join(part for part in (other["dossier"], other["name"]) if part)
    facts = (where, other["number"], other["organisation"], day(other["date"]))
    return f"{_(message).format(paper=other['paper'])} ({', '.join(fact for fact in facts if fact)})"


def field(name: str) -> str:
    """A field of NĐ 30/2020/NĐ-CP, annex VI, in the user's language; an unknown name as it is."""
    return _(field_message(name))


def field_message(name: str) -> str:
    """The same as a marked message, in English: what errors take, to be shown in every language."""
    return _FIELDS.get(name, name)


def why_apart(code: str) -> str:
    """Why numbered files were not put together, in the user's language; an unknown code as it is."""
    message = _APART.get(code, code)
    return _(message)


def no_paper(code: str) -> str:
    """Why a file was passed over, in the user's language; an unknown code as it is."""
    message = _NO_PAPERS.get(code, code)
    return _(message)


def why_review(
    grave: Iterable[str], fields: Iterable[str], others: Iterable[str] = (), slight: Iterable[str] = ()
) -> str:
    """All that is in doubt about a paper, in one line: what is grave, what is slight, and what else there is to say.

    Args:
        grave: codes of doubts.
        fields: names of fields to be confirmed.
        others: codes of doubts that call for nobody.
        slight: names of fields in doubt that matter less.

    """
    confirm, unsure = (", ".join(map(field, dict.fromkeys(names))) for names in (fields, slight))
    return "; ".join(
        (
            *map(doubt, grave),
            *([_("to confirm: {fields}").format(fields=confirm)] if confirm else []),
            *([_("slight: {fields}").format(fields=unsure)] if unsure else []),
            *map(doubt, others),
        )
    )


def day(iso: str) -> str:
    """An ISO date as people of the language write it; what is no date as it is."""
    try:
        read = date.fromisoformat(iso)
    except ValueError:
        return iso
    return f"{read:%d/%m/%Y}" if current() == "vi" else iso


_APART: Final[Mapping[str, str]] = {
    "gap": N_("their numbers do not go from 1 on without a gap"),
    "known": N_("the archive has one of them already; `digidoc paper merge` puts papers together"),
}
_SET_ASIDE: Final[Mapping[str, str]] = {
    "move": N_("moved to {to}"),
    "rename": N_("renamed: {to}"),
    "split": N_("split into {to}"),
    "merge": N_("became part of {to}"),
    "replace": N_("replaced by {to}"),
}


def purged(detail: Mapping[str, Any]) -> str:
    """That a paper was erased for good, why and by whom, from the detail of the event."""
    said = _("erased for good: {reason}").format(reason=detail.get("reason", ""))
    return said + (f" ({detail['clerk']})" if detail.get("clerk") else "")


def set_aside(detail: Mapping[str, Any]) -> str:
    """Why a paper was taken out of use, who did it, and what stands in its place, from the detail of its event."""
    said = set_aside_json(detail)
    message = _SET_ASIDE.get(said["kind"], N_("withdrawn"))
    sentence = _(message).format(to=", ".join(said["to"]))
    reason = f": {said['reason']}" if said["reason"] else ""
    return f"{sentence}{reason}" + (f" ({said['clerk']})" if said["clerk"] else "")


def turned(detail: Mapping[str, Any], pages: str) -> str:
    """What was done when pages were read again, turned as a person said, from the detail of the event.

    Args:
        detail: of the event.
        pages: the pages as people write them.

    """
    reason = f": {detail['reason']}" if detail.get("reason") else ""
    return _("page {pages} turned {turn}° clockwise, and read again").format(pages=pages, turn=detail["turn"]) + reason


def set_aside_json(detail: Mapping[str, Any]) -> dict[str, Any]:
    """The same for scripts: kind, to, reason, clerk."""
    return {
        "kind": str(detail.get("kind", "withdraw")),
        "to": [str(paper) for paper in detail.get("to", ())],
        "reason": str(detail.get("reason", "")),
        "clerk": str(detail.get("clerk", "")),
    }
