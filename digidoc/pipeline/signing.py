"""What signing means to an archive: the key of a profile, and the events that say by whom a paper was signed.

An event names the file that was signed, the signed file, and who signed it how. So an archive knows of every signed
file through which hands it went, and signs nothing twice the same way.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from digidoc import AGENT
from digidoc.archive.archive import Archive
from digidoc.config import user_profiles
from digidoc.errors import UnknownProfile
from digidoc.model import Event, PaperRecord, StoredFile
from digidoc.sign.create.pades import SigningSession, SignOptions
from digidoc.sign.create.signers import Way, manner
from digidoc.sign.keys.opening import open_source
from digidoc.sign.keys.source import OpenKey
from digidoc.sign.profile import SignProfile, load_profile

_KIND: Final = "digital signature generation"


@dataclass(frozen=True, slots=True)
class Signing:
    """An opened key, how to sign with it, and what is kept from paper to paper."""

    key: OpenKey
    options: SignOptions
    session: SigningSession | None = None


@contextmanager
def opened(archive: Archive, name: str) -> Iterator[Signing]:
    """The key of the `[sign.NAME]` table of the archive's digidoc.toml or of the user's file, its certificate checked.

    It is opened before anything is read: a wrong PIN costs no one an hour.

    Raises:
        UnknownProfile: there is no such table.
        BadConfiguration: it cannot be used.
        KeyProblem: PIN, key or certificate.

    """
    profile = profile_of(archive, name)
    with open_source(profile.key, profile.pin) as key, SigningSession(key, profile.options) as session:
        yield Signing(key, profile.options, session)


def profile_of(archive: Archive, name: str) -> SignProfile:
    """A signing profile of the archive, or of the user when the archive has none of that name.

    Raises:
        UnknownProfile, BadConfiguration: see `opened`.

    """
    own = archive.config.sign
    if name in own:
        return load_profile(own[name], archive.root, name)
    others, base = user_profiles()
    if name not in others:
        raise UnknownProfile(name=name, known=", ".join(dict.fromkeys((*own, *others))) or "-")
    return load_profile(others[name], base, name)


def events_of(ways: Sequence[Way], source: str, sha256: str) -> tuple[Event, ...]:
    """What is written down of a signed file, an event a signer.

    Args:
        ways: who signed, in turn, and how.
        source: sha256 of the file that was signed, hex.
        sha256: of the signed file.

    """
    now = datetime.now(UTC)
    done = {"profile": manner(ways), "source": source, "sha256": sha256}
    details = ({"level": options.level, "signer": key.name, **done} for key, options in ways)
    return tuple(Event(now, _KIND, "success", AGENT, detail) for detail in details)


def manners_of(record: PaperRecord) -> set[str]:
    """In which manners the signed file of a paper was signed, one after the other, as far as events say."""
    made = {
        str(event.detail["sha256"]): event.detail
        for event in record.events
        if event.kind == _KIND and "sha256" in event.detail
    }
    file = file_of(record, "signed")
    found: set[str] = set()
    current = "" if file is None else file.sha256
    while current in made:
        detail = made.pop(current)
        found.add(str(detail["profile"]))
        current = str(detail["source"])
    return found


def file_of(record: PaperRecord, role: str) -> StoredFile | None:
    """The file of a paper with this role; None when it has none."""
    return next((file for file in record.files if file.role == role), None)
