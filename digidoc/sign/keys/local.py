"""Private keys that are in this process's memory: those of PKCS#12 and PEM files."""

from collections.abc import Iterable
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from digidoc.i18n import N_
from digidoc.sign.algorithms import Digest, Scheme, hash_algorithm
from digidoc.sign.errors import KeyUnreadable, SchemeImpossible
from digidoc.sign.keys.checks import opened, schemes_of
from digidoc.sign.keys.source import OpenKey

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


class LoadedKey:
    """A private key, parsed and checked once; see `RawSigner`."""

    def __init__(self, key: PrivateKey) -> None:
        self._key = key

    async def sign(self, data: bytes, digest: Digest, scheme: Scheme) -> bytes:
        """See `RawSigner.sign`; a signature takes about a millisecond, so no thread is worth its while."""
        chosen = hash_algorithm(digest)
        if isinstance(self._key, ec.EllipticCurvePrivateKey) and scheme is Scheme.ECDSA:
            return self._key.sign(data, ec.ECDSA(chosen))
        if isinstance(self._key, rsa.RSAPrivateKey) and scheme is Scheme.RSASSA_PSS:
            return self._key.sign(data, padding.PSS(padding.MGF1(chosen), padding.PSS.DIGEST_LENGTH), chosen)
        if isinstance(self._key, rsa.RSAPrivateKey) and scheme is Scheme.RSASSA_PKCS1:
            return self._key.sign(data, padding.PKCS1v15(), chosen)
        raise SchemeImpossible(scheme=scheme, digest=digest)


def open_loaded(
    key: object, certificate: x509.Certificate, others: Iterable[x509.Certificate], file: Path, *, online: bool
) -> OpenKey:
    """The open key of a private key and its certificate.

    Raises:
        KeyUnreadable: neither RSA nor ECDSA, or key and certificate do not belong together.
        KeyProblem: the certificate may not sign now.

    """
    if not isinstance(key, (rsa.RSAPrivateKey, ec.EllipticCurvePrivateKey)):
        raise KeyUnreadable(file=file, reason=N_("its key is neither RSA nor ECDSA"))
    if key.public_key() != certificate.public_key():
        raise KeyUnreadable(file=file, reason=N_("the private key and the certificate do not belong together"))
    return opened(LoadedKey(key), certificate, others, schemes_of(key.public_key(), file), file, online=online)
