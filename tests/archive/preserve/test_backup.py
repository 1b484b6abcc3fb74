import contextlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from digidoc import errors
from digidoc.archive import errors as archive_errors
from digidoc.archive.archive import Archive
from digidoc.archive.events import audit
from digidoc.archive.events.chain import Head
from digidoc.files import disk
from digidoc.model import PaperState
from tests import judges
from tests.archive.verbs import application
from tests.papers import UNIT, draft, refused
from tests.running import Run, runner

HERE = Path(__file__).parents[3]
FILING = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from tests.papers import draft
from digidoc.archive.archive import Archive
root, scans = Path(sys.argv[2]), Path(sys.argv[3])
with Archive.locate(root) as archive, archive.writing():
    for number in range(int(sys.argv[4])):
        code = f"HS-{number % 3}"
        archive.file(code, [draft(scans / code, f"{number}.tif", f"giấy số {number}", dossier=code)])
        print(number, flush=True)
"""
KILLED = """
import os, signal, sys
left = int(sys.argv.pop(1))
def count_down(event, arguments):
    global left
    if event in ("digidoc.disk.rename", "digidoc.disk.sync-folder"):
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(count_down)
from digidoc.cli import main
sys.argv = ["digidoc", "backup", *sys.argv[1:]]
main()
"""
BACKING = "import sys; from digidoc.cli import main; sys.argv = ['digidoc', 'backup', *sys.argv[1:]]; main()"


@pytest.fixture
def run() -> Run:
    return runner(application())


@pytest.fixture
def filled(archive: Archive, scans: Path) -> Archive:
    """Two dossiers, one in two versions, a loose paper, a refusal, and a certificate that is trusted."""
    with archive.writing():
        first = draft(scans / "1", "a.tif", "giao đất", dossier="HS-01")
        archive.file("HS-01", [first, draft(scans / "1", "b.tif", "giao đất b", dossier="HS-01")])
        archive.file("HS-02", [draft(scans / "2", "a.tif", "giao đất hai", dossier="HS-02")])
        archive.file(None, [draft(scans, "r.tif", "rời", state=PaperState.REVIEW)])
        again = draft(scans / "1", "a.tif", "làm lại", dossier="HS-01", task_key="key-2", derived=b"2")
        archive.file("HS-01", [again])
        archive.refuse(refused("x.pdf", dossier="HS-03"))
    (archive.trust_folder / "ca.pem").write_text("-----BEGIN CERTIFICATE-----\n")
    return archive


def _json(result: Result, code: int | None = 0) -> Any:
    assert code in (None, result.exit_code), (result.output, result.exception)
    return json.loads(result.stdout)


def _backup(run: Run, root: Path, folder: Path, code: int = 0) -> Any:
    return _json(run("backup", folder, "-A", root, "--json"), code)


def _verify(run: Run, folder: Path, code: int = 0) -> Any:
    return _json(run("verify-backup", folder, "--json"), code)["data"]


def _restore(run: Run, folder: Path, new: Path, code: int = 0) -> Any:
    return _json(run("restore", folder, new, "--json"), code)


def _flip(file: Path) -> None:
    file.chmod(0o600)
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)


def _remove(file: Path) -> None:
    file.parent.chmod(0o700)
    file.unlink()


def _tree(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): disk.sha256_of(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.relative_to(folder).parts[0] in ("store", "refused", "trust")
    }


def _told(run: Run, root: Path) -> Any:
    every = (["status"], ["search", "giao dat"], ["search", "lam lai"], ["show", "HS-01"], ["show", "HS-03"])
    return [_json(run(*words, "-A", root, "--json"))["data"] for words in every]


# ------------------------------------------------------------------ there and back


def test_there_and_back(run: Run, filled: Archive, tmp_path: Path) -> None:
    folder, new = tmp_path / "disk" / "backup", tmp_path / "new"
    done = _backup(run, filled.root, folder)
    assert done["errors"] == []
    assert done["data"]["papers"] == 5
    assert done["data"]["objects"] == 3
    files = {
        "README.txt",
        "audit-head.json",
        "backup.json",
        "catalog.db",
        "digidoc.lock",
        "digidoc.toml",
        "events.jsonl",
    }
    assert {path.name for path in folder.iterdir()} == files | {"refused", "store", "trust"}
    kept = json.loads((folder / "backup.json").read_text(encoding="utf-8"))
    assert (kept["format"], kept["unit"], kept["running"]) == ("digidoc.backup/1", "H17.12", None)
    assert kept["finished"]
    # The backup knows the chain as it was before the event that the backup itself left.
    copied, noted = audit.log(filled.catalog, limit=2)
    assert (kept["audit_head"], done["data"]["noted"]) == ({"sequence": copied.sequence, "hash": copied.hash}, True)
    assert (noted.kind, noted.outcome, json.loads(noted.detail)["papers"]) == ("replication", "success", 5)
    with Archive.locate(folder) as opened:
        assert opened.audit_head() == Head(copied.sequence, copied.hash)
        assert audit.verify(opened.catalog, opened.layout, opened.store).findings == ()
    assert (folder / "events.jsonl").read_bytes().count(b"\n") == copied.sequence
    assert _verify(run, folder)["sound"]
    before = _told(run, filled.root)
    made = _restore(run, folder, new)
    assert (made["data"]["index"], made["errors"]) == ("copied", [])
    assert _told(run, new) == before
    assert _tree(new) == _tree(filled.root)
    assert run("audit", "verify", "-A", new).exit_code == 0
    assert run("fixity", "--all", "-A", new).exit_code == 0
    if os.name == "posix":
        assert all(path.stat().st_mode & 0o777 in (0o700, 0o400) for path in (new / "store").rglob("*"))
        assert (new / "catalog.db").stat().st_mode & 0o777 == 0o600


def test_the_restored_store_is_valid_and_goes_on(run: Run, filled: Archive, tmp_path: Path, scans: Path) -> None:
    _backup(run, filled.root, tmp_path / "backup")
    _restore(run, tmp_path / "backup", tmp_path / "new")
    with Archive.locate(tmp_path / "new") as made, made.writing():
        made.file("HS-01", [draft(scans / "n", "neu.tif", "mới tinh", dossier="HS-01")])
        assert made.search("moi tinh").hits
    # The backup goes on with the restored archive, too.
    _backup(run, tmp_path / "new", tmp_path / "backup")
    assert _verify(run, tmp_path / "backup")["sound"]
    assert judges.ocfl_valid(tmp_path / "new" / "store") == []


def test_only_what_is_new_is_copied(run: Run, filled: Archive, tmp_path: Path, scans: Path) -> None:
    folder = tmp_path / "backup"
    first = _backup(run, filled.root, folder)["data"]
    times = {path: path.stat().st_mtime_ns for path in (folder / "store").rglob("*") if path.is_file()}
    again = _backup(run, filled.root, folder)["data"]
    assert (again["files"], again["copied"]) == (first["files"], 3)  # the catalogue, log and head of the chain
    assert {path: path.stat().st_mtime_ns for path in times} == times
    with filled.writing():
        filled.file("HS-02", [draft(scans / "2", "b.tif", "thêm", dossier="HS-02")])
    more = _backup(run, filled.root, folder)["data"]
    # Three files of the paper, dossier.json, two inventories with their digests, catalogue, log and head of the chain.
    assert more["copied"] == 11
    assert _verify(run, folder)["sound"]


def test_what_is_lost_or_cut_short_in_the_backup_comes_back(run: Run, filled: Archive, tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    _backup(run, filled.root, folder)
    whole = _tree(folder)
    files = sorted((folder / "store").rglob("*.pdf"))
    _remove(files[0])
    files[1].chmod(0o600)
    files[1].write_bytes(b"")
    _flip(next((folder / "store").rglob("inventory.json")))
    _backup(run, filled.root, folder)
    assert _tree(folder) == whole


# ------------------------------------------------------------------ where a backup may lie


def test_folders_that_are_refused(run: Run, filled: Archive, tmp_path: Path) -> None:
    inside = run("backup", filled.root / "backup", "-A", filled.root)
    assert isinstance(inside.exception, archive_errors.BackupRefused)
    assert isinstance(run("backup", filled.root, "-A", filled.root).exception, archive_errors.BackupRefused)
    assert isinstance(run("backup", tmp_path, "-A", filled.root).exception, archive_errors.BackupRefused)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("x")
    assert isinstance(run("backup", tmp_path / "full", "-A", filled.root).exception, archive_errors.BackupRefused)
    assert isinstance(
        run("backup", tmp_path / "full" / "letter.txt", "-A", filled.root).exception, errors.FolderExpected
    )
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["letter.txt"]
    assert not (filled.root / "backup").exists()


def test_a_backup_of_a_backup_leaves_the_first_as_it_is(run: Run, filled: Archive, tmp_path: Path) -> None:
    _backup(run, filled.root, tmp_path / "first")
    assert not _backup(run, tmp_path / "first", tmp_path / "second")["data"]["noted"]
    assert _verify(run, tmp_path / "first")["sound"]
    assert _verify(run, tmp_path / "second")["sound"]
    assert "not recorded" in run("backup", tmp_path / "second", "-A", tmp_path / "first").stdout


def test_a_log_that_contradicts_the_catalogue_is_written_anew(run: Run, filled: Archive, tmp_path: Path) -> None:
    _backup(run, filled.root, tmp_path / "backup")
    log = tmp_path / "backup" / "events.jsonl"
    log.write_bytes(log.read_bytes().replace(b"capture", b"CAPTURE"))
    assert _verify(run, tmp_path / "backup", code=1)["damaged"] == ["events.jsonl"]
    log.write_bytes(b"")
    log.write_bytes(b"rubbish")
    _backup(run, filled.root, tmp_path / "backup")
    assert _verify(run, tmp_path / "backup")["sound"]
    with Archive.locate(tmp_path / "backup") as opened:
        assert audit.verify(opened.catalog, opened.layout, opened.store).findings == ()


def test_the_backup_of_another_archive_is_left_alone(run: Run, filled: Archive, tmp_path: Path, scans: Path) -> None:
    _backup(run, filled.root, tmp_path / "backup")
    before = _tree(tmp_path / "backup")
    with Archive.create(tmp_path / "twin", unit=UNIT, profile="commune") as twin, twin.writing():
        twin.file("HS-02", [draft(scans / "2", "a.tif", "giao đất hai", dossier="HS-02")])
    other = replace(UNIT, code="H99")
    Archive.create(tmp_path / "other", unit=other, profile="commune").close()
    Archive.create(tmp_path / "empty", unit=UNIT, profile="commune").close()
    for name in ("twin", "other", "empty"):
        refusal = run("backup", tmp_path / "backup", "-A", tmp_path / name).exception
        assert isinstance(refusal, archive_errors.BackupRefused)
        assert "another archive" in str(refusal)
    assert _tree(tmp_path / "backup") == before


def test_a_later_history_is_never_overwritten(run: Run, filled: Archive, tmp_path: Path, scans: Path) -> None:
    old = tmp_path / "old"
    shutil.copytree(filled.root, old)
    with filled.writing():
        filled.file("HS-02", [draft(scans / "2", "b.tif", "thêm", dossier="HS-02")])
    _backup(run, filled.root, tmp_path / "backup")
    before = _tree(tmp_path / "backup")
    document = _backup(run, old, tmp_path / "backup", code=3)
    assert [problem["code"] for problem in document["errors"]] == ["backup-refused"]
    after = _tree(tmp_path / "backup")
    assert {name: after[name] for name in before} == before


def test_nothing_but_backups_is_written_into_one(run: Run, filled: Archive, tmp_path: Path) -> None:
    _backup(run, filled.root, tmp_path / "backup")
    with Archive.locate(tmp_path / "backup") as opened, pytest.raises(archive_errors.BackupFolder), opened.writing():
        pass
    assert isinstance(run("rebuild-index", "-A", tmp_path / "backup").exception, archive_errors.BackupFolder)
    assert _told(run, tmp_path / "backup")[0] == _told(run, filled.root)[0]
    assert _verify(run, tmp_path / "backup")["sound"]


def test_no_key_is_copied_and_it_is_said(run: Run, filled: Archive, tmp_path: Path) -> None:
    root = filled.root
    with (root / "digidoc.toml").open("a", encoding="utf-8") as file:
        file.write('[sign.dau]\nkey = "trust/seal.bin"\npin_file = "/safe/pin"\n')
    (root / "trust" / "seal.bin").write_bytes(b"secret 1")
    (root / "trust" / "other.pem").write_text("-----BEGIN PRIVATE KEY-----\nsecret 2\n")
    (root / "trust" / "old.p12").write_bytes(b"secret 3")
    done = _backup(run, root, tmp_path / "backup")["data"]
    assert done["left_out"] == ["/safe/pin", "trust/seal.bin", "trust/old.p12", "trust/other.pem"]
    assert [path.name for path in (tmp_path / "backup" / "trust").iterdir()] == ["ca.pem"]
    assert "seal.bin" in run("backup", tmp_path / "backup", "-A", root).stdout
    (root / "trust" / "ca.pem").unlink()
    _backup(run, root, tmp_path / "backup")
    assert list((tmp_path / "backup" / "trust").iterdir()) == []
    assert _verify(run, tmp_path / "backup")["sound"]


def test_target_programmes_come_back_and_those_given_up_do_not(run: Run, filled: Archive, tmp_path: Path) -> None:
    targets = filled.layout.targets
    targets.mkdir()
    for name in ("tinh.toml", "cu.toml"):
        (targets / name).write_text(f'id = "{name}"\n', encoding="utf-8")
    _backup(run, filled.root, tmp_path / "backup")
    (targets / "cu.toml").unlink()
    _backup(run, filled.root, tmp_path / "backup")
    assert _verify(run, tmp_path / "backup")["sound"]
    assert run("restore", tmp_path / "backup", tmp_path / "restored").exit_code == 0
    restored = {path.name: path.read_bytes() for path in (tmp_path / "restored" / "targets").iterdir()}
    assert restored == {"tinh.toml": (targets / "tinh.toml").read_bytes()}
    (tmp_path / "backup" / "targets" / "stray.toml").write_text("x", encoding="utf-8")
    assert _verify(run, tmp_path / "backup", code=1)["extra"] == ["targets/stray.toml"]


# ------------------------------------------------------------------ damage


def test_damage_in_the_backup_is_found_and_named(run: Run, filled: Archive, tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    _backup(run, filled.root, folder)
    store = folder / "store"
    first, second = sorted(store.rglob("searchable.pdf"))[:2]
    _flip(first)
    _remove(second)
    (store / "stray.txt").write_text("x")
    (first.parent / "more.txt").write_text("x")
    (folder / "notes").write_text("x")
    _flip(next((folder / "refused").rglob("*.json")))
    _flip(folder / "README.txt")
    found = _verify(run, folder, code=1)
    relative = [path.relative_to(folder).as_posix() for path in (first, second, first.parent / "more.txt")]
    refusal = next((folder / "refused").rglob("*.json")).relative_to(folder).as_posix()
    assert sorted(found["damaged"]) == sorted(["README.txt", refusal, relative[0]])
    assert found["missing"] == [relative[1]]
    assert set(found["extra"]) >= {"notes", relative[2]}
    assert not found["sound"]
    shown = run("verify-backup", folder).stdout
    assert "The backup is damaged" in shown
    assert relative[0] in shown


@pytest.mark.parametrize("damage", ["flipped", "cut short", "missing", "exchanged"])
def test_a_damaged_catalogue_of_a_backup(run: Run, filled: Archive, tmp_path: Path, damage: str) -> None:
    folder = tmp_path / "backup"
    _backup(run, filled.root, folder)
    before = _told(run, filled.root)
    catalog = folder / "catalog.db"
    if damage == "flipped":
        _flip(catalog)
    elif damage == "cut short":
        os.truncate(catalog, 5000)
    elif damage == "missing":
        catalog.unlink()
    else:
        connection = sqlite3.connect(catalog)
        connection.execute("UPDATE file SET size = 1")
        connection.commit()
        connection.close()
    found = _verify(run, folder, code=1)
    assert "catalog.db" in found["missing" if damage == "missing" else "damaged"]
    made = _restore(run, folder, tmp_path / "new", code=3)
    assert made["data"]["index"] == "rebuilt"
    head = Head(**json.loads((folder / "backup.json").read_bytes())["audit_head"])
    with Archive.locate(tmp_path / "new") as opened:  # with the chain as it was
        assert not audit.verify(opened.catalog, opened.layout, opened.store, [head]).findings
    assert run("audit", "verify", "-A", tmp_path / "new").exit_code == 0
    assert [problem["code"] for problem in made["errors"]] == ["backup-damaged"]
    assert _told(run, tmp_path / "new") == before


def test_an_object_that_is_gone_or_put_back_is_found(run: Run, filled: Archive, tmp_path: Path, scans: Path) -> None:
    folder = tmp_path / "backup"
    _backup(run, filled.root, folder)
    shutil.copytree(folder / "store", tmp_path / "store-before")
    with filled.writing():
        filled.file("HS-02", [draft(scans / "2", "b.tif", "thêm", dossier="HS-02")])
    _backup(run, filled.root, folder)
    shutil.rmtree(folder / "store")
    shutil.copytree(tmp_path / "store-before", folder / "store")
    assert len(_verify(run, folder, code=1)["missing"]) == 3
    shutil.rmtree(next((folder / "store").glob("[0-9a-f]*")))
    assert _verify(run, folder, code=1)["missing"]


def test_a_damaged_file_is_named_and_the_rest_restored(run: Run, filled: Archive, tmp_path: Path) -> None:
    folder, new = tmp_path / "backup", tmp_path / "new"
    _backup(run, filled.root, folder)
    flipped, gone = sorted((folder / "store").rglob("searchable.pdf"))[:2]
    _flip(flipped)
    _remove(gone)
    document = _restore(run, folder, new, code=3)
    assert {problem["file"] for problem in document["errors"]} == {str(flipped), str(gone)}
    assert {problem["code"] for problem in document["errors"]} == {"backup-damaged"}
    lost = {path.relative_to(folder).as_posix() for path in (flipped, gone)}
    assert {name: digest for name, digest in _tree(filled.root).items() if name not in lost} == _tree(new)
    assert run("status", "-A", new).exit_code == 0


def test_a_damaged_inventory_is_restored_from_its_second_copy(run: Run, filled: Archive, tmp_path: Path) -> None:
    folder, new = tmp_path / "backup", tmp_path / "new"
    _backup(run, filled.root, folder)
    file = next(path for path in (folder / "store").rglob("inventory.json") if path.parent.name[0] != "v")
    _flip(file)
    document = _restore(run, folder, new, code=3)
    assert [problem["file"] for problem in document["errors"]] == [str(file)]
    assert _tree(new) == _tree(filled.root)


def test_damage_in_the_archive_does_not_reach_the_backup(run: Run, filled: Archive, tmp_path: Path) -> None:
    whole, folder = tmp_path / "whole", tmp_path / "backup"
    _backup(run, filled.root, whole)
    file = min((filled.root / "store").rglob("searchable.pdf"))
    _flip(file)
    _backup(run, filled.root, whole)
    assert _verify(run, whole)["sound"]
    document = _backup(run, filled.root, folder, code=3)
    assert [(problem["code"], problem["file"]) for problem in document["errors"]] == [("archive-damaged", str(file))]
    assert _verify(run, folder, code=1)["missing"] == [file.relative_to(filled.root).as_posix()]


@pytest.mark.parametrize("content", [None, b"", b"{", b'{"format": "digidoc.backup/9"}', b"[]", b"\xff"])
def test_what_is_no_backup(run: Run, tmp_path: Path, content: bytes | None) -> None:
    folder = tmp_path / "backup"
    folder.mkdir()
    expected: type[errors.DigidocError] = archive_errors.NoBackup
    if content is not None:
        (folder / "backup.json").write_bytes(content)
        expected = archive_errors.BackupDamaged
    assert isinstance(run("verify-backup", folder).exception, expected)
    assert isinstance(run("restore", folder, tmp_path / "new").exception, expected)
    assert not (tmp_path / "new").exists()


def test_where_an_archive_is_not_restored(run: Run, filled: Archive, tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    _backup(run, filled.root, folder)
    (tmp_path / "file").write_text("x")
    assert isinstance(run("restore", folder, filled.root).exception, errors.ArchiveExists)
    assert isinstance(run("restore", folder, tmp_path / "file").exception, errors.FolderExpected)
    assert isinstance(run("restore", folder, folder / "new").exception, archive_errors.BackupRefused)
    assert not (folder / "new").exists()


# ------------------------------------------------------------------ a batch meanwhile, kill, full disk


def _program(code: str, *words: object) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE), os.environ.get("PYTHONPATH", "")])},
    )


def test_while_another_process_files_papers(run: Run, archive: Archive, scans: Path, tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    archive.close()
    with _program(FILING, HERE, archive.root, scans, 60) as filing:
        assert filing.stdout is not None
        filing.stdout.readline()
        seen = 0
        while filing.poll() is None:
            document = _backup(run, archive.root, folder)
            assert document["errors"] == []
            found = _verify(run, folder)
            assert found["sound"]
            assert document["data"]["papers"] >= seen
            seen = document["data"]["papers"]
        assert filing.wait() == 0, filing.stderr.read() if filing.stderr else ""
    assert _backup(run, archive.root, folder)["data"]["papers"] == 60
    _restore(run, folder, tmp_path / "new")
    with Archive.locate(tmp_path / "new") as made:
        assert made.figures().attached == 60
    assert _tree(tmp_path / "new") == _tree(archive.root)


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_a_killed_backup_goes_on(run: Run, archive: Archive, scans: Path, tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    with archive.writing():
        for number in range(12):
            archive.file(None, [draft(scans, f"{number}.tif", f"giấy {number}", content=os.urandom(200_000))])
    killed = 0
    for wanted in (1, 4, 9):
        with _program(BACKING, folder, "-A", archive.root, "--json") as backing:
            while backing.poll() is None and len(list((folder / "store").glob("*/*/*/*"))) < wanted:
                time.sleep(0.002)
            backing.send_signal(signal.SIGKILL)
        killed += backing.returncode == -signal.SIGKILL
        if backing.returncode:
            # Whatever is there can be restored: objects that came whole are, the catalogue is made for them.
            new = tmp_path / f"new-{wanted}"
            restored = run("restore", folder, new, "--json")
            assert restored.exit_code in (0, 3), (restored.output, restored.exception)
            with Archive.locate(new) as made:
                assert made.figures().attached <= 12
    assert killed
    _backup(run, archive.root, folder)
    assert _verify(run, folder)["sound"]
    assert not (folder / "unfinished").exists()


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize("step", [2, 8, 11, 13, 16, 18, 21, 23])
def test_killed_at_a_step_of_the_second_run_the_first_is_whole(
    run: Run, filled: Archive, scans: Path, tmp_path: Path, step: int
) -> None:
    folder = tmp_path / "backup"
    _backup(run, filled.root, folder)
    with filled.writing():
        filled.file("HS-02", [draft(scans / "2", "b.tif", "giao đất thêm", dossier="HS-02")])
    with _program(KILLED, step, folder, "-A", filled.root, "--json") as backing:
        backing.wait()
    assert backing.returncode == -signal.SIGKILL
    found = _json(run("verify-backup", folder, "--json"), code=None)["data"]
    assert (found["damaged"], found["missing"]) == ([], [])
    restored = _restore(run, folder, tmp_path / "new")
    assert restored["errors"] == []
    with Archive.locate(tmp_path / "new") as made:
        found = made.figures()
        assert found.attached + found.copies in (4, 5)
    _backup(run, filled.root, folder)
    assert _verify(run, folder)["sound"]


def test_a_full_disk_leaves_the_earlier_backup(
    run: Run, filled: Archive, scans: Path, small_disk: Path, tmp_path: Path
) -> None:
    folder = small_disk / "backup"
    _backup(run, filled.root, folder)
    before = _told(run, filled.root)
    with filled.writing():
        big = [draft(scans / "1", f"{n}.tif", dossier="HS-01", content=os.urandom(1_500_000)) for n in range(4)]
        filled.file("HS-01", big)
    assert isinstance(run("backup", folder, "-A", filled.root).exception, errors.DiskFull)
    found = _json(run("verify-backup", folder, "--json"), code=1)["data"]
    assert (found["damaged"], found["missing"], found["unfinished"]) == ([], [], True)
    _restore(run, folder, tmp_path / "new")
    assert _told(run, tmp_path / "new") == before
    # And an archive that does not fit on a disk leaves nothing there.
    with contextlib.suppress(FileNotFoundError):
        shutil.rmtree(folder)
    _backup(run, filled.root, tmp_path / "roomy")
    assert isinstance(run("restore", tmp_path / "roomy", small_disk / "new").exception, errors.DiskFull)
    assert list(small_disk.iterdir()) == []
