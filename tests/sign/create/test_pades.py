"""PAdES levels, algorithms and odd files: made by digidoc, judged by others."""

import asyncio
import hashlib
import subprocess
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest
from asn1crypto import cms, x509
from pyhanko.keys import load_cert_from_pemder
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, MDPPerm, SigFieldSpec, append_signature_field
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.validation import (
    SignatureCoverageLevel,
    async_validate_pdf_signature,
    async_validate_pdf_timestamp,
)
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko_certvalidator import ValidationContext

from digidoc.errors import UnreadableFile
from digidoc.sign.algorithms import Digest, Scheme
from digidoc.sign.create.pades import SigningSession, SignOptions, sign_file
from digidoc.sign.create.request import Level
from digidoc.sign.errors import SchemeImpossible, SelfCheckFailed, SigningForbidden, ValidationDataMissing
from digidoc.sign.keys.pkcs12 import Pkcs12Key
from digidoc.sign.keys.source import OpenKey
from digidoc.sign.stamp.forms import StampForm, StampSpec
from tests.judges import need_program, qpdf_check, verapdf_2u
from tests.pki import TestPki
from tests.sign import rawpdf
from tests.sign.stamps import page_pdf, pdfa


@pytest.fixture
def key(pki: TestPki) -> Iterator[OpenKey]:
    with Pkcs12Key(pki.keys["signer"], lambda: pki.pin) as opened:
        yield opened


@pytest.fixture
def page(tmp_path: Path) -> Path:
    (tmp_path / "page.pdf").write_bytes(rawpdf.plain())
    return tmp_path / "page.pdf"


def poppler_says(path: Path) -> str:
    done = subprocess.run(
        [need_program("pdfsig"), "-nocert", str(path)], capture_output=True, text=True, timeout=60, check=False
    )
    return done.stdout


def signed_cms(path: Path, field: int = 0) -> cms.SignedData:
    with path.open("rb") as file:
        return PdfFileReader(file).embedded_signatures[field].signed_data


def pyhanko_trusts(path: Path, pki: TestPki) -> bool:
    """Whether pyHanko, told of the root alone, calls the first signature sound in every way."""
    context = ValidationContext(
        trust_roots=[load_cert_from_pemder(str(pki.root))], other_certs=[load_cert_from_pemder(str(pki.intermediate))]
    )
    with path.open("rb") as file:
        embedded = PdfFileReader(file, strict=False).embedded_regular_signatures[0]
        return bool(asyncio.run(async_validate_pdf_signature(embedded, context)).bottom_line)


@pytest.mark.parametrize("digest", ["sha256", "sha384", "sha512"])
@pytest.mark.parametrize(
    ("label", "scheme"), [("signer", Scheme.RSASSA_PSS), ("signer", Scheme.RSASSA_PKCS1), ("curve", Scheme.ECDSA)]
)
def test_algorithms(page: Path, tmp_path: Path, pki: TestPki, digest: Digest, label: str, scheme: Scheme):
    out = tmp_path / "out.pdf"
    with Pkcs12Key(pki.keys[label], lambda: pki.pin) as key:
        sign_file(page, out, key, SignOptions(digest=digest, scheme=scheme))
    assert pyhanko_trusts(out, pki)
    assert "Signature is Valid" in poppler_says(out)
    (signer,) = signed_cms(out)["signer_infos"]
    assert signer["digest_algorithm"]["algorithm"].native == digest
    names = {Scheme.RSASSA_PSS: "rsassa_pss", Scheme.RSASSA_PKCS1: "rsassa_pkcs1v15", Scheme.ECDSA: "ecdsa"}
    assert signer["signature_algorithm"].signature_algo == names[scheme]


def test_a_scheme_that_the_key_lacks(page: Path, tmp_path: Path, key: OpenKey):
    with pytest.raises(SchemeImpossible):
        sign_file(page, tmp_path / "out.pdf", key, SignOptions(scheme=Scheme.ECDSA))
    assert [entry.name for entry in tmp_path.iterdir()] == ["page.pdf"]


