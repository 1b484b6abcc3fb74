"""What a paper says of itself, by layout and grammar of NĐ 30/2020/NĐ-CP, annex I.

Names of the fields are those of its annex VI; of others, those of the national exchange format (edXML, QCVN
102:2016/BTTTT: `SignerInfo.Competence`, `ToPlaces.Place`, `Priority`); `Place` and `Secrecy` are digidoc's own.

Blank or handwritten numbers and days are never guessed: the field is there, to be reviewed. A value that
anything speaks against (a word that is none, a mark that is off, an ending that is missing) is shown, and reviewed.
"""

from collections.abc import Sequence

from digidoc.model import ExtractedField, PageText
from digidoc.ocr.fields.issued import issued
from digidoc.ocr.fields.issuer import issuer
from digidoc.ocr.fields.layout import Header
from digidoc.ocr.fields.marks import is_marked_secret, stamped
from digidoc.ocr.fields.number import first_code, number_and_notation
from digidoc.ocr.fields.recipients import recipients, recipients_of
from digidoc.ocr.fields.signer import signers
from digidoc.ocr.fields.subject import title_of, type_and_subject

__all__ = ["extract", "is_marked_secret"]


def extract(pages: Sequence[PageText]) -> tuple[ExtractedField, ...]:
    """The fields of a paper in the order of annex VI; a field that cannot be found is left out.

    `ToPlaces.Place` comes once for each recipient, the fields of `SignerInfo` once for each signer of a joint paper.

    Args:
        pages: of one paper, in order.

    """
    if not pages or not pages[0].lines:
        return ()
    header = Header.of(pages[0])
    title = title_of(header)
    code = first_code(header)
    filled_in = code is not None and (code[1].apart or not code[1].number)
    dated = issued(header, by_hand=filled_in and pages[0].source == "ocr")
    listed = recipients_of(pages)
    numbered = number_and_notation(header, title.name if title else "", by_hand=dated.by_hand)
    by = issuer(header)
    if by and dated.fields and not numbered:  # what has an issuer and a date has a number, be it blank
        numbered = [ExtractedField("CodeNumber", "", 0.0, 1, by[0].box, review=True)]
    return (
        *numbered,
        *dated.fields,
        *by,
        *type_and_subject(header, title),
        *stamped(pages[0]),
        *signers(pages, listed),
        *recipients(pages, listed),
    )
