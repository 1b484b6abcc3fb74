"""Forms of a copy."""

from enum import StrEnum

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
