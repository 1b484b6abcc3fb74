"""Personal numbers in what digidoc says and notes: messages, errors and events show the last three digits only.

Messages end in logs, in mails and on screens that others see. A paper's own text and fields, its name and what search
shows of it are not touched: they are what an authorised reader asked for.

Masked are the number of the citizen's identity card (căn cước công dân: 12 digits, the first three the code of the
province of birth, 001 to 096), that of the older card (chứng minh nhân dân: 9 digits) and telephone numbers (0 or +84,
then 9 digits, or 10 for landlines that begin with 02). Not masked, for they are none: digits that are part of a paper's
id or of a digest, dates and times, document numbers, amounts of money with points.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

_SHOWN: Final = 3
_NUMBER: Final = re.compile(
    r"""
    (?P<ours> \bP-[0-9a-f]{16}\b | \b[0-9a-f]{32,128}\b )
    | (?<![0-9]) (?<![0-9][.,]) (?P<personal>
        0(?:0[1-9]|[1-8][0-9]|9[0-6]) [ .]? [0-9]{3} [ .]? [0-9]{3} [ .]? [0-9]{3}  # căn cước công dân
        | (?:\+84|\b84|0) [ .-]? [35789] (?:[ .-]?[0-9]){8}                         # mobile telephone
        | (?:\+84|0) [ .-]? 2 (?:[ .-]?[0-9]){9}                                    # landline
        | [0-9]{3} [ ]? [0-9]{3} [ ]? [0-9]{3}                                      # chứng minh nhân dân
    ) (?![0-9]) (?![.,][0-9])
    """,
    re.VERBOSE,
)


def mask(text: str) -> str:
    """The text with "*" for the digits of personal numbers, but the last three; masking twice changes nothing."""
    return _NUMBER.sub(_masked, text)


def masked(value: Any) -> Any:
    """The same for every text in a value as JSON has it; keys stay."""
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, Mapping):
        return {key: masked(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [masked(inner) for inner in value]
    return value


def _masked(match: re.Match[str]) -> str:
    number = match["personal"]
    if number is None:
        return match[0]
    digits = sum(map(str.isdigit, number))
    hidden = ""
    for char in number:
        if char.isdigit():
            digits -= 1
            char = "*" if digits >= _SHOWN else char  # noqa: PLW2901
        hidden += char
    return hidden
