"""Signatures that others make: by pyHanko, with what digidoc itself never does."""

import io
from datetime import datetime
from pathlib import Path
from typing import Any

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.sign import fields, signers
from pyhanko.sign.attributes import SigningTimeProvider
from pyhanko.sign.timestamps import HTTPTimeStamper
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator import ValidationContext

from digidoc.sign.trust.anchors import load_anchors
from tests.pki import TestPki


def signed_by_pyhanko(
    source: Path,
    pki: TestPki,
    *,
    key: str = "signer",
    field: str = "First",
    digest: str = "sha256",
    certify: bool = False,
    over_text: bool = False,
    opaque: bool = False,
    tsa: str | None = None,
    pkcs7: bool = False,
    pss: bool = False,
    fake_time: datetime | None = None,
    level: str = "",
    signing_time: datetime | None = None,
) -> bytes:
    """The signed file.

    Args:
        source: a PDF.
        pki: whose keys are used.
        key: label of the signer.
        field: name of the new field.
        digest: algorithm.
        certify: a certifying signature that allows filling in forms.
        over_text: with a visible field over the text in the middle of the page.
        opaque: its appearance hides what is below it.
        tsa: URL of a time-stamp authority.
        pkcs7: /adbe.pkcs7.detached instead of PAdES.
        pss: RSASSA-PSS.
        fake_time: the time-stamp authority's clock.
        level: "LT" or "LTA": with what is needed for later, asked for online.
        signing_time: what the signer claims, in the CMS.

    """
    signer = signers.SimpleSigner.load_pkcs12(str(pki.keys[key]), passphrase=pki.pin.encode(), prefer_pss=pss)
    if signing_time is not None:
        signer = _Claiming.of(signer, signing_time)
    writer = IncrementalPdfFileWriter(io.BytesIO(source.read_bytes()))
    box = (250, 410, 400, 450) if over_text else None
    spec = fields.SigFieldSpec(field, box=box)
    metadata = signers.PdfSignatureMetadata(
        field_name=field,
        md_algorithm=digest,
        certify=certify,
        embed_validation_info=bool(level),
        use_pades_lta=level == "LTA",
        validation_context=_context(pki) if level else None,
        subfilter=fields.SigSeedSubFilter.ADOBE_PKCS7_DETACHED if pkcs7 else fields.SigSeedSubFilter.PADES,
    )
    style = None
    if over_text:
        style = StaticStampStyle(background=_paper(opaque=opaque), border_width=1, background_opacity=1)
    headers = {"X-Certomancer-Fake-Time": fake_time.isoformat()} if fake_time else None
    stamper = HTTPTimeStamper(tsa, headers=headers) if tsa else None
    made = signers.PdfSigner(metadata, signer, timestamper=stamper, stamp_style=style, new_field_spec=spec)
    return bytes(made.sign_pdf(writer).getvalue())


def _context(pki: TestPki) -> ValidationContext:
    roots = list(load_anchors([pki.root]).anchors)
    return ValidationContext(trust_roots=roots, allow_fetching=True, revocation_mode="soft-fail")


class _Claiming(signers.SimpleSigner):
    """Claims a time of signing in the CMS, as older programs do."""

    claimed: datetime

    @classmethod
    def of(cls, signer: signers.SimpleSigner, claimed: datetime) -> "_Claiming":
        made = cls(
            signing_cert=signer.signing_cert,
            signing_key=signer.signing_key,
            cert_registry=signer.cert_registry,
            prefer_pss=signer.prefer_pss,
        )
        made.claimed = claimed
        return made

    def _signed_attr_providers(self, *args: Any, **named: Any) -> Any:
        yield from super()._signed_attr_providers(*args, **named)
        yield SigningTimeProvider(self.claimed)


def _paper(*, opaque: bool) -> object:
    from pyhanko.pdf_utils.content import RawContent

    return RawContent(
        b"1 1 1 rg 0 0 150 40 re f" if opaque else b"1 0 0 RG 1 1 148 38 re S",
        box=BoxConstraints(width=150, height=40),
    )
