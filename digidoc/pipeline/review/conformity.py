"""Why a paper is not conformant: codes for scripts, a sentence for people. What each code says stands in `words`."""

from collections.abc import Iterable
from typing import Any, Final

from digidoc import words
from digidoc.i18n import tr as _
from digidoc.pipeline.review.standing import OLDER, weigh

#: A code beside those of doubts: fields that a person has to confirm.
TO_CONFIRM: Final = "to-confirm"
#: Nothing says why: an earlier digidoc filed the paper without a reason.
NOT_KNOWN: Final = "not-known"


def reasons(doubts: Iterable[str], fields: Iterable[str]) -> list[dict[str, Any]]:
    """Every reason why a paper that is not conformant is none, in JSON: code, fields to be confirmed, words in English.

    Args:
        doubts: codes.
        fields: names of the fields that a person has to confirm.

    """
    every = tuple(dict.fromkeys(fields))
    found = [_reason(code) for code in dict.fromkeys(doubts) if code != OLDER]
    grave, _slight = weigh((), every)
    # Earlier versions held every field in doubt against a paper.
    names = grave.fields if grave or found else every
    if names:
        found.append(_reason(TO_CONFIRM, names))
    return found or [_reason(NOT_KNOWN)]


def sentence(doubts: Iterable[str], fields: Iterable[str]) -> str:
    """The same in the user's language, in one line; what makes a person look at the paper is marked as grave."""
    said = (
        _("to confirm: {fields}").format(fields=", ".join(map(words.field, reason["fields"])))
        if reason["fields"]
        else _doubt(reason["code"])
        for reason in reasons(doubts, fields)
    )
    return "; ".join(said)


def _doubt(code: str) -> str:
    grave, _slight = weigh((code,), ())
    return _("{doubt} (grave)").format(doubt=words.doubt(code)) if grave else words.doubt(code)


def _reason(code: str, fields: Iterable[str] = ()) -> dict[str, Any]:
    return {"code": code, "fields": list(fields), "message": words.doubt_in_english(code)}
