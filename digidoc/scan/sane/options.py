"""What a scanner can do, as `scanimage -A` lists it, and how it is asked for what a profile wants.

The names of sources and modes are the vendors' own: a feeder is "ADF", "ADF Front" or "Automatic Document Feeder".
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from digidoc.scan.errors import NoDuplex, WhichSource
from digidoc.scan.profile import COLOUR, ScanProfile

_OPTION: Final = re.compile(
    r"\s+(?P<name>-{1,2}[A-Za-z][\w-]*)(?P<switch>\[=\(yes\|no\)\])?(?: (?P<values>.*?))?(?: \[.*)?"
)
_UNIT: Final = re.compile(r"(?:dpi|mm|us|%|pel|bit)$")
_FEEDER: Final = re.compile(r"adf|feeder|duplex", re.IGNORECASE)
_DUPLEX: Final = re.compile(r"duplex|both", re.IGNORECASE)
_BACK: Final = re.compile(r"\bback\b|rear", re.IGNORECASE)
_MODES: Final[Mapping[bool, re.Pattern[str]]] = {
    True: re.compile(r"colou?r", re.IGNORECASE),
    False: re.compile(r"gr[ae]y", re.IGNORECASE),
}
_SOURCE: Final = "--source"
_ADF_MODE: Final = "--adf-mode"
_SWITCH: Final = "--duplex"


@dataclass(frozen=True, slots=True)
class Plan:
    """How scanimage is called.

    Attributes:
        words: options of the device.
        feeder: whether it goes on until there is no more paper.
        duplex: whether fronts and backs come in turn.

    """

    words: tuple[str, ...]
    feeder: bool
    duplex: bool


def abilities(listed: str) -> dict[str, tuple[str, ...]]:
    """The options that `scanimage -A` lists: by name the values that they can have, without units."""
    found: dict[str, tuple[str, ...]] = {}
    for line in listed.splitlines():
        option = _OPTION.fullmatch(line)
        if option is None:
            continue
        values = ("yes", "no") if option["switch"] else tuple((option["values"] or "").split("|"))
        found[option["name"]] = (*values[:-1], _UNIT.sub("", values[-1]))
    return found


def plan(can: Mapping[str, tuple[str, ...]], wanted: ScanProfile) -> Plan:
    """How the scanner is asked.

    Raises:
        WhichSource: its sources do not say which is the feeder, or the named one is not among them.
        NoDuplex: both sides are wanted, and it cannot do that.

    """
    source = _source(can.get(_SOURCE, ()), wanted)
    words = [f"{_SOURCE}={source}"] if source else []
    if wanted.duplex and not (source and _DUPLEX.search(source)):
        words += _duplex(can)
    mode = next((mode for mode in can.get("--mode", ()) if _MODES[wanted.mode == COLOUR].search(mode)), None)
    if mode is not None:
        words.append(f"--mode={mode}")
    if "--resolution" in can:
        words.append(f"--resolution={wanted.dpi}")
    width, height = wanted.size_mm
    if "--page-width" in can and "--page-height" in can:
        words += [f"--page-width={width}", f"--page-height={height}"]
    if "-x" in can and "-y" in can:
        words += ["-l", "0", "-t", "0", "-x", str(width), "-y", str(height)]
    feeder = bool(source and _FEEDER.search(source))
    duplex = wanted.duplex or bool(source and _DUPLEX.search(source))
    return Plan(tuple(words), feeder, duplex)


def _source(sources: tuple[str, ...], wanted: ScanProfile) -> str:
    """The vendor's word for where the paper is; empty for a scanner that has only one place and no word for it."""
    if wanted.source:
        named = [source for source in sources if source.casefold() == wanted.source.casefold()]
        if not named:
            raise WhichSource(known=", ".join(sources) or "-")
        return named[0]
    feeders = [source for source in sources if _FEEDER.search(source) and not _BACK.search(source)]
    if sources and not feeders:
        raise WhichSource(known=", ".join(sources))
    fitting = [source for source in feeders if bool(_DUPLEX.search(source)) == wanted.duplex]
    return (fitting or feeders or [""])[0]


def _duplex(can: Mapping[str, tuple[str, ...]]) -> list[str]:
    """The options of scanners whose source does not say that both sides are meant."""
    mode = next((mode for mode in can.get(_ADF_MODE, ()) if _DUPLEX.search(mode)), None)
    if mode is not None:
        return [f"{_ADF_MODE}={mode}"]
    if can.get(_SWITCH) == ("yes", "no"):
        return [f"{_SWITCH}=yes"]
    raise NoDuplex
