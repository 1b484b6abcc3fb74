"""What lies on a token: the key that is meant, its certificate, and whether the two belong together."""

from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from digidoc.i18n import N_
from digidoc.sign.errors import KeyAmbiguous, KeyMissing, KeyUnreadable
from digidoc.sign.keys.pem import read_certificates, read_file
from digidoc.sign.keys.spec import KeySpec

if TYPE_CHECKING:
    import pkcs11


def find_key(session: "pkcs11.Session", spec: KeySpec) -> Any:
    """The private key that is meant (`pkcs11.PrivateKey`).

    Raises:
        KeyMissing, KeyAmbiguous: none, or several.

    """
    from pkcs11 import Attribute, ObjectClass

    known: list[Any] = list(session.get_objects({Attribute.CLASS: ObjectClass.PRIVATE_KEY}))
    identity = None if spec.key_id is None else bytes.fromhex(spec.key_id)
    found = [
        key
        for key in known
        if spec.key_label in (None, attribute(key, Attribute.LABEL))
        and identity in (None, attribute(key, Attribute.ID))
        and attribute(key, Attribute.SIGN) is not False
    ]
    if len(found) == 1:
        return found[0]
    names = ", ".join(_named(key) for key in (found or known)) or "-"
    if found:
        raise KeyAmbiguous(known=names)
    raise KeyMissing(name=spec.key_label or spec.key_id or "", known=names)


def _named(key: Any) -> str:
    from pkcs11 import Attribute

    identity = attribute(key, Attribute.ID)
    return f"{attribute(key, Attribute.LABEL) or '?'} ({identity.hex() if identity else '-'})"


def find_certificates(
    session: "pkcs11.Session", key: Any, spec: KeySpec
) -> tuple[x509.Certificate, list[x509.Certificate]]:
    """The key's certificate and all that lie with it: those of the file that is named, else those on the token.

    Raises:
        KeyUnreadable: none.

    """
    from pkcs11 import Attribute, ObjectClass

    if spec.certificate is not None:
        found = read_certificates(read_file(spec.certificate), spec.certificate)
        return found[0], found
    stored = list(session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE}))
    parsed = [(entry, _parsed(entry)) for entry in stored]
    whole = [(entry, certificate) for entry, certificate in parsed if certificate is not None]
    for link in (Attribute.ID, Attribute.LABEL):
        wanted = attribute(key, link)
        mine = [certificate for entry, certificate in whole if wanted and attribute(entry, link) == wanted]
        if len(mine) == 1:
            return mine[0], [certificate for _entry, certificate in whole]
    raise KeyUnreadable(
        file=spec.path, reason=N_("the token has no certificate for the key; name a file with `certificate`")
    )


def require_pair(session: "pkcs11.Session", key: Any, certificate: x509.Certificate, spec: KeySpec) -> None:
    """See that the certificate is the key's, as far as the token shows the key's public half.

    Raises:
        KeyUnreadable: it is another key's.

    """
    from pkcs11 import Attribute, ObjectClass

    public = certificate.public_key()
    fits = True
    if isinstance(public, rsa.RSAPublicKey):
        modulus = attribute(key, Attribute.MODULUS)
        fits = modulus is None or int.from_bytes(modulus, "big") == public.public_numbers().n
    elif isinstance(public, ec.EllipticCurvePublicKey) and (identity := attribute(key, Attribute.ID)):
        point = public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        halves = session.get_objects({Attribute.CLASS: ObjectClass.PUBLIC_KEY, Attribute.ID: identity})
        points = [attribute(half, Attribute.EC_POINT) or b"" for half in halves]
        # The point stands in an OCTET STRING, in some tokens bare.
        fits = not points or any(found.endswith(point) for found in points)
    if not fits:
        raise KeyUnreadable(file=spec.path, reason=N_("the private key and the certificate do not belong together"))


def _parsed(entry: Any) -> x509.Certificate | None:
    from pkcs11 import Attribute

    try:
        return x509.load_der_x509_certificate(attribute(entry, Attribute.VALUE) or b"")
    except ValueError:
        return None  # what is no X.509 certificate cannot be the key's


def attribute(entry: Any, name: Any) -> Any:
    """An attribute of an object; None when the token does not say."""
    from pkcs11 import AttributeSensitive, AttributeTypeInvalid

    try:
        return entry[name]
    except (AttributeTypeInvalid, AttributeSensitive):
        return None
