"""What the bench says in the language of the user: for the templates, and for the script, which finds it in a page."""

from collections.abc import Mapping

from digidoc.i18n import tr as _


def titles() -> Mapping[str, str]:
    """Words of the pages themselves."""
    return {
        "bench": _("Review"),
        "worklist": _("Worklist"),
        "conflicts": _("Conflicts"),
        "start": _("Start"),
        "paper": _("Paper"),
        "dossier": _("Dossier"),
        "loose": _("without a dossier"),
        "why": _("Why"),
        "to_do": _("To settle"),
        "open_now": _("Open"),
        "page": _("Page"),
        "pages": _("Pages"),
        "key_list": _("Keys"),
        "value": _("Value"),
        "close": _("Close"),
        "done": _("Done"),
        "later": _("Later"),
        "rescan": _("Scan again"),
        "confirmed_by": _("Clerk"),
        "reading": _("Was read"),
        "register": _("Register"),
        "others": _("Other fields"),
        "unread": _("Print that was not read"),
        "nothing": _("Nothing on this paper is doubtful. Look at the page, then say that it is done."),
        "no_script": _("The browser runs no script: the paper can be read, not corrected."),
        "no_crop": _("The place on the page is not known: look at the page."),
        "no_text": _("What was read of this paper is missing: only its fields can be settled."),
        "no_picture": _("This page cannot be shown. Its values can be settled all the same, from the paper."),
        "blind": _("Key what stands on the paper. What was read is shown only when it differs."),
        "all_done": _("Nothing is left to be reviewed."),
        "queue_done": _("Nothing else is left for you: what remains was put off, or is open before another clerk."),
        "stored": _("Stands there now"),
        "seen": _("Was seen"),
        "said": _("Clerk's value"),
        "no_conflicts": _("There are no conflicts."),
        "page_list": _("Pages of the paper"),
        "picture": _("Picture of the page"),
        "piece": _("The place on the page"),
    }


def spoken() -> Mapping[str, str]:
    """Words that the script shows; `{…}` are places that it fills."""
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
        "saving": _("Saving …"),
        "filed": _("{name}: saved."),
        "waiting": _("{name}: kept. It is taken in together with others, or when the running command has finished."),
        "conflict": _("{name}: another clerk has changed the same value. Both are under Conflicts."),
        "unreached": _("digidoc cannot be reached. What you keyed is kept in this window and sent again."),
        "refused": _("{name}: not saved. {reason}"),
        "stranger": _("digidoc was started anew. Open the address that it printed; this window keeps what you keyed."),
        "gone": _("{name} cannot be corrected any more. {reason}"),
        "held": _("{clerk} has this paper open. You can read it; what both of you change becomes a conflict."),
        "kept-input": _("What you keyed before is still here."),
        "page-of": _("Page {page} of {pages}"),
        "asked": _("{label}: {value}"),
        "reading": _("Was read"),
        "register": _("Register"),
        "typed": _("Keyed"),
        "open": _("Open the paper"),
        "failed": _("{name}: kept, but not taken in yet. {reason}"),
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
        ("PgUp, PgDn", _("page")),
        ("Ctrl+↑, Ctrl+↓", _("larger, smaller")),
        ("Alt+←", _("the paper before")),
        ("F1", _("this list")),
    )
