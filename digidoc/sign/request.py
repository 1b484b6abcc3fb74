"""What is asked of signing, and what comes of it."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from digidoc.errors import FileMissing, OutputExists
from digidoc.sign.errors import AuthorityMissing, OrganisationMissing
from digidoc.sign.forms import StampForm

Level = Literal["B-B", "B-T"]


@dataclass(frozen=True, slots=True)
class SignOptions:
    """How to sign.

    Attributes:
        level: B-B, or B-T with a timestamp.
        tsa: URL of the time-stamp authority; needed for B-T.
        tsa_seconds: how long it may take to answer.
        stamp: the visible stamp; None signs invisibly.
        organisation: who made the copy, as the stamp names it.
        reason: /Reason of the signature.
        location: /Location of the signature.
        digest: of the document.

    """

    level: Level = "B-B"
    tsa: str | None = None
    tsa_seconds: float = 180.0
    stamp: StampForm | None = None
    organisation: str | None = None
    reason: str | None = None
    location: str | None = None
    digest: Literal["sha256"] = "sha256"


@dataclass(frozen=True, slots=True)
class SignReceipt:
    """What was made.

    Attributes:
        source: the file that was signed.
        output: the signed file.
        sha256: of the signed file, hex.
        size: of the signed file, bytes.
        field: name of the signature field.
        level: reached.
        signer: as the certificate names it.
        signed_at: time of signing by this machine's clock, Vietnam time.
        timestamp: time of the authority's timestamp; None at B-B.
        algorithm: digest and signature algorithm, such as "sha256 rsassa_pkcs1v15".
        stamp: lines of the visible stamp; empty when there is none.

    """

    source: str
    output: str
    sha256: str
    size: int
    field: str
    level: Level
    signer: str
    signed_at: datetime
    timestamp: datetime | None
    algorithm: str
    stamp: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """One entry of `data.files` of digidoc.sign/1."""
        return {
            "file": self.source,
            "output": self.output,
            "sha256": self.sha256,
            "size": self.size,
            "field": self.field,
            "level": self.level,
            "signer": self.signer,
            "signed_at": self.signed_at.isoformat(),
            "timestamp": None if self.timestamp is None else self.timestamp.isoformat(),
            "algorithm": self.algorithm,
            "stamp": list(self.stamp),
        }


def check_options(options: SignOptions) -> None:
    """Whether the options fit together.

    Raises:
        AuthorityMissing: B-T without an authority.
        OrganisationMissing: a stamp without an organisation.

    """
    if options.level == "B-T" and not options.tsa:
        raise AuthorityMissing
    if options.stamp is not None and not (options.organisation or "").strip():
        raise OrganisationMissing(stamp=options.stamp.value)


def check_request(source: Path, out: Path, options: SignOptions) -> None:
    """What can be refused before a key is opened.

    Raises:
        AuthorityMissing, OrganisationMissing: see `check_options`.
        FileMissing: there is no `source`.
        OutputExists: there is an `out` already.

    """
    check_options(options)
    if not source.exists():
        raise FileMissing(file=source)
    if out.exists():
        raise OutputExists(file=out)
