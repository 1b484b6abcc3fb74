"""PDF objects as values: said once, and put into a file by pikepdf, or as bytes by a writer of another library.

Of Python's values a mapping is a dictionary (its keys without slash), a sequence an array, a `str` a name, `bytes` a
string. What other objects refer to is an `Indirect` or a `Stream`; it is put into a file once.
"""

import re
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import pikepdf

Value: TypeAlias = "bool | int | float | str | bytes | Sequence[Value] | Mapping[str, Value] | Indirect | Stream"

# ISO 32000-1, 7.3.5: what stands in a name as the hexadecimal code of its byte.
_NOT_REGULAR: Final = re.compile(rb"[^!-~]|[()<>\[\]{}/%#]")
_ESCAPED: Final = re.compile(rb"[()\\]")


@dataclass(frozen=True, slots=True, eq=False)
class Indirect:
    """A value as an object of its own."""

    value: Value


@dataclass(frozen=True, slots=True, eq=False)
class Stream:
    """Data with a dictionary; `packed` compresses them where they are written as bytes."""

    entries: Mapping[str, Value]
    data: bytes
    packed: bool = True


def add_to(pdf: pikepdf.Pdf, value: Value) -> pikepdf.Object:
    """Put a value into a PDF that pikepdf is writing, with all that it refers to."""
    return pdf.make_indirect(_Adder(pdf).made(value))


class _Adder:
    def __init__(self, pdf: pikepdf.Pdf) -> None:
        self._pdf = pdf
        self._made: dict[int, pikepdf.Object] = {}

    def made(self, value: Value) -> pikepdf.Object:
        if isinstance(value, Indirect | Stream):
            if id(value) not in self._made:
                self._made[id(value)] = self._pdf.make_indirect(self._object(value))
            return self._made[id(value)]
        if isinstance(value, Mapping):
            return pikepdf.Dictionary({f"/{key}": self.made(each) for key, each in value.items()})
        if isinstance(value, str):
            return pikepdf.Name(f"/{value}")
        if isinstance(value, bytes):
            return pikepdf.String(value)
        if isinstance(value, Sequence):
            return pikepdf.Array([self.made(each) for each in value])
        return value  # type: ignore[return-value]  # pikepdf takes numbers as they are

    def _object(self, value: Indirect | Stream) -> pikepdf.Object:
        if isinstance(value, Indirect):
            return self.made(value.value)
        return pikepdf.Stream(
            self._pdf, value.data, {f"/{key}": self.made(each) for key, each in value.entries.items()}
        )


def indirect_in(value: Value) -> Iterator[Indirect | Stream]:
    """All objects that a value refers to, itself last; each once, and after what it refers to itself."""
    return _indirect_in(value, set())


def _indirect_in(value: Value, seen: set[int]) -> Iterator[Indirect | Stream]:
    if isinstance(value, Indirect | Stream):
        if id(value) in seen:
            return
        seen.add(id(value))
        yield from _indirect_in(value.value if isinstance(value, Indirect) else value.entries, seen)
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _indirect_in(each, seen)
    elif isinstance(value, Sequence) and not isinstance(value, str | bytes):
        for each in value:
            yield from _indirect_in(each, seen)


def written(value: Indirect | Stream, number: Callable[[Indirect | Stream], int]) -> bytes:
    """The bytes between `obj` and `endobj`, once `number` says under which number each object stands in the file."""
    if isinstance(value, Indirect):
        return _bytes(value.value, number)
    data, entries = value.data, dict(value.entries)
    if value.packed:
        data = zlib.compress(data, 9)
        entries["Filter"] = "FlateDecode"
    return _bytes({**entries, "Length": len(data)}, number) + b"\nstream\n" + data + b"\nendstream"


def _bytes(value: Value, number: Callable[[Indirect | Stream], int]) -> bytes:  # noqa: PLR0911 (one answer a kind)
    if isinstance(value, Indirect | Stream):
        return b"%d 0 R" % number(value)
    if isinstance(value, Mapping):
        return b"<< %s >>" % b" ".join(b"%s %s" % (_name(key), _bytes(each, number)) for key, each in value.items())
    if isinstance(value, str):
        return _name(value)
    if isinstance(value, bytes):
        return b"(%s)" % _ESCAPED.sub(rb"\\\g<0>", value)
    if isinstance(value, bool):
        return b"true" if value else b"false"
    if isinstance(value, Sequence):
        return b"[%s]" % b" ".join(_bytes(each, number) for each in value)
    return (f"{value:.4f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)).encode("ascii")


def _name(text: str) -> bytes:
    return b"/" + _NOT_REGULAR.sub(lambda found: b"#%02X" % found[0][0], text.encode("utf-8"))
