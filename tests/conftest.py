"""What holds for every test: a home of its own, English, no colours, and no setting of the person who runs it."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.browsers import Windows

_HOME_NAMES = ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA")
_XDG_NAMES = {"XDG_CONFIG_HOME": ".config", "XDG_DATA_HOME": ".local/share", "XDG_CACHE_HOME": ".cache"}
_FORGOTTEN = ("FORCE_COLOR", "PY_COLORS", "GITHUB_ACTIONS", "COLUMNS", "TESSDATA_PREFIX")


# As the suite was started: where this machine keeps its packages is not the tests' own home.
_MACHINE = dict(os.environ)


@pytest.fixture(scope="session")
def machine_environment() -> dict[str, str]:
    """The environment outside the tests, for those that install packages."""
    return dict(_MACHINE)


@pytest.fixture(scope="session", autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("DIGIDOC_") and name != "DIGIDOC_CORPUS"]:
            patch.delenv(name)
        for name in _FORGOTTEN:
            patch.delenv(name, raising=False)
        for name in _HOME_NAMES:
            patch.setenv(name, str(home))
        for name, folder in _XDG_NAMES.items():
            patch.setenv(name, str(home / folder))
        patch.setenv("DIGIDOC_LANG", "en")
        patch.setenv("LANGUAGE", "en")
        patch.setenv("NO_COLOR", "1")
        yield


@pytest.fixture
def _ctrl_c_is_heard() -> Iterator[None]:
    """For tests that interrupt: signals may be ignored in a suite started in the background, and in its children."""
    names = [name for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {name: signal.signal(getattr(signal, name), signal.SIG_DFL) for name in names}
    signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    for name, handler in before.items():
        signal.signal(getattr(signal, name), handler)


@pytest.fixture(scope="session")
def corpus() -> Path:
    """Real material, never part of the project; the folder that DIGIDOC_CORPUS names."""
    named = os.environ.get("DIGIDOC_CORPUS")
    if not named:
        pytest.skip("DIGIDOC_CORPUS is not set")
    folder = Path(named)
    if not folder.is_dir():
        pytest.skip(f"DIGIDOC_CORPUS names no folder: {folder}")
    return folder


# Not for the whole session: Playwright's loop runs as long as its browser, and others could start none of their own.
@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    from tests.browsers import chromium

    with chromium() as started:
        yield started


@pytest.fixture
def windows(browser: "Browser") -> Iterator["Windows"]:
    """Windows of the browser; nothing may be said on their consoles."""
    from tests.browsers import Windows

    made = Windows(browser)
    yield made
    made.close()
    assert made.said == []
