"""What splitting and merging share: papers that are made of the pages of others, which are set aside."""

from collections.abc import Sequence
from typing import Final

from digidoc.archive.catalog.reuse_links import EVENT as LINK
from digidoc.archive.catalog.signature_checks import KIND as CHECKED
from digidoc.errors import ArchiveDamaged, UnknownPaper
from digidoc.i18n import N_
from digidoc.model import Event, PaperRecord
from digidoc.pipeline.operate.change import Change, operation_of
from digidoc.pipeline.operate.composed import Bound
from digidoc.pipeline.review.application import history_of, reading_of
from digidoc.pipeline.signing import MADE as SIGNED
from digidoc.pipeline.stored import file_of

# The signed file stays with the paper that is set aside.
_OF_SIGNATURES: Final = (SIGNED, CHECKED)


class Remade(Change):
    """See the module."""

    def check(self) -> None:
        """See `Change.check`; a paper that came signed is evidence as it is."""
        super().check()
        for record in self.records:
            if not self.done(record.paper_id) and file_of(record, "searchable") is None:
                raise self.refused(N_("it came signed, and stays as it came"), record)

    def check_targets(self) -> None:
        """See whether there is room for the new papers.

        Raises:
            OperationRefused: one of them is there.

        """
        for target in self.targets():
            if not self.done(target) and self._in_use(target):
                raise self.refused(N_("the same paper is there already: {other}"), other=target)

    def _in_use(self, paper: str) -> bool:
        try:
            return self.archive.paper(paper).state.counts
        except UnknownPaper:
            return False

    def made_before(self) -> Sequence[str]:
        """Ids of the papers that this operation came to, as far as it was carried out before."""
        events = (operation_of(record, self.operation.id) for record in self.records)
        return next((tuple(map(str, event.detail.get("to", ()))) for event in events if event is not None), ())

    def bound(self, record: PaperRecord) -> Bound:
        """A paper that gives pages, with what is known of them.

        Raises:
            ArchiveDamaged: a file of it is not what was filed.

        """
        files = self.intact(record)
        reading = reading_of(self.archive, record)
        if len(reading.pages) != len(record.pages):
            raise ArchiveDamaged(
                file=files.get("text", self.archive.root), reason=N_("the text of some pages is missing")
            )
        return Bound(record, reading, history_of(self.archive, record))

    def history(self, *, linked: bool) -> tuple[Event, ...]:
        """See `Change.carried`; `linked`: whether links for reuse go along."""
        left = _OF_SIGNATURES if linked else (*_OF_SIGNATURES, LINK)
        return tuple(event for event in self.carried() if event.kind not in left)
