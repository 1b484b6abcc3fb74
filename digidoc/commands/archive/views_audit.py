"""What `audit` and `fixity` say: for scripts as plain data, for people as sentences and tables."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from rich.table import Table
from rich.text import Text

from digidoc import clock
from digidoc.archive.events.audit import Finding, Flaw, Verdict
from digidoc.archive.events.chain import Entry, Head
from digidoc.archive.events.clerk import clerk_of
from digidoc.archive.preserve.fixity import Report
from digidoc.archive.preserve.repair import Repaired
from digidoc.archive.preserve.scrub import Damage
from digidoc.i18n import tr as _
from digidoc.text import plain

if TYPE_CHECKING:
    from rich.console import RenderableType

TITLES: Final = ("sequence", "at", "kind", "outcome", "agent", "object", "paper", "detail", "previous", "hash")
CSV_TITLES: Final = (*TITLES, "clerk")
_LISTED: Final = 50  # lines that a person still reads; JSON has all


def verdict_json(found: Verdict) -> dict[str, Any]:
    """The check of the chain, with every finding."""
    return {
        "entries": found.entries,
        "head": found.head.to_json(),
        "papers": found.papers,
        "findings": [finding.to_json() for finding in found.findings],
    }


def verdict_view(found: Verdict) -> Iterator["RenderableType"]:
    """A sentence, and one for each finding."""
    counts = {"entries": found.entries, "papers": found.papers}
    if not found.findings:
        yield Text(
            _(
                "✓ {entries} events, none edited, removed or cut off; those of {papers} papers are in the store too."
            ).format(**counts),
            style="green",
        )
        yield Text(_("Newest: {number}:{hash}").format(number=found.head.sequence, hash=found.head.hash))
        return
    yield Text(_("✗ {entries} events, {papers} papers; something is wrong:").format(**counts), style="red")
    for finding in found.findings[:_LISTED]:
        yield Text(f"  {plain(flaw_words(finding))}")
    yield from _rest(len(found.findings))
    if any(finding.flaw is Flaw.NOT_IN_CHAIN for finding in found.findings):
        yield Text(
            _("A killed run leaves events that only the store has: run the same `digidoc digitize` again."),
            style="dim",
        )


def head_json(head: Head, unit: str, at: datetime, sheet: Path | None) -> dict[str, Any]:
    """The head of the chain, in the form of the reports, and the sheet that it was written on."""
    return {
        "unit": unit,
        "at": at.isoformat(timespec="seconds"),
        "audit_head": head.to_json(),
        "file": None if sheet is None else str(sheet.absolute()),
    }


def head_view(head: Head, sheet: Path | None) -> Iterator["RenderableType"]:
    """Number and hash, as `audit verify --head` takes them."""
    yield Text(f"{head.sequence}:{head.hash}")
    if sheet is not None:
        yield Text(
            _("Written to {file}. Sign it with `digidoc sign` and keep it outside the archive.").format(file=sheet)
        )


def flaw_words(finding: Finding) -> str:
    """A finding as a sentence."""
    numbers = str(finding.first) if finding.first == finding.last else f"{finding.first}-{finding.last}"
    sentence = {
        Flaw.EDITED: _("Event {numbers} ({what}) was edited."),
        Flaw.REMOVED: _("Event {numbers} was removed."),
        Flaw.BROKEN_LINK: _("Event {numbers} ({what}) does not follow the event before it: one of the two is another."),
        Flaw.TRUNCATED: _("Event {numbers} is missing at the end: cut off, or the catalogue is an older copy."),
        Flaw.REPLACED: _("Event {numbers} is another one than was noted: the events were written anew."),
        Flaw.HEAD_MISSING: _("{what} is missing, the file that notes the newest event."),
        Flaw.HEAD_DAMAGED: _("{what} was edited, the file that notes the newest event."),
        Flaw.LOG_MISSING: _("{what} is missing, the file that holds a copy of all events."),
        Flaw.LOG_DAMAGED: _("{what} does not hold event {numbers} as the catalogue does."),
        Flaw.NOT_IN_CHAIN: _("Paper {paper}: the store has an event that is missing here: {what}."),
        Flaw.NOT_IN_OBJECT: _("Paper {paper}: the store does not have event {numbers} ({what})."),
        Flaw.OBJECT_UNREADABLE: _("Paper {paper}: its events in the store cannot be read. {what}"),
    }[finding.flaw]
    return sentence.format(numbers=numbers, what=finding.what, paper=finding.paper_id or "?").strip()


def log_json(entries: Sequence[Entry]) -> dict[str, Any]:
    """Events, oldest first, in the form that their hashes are made over, each with its hash."""
    return {"events": [entry_json(entry) for entry in entries]}


def entry_json(entry: Entry) -> dict[str, Any]:
    """An event with its place in the chain."""
    return {**dict(zip(TITLES, entry.row, strict=True)), "detail": _detail(entry)}


def _detail(entry: Entry) -> Any:
    try:
        return json.loads(entry.detail)
    except ValueError:  # somebody edited it; `audit verify` says so
        return entry.detail


def _clerk(entry: Entry) -> str:
    detail = _detail(entry)
    return clerk_of(detail) if isinstance(detail, dict) else ""


def _when(at: str) -> str:
    try:
        return clock.cell(datetime.fromisoformat(at))
    except ValueError:  # likewise
        return at


def rows(entries: Sequence[Entry]) -> Iterator[list[str]]:
    """Events as cells of a table, each with its clerk beside what its hash is made over; see `CSV_TITLES`."""
    for entry in entries:
        yield [*("" if value is None else str(value) for value in entry.row), _clerk(entry)]


def log_view(entries: Sequence[Entry], *, shown: int | None) -> Iterator["RenderableType"]:
    """The newest events as a table; `shown` is how many the user asked for."""
    listed = entries[-(shown or _LISTED) :]
    if not entries:
        yield Text(_("No event fits."))
        return
    if len(listed) < len(entries):
        yield Text(_("… and {number} older ones; --json and --csv list all.").format(number=len(entries) - len(listed)))
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for title in (_("No."), clock.titled(_("When")), _("Event"), _("Outcome"), _("On"), _("By")):
        table.add_column(title)
    for entry in listed:
        on = entry.paper_id or entry.object_id
        by = _clerk(entry) or entry.agent
        cells = (str(entry.sequence), _when(entry.at), entry.kind, entry.outcome, on, by)
        table.add_row(*(Text(plain(cell)) for cell in cells))
    yield table


def fixity_json(report: Report, repaired: Repaired | None) -> dict[str, Any]:
    """What a fixity check found, and what was repaired; paths count from the archive's folder."""
    return {
        "run": report.run,
        "scope": report.scope.name,
        "interrupted": report.interrupted,
        "objects": report.objects,
        "resumed": report.resumed,
        "files": report.files,
        "bytes": report.bytes,
        "findings": [finding.to_json() for finding in report.findings],
        "restored": None if repaired is None else list(repaired.restored),
        "left": None if repaired is None else [finding.to_json() for finding in repaired.left],
    }


