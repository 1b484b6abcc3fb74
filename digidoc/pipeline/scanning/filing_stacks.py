"""A stack on its way into the archive: its papers and what speaks against them; then they are digitized."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from digidoc.archive.archive import Archive
from digidoc.archive.errors import BackupFolder
from digidoc.engine.protocol import Engine
from digidoc.errors import UsageError
from digidoc.files import disk
from digidoc.formats import codec
from digidoc.i18n import N_
from digidoc.ocr.engine import EngineSpec
from digidoc.outcome import Batch, Status
from digidoc.pipeline.collect import Item
from digidoc.pipeline.digitize import digitize
from digidoc.pipeline.digitized import Digitized
from digidoc.pipeline.scanning.assembling import assemble
from digidoc.pipeline.scanning.known import unknown_dossiers
from digidoc.progress import PagesProgress
from digidoc.scan.grouping import Trouble, grouped
from digidoc.scan.profile import DROP
from digidoc.scan.stacks import PAPERS, SIDES_DIFFER, Stack, StackGroup, StackProblem, Stacks
from digidoc.sign.create.signers import Signers

_IN_ARCHIVE = (Status.DONE, Status.REVIEW, Status.SKIPPED)


@dataclass(frozen=True, slots=True)
class Taken:
    """A stack and what came of it.

    Attributes:
        stack: as it is now.
        items: its papers, as files; none while it waits.
        batch: what came of them; None while it waits.

    """

    stack: Stack
    items: tuple[Item, ...] = ()
    batch: Batch[Digitized] | None = None


def stacks_of(archive: Archive) -> Stacks:
    """All stacks of an archive.

    Raises:
        BackupFolder: it is the backup of an archive, which takes no papers.

    """
    if archive.layout.backup.is_file():
        raise BackupFolder(file=archive.root)
    return Stacks(archive.layout.stacks)


def decide(stack: Stack, dossier: str | None, begins: Mapping[int, str | None]) -> Stack:
    """The stack with what a person says of it; what was said before of other pages stays.

    Raises:
        UsageError: it has no such page, or a sheet is to count for nothing where there is none.

    """
    for page, code in begins.items():
        if page > len(stack.pages):
            raise UsageError(reason=N_("the stack has {count} pages, not {page}"), count=len(stack.pages), page=page)
        if code is None and stack.pages[page - 1].sheet is None:
            raise UsageError(reason=N_("page {page} is no separator sheet"), page=page)
    if begins and dossier is None:
        stack = replace(stack, dossier=None)
    said = {**stack.begins, **{str(page): code or "" for page, code in begins.items()}}
    return replace(stack, dossier=dossier or stack.dossier, begins=said)


def judge(archive: Archive, stack: Stack) -> Stack:
    """The stack with its papers, or with what speaks against them; both are written down."""
    drop = stack.options.get("blank") == DROP
    found = grouped(
        stack.looked_at, stack.decided, lambda codes: unknown_dossiers(archive, codes), drop_blank_backs=drop
    )
    troubles = list(found.troubles)
    differ = stack.options.get(SIDES_DIFFER)
    if differ is not None and stack.dossier is None:
        troubles.insert(0, Trouble(SIDES_DIFFER, 1, {"sides": str(differ)}))
    judged = replace(
        stack,
        groups=() if troubles else tuple(StackGroup(g.dossier, g.sheet, g.pages) for g in found.groups),
        problems=tuple(StackProblem(t.code, t.page, dict(t.params)) for t in troubles),
    )
    with archive.system_errors():
        stacks_of(archive).save(judged)
    return judged


def file_stack(
    archive: Archive,
    stack: Stack,
    engine: Engine,
    spec: EngineSpec,
    bar: PagesProgress,
    signers: Signers | None = None,
    *,
    also_unreviewed: bool = False,
) -> Taken:
    """Digitize the papers of a stack that was judged; one that waits is left as it is.

    Args:
        archive: where to.
        stack: what `judge` made of it.
        engine: where the workers run.
        spec: which OCR engine reads.
        bar: counts pages.
        signers: who signs; None for nobody.
        also_unreviewed: whether papers are signed that a person has to review first.

    Raises:
        ArchiveLocked: another process writes to the archive.

    """
    if stack.problems:
        return Taken(stack)
    stacks = stacks_of(archive)
    with archive.system_errors():
        items = tuple(_item(stacks, stack, group) for group in stack.groups)
    batch = digitize(archive, items, engine, spec, bar, signers, also_unreviewed=also_unreviewed, about=_about(stack))
    whole = not batch.interrupted and all(outcome.status in _IN_ARCHIVE for outcome in batch.outcomes)
    if whole and not any(outcome.detail and outcome.detail.refused_before for outcome in batch.outcomes):
        stack = replace(stack, filed_at=codec.stamp(datetime.now(UTC)))
        with archive.system_errors():
            stacks.save(stack)
            disk.remove_tree(stacks.folder(stack.stack) / PAPERS)
    return Taken(stack, items, batch)


def _item(stacks: Stacks, stack: Stack, group: StackGroup) -> Item:
    folder = stacks.folder(stack.stack)
    pages = [stack.pages[page - 1] for page in group.pages]
    # Where a paper begins may be decided otherwise after a run that failed: what it made must not be taken then.
    digest = hashlib.sha256("".join(page.sha256 for page in pages).encode()).hexdigest()[:16]
    name = f"{stack.stack}-{group.pages[0]:03d}"
    file = assemble([folder / page.file for page in pages], folder / PAPERS / digest, name)
    return Item(file, group.dossier, file.name)


def _about(stack: Stack) -> dict[str, Any]:
    """What the event of the batch says of the stack."""
    papers = {page for group in stack.groups for page in group.pages}
    sheets = sum(page.sheet is not None for page in stack.pages)
    left_out = len(stack.pages) - len(papers) - sheets
    return {"stack": stack.stack, "pages": len(stack.pages), "sheets": sheets, "left_out": left_out}
