"""The ETSI validation report: the XML of ETSI TS 119 102-2, version 1.2.1, as far as digidoc knows what it asks for.

In it, a signature each: its field and the part of the file it protects, the verdict with subindication, the time of
validation and the best time of signing with the kind of proof, signer, time and timestamp, the chain with the digests
of its certificates, and whether one was revoked. A file without a signature that could be read has one entry all the
same, for the schema knows no file without.

Not in it: the report is not signed itself; constraints of a validation policy one by one (there is no policy file); the
signature's value and the digest of what was signed; proofs of existence of each certificate and CRL; and of what lies
beyond the standard's vocabulary only digidoc's own reason, as an additional entry. Certificates appear as digests.
"""

import base64
import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final
from xml.etree import ElementTree as ET

from digidoc.model import Verdict
from digidoc.sign.report.words import brief
from digidoc.sign.validate.batch import Checked
from digidoc.sign.validate.verdict import Certificate, Reason, SignatureVerdict

_VR: Final = "http://uri.etsi.org/19102/v1.2.1#"
_DS: Final = "http://www.w3.org/2000/09/xmldsig#"
_XADES: Final = "http://uri.etsi.org/01903/v1.3.2#"
_SHA256: Final = "http://www.w3.org/2001/04/xmlenc#sha256"
_URN: Final = "urn:etsi:019102"
_MAIN: Final = {
    Verdict.TOTAL_PASSED: "total-passed",
    Verdict.TOTAL_FAILED: "total-failed",
    Verdict.INDETERMINATE: "indeterminate",
    # The standard has no word for a file that holds no signature or cannot be read: no verdict can be given.
    Verdict.NO_SIGNATURE: "indeterminate",
    Verdict.UNREADABLE: "indeterminate",
}
_NO_SIGNATURE: Final = "SIGNED_DATA_NOT_FOUND"

ET.register_namespace("vr", _VR)
ET.register_namespace("ds", _DS)
ET.register_namespace("XAdES", _XADES)


def etsi(files: Sequence[Checked], at: datetime) -> bytes:
    """The report on some files, UTF-8; each of their signatures is one SignatureValidationReport.

    Args:
        files: that were validated.
        at: the time they were validated at, with a time zone.

    """
    root = ET.Element(f"{{{_VR}}}ValidationReport")
    certificates: dict[str, Certificate] = {}
    for checked in files:
        for number, signature in enumerate(checked.verdict.signatures or (None,)):
            _report(root, checked, signature, number, at)
            for certificate in () if signature is None else signature.chain:
                certificates.setdefault(certificate.sha256, certificate)
    if not files:
        # The schema asks for one report at least.
        _status(_vr(root, "SignatureValidationReport"), Verdict.INDETERMINATE, _NO_SIGNATURE)
    if certificates:
        objects = _vr(root, "SignatureValidationObjects")
        for certificate in certificates.values():
            _object(objects, certificate)
    ET.indent(root)
    document: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return document


def _vr(parent: ET.Element, name: str, text: str | None = None, **attributes: str) -> ET.Element:
    made = ET.SubElement(parent, f"{{{_VR}}}{name}", attributes)
    made.text = text
    return made


def _report(root: ET.Element, checked: Checked, signature: SignatureVerdict | None, number: int, at: datetime) -> None:
    report = _vr(root, "SignatureValidationReport")
    identifier = _vr(report, "SignatureIdentifier", id=_tag(checked.verdict.file, number))
    _vr(identifier, "HashOnly", "false")
    _vr(identifier, "DocHashOnly", "false")
    name = checked.verdict.file.encode("utf-8", "replace").decode()
    field = "" if signature is None else f"#{signature.field}"
    _vr(identifier, "DAIdentifier", brief(f"{name}{field}", 2000))
    times = _vr(report, "ValidationTimeInfo")
    _vr(times, "ValidationTime", _time(at))
    best = _vr(times, "BestSignatureTime")
    stamp = None if signature is None or signature.timestamp is None else signature.timestamp
    proven = stamp is not None and stamp.intact and stamp.trusted
    _vr(best, "POETime", _time(stamp.time if stamp is not None and proven else at))
    _vr(best, "TypeOfProof", f"{_URN}:poetype:validation")
    if signature is None:
        _status(report, checked.verdict.verdict, _NO_SIGNATURE, reason=checked.verdict.reason.value)
        return
    _attributes(report, signature)
    if signature.chain:
        signer = _vr(_vr(report, "SignerInformation"), "SignerCertificate")
        signer.set("VOReference", _reference(signature.chain[0]))
        if signature.signer:
            _vr(report[-1], "Signer", brief(signature.signer))
    process = _vr(report, "SignatureValidationProcess")
    kind = "Basic" if not proven else "LTA" if signature.level == "B-LTA" else "LTVM"
    _vr(process, "SignatureValidationProcessID", f"{_URN}:validationprocess:{kind}")
    _status(report, signature.verdict, signature.subindication, signature, signature.reason.value)


