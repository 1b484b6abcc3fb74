"""Keys that sign: where they lie, how they are opened, and what must hold before the first signature.

A `KeySource` is opened as a context manager and yields an `OpenKey`; `open_source` makes one from a `KeySpec`.
"""

from digidoc.sign.keys.checks import RevocationAnswer, check_certificate, check_revocation, common_name
from digidoc.sign.keys.pem import PemKey
from digidoc.sign.keys.pins import pin_from
from digidoc.sign.keys.pkcs12 import Pkcs12Key
from digidoc.sign.keys.source import KeySource, OpenKey, RawSigner
from digidoc.sign.keys.spec import SPEC_KEYS, KeySpec, key_spec, open_source

__all__ = [
    "SPEC_KEYS",
    "KeySource",
    "KeySpec",
    "OpenKey",
    "PemKey",
    "Pkcs12Key",
    "RawSigner",
    "RevocationAnswer",
    "check_certificate",
    "check_revocation",
    "common_name",
    "key_spec",
    "open_source",
    "pin_from",
]
