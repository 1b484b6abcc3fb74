"""One content stream while its operators are followed: what it uses, what it shows, which codes of which font."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pikepdf
from pikepdf import Array, Dictionary, Name

from digidoc.pdf.vector.colour import check_space, has_lzw
from digidoc.pdf.vector.font import FontCheck
from digidoc.pdf.vector.refusal import NotVectorError, vet
from digidoc.pdf.vector.values import Shown

_MAX_UNPACKED = 2_000_000  # of one stream: pikepdf parses the whole before it hands out the first operator


@dataclass(slots=True)
class TextState:
    """What of the graphics state says how text is shown."""

    font: FontCheck | NotVectorError | None = None
    invisible: bool = False


@dataclass(slots=True)
class Content:
    """A content stream while it is followed."""

    resources: Any
    depth: int
    cmyk: bool = False
    uses: dict[str, set[str]] = field(default_factory=dict)
    shown: Shown = field(default_factory=Shown)
    codes: dict[int, tuple[FontCheck, set[int]]] = field(default_factory=dict)

    def use(self, kind: str, name: Any) -> Any:
        """The resource of that name.

        ISO 19005-2, 6.2.2: it must be in the stream's own resources.
        """
        key = str(name)
        found = self.resources.get(kind) if isinstance(self.resources, Dictionary) else None
        if not isinstance(found, Dictionary) or key not in found:
            raise NotVectorError("resources", f"{kind[1:]} {key[1:]} is not there")
        self.uses.setdefault(kind, set()).add(key)
        return found[key]


def use_defaults(stream: Content) -> None:
    """Colour spaces that stand for the device's (ISO 32000-1, 8.6.5.6): used without being named."""
    spaces = stream.resources.get("/ColorSpace") if isinstance(stream.resources, Dictionary) else None
    for name in ("/DefaultGray", "/DefaultRGB", "/DefaultCMYK"):
        named = isinstance(spaces, Dictionary) and name in spaces
        if named and check_space(stream.use("/ColorSpace", name), pattern=False):
            raise NotVectorError("colour-space", name[1:])


def refuse_long(streams: Any) -> bool:
    """Whether operators that are short enough to be followed are packed by LZW."""
    parts = list(streams) if isinstance(streams, Array) else [streams] if isinstance(streams, pikepdf.Stream) else []
    if sum(len(part.read_bytes()) for part in parts) > _MAX_UNPACKED:
        raise NotVectorError("too-long", f"more than {_MAX_UNPACKED // 10**6} MB of operators")
    return any(map(has_lzw, parts))


def show_text(operands: Any, state: TextState, stream: Content) -> None:
    """Text: its codes are looked at when the stream has ended.

    Raises:
        NotVectorError: in a font that may not stay, or in none.

    """
    font = state.font
    if not isinstance(font, FontCheck):
        raise font or NotVectorError("content", "text without a font")
    shown = operands[-1]
    strings = [bytes(each) for each in shown if isinstance(each, pikepdf.String)] if isinstance(shown, Array) else None
    data = b"".join(strings) if strings is not None else bytes(shown)
    if state.invisible:
        stream.shown.invisible = stream.shown.invisible or bool(data)
    else:
        stream.shown.visible = stream.shown.visible or bool(data)
    codes = stream.codes.setdefault(id(font), (font, set()))[1]
    if font.bytes_a_code == 1:
        codes.update(data)
    elif any(len(each) % 2 for each in strings or [data]):
        raise NotVectorError("content", "half a code")
    else:
        codes.update(np.frombuffer(data, ">u2").tolist())


def mark(operands: Any, stream: Content) -> None:
    """Marked content (ISO 32000-1, 14.6): its dictionary stands there or in the resources."""
    if operands[0] == Name.OC:
        raise NotVectorError("layers")
    if isinstance(operands[1], Name):
        found = stream.use("/Properties", operands[1])
        if any(isinstance(value, pikepdf.Stream) for value in found.values()):
            raise NotVectorError("content", "marked content with data")
        vet(found)
