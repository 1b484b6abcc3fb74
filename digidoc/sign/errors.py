"""Errors of this area: branches of the tree in `digidoc.errors`.

DigidocError
├── UsageError
│   └── OrganisationMissing, AuthorityMissing, UnknownStamp, StampMixed, BadStampPlace, BadTime, OutputTwice,
│       FingerprintDiffers, UnknownPin, ConfirmationMissing
├── InputError
│   ├── NothingToVerify
│   ├── UnsupportedFormat
│   │   └── NotAPdf
│   └── UnreadableFile
│       ├── UnreadableCertificate, PinBroken, NotAnAuthority
│       └── UnfitPicture
├── KeyProblem
│   ├── NoPin, PinUnreadable, WrongPin, PinImpossible, PinLocked, PinExpired
│   ├── KeyUnreadable, KeyMissing, KeyAmbiguous, SchemeImpossible
│   ├── CertificateExpired, CertificateNotYetValid, CertificateUnfit, CertificateRevoked
│   ├── TokenMissing, TokenAmbiguous, TokenGone, TokenFailed
│   └── RemoteRefused, RemoteUnreachable
├── DependencyMissing
│   └── TokenModuleMissing, KeyringMissing
└── SigningError
    └── StampImpossible, StampOverPrint, NoRoomForStamp, SignerAddressed, TimestampFailed,
        ValidationDataMissing, SigningForbidden, SelfCheckFailed,
        BatchRunning, BatchStopped, JournalDamaged, OutputIsInput, NothingToSign
"""

from digidoc.errors import (
    DependencyMissing,
    ExitCode,
    InputError,
    KeyProblem,
    SigningError,
    UnreadableFile,
    UnsupportedFormat,
    UsageError,
)
from digidoc.i18n import N_


class NoPin(KeyProblem):
    """There is neither a PIN file nor a terminal to ask on."""

    code = "no-pin"
    template = N_("There is no PIN or passphrase for the key, and no terminal to ask for it.")
    hint_template = N_(
        "Write it into the first line of a file that only you can read, and name that file with --pin-file."
    )


class PinUnreadable(KeyProblem):
    """The place that was named for the PIN cannot be read."""

    code = "pin-unreadable"
    template = N_("The PIN could not be read from {source}: {reason}.")
    hint_template = N_("Name one place that holds the PIN: --pin-file, --pin-fd or the keyring.")


class KeyringMissing(DependencyMissing):
    """No keyring on this machine."""

    code = "keyring-missing"
    template = N_("This machine has no keyring that digidoc can read: {reason}.")
    hint_template = N_("Keep the PIN in a file that only you can read, and name that file with --pin-file.")


class NotAPdf(UnsupportedFormat):
    """A file to be signed that is no PDF, whatever its name says."""

    code = "not-a-pdf"
    template = N_("It is not a PDF, and only PDF files can be signed.")
    hint_template = N_("Make a PDF of it first; for scans, use `digidoc ocr`.")


class UnreadableCertificate(UnreadableFile):
    """A file of certificates to trust that holds none."""

    code = "unreadable-certificate"
    template = N_("It contains no certificate, or a damaged one.")
    hint_template = N_("Name a PEM or DER file that contains X.509 certificates.")


class OrganisationMissing(UsageError):
    """A stamp names the organisation that signs (NĐ 30/2020/NĐ-CP, annex I)."""

    code = "organisation-missing"
    template = N_("The stamp {stamp} has to name the organisation that signs, and none is given.")
    hint_template = N_("Name it with --organisation, or as `organisation` in the profile.")


class UnknownStamp(UsageError):
    """A form of copy that NĐ 30/2020/NĐ-CP does not know."""

    code = "unknown-stamp"
    template = N_("digidoc knows no form of copy named {words}.")
    hint_template = N_("Known: {known}, or none.")


