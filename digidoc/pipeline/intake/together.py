"""Pages of one paper that were scanned as files of their own, put together before they are read.

`don_1.jpg` and `don_2.jpg` of one folder of a dossier are one paper of two files when the person says so. Only pictures
are: a PDF is a paper, and may have come signed.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from digidoc.archive.archive import Archive, paper_id
from digidoc.archive.ingest import digest_of
from digidoc.archive.metadata import clean
from digidoc.files.disk import sha256_of
from digidoc.model import PaperState
from digidoc.pipeline.collect import Apart, Found, Item
from digidoc.pipeline.intake.kept import bound_bytes
from digidoc.text import nfc

# Dossier, folder, name before the number, kind of picture.
_Common = tuple[str, str, str, str]
GAP, KNOWN = "gap", "known"
_NUMBERED: Final = re.compile(r"(|.*[^0-9])([0-9]{1,4})(\.[a-z]+)", re.DOTALL | re.IGNORECASE)
_KINDS: Final = {
    ".jpg": "jpeg",
    ".jpeg": "jpeg",
    ".png": "png",
    ".tif": "tiff",
    ".tiff": "tiff",
    ".webp": "webp",
    ".heic": "heic",
    ".heif": "heic",
}


def together(archive: Archive, found: Found) -> Found:
    """What was found, pictures that are numbered from 1 on without a gap as one paper.

    Those that are not put together although they are numbered are named: a number is missing or comes twice, or the
    archive has one of them already.
    """
    groups: dict[_Common, list[tuple[int, Item]]] = {}
    for item in found.items:
        numbered = _numbered(item)
        if numbered is not None:
            groups.setdefault(numbered[0], []).append((numbered[1], item))
    leading: dict[Item, Item] = {}
    joined, apart = set[Item](), list[Apart]()
    bound = bound_bytes(archive)
    for group in groups.values():
        pages = [item for _number, item in sorted(group, key=lambda page: page[0])]
        if len(pages) == 1:
            continue
        why = _why_apart(archive, sorted(number for number, _item in group), pages, bound)
        if why:
            apart.append(Apart(tuple(page.path for page in pages), why))
        else:
            leading[pages[0]] = replace(pages[0], more=tuple(page.path for page in pages[1:]))
            joined.update(pages[1:])
    items = tuple(leading.get(item, item) for item in found.items if item not in joined)
    return replace(found, items=items, apart=tuple(apart))


def _numbered(item: Item) -> tuple[_Common, int] | None:
    """What pages of one paper have in common, and the number of this one; None for what is no such page."""
    parts = _NUMBERED.fullmatch(nfc(item.path.name))
    if item.dossier is None or parts is None or parts[3].lower() not in _KINDS:
        return None
    common = (item.dossier, str(item.path.parent), parts[1], _KINDS[parts[3].lower()])
    return common, int(parts[2])


def _why_apart(
    archive: Archive, numbers: Sequence[int], pages: Sequence[Item], bound: dict[tuple[str | None, str], str]
) -> str:
    """Why pages are not put together; empty when they are."""
    if list(numbers) != list(range(1, len(numbers) + 1)):
        return GAP
    try:
        digests = [sha256_of(page.path) for page in pages]
    except OSError:
        return ""  # reading will say what is wrong with it
    first = pages[0]
    if archive.task_state(paper_id(first.dossier, first.name, digest_of(digests))) is not None:
        return ""
    known = any(_known(archive, page, digest, bound) for page, digest in zip(pages, digests, strict=True))
    return KNOWN if known else ""


def _known(archive: Archive, page: Item, digest: str, bound: dict[tuple[str | None, str], str]) -> bool:
    alone = archive.task_state(paper_id(page.dossier, page.name, digest))
    place = None if page.dossier is None else clean(page.dossier), digest
    return place in bound or (alone is not None and alone[1] is not PaperState.REFUSED)
