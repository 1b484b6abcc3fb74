"""What a worker does with one paper: read it, write its searchable PDF and its text into the staging folder.

Pure: a task in, a record out; no catalogue, no terminal. The record lies in the staging folder too, written last: a
rerun after a kill finds it there and does nothing twice.
"""

import hashlib
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any, Final

from digidoc import AGENT
from digidoc.archive import metadata
from digidoc.engine.deadline import Deadline, deadline
from digidoc.errors import DigidocError, from_os
from digidoc.files import disk
from digidoc.model import Event, ExtractedField, PageText, PaperRecord, SignatureRecord, Turn, Unit
from digidoc.ocr.document import ReadPaper, read_paper
from digidoc.ocr.engine import EngineSpec, OcrEngine
from digidoc.ocr.engines.registry import open_engine
from digidoc.pipeline.collect import Item
from digidoc.pipeline.review.reading import Reading
from digidoc.pipeline.review.standing import NO_FIELDS, standing

# Part of every task's key: raised when the same input would come out differently.
PIPELINE: Final = "4"
# Electronic copies have 200 dpi and more, in colour (NĐ 30/2020/NĐ-CP, annex I); 1 % is for rounding in scanners.
_MIN_DPI: Final = 198.0
GREY: Final = "not-colour"

SEARCHABLE, SIGNED, TEXT, RECEIPT = "searchable.pdf", "signed.pdf", "text.json", "receipt.json"
READ, TURNED = "text recognition", "turned"  # a PREMIS event type, and what its detail says
PAGES: Final = "pages"  # how far a worker is; see `pages_read`


@dataclass(frozen=True, slots=True)
class Task:
    """One paper to be read: keys and small values only, never bytes.

    Attributes:
        item: the paper.
        paper_id: its stable id.
        key: see `task_key`.
        sha256: of the original; of several see `digidoc.archive.ingest.digest_of`.
        staging: folder for the results.
        engine: which engine reads.
        unit: the office.
        trust: folders of the certificates that signatures of the original are checked against.
        turns: pages of which a person said how they lie, from 1, each with the degrees clockwise that make it upright.

    """

    item: Item
    paper_id: str
    key: str
    sha256: str
    staging: Path
    engine: EngineSpec
    unit: Unit
    trust: tuple[Path, ...]
    turns: tuple[tuple[int, Turn], ...] = ()


def task_key(sha256: str, engine: EngineSpec) -> str:
    """The digest of input, pipeline version and options: what has the same key comes out the same."""
    parts = (sha256, PIPELINE, engine.name, engine.option)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def joined_key(keys: Iterable[str]) -> str:
    """The key of a paper of several originals: the digest of the keys of each; of equal keys that one."""
    unique = tuple(dict.fromkeys(keys))
    return unique[0] if len(unique) == 1 else hashlib.sha256("\0".join(unique).encode()).hexdigest()[:32]


def read_task(task: Task) -> PaperRecord:
    """The record of the paper, without what only the store knows; its files lie in `task.staging`.

    Raises:
        InputError: the paper cannot be taken.
        DependencyMissing: what the engine needs is not installed.
        StorageError: the staging folder cannot be written.

    """
    finished = _finished(task)
    if finished is not None:
        return finished
    try:
        with deadline() as limit:
            paper = read_paper(
                task.item.originals,
                task.staging / SEARCHABLE,
                _engine(task.engine),
                part=task.item.part,
                turns=dict(task.turns),
                dossier=task.item.dossier,
                on_page=partial(_on_page, task, limit),
            )
            signatures = check_signatures(task.item.path, task.trust) if paper.signed else ()
        # A receipt that is there means that everything before it is on the disk, the names in the folder too: writing
        # the text flushes them.
        disk.write_over(task.staging / TEXT, Reading(paper.pages, paper.fields).to_json(), mode=disk.WRITABLE_MODE)
        record = _record(task, paper, signatures)
        disk.write_over(task.staging / RECEIPT, metadata.to_json(record, task.unit), mode=disk.WRITABLE_MODE)
    except OSError as error:
        raise from_os(error, task.item.path) from error
    except DigidocError as error:
        error.file = error.file or str(task.item.path)
        raise
    return record


def _on_page(task: Task, limit: Deadline, done: int, total: int) -> None:
    """Give the next page its time, and say how far the paper is."""
    limit.renew(writing=total if done == total else 0)
    # A file and no queue: what a worker leaves half-way when it is ended holds up no other.
    with suppress(OSError):  # a disk that is full is found out by what matters
        (task.staging / PAGES).write_text(f"{done} {total}", encoding="ascii")


