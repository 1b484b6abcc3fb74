"""Errors of this area: branches of the tree in `digidoc.errors`.

DigidocError
└── ScanError
    └── NoDossiers                    no sheet to be printed
"""

from digidoc.errors import DigidocError
from digidoc.i18n import N_


class ScanError(DigidocError):
    """Something about sheets, scanners and stacks."""

    code = "scan"


class NoDossiers(ScanError):
    """The register has no dossier that a sheet was asked for."""

    code = "no-dossiers"
    template = N_("The register has no such dossiers, so there is no sheet to print.")
    hint_template = N_("`digidoc import` brings the register; name dossiers, or ask for others.")
