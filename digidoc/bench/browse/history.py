"""The history of a paper in sentences: what each event of the archive means to a person."""

from collections.abc import Mapping
from typing import Any, Final

from digidoc import words
from digidoc.archive.operations import Kind
from digidoc.i18n import N_
from digidoc.i18n import tr as _
from digidoc.model import SET_ASIDE, Event, Verdict
from digidoc.pipeline.ranges import ranges
from digidoc.pipeline.work import READ
from digidoc.sign.report.words import verdict_words

_SENTENCES: Final[Mapping[str, str]] = {
    "text recognition": N_("read"),
    "ingestion": N_("filed as version {version}"),
    "duplicate detection": N_("may be here already as {papers}"),
    "digital signature generation": N_("signed by {signer}, level {level}"),
    "digital signature validation": N_("signatures checked: {verdict}"),
    "metadata modification": N_("put right or confirmed: {fields}"),
    "accession": N_("came from {papers}"),
    "validation": N_("could not be taken"),
    "reuse": N_("stands for a paper of dossier {dossier} too"),
    "fixity check": N_("files that are missing or were changed were found"),
    "repair": N_("damaged files were put right"),
}
_BACK: Final = N_("taken back into use")
_FORGOTTEN: Final = N_("nobody has to do anything about the refusal any more")
_PAGES_ONLY: Final = N_("the page as a whole")


def sentence(event: Event) -> str:
    """What happened, in the user's language; an event of an unknown kind by its kind."""
    detail = event.detail
    if event.kind == SET_ASIDE:
        # Who did it stands beside the sentence.
        return _(_FORGOTTEN) if "refusal" in detail else words.set_aside({**detail, "clerk": ""})
    if event.kind == READ and detail.get("kind") == Kind.ROTATE.value:
        return words.turned(detail, ranges(detail["pages"]))
    if event.kind == "accession" and not detail.get("from"):
        return _(_BACK)
    message = _SENTENCES.get(event.kind)
    return event.kind if message is None else _(message).format_map(_places(detail))


def _places(detail: Mapping[str, Any]) -> Mapping[str, str]:
    """What the sentences have places for."""
    others = [*_listed(detail, "from"), *_listed(detail, "duplicates")]
    return {
        "version": str(detail.get("version", "")),
        "papers": ", ".join(str(other.get("paper", "")) for other in others),
        "signer": str(detail.get("signer", "")),
        "level": str(detail.get("level", "")),
        "verdict": verdict(str(detail.get("after", ""))),
        "fields": _put_right(detail),
        "dossier": str(detail.get("dossier", "")),
    }


def verdict(code: str) -> str:
    """A verdict in words; an unknown code as it is."""
    return verdict_words(Verdict(code)) if code in list(Verdict) else code


def _put_right(detail: Mapping[str, Any]) -> str:
    fields = [words.field(str(name)) for name in dict.fromkeys(detail.get("fields", ()))]
    if count := int(detail.get("words", 0)):
        fields.append(_("{count} words").format(count=count))
    return ", ".join(fields) or _(_PAGES_ONLY)


def _listed(detail: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = detail.get(name, ())
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, (list, tuple)) else []
