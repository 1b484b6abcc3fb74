"""Words that the page of the bench and the exported page have in common; `{…}` are places that the script fills."""

from collections.abc import Mapping

from digidoc.i18n import tr as _


def titles() -> Mapping[str, str]:
    """Words that stand on a page."""
    return {
        "start": _("Start"),
        "loose": _("without a dossier"),
        "page": _("Page"),
        "key_list": _("Keys"),
        "close": _("Close"),
        "done": _("Done"),
        "later": _("Later"),
        "rescan": _("Scan again"),
        "others": _("Other fields"),
        "unread": _("Print that was not read"),
        "nothing": _("Nothing on this paper is doubtful. Look at the page, then say that it is done."),
        "no_picture": _("This page cannot be shown. Its values can be settled all the same, from the paper."),
        "said": _("Clerk's value"),
        "picture": _("Picture of the page"),
        "piece": _("The place on the page"),
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
        "register": _("Register"),
        "typed": _("Keyed"),
    }


def keys(*own: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    """What each key does, those of a page's own among them."""
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
        *own,
        ("F1", _("this list")),
    )
