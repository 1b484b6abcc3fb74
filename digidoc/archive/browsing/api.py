"""What an archive shows: the part of `Archive` that finds papers and says what is known of them; it changes nothing."""

from abc import ABC, abstractmethod
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime

from digidoc.archive.browsing import dossier
from digidoc.archive.browsing.dossier import DossierView
from digidoc.archive.browsing.facets import Facets, facets
from digidoc.archive.catalog import listing, search
from digidoc.archive.catalog.catalog import Catalog
from digidoc.archive.catalog.listing import DossierLine, Listing, PaperLine
from digidoc.archive.catalog.query import Filters
from digidoc.archive.catalog.search import ANY, SearchResult
from digidoc.archive.metadata import clean
from digidoc.archive.store.protocol import FolderStore
from digidoc.errors import UnknownDossier


@dataclass(frozen=True, slots=True)
class Version:
    """A version of an object in the store: its number, such as v2, when and why it was made, and by whom."""

    number: str
    created: datetime
    message: str
    user: str


class BrowsingOfArchive(ABC):
    """See the module."""

    catalog: Catalog
    store: FolderStore

    @abstractmethod
    def system_errors(self) -> AbstractContextManager[None]:
        """See `Archive.system_errors`."""

    def search(self, query: str, limit: int = 20, *, offset: int = 0, filters: Filters = ANY) -> SearchResult:
        """Papers that match, best first; see `digidoc.archive.catalog.search`. No query is an error."""
        return search.search(self.catalog, query, limit, offset=offset, filters=filters)

    def facets(self, query: str, filters: Filters = ANY) -> Facets:
        """How many of the papers that a search finds first are of which type, year, dossier, procedure and state."""
        return facets(self.catalog, query, filters)

    def list_papers(self, filters: Filters = ANY, limit: int | None = None, *, offset: int = 0) -> Listing[PaperLine]:
        """The papers that the filters let through, newest first; refused and withdrawn ones are not among them."""
        return listing.papers(self.catalog, filters, limit, offset)

    def list_dossiers(
        self, filters: Filters = ANY, limit: int | None = None, *, offset: int = 0
    ) -> Listing[DossierLine]:
        """The dossiers that have a paper that the filters let through, newest first."""
        return listing.dossiers(self.catalog, filters, limit, offset)

    def dossier(self, code: str) -> DossierView:
        """What there is to say of a dossier beside its papers: the register's word, and what is out of use.

        Raises:
            UnknownDossier: neither archive nor register know it.

        """
        with self.catalog.reading() as db:
            found = dossier.view(db, clean(code))
        if found is None:
            raise UnknownDossier(dossier=code)
        return found

    def versions(self, object_id: str) -> tuple[Version, ...]:
        """The versions of an object, oldest first; none of an object that is not there.

        Raises:
            ArchiveDamaged: its inventory cannot be read.
            PermissionMissing, StorageError: the system's answer.

        """
        with self.system_errors():
            inventory = self.store.inventory(object_id)
        blocks = () if inventory is None else inventory.versions
        return tuple(
            Version(f"v{number}", block.created, block.message, block.user_name)
            for number, block in enumerate(blocks, 1)
        )