class StampMixed(UsageError):
    """A stamp of text and pictures at once, or of neither."""

    code = "stamp-mixed"
    template = N_(
        "A stamp shows either the text of a copy or pictures of a signature and a seal: choose one of the two."
    )
    hint_template = N_(
        "Under Decree 30/2020/NĐ-CP an organisation signs a copy without a picture. To have both, sign twice."
    )


class BadStampPlace(UsageError):
    """A place or size of a stamp that no page has."""

    code = "stamp-place"
    template = N_("{words} cannot be the place or size of a stamp.")
    hint_template = N_(
        "Give x and y together, in millimetres from the left and upper edges. Pages count from 1; -1 is the last page."
    )


class UnfitPicture(UnreadableFile):
    """A picture of a signature or a seal that cannot go on a page."""

    code = "stamp-picture"
    template = N_("It cannot be used as a signature or a seal: {reason}.")
    hint_template = N_("Save it as a PNG with a transparent background. Nothing was signed.")


class AuthorityMissing(UsageError):
    """Level B-T or more without a time-stamp authority."""

    code = "authority-missing"
    template = N_("Level {level} needs a time-stamp authority, and none was given.")
    hint_template = N_("Name it with --tsa URL, or as `tsa` in the profile.")


class BadTime(UsageError):
    """Not a moment in ISO 8601."""

    code = "bad-time"
    template = N_("{words} is not a date or time.")
    hint_template = N_("Write it like 2025-03-31 or 2025-03-31T16:45:00+07:00.")


class StampImpossible(SigningError):
    """The stamp cannot be set in any font that is there."""

    code = "stamp"
    template = N_("The stamp cannot be written: no font has the letters {letters}.")
    hint_template = N_(
        "Install the font Tinos or Times New Roman, or change the organisation's name. Nothing was signed."
    )


class StampOverPrint(SigningError):
    """The place that was named for a stamp has print or pictures on it."""

    code = "stamp-over-print"
    template = N_(
        "On page {page} the stamp would lie over what is there already, {left} to {right} mm from the left edge and "
        "{top} to {bottom} mm from the upper edge."
    )
    hint_template = N_("Name a free place with stamp_x_mm and stamp_y_mm, or none. Nothing was signed.")


class NoRoomForStamp(SigningError):
    """A page without a free place for a stamp where one belongs."""

    code = "stamp-no-room"
    template = N_(
        "On page {page} there is no free place for the stamp ({width} × {height} mm): it would lie over print."
    )
    hint_template = N_(
        "Name a free place with stamp_page, stamp_x_mm and stamp_y_mm in the profile, or sign without a stamp. "
        "Nothing was signed."
    )


class SignerAddressed(SigningError):
    """Pictures of a signature or a seal on a letter to the one who signs."""

    code = "stamp-addressee"
    template = N_("The document is addressed to {name}, who signs, and has no place for this signature or seal.")
    hint_template = N_(
        "Name the place with stamp_page, stamp_x_mm and stamp_y_mm in the profile, or sign without pictures. "
        "Nothing was signed."
    )


class WrongPin(KeyProblem):
    """The PIN or passphrase does not open the key."""

    code = "wrong-pin"
    template = N_("The PIN or passphrase is wrong.")
    hint_template = N_(
        "digidoc stopped after one wrong PIN, because several would lock a token. Check the PIN, then try again."
    )


class PinImpossible(KeyProblem):
    """The token does not take a PIN like this one; it was not counted as a try."""

    code = "pin-impossible"
    template = N_("The token does not accept a PIN of this length or with these characters.")
    hint_template = N_("Check the PIN: an extra space or line break in a PIN file is enough to cause this.")


class PinLocked(KeyProblem):
    """The token let too many wrong PINs pass."""

    code = "pin-locked"
    template = N_("The PIN of the token is locked.")
    hint_template = N_("Ask whoever issued the token to unlock it (SO PIN or PUK). Nothing was signed.")


class PinExpired(KeyProblem):
    """The token wants a new PIN first."""

    code = "pin-expired"
    template = N_("The PIN of the token has to be changed before it signs.")
    hint_template = N_("Change it with the program that came with the token.")


