"""Which folders are dossiers: those that the register knows, those whose name has the form of a code, and others."""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import PurePath
from typing import Final

from digidoc.text import nfc

# Codes of one-stop systems are AGENCY-YYMMDD-NUMBER: four digits on a province's system, six or seven on a ministry's.
_CODE: Final = re.compile(r"[0-9A-Z]{1,10}(?:\.[0-9A-Z]{1,10})*-([0-9]{6})-(?:[0-9]{4}|[0-9]{6,7})")

Known = Callable[[Iterable[str]], set[str]]


def is_code(name: str) -> bool:
    """Whether a name has the form of a dossier's code, such as H17.12-260105-0012."""
    found = _CODE.fullmatch(name)
    if found is None:
        return False
    try:
        datetime.strptime(found[1], "%y%m%d").replace(tzinfo=UTC)
    except ValueError:
        return False
    return True


def unknown(_codes: Iterable[str]) -> set[str]:
    """Which of some codes the register has, where none was imported."""
    return set()


class DossierFolders:
    """Says of each file which dossier its folders make it belong to.

    Args:
        known: which of some codes the register has.

    Attributes:
        unlike: names of folders that were taken as dossiers though they are no codes.

    """

    def __init__(self, known: Known) -> None:
        self.unlike: set[str] = set()
        self._known = known
        self._answers: dict[str, bool] = {}

    def place(self, root: str, inside: PurePath) -> tuple[str | None, str]:
        """Dossier and name of a file.

        The outermost folder that is a dossier's counts; folders within it are parts of the name. Where there is none,
        the folder directly below the root is taken as a dossier, and noted.

        Args:
            root: name of the folder that was named on the command line.
            inside: path of the file from there.

        """
        parts = [nfc(part) for part in inside.parts]
        if self._is_dossier(nfc(root)):
            return nfc(root), "/".join(parts)
        for depth, folder in enumerate(parts[:-1]):
            if self._is_dossier(folder):
                return folder, "/".join(parts[depth + 1 :])
        if len(parts) == 1:
            return None, parts[0]
        self.unlike.add(parts[0])
        return parts[0], "/".join(parts[1:])

    def _is_dossier(self, name: str) -> bool:
        if name not in self._answers:
            self._answers[name] = is_code(name) or name in self._known([name])
        return self._answers[name]
