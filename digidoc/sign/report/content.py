"""What a report says, before it is known whether it becomes HTML or PDF. All texts are safe to show and translated."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from digidoc import AGENT
from digidoc.clock import day, written
from digidoc.i18n import tr as _
from digidoc.model import Verdict
from digidoc.sign.report import words
from digidoc.sign.report.pages import PagePair
from digidoc.sign.validate.batch import Checked, How
from digidoc.sign.validate.verdict import Certificate, Reason, Revocation, SignatureVerdict

Rows = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class SignaturePart:
    """One signature: its verdict and sentence, its facts, remarks, and the certificates from the signer upwards."""

    verdict: Verdict
    title: str
    sentence: str
    facts: Rows
    remarks: tuple[str, ...]
    chain: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FilePart:
    """One file: its verdict and sentence, its facts, its signatures, and pictures of what changed."""

    verdict: Verdict
    name: str
    sentence: str
    facts: Rows
    signatures: tuple[SignaturePart, ...]
    pictures: tuple[PagePair, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """A report: its facts, how many files have which verdict (verdict, words, number), and the files."""

    title: str
    facts: Rows
    counts: tuple[tuple[Verdict, str, int], ...]
    files: tuple[FilePart, ...]
    note: str


def report(files: Sequence[Checked], counts: Mapping[str, int], how: How, made: datetime) -> Report:
    """Put a report together.

    Args:
        files: that were validated; of an archive those that did not pass.
        counts: all files by verdict.
        how: how they were validated.
        made: when, with a time zone.

    """
    facts = [(_("Made"), written(made)), (_("Validated as of"), written(how.at or made)), (_("Files"), _number(counts))]
    if len(files) < sum(counts.values()):
        facts.append((_("Listed below"), _("the {count} that did not pass").format(count=len(files))))
    facts.append((_("Certificates trusted"), ", ".join(words.brief(file.name) for file in how.trust) or _("none")))
    facts.append((_("Program"), AGENT))
    listed = tuple(
        (verdict, words.verdict_words(verdict), counts[verdict.value]) for verdict in Verdict if counts[verdict.value]
    )
    note = words.revocation_note([checked.verdict for checked in files])
    return Report(_("Verification of signatures"), tuple(facts), listed, tuple(map(_file, files)), note)


def _number(counts: Mapping[str, int]) -> str:
    return str(sum(counts.values()))


def _file(checked: Checked) -> FilePart:
    found = checked.verdict
    facts = [(_("Size"), _("{size} bytes").format(size=f"{checked.size:,}".replace(",", " ")))] if checked.size else []
    facts += [("SHA-256", checked.sha256)] if checked.sha256 else []
    for key, title in (("paper", _("Paper")), ("dossier", _("Dossier")), ("name", _("Name"))):
        if checked.facts.get(key):
            facts.append((title, words.brief(str(checked.facts[key]))))
    if found.detail:
        facts.append((_("Technical remark"), words.brief(found.detail)))
    if not checked.pictures and any(signature.pages_changed for signature in found.signatures):
        facts.append((_("Pictures of pages"), _("None: they could not be made, or the report has too many already.")))
    return FilePart(
        found.verdict,
        words.brief(found.file, 1000),
        words.outcome_sentence(found, as_filed=checked.as_filed, earlier=checked.earlier),
        tuple(facts),
        () if checked.earlier else tuple(map(_signature, found.signatures)),
        checked.pictures,
    )


def _signature(found: SignatureVerdict) -> SignaturePart:
    verdict = found.verdict.value + (f" · {found.subindication}" if found.subindication else "")
    algorithm = " · ".join(part for part in (found.digest, found.algorithm, found.key) if part)
    facts = (
        (_("Verdict (ETSI EN 319 102-1)"), verdict),
        (_("Signer"), words.brief(found.signer)),
        (_("Organisation"), words.brief(found.organisation)),
        (_("Time of signing"), written(found.signed_at)),
        (_("Timestamp"), _timestamp(found)),
        (_("Level"), found.level),
        (_("Protects"), words.covers_words(found.covers)),
        (_("Algorithms"), words.brief(algorithm)),
        (_("Revocation"), _revocation(found)),
        (_("Trust anchor"), "" if found.anchor is None else words.brief(found.anchor.subject)),
        (_("Technical remark"), words.brief(found.detail)),
    )
    return SignaturePart(
        found.verdict,
        _("Signature {field}").format(field=words.brief(found.field)),
        words.signature_sentence(found),
        tuple(row for row in facts if row[1]),
        # The first one is the reason, which the sentence has already.
        tuple(words.remarks(found)[found.reason is not Reason.NONE :]),
        tuple(map(_certificate, found.chain)),
    )


def _timestamp(found: SignatureVerdict) -> str:
    stamp = found.timestamp
    if stamp is None:
        return _("none")
    words_of = _("trusted") if stamp.intact and stamp.trusted else _("not trusted") if stamp.intact else _("wrong")
    return f"{written(stamp.time)} · {words.brief(stamp.authority)} · {words_of}"


def _revocation(found: SignatureVerdict) -> str:
    status = {
        Revocation.GOOD: _("not revoked"),
        Revocation.REVOKED: _("revoked"),
        Revocation.UNKNOWN: _("could not be found out"),
        Revocation.NOT_CHECKED: _("not checked"),
    }[found.revocation]
    return " · ".join(
        part for part in (status, found.revocation_source.upper(), written(found.revocation_time)) if part
    )


def _certificate(certificate: Certificate) -> str:
    return _("{subject} · serial {serial} · valid {start} to {end} · SHA-256 {sha256}").format(
        subject=words.brief(certificate.subject),
        serial=words.brief(certificate.serial, 64),
        start=day(certificate.not_before),
        end=day(certificate.not_after),
        sha256=certificate.sha256,
    )
