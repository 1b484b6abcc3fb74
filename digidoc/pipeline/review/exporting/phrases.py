"""What an exported page says, in the language of whoever exports it; `{…}` are places that its script fills."""

from collections.abc import Mapping

from digidoc.i18n import tr as _
from digidoc.pipeline.review.keying import phrases


def titles() -> Mapping[str, str]:
    """Words that stand on the page."""
    return {
        **phrases.titles(),
        "title": _("Papers to be reviewed"),
        "papers": _("Papers"),
        "clerk": _("Clerk"),
        "save": _("Save corrections"),
        "who": _("Who reviews these papers?"),
        "who_why": _("Your name stands beside every correction, for good."),
        "name": _("Your name"),
        "empty": _("There is nothing to be reviewed."),
        "save_hint": _("Save the corrections as a file, and give it back to whoever gave you this one."),
        "not_whole": _("This file does not ask all that is doubtful of the paper: the rest stays to be reviewed."),
        "no_script": _("The browser runs no script: nothing can be reviewed in this file."),
        "no_crop": _("The place on the page is not known: look at the paper itself."),
    }


def spoken() -> Mapping[str, str]:
    """Words that the script shows."""
    return {
        **phrases.spoken(),
        "reading": _("Reading"),
        "papers-done": _("{done} of {count} done"),
        "made": _("{name}: settled, not saved yet."),
        "put-off": _("{name}: put off."),
        "saved": _("{count} corrections are in the file {name}, in your folder of downloads."),
        "all-done": _("All papers are settled."),
        "rest-open": _("The papers that are left were put off."),
        "needed-name": _("Write your name."),
        "not-kept": _("This browser keeps nothing: save the corrections before you close or reload this page."),
        "verdict-done": _("done"),
        "verdict-later": _("later"),
        "verdict-rescan": _("scan again"),
    }


def keys() -> tuple[tuple[str, str], ...]:
    """What each key does."""
    return phrases.keys(
        ("Alt+←", _("the paper before")),
        ("Ctrl+S", _("save the corrections")),
    )
