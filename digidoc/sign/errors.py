"""Errors of this area: branches of the tree in `digidoc.errors`.

DigidocError
├── UsageError
│   └── OrganisationMissing, AuthorityMissing, UnknownStamp, BadTime
├── InputError
│   └── UnreadableFile
│       └── UnreadableCertificate
├── KeyProblem
│   └── NoPin
└── SigningError
    └── StampImpossible
"""

from digidoc.errors import KeyProblem, SigningError, UnreadableFile, UsageError
from digidoc.i18n import N_


class NoPin(KeyProblem):
    """There is neither a PIN file nor a terminal to ask on."""

    code = "no-pin"
    template = N_("There is no PIN or passphrase for the key, and no terminal to ask for it.")
    hint_template = N_("Write it into the first line of a file that only you may read, and name that with --pin-file.")


class UnreadableCertificate(UnreadableFile):
    """A file of certificates to trust that holds none."""

    code = "unreadable-certificate"
    template = N_("It holds no certificate, or a damaged one.")
    hint_template = N_("Name a PEM or DER file with X.509 certificates.")


class OrganisationMissing(UsageError):
    """A stamp names the organisation that signs (NĐ 30/2020/NĐ-CP, annex I)."""

    code = "organisation-missing"
    template = N_("The stamp {stamp} has to name the organisation that signs, and none is given.")
    hint_template = N_("Name it with --organisation, or as `organisation` in the profile.")


class UnknownStamp(UsageError):
    """A form of copy that NĐ 30/2020/NĐ-CP does not know."""

    code = "unknown-stamp"
    template = N_("There is no form of copy {words}.")
    hint_template = N_("Known: {known}, or none.")


class AuthorityMissing(UsageError):
    """Level B-T without a time-stamp authority."""

    code = "authority-missing"
    template = N_("Level B-T needs a time-stamp authority, and none is named.")
    hint_template = N_("Name it with --tsa URL, or as `tsa` in the profile.")


class BadTime(UsageError):
    """Not a moment in ISO 8601."""

    code = "bad-time"
    template = N_("{words} is no time.")
    hint_template = N_("Write it like 2025-03-31 or 2025-03-31T16:45:00+07:00.")


class StampImpossible(SigningError):
    """The stamp cannot be set in any font that is there."""

    code = "stamp"
    template = N_("The stamp cannot be written: no font has the letters {letters}.")
    hint_template = N_(
        "Install the font Tinos or Times New Roman, or change the organisation's name. Nothing was signed."
    )
