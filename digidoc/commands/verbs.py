"""All verbs of digidoc, in the order in which the help lists them; mounted here and nowhere else."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from digidoc.archive.archive import Archive


def mount(app: typer.Typer) -> None:
    """Mount every verb, and hand those that need the archive what they need of it."""
    from digidoc.commands import demo, digitize, doctor, ocr
    from digidoc.commands.archive import (
        audit,
        backup,
        fixity,
        import_register,
        init,
        rebuild_index,
        reuse,
        search,
        show,
        status,
    )
    from digidoc.commands.report import report, target
    from digidoc.commands.sign import sign, trust, verify
    from digidoc.commands.sign.sign_archive import ArchivePapers
    from digidoc.commands.sign.verify_archive import ArchiveSignatures

    for verb in (init, search, show, status, backup, fixity, audit, rebuild_index, digitize):
        verb.register(app)
    sign.register(app, ArchivePapers())
    verify.register(app, ArchiveSignatures())
    trust.register(app, _trust_folder)
    import_register.register(app)
    report.register(app, _locate, _sign_pdf)
    target.register(app, _find_root)
    for verb in (reuse, demo, doctor, ocr):
        verb.register(app)


def _locate(folder: Path | None) -> "Archive":
    from digidoc.archive.archive import Archive

    return Archive.locate(folder)


def _find_root(folder: Path | None) -> Path | None:
    """The folder of the named archive, or of the nearest; None when none is named and there is none."""
    from digidoc.archive.folder import located
    from digidoc.errors import NoArchive

    try:
        return located(folder)[0].root
    except NoArchive:
        if folder is not None:
            raise
        return None


def _sign_pdf(folder: Path | None, profile: str, source: Path, out: Path) -> None:
    """Sign a PDF with a profile of the archive; see `digidoc report --sign`."""
    from digidoc.pipeline.signing import opened
    from digidoc.sign.create.pades import sign_file

    with _locate(folder) as archive, opened(archive, profile) as signing:
        sign_file(source, out, signing.key, signing.options)


def _trust_folder(folder: Path | None) -> Path:
    with _locate(folder) as archive:
        return archive.trust_folder
