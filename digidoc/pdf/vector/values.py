"""What a page that keeps its own drawing is, as the check hands it to the copier: values, without I/O."""

from collections.abc import Mapping
from dataclasses import dataclass

import pikepdf

from digidoc.pdf.geometry import PageBox

# Number and generation of an object of the source PDF.
ObjectKey = tuple[int, int]
# Which names of which kind of resource a content stream uses, such as {"/Font": {"/F1"}}.
Uses = Mapping[str, set[str]]


@dataclass(slots=True)
class Shown:
    """What a page shows, its forms and patterns included.

    Attributes:
        visible: text that can be seen.
        invisible: text in render mode 3 or 7.
        cmyk: colours in DeviceCMYK, for which no profile speaks.
        repacked: data packed by LZW, which the copy packs otherwise.

    """

    visible: bool = False
    invisible: bool = False
    cmyk: bool = False
    repacked: bool = False

    def add(self, other: "Shown") -> None:
        """What a form shows, the page shows."""
        self.visible = self.visible or other.visible
        self.invisible = self.invisible or other.invisible
        self.cmyk = self.cmyk or other.cmyk
        self.repacked = self.repacked or other.repacked


@dataclass(frozen=True, slots=True)
class Drawn:
    """A content stream that may stay.

    Attributes:
        uses: the resources it uses.
        cmyk: whether it needs a DefaultCMYK among them.
        shown: its text.
        unclosed: how many graphics states it leaves open at its end; None when it closes more than it opens.

    """

    uses: Uses
    cmyk: bool
    shown: Shown
    unclosed: int | None


@dataclass(frozen=True, slots=True)
class VectorPage:
    """A page of the source PDF whose own drawing is copied.

    Attributes:
        page: of the source.
        geometry: how it is shown.
        drawn: what it uses.
        forms: what each of its forms and patterns uses.

    """

    page: pikepdf.Page
    geometry: PageBox
    drawn: Drawn
    forms: dict[ObjectKey, Drawn]
