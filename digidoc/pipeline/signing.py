"""What signing means to an archive: signed files are made in staging folders, and events say who signed a paper.

An event names the file that was signed, the signed file, and who signed it how. So an archive knows of every signed
file who signed it, one after the other, and signs nothing twice the same way.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

from digidoc.archive.archive import Archive
from digidoc.archive.events import clerk
from digidoc.archive.ingest import Draft, Role
from digidoc.errors import Problem
from digidoc.files import disk
from digidoc.model import Event, PaperRecord
from digidoc.pipeline.profiles import profiles_of
from digidoc.pipeline.review.standing import OLDER
from digidoc.pipeline.stored import file_of
from digidoc.pipeline.work import check_signatures
from digidoc.sign.create.batch import begins_with
from digidoc.sign.create.pades import sign_file
from digidoc.sign.create.signers import Job, Signers, open_signers
from digidoc.sign.errors import NoRoomForStamp, SignerAddressed, StampOverPrint
from digidoc.sign.trust.store import trust_folders

#: There is no place for the stamp that was asked for: without one the paper could be signed.
PLACELESS: Final = frozenset({NoRoomForStamp.code, StampOverPrint.code, SignerAddressed.code})
_KIND: Final = "digital signature generation"


@contextmanager
def opened(archive: Archive, name: str) -> Iterator[Signers]:
    """The key of the `[sign.NAME]` table of the archive's digidoc.toml or of the user's file, its certificate checked.

    It is opened before anything is read: a wrong PIN costs no one an hour.

    Raises:
        UnknownProfile: there is no such table.
        BadConfiguration: it cannot be used.
        KeyProblem: PIN, key or certificate.

    """
    with open_signers([profiles_of(archive).load(name)]) as signers:
        yield signers


def sign_pdf(archive: Archive, name: str, source: Path, out: Path) -> None:
    """Sign a PDF that is no paper of the archive, such as a report, with a profile of the archive.

    Raises:
        UnknownProfile, BadConfiguration, KeyProblem: see `opened`.
        DigidocError: see `sign_file`.

    """
    with opened(archive, name) as signers:
        (signer,) = signers.members
        sign_file(source, out, signer.key, signer.options, signer.session)


def sign_staged(signers: Signers, jobs: Iterable[Job]) -> dict[Path, Problem]:
    """Make the signed files that are not there yet; what went wrong, by the file that was to be made.

    A signed file that a killed run left in a staging folder is whole, for it was renamed into place: it is taken.
    """
    missing = [job for job in jobs if not job.out.exists()]
    with closing(signers.run(missing)) as results:
        return {done.item.out: done.problem for done in results if done.problem is not None}


def remove_outdated(signed: Path, source: Path) -> None:
    """Remove a signed file that a killed run made of another file than the one that is to be signed now.

    Raises:
        OSError: it cannot be removed.

    """
    if signed.exists() and not begins_with(signed, source):
        disk.remove_file(signed)


def signed_draft(
    archive: Archive, record: PaperRecord, files: Mapping[Role, Path], source: str, signers: Signers
) -> Draft:
    """A paper with its signed file, ready to be filed: the file is verified, and an event a signer is added.

    It is made of the text that stands now, so that it is not older than that.

    Args:
        archive: whose trusted certificates, with the user's own, the signatures are verified with.
        record: of the paper.
        files: its files by role, the signed one among them.
        source: sha256 of the file that was signed, hex.
        signers: who signed it.

    """
    signatures = check_signatures(files["signed"], trust_folders(archive.trust_folder))
    made = _events(signers, source, disk.sha256_of(files["signed"]))
    doubts = tuple(doubt for doubt in record.doubts if doubt != OLDER)
    record = replace(record, doubts=doubts, signatures=signatures, events=(*record.events, *made))
    return Draft(record, files)


def _events(signers: Signers, source: str, sha256: str) -> tuple[Event, ...]:
    """What is written down of a signed file, an event a signer."""
    done = {"profile": signers.digest, "source": source, "sha256": sha256}
    details = ({"level": one.options.level, "signer": one.key.name, **done} for one in signers.members)
    return tuple(clerk.event(_KIND, "success", detail) for detail in details)


def signings_of(record: PaperRecord) -> set[str]:
    """Through which signings the signed file of a paper went, one after the other, as far as events say.

    Each is the digest of who signed and how: see `Signers.digest`.
    """
    made = {
        str(event.detail["sha256"]): event.detail
        for event in record.events
        if event.kind == _KIND and "sha256" in event.detail
    }
    file = file_of(record, "signed")
    found: set[str] = set()
    current = "" if file is None else file.sha256
    while current in made:
        detail = made.pop(current)
        found.add(str(detail["profile"]))
        current = str(detail["source"])
    return found
