"""Which dossiers a sheet may name: those of the register, of the archive, and codes where there is no register."""

from collections.abc import Iterable

from digidoc.archive.archive import Archive
from digidoc.errors import UnknownDossier


def unknown_dossiers(archive: Archive, codes: Iterable[str]) -> set[str]:
    """Those of the codes that nothing in the archive speaks for."""
    asked = set(codes)
    left = asked - archive.known_dossiers(asked)
    if not archive.has_register():
        left = {code for code in left if archive.config.dossier_code.code_of(code) is None}
    return {code for code in left if not _has_papers(archive, code)}


def _has_papers(archive: Archive, code: str) -> bool:
    try:
        return bool(archive.papers_of(code))
    except UnknownDossier:
        return False