def test_what_a_baseline_signature_holds(page: Path, tmp_path: Path, key: OpenKey):
    sign_file(page, tmp_path / "out.pdf", key, SignOptions(role="Chủ tịch", reason="Sao y", location="Huế"))
    signed = signed_cms(tmp_path / "out.pdf")
    (signer,) = signed["signer_infos"]
    attributes = {attribute["type"].native: attribute["values"][0] for attribute in signer["signed_attrs"]}
    assert set(attributes) == {
        "content_type",
        "message_digest",
        "signing_certificate_v2",
        "cms_algorithm_protection",
        "signer_attributes_v2",
    }
    # PAdES: the certificate is named by its digest, and the time stands in /M alone.
    named = attributes["signing_certificate_v2"]["certs"][0]
    assert named["cert_hash"].native == hashlib.sha256(key.certificate).digest()
    assert "Chủ tịch".encode() in attributes["signer_attributes_v2"].dump()
    # DER: the attributes stand sorted.
    encoded = [attribute.dump() for attribute in signer["signed_attrs"]]
    assert encoded == sorted(encoded)
    carried = [x509.Certificate.load(choice.chosen.dump()) for choice in signed["certificates"]]
    assert {certificate.subject.native["common_name"] for certificate in carried} == {"Test signer", "Test issuing CA"}
    with pikepdf.open(tmp_path / "out.pdf") as pdf:
        value = pdf.Root.AcroForm.Fields[0].V
        assert (str(value.SubFilter), str(value.Reason)) == ("/ETSI.CAdES.detached", "Sao y")
        assert "/M" in value


@pytest.mark.parametrize("level", ["B-T", "B-LT", "B-LTA"])
def test_levels(page: Path, tmp_path: Path, pki: TestPki, key: OpenKey, level: Level):
    out = tmp_path / "out.pdf"
    receipt = sign_file(page, out, key, SignOptions(level=level, tsa=pki.tsa))
    assert receipt.level == level
    assert receipt.timestamp is not None
    assert abs((receipt.timestamp - datetime.now(UTC)).total_seconds()) < 60
    assert out.read_bytes().startswith(page.read_bytes())
    assert qpdf_check(out) == []
    assert "Signature is Valid" in poppler_says(out)
    assert pyhanko_trusts(out, pki)
    if level == "B-T":
        return
    # Offline, with the root alone, and no certificate's status may stay open: all has to be in the file.
    offline = {
        "trust_roots": [load_cert_from_pemder(str(pki.root))],
        "allow_fetching": False,
        "revocation_mode": "require",
    }
    with out.open("rb") as file:
        reader = PdfFileReader(file)
        context = DocumentSecurityStore.read_dss(reader).as_validation_context(offline)
        embedded = reader.embedded_regular_signatures[0]
        assert asyncio.run(async_validate_pdf_signature(embedded, context)).bottom_line
        stamps = reader.embedded_timestamp_signatures
        assert len(stamps) == (1 if level == "B-LTA" else 0)
        for stamp in stamps:
            status = asyncio.run(async_validate_pdf_timestamp(stamp, context))
            assert status.trusted
            assert status.coverage == SignatureCoverageLevel.ENTIRE_FILE


@pytest.mark.parametrize("label", ["unreachable", "plain"])
def test_no_lower_level_when_validation_data_is_missing(page: Path, tmp_path: Path, pki: TestPki, label: str):
    with Pkcs12Key(pki.keys[label], lambda: pki.pin) as key, pytest.raises(ValidationDataMissing) as caught:
        sign_file(page, tmp_path / "out.pdf", key, SignOptions(level="B-LT", tsa=pki.tsa))
    assert caught.value.file == str(page)
    assert f"Test {label}" in str(caught.value)
    assert [entry.name for entry in tmp_path.iterdir()] == ["page.pdf"]


SIGNABLE: dict[str, Callable[[], bytes]] = {
    "without a last newline": rawpdf.without_last_newline,
    "junk after the end": rawpdf.junk_after_the_end,
    "object stream": rawpdf.object_stream,
    "form in an object stream": lambda: rawpdf.object_stream(form=True),
    "hybrid": rawpdf.hybrid,
    "three revisions": rawpdf.chain,
    "inherited attributes, indirect annotations": rawpdf.inherited,
    "direct form": lambda: rawpdf.text_field(direct=True),
    "indirect form": lambda: rawpdf.text_field(direct=False),
    "form without fields": rawpdf.empty_form,
}
UNSIGNABLE: dict[str, Callable[[], bytes]] = {
    "junk before the header": rawpdf.junk_before_the_header,
    "junk that shifts all": rawpdf.junk_that_shifts,
    "no page": rawpdf.without_page,
    "a page tree that loops": rawpdf.page_tree_that_loops,
    "revisions that loop": rawpdf.revisions_that_loop,
}


