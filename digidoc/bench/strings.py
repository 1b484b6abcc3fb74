"""What the bench says in the language of the user: for the templates, and for the script, which finds it in a page."""

from collections.abc import Mapping

from digidoc.i18n import tr as _
from digidoc.pipeline.review.keying import phrases


def titles() -> Mapping[str, str]:
    """Words of the pages themselves."""
    return {
        **phrases.titles(),
        "bench": _("Review"),
        "worklist": _("Worklist"),
        "conflicts": _("Conflicts"),
        "paper": _("Paper"),
        "dossier": _("Dossier"),
        "why": _("Why"),
        "to_do": _("To settle"),
        "open_now": _("Open"),
        "pages": _("Pages"),
        "value": _("Value"),
        "confirmed_by": _("Clerk"),
        "reading": _("Was read"),
        "register": _("Register"),
        "no_script": _("The browser runs no script: the paper can be read, not corrected."),
        "no_crop": _("The place on the page is not known: look at the page."),
        "no_text": _("What was read of this paper is missing: only its fields can be settled."),
        "blind": _("Key what stands on the paper. What was read is shown only when it differs."),
        "all_done": _("Nothing is left to be reviewed."),
        "queue_done": _("Nothing else is left for you: what remains was put off, or is open before another clerk."),
        "stored": _("Stands there now"),
        "seen": _("Was seen"),
        "no_conflicts": _("There are no conflicts."),
        "page_list": _("Pages of the paper"),
    }


def spoken() -> Mapping[str, str]:
    """Words that the script shows; `{…}` are places that it fills."""
    return {
        **phrases.spoken(),
        "saving": _("Saving …"),
        "filed": _("{name}: saved."),
        "waiting": _("{name}: kept. It is taken in together with others, or when the running command has finished."),
        "conflict": _("{name}: another clerk has changed the same value. Both are under Conflicts."),
        "unreached": _("digidoc cannot be reached. What you keyed is kept in this window and sent again."),
        "refused": _("{name}: not saved. {reason}"),
        "stranger": _("digidoc was started anew. Open the address that it printed; this window keeps what you keyed."),
        "gone": _("{name} cannot be corrected any more. {reason}"),
        "held": _("{clerk} has this paper open. You can read it; what both of you change becomes a conflict."),
        "page-of": _("Page {page} of {pages}"),
        "reading": _("Was read"),
        "open": _("Open the paper"),
        "failed": _("{name}: kept, but not taken in yet. {reason}"),
    }


def keys() -> tuple[tuple[str, str], ...]:
    """What each key does."""
    return phrases.keys(
        ("PgUp, PgDn", _("page")),
        ("Ctrl+↑, Ctrl+↓", _("larger, smaller")),
        ("Alt+←", _("the paper before")),
    )
