"""Which folders are dossiers: those the register knows, and those whose name is a code as the office writes them."""

from collections.abc import Callable, Iterable
from pathlib import PurePath
from typing import TYPE_CHECKING, Self

from digidoc.formats.dossier_code import DEFAULT_PATTERN, DossierCode
from digidoc.text import nfc

if TYPE_CHECKING:
    from digidoc.archive.archive import Archive

Known = Callable[[Iterable[str]], set[str]]


def unknown(_codes: Iterable[str]) -> set[str]:
    """Which of some codes the register has, where none was imported."""
    return set()


class DossierFolders:
    """Says of each file which dossier its folders make it belong to.

    Args:
        known: which of some codes the register has.
        form: how the office writes its codes; None for the form of one-stop systems.

    """

    def __init__(self, known: Known = unknown, form: DossierCode | None = None) -> None:
        self._known = known
        self._form = DossierCode.read(DEFAULT_PATTERN) if form is None else form
        self._answers: dict[str, str | None] = {}

    @classmethod
    def of(cls, archive: "Archive") -> Self:
        """By the register of an archive, and by its settings."""
        return cls(archive.known_dossiers, archive.config.dossier_code)

    def code(self, name: str) -> str | None:
        """The dossier that a folder of this name is; None when it is none.

        Blanks around the name and its capitals do not count: the register's spelling does, else the office's form.
        """
        tidied = nfc(name).strip()
        if tidied not in self._answers:
            spellings = tuple(dict.fromkeys((tidied, tidied.upper())))
            known = self._known(spellings)
            spelt = next((spelling for spelling in spellings if spelling in known), None)
            self._answers[tidied] = self._form.code_of(tidied) if spelt is None else spelt
        return self._answers[tidied]

    def above(self, folder: PurePath) -> tuple[str, PurePath] | None:
        """The dossier that a folder is, or lies in, and the folder that is the dossier's; None for no dossier.

        Args:
            folder: absolute, as the user sees it: a link has the name that it was given.

        """
        for place in (folder, *folder.parents):
            code = self.code(place.name)
            if code is not None:
                return code, place
        return None

    def inside(self, path: PurePath) -> tuple[str, str] | None:
        """Dossier and name of a file below a folder that lies in no dossier; None when no folder on the way is one.

        The outermost folder that is a dossier's counts; folders within it are parts of the name.

        Args:
            path: of the file, from that folder.

        """
        for depth, folder in enumerate(path.parts[:-1]):
            code = self.code(folder)
            if code is not None:
                return code, nfc(PurePath(*path.parts[depth + 1 :]).as_posix())
        return None
