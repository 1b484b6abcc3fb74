"""Errors of this area: a branch of the tree in `digidoc.errors`.

DigidocError
└── InputError
    └── ReturnUnusable
"""

from digidoc.errors import InputError
from digidoc.i18n import N_


class ReturnUnusable(InputError):
    """A report that cannot be added to the others."""

    code = "return-unusable"
    template = N_("This report cannot be added to the others: {reason}.")
    hint_template = N_(
        "Ask for a new one, made with `digidoc report --json` for the same period and the same requirement."
    )
