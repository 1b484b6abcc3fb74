"""Which language digidoc speaks: gettext, set up before Typer is imported.

Typer and Click look their own words up in gettext's global domain when they are imported or first used, so `install`
binds that domain to digidoc's catalogue. Messages are written in English in the code; JSON and the database always
carry the English.
"""

import gettext
import locale
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

DOMAIN: Final = "digidoc"
LOCALE_DIR: Final = Path(__file__).parent / "locale"
LANGUAGES: Final = ("en", "vi")


def N_(message: str) -> str:  # noqa: N802 (gettext's own name for "to be translated later")
    """Mark a message for translation where it is defined; `tr` translates it where it is shown."""
    return message


def tr(message: str) -> str:
    """The message in the language of the user; the message itself where the catalogue has no text."""
    return gettext.gettext(message) if message else ""


_ = tr


def choose(flag: str | None, environ: Mapping[str, str], configured: str | None) -> str:
    """The language to speak: flag, then DIGIDOC_LANG, then the user's file, then the locale, then English.

    Only the first two letters count (`vi_VN.UTF-8` is `vi`); what is no language of digidoc is passed over.
    """
    wishes = [flag, environ.get("DIGIDOC_LANG"), configured]
    wishes += [environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG")]
    if os.name == "nt":
        wishes.append(locale.getlocale()[0])
    for wish in wishes:
        code = (wish or "")[:2].lower()
        if code in LANGUAGES:
            return code
    return "en"


def install(language: str) -> None:
    """Make `language` the one that `tr`, Typer and Click answer in, in this process and its children."""
    os.environ["LANGUAGE"] = language
    os.environ["DIGIDOC_LANG"] = language
    gettext.bindtextdomain(DOMAIN, str(LOCALE_DIR))
    gettext.textdomain(DOMAIN)


def current() -> str:
    """The language in force, `en` or `vi`."""
    code = os.environ.get("DIGIDOC_LANG", "en")
    return code if code in LANGUAGES else "en"
