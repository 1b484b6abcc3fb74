"""The fields of a PDF as a reader finds them: full names by object, and what may be said of each."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from pikepdf import Array, Dictionary, Name, Object, Pdf

_DEPTH: Final = 64

Key = tuple[int, int]


class NotCompared(Exception):
    """One of the two states cannot be walked through; the message says why."""


@dataclass(slots=True)
class FormTree:
    """Fields of one state of a file: the full name of each object that belongs to one, and what stands at the top."""

    names: dict[Key, str] = field(default_factory=dict)
    tops: dict[str, Object] = field(default_factory=dict)
    empty_signatures: set[str] = field(default_factory=set)
    active: set[str] = field(default_factory=set)  # top names of fields in which something acts when they are touched


def key_of(value: Any) -> Key | None:
    """Number and generation of an object; None of a value that has none."""
    if isinstance(value, Object) and value.is_indirect:
        return value.objgen
    return None


def form_tree(pdf: Pdf) -> FormTree:
    """Walk through the fields of a file.

    Raises:
        NotCompared: they are nested too deep.

    """
    found = FormTree()
    form = pdf.Root.get("/AcroForm")
    fields = form.get("/Fields") if isinstance(form, Dictionary) else None
    if not isinstance(fields, Array):
        return found
    for one in fields:
        if isinstance(one, Dictionary):
            name = _title(one)
            found.tops.setdefault(name, one)
            for key, full, node in _fields(one, name, 0):
                found.names[key] = full
                if node.get("/FT") == Name.Sig and node.get("/V") is None:
                    found.empty_signatures.add(full)
                if node.get("/A") is not None or node.get("/AA") is not None:
                    found.active.add(name)
    return found


def _title(node: Object) -> str:
    title = node.get("/T")
    return "" if title is None else str(title)


def _fields(node: Object, name: str, depth: int) -> Iterator[tuple[Key, str, Object]]:
    """A field and all below it, with their full names (ISO 32000-1, 12.7.3.2)."""
    if depth > _DEPTH:
        raise NotCompared("fields are nested too deep")
    key = key_of(node)
    if key is not None:
        yield key, name, node
    kids = node.get("/Kids")
    if isinstance(kids, Array):
        for kid in kids:
            if isinstance(kid, Dictionary):
                title = _title(kid)
                full = name if not title else f"{name}.{title}" if name else title
                yield from _fields(kid, full, depth + 1)
