"""How an archive takes part in `digidoc sign`."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from digidoc.commands.console import Reporter
from digidoc.errors import NoArchive
from digidoc.i18n import tr as _

if TYPE_CHECKING:
    from digidoc.commands.sign.sign import OpenCrew
    from digidoc.pipeline.selection import Selection
    from digidoc.sign.create.batch import Signed


class ArchivePapers:
    """Signs papers of an archive: see `digidoc.commands.sign.sign.ArchiveSigner`."""

    def profiles(self, folder: Path | None) -> tuple[Mapping[str, Mapping[str, Any]], Path]:
        """The signing profiles of the archive, and its folder."""
        from digidoc.archive.folder import located

        try:
            layout, settings = located(folder)
        except NoArchive:
            if folder is not None:
                raise
            return {}, Path()
        return settings.sign, layout.root

    def sign(self, selection: "Selection", opened: "OpenCrew", voice: Reporter) -> "Signed":
        """Sign the papers that are meant and file them.

        Raises:
            NoArchive, ArchiveLocked: there is none, another process writes to it.
            UnknownPaper, UnknownDossier, UsageError: see `selected`.
            KeyProblem: PIN, key or certificate.

        """
        from digidoc.archive.archive import Archive
        from digidoc.errors import ExitCode
        from digidoc.outcome import Batch
        from digidoc.pipeline.papers import clear_left, selected, sign_papers
        from digidoc.sign.create.batch import Signed

        # The lock comes before the PIN: nobody types one for nothing.
        with Archive.locate(selection.folder) as archive, archive.writing():
            papers = selected(archive, selection)
            if not papers:
                clear_left(archive, lambda _folder, _paper: False)
                return Signed(Batch(()), ExitCode.OK)
            with opened(len(papers)) as crew, voice.progress(_("Signing"), _("papers")) as bar:
                return sign_papers(archive, papers, crew, bar)