class KeyUnreadable(KeyProblem):
    """No key in the file."""

    code = "key-unreadable"
    template = N_("No usable key was found: {reason}.")
    hint_template = N_("A private key with its certificate is needed: a PKCS#12 file (.p12, .pfx) or PEM files.")


class KeyMissing(KeyProblem):
    """The token or the service has no such key."""

    code = "key-missing"
    template = N_("There is no key {name} on the token.")
    hint_template = N_("Found: {known}.")


class KeyAmbiguous(KeyProblem):
    """Several keys, and none was named."""

    code = "key-ambiguous"
    template = N_("There are several keys on the token: {known}.")
    hint_template = N_("Name one with key_label or key_id in the profile.")


class SchemeImpossible(KeyProblem):
    """The key, or the device it lies in, cannot sign with the scheme and digest that are asked for."""

    code = "scheme-impossible"
    template = N_("The key cannot sign with {scheme} and {digest}.")
    hint_template = N_("Choose another scheme or digest. Nothing was signed.")


class TokenModuleMissing(DependencyMissing):
    """The library of a token (PKCS#11 module) cannot be loaded."""

    code = "token-module"
    template = N_("The library of the token cannot be loaded: {reason}.")
    hint_template = N_("Install the program that came with the token, and name its library in `token`.")


class TokenMissing(KeyProblem):
    """No token, or not the one that was named."""

    code = "token-missing"
    template = N_("No token {name} is connected to this computer.")
    hint_template = N_("Plug it in, then try again. Found: {known}.")


class TokenAmbiguous(KeyProblem):
    """Several tokens, and none was named."""

    code = "token-ambiguous"
    template = N_("Several tokens are connected to this computer: {known}.")
    hint_template = N_("Name one with token_label or token_serial in the profile.")


class TokenGone(KeyProblem):
    """The token was pulled out, or its session ended, after it had been opened."""

    code = "token-gone"
    template = N_("The token is no longer there: it was unplugged, or another program ended its session.")
    hint_template = N_("Plug it in and run the same command again; files already signed are kept.")


class TokenFailed(KeyProblem):
    """The token refused."""

    code = "token-failed"
    template = N_("The token refused: {reason}.")
    hint_template = N_("Unplug it, plug it in again and try once more. If that does not help, ask whoever issued it.")


class RemoteRefused(KeyProblem):
    """A remote signing service said no."""

    code = "remote-refused"
    template = N_("The signing service {url} refused: {reason}.")
    hint_template = N_("Check the credential, the access token and the PIN with the provider. Nothing was signed.")


class RemoteUnreachable(KeyProblem):
    """A remote signing service did not answer, or not in its language."""

    code = "remote-unreachable"
    exit_code = ExitCode.NETWORK
    template = N_("The signing service {url} gave no usable answer: {reason}.")
    hint_template = N_("Check the network and the address, then run the same command again.")


class CertificateExpired(KeyProblem):
    """The signer's certificate is past its end."""

    code = "certificate-expired"
    template = N_("The signer's certificate expired on {when}.")
    hint_template = N_("Ask the certificate authority for a new one. Nothing was signed.")


class CertificateNotYetValid(KeyProblem):
    """The signer's certificate has not begun."""

    code = "certificate-not-yet-valid"
    template = N_("The signer's certificate is not valid before {when}.")
    hint_template = N_("Check the clock of this computer. Nothing was signed.")


class CertificateRevoked(KeyProblem):
    """The authority took the certificate back."""

    code = "certificate-revoked"
    template = N_("The signer's certificate was revoked on {when}.")
    hint_template = N_(
        "It must no longer be used for signing. Ask the certificate authority for a new one. Nothing was signed."
    )


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


class ValidationDataMissing(SigningError):
    """Level B-LT without all certificates and revocation information."""

    code = "validation-data"
    exit_code = ExitCode.NETWORK
    template = N_("The certificates and revocation data that later verification needs could not be obtained: {reason}.")
    hint_template = N_("Nothing was signed. Try again later, or ask for level B-T if your rules allow it.")


