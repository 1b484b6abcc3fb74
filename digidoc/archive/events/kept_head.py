"""The head of the chain of events on a sheet that can be signed, and reading it back from wherever it was kept.

Whoever keeps the head outside the archive can show later that no event was changed or removed. The sheet is a plain PDF
of one page in a font that every viewer has; it is a note to be kept, not a record, so it is no PDF/A. Its text is not
compressed: NUMBER:HASH stands in the file as it stands on the page, also after `digidoc sign` has added a signature
behind it, and can be found with any program.
"""

import io
import json
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from digidoc.archive.events.chain import Head
from digidoc.clock import iso
from digidoc.errors import OutputExists, UnreadableFile, UsageError, from_os
from digidoc.files import disk
from digidoc.i18n import N_

_TYPED: Final = re.compile(rb"(?<![0-9A-Za-z])([0-9]{1,18}):([0-9a-fA-F]{64})(?![0-9A-Za-z])")
_WANTED: Final = N_("--head needs a number, a colon and a hash of 64 characters, or a file that holds them")
_NONE: Final = N_("it does not contain the number and hash of an event")
_LARGEST: Final = 64 << 20  # bytes; a report or a signed sheet has far fewer
_WIDTH, _HEIGHT, _LEFT, _TOP, _LINE, _SIZE = 595, 842, 56, 770, 20, 9  # A4, points
_PRINTABLE: Final = re.compile(r"[^ -~]")


def kept_heads(given: str) -> tuple[Head, ...]:
    """The heads that somebody kept.

    Args:
        given: NUMBER:HASH, or the path of a file that holds it: the sheet of `write_sheet`, signed or not, a report in
            JSON, audit-head.json, backup.json, any text.

    Raises:
        UsageError: it is neither.
        UnreadableFile: the file holds no head.
        PermissionMissing, StorageError: it cannot be read.

    """
    if typed := _TYPED.fullmatch(given.strip().encode("utf-8", "replace")):
        return (_head(typed),)
    file = Path(given)
    try:
        readable = file.is_file() and file.stat().st_size <= _LARGEST
    except OSError as error:  # a name that no file can have
        raise UsageError(reason=_WANTED) from error
    if not readable:
        raise UsageError(reason=_WANTED)
    try:
        data = file.read_bytes()
    except OSError as error:
        raise from_os(error, file) from error
    found = dict.fromkeys(map(_head, _TYPED.finditer(data)))
    with suppress(ValueError, RecursionError):  # no JSON
        found |= dict.fromkeys(_within(json.loads(data)))
    if not found:
        raise UnreadableFile(file=file, reason=_NONE)
    return tuple(found)


def write_sheet(file: Path, head: Head, unit: str, at: datetime) -> None:
    """Write a head on a sheet, a PDF of one page.

    Args:
        file: where to; there must be none yet.
        head: of the chain.
        unit: code of the office.
        at: when the head was taken.

    Raises:
        OutputExists: there is a file of that name.
        FileMissing, PermissionMissing, DiskFull, ReadOnlyTarget, StorageError: it cannot be written.

    """
    lines = (
        "digidoc audit head",
        f"Archive of: {_PRINTABLE.sub('?', unit)}",
        f"Events: {head.sequence}",
        f"Taken: {iso(at)}",
        f"{head.sequence}:{head.hash}",
        "Check an archive against this sheet: digidoc audit verify --head FILE",
    )
    try:
        disk.write_new(file, _pdf(lines), mode=disk.WRITABLE_MODE)
    except FileExistsError as error:
        raise OutputExists(file=file) from error
    except OSError as error:
        raise from_os(error, file) from error


def _pdf(lines: tuple[str, ...]) -> bytes:
    import pikepdf

    shown = "".join(
        f"BT /F {_SIZE} Tf {_LEFT} {_TOP - number * _LINE} Td ({_escaped(line)}) Tj ET\n"
        for number, line in enumerate(lines)
    )
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(_WIDTH, _HEIGHT))
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Courier)
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=pdf.make_indirect(font)))
        page.Contents = pdf.make_stream(shown.encode("ascii"))
        pdf.docinfo["/Title"] = lines[0]
        made = io.BytesIO()
        pdf.save(made, min_version="1.7", compress_streams=False, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return made.getvalue()


def _escaped(line: str) -> str:
    return re.sub(r"([\\()])", r"\\\1", line)


def _head(found: re.Match[bytes]) -> Head:
    return Head(int(found[1]), found[2].decode("ascii").lower())


def _within(document: Any) -> Iterator[Head]:
    """Every head that a JSON document holds, in the form of `Head.to_json`."""
    if isinstance(document, list):
        for entry in document:
            yield from _within(entry)
    elif isinstance(document, dict):
        written = f"{document.get('sequence')}:{document.get('hash')}".encode("utf-8", "replace")
        if typed := _TYPED.fullmatch(written):
            yield _head(typed)
        for entry in document.values():
            yield from _within(entry)
