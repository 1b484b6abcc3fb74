"""Names of objects, and where they lie: OCFL storage layout 0003 with its default values.

Source: https://ocfl.github.io/extensions/0003-hash-and-id-n-tuple-storage-layout.html
"""

import hashlib
import re
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import quote

LAYOUT: Final = "0003-hash-and-id-n-tuple-storage-layout"
TUPLE, TUPLES = 3, 3
DEPTH: Final = TUPLES + 1  # names in the path of an object
_LONGEST_NAME: Final = 100
_PLAIN: Final = re.compile(r"[A-Za-z0-9_-]")


def object_path(object_id: str) -> PurePosixPath:
    """Where the object lies below the storage root, by layout 0003."""
    digest = hashlib.sha256(object_id.encode()).hexdigest()
    name = "".join(c if _PLAIN.fullmatch(c) else "".join(f"%{b:02x}" for b in c.encode()) for c in object_id)
    if len(name) > _LONGEST_NAME:
        name = f"{name[:_LONGEST_NAME]}-{digest}"
    return PurePosixPath(*(digest[i * TUPLE : (i + 1) * TUPLE] for i in range(TUPLES)), name)


def object_id(unit: str, kind: str, code: str) -> str:
    """`urn:digidoc:UNIT:dossier:CODE` or `urn:digidoc:UNIT:paper:ID`, percent-encoded so that it is a URI."""
    return ":".join(("urn", "digidoc", quote(unit, safe=""), kind, quote(code, safe="")))
