"""The report as one HTML page: no network, no script, readable on paper. Every text is escaped, see `html_page`."""

import base64
from functools import cache
from typing import TYPE_CHECKING, Final

from digidoc.files.html_page import environment
from digidoc.i18n import current
from digidoc.i18n import tr as _
from digidoc.sign.report.content import Report
from digidoc.sign.report.words import verdict_words

if TYPE_CHECKING:
    from jinja2 import Environment

# Nothing may be loaded and nothing may run, whatever the texts are.
_POLICY: Final = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


def html(report: Report) -> str:
    """The page."""
    return (
        _templates()
        .get_template("verification.html")
        .render(
            report=report,
            language=current(),
            policy=_POLICY,
            remarks_title=_("Remarks"),
            chain_title=_("Certificates, from the signer upwards"),
            no_page=_("There is no such page."),
        )
    )


@cache
def _templates() -> "Environment":
    helpers = {
        "base64": lambda content: base64.b64encode(content).decode("ascii"),
        "verdict_words": verdict_words,
        "before": lambda number: _("Page {number} as it was signed").format(number=number),
        "after": lambda number: _("Page {number} as it is now").format(number=number),
    }
    return environment(__package__ or "", helpers)
