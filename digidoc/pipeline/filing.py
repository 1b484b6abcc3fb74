"""Filing papers together: what is ready of a dossier waits for the rest of it, and makes one version of its object.

Both digitizing and signing file so. What waits lies in the archive's staging folders, where a rerun finds it.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from typing import Final, Generic, Protocol, TypeVar

from digidoc.archive.archive import Archive
from digidoc.archive.ingest import Draft
from digidoc.engine.protocol import problem_of
from digidoc.errors import DigidocError, Problem
from digidoc.model import PaperRecord

EntryT = TypeVar("EntryT")
EntryT_contra = TypeVar("EntryT_contra", contravariant=True)
# Papers of one dossier that are filed together at most: a version of its object lists all of them.
_TOGETHER: Final = 64


class Filer(Protocol[EntryT_contra]):
    """The driver behind a `Filing`: it knows what an entry becomes, and writes down how it went."""

    def draft(self, entry: EntryT_contra) -> Draft:
        """What is put into the archive.

        Raises:
            DigidocError, OSError: the entry cannot be filed; the others are.

        """

    def filed(self, entry: EntryT_contra, record: PaperRecord) -> None:
        """The entry is in the archive."""

    def not_filed(self, entry: EntryT_contra, problem: Problem) -> None:
        """It is not."""


class Filing(Generic[EntryT]):
    """What waits to be filed, by dossier. Loose papers, of no dossier, do not wait.

    Args:
        archive: that takes the papers, while `archive.writing`.
        dossiers: the dossier of each paper of the run, None for a loose one.
        filer: see `Filer`.
        prepare: called with the entries of a dossier before their drafts are made; gives those that can be filed.

    """

    def __init__(
        self,
        archive: Archive,
        dossiers: Iterable[str | None],
        filer: Filer[EntryT],
        prepare: Callable[[list[EntryT]], list[EntryT]] = list,
    ) -> None:
        self._archive, self._filer, self._prepare = archive, filer, prepare
        self._open = Counter(dossiers)
        self._waiting: dict[str | None, list[EntryT]] = defaultdict(list)

    @property
    def waiting(self) -> int:
        """How many papers wait."""
        return sum(map(len, self._waiting.values()))

    def add(self, dossier: str | None, entry: EntryT) -> None:
        """A paper of the dossier is ready; `close` it next."""
        self._waiting[dossier].append(entry)

    def close(self, dossier: str | None) -> None:
        """One more paper of the dossier needs nothing any more; with the last one, all that wait are filed."""
        self._open[dossier] -= 1
        if dossier is None or not self._open[dossier] or len(self._waiting[dossier]) >= _TOGETHER:
            self._file(dossier)

    def rest(self) -> None:
        """File what waits, although its dossiers are not complete: the run is at its end."""
        for dossier in list(self._waiting):
            self._file(dossier)

    def _file(self, dossier: str | None) -> None:
        drafts: list[tuple[EntryT, Draft]] = []
        for entry in self._prepare(self._waiting.pop(dossier, [])):
            try:
                drafts.append((entry, self._filer.draft(entry)))
            except (DigidocError, OSError) as error:
                self._filer.not_filed(entry, problem_of(error))
        if not drafts:
            return
        try:
            records = self._archive.file(dossier, [draft for _entry, draft in drafts])
        except (DigidocError, OSError) as error:
            for entry, _draft in drafts:
                self._filer.not_filed(entry, problem_of(error))
            return
        for (entry, _draft), record in zip(drafts, records, strict=True):
            self._filer.filed(entry, record)
