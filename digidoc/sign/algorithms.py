"""The algorithms that digidoc signs with, in the names of ETSI TS 119 312, and the forms that values have in CMS.

The libraries that know the algorithms are loaded when one is used: profiles and help need the names alone.
"""

import hashlib
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.hashes import HashAlgorithm

Digest = Literal["sha256", "sha384", "sha512"]


class Scheme(StrEnum):
    """How a digest becomes a signature value."""

    RSASSA_PSS = "rsassa-pss"
    RSASSA_PKCS1 = "rsassa-pkcs1"
    ECDSA = "ecdsa"


def hash_algorithm(digest: Digest) -> "HashAlgorithm":
    """The digest as cryptography has it."""
    from cryptography.hazmat.primitives import hashes

    known: dict[Digest, HashAlgorithm] = {
        "sha256": hashes.SHA256(),
        "sha384": hashes.SHA384(),
        "sha512": hashes.SHA512(),
    }
    return known[digest]


def pss_parameters(digest: Digest) -> Any:
    """RSASSA-PSS-params (RFC 4055, 3.1) of asn1crypto: MGF1 with the same digest, the salt as long as the digest.

    ETSI TS 119 312 asks for that length of salt, and RFC 4055 recommends it.
    """
    from asn1crypto.algos import RSASSAPSSParams

    return RSASSAPSSParams(
        {
            "hash_algorithm": {"algorithm": digest},
            "mask_gen_algorithm": {"algorithm": "mgf1", "parameters": {"algorithm": digest}},
            "salt_length": hashlib.new(digest).digest_size,
        }
    )


def ecdsa_of_halves(value: bytes) -> bytes:
    """An ECDSA value in the DER of CMS (RFC 5480), made of r and s side by side (IEEE P1363)."""
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

    middle = len(value) // 2
    return encode_dss_signature(int.from_bytes(value[:middle], "big"), int.from_bytes(value[middle:], "big"))
