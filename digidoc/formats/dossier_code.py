"""How an office writes the codes of its dossiers: a pattern that people write, and the code that a folder's name is.

A pattern is the code itself with places in braces: `{agency}` (letters and digits, in groups joined by points),
`{yymmdd}` (a day) and `{number}` (digits; `{number:4,6-7}` says how many). It is no regular expression: whatever is
written in a settings file, a name is compared in a time that grows with its length alone.
"""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Self

from digidoc.errors import BadConfiguration
from digidoc.i18n import N_
from digidoc.text import nfc

# Codes of one-stop systems are AGENCY-YYMMDD-NUMBER: four digits on a province's system, six or seven on a ministry's.
DEFAULT_PATTERN: Final = "{agency}-{yymmdd}-{number:4,6-7}"
KEY: Final = "dossier_code"  # of an archive's digidoc.toml
_LONGEST: Final = 100  # characters of a code
_MOST_DIGITS: Final = 20
_PLACE: Final = re.compile(r"\{([^{}]*)\}")
_DIGITS: Final = re.compile(r"(?P<least>[0-9]{1,2})(?:-(?P<most>[0-9]{1,2}))?")
_AGENCY: Final = "[0-9A-Za-z]{1,10}(?:\\.[0-9A-Za-z]{1,10})*"
_NO_FOLDER: Final = frozenset('/\\:*?"<>|')  # what a folder's name cannot have everywhere


@dataclass(frozen=True, slots=True)
class DossierCode:
    """The form of an office's dossier codes.

    Attributes:
        pattern: as it was written.

    """

    pattern: str
    _parts: tuple[str, ...] = field(compare=False, repr=False)
    _form: re.Pattern[str] = field(compare=False, repr=False)

    @classmethod
    def read(cls, pattern: str, file: Path | None = None) -> Self:
        """The form that a pattern stands for.

        Args:
            pattern: see the module.
            file: the settings that it stands in, for messages.

        Raises:
            BadConfiguration: it is no such pattern.

        """
        tidied = nfc(pattern).strip()
        # Texts and places in turn: texts at 0, 2, 4 …, the inside of the braces at 1, 3, 5 …
        parts = tuple(_PLACE.split(tidied))
        wrong = _wrong_as_a_whole(tidied, parts)
        if wrong is not None:
            raise BadConfiguration(file=file, reason=wrong, key=KEY, value=pattern)
        expression = ""
        for index, part in enumerate(parts):
            place = _place(part) if index % 2 else re.escape(part)
            if place is None:
                reason = N_("{key} = {value}: there is no place {place}; there are {known}")
                known = "{agency}, {yymmdd}, {number}, {number:4}, {number:4,6-7}"
                raise BadConfiguration(
                    file=file, reason=reason, key=KEY, value=pattern, place="{" + part + "}", known=known
                )
            expression += f"({place})" if index % 2 else f"(?i:{place})"
        return cls(pattern, parts, re.compile(expression))

    def code_of(self, name: str) -> str | None:
        """The code that a name is, in the pattern's own letters and the agency in capitals; None when it is none."""
        tidied = nfc(name).strip()
        found = self._form.fullmatch(tidied) if len(tidied) <= _LONGEST else None
        if found is None:
            return None
        code = ""
        for index, part in enumerate(self._parts):
            text = found[index // 2 + 1] if index % 2 else part
            if index % 2 and part == "yymmdd" and not _is_day(text):
                return None
            code += text.upper() if part == "agency" and index % 2 else text
        return code


def _wrong_as_a_whole(pattern: str, parts: tuple[str, ...]) -> str | None:
    """What is wrong with a pattern beside its places: a marked sentence; None when nothing is."""
    texts, places = parts[::2], parts[1::2]
    if not pattern.isprintable() or len(pattern) > _LONGEST or any(char in _NO_FOLDER for char in "".join(texts)):
        return N_("{key} = {value}: it has at most 100 characters, and none that a folder's name cannot have")
    if "{" in "".join(texts) or "}" in "".join(texts):
        return N_("{key} = {value}: a brace is not closed, or not opened")
    if not any(place.startswith("number") for place in places):
        return N_("{key} = {value}: it needs a {{number}}, for a code without a number names no dossier")
    if places.count("agency") > 1 or places.count("yymmdd") > 1:
        return N_("{key} = {value}: {{agency}} and {{yymmdd}} stand in it once at most")
    if not all(any(not char.isalnum() for char in text) for text in texts[1:-1]):
        return N_("{key} = {value}: between two places stands a sign that is no letter and no digit, such as -")
    return None


def _place(inside: str) -> str | None:
    """The expression of what stands between two braces; None when there is no such place."""
    if inside == "agency":
        return _AGENCY
    if inside == "yymmdd":
        return "[0-9]{6}"
    name, colon, counts = inside.partition(":")
    if name != "number":
        return None
    if not colon:
        return f"[0-9]{{1,{_MOST_DIGITS}}}"
    choices = []
    for count in counts.split(","):
        found = _DIGITS.fullmatch(count.strip())
        least, most = (0, 0) if found is None else (int(found["least"]), int(found["most"] or found["least"]))
        if not 1 <= least <= most <= _MOST_DIGITS:
            return None
        choices.append(f"[0-9]{{{least},{most}}}")
    return "|".join(choices)


def _is_day(yymmdd: str) -> bool:
    try:
        datetime.strptime(yymmdd, "%y%m%d").replace(tzinfo=UTC)
    except ValueError:
        return False
    return True
