"""What stands in a workbook of papers to be reviewed: its columns, and the words that its cells may hold.

A second sheet, hidden, says which column is which and what the words mean. So a workbook is read back by what it says
of itself, in whatever language it was made, also when columns were moved.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Final

from digidoc.archive.corrections import How
from digidoc.i18n import tr as _

FORMAT: Final = "digidoc.review-sheet/1"
HIDDEN: Final = "digidoc"  # name of the sheet that says what is what
#: What a cell of the column `how` may say besides how a field was settled: the whole paper has to be scanned again.
RESCAN: Final = "rescan"
#: In the column `name`: the row stands for the paper as a whole.
PAPER: Final = "paper"

# Columns that say which value of which paper a row is about; their titles are these names.
IDS: Final = (
    "paper", "place", "name", "page", "box", "version", "text_sha256", "was", "blind", "register", "months",
    "whole",
)  # fmt: skip
CHECK: Final = "check"  # a digest of them: who changes one by accident is told
_CHECK_LENGTH: Final = 16


def titles() -> Mapping[str, str]:
    """The columns that people read and fill in, in order."""
    return {
        "dossier": _("Dossier"),
        "file": _("File"),
        "label": _("Field"),
        "picture": _("On the paper"),
        "shown": _("Read as"),
        "value": _("Right value"),
        "right": _("Read right (x)"),
        "how": _("Otherwise"),
    }


def choices() -> Mapping[str, str]:
    """What the column `how` offers, by its code."""
    return {
        How.BLANK.value: _("nothing there on the paper"),
        How.UNREADABLE.value: _("cannot be read"),
        How.REMOVED.value: _("no such field: remove"),
        RESCAN: _("paper to be scanned again"),
    }


def check(ids: Sequence[str]) -> str:
    """The digest of the ids of a row."""
    return hashlib.sha256("\x1f".join(ids).encode()).hexdigest()[:_CHECK_LENGTH]