def pages_read(staging: Path) -> tuple[int, int]:
    """(pages read, pages there are) of the paper that a worker is reading; zeros before the first."""
    try:
        done, total = (staging / PAGES).read_text(encoding="ascii").split()
        return int(done), int(total)
    except (OSError, ValueError):
        return 0, 0


@cache
def _engine(spec: EngineSpec) -> OcrEngine:
    """The engine of this process: loading it costs more than reading a page."""
    return open_engine(spec)


def _finished(task: Task) -> PaperRecord | None:
    receipt = task.staging / RECEIPT
    if not receipt.is_file():
        return None
    try:
        record = metadata.from_json(receipt.read_bytes())
    except (ValueError, OSError):
        return None  # half-written by a system that lost power: the paper is read anew
    same = (record.paper_id, record.task_key) == (task.paper_id, task.key)
    # A person may have turned pages since it was read.
    return record if same and record.events[0].detail.get(TURNED, []) == _turned(task) else None


def _turned(task: Task) -> list[dict[str, int]]:
    return [{"page": page, "turn": turn} for page, turn in task.turns]


def _record(task: Task, paper: ReadPaper, signatures: tuple[SignatureRecord, ...]) -> PaperRecord:
    said: dict[str, Any] = {"engines": _engines(paper.pages), "notes": list(paper.notes)}
    if task.item.more:
        said["files"] = [path.name for path in task.item.originals]
    if task.turns:
        said[TURNED] = _turned(task)
    doubts = doubts_of(paper.pages, paper.fields, coloured=paper.coloured)
    doubts += ("not-made-pdfa",) if paper.signed else ()
    state, conformant = standing(doubts, paper.fields)
    read = [page for page in paper.pages if page.text]
    return PaperRecord(
        paper_id=task.paper_id,
        task_key=task.key,
        dossier=task.item.dossier,
        name=task.item.name,
        source=str(task.item.path),
        state=state,
        sha256=task.sha256,
        pages=tuple(page.text for page in paper.pages),
        page_dpi=tuple(round(min(page.dpi), 1) for page in paper.pages),
        fields=paper.fields,
        signatures=signatures,
        events=(_event(READ, said),),
        confidence=round(sum(page.confidence for page in read) / len(read), 4) if read else 0.0,
        conformant=conformant,
        doubts=doubts,
        part=task.item.part,
    )


def doubts_of(pages: Sequence[PageText], fields: Sequence[ExtractedField], *, coloured: bool) -> tuple[str, ...]:
    """Codes of what is wrong with a paper, each once, in the order of the pages.

    Args:
        pages: its text.
        fields: what it says of itself.
        coloured: whether any page is in colour, or born digital.

    """
    found = [doubt for page in pages for doubt in page.doubts]
    if not fields and any(page.text for page in pages):
        found.append(NO_FIELDS)
    scans = [page for page in pages if page.source == "ocr"]
    if any(min(page.dpi) < _MIN_DPI for page in scans):
        found.append("low-dpi")
    if scans and not coloured:
        found.append(GREY)
    return tuple(dict.fromkeys(found))


def _engines(pages: Iterable[PageText]) -> list[str]:
    return sorted({page.engine for page in pages})


def _event(kind: str, detail: dict[str, Any]) -> Event:
    return Event(datetime.now(UTC), kind, "success", AGENT, detail)


def check_signatures(path: Path, trust: Iterable[Path]) -> tuple[SignatureRecord, ...]:
    """What verifying says now of every signature of a PDF.

    Args:
        path: the PDF.
        trust: folders of PEM files with the certificates that are trusted.

    """
    from digidoc.sign.trust.anchors import load_anchors
    from digidoc.sign.trust.store import trust_files
    from digidoc.sign.validate.verify import verify_file

    verdict = verify_file(path, load_anchors(trust_files(trust)))
    now = datetime.now(UTC)
    if not verdict.signatures:  # remains of a signature, or a file that cannot be validated: a finding too
        return (SignatureRecord("", verdict.verdict.value, verdict.reason.value, "", "", None, now),)
    return tuple(
        SignatureRecord(
            field=found.field,
            verdict=found.verdict.value,
            subindication=found.subindication,
            level=found.level,
            signer=found.signer,
            signed_at=found.signed_at,
            checked_at=now,
        )
        for found in verdict.signatures
    )
