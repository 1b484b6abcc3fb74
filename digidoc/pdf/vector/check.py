"""Whether the page's own drawing may stand in a PDF/A-2u as it is: every operator, every resource, every glyph.

A whitelist (ISO 19005-2, 6.2): what is not known to be right makes the page a picture, as all such pages once were.
"""

from collections.abc import Callable
from typing import Any, Final

import pikepdf
from pikepdf import Array, Dictionary, Name

from digidoc.pdf.vector.colour import (
    INTENTS,
    check_group,
    check_image,
    check_inline,
    check_shading,
    check_space,
    check_state,
    has_lzw,
)
from digidoc.pdf.vector.font import FontCheck, unicode_map
from digidoc.pdf.vector.refusal import NotVectorError, vet
from digidoc.pdf.vector.stream import Content, TextState, mark, refuse_long, show_text, use_defaults
from digidoc.pdf.vector.values import Drawn

ObjectKey = tuple[int, int]

# ISO 32000-1, annex A, without the operators that are looked at one by one below, and without those of Type 3 glyphs.
_PATHS: Final = ("m", "l", "c", "v", "y", "h", "re", "S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "n", "W", "W*")
_TEXTS: Final = ("BT", "ET", "T*", "Tc", "Td", "TD", "TL", "Tm", "Ts", "Tw", "Tz")
_STATES: Final = ("cm", "w", "J", "j", "M", "d", "i", "g", "G", "rg", "RG")
_PLAIN: Final = frozenset((*_PATHS, *_TEXTS, *_STATES, "BMC", "EMC", "MP"))
_SHOW: Final = frozenset(("Tj", "TJ", "'", '"'))
_NAMED: Final = frozenset(("Tf", "Do", "gs", "sh", "cs", "CS"))
_COLOUR: Final = frozenset(("sc", "SC", "scn", "SCN"))
_INVISIBLE = (3, 7)  # ISO 32000-1, table 106
_MAX_OPERATORS = 200_000
_MAX_NESTING = 27  # ISO 19005-2, 6.1.13: 28; one is for the text that may be laid over the page
_MAX_DEPTH = 12
_BUILT_IN = frozenset(("/DeviceGray", "/DeviceRGB", "/Pattern"))


class VectorCheck:
    """Looks at the pages of one document; forms, patterns and fonts that pages share are looked at once."""

    def __init__(self) -> None:
        self.forms: dict[ObjectKey, Drawn] = {}
        self._fonts: dict[ObjectKey, FontCheck | NotVectorError] = {}
        self._passed: dict[tuple[str, ObjectKey], bool] = {}
        self._left = 0

    def page(self, page: pikepdf.Page) -> Drawn:
        """What the page's content uses.

        Raises:
            NotVectorError: it must not stay as it is.

        """
        self._left = _MAX_OPERATORS
        try:
            check_group(page.obj.get("/Group"))
            return self._follow(page, page.obj.get("/Contents"), page.resources, 0)
        except NotVectorError:
            raise
        except Exception as error:
            # Fuzzed content raises anything.
            raise NotVectorError("structure", type(error).__name__) from error

    def form(self, found: Any, depth: int) -> Drawn:
        """A form or a pattern of tiles."""
        if depth > _MAX_DEPTH or not found.is_indirect:
            raise NotVectorError("structure", "forms within forms")
        if found.objgen not in self.forms:
            if any(key in found for key in ("/OPI", "/Ref", "/PS", "/Subtype2")):
                raise NotVectorError("form", "OPI, PostScript or a page of another file")
            if "/OC" in found:
                raise NotVectorError("layers")
            check_group(found.get("/Group"))
            vet(*(found.get(key) for key in ("/BBox", "/Matrix", "/XStep", "/YStep")))
            self.forms[found.objgen] = self._follow(found, found, found.get("/Resources"), depth)
        return self.forms[found.objgen]

    def _follow(self, content: Any, streams: Any, resources: Any, depth: int) -> Drawn:
        stream = Content(resources, depth)
        stream.shown.repacked = refuse_long(streams)
        use_defaults(stream)
        state, stack, surplus = TextState(), list[TextState](), 0
        for found in pikepdf.parse_content_stream(content):
            self._left -= 1
            if self._left < 0:
                raise NotVectorError("too-long", f"more than {_MAX_OPERATORS} operators")
            if isinstance(found, pikepdf.ContentStreamInlineImage):
                if name := check_inline(found.iimage):
                    self._space(name, stream)
                continue
            operator = str(found.operator)
            if operator == "q":
                stack.append(TextState(state.font, state.invisible))
                if len(stack) > _MAX_NESTING:
                    raise NotVectorError("limits", "graphics states nested too deep")
            elif operator == "Q":
                surplus += not stack
                state = stack.pop() if stack else state
            elif operator in _SHOW:
                show_text(found.operands, state, stream)
            else:
                self._operator(operator, found.operands, state, stream)
            vet(*found.operands)
        for font, codes in stream.codes.values():
            font.check(codes)
        stream.cmyk = stream.cmyk and "/DefaultCMYK" not in stream.uses.get("/ColorSpace", ())
        stream.shown.cmyk = stream.shown.cmyk or stream.cmyk
        return Drawn(stream.uses, stream.cmyk, stream.shown, None if surplus else len(stack))

    def _operator(self, operator: str, operands: Any, state: TextState, stream: Content) -> None:
        if operator in _PLAIN:
            return
        if operator == "Tr":
            state.invisible = int(operands[0]) in _INVISIBLE
        elif operator in ("BDC", "DP"):
            mark(operands, stream)
        elif operator in _NAMED:
            self._resource(operator, operands[0], state, stream)
        elif operator in _COLOUR:
            if len(operands) and isinstance(operands[-1], Name):
                self._pattern(stream.use("/Pattern", operands[-1]), stream)
        elif operator in ("k", "K"):
            self._space("/DeviceCMYK", stream)
        elif operator != "ri" or str(operands[0]) not in INTENTS:
            raise NotVectorError("operator", operator[:20])

    def _resource(self, operator: str, name: Any, state: TextState, stream: Content) -> None:
        """An operator whose one operand, or first, is the name of a resource."""
        if operator == "Tf":
            state.font = self._font(stream.use("/Font", name))
        elif operator == "Do":
            self._object(stream.use("/XObject", name), stream)
        elif operator == "gs":
            self._state(stream.use("/ExtGState", name), state, stream)
        elif operator == "sh":
            self._once("shading", stream.use("/Shading", name), check_shading, stream)
        else:
            self._space(str(name), stream)

    def _once(self, kind: str, found: Any, check: Callable[[Any], bool], stream: Content) -> None:
        """Look at what pages share when it is first met."""
        key = (kind, found.objgen)
        if not found.is_indirect or key not in self._passed:
            self._passed[key] = check(found)
        stream.cmyk = stream.cmyk or self._passed[key]

    def _space(self, name: str, stream: Content) -> None:
        if name == "/DeviceCMYK":
            stream.cmyk = True
        elif name not in _BUILT_IN:
            self._once("space", stream.use("/ColorSpace", name), check_space, stream)

    def _font(self, found: Any) -> FontCheck | NotVectorError:
        """The font, or what stands against it: pages select fonts that they never use."""
        key = found.objgen if found.is_indirect else (-1, hash(found.unparse()))
        if key not in self._fonts:
            try:
                self._fonts[key] = FontCheck(found)
            except NotVectorError as error:
                # It is copied all the same: of what that needs nothing may be broken.
                vet(found)
                unicode_map(found)
                self._fonts[key] = error
        return self._fonts[key]

    def _object(self, found: Any, stream: Content) -> None:
        if not isinstance(found, pikepdf.Stream):
            raise NotVectorError("resources", "a drawing that is not there")
        stream.shown.repacked = stream.shown.repacked or has_lzw(found)
        if found.get("/Subtype") == Name.Image:
            self._once("image", found, check_image, stream)
        elif found.get("/Subtype") == Name.Form:
            stream.shown.add(self.form(found, stream.depth + 1).shown)
        else:
            raise NotVectorError("form", "of a kind that PDF/A forbids")

    def _state(self, found: Any, state: TextState, stream: Content) -> None:
        self._once("state", found, check_state, stream)
        if isinstance(found.get("/Font"), Array):
            state.font = self._font(found.Font[0])
        mask = found.get("/SMask")
        if isinstance(mask, Dictionary):
            if mask.get("/TR", Name.Identity) != Name.Identity:
                raise NotVectorError("transfer-function")
            stream.shown.add(self.form(mask.get("/G"), stream.depth + 1).shown)
        elif mask is not None and mask != Name("/None"):
            raise NotVectorError("graphics-state", "a broken soft mask")

    def _pattern(self, found: Any, stream: Content) -> None:
        if isinstance(found, pikepdf.Stream) and int(found.get("/PatternType", 0)) == 1:
            stream.shown.add(self.form(found, stream.depth + 1).shown)
        elif isinstance(found, Dictionary) and int(found.get("/PatternType", 0)) == 2:  # noqa: PLR2004
            self._once("shading", found.Shading, check_shading, stream)
            if "/ExtGState" in found:
                self._state(found.ExtGState, TextState(), stream)
            vet(found.get("/Matrix"))
        else:
            raise NotVectorError("resources", "a pattern that is not there")
