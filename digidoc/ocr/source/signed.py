"""Whether a PDF is signed, or was: then its bytes must stay as they are."""

import re
from pathlib import Path

import pikepdf
from pikepdf import Dictionary, Name

_RANGE = re.compile(rb"/ByteRange\s*\[\s*\d+\s+\d+\s+\d+\s+\d+")
# Four numbers of at most 20 digits, and as many blanks as anyone would write.
_LONGEST_RANGE = 256
_PIECE = 1 << 20
_USAGE_RIGHTS = ("/UR3", "/UR")


def is_signed(path: Path, pdf: pikepdf.Pdf | None) -> bool:
    """Whether the file holds a signature of its content, in force or as a remainder.

    A signature dictionary counts wherever it stands, also when no form field leads to it any more: what is left of a
    signed record is evidence, and a rewritten copy would lose it. A signature that only `/Perms` names as usage rights
    (`/UR3`; ISO 32000-1, 12.8.2.3) does not count: with it Adobe's programs switched on functions of their free
    reader, it says nothing about who stands behind the content. A `/DocMDP` certification counts. A field that was
    prepared but never signed (its /Contents are zeros) does not.

    Args:
        path: the file.
        pdf: it, opened; None when pikepdf cannot, then every /ByteRange in its bytes counts.

    """
    try:
        found = pdf is not None and _is_signed(path, pdf)
    except Exception:  # noqa: BLE001 (fuzzed objects raise anything: then the bytes alone are asked, as without pikepdf)
        return _ranges_in(path) > 0
    return found or (pdf is None and _ranges_in(path) > 0)


def _is_signed(path: Path, pdf: pikepdf.Pdf) -> bool:
    perms = pdf.Root.get("/Perms")
    rights = set()
    if isinstance(perms, Dictionary):
        rights = {perms[key].objgen for key in _USAGE_RIGHTS if isinstance(perms.get(key), Dictionary)}
    signatures = [found for found in pdf.objects if _is_signature(found)]
    return any(found.objgen not in rights for found in signatures) or _ranges_in(path) > _known(pdf)


def _is_signature(found: pikepdf.Object) -> bool:
    if not isinstance(found, Dictionary) or isinstance(found, pikepdf.Stream):
        return False
    contents = found.get("/Contents")
    if not isinstance(contents, pikepdf.String) or not bytes(contents).strip(b"\0"):
        return False
    return "/ByteRange" in found or found.get("/Type") in (Name.Sig, Name.DocTimeStamp)


def _known(pdf: pikepdf.Pdf) -> int:
    """How many dictionaries with a byte range the file still knows, signed or not."""
    return sum(isinstance(o, Dictionary) and "/ByteRange" in o for o in pdf.objects)


def _ranges_in(path: Path) -> int:
    """Byte ranges in the raw bytes: an earlier revision may hold one that the last revision has dropped."""
    # Piece by piece: a mapped file would count as the worker's memory. What ends with the piece may be half a range:
    # it is found again, whole, in the tail that the next piece begins with.
    count, tail = 0, b""
    with path.open("rb") as stream:
        while piece := stream.read(_PIECE):
            data = tail + piece
            count += sum(1 for found in _RANGE.finditer(data) if len(tail) <= found.end() < len(data))
            tail = data[-_LONGEST_RANGE:]
    return count
