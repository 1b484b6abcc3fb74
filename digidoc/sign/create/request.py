"""What is asked of signing, and what comes of it."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from digidoc.clock import utc
from digidoc.errors import FileMissing, OutputExists
from digidoc.sign.algorithms import Digest, Scheme
from digidoc.sign.errors import AuthorityMissing
from digidoc.sign.stamp.forms import StampSpec, check_stamp

Level = Literal["B-B", "B-T", "B-LT", "B-LTA"]


@dataclass(frozen=True, slots=True)
class SignOptions:
    """How to sign.

    Attributes:
        level: B-B; B-T with a timestamp; B-LT with what is needed to verify it later; B-LTA with a timestamp over that.
        digest: of the document.
        scheme: of the signature value; None takes the best that the key offers.
        tsa: URL of the time-stamp authority; needed from B-T on.
        tsa_seconds: how long a timestamp may take, further tries included.
        stamp: what is seen on the page; None signs invisibly.
        reason: /Reason of the signature.
        role: that the signer claims, as a signed attribute.
        location: /Location of the signature.

    """

    level: Level = "B-B"
    digest: Digest = "sha256"
    scheme: Scheme | None = None
    tsa: str | None = None
    tsa_seconds: float = 180.0
    stamp: StampSpec | None = None
    reason: str | None = None
    role: str | None = None
    location: str | None = None


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
        timestamp: time of the authority's timestamp on the signature; None at B-B.
        algorithm: digest and signature algorithm, such as "sha256 rsassa_pss".
        stamp: lines of the visible stamp; empty when there is none, or one of pictures.
        stamp_page: number of the page that bears the stamp, from 1; None without one.

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
    stamp: tuple[str, ...] = ()
    stamp_page: int | None = None

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
            "signed_at": utc(self.signed_at),
            "timestamp": utc(self.timestamp),
            "algorithm": self.algorithm,
            "stamp": list(self.stamp),
            "stamp_page": self.stamp_page,
        }


def check_options(options: SignOptions) -> None:
    """Whether the options fit together.

    Raises:
        AuthorityMissing: B-T or more without an authority.
        OrganisationMissing, StampMixed, BadStampPlace: see `check_stamp`.

    """
    if options.level != "B-B" and not options.tsa:
        raise AuthorityMissing(level=options.level)
    if options.stamp is not None:
        check_stamp(options.stamp)


def check_request(source: Path, out: Path, options: SignOptions) -> None:
    """What can be refused before a key is opened.

    Raises:
        AuthorityMissing, OrganisationMissing, StampMixed, BadStampPlace: see `check_options`.
        FileMissing: there is no `source`.
        OutputExists: there is an `out` already.

    """
    check_options(options)
    if not source.exists():
        raise FileMissing(file=source)
    if out.exists():
        raise OutputExists(file=out)
