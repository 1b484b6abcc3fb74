"""A token in software (SoftHSM2) for the tests: keys and certificates of the test infrastructure in a folder."""

import os
import shutil
import subprocess
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from tests.pki import TestPki

PIN = "246813"
SO_PIN = "12345678"
_PLACES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib64/softhsm/libsofthsm2.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
    "/opt/homebrew/lib/softhsm/libsofthsm2.so",
)


def softhsm_module() -> Path:
    """SoftHSM2's library; skips the test where it is not installed."""
    found = next((Path(place) for place in _PLACES if Path(place).is_file()), None)
    if found is None or shutil.which("softhsm2-util") is None:
        pytest.skip("SoftHSM2 is not installed (Debian: softhsm2)")
    return found


@dataclass(frozen=True)
class SoftHsm:
    """Tokens of SoftHSM2, all in one folder: the library reads its settings once in a process.

    module: its library. folder: where the tokens lie.
    """

    module: Path
    folder: Path

    @classmethod
    def start(cls, folder: Path) -> "SoftHsm":
        module = softhsm_module()
        tokens = folder / "tokens"
        tokens.mkdir()
        settings = folder / "softhsm2.conf"
        settings.write_text(f"directories.tokendir = {tokens}\nobjectstore.backend = file\nlog.level = ERROR\n")
        os.environ["SOFTHSM2_CONF"] = str(settings)
        return cls(module, tokens)

    def stop(self) -> None:
        """Let the library forget the tokens; another test has other ones."""
        import pkcs11

        pkcs11.lib(str(self.module)).finalize()
        os.environ.pop("SOFTHSM2_CONF", None)

    def token(self, label: str) -> Path:
        """Make an empty token; gives the folder that it lies in."""
        import pkcs11

        before = set(self.folder.iterdir())
        command = ["softhsm2-util", "--init-token", "--free", "--label", label, "--pin", PIN, "--so-pin", SO_PIN]
        subprocess.run(command, check=True, capture_output=True, timeout=30)
        # The library looks for tokens when it starts.
        pkcs11.lib(str(self.module)).reinitialize()
        return (set(self.folder.iterdir()) - before).pop()

    def find(self, label: str) -> Any:
        """The token as python-pkcs11 has it."""
        import pkcs11

        for slot in pkcs11.lib(str(self.module)).get_slots():
            with suppress(pkcs11.PKCS11Error):  # of a token that another test has removed
                if (token := slot.get_token()).label == label:
                    return token
        raise LookupError(label)

    def fill(
        self, token: str, pki: TestPki, labels: Iterable[str], *, each_time: bool = False, certificates: bool = True
    ) -> None:
        """Put keys and certificates of `pki` on a token; the n-th has the id n, the CAs' certificates have none.

        each_time: the keys want the PIN for each signature. certificates: False puts none on it, but public keys.
        """
        from pkcs11 import Attribute, ObjectClass

        with self.find(token).open(rw=True, user_pin=PIN) as session:
            for number, label in enumerate(labels, start=1):
                common = {Attribute.TOKEN: True, Attribute.LABEL: label, Attribute.ID: bytes([number])}
                private = _private(pki.private_keys[label].read_bytes())
                session.create_object(private | common | {Attribute.ALWAYS_AUTHENTICATE: each_time})
                der = _der(pki.certificates[label])
                session.create_object((_certificate(der) if certificates else _public(der)) | common)
            for label in ("interm", "root") if certificates else ():
                extra = {Attribute.TOKEN: True, Attribute.LABEL: label, Attribute.CLASS: ObjectClass.CERTIFICATE}
                session.create_object(_certificate(_der(pki.certificates[label])) | extra)


def _der(path: Path) -> bytes:
    return x509.load_pem_x509_certificate(path.read_bytes()).public_bytes(Encoding.DER)


def _certificate(der: bytes) -> dict:
    from pkcs11.util.x509 import decode_x509_certificate

    return decode_x509_certificate(der)


def _public(der: bytes) -> dict:
    from pkcs11.util.ec import decode_ec_public_key
    from pkcs11.util.rsa import decode_rsa_public_key

    key = x509.load_der_x509_certificate(der).public_key()
    if isinstance(key, ec.EllipticCurvePublicKey):
        return decode_ec_public_key(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
    return decode_rsa_public_key(key.public_bytes(Encoding.DER, PublicFormat.PKCS1))


def _private(pem: bytes) -> dict:
    from pkcs11 import Attribute
    from pkcs11.util.ec import decode_ec_private_key
    from pkcs11.util.rsa import decode_rsa_private_key

    key = load_pem_private_key(pem, None)
    der = key.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    made = decode_ec_private_key(der) if isinstance(key, ec.EllipticCurvePrivateKey) else decode_rsa_private_key(der)
    return made | {Attribute.SENSITIVE: True, Attribute.PRIVATE: True, Attribute.SIGN: True}
