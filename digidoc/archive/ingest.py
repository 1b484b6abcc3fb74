"""Papers on their way into the store: one version of an object for all that come together, each paper in its folder."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any, Final

from digidoc.archive import metadata
from digidoc.archive.catalog.settled import FORGOTTEN
from digidoc.archive.events import clerk
from digidoc.archive.layout import STORE
from digidoc.archive.store.inventory import Inventory
from digidoc.archive.store.layout import object_id, object_path
from digidoc.archive.store.protocol import NewVersion, Store
from digidoc.errors import ArchiveDamaged, UnreadableFile
from digidoc.files import disk
from digidoc.i18n import N_
from digidoc.masking import masked
from digidoc.model import Event, PaperRecord, PaperState, StoredFile, Unit

# What a file is to its paper: original, searchable, signed, text, corrections; of a paper that was merged from several
# files, the others are original-2, original-3 …
Role = str
_NAMES: Final[Mapping[str, str]] = {
    "searchable": "searchable.pdf",
    "signed": "signed.pdf",
    "text": "text.json",
    "corrections": "corrections.json",
}
_MEDIA: Final[Mapping[str, str]] = {
    ".pdf": "application/pdf",
    ".json": "application/json",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
    ".webp": "image/webp",
    ".heic": "image/heic",
    ".heif": "image/heif",
}
_EXTENSION: Final = re.compile(r"\.[a-z0-9]{1,8}")
_DOSSIER: Final = "dossier.json"


@dataclass(frozen=True, slots=True)
class Draft:
    """A paper that is ready to be filed.

    Attributes:
        record: without what only the store knows (`object_id`, `object_version`, `files`).
        files: what to store by role; `original` is always among them. They are copied and stay as they are.
        replaces: ids of papers whose place it takes: it is no duplicate of them.

    """

    record: PaperRecord
    files: Mapping[Role, Path]
    replaces: frozenset[str] = frozenset()


def refusal(record: PaperRecord) -> PaperRecord:
    """The record of a refused paper, with the event that says so."""
    detail = {"problem": masked(record.problem or {}), "task_key": record.task_key}
    event = clerk.event("validation", "fail", detail)
    return replace(record, state=PaperState.REFUSED, events=(*record.events, event))


def forgotten(record: PaperRecord) -> PaperRecord:
    """The record of a refused paper, with the event that says that a person has forgotten the refusal."""
    event = clerk.event(FORGOTTEN, "success", {"refusal": "forgotten", "task_key": record.task_key})
    return replace(record, events=(*record.events, event))


class Ingest:
    """Files papers of one archive.

    Args:
        store: where to.
        unit: the office.

    """

    def __init__(self, store: Store, unit: Unit) -> None:
        self._store = store
        self._unit = unit

    def file(self, dossier: str | None, drafts: Sequence[Draft]) -> dict[str, PaperRecord]:
        """Put the drafts into the store.

        Returns:
            Records for the catalogue by paper id, read from the store where it had the papers already.

        Raises:
            UnreadableFile: an original is not the one that was digitized.
            ArchiveDamaged: the object cannot be read.
            OSError: see `disk`.

        """
        unique = {draft.record.paper_id: draft for draft in drafts}
        if dossier is not None:
            return self._file_object(object_id(self._unit.code, "dossier", dossier), dossier, list(unique.values()))
        records: dict[str, PaperRecord] = {}
        for paper_id, draft in unique.items():
            records |= self._file_object(object_id(self._unit.code, "paper", paper_id), None, [draft])
        return records

    def stored(self, inventory: Inventory, paper_id: str) -> PaperRecord | None:
        """The record of a paper as an object's newest version has it, with paths that count from the archive's folder.

        Returns:
            None when the object has no such paper.

        Raises:
            ArchiveDamaged: its metadata.json was changed.
            OSError: it cannot be read.

        """
        record = self._earlier(inventory, paper_id)
        return None if record is None else _from_root(record, inventory.object_id)

    def add_event(self, paper_id: str, identifier: str, event: Event) -> PaperRecord:
        """Put an event of a filed paper into its metadata.json, as a new version of its object.

        Args:
            paper_id: the paper.
            identifier: its object.
            event: what happened; one of the same kind and detail, whoever
                made it, that the object has already stays the only one: a
                killed process may have put it there.

        Returns:
            The record, with paths that count from the archive's folder.

        Raises:
            ArchiveDamaged: the object has no such paper, or cannot be read.
            OSError: see `disk`.

        """
        with self._store.new_version(identifier) as version:
            base = version.base
            record = self._earlier(base, paper_id)
            if base is None or record is None:
                raise ArchiveDamaged(file=self._store.folder(identifier), reason=N_("the file is missing"))
            if not any(clerk.same(known, event) for known in record.events):
                files = tuple(file for file in record.files if file.role != "metadata")
                number = f"v{version.number}"
                record = replace(record, files=files, object_version=number, events=(*record.events, event))
                version.write(f"{_folder(paper_id)}/metadata.json", metadata.to_json(record, self._unit))
                address = f"urn:digidoc:{identifier.split(':')[2]}"
                base = version.commit(message=f"Noted: {event.kind}", at=event.at, agent=clerk.user(), address=address)
                record = self._with_metadata(record, base)
        return _from_root(record, identifier)

    def set_aside(self, paper_id: str, identifier: str, event: Event, to: Sequence[str], *, bare: bool) -> PaperRecord:
        """Take a paper out of use, as a new version of its object; what the object holds of it stays in its versions.

        Args:
            paper_id: the paper.
            identifier: its object.
            event: who did so, and why; a paper with an event of its `operation` is set aside already.
            to: ids of the papers that stand in its place.
            bare: its files, pages and fields went to these: the new version has nothing but its metadata.json.

        Returns:
            The record, with paths that count from the archive's folder.

        Raises:
            ArchiveDamaged: the object has no such paper, or cannot be read.
            OSError: see `disk`.

        """

        def changed(record: PaperRecord, _version: str) -> PaperRecord:
            record = replace(record, state=PaperState.WITHDRAWN, events=(*record.events, event))
            return replace(record, files=(), pages=(), page_dpi=(), fields=(), signatures=()) if bare else record

        gone = {"gone": str(event.detail["kind"]), "to": list(to), "id": str(event.detail["operation"])}
        return self._restated(paper_id, identifier, event, changed, gone)

    def take_back(self, paper_id: str, identifier: str, event: Event, state: PaperState) -> PaperRecord:
        """Bring a paper back into use that was set aside with all its files, as a new version; see `set_aside`.

        Args:
            paper_id: the paper.
            identifier: its object.
            event: who did so; a paper with an event of its `operation` is back already.
            state: where it stood before.

        """

        def changed(record: PaperRecord, version: str) -> PaperRecord:
            detail = {"object": identifier, "version": version}
            filed = clerk.event("ingestion", "success", detail, at=event.at)
            return replace(record, state=state, events=(*record.events, event, filed))

        return self._restated(paper_id, identifier, event, changed, {})

    def _restated(
        self,
        paper_id: str,
        identifier: str,
        event: Event,
        changed: Callable[[PaperRecord, str], PaperRecord],
        gone: Mapping[str, Any],
    ) -> PaperRecord:
        """The paper after a change of its metadata.json and of its line in dossier.json, unless it was made before."""
        with self._store.new_version(identifier) as version:
            base = version.base
            record = self._earlier(base, paper_id)
            if base is None or record is None:
                raise ArchiveDamaged(file=self._store.folder(identifier), reason=N_("the file is missing"))
            if not any(known.detail.get("operation") == event.detail["operation"] for known in record.events):
                number = f"v{version.number}"
                record = replace(record, files=tuple(file for file in record.files if file.role != "metadata"))
                record = replace(changed(record, number), object_version=number)
                if not record.files:
                    version.drop(_folder(paper_id))
                version.write(f"{_folder(paper_id)}/metadata.json", metadata.to_json(record, self._unit))
                if record.dossier is not None:
                    version.write(_DOSSIER, self._dossier_json(base, record.dossier, [record], gone))
                address = f"urn:digidoc:{identifier.split(':')[2]}"
                base = version.commit(message=f"Noted: {event.kind}", at=event.at, agent=clerk.user(), address=address)
                record = self._with_metadata(record, base)
        return _from_root(record, identifier)

    def _file_object(self, identifier: str, dossier: str | None, drafts: list[Draft]) -> dict[str, PaperRecord]:
        with self._store.new_version(identifier) as version:
            base = version.base
            earlier = {draft.record.paper_id: self._earlier(base, draft.record.paper_id) for draft in drafts}
            fresh = [draft for draft in drafts if not _same(earlier[draft.record.paper_id], draft)]
            records = {paper_id: record for paper_id, record in earlier.items() if record is not None}
            if fresh:
                now = datetime.now(UTC)
                made = [self._add(version, identifier, _completed(draft, dossier, earlier), now) for draft in fresh]
                if dossier is not None:
                    version.write(_DOSSIER, self._dossier_json(base, dossier, made))
                inventory = version.commit(
                    message=f"Filed {len(made)} paper(s)",
                    at=now,
                    agent=clerk.user(),
                    address=f"urn:digidoc:{identifier.split(':')[2]}",
                )
                records |= {record.paper_id: self._with_metadata(record, inventory) for record in made}
        return {draft.record.paper_id: _from_root(records[draft.record.paper_id], identifier) for draft in drafts}

    def _earlier(self, base: Inventory | None, paper_id: str) -> PaperRecord | None:
        """The record of a paper as the newest version has it, None when it has no such paper."""
        if base is None:
            return None
        logical = f"{_folder(paper_id)}/metadata.json"
        data = self._store.read(base, logical)
        if data is None:
            return None
        try:
            return self._with_metadata(metadata.from_json(data), base)
        except ValueError as error:
            file = self._store.folder(base.object_id) / (base.content_path(logical) or "")
            raise ArchiveDamaged(file=file, reason=N_("it is not a metadata.json of digidoc")) from error

    def _add(self, version: NewVersion, identifier: str, draft: Draft, now: datetime) -> PaperRecord:
        """Write the files of a paper into the version; the record's paths count from the object's folder."""
        record = metadata.cleaned(draft.record)
        folder = _folder(record.paper_id)
        version.drop(folder)
        files = []
        for role, path in draft.files.items():
            logical = f"{folder}/{_file_name(role, record.name)}"
            content = version.copy(logical, path)
            if role == "original" and content.sha256 != record.sha256:
                raise UnreadableFile(file=path, reason=N_("it was changed while it was being digitized"))
            files.append(StoredFile(role, content.path, content.sha256, content.size, _media_type(logical)))
        detail = {"object": identifier, "version": f"v{version.number}"}
        event = clerk.event("ingestion", "success", detail, at=now)
        record = replace(
            record,
            object_id=identifier,
            object_version=f"v{version.number}",
            files=tuple(files),
            events=(*record.events, event),
        )
        version.write(f"{folder}/metadata.json", metadata.to_json(record, self._unit))
        return record

    def _dossier_json(
        self, base: Inventory | None, dossier: str, made: Sequence[PaperRecord], gone: Mapping[str, Any] | None = None
    ) -> bytes:
        data = None if base is None else self._store.read(base, _DOSSIER)
        papers: list[dict[str, Any]] = [] if data is None else json.loads(data)["papers"]
        listed = {paper["paper_id"]: paper for paper in papers}
        listed |= {r.paper_id: {"paper_id": r.paper_id, "name": r.name, **(gone or {})} for r in made}
        document = {
            "format": "digidoc.dossier/1",
            "dossier": dossier,
            "unit": {"code": self._unit.code, "name": self._unit.name, "level": self._unit.level.value},
            "papers": list(listed.values()),
        }
        return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()

    def _with_metadata(self, record: PaperRecord, inventory: Inventory) -> PaperRecord:
        """The record with metadata.json among its files, which cannot name its own digest."""
        logical = f"{_folder(record.paper_id)}/metadata.json"
        path, size = inventory.content_path(logical), self._store.size(inventory, logical)
        if path is None or size is None:
            raise ArchiveDamaged(file=self._store.folder(inventory.object_id), reason=N_("the file is missing"))
        stored = StoredFile("metadata", path, inventory.sha256[path], size, _MEDIA[".json"])
        return replace(record, files=(*record.files, stored))


def _from_root(record: PaperRecord, identifier: str) -> PaperRecord:
    """The record with paths that count from the archive's folder instead of the object's."""
    folder = PurePosixPath(STORE) / object_path(identifier)
    return replace(record, files=tuple(replace(file, path=str(folder / file.path)) for file in record.files))


def _same(earlier: PaperRecord | None, draft: Draft) -> bool:
    """Whether the store has the paper with these files already, made by the same task."""
    if earlier is None or earlier.task_key != draft.record.task_key:
        return False
    stored = {str(file.role): file.sha256 for file in earlier.files if file.role != "metadata"}
    return stored == {str(role): disk.sha256_of(path) for role, path in draft.files.items()}


def _completed(draft: Draft, dossier: str | None, earlier: Mapping[str, PaperRecord | None]) -> Draft:
    """The draft with the dossier that it is filed in, and with the events of the paper's earlier versions."""
    before = earlier[draft.record.paper_id]
    old = () if before is None else before.events
    brought = (replace(event, detail=clerk.masked_detail(event.detail)) for event in draft.record.events)
    events = (*old, *(event for event in brought if event not in old))
    return replace(draft, record=replace(draft.record, dossier=dossier, events=events))


def _folder(paper_id: str) -> str:
    return f"papers/{paper_id}"


def _file_name(role: Role, name: str) -> str:
    if role != "original":
        return _NAMES[role]
    extension = PurePosixPath(name).suffix.lower()
    return f"original{extension if _EXTENSION.fullmatch(extension) else '.bin'}"


def _media_type(logical: str) -> str:
    return _MEDIA.get(PurePosixPath(logical).suffix, "application/octet-stream")
