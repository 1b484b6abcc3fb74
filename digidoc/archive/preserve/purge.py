"""Erasing a paper for good: the only thing that takes anything out of an archive.

In this order, each step durable and each counting once however often it is done: the paper's object is written anew
without it, with an entry that says that it was erased; objects of other papers whose events name it are written anew
without those details; one transaction takes it out of the catalogue, and the details out of the chain of events; the
log, refusals, stacks, leftovers of a run and old copies of the catalogue go; the catalogue's file is made anew, for
SQLite leaves deleted rows where they were. A process that was killed leaves the order in the inbox; the next goes on.
"""

import json
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from digidoc.archive import metadata
from digidoc.archive.archive import Archive
from digidoc.archive.events import clerk, forgetting, log
from digidoc.archive.events.chain import Entry, canonical
from digidoc.archive.ingest import Ingest
from digidoc.archive.preserve.retire import KEPT
from digidoc.archive.store.inventory import Inventory, VersionBlock
from digidoc.archive.store.layout import object_path
from digidoc.errors import ArchiveDamaged
from digidoc.files import disk
from digidoc.formats import codec
from digidoc.i18n import N_
from digidoc.model import Event, PaperRecord, PaperState, StoredFile

_METADATA: Final = "metadata.json"
_DOSSIER: Final = "dossier.json"
Facts = tuple[str, str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class Traces:
    """What the store has of a paper, in all versions.

    Attributes:
        files: paths from the archive's folder of content that goes.
        size: of these, in bytes.
        versions: of its object, that have something of it.
        shared: content that stays, for other papers have the same bytes: its path, and their ids.
        rewritten: paths from the archive's folder of the objects that are written anew.

    """

    files: tuple[str, ...]
    size: int
    versions: int
    shared: tuple[tuple[str, tuple[str, ...]], ...]
    rewritten: tuple[str, ...]


def traces(archive: Archive, record: PaperRecord, going: Collection[str] = ()) -> Traces:
    """What there is of a paper that is filed.

    Args:
        archive: that has it.
        record: the paper.
        going: ids of papers that are erased with it: what they have too goes all the same.

    Raises:
        ArchiveDamaged: its object cannot be read.
        OSError: likewise.

    """
    inventory = _inventory(archive, record)
    own, others = dict[str, None](), dict[str, set[str]]()
    for block in inventory.versions:
        for logical, digest in block.state.items():
            parts = logical.split("/")
            if _belongs(logical, record.paper_id):
                own[digest] = None
            elif len(parts) > 1 and parts[1] not in going:
                others.setdefault(digest, set()).add(parts[1])
    place = archive.layout.path(archive.layout.store / object_path(record.object_id))
    files = tuple(sorted(f"{place}/{inventory.manifest[digest]}" for digest in own if digest not in others))
    stay = {
        f"{place}/{inventory.manifest[digest]}": tuple(sorted(others[digest])) for digest in own if digest in others
    }
    versions = sum(any(_belongs(name, record.paper_id) for name in block.state) for block in inventory.versions)
    with archive.catalog.reading() as db:
        naming = forgetting.about(db, record.paper_id, record.name, record.source)
    objects = {record.object_id: None} | {one.object_id: None for one in naming if one.object_id and one.paper_id}
    rewritten = tuple(archive.layout.path(archive.layout.store / object_path(one)) for one in objects)
    size = sum(archive.layout.place(file).stat().st_size for file in files)
    return Traces(files, size, versions, tuple(sorted(stay.items())), rewritten)


def purge(archive: Archive, paper_id: str, event: Event) -> None:
    """Erase a paper for good; call it while `writing`. Done again, it goes on where it was stopped.

    Args:
        archive: that has it.
        paper_id: a paper that is filed, whatever its state.
        event: who does so and why; what was erased is added to its detail, in numbers.

    Raises:
        ArchiveDamaged: an object cannot be read.
        ArchiveLocked: somebody reads the catalogue without end: its file could not be made anew.
        DigidocError, OSError: it cannot be written, or not now.

    """
    record = archive.catalog.paper(paper_id)
    ingest = Ingest(archive.store, archive.config.unit)
    with archive.system_errors():
        stored = ingest.stored(_inventory(archive, record), paper_id)
        if stored is None:
            raise ArchiveDamaged(file=archive.store.folder(record.object_id), reason=N_("the file is missing"))
        if stored.state is not PaperState.PURGED:
            stored = _without(archive, record, stored, event, ingest)
        numbers = forgetting.of_event(stored.events[-1].detail)
        others = _others(archive, paper_id, numbers)
        for identifier, entries in others.items():
            _rewrite_naming(archive, identifier, entries)
        changed = [file for name in _names(others) for file in _metadata(archive, ingest, name)]
    archive.catalog.purge(stored, numbers, changed)
    with archive.system_errors():
        log.rewrite(archive.catalog.db, archive.layout.log)
        _erase_beside(archive, record)
    archive.publish_head()
    archive.catalog.erase_leftovers()


def _without(archive: Archive, record: PaperRecord, stored: PaperRecord, event: Event, ingest: Ingest) -> PaperRecord:
    """Write the paper's object anew; the record that stands in the paper's place."""
    paper_id, identifier = stored.paper_id, stored.object_id
    inventory = _inventory(archive, record)
    with archive.catalog.reading() as db:
        entries = forgetting.about(db, paper_id, record.name, record.source)
    gone = traces(archive, record)
    counts = {"files": len(gone.files), "bytes": gone.size, "versions": gone.versions, "shared": len(gone.shared)}
    said = replace(event, detail={**event.detail, **counts, forgetting.LISTED: forgetting.listed(entries)})
    known = _facts_of(entries)
    left = tuple(bare for one in stored.events if (bare := _bare(one, paper_id, known)) is not None)
    tombstone = PaperRecord(
        paper_id=paper_id,
        task_key="",
        dossier=stored.dossier,
        name="",
        source="",
        state=PaperState.PURGED,
        sha256="",
        object_id=identifier,
        object_version=f"v{len(inventory.versions) + 1}",
        events=(*left, said),
    )
    address = f"urn:digidoc:{identifier.split(':')[2]}"
    block = VersionBlock(said.at, {}, f"Noted: {said.kind}", clerk.user(), address)
    files = {f"papers/{paper_id}/{_METADATA}": metadata.to_json(tombstone, archive.config.unit)}
    new = archive.store.rewrite(
        identifier, _changed(paper_id, known), lambda logical: _belongs(logical, paper_id), (block, files)
    )
    made = ingest.stored(new, paper_id)
    if made is None:
        raise ArchiveDamaged(file=archive.store.folder(identifier), reason=N_("the file is missing"))
    return made


def _changed(paper_id: str, known: dict[Facts, int]) -> Callable[[str, Callable[[], bytes]], bytes | None]:
    """What the files of an object become: other papers' events without what names the paper, the list without it."""

    def changed(logical: str, read: Callable[[], bytes]) -> bytes | None:
        name = logical.rsplit("/", 1)[-1]
        if name not in (_METADATA, _DOSSIER):
            return None
        data = read()
        document = json.loads(data)
        if logical == _DOSSIER:
            document["papers"] = [
                {"paper_id": paper_id, "gone": "purge"} if one["paper_id"] == paper_id else one
                for one in document["papers"]
            ]
        elif name == _METADATA:
            owner = document["paper_id"]
            for one in document["events"]:
                number = known.get(_facts(owner, one))
                if number is not None:
                    one["detail"] = {"forgotten": number}
        new = (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()
        return None if new == data else new

    return changed


def _rewrite_naming(archive: Archive, identifier: str, entries: list[Entry]) -> None:
    """Take the details of these events out of an object of other papers."""
    archive.store.rewrite(identifier, _changed("", _facts_of(entries)), lambda _logical: False)


def _others(archive: Archive, paper_id: str, numbers: list[int]) -> dict[str, list[Entry]]:
    """Of these entries, those that are events of other papers and still have their details, by object."""
    found: dict[str, list[Entry]] = {}
    with archive.catalog.reading() as db:
        for number in numbers:
            sql = f"SELECT {log.COLUMNS} FROM event WHERE sequence = ?"  # noqa: S608 (names from here)
            for row in db.execute(sql, [number]):
                entry = Entry(*row)
                if entry.object_id and entry.paper_id not in (None, paper_id) and not entry.is_bare:
                    found.setdefault(entry.object_id, []).append(entry)
    return found


def _names(others: dict[str, list[Entry]]) -> list[str]:
    return list(dict.fromkeys(str(entry.paper_id) for entries in others.values() for entry in entries))


def _metadata(archive: Archive, ingest: Ingest, paper_id: str) -> Iterator[tuple[str, StoredFile]]:
    """The metadata.json of another paper as its object has it now."""
    record = archive.catalog.paper(paper_id)
    stored = ingest.stored(_inventory(archive, record), paper_id)
    if stored is None:
        raise ArchiveDamaged(file=archive.store.folder(record.object_id), reason=N_("the file is missing"))
    yield from ((paper_id, file) for file in stored.files if file.role == "metadata")


def _erase_beside(archive: Archive, record: PaperRecord) -> None:
    """What the archive's folder has of the paper outside the store and the catalogue, and old copies of these."""
    layout = archive.layout
    for place in old_copies(archive):
        disk.remove_file(place)
    for place in layout.refused.glob(f"*/*{record.paper_id}.*"):
        disk.remove_file(place)
    for place in layout.scratch.glob(f"*{record.paper_id}*"):
        disk.remove_tree(place)
    stack = stack_of(archive, record)
    if stack is not None:
        disk.remove_tree(stack)
    orders = layout.inbox / "operations"
    for place in layout.inbox.rglob("*.json"):
        if place.parent != orders and record.paper_id.encode() in place.read_bytes():
            disk.remove_file(place)


def old_copies(archive: Archive) -> list[Path]:
    """Copies of the catalogue and of the log that earlier commands kept: each has what is to be erased."""
    root = archive.layout.root
    patterns = (f"*{KEPT}*", f"{archive.layout.catalog.name}.v*.bak")
    return sorted({place for pattern in patterns for place in root.glob(pattern) if place.is_file()})


def stack_of(archive: Archive, record: PaperRecord) -> Path | None:
    """The folder of the scanned stack that a paper came from, while it is kept."""
    parts = Path(record.source).parts
    named = [parts[at + 1] for at in range(len(parts) - 1) if parts[at] == archive.layout.stacks.name]
    found = [archive.layout.stacks / name for name in named if (archive.layout.stacks / name / "stack.json").is_file()]
    return found[-1] if found else None


def _inventory(archive: Archive, record: PaperRecord) -> Inventory:
    inventory = archive.store.inventory(record.object_id)
    if inventory is None:
        raise ArchiveDamaged(file=archive.store.folder(record.object_id), reason=N_("the folder is missing"))
    return inventory


def _belongs(logical: str, paper_id: str) -> bool:
    return logical.startswith(f"papers/{paper_id}/")


def _facts_of(entries: list[Entry]) -> dict[Facts, int]:
    return {
        (str(one.paper_id), one.at, one.kind, one.outcome, one.agent, one.detail): one.sequence
        for one in entries
        if one.paper_id is not None
    }


def _facts(paper_id: str, event: dict[str, Any]) -> Facts:
    return (paper_id, event["at"], event["kind"], event["outcome"], event["agent"], canonical(event["detail"]))


def _bare(event: Event, paper_id: str, known: dict[Facts, int]) -> Event | None:
    """What is left of an event of the paper; one that the chain does not have leaves nothing."""
    if list(event.detail) == ["forgotten"]:
        return event  # with another paper, before
    number = known.get(_facts(paper_id, codec.plain(event)))
    return None if number is None else replace(event, detail={"forgotten": number})
