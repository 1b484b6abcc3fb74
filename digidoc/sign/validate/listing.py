"""Which signatures a PDF lists. A field that cannot be read hides no other."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

_DEPTH: Final = 64
_FIELDS: Final = 100_000


@dataclass(frozen=True, slots=True)
class ListedField:
    """A filled signature field.

    Attributes:
        name: its full name.
        field: its dictionary; None when it cannot be read, and `problem` says why.
        problem: technical remark.

    """

    name: str
    field: Any
    problem: str = ""


def signature_fields(reader: PdfFileReader) -> Iterator[ListedField]:
    """Every filled signature field once, though several fields may have the same signature as their value.

    Raises:
        Exception: whatever a broken catalogue makes pyHanko raise; a broken field is a `ListedField` with a problem.

    """
    form = _value(reader.root, "/AcroForm")
    if not isinstance(form, generic.DictionaryObject):
        return
    tops = _value(form, "/Fields")
    if not isinstance(tops, generic.ArrayObject):
        return
    walk = _Walk()
    walk.wait(tops, "", "", 0)
    while walk.waiting and len(walk.seen) < _FIELDS:
        found = walk.step()
        if found is not None:
            yield found


class _Walk:
    """The tree of fields, with a list of what is still to look at: it may be deep, or point back at itself."""

    def __init__(self) -> None:
        self.waiting: list[tuple[generic.ArrayObject, int, str, str, int]] = []
        self.seen: set[Any] = set()

    def wait(self, fields: generic.ArrayObject, parent: str, kind: str, depth: int) -> None:
        """Look at these fields later, the first of them first."""
        if depth < _DEPTH:
            self.waiting += [(fields, index, parent, kind, depth) for index in reversed(range(len(fields)))]

    def step(self) -> ListedField | None:
        """Look at the next field."""
        holder, index, parent, kind, depth = self.waiting.pop()
        name = parent
        try:
            raw = holder.raw_get(index)
            node = raw.get_object()
            if self._known(raw) or not isinstance(node, generic.DictionaryObject):
                return None
            name, kind = _name(node, parent), str(_value(node, "/FT") or kind)
            kids = _value(node, "/Kids")
            if isinstance(kids, generic.ArrayObject):
                self.wait(kids, name, kind, depth + 1)
            signed = kind == "/Sig" and _value(node, "/V") is not None
            if signed and not self._known(node.raw_get("/V")):
                return ListedField(name, node)
        except Exception as error:  # noqa: BLE001 (the form is whatever the file's maker wrote)
            # A field that is gone altogether is none; one that says it is a signature and cannot be read is a finding.
            if kind == "/Sig":
                return ListedField(name or "?", None, f"{type(error).__name__}: {error}")
        return None

    def _known(self, value: Any) -> bool:
        """Whether the object was met before; one without a number never was."""
        if not isinstance(value, generic.IndirectObject):
            return False
        if value.reference in self.seen:
            return True
        self.seen.add(value.reference)
        return False


def _name(node: generic.DictionaryObject, parent: str) -> str:
    title = _value(node, "/T")
    if title is None:
        return parent
    return f"{parent}.{title}" if parent else str(title)


def _value(dictionary: generic.DictionaryObject, key: str) -> Any:
    """What stands under the key, references followed, which pyHanko's `get` does not; None for nothing."""
    found = dictionary[key] if key in dictionary else None  # noqa: SIM401
    return None if isinstance(found, generic.NullObject) else found