@pytest.mark.parametrize("name", SIGNABLE)
def test_odd_files_are_signed(tmp_path: Path, pki: TestPki, key: OpenKey, name: str):
    source, out, twice = tmp_path / "in.pdf", tmp_path / "out.pdf", tmp_path / "twice.pdf"
    source.write_bytes(SIGNABLE[name]())
    field = sign_file(source, out, key, SignOptions()).field
    assert field == ("Signature2" if "direct form" in name else "Signature1")
    sign_file(out, twice, key, SignOptions(level="B-LTA", tsa=pki.tsa))
    assert twice.read_bytes().startswith(source.read_bytes())
    for made in (out, twice):
        assert qpdf_check(made) == []
        assert pyhanko_trusts(made, pki)
    assert poppler_says(twice).count("Signature is Valid") == 2
    with pikepdf.open(twice) as pdf:
        assert len(pdf.pages) == 1
        if "annotations" in name:
            assert len(pdf.pages[0].Annots) == 4
        if "direct form" in name:
            assert str(pdf.Root.AcroForm.Fields[0].V) == "so 1"


@pytest.mark.parametrize("name", UNSIGNABLE)
def test_odd_files_are_refused(tmp_path: Path, key: OpenKey, name: str):
    source = tmp_path / "in.pdf"
    source.write_bytes(UNSIGNABLE[name]())
    with pytest.raises(UnreadableFile):
        sign_file(source, tmp_path / "out.pdf", key, SignOptions())
    assert source.read_bytes() == UNSIGNABLE[name]()
    assert [entry.name for entry in tmp_path.iterdir()] == ["in.pdf"]


