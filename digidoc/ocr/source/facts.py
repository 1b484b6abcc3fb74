"""What pypdf says of a PDF as a whole: its information and its attachments."""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pypdf

from digidoc.pdf.pdfa import DocumentInfo

_LONGEST = 2000


def read_facts(path: Path) -> tuple[DocumentInfo, tuple[str, ...]]:
    """Document information and the names of attached files; nothing where the file is too broken to say.

    Titles and dates are a courtesy: a file whose pages can be shown is not refused for lack of them.
    """
    log = logging.getLogger("pypdf")
    before = log.level
    # What pypdf finds odd in a file is neither the user's nor the log's business: pdfium shows the pages.
    log.setLevel(logging.CRITICAL)
    try:
        # A stream: given a path, pypdf reads the whole file into memory.
        with path.open("rb") as stream:
            reader = pypdf.PdfReader(stream, strict=False)
            found: Mapping[str, Any] = reader.metadata or {}
            values = {name: str(found.get(f"/{name}", "") or "")[:_LONGEST] for name in _NAMES}
            info = DocumentInfo(**{_NAMES[name]: value for name, value in values.items()})
            attached = tuple(file.name[:_LONGEST] for file in reader.attachment_list)
    except Exception:  # noqa: BLE001 (on fuzzed files pypdf raises more than its own errors)
        return DocumentInfo(), ()
    finally:
        log.setLevel(before)
    return info, attached


_NAMES = {
    "Title": "title",
    "Author": "author",
    "Subject": "subject",
    "Keywords": "keywords",
    "Creator": "creator",
    "CreationDate": "created",
}
