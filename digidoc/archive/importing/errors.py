"""What can be wrong with a file that is imported into the register: a branch of the tree in `digidoc.errors`.

DigidocError
└── InputError
    └── TableUnusable, BadRow

CellError is caught where a row is read, and becomes a BadRow.
"""

from digidoc.errors import InputError
from digidoc.i18n import N_


class TableUnusable(InputError):
    """A file that is no register: nothing of it was imported."""

    code = "table-unusable"
    template = N_("It cannot be imported: {reason}.")
    hint_template = N_("Nothing was imported from it. `digidoc import --help` shows which columns the file needs.")


class BadRow(InputError):
    """One row of a file; the other rows are taken."""

    code = "bad-row"
    template = N_("Line {line}, {column}: {reason}.")
    hint_template = N_("The row was left out. Correct it and import the file again.")


class CellError(Exception):
    """A value of a row that cannot be used.

    Args:
        name: which value, by the name of the field.
        reason: a marked message; its places are filled from `values`.

    """

    def __init__(self, name: str, reason: str, **values: object) -> None:
        super().__init__(name, reason)
        self.name, self.reason, self.values = name, reason, values
