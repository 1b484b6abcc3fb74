"""Papers to be reviewed as one page that needs nothing else: no network, no server, no file beside it.

All that stands on it is escaped, and its policy lets nothing run but the script that this file was made with.
"""

import base64
import hashlib
import secrets
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from digidoc.formats.html_page import environment
from digidoc.i18n import current
from digidoc.pipeline.review.exporting import phrases
from digidoc.pipeline.review.exporting.papers import ExportedPaper
from digidoc.pipeline.review.keying import attributes
from digidoc.pipeline.review.keying.assets import SCRIPTS, STYLE, asset
from digidoc.pipeline.review.sheet import Item
from digidoc.text import plain
from digidoc.words import doubt

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

_SCRIPT: Final = "file.js"
_STYLE: Final = "file.css"


def write(papers: Sequence[ExportedPaper]) -> str:
    """The page."""
    from markupsafe import Markup

    script = "\n".join((*map(asset, SCRIPTS), _static(_SCRIPT)))
    style = f"{asset(STYLE)}{_static(_STYLE)}"
    policy = (
        f"default-src 'none'; img-src data:; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    return (
        _templates()
        .get_template("file.html")
        .render(
            language=current(),
            policy=policy,
            style=Markup(style),  # noqa: S704 (a file of the program)
            script=Markup(script),  # noqa: S704 (likewise)
            # Two files that are open in one window keep what was keyed apart by this.
            export=secrets.token_hex(8),
            papers=list(map(_shown, papers)),
            of_item=attributes.of_item,
            t=phrases.titles(),
            spoken=phrases.spoken(),
            keys=phrases.keys(),
        )
    )


def _shown(paper: ExportedPaper) -> dict[str, Any]:
    """What the template of a paper is filled with."""
    sheet = paper.sheet
    record = sheet.record
    return {
        "name": plain(record.name),
        "dossier": plain(record.dossier or ""),
        "attributes": attributes.of_paper(sheet),
        "whole": paper.whole,
        "why": "; ".join(map(doubt, record.doubts)),
        "problem": "" if paper.problem is None else paper.problem.message,
        "pages": [(number, _uri(paper.pictures.get((number, None)))) for number in paper.looked_at],
        "asked": [(item, _picture(paper, item)) for item in sheet.items],
        "unread": [(item, _picture(paper, item)) for item in sheet.unread],
        # Where the page is in sight, what it says besides can be put right, and what was not found be added.
        "rest": sheet.rest if paper.looked_at else (),
    }


def _picture(paper: ExportedPaper, item: Item) -> "Markup | str":
    return _uri(paper.picture(item))


def _uri(picture: bytes | None) -> "Markup | str":
    from markupsafe import Markup

    if picture is None:
        return ""
    return Markup(f"data:image/jpeg;base64,{base64.b64encode(picture).decode('ascii')}")  # noqa: S704 (letters and digits)


def _digest(content: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode('ascii')}"


@cache
def _static(name: str) -> str:
    return (files(__package__ or "") / "static" / name).read_text(encoding="utf-8")


@cache
def _templates() -> "Environment":
    return environment(__package__ or "", {})
