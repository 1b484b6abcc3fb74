"""Errors of this area: branches of the tree in `digidoc.errors`.

DigidocError
├── UsageError
│   └── OrganisationMissing, AuthorityMissing, UnknownStamp, BadTime
├── InputError
│   └── UnreadableFile
│       └── UnreadableCertificate
├── KeyProblem
│   └── NoPin, WrongPin, KeyUnreadable, CertificateExpired, CertificateNotYetValid, CertificateUnfit
└── SigningError
    └── StampImpossible, TimestampFailed, SelfCheckFailed
"""

from digidoc.errors import ExitCode, KeyProblem, SigningError, UnreadableFile, UsageError
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


class WrongPin(KeyProblem):
    """The PIN or passphrase does not open the key."""

    code = "wrong-pin"
    template = N_("The PIN or passphrase is wrong.")
    hint_template = N_(
        "digidoc stopped at the first wrong PIN, so that a token does not lock. Check it, then try again."
    )


class KeyUnreadable(KeyProblem):
    """No key in the file."""

    code = "key-unreadable"
    template = N_("There is no usable key in it: {reason}.")
    hint_template = N_("A PKCS#12 file (.p12, .pfx) with a private key and its certificate is needed.")


class CertificateExpired(KeyProblem):
    """The signer's certificate is past its end."""

    code = "certificate-expired"
    template = N_("The signer's certificate expired on {when}.")
    hint_template = N_("Ask the certificate authority for a new one. Nothing was signed.")


class CertificateNotYetValid(KeyProblem):
    """The signer's certificate has not begun."""

    code = "certificate-not-yet-valid"
    template = N_("The signer's certificate is valid from {when} only.")
    hint_template = N_("Check the clock of this machine. Nothing was signed.")


class CertificateUnfit(KeyProblem):
    """The certificate may not be used for signing documents."""

    code = "certificate-unfit"
    template = N_("The certificate is not meant for signing documents: {reason}.")
    hint_template = N_("Use a certificate whose key usage has digitalSignature or nonRepudiation.")


class TimestampFailed(SigningError):
    """The time-stamp authority did not answer, or not properly."""

    code = "timestamp"
    exit_code = ExitCode.NETWORK
    template = N_("The time-stamp authority {url} gave no timestamp: {reason}.")
    hint_template = N_("Nothing was signed. Try again later, or ask for level B-B if your rules allow it.")


class SelfCheckFailed(SigningError):
    """The signature just made does not verify."""

    code = "self-check"
    template = N_("The signature just made does not verify: {reason}.")
    hint_template = N_("The signed file was thrown away. Check the key and its certificate.")
