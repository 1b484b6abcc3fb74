"""What a visible stamp shall show: the form of a copy with its organisation, or pictures of signature and seal."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from digidoc.sign.errors import BadStampPlace, OrganisationMissing, StampMixed
from digidoc.text import fold


class StampForm(StrEnum):
    """Form of the copy, in the words of NĐ 30/2020/NĐ-CP."""

    SAO_Y = "SAO Y"
    SAO_LUC = "SAO LỤC"
    TRICH_SAO = "TRÍCH SAO"


def stamp_form(words: str) -> StampForm | None:
    """The form that `words` name, marks, case and dashes left aside ("sao-luc"); None when they name none."""
    wanted = fold(words.replace("-", " ").replace("_", " ")).strip()
    return next((form for form in StampForm if fold(form.value) == wanted), None)


@dataclass(frozen=True, slots=True)
class StampSpec:
    """A visible stamp: the text of a copy, or pictures; never both (NĐ 30/2020/NĐ-CP, annex I: text without image).

    Attributes:
        form: form of the copy.
        organisation: who made the copy; needed with `form`.
        signature_image: PNG with a transparent ground: the signer's own signature.
        seal_image: PNG with a transparent ground: the organisation's seal. With `signature_image` it covers the left
            third of the signature; alone, that of the signature picture which the page already bears.
        signature_mm: width of the signature's visible part; None takes the PNG's resolution, else 40 mm.
        seal_mm: width of the seal's visible part; None takes the PNG's resolution, else 36 mm.
        page: number of the page, from 1, or from the end as -1; None: the first for a copy, the signer's for pictures.
        x_mm: left edge of the stamp from the left edge of the displayed page, millimetres; None finds the place.
        y_mm: its upper edge from the upper edge of the displayed page, millimetres; given together with `x_mm`.

    """

    form: StampForm | None = None
    organisation: str | None = None
    signature_image: Path | None = None
    seal_image: Path | None = None
    signature_mm: float | None = None
    seal_mm: float | None = None
    page: int | None = None
    x_mm: float | None = None
    y_mm: float | None = None


def check_stamp(spec: StampSpec) -> None:
    """Whether the parts of a stamp fit together; the pictures are not opened.

    Raises:
        OrganisationMissing: a form without an organisation.
        StampMixed: text and pictures together, or neither.
        BadStampPlace: one coordinate without the other, a negative one, page 0, or a size that is none.

    """
    pictures = spec.signature_image is not None or spec.seal_image is not None
    if (spec.form is not None) == pictures:
        raise StampMixed
    if spec.form is not None and not (spec.organisation or "").strip():
        raise OrganisationMissing(stamp=spec.form.value)
    if spec.page == 0:
        raise BadStampPlace(words="0")
    if (spec.x_mm is None) != (spec.y_mm is None):
        raise BadStampPlace(words=str(spec.x_mm if spec.y_mm is None else spec.y_mm))
    for length in (spec.x_mm, spec.y_mm):
        if length is not None and not 0 <= length < _LONGEST_MM:
            raise BadStampPlace(words=f"{length:g}")
    for length in (spec.signature_mm, spec.seal_mm):
        if length is not None and not 0 < length < _LONGEST_MM:
            raise BadStampPlace(words=f"{length:g}")


_LONGEST_MM: Final = 5080.0  # the longest side of a PDF page, 200 inches
