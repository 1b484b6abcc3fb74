"""Which key is meant: a value, made by `digidoc.sign.keys.opening` of what a profile or the command line says."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class KeySpec:
    """Where a key lies. It holds no secret.

    Attributes:
        kind: one of `digidoc.sign.keys.opening.KINDS`: "key" (PKCS#12 or PEM file), "token" (PKCS#11) or "csc" (remote
            signing).
        path: of a file, the key; of a token, its library (PKCS#11 module); None of a remote key.
        certificate: file with the certificate and its issuers, where the key does not bring it.
        token_label: which token, when there are several.
        token_serial: likewise.
        key_label: which key on it, when there are several.
        key_id: likewise; hexadecimal (CKA_ID).
        url: of the remote service, up to and without "/csc/v1".
        credential: which credential there.
        token_file: file whose first line is the service's OAuth access token.

    """

    kind: str
    path: Path | None = None
    certificate: Path | None = None
    token_label: str | None = None
    token_serial: str | None = None
    key_label: str | None = None
    key_id: str | None = None
    url: str | None = None
    credential: str | None = None
    token_file: Path | None = None