def test_a_linearized_file(page: Path, tmp_path: Path, pki: TestPki, key: OpenKey):
    with pikepdf.open(page) as pdf:
        pdf.save(tmp_path / "linear.pdf", linearize=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    sign_file(tmp_path / "linear.pdf", tmp_path / "out.pdf", key, SignOptions())
    assert qpdf_check(tmp_path / "out.pdf") == []
    assert pyhanko_trusts(tmp_path / "out.pdf", pki)


def test_several_threads_share_a_session(page: Path, tmp_path: Path, pki: TestPki, key: OpenKey):
    options = SignOptions(level="B-T", tsa=pki.tsa)
    made: list[str] = []
    with SigningSession(key, options) as session:

        def work(number: int) -> None:
            for turn in range(4):
                out = tmp_path / f"out-{number}-{turn}.pdf"
                made.append(sign_file(page, out, key, options, session).sha256)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(set(made)) == 12
    assert set(made) == {hashlib.sha256(path.read_bytes()).hexdigest() for path in tmp_path.glob("out-*.pdf")}
    assert all(pyhanko_trusts(path, pki) for path in tmp_path.glob("out-*-3.pdf"))


class _Liar:
    """A device that signs something else than it was given, or with another digest."""

    def __init__(self, key: OpenKey, how: str) -> None:
        self._key, self._how = key, how

    async def sign(self, data: bytes, digest: Digest, scheme: Scheme) -> bytes:
        if self._how == "digest":
            return await self._key.raw.sign(data, "sha512", scheme)
        if self._how == "scheme":
            return await self._key.raw.sign(data, digest, Scheme.RSASSA_PKCS1)
        return await self._key.raw.sign(data + b" ", digest, scheme)


@pytest.mark.parametrize("how", ["data", "digest", "scheme"])
def test_the_self_check_catches_a_device_that_errs(page: Path, tmp_path: Path, key: OpenKey, how: str):
    wrong = OpenKey(_Liar(key, how), key.name, key.certificate, key.chain, key.not_after, key.schemes)
    with pytest.raises(SelfCheckFailed):
        sign_file(page, tmp_path / "out.pdf", wrong, SignOptions())
    assert [entry.name for entry in tmp_path.iterdir()] == ["page.pdf"]


def test_the_self_check_catches_another_certificate(page: Path, tmp_path: Path, pki: TestPki, key: OpenKey):
    with Pkcs12Key(pki.keys["curve"], lambda: pki.pin) as other:
        mixed = OpenKey(key.raw, key.name, other.certificate, other.chain, key.not_after, (Scheme.RSASSA_PKCS1,))
    with pytest.raises(SelfCheckFailed):
        sign_file(page, tmp_path / "out.pdf", mixed, SignOptions())


def test_a_session_is_for_its_own_key_and_options(page: Path, tmp_path: Path, key: OpenKey):
    with SigningSession(key, SignOptions()) as session, pytest.raises(ValueError, match="batch"):
        sign_file(page, tmp_path / "out.pdf", key, SignOptions(reason="other"), session)


def signed_by_pyhanko(
    page: Path, out: Path, pki: TestPki, meta: PdfSignatureMetadata, lock: FieldMDPSpec | None
) -> None:
    """A signature with conditions, which digidoc itself does not set."""
    signer = SimpleSigner.load_pkcs12(str(pki.keys["signer"]), passphrase=pki.pin.encode())
    with page.open("rb") as source:
        writer = IncrementalPdfFileWriter(source)
        append_signature_field(writer, SigFieldSpec("First", field_mdp_spec=lock))
        out.write_bytes(PdfSigner(meta, signer).sign_pdf(writer).getvalue())


@pytest.mark.parametrize(
    ("permission", "visible", "words"),
    [
        (MDPPerm.NO_CHANGES, False, "not allow any change"),
        (MDPPerm.FILL_FORMS, True, "not allow a further visible signature"),
        (MDPPerm.FILL_FORMS, False, ""),
        (MDPPerm.ANNOTATE, False, ""),
    ],
)
def test_a_certified_file(
    page: Path, tmp_path: Path, pki: TestPki, key: OpenKey, permission: MDPPerm, visible: bool, words: str
):
    certified, out = tmp_path / "certified.pdf", tmp_path / "out.pdf"
    meta = PdfSignatureMetadata(field_name="First", certify=True, docmdp_permissions=permission)
    signed_by_pyhanko(page, certified, pki, meta, None)
    options = SignOptions(stamp=StampSpec(StampForm.SAO_Y, "UBND") if visible else None)
    if not words:
        sign_file(certified, out, key, options)
        assert pyhanko_trusts(out, pki)  # the certifying signature still holds
        assert poppler_says(out).count("Signature is Valid") == 2
        return
    with pytest.raises(SigningForbidden, match=words):
        sign_file(certified, out, key, options)
    assert not out.exists()


@pytest.mark.parametrize(
    ("lock", "forbidden"),
    [
        (FieldMDPSpec(FieldMDPAction.ALL), True),
        (FieldMDPSpec(FieldMDPAction.EXCLUDE, ["Other"]), True),
        (FieldMDPSpec(FieldMDPAction.INCLUDE, ["Other"]), False),
        (FieldMDPSpec(FieldMDPAction.INCLUDE, ["Signature1"]), True),
    ],
)
def test_locked_fields(page: Path, tmp_path: Path, pki: TestPki, key: OpenKey, lock: FieldMDPSpec, forbidden: bool):
    locked, out = tmp_path / "locked.pdf", tmp_path / "out.pdf"
    signed_by_pyhanko(page, locked, pki, PdfSignatureMetadata(field_name="First"), lock)
    if forbidden:
        with pytest.raises(SigningForbidden, match="locks the fields"):
            sign_file(locked, out, key, SignOptions())
        return
    sign_file(locked, out, key, SignOptions())
    assert pyhanko_trusts(out, pki)


def test_pdfa_stays_pdfa_and_its_metadata_untouched(tmp_path: Path, pki: TestPki, key: OpenKey):
    source = tmp_path / "scan.pdf"
    pdfa(source, page_pdf(tmp_path / "blank.pdf"), 2, intent=False)
    made = []
    for level in ("B-B", "B-LTA"):
        made.append(tmp_path / f"{level}.pdf")
        sign_file(source, made[-1], key, SignOptions(level=level, tsa=pki.tsa, role="Chủ tịch", reason="Sao y"))
    assert verapdf_2u([source, *made]) == dict.fromkeys([source, *made], (True, []))
    for path in made:
        with pikepdf.open(source) as before, pikepdf.open(path) as after:
            assert after.Root.Metadata.read_bytes() == before.Root.Metadata.read_bytes()
            assert str(after.docinfo) == str(before.docinfo)
