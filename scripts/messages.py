"""Update the message catalogue from the code, and compile it: `make messages`.

The Vietnamese texts stand in digidoc/locale/vi/LC_MESSAGES/digidoc.po, sorted, without places and dates, so that it
changes only when a message does. A text once written is kept; a message that is gone from the code goes too.
"""

import io
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
LOCALE = ROOT / "digidoc" / "locale"
POT = LOCALE / "digidoc.pot"
PO = LOCALE / "vi" / "LC_MESSAGES" / "digidoc.po"
MO = PO.with_suffix(".mo")
KEYWORDS = {"_": None, "N_": None, "tr": None}
HEADER = """\
# Messages of digidoc. Made by `make messages`.
msgid ""
msgstr ""
"Project-Id-Version: digidoc\\n"
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""
_NO_DATE = datetime(2026, 1, 1, tzinfo=UTC)

# What Typer looks up by gettext itself; a test sees to it that it still does.
TYPER = (
    "(deprecated) ",
    "(dynamic)",
    "Aborted!",
    "Aborted.",
    "Arguments",
    "Commands",
    "Error",
    "Missing command.",
    "Options",
    "Try [blue]'{command_path} {help_option}'[/] for help.",
    "[default: {}]",
    "[env var: {}]",
    "[required]",
    "default: {default}",
    "env var: {var}",
    "required",
)


def template() -> Catalog:
    """All messages: those marked in the code, and Typer's."""
    catalog = _empty()
    for _, _, message, _, _ in extract_from_dir(ROOT / "digidoc", keywords=KEYWORDS):
        catalog.add(message)
    for message in TYPER:
        catalog.add(message)
    return catalog


def read(path: Path = PO) -> Catalog:
    """The catalogue as it stands; empty when there is none."""
    if not path.is_file():
        return _empty("vi")
    with path.open("rb") as file:
        catalog = read_po(file, locale="vi", domain="digidoc")
    return _dateless(catalog)


def compiled(catalog: Catalog) -> bytes:
    """The content of the .mo file of a catalogue."""
    out = io.BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def lacking(catalog: Catalog) -> Iterator[str]:
    """Messages of the code without a text in the catalogue."""
    for message in template():
        if message.id and not (message.id in catalog and catalog[message.id].string):
            yield str(message.id)


def updated() -> Catalog:
    """The catalogue with today's messages and the texts it had."""
    catalog = read()
    catalog.update(template(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    return _dateless(catalog)


def text_of(catalog: Catalog, language: str) -> str:
    """The content of the .po or .pot file of a catalogue."""
    out = io.BytesIO()
    write_po(out, catalog, width=120, no_location=True, omit_header=True, sort_output=True)
    return HEADER.format(language=language) + out.getvalue().decode("utf-8").strip() + "\n"


def main() -> None:
    """Write template, catalogue and compiled catalogue; say what still has no Vietnamese text."""
    PO.parent.mkdir(parents=True, exist_ok=True)
    POT.write_text(text_of(template(), ""), encoding="utf-8", newline="\n")
    PO.write_text(text_of(updated(), "vi"), encoding="utf-8", newline="\n")
    catalog = read()
    MO.write_bytes(compiled(catalog))
    missing = list(lacking(catalog))
    for message in missing:
        print(f"no Vietnamese text: {message}", file=sys.stderr)
    print(f"{len(catalog)} messages, {len(missing)} without a Vietnamese text")


def _empty(locale: str | None = None) -> Catalog:
    return _dateless(Catalog(locale=locale, domain="digidoc", project="digidoc", charset="utf-8"))


def _dateless(catalog: Catalog) -> Catalog:
    catalog.creation_date = catalog.revision_date = _NO_DATE
    catalog.fuzzy = False
    return catalog


if __name__ == "__main__":
    main()
