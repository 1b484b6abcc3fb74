"""How a PKCS#11 token is asked for a signature: which of its mechanisms, with what data (PKCS#11 v2.40, mechanisms)."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from digidoc.sign.algorithms import Digest, Scheme, ecdsa_of_halves

# DER of a DigestInfo up to the digest (RFC 8017, 9.2, note 1).
_DIGEST_INFO: Final[dict[Digest, bytes]] = {
    "sha256": bytes.fromhex("3031300d060960864801650304020105000420"),
    "sha384": bytes.fromhex("3041300d060960864801650304020205000430"),
    "sha512": bytes.fromhex("3051300d060960864801650304020305000440"),
}


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to get a signature.

    Attributes:
        mechanism: of the token (`pkcs11.Mechanism`).
        parameter: of the mechanism.
        digest: that the data is hashed with here; None: the token does it.
        prefix: what stands before the digest.
        halves: the token gives r and s of ECDSA side by side.

    """

    mechanism: Any
    parameter: Any = None
    digest: Digest | None = None
    prefix: bytes = b""
    halves: bool = False

    def prepare(self, data: bytes) -> bytes:
        """What the token is given."""
        return data if self.digest is None else self.prefix + hashlib.new(self.digest, data).digest()

    def finish(self, value: bytes) -> bytes:
        """The signature value in the form of CMS."""
        return ecdsa_of_halves(value) if self.halves else value


def recipe(scheme: Scheme, digest: Digest, known: Collection[Any]) -> Recipe | None:
    """How a token with the `known` mechanisms signs so; None when it cannot.

    Hashing here comes first: it works for every digest, while tokens often hash with SHA-1 and SHA-256 only.
    """
    return next((found for found in _recipes(scheme, digest) if found.mechanism in known), None)


def _recipes(scheme: Scheme, digest: Digest) -> tuple[Recipe, ...]:
    from pkcs11 import MGF, Mechanism

    name = digest.upper()
    if scheme is Scheme.RSASSA_PSS:
        salt = hashlib.new(digest).digest_size
        parameter = (Mechanism[name], MGF[name], salt)
        return (
            Recipe(Mechanism.RSA_PKCS_PSS, parameter, digest),
            Recipe(Mechanism[f"{name}_RSA_PKCS_PSS"], parameter),
        )
    if scheme is Scheme.RSASSA_PKCS1:
        return (
            Recipe(Mechanism.RSA_PKCS, None, digest, _DIGEST_INFO[digest]),
            Recipe(Mechanism[f"{name}_RSA_PKCS"]),
        )
    return (
        Recipe(Mechanism.ECDSA, None, digest, halves=True),
        Recipe(Mechanism[f"ECDSA_{name}"], halves=True),
    )