class SigningForbidden(SigningError):
    """An earlier signature allows no further one."""

    code = "signing-forbidden"
    template = N_("An earlier signature does not allow the file to be signed again: {reason}.")
    hint_template = N_("The input is unchanged. Ask whoever signed it for a copy that allows further signatures.")


class SelfCheckFailed(SigningError):
    """The signature just made does not verify."""

    code = "self-check"
    template = N_("The signature that was just made is not valid: {reason}.")
    hint_template = N_("The signed file was deleted. Check the key and its certificate.")


class OutputTwice(UsageError):
    """Two inputs whose signed files would have one name."""

    code = "output-twice"
    template = N_("Two files would be signed into this one: {first} and {second}.")
    hint_template = N_("Sign them into two folders. Nothing was signed.")


class OutputIsInput(SigningError):
    """The signed file would take the place of what is to be signed."""

    code = "output-is-input"
    template = N_("The signed file would overwrite its original.")
    hint_template = N_("Choose another name or another folder. Nothing was signed.")


class BatchRunning(SigningError):
    """Another process signs into the folder."""

    code = "batch-running"
    template = N_("Another digidoc is signing files into this folder.")
    hint_template = N_("Wait until it has finished, or choose another folder.")


class BatchStopped(SigningError):
    """Several files in a row got no timestamp or no validation data, and the others were not tried."""

    code = "batch-stopped"
    exit_code = ExitCode.NETWORK
    template = N_("{count} files in a row got no answer from an authority; the others were not tried.")
    hint_template = N_("Run the same command again when the authority answers; work that is finished is kept.")


class JournalDamaged(SigningError):
    """The journal of an unfinished batch cannot be read."""

    code = "journal"
    template = N_(
        "The journal of an unfinished batch cannot be read: digidoc cannot tell which signed files are its own."
    )
    hint_template = N_("Sign into another folder, or move the journal and the signed files away.")


class NothingToSign(SigningError):
    """A paper of the archive that has no PDF of ours."""

    code = "nothing-to-sign"
    template = N_("The paper {paper} has no searchable PDF that could be signed: it was signed when it came.")
    hint_template = N_("It is kept as it is; `digidoc verify` says whether its signatures are valid.")


class NothingToVerify(InputError):
    """A folder without a PDF."""

    code = "nothing-to-verify"
    template = N_("There is no PDF file in this folder.")
    hint_template = N_("Name the files, or a folder that has some.")


class PinBroken(UnreadableFile):
    """A file of the trust folder holds another certificate than the one that was confirmed."""

    code = "pin-broken"
    template = N_("It contains a different certificate from the one that `digidoc trust add` stored.")
    hint_template = N_("Somebody replaced it. Delete the file, and add the certificate again from its source.")


class NotAnAuthority(UnreadableFile):
    """A certificate that no chain can end in or pass through."""

    code = "not-an-authority"
    template = N_("{name} is the certificate of a person or an office, not of an authority that issues certificates.")
    hint_template = N_("Add the root certificate of the authority that issued it. Nothing was added.")


class FingerprintDiffers(UsageError):
    """A certificate that was named by its SHA-256 is not in the files."""

    code = "fingerprint"
    template = N_("No certificate in the files has the SHA-256 {sha256}.")
    hint_template = N_("Compare the fingerprint with the authority's publication. Nothing was added.")


class UnknownPin(UsageError):
    """The beginning of a SHA-256 that names no certificate, or several."""

    code = "unknown-pin"
    template = N_("{prefix} does not stand for exactly one certificate that can be removed: {count} were found.")
    hint_template = N_("`digidoc trust list` shows them; give at least the first six digits.")


class ConfirmationMissing(UsageError):
    """Trust is given by a person who has compared the fingerprint."""

    code = "confirmation"
    template = N_("The certificates could not be confirmed: there is no terminal to ask on, and no SHA-256 was given.")
    hint_template = N_("Name each certificate with --sha256, or accept all of them with --yes. Nothing was added.")
