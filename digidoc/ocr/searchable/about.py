"""What a searchable PDF says of itself (title, author, subject, keywords), made from what was read of the paper.

The name of a file never gets in: "scan0001" says nothing, and names of files have told whom a paper is about.
"""

from collections.abc import Iterable
from datetime import date
from typing import Final

from digidoc.model import ExtractedField
from digidoc.pdf.pdfa import DocumentInfo
from digidoc.text import tidy

_TITLE_LENGTH: Final = 200  # characters; file managers and viewers show one line of it
_UNCONFIRMED: Final = {"CodeNumber", "IssuedDate"}  # as long as a person has to look at them, they are not known


def about(fields: Iterable[ExtractedField], dossier: str | None) -> DocumentInfo:
    """Title, author, subject and keywords; each empty where nothing was read.

    A number or a day that a person still has to confirm is left out.

    Args:
        fields: of the paper, as they were read or corrected.
        dossier: code of its dossier; None where it has none.

    """
    known: dict[str, list[str]] = {}
    for field in fields:
        value = tidy(field.value)
        if value and not (field.review and field.name in _UNCONFIRMED):
            known.setdefault(field.name, []).append(value)

    def first(name: str) -> str:
        return known.get(name, [""])[0]

    kind, number, notation = first("TypeName"), first("CodeNumber"), first("CodeNotation").strip("/ ")
    code = "/".join(part for part in (number, notation) if part)
    subject, day = first("Subject"), first("IssuedDate")
    named = " ".join(part for part in (kind.capitalize() if kind.isupper() else kind, code if number else "") if part)
    keywords = (code, day if _is_date(day) else "", dossier or "")
    return DocumentInfo(
        title=_cut(": ".join(part for part in (named, subject) if part)),
        author="; ".join(dict.fromkeys(known.get("OrganName", []))),
        subject=subject,
        keywords=", ".join(word for word in keywords if word),
    )


def _cut(title: str) -> str:
    if len(title) <= _TITLE_LENGTH:
        return title
    whole = title[: _TITLE_LENGTH - 1].rpartition(" ")[0] or title[: _TITLE_LENGTH - 1]
    return whole.rstrip(" ,;:.-") + "…"


def _is_date(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False
