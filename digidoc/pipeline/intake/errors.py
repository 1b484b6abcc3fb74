"""Errors of this area: branches of the tree in `digidoc.errors`.

DigidocError
└── InputError
    └── UnclearFolder, PartOfArchive, WithdrawnBefore
"""

from digidoc.errors import InputError
from digidoc.i18n import N_


class UnclearFolder(InputError):
    """A folder of papers of which nobody has said to which dossier they belong."""

    code = "unclear-folder"
    final = False
    template = N_(
        "Papers in it: {papers}. It is not clear which dossier they belong to, for its name is no dossier code that the"
        " register or the archive's settings know. None of them was taken."
    )
    hint_template = N_(
        "Name their dossier with `--dossier CODE`, or file them without one with `--loose`; or import the register, or"
        " say in the archive's digidoc.toml how codes are written (`dossier_code`)."
    )


class PartOfArchive(InputError):
    """A folder of the archive itself was to be digitized."""

    code = "part-of-archive"
    final = False
    template = N_("This is the archive itself, or a folder of it: what lies there is filed already.")
    hint_template = N_("Name the folder with the scans.")


class WithdrawnBefore(InputError):
    """The file of a paper that a person has taken out of use came again."""

    code = "withdrawn-before"
    template = N_("The paper was withdrawn before, and is not filed again.")
    hint_template = N_("`digidoc paper restore {paper}` brings it back.")
