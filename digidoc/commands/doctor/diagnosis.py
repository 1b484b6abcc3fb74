"""What `digidoc doctor` finds on a machine."""

import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class State(StrEnum):
    """How a check came out."""

    OK = "ok"
    WARNING = "warning"  # the main job can be done, something else cannot
    MISSING = "missing"  # needed for the main job


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at.

    Attributes:
        code: stable English name, for scripts.
        title: what it is, English, to be translated.
        state: how it came out.
        found: version, place or reason, as it is.
        advice: what to do, English with `{name}` places, to be translated; empty when all is well.
        params: values for the places.

    """

    code: str
    title: str
    state: State
    found: str = ""
    advice: str = ""
    params: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, str]:
        """English, for scripts."""
        advice = self.advice.format(**self.params)
        return {"code": self.code, "title": self.title, "state": self.state, "found": self.found, "advice": advice}


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What was found on this machine.

    Attributes:
        version: of digidoc.
        python: version and place of the Python that runs it.
        platform: operating system and processor.
        checks: all that was looked at.
        settings: (value, where it came from) of each setting, by name.
        engine: the OCR engine that would read now, with its versions; empty when none can.

    """

    version: str
    python: str
    platform: str
    checks: tuple[Check, ...]
    settings: Mapping[str, tuple[str, str]]
    engine: str

    @property
    def usable(self) -> bool:
        """Whether the main job can be done: nothing needed is missing."""
        return all(check.state is not State.MISSING for check in self.checks)

    def to_json(self) -> dict[str, Any]:
        """The form of digidoc.doctor/1."""
        return {
            "version": self.version,
            "python": self.python,
            "platform": self.platform,
            "usable": self.usable,
            "engine": self.engine,
            "checks": [check.to_json() for check in self.checks],
            "settings": {name: {"value": value, "origin": origin} for name, (value, origin) in self.settings.items()},
        }


def by_system(linux: str, windows: str, other: str) -> str:
    """The advice for this system."""
    if sys.platform == "win32":
        advice = windows
    else:
        advice = linux if shutil.which("apt-get") else other
    return advice
