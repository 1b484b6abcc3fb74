"""Who does what is written down: the clerk whose work a command is, and events that name the clerk.

The clerk is told once, by the command that acts for a person, and holds for what runs in its context: no other thread
or process has it. Workers therefore make events without a clerk; whoever takes their results adds the name. Events that
are only repeated, from the store or the log, are never touched: the clerk of a repair did not do what it brings back.
"""

import getpass
import os
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from digidoc import AGENT
from digidoc.errors import UsageError
from digidoc.i18n import N_
from digidoc.masking import masked
from digidoc.model import Event
from digidoc.text import tidy

KEY: Final = "clerk"  # in the detail of an event
LONGEST: Final = 200
POLICY: Final = "policy assignment"  # PREMIS event type: whom an archive trusts, what its reports compare with
_UNNAMED: Final = {"Cc", "Cf", "Cs", "Co", "Cn"}  # control, format (those that turn the direction too), half, private
_acting: ContextVar[str] = ContextVar("acting", default="")


@contextmanager
def acting(name: str) -> Iterator[None]:
    """Let `name` be the clerk while the context lasts; afterwards it is whoever was before, also after `act_as`."""
    token = _acting.set(name)
    try:
        yield
    finally:
        _acting.reset(token)


def act_as(name: str) -> None:
    """Let `name` be the clerk for the rest of the context of `acting`."""
    _acting.set(name)


def current() -> str:
    """The clerk; empty when nobody said who."""
    return _acting.get()


def checked(name: str) -> str:
    """A name as it is kept: NFC, one blank between words.

    Raises:
        UsageError: it is empty, too long, or has characters that cannot be seen.

    """
    kept = tidy(name)
    if not kept:
        raise UsageError(reason=N_("the name of a clerk is empty"))
    if len(kept) > LONGEST:
        raise UsageError(reason=N_("the name of a clerk has more than {most} characters"), most=LONGEST)
    if any(map(_unnamed, kept)):
        raise UsageError(reason=N_("the name of a clerk has characters that cannot be seen"))
    return kept


def system_user() -> str:
    """The user that the system runs this process for; never empty."""
    try:
        said = getpass.getuser()
    except (OSError, KeyError, ImportError):  # no variable says it, and the system has no name for the number
        said = ""
    kept = tidy("".join(char for char in tidy(said) if not _unnamed(char)))[:LONGEST].strip()
    return kept or (f"uid {os.getuid()}" if hasattr(os, "getuid") else "unknown")


def event(kind: str, outcome: str, detail: Mapping[str, Any], *, at: datetime | None = None) -> Event:
    """An event that happens now, or at a given time, by the clerk's work.

    Args:
        kind: word of the PREMIS event types, such as "ingestion".
        outcome: "success", "warning" or "fail".
        detail: what there is to say, as JSON has it.
        at: when; now by default.

    """
    return by_clerk(Event(datetime.now(UTC) if at is None else at, kind, outcome, AGENT, detail))


def by_clerk(made: Event) -> Event:
    """A new event with the clerk's name; one that has a name keeps it."""
    name = current()
    if not name or KEY in made.detail:
        return made
    return replace(made, detail={**made.detail, KEY: name})


def same(one: Event, other: Event) -> bool:
    """Whether two events say the same, whoever made them: a rerun may be another clerk's."""
    return (one.kind, _deed(one)) == (other.kind, _deed(other))


def masked_detail(detail: Mapping[str, Any]) -> dict[str, Any]:
    """The detail with personal numbers masked, but for the clerk: some offices' user names are such numbers."""
    kept = {KEY: detail[KEY]} if KEY in detail else {}
    return {**masked(detail), **kept}


def clerk_of(detail: Mapping[str, Any]) -> str:
    """Who did it; empty for an event that does not say, as those of earlier versions."""
    return str(detail.get(KEY, ""))


def user() -> str:
    """How the version of an object names who made it: the clerk and the program."""
    name = current()
    return f"{name} ({AGENT})" if name else AGENT


def _deed(made: Event) -> dict[str, Any]:
    return {key: value for key, value in made.detail.items() if key != KEY}


def _unnamed(char: str) -> bool:
    return unicodedata.category(char) in _UNNAMED
