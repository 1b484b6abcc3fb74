"""What an exported page says, in the language of whoever exports it; `{…}` are places that its script fills."""

from collections.abc import Mapping

from digidoc.i18n import tr as _


def titles() -> Mapping[str, str]:
    """Words that stand on the page."""
    return {
        "title": _("Papers to be reviewed"),
        "papers": _("Papers"),
        "loose": _("without a dossier"),
        "page": _("Page"),
        "key_list": _("Keys"),
        "close": _("Close"),
        "start": _("Start"),
        "done": _("Done"),
        "later": _("Later"),
        "rescan": _("Scan again"),
        "clerk": _("Clerk"),
        "others": _("Other fields"),
        "unread": _("Print that was not read"),
        "said": _("Clerk's value"),
        "picture": _("Picture of the page"),
        "piece": _("The place on the page"),
        "save": _("Save corrections"),
        "who": _("Who reviews these papers?"),
        "who_why": _("Your name stands beside every correction, for good."),
        "name": _("Your name"),
        "empty": _("There is nothing to be reviewed."),
        "save_hint": _("Save the corrections as a file, and give it back to whoever gave you this one."),
        "nothing": _("Nothing on this paper is doubtful. Look at the page, then say that it is done."),
        "not_whole": _("This file does not ask all that is doubtful of the paper: the rest stays to be reviewed."),
        "no_script": _("The browser runs no script: nothing can be reviewed in this file."),
        "no_crop": _("The place on the page is not known: look at the paper itself."),
        "no_picture": _("This page cannot be shown. Its values can be settled all the same, from the paper."),
    }


def spoken() -> Mapping[str, str]:
    """Words that the script shows."""
    return {
        "settled": _("settled"),
        "blank": _("nothing on the paper"),
        "unreadable": _("unreadable"),
        "removed": _("removed"),
        "differs": _("differs: key it once more"),
        "differs-twice": _("It differs from both. Key it once more."),
        "needed": _("Key what stands there, or press F4 when the paper has nothing there, F2 when it cannot be read."),
        "no-date": _("This is no date. Key the day, day and month, or all of it, such as 22/11/2024."),
        "future": _("This date is after today."),
        "odd-characters": _("There are characters in it that cannot be seen. Key it anew."),
        "too-long": _("It is too long: {most} characters at most."),
        "left": _("Left to settle: {count}"),
        "open-items": _("Not everything is settled yet."),
        "kept-input": _("What you keyed before is still here."),
        "asked": _("{label}: {value}"),
        "reading": _("Reading"),
        "register": _("Register"),
        "typed": _("Keyed"),
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
    return (
        ("Enter", _("settle, go to the next")),
        ("Shift+Enter, ↑", _("go back")),
        ("↓", _("go on, leave it open")),
        ("Esc", _("what was read")),
        ("F2", _("cannot be read")),
        ("F4", _("nothing stands there on the paper")),
        ("F8", _("the paper has to be scanned again")),
        ("F9", _("later")),
        ("Ctrl+Enter", _("the paper is done, go to the next one")),
        ("Alt+←", _("the paper before")),
        ("Ctrl+S", _("save the corrections")),
        ("F1", _("this list")),
    )
