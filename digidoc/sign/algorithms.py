"""The algorithms that digidoc signs with, in the names of ETSI TS 119 312."""

from enum import StrEnum
from typing import Literal

Digest = Literal["sha256", "sha384", "sha512"]


class Scheme(StrEnum):
    """How a digest becomes a signature value."""

    RSASSA_PSS = "rsassa-pss"
    RSASSA_PKCS1 = "rsassa-pkcs1"
    ECDSA = "ecdsa"