def fixity_view(report: Report, repaired: Repaired | None) -> Iterator["RenderableType"]:
    """Counts, and a line for each file that is not as it should be."""
    counts = {
        "objects": report.objects,
        "files": report.files,
        "size": f"{report.bytes / 1e9:.2f}",
        "damage": len(report.findings),
    }
    if report.resumed:
        yield Text(
            _("Went on with an interrupted check: {number} objects were checked before.").format(number=report.resumed)
        )
    if report.findings:
        sentence = _("✗ {objects} objects, {files} files, {size} GB checked; {damage} files are not as they should be:")
        yield Text(sentence.format(**counts), style="red")
    else:
        sentence = _("✓ {objects} objects, {files} files, {size} GB checked: all intact.")
        yield Text(sentence.format(**counts), style="green")
    restored = set() if repaired is None else set(repaired.restored)
    for finding in report.findings[:_LISTED]:
        line = Text(f"  {damage_words(finding.damage)}: {plain(finding.path)}")
        if finding.path in restored:
            line.append(" " + _("(brought back from the backup)"), style="green")
        yield line
    yield from _rest(len(report.findings))
    if repaired is not None and repaired.left:
        yield Text(_("Still damaged: {number}").format(number=len(repaired.left)), style="red")
        for finding in repaired.left[:_LISTED]:
            yield Text(f"  {damage_words(finding.damage)}: {plain(finding.path)}")
    if report.interrupted:
        yield Text(_("Not everything was checked. Run the same command again to go on."), style="yellow")
    elif report.findings and repaired is None:
        yield Text(_("`digidoc fixity --repair-from BACKUP` brings back what a backup has intact."), style="dim")


def damage_words(damage: Damage) -> str:
    """The kind of damage in the user's language."""
    return {
        Damage.DAMAGED: _("damaged"),
        Damage.MISSING: _("missing"),
        Damage.EXTRA: _("does not belong there"),
        Damage.UNREADABLE: _("cannot be read"),
        Damage.INVENTORY: _("broken inventory"),
        Damage.MISPLACED: _("belongs to another object"),
        Damage.OUTDATED: _("missing version"),
    }[damage]


def _rest(number: int) -> Iterator["RenderableType"]:
    if number > _LISTED:
        yield Text(_("… and {number} more; --json lists all.").format(number=number - _LISTED))