def _attributes(report: ET.Element, signature: SignatureVerdict) -> None:
    attributes = _vr(report, "SignatureAttributes")
    if signature.claimed_at is not None:
        _vr(_vr(attributes, "SigningTime", Signed="true"), "Time", _time(signature.claimed_at))
    if signature.timestamp is not None:
        _vr(_vr(attributes, "SignatureTimeStamp", Signed="false"), "TimeStampValue", _time(signature.timestamp.time))
    if len(attributes) == 0:
        report.remove(attributes)


def _status(
    report: ET.Element, verdict: Verdict, sub: str, signature: SignatureVerdict | None = None, reason: str = ""
) -> None:
    status = _vr(report, "SignatureValidationStatus")
    _vr(status, "MainIndication", f"{_URN}:mainindication:{_MAIN[verdict]}")
    if sub and verdict is not Verdict.TOTAL_PASSED:
        _vr(status, "SubIndication", f"{_URN}:subindication:{sub}")
    data = _vr(status, "AssociatedValidationReportData")
    if signature is not None and signature.chain:
        _chain(data, signature)
    if signature is not None and signature.reason in (Reason.REVOKED, Reason.REVOKED_NO_POE) and signature.chain:
        _revoked(data, signature)
    if reason:
        more = _vr(_vr(data, "AdditionalValidationReportData"), "ReportData")
        _vr(more, "Type", "urn:digidoc:reason")
        _vr(more, "Value", reason)
    if len(data) == 0:
        status.remove(data)


def _chain(data: ET.Element, signature: SignatureVerdict) -> None:
    if signature.anchor is not None:
        _vr(data, "TrustAnchor", VOReference=_reference(signature.anchor))
    chain = _vr(data, "CertificateChain")
    last = len(signature.chain) - 1
    for place, certificate in enumerate(signature.chain):
        anchored = place == last and place > 0 and signature.anchor is not None
        name = "SigningCertificate" if place == 0 else "TrustAnchor" if anchored else "IntermediateCertificate"
        _vr(chain, name, VOReference=_reference(certificate))


def _revoked(data: ET.Element, signature: SignatureVerdict) -> None:
    if signature.revocation_time is None:
        return
    status = _vr(data, "RevocationStatusInformation")
    _vr(status, "ValidationObjectId", VOReference=_reference(signature.chain[0]))
    _vr(status, "RevocationTime", _time(signature.revocation_time))


def _object(objects: ET.Element, certificate: Certificate) -> None:
    made = _vr(objects, "ValidationObject", id=_reference(certificate))
    _vr(made, "ObjectType", f"{_URN}:validationObject:certificate")
    digest = _vr(_vr(made, "ValidationObjectRepresentation"), "DigestAlgAndValue")
    ET.SubElement(digest, f"{{{_DS}}}DigestMethod", Algorithm=_SHA256)
    value = ET.SubElement(digest, f"{{{_DS}}}DigestValue")
    value.text = base64.b64encode(bytes.fromhex(certificate.sha256)).decode("ascii")


def _reference(certificate: Certificate) -> str:
    return f"C-{certificate.sha256}"


def _tag(file: str, number: int) -> str:
    """An id for one signature, the same whenever the same file is validated."""
    return f"S-{hashlib.sha256(file.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}-{number + 1}"


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
