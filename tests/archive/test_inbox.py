"""The inbox: durable before it is acknowledged, taken in once."""

import subprocess
import sys
from pathlib import Path

import pytest

from digidoc.archive.errors import IdTaken
from digidoc.archive.inbox import Inbox

FIRST, SECOND = "a" * 32, "b" * 32
_PUT = """
import sys
from pathlib import Path
from digidoc.archive.inbox import Inbox
step, at = sys.argv[2], []
def hook(event, args):
    if event.startswith("digidoc.disk."):
        at.append(event)
        if len(at) == int(step):
            import os
            os._exit(9)
sys.addaudithook(hook)
Inbox(Path(sys.argv[1])).put("a" * 32, b"said")
"""


@pytest.fixture
def inbox(tmp_path: Path) -> Inbox:
    return Inbox(tmp_path / "inbox" / "corrections")


def test_what_is_said_waits_in_its_order(inbox: Inbox) -> None:
    assert inbox.waiting() == []
    assert inbox.put(SECOND, b"two")
    assert inbox.put(FIRST, b"one")
    (inbox.folder / "notes.json").write_text("by hand")
    assert [inbox.read(place) for place in inbox.waiting()] == [b"two", b"one"]
    inbox.remove(SECOND)
    inbox.remove(SECOND)
    assert [place.stem for place in inbox.waiting()] == [FIRST]
    assert inbox.read(inbox.folder / f"{SECOND}.json") is None


def test_the_same_is_said_once(inbox: Inbox) -> None:
    assert inbox.put(FIRST, b"one")
    assert not inbox.put(FIRST, b"one")
    with pytest.raises(IdTaken):
        inbox.put(FIRST, b"other")
    assert len(inbox.waiting()) == 1


@pytest.mark.parametrize("identifier", ["", "../" + "a" * 29, "A" * 32, "a" * 31])
def test_an_id_is_no_path(inbox: Inbox, identifier: str) -> None:
    with pytest.raises(ValueError, match="no id"):
        inbox.put(identifier, b"")


def test_a_kill_leaves_all_of_it_or_nothing(tmp_path: Path) -> None:
    for step in range(1, 20):
        folder = tmp_path / str(step) / "inbox" / "corrections"
        folder.parent.parent.mkdir()
        done = subprocess.run([sys.executable, "-c", _PUT, str(folder), str(step)], check=False)
        inbox = Inbox(folder)
        assert [inbox.read(place) for place in inbox.waiting()] in ([], [b"said"])
        if done.returncode == 0:
            break
        inbox.put(FIRST, b"said")
        assert [inbox.read(place) for place in inbox.waiting()] == [b"said"]
    assert step > 5, "it was killed at each step"
