"""Errors of the archive that only this area raises; the tree is in `digidoc.errors`.

ArchiveError
└── ReuseRefused   a paper that must not be tied to a dossier
"""

from digidoc.errors import ArchiveError
from digidoc.i18n import N_


class ReuseRefused(ArchiveError):
    """The paper, or the dossier, is not one that a paper can be reused for."""

    code = "reuse-refused"
    template = N_("The paper {paper} cannot be reused: {reason}.")
    hint_template = N_("`digidoc reuse find --all` shows which papers of an owner are valid, and why others are not.")
