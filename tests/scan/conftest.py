"""A scanner for the tests: SANE's own test device."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.judges import missing

Sane = Callable[..., None]
_DEVICE = Path("/etc/sane.d/test.conf")


@pytest.fixture
def sane(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Sane:
    """Makes the two test scanners the only ones; their feeder holds ten pages of 80 x 100 mm to 200 x 200 mm."""
    if shutil.which("scanimage") is None or not _DEVICE.is_file():
        missing("scanimage is not installed (`make test` installs sane-utils)")
    folder = tmp_path_factory.mktemp("sane")
    monkeypatch.setenv("SANE_CONFIG_DIR", str(folder))

    def configure(status: str = "Default", *, slow: bool = False) -> None:
        lines = []
        for line in _DEVICE.read_text(encoding="utf-8").splitlines():
            key = line.split(" ")[0]
            if key == "read-status-code":
                lines.append(f'read-status-code "{status}"')
            elif slow and key in ("read-delay", "read-delay-duration"):
                lines.append("read-delay true" if key == "read-delay" else "read-delay-duration 200000")
            else:
                lines.append(line)
        (folder / "test.conf").write_text("\n".join(lines) + "\n", encoding="utf-8")
        (folder / "dll.conf").write_text("test\n", encoding="utf-8")

    return configure
