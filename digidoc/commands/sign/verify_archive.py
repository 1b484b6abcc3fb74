"""How an archive takes part in `digidoc verify`: where sign and archive meet."""

from pathlib import Path
from typing import TYPE_CHECKING

from digidoc import config
from digidoc.commands import console
from digidoc.engine.opening import open_engine
from digidoc.i18n import current
from digidoc.i18n import tr as _

if TYPE_CHECKING:
    from digidoc.sign.validate.batch import How, Verified


class ArchiveSignatures:
    """The archive behind `digidoc verify`; see `ArchiveVerifier`."""

    def trust(self, folder: Path) -> tuple[Path, ...]:
        """See `ArchiveVerifier.trust`.

        Raises:
            NoArchive, ArchiveNewer, BadConfiguration, ArchiveDamaged: see `Archive.locate`.

        """
        from digidoc.archive.archive import Archive
        from digidoc.pipeline.verify import trusted

        with Archive.locate(folder) as opened:
            return trusted(opened)

    def verify(
        self, folder: Path | None, how: "How", jobs: int | None, voice: console.Reporter, *, everything: bool
    ) -> "Verified":
        """See `ArchiveVerifier.verify`.

        Raises:
            NoArchive, ArchiveNewer, BadConfiguration, ArchiveDamaged: see `Archive.locate`.
            DigidocError: the catalogue cannot be written.

        """
        from digidoc.archive.archive import Archive
        from digidoc.pipeline.verify import verify_archive

        with Archive.locate(folder) as opened, opened.system_errors():
            settings = config.load({"jobs": jobs}, opened.config.settings)
            engine = open_engine(settings.jobs, current())
            with voice.progress(_("Verifying"), _("files")) as bar:
                return verify_archive(opened, how, engine, bar, everything=everything)
