"""`digidoc review --stats`: what people corrected, how long it took, which fields they changed."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, NoReturn

from rich.text import Text

from digidoc import words
from digidoc.clock import VIETNAM
from digidoc.commands import console
from digidoc.commands.archive.views import table
from digidoc.i18n import tr as _

if TYPE_CHECKING:
    from rich.console import RenderableType

    from digidoc.archive.archive import Archive
    from digidoc.pipeline.review.stats import Spread, Stats


def count(reporter: console.Reporter, archive: "Archive", since: datetime | None, *, by_person: bool) -> NoReturn:
    """Say the figures, and end the command."""
    from digidoc.pipeline.review.stats import by_clerk, stats

    start = None if since is None else since.replace(tzinfo=VIETNAM)
    found = stats(archive, start)
    people = by_clerk(archive, start) if by_person else {}
    data = {"since": None if since is None else since.date().isoformat(), **found.to_json()}
    if by_person:
        data["clerks"] = [{"clerk": clerk, **one.to_json()} for clerk, one in people.items()]
    console.finish(reporter, console.Result("digidoc.review-stats/1", data, lambda: _said(found, people)))


def _said(found: "Stats", people: dict[str, "Stats"]) -> Iterator["RenderableType"]:
    yield Text(
        _("{papers} papers were corrected, by {number} corrections.").format(
            papers=found.papers, number=found.corrections
        )
    )
    decided = found.decisions
    yield Text(
        _("Done: {done} · put off: {later} · to be scanned again: {rescan}").format(
            done=decided["done"], later=decided["later"], rescan=decided["rescan"]
        )
    )
    yield from table(
        (_("A correction"), _("Median"), _("Mean"), _("Sum"), _("Counted")),
        [(title, *_spread(one)) for title, one in ((_("seconds"), found.seconds), (_("keys"), found.keys))],
    )
    yield from table(
        (_("Field"), _("Settled"), _("Changed"), "%"),
        [
            (words.field(one.name), str(one.settled), str(one.changed), f"{100 * one.changed / one.settled:.0f}")
            for one in found.fields
        ],
    )
    yield from table(
        (_("Clerk"), _("Papers"), _("Seconds (median)"), _("Keys (median)"), _("Fields"), _("Changed")),
        [
            (
                clerk,
                str(one.papers),
                f"{one.seconds.median:g}",
                f"{one.keys.median:g}",
                str(sum(field.settled for field in one.fields)),
                str(sum(field.changed for field in one.fields)),
            )
            for clerk, one in people.items()
        ],
    )


def _spread(one: "Spread") -> tuple[str, str, str, str]:
    return f"{one.median:g}", f"{one.mean:g}", f"{one.total:g}", str(one.count)
