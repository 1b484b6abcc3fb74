"""The names of all that lies in an archive's folder. No other module knows them; a backup uses the same ones."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

CONFIG: Final = "digidoc.toml"
CATALOG: Final = "catalog.db"
README: Final = "README.txt"
STORE: Final = "store"
TRUST: Final = "trust"
TARGETS: Final = "targets"
SCRATCH: Final = "tmp"
REFUSED: Final = "refused"
INBOX: Final = "inbox"
HEAD: Final = "audit-head.json"
LOG: Final = "events.jsonl"
OWNER_KEY: Final = "owner.key"
LOCK: Final = "digidoc.lock"
BENCH_LOCK: Final = "bench.lock"
INBOX_LOCK: Final = "inbox.lock"
BACKUP: Final = "backup.json"  # only a backup has it: otherwise it looks like an archive
STACKS: Final = "stacks"
UNFINISHED: Final = "unfinished"  # likewise: files of a backup that are not complete yet


@dataclass(frozen=True, slots=True)
class ArchiveLayout:
    """Where things lie in one archive, or in one backup.

    Attributes:
        root: its folder.

    """

    root: Path

    @property
    def config(self) -> Path:
        """The settings."""
        return self.root / CONFIG

    @property
    def catalog(self) -> Path:
        """The catalogue, an SQLite file."""
        return self.root / CATALOG

    @property
    def readme(self) -> Path:
        """A text for people who find the folder."""
        return self.root / README

    @property
    def store(self) -> Path:
        """The OCFL storage root."""
        return self.root / STORE

    @property
    def trust(self) -> Path:
        """PEM files that the archivist puts there."""
        return self.root / TRUST

    @property
    def targets(self) -> Path:
        """Target programmes that the office keeps beside those that come along."""
        return self.root / TARGETS

    @property
    def scratch(self) -> Path:
        """What is being made: only the process that holds the lock writes there."""
        return self.root / SCRATCH

    @property
    def stacks(self) -> Path:
        """The stacks that were scanned; see `digidoc.scan.stacks`. A backup has none."""
        return self.root / STACKS

    @property
    def refused(self) -> Path:
        """The refusals; see `digidoc.archive.refusals`."""
        return self.root / REFUSED

    @property
    def inbox(self) -> Path:
        """What people have said and the archive has not taken in yet; see `digidoc.archive.inbox`."""
        return self.root / INBOX

    @property
    def head(self) -> Path:
        """The head of the chain of events; see `digidoc.archive.events.events`."""
        return self.root / HEAD

    @property
    def log(self) -> Path:
        """The log of the chain of events; see `digidoc.archive.events.log`."""
        return self.root / LOG

    @property
    def owner_key(self) -> Path:
        """The key of the owners' hashes; see `digidoc.archive.register.owner_key`."""
        return self.root / OWNER_KEY

    @property
    def lock(self) -> Path:
        """The file whose lock the writing process holds."""
        return self.root / LOCK

    @property
    def bench_lock(self) -> Path:
        """The file whose lock the process holds that serves the clerk's page."""
        return self.root / BENCH_LOCK

    @property
    def inbox_lock(self) -> Path:
        """The file whose lock the process holds that hands files in; see `digidoc.archive.inbox`."""
        return self.root / INBOX_LOCK

    @property
    def backup(self) -> Path:
        """What a backup says of itself; see `digidoc.archive.preserve.backup_manifest`."""
        return self.root / BACKUP

    @property
    def unfinished(self) -> Path:
        """What a running backup has not completed yet."""
        return self.root / UNFINISHED

    def place(self, path: str) -> Path:
        """Where a file lies whose path from the root is written with `/`, as in the catalogue."""
        return self.root / path

    def path(self, place: Path) -> str:
        """The path of a file from the root, with `/`."""
        return place.relative_to(self.root).as_posix()
