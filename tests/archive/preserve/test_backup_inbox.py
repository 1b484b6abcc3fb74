"""A backup has what people said and the archive had not taken in yet, and lets go of it when it was."""

from pathlib import Path

from digidoc.archive.archive import Archive
from digidoc.archive.inbox import Inbox
from tests.archive.verbs import application
from tests.running import runner


def test_the_inbox_is_backed_up_and_restored(archive: Archive, tmp_path: Path) -> None:
    run = runner(application())
    inbox = Inbox(archive.layout.inbox / "corrections")
    inbox.put("a" * 32, b'{"said": 1}')
    inbox.put("b" * 32, b'{"said": 2}')
    backup = tmp_path / "backup"
    assert run("backup", backup, "-A", archive.root).exit_code == 0
    inbox.remove("a" * 32)
    assert run("backup", backup, "-A", archive.root).exit_code == 0
    held = Inbox(backup / "inbox" / "corrections")
    assert [file.stem for file in held.waiting()] == ["b" * 32], "what was taken in does not come back"
    checked = run("verify-backup", backup)
    assert checked.exit_code == 0, checked.output
    assert run("restore", backup, tmp_path / "again").exit_code == 0
    (file,) = Inbox(tmp_path / "again" / "inbox" / "corrections").waiting()
    assert file.read_bytes() == b'{"said": 2}'
    (held.folder / f"{'b' * 32}.json").chmod(0o600)
    (held.folder / f"{'b' * 32}.json").write_bytes(b"damaged")
    assert run("verify-backup", backup).exit_code == 1
