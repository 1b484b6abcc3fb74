"""What the content of a PDF page draws: its images with their matrices, and whether anything else can be seen."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

from digidoc.pdf.geometry import Matrix, Rectangle, bounds, multiply

_IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
# A scan with a text layer needs some 100 kB of compressed operators; more than this is not a scan, or a bomb.
_MAX_CONTENT = 500_000
_MAX_UNPACKED = 2_000_000
_MAX_OPERATORS = 100_000
_MAX_DEPTH = 8
_PAINT = {"f", "F", "f*", "B", "B*", "b", "b*", "S", "s"}
_SHOW = {"Tj", "TJ", "'", '"'}
_INVISIBLE = (3, 7)  # ISO 32000-1, table 106: neither filled nor stroked
_COVERS = 0.98
_SLACK = 1.0  # points
_STRAIGHT = 1e-3  # of the side: half a millimetre on A4


@dataclass(frozen=True, slots=True)
class DrawnImage:
    """An image XObject and the matrix from its unit square to user space."""

    image: pikepdf.Object
    matrix: Matrix
    stencil: bool

    @property
    def bounds(self) -> Rectangle:
        """Left, bottom, right, top in user space."""
        return bounds(self.matrix, (0.0, 0.0, 1.0, 1.0))

    def share_of(self, page: Rectangle) -> float:
        """How much of the page its bounds cover, 0-1."""
        return _area(_common(self.bounds, page)) / max(_area(page), 1e-9)


@dataclass(slots=True)
class Drawing:
    """What a page draws, in order, without what a later image hides.

    Attributes:
        images: those that can be seen.
        texts: operators that show text that can be seen.
        paths: painted paths, shadings and inline images.
        plain: nothing odd (soft masks, blending, clips that cut images, layers, coloured stencils).
        cut: what is left unread because the content is too long or broken.

    """

    images: list[DrawnImage] = field(default_factory=list)
    texts: int = 0
    paths: int = 0
    plain: bool = True
    cut: bool = False

    @property
    def blank(self) -> bool:
        """Whether nothing can be seen."""
        return not (self.cut or self.images or self.texts or self.paths)

    @property
    def only_images(self) -> bool:
        """Whether nothing but images can be seen, and those as plainly as they are drawn."""
        return self.plain and not self.cut and not self.texts and not self.paths


@dataclass(frozen=True, slots=True)
class _State:
    matrix: Matrix
    clip: Rectangle
    clip_simple: bool = True
    black: bool = True
    mode: int = 0
    odd: bool = False


def draw(page: pikepdf.Page, box: Rectangle, *, layers_hidden: bool = False) -> Drawing:
    """Follow the operators of `page`, whose visible box is `box` (user space).

    `layers_hidden`: the document has optional content that is not shown.

    Never raises for odd content: what cannot be followed sets `cut`.
    """
    drawing = Drawing()
    try:
        contents = page.obj.get("/Contents")
        if _raw_length(contents) > _MAX_CONTENT or _length(contents) > _MAX_UNPACKED:
            drawing.cut = True
            return drawing
        walker = _Walker(drawing, box, layers_hidden=layers_hidden)
        walker.run(page, page.resources, _State(_IDENTITY, box), 0)
    except Exception:  # noqa: BLE001 (fuzzed content raises anything; the page is rendered by pdfium then)
        drawing.cut = True
    return drawing


def _raw_length(contents: Any) -> int:
    if isinstance(contents, pikepdf.Stream):
        return int(contents.get("/Length", 0))
    if isinstance(contents, Array):
        return sum(_raw_length(part) for part in contents)
    return 0


def _length(contents: Any) -> int:
    """Unpacked; pikepdf parses the whole before it hands out the first operator."""
    if isinstance(contents, pikepdf.Stream):
        return len(contents.read_bytes())
    return sum(_length(part) for part in contents) if isinstance(contents, Array) else 0


class _Walker:
    def __init__(self, drawing: Drawing, box: Rectangle, *, layers_hidden: bool) -> None:
        self._layers_hidden = layers_hidden
        self._drawing = drawing
        self._box = box
        self._left = _MAX_OPERATORS

    def run(self, content: Any, resources: Any, state: _State, depth: int) -> None:
        stack: list[_State] = []
        path: list[Rectangle | None] = []
        clipping = False
        for operands, operator in self._operators(content):
            if operator == "q":
                stack.append(state)
            elif operator == "Q":
                state = stack.pop() if stack else state
            elif operator == "re":
                path.append(_bounds_of(operands, state.matrix))
            elif operator in ("m", "l", "c", "v", "y"):
                path.append(None)
            elif operator in ("W", "W*"):
                clipping = True
            elif operator in _PAINT or operator == "n":
                self._drawing.paths += operator != "n"
                state = _clipped(state, path) if clipping else state
                path, clipping = [], False
            elif operator == "Do":
                self._object(operands, resources, state, depth)
            else:
                state = self._other(operands, operator, resources, state)

    def _operators(self, content: Any) -> Iterator[tuple[Any, str]]:
        for instruction in pikepdf.parse_content_stream(content):
            self._left -= 1
            if self._left < 0:
                self._drawing.cut = True
                return
            yield instruction.operands, str(instruction.operator)

    def _other(self, operands: Any, operator: str, resources: Any, state: _State) -> _State:
        if operator == "cm":
            return replace(state, matrix=multiply(_matrix(operands), state.matrix))
        if operator == "Tr":
            return replace(state, mode=int(operands[0]))
        if operator in _SHOW:
            self._drawing.texts += state.mode not in _INVISIBLE
        elif operator in ("g", "rg", "k", "sc", "scn", "cs"):
            return replace(state, black=_is_black(operator, operands))
        elif operator == "gs":
            found = resources.get("/ExtGState", {}).get(operands[0])
            return replace(state, odd=state.odd or _is_odd(found))
        elif operator in {"sh", "INLINE IMAGE"}:
            self._drawing.paths += 1
        elif operator == "BDC" and operands[0] == Name.OC and self._layers_hidden:
            self._drawing.plain = False
        return state

    def _object(self, operands: Any, resources: Any, state: _State, depth: int) -> None:
        found = resources.get("/XObject", {}).get(operands[0])
        if not isinstance(found, pikepdf.Stream):
            return
        if "/OC" in found and self._layers_hidden:
            self._drawing.plain = False
        if found.get("/Subtype") == Name.Image:
            self._image(found, state)
        elif found.get("/Subtype") == Name.Form:
            if depth >= _MAX_DEPTH or _raw_length(found) > _MAX_CONTENT or _length(found) > _MAX_UNPACKED:
                self._drawing.cut = True
                return
            inner = multiply(_matrix(found.get("/Matrix", _IDENTITY)), state.matrix)
            bbox = found.get("/BBox")
            clip = _bounds_of([bbox[0], bbox[1], bbox[2] - bbox[0], bbox[3] - bbox[1]], inner) if bbox else state.clip
            state = replace(state, matrix=inner, clip=_common(state.clip, clip))
            self.run(found, found.get("/Resources", resources), state, depth + 1)

    def _image(self, image: pikepdf.Object, state: _State) -> None:
        stencil = bool(image.get("/ImageMask", False))
        drawn = DrawnImage(image, state.matrix, stencil)
        bounds = _common(drawn.bounds, self._box)
        if _area(bounds) <= 0:
            return
        masked = "/SMask" in image or "/Mask" in image
        cut = not state.clip_simple or not _inside(bounds, state.clip)
        plain = not (cut or state.odd or masked or (stencil and not state.black))
        upright = _upright(state.matrix)
        if plain and upright and not stencil and drawn.share_of(self._box) >= _COVERS:
            # It hides all that was drawn before: text under a scan is as invisible as text in mode 3.
            self._drawing.images.clear()
            self._drawing.texts = self._drawing.paths = 0
            self._drawing.plain = True
        self._drawing.images.append(drawn)
        self._drawing.plain = self._drawing.plain and plain


def _upright(matrix: Matrix) -> bool:
    a, b, c, d = map(abs, matrix[:4])
    return min(a + d, b + c) < _STRAIGHT * max(a + d, b + c)


def _matrix(values: Any) -> Matrix:
    a, b, c, d, e, f = (float(value) for value in values)
    return a, b, c, d, e, f


def _bounds_of(rectangle: Sequence[Any], matrix: Matrix) -> Rectangle:
    x, y, width, height = (float(value) for value in rectangle)
    return bounds(matrix, (x, y, x + width, y + height))


def _clipped(state: _State, path: list[Rectangle | None]) -> _State:
    if len(path) == 1 and path[0] is not None:
        return replace(state, clip=_common(state.clip, path[0]))
    return replace(state, clip_simple=False)


def _common(one: Rectangle, other: Rectangle) -> Rectangle:
    return max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3])


def _area(rect: Rectangle) -> float:
    return max(0.0, rect[2] - rect[0]) * max(0.0, rect[3] - rect[1])


def _inside(inner: Rectangle, outer: Rectangle) -> bool:
    low = inner[0] >= outer[0] - _SLACK and inner[1] >= outer[1] - _SLACK
    return low and inner[2] <= outer[2] + _SLACK and inner[3] <= outer[3] + _SLACK


def _is_black(operator: str, operands: Sequence[Any]) -> bool:
    if operator == "k":
        return [float(v) for v in operands] in ([0, 0, 0, 1], [1, 1, 1, 1])
    return operator in ("g", "rg") and not any(float(v) for v in operands)


def _is_odd(state: Any) -> bool:
    """Whether an ExtGState makes what follows transparent or blended."""
    if not isinstance(state, Dictionary):
        return False
    if state.get("/BM", Name.Normal) not in (Name.Normal, Name.Compatible):
        return True
    if state.get("/SMask", Name("/None")) != Name("/None"):
        return True
    return any(float(state.get(key, 1)) < 1 for key in ("/ca", "/CA"))
