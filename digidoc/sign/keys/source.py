"""What every key is once it is open, wherever it lies."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from digidoc.sign.algorithms import Digest, Scheme

if TYPE_CHECKING:
    from types import TracebackType


class RawSigner(Protocol):
    """What signs."""

    async def sign(self, data: bytes, digest: Digest, scheme: Scheme) -> bytes:
        """The signature value over `data`, which is hashed with `digest`.

        RSA: as long as the modulus; with PSS the mask is MGF1 with the same digest and the salt as long as the digest
        (RFC 4055, 3.1). ECDSA: DER, `SEQUENCE {r, s}` (RFC 5480).

        Calls may run side by side and from any event loop: a device takes them in turn, a signing service together.

        Raises:
            SchemeImpossible: `scheme` is not one of the key's, or the device lacks it for this digest.
            KeyProblem: of another kind; the device or the service said no, or is gone.

        """


@dataclass(frozen=True, slots=True)
class OpenKey:
    """A key that is ready to sign.

    Attributes:
        raw: what signs.
        name: the signer as the certificate names it (its common name, or the whole subject).
        certificate: of the signer, DER.
        chain: other certificates, DER, as far as the key brings them: without the signer's; may be empty.
        not_after: end of the certificate.
        schemes: what the key and its device can do, best first (PSS before PKCS#1 v1.5); never empty.
        notes: what a person should know before signing; marked English sentences, to be translated when shown.

    """

    raw: RawSigner
    name: str
    certificate: bytes
    chain: tuple[bytes, ...]
    not_after: datetime
    schemes: tuple[Scheme, ...]
    notes: tuple[str, ...] = ()


class KeySource(Protocol):
    """Where a key lies; opening it may ask for a PIN, once, and checks the certificate."""

    def __enter__(self) -> OpenKey:
        """Open the key.

        Raises:
            KeyProblem: of one of its kinds; nothing was signed.
            DependencyMissing: a library that this kind of key needs is not there.
            FileMissing, PermissionMissing: the key file cannot be read.

        """

    def __exit__(
        self, kind: "type[BaseException] | None", error: BaseException | None, trace: "TracebackType | None"
    ) -> None:
        """Close what was opened."""
