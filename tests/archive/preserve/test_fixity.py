import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from digidoc import errors
from digidoc.archive import refusals
from digidoc.archive.archive import Archive
from digidoc.archive.events import audit
from digidoc.archive.preserve.fixity import Report, Scope, check
from digidoc.archive.preserve.repair import repair
from digidoc.archive.preserve.scrub import Damage
from digidoc.archive.store.inventory import sidecar
from digidoc.engine.inline import InlineEngine
from digidoc.progress import Progress
from tests.archive import damage
from tests.papers import draft


class Silent:
    """A bar that shows nothing, and interrupts after so many objects."""

    def __init__(self, interrupt_after: int = -1) -> None:
        self.left = interrupt_after

    def advance(self, item: str, steps: int = 1) -> None:
        del item
        self.left -= steps
        if self.left == 0:
            raise KeyboardInterrupt

    def expect(self, total: int) -> None:
        del total


@pytest.fixture
def filled(archive: Archive, scans: Path) -> Archive:
    damage.fill(archive, scans)
    return archive


@pytest.fixture
def backup(filled: Archive, tmp_path: Path) -> Path:
    """Another copy of the store."""
    for name in ("store", "refused"):
        shutil.copytree(filled.root / name, tmp_path / "backup" / name)
    return tmp_path / "backup"


def checked(archive: Archive, scope: Scope | None = None, bar: Progress | None = None) -> Report:
    return check(archive, InlineEngine(), scope or Scope(), bar or Silent())


def found(archive: Archive) -> set[tuple[str, str]]:
    """Damage and path, from the folder of dossier A where it lies in it."""
    short = f"{folder(archive, 'A').relative_to(archive.root).as_posix()}/"
    return {(finding.damage.value, finding.path.removeprefix(short)) for finding in checked(archive).findings}


def folder(archive: Archive, dossier: str) -> Path:
    return archive.store.folder(f"urn:digidoc:H17.12:dossier:{dossier}")


def originals(archive: Archive) -> list[Path]:
    return [archive.file_path(paper.paper_id, "original") for paper in archive.papers_of("A")]


def test_an_intact_archive(filled: Archive) -> None:
    report = checked(filled)
    assert (report.findings, report.objects, report.interrupted) == ((), 3, False)
    files = [path for path in folder(filled, "A").parents[3].rglob("*") if path.is_file()]
    stored = [path for path in files if "extensions" not in path.parts and path.parent != filled.store.root]
    assert (report.files, report.bytes) == (len(stored), sum(path.stat().st_size for path in stored))
    (event,) = audit.log(filled.catalog, kind="fixity check")
    assert (event.outcome, json.loads(event.detail)["objects"]) == ("success", 3)


# What a hand does to dossier A (two versions, four papers), and what is to be named.
def _flip_content(archive: Archive) -> set[tuple[str, str]]:
    damage.flip(originals(archive)[0])
    return {("damaged", originals(archive)[0].relative_to(folder(archive, "A")).as_posix())}


def _truncate(archive: Archive) -> set[tuple[str, str]]:
    file = originals(archive)[1]
    file.chmod(0o600)
    os.truncate(file, 10)
    return {("damaged", file.relative_to(folder(archive, "A")).as_posix())}


def _delete(archive: Archive) -> set[tuple[str, str]]:
    originals(archive)[2].unlink()
    return {("missing", originals(archive)[2].relative_to(folder(archive, "A")).as_posix())}


def _swap(archive: Archive) -> set[tuple[str, str]]:
    first, second = originals(archive)[:2]
    damage.swap(first, second)
    return {("damaged", path.relative_to(folder(archive, "A")).as_posix()) for path in (first, second)}


def _link(archive: Archive) -> set[tuple[str, str]]:
    file = originals(archive)[0]
    file.rename(archive.root / "elsewhere")
    file.symlink_to(archive.root / "elsewhere")
    return {("damaged", file.relative_to(folder(archive, "A")).as_posix())}


def _extra(archive: Archive) -> set[tuple[str, str]]:
    (folder(archive, "A") / "v1" / "content" / "note.txt").write_text("x")
    (archive.store.root / "abc").mkdir(exist_ok=True)
    (archive.store.root / "abc" / "stray").write_text("x")
    return {("extra", "v1/content/note.txt"), ("extra", "store/abc/stray")}


def _flip_inventory(archive: Archive) -> set[tuple[str, str]]:
    damage.flip(folder(archive, "A") / "inventory.json", 40)
    return {("inventory", "inventory.json")}


def _flip_sidecar(archive: Archive) -> set[tuple[str, str]]:
    damage.flip(folder(archive, "A") / "inventory.json.sha512", 4)
    damage.flip(folder(archive, "A") / "v1" / "inventory.json.sha512", -3)
    return {("inventory", "inventory.json"), ("inventory", "v1/inventory.json")}


def _both_inventories(archive: Archive) -> set[tuple[str, str]]:
    for place in (".", "v2"):
        (folder(archive, "A") / place / "inventory.json").unlink()
    return {("missing", "inventory.json"), ("missing", "v2/inventory.json")}


def _flip_declaration(archive: Archive) -> set[tuple[str, str]]:
    damage.flip(folder(archive, "A") / "0=ocfl_object_1.1", 0)
    return {("damaged", "0=ocfl_object_1.1")}


def _older_version(archive: Archive) -> set[tuple[str, str]]:
    place = folder(archive, "A")
    shutil.rmtree(place / "v2")
    for name in ("inventory.json", "inventory.json.sha512"):
        (place / name).unlink()
        shutil.copy(place / "v1" / name, place / name)
    return {("outdated", "v2")}


def _whole_object(archive: Archive) -> set[tuple[str, str]]:
    shutil.rmtree(folder(archive, "A"))
    return {("missing", folder(archive, "A").relative_to(archive.root).as_posix())}


def _refusal(archive: Archive) -> set[tuple[str, str]]:
    (file,) = refusals.Refusals(archive.root / "refused").files()
    damage.flip(file, 4)
    return {("damaged", file.relative_to(archive.root).as_posix())}


HANDS = [
    _flip_content,
    _truncate,
    _delete,
    _swap,
    _link,
    _flip_inventory,
    _flip_sidecar,
    _both_inventories,
    _flip_declaration,
    _older_version,
    _whole_object,
    _refusal,
]
Hand = Callable[[Archive], set[tuple[str, str]]]


@pytest.mark.parametrize("hand", [*HANDS, _extra], ids=lambda hand: hand.__name__)
def test_damage_is_named(filled: Archive, hand: Hand) -> None:
    expected = hand(filled)
    assert found(filled) == expected
    events = audit.log(filled.catalog, kind="fixity check")
    assert {event.outcome for event in events} == {"fail"}
    assert not audit.verify(filled.catalog, filled.layout, filled.store).findings or hand in (
        _both_inventories,
        _flip_inventory,
        _older_version,
        _whole_object,
    )


@pytest.mark.parametrize("hand", HANDS, ids=lambda hand: hand.__name__)
def test_damage_is_repaired_from_another_copy(filled: Archive, backup: Path, hand: Hand) -> None:
    before = {path: path.read_bytes() for path in filled.store.root.rglob("*") if path.is_file()}
    hand(filled)
    report = checked(filled)
    done = repair(filled, report.run, backup)
    assert done.left == ()
    assert set(done.restored) == {finding.path for finding in report.findings}
    assert not found(filled)
    assert {path: path.read_bytes() for path in filled.store.root.rglob("*") if path.is_file()} == before
    assert not list((filled.root / "tmp").iterdir())
    (event,) = audit.log(filled.catalog, kind="repair")
    assert (event.outcome, json.loads(event.detail)["left"]) == ("success", [])
    if os.name == "posix" and hand is not _link:
        assert all(path.stat().st_mode & 0o222 == 0 for path in before)


def test_a_copy_that_is_damaged_too_is_not_taken(filled: Archive, backup: Path) -> None:
    file = originals(filled)[0]
    damage.flip(file)
    damage.flip(backup / file.relative_to(filled.root), 3)
    bad = file.read_bytes()
    done = repair(filled, checked(filled).run, backup)
    assert [(left.path, left.damage) for left in done.left] == [
        (file.relative_to(filled.root).as_posix(), Damage.DAMAGED)
    ]
    assert file.read_bytes() == bad
    damage.flip(backup / folder(filled, "A").relative_to(filled.root) / "inventory.json", 9)
    shutil.rmtree(folder(filled, "A"))
    done = repair(filled, checked(filled).run, backup)
    assert [left.damage for left in done.left] == [Damage.MISSING]
    assert not folder(filled, "A").exists()
    with pytest.raises(errors.FolderExpected):
        repair(filled, 1, backup / "store")


def test_two_objects_that_changed_places(filled: Archive) -> None:
    damage.swap(folder(filled, "A"), folder(filled, "B"))
    damages = [finding.damage for finding in checked(filled).findings]
    assert damages.count(Damage.MISPLACED) == 2
    assert Damage.OUTDATED in damages


def test_rubbish_in_inventories_never_crashes(filled: Archive) -> None:
    place = folder(filled, "A")
    whole = json.loads((place / "inventory.json").read_bytes())
    digest = next(iter(whole["manifest"]))
    rubbish: list[Any] = [
        [],
        {},
        {**whole, "head": 3},
        {**whole, "head": "vx"},
        {**whole, "manifest": {digest: ["../../../../digidoc.toml"]}},
        {**whole, "manifest": {digest: ["a\0b"]}},
        {**whole, "manifest": {digest: 3}},
        {**whole, "id": 3},
        {**whole, "manifest": []},
    ]
    for document in rubbish:
        for where in (place, place / "v2"):
            for name, data in (("inventory.json", json.dumps(document).encode()),):
                for file, content in ((where / name, data), (where / f"{name}.sha512", sidecar(data))):
                    file.chmod(0o600)
                    file.write_bytes(content)
        assert checked(filled).findings
    for name in ("inventory.json", "inventory.json.sha512"):
        (place / name).unlink()
        (place / name).mkdir()
    assert checked(filled).findings


@pytest.mark.skipif(damage.is_root() or os.name != "posix", reason="permissions bind no one here")
def test_a_file_that_may_not_be_read(filled: Archive) -> None:
    originals(filled)[0].chmod(0)
    assert [finding.damage for finding in checked(filled).findings] == [Damage.UNREADABLE]


# ------------------------------------------------------------------ what is checked, and when


def many(archive: Archive, scans: Path, number: int = 20) -> None:
    with archive.writing():
        archive.file(None, [draft(scans, f"{n}.tif", content=b"%d" % n) for n in range(number)])


def test_an_interrupted_check_goes_on(archive: Archive, scans: Path) -> None:
    many(archive, scans)
    paper = archive.catalog.db.execute("SELECT paper_id FROM paper").fetchall()[0][0]
    damage.flip(archive.file_path(paper, "original"))
    first = checked(archive, bar=Silent(7))
    assert (first.interrupted, 7 <= first.objects < 20) == (True, True)
    second = checked(archive)
    assert (second.run, second.resumed, second.objects) == (first.run, first.objects, 20)
    assert len(second.findings) == 1
    third = checked(archive)
    assert (third.run, third.resumed, third.objects) == (first.run + 1, 0, 20)


def test_samples_come_round_to_everything(archive: Archive, scans: Path) -> None:
    many(archive, scans)
    seen: list[str] = []
    for _turn in range(4):
        report = checked(archive, Scope(25))
        assert report.objects == 5
        rows = archive.catalog.db.execute("SELECT object_path FROM fixity WHERE run = ?", [report.run])
        seen += [path for (path,) in rows]
    assert len(set(seen)) == 20


def test_only_what_was_filed_since(filled: Archive, scans: Path) -> None:
    moment = audit.log(filled.catalog)[-1].at
    with filled.writing():
        filled.file("B", [draft(scans, "new.tif", dossier="B", content=b"new")])
    assert checked(filled, Scope(since=datetime.fromisoformat(moment))).objects == 1


def test_a_version_that_a_killed_process_placed_is_no_damage(filled: Archive) -> None:
    place = folder(filled, "A")
    for name in ("inventory.json", "inventory.json.sha512"):
        (place / name).unlink()
        shutil.copy(place / "v1" / name, place / name)
    build = filled.root / "tmp" / "build-0"
    build.mkdir()
    (build / "object").write_text(place.relative_to(filled.store.root).as_posix())
    assert not found(filled)


# ------------------------------------------------------------------ the command


@pytest.fixture
def command(filled: Archive) -> list[str]:
    filled.close()
    return [sys.executable, "-m", "digidoc", "fixity", "--archive", str(filled.root)]


def run(command: list[str], *words: str) -> tuple[int, dict[str, Any]]:
    done = subprocess.run([*command, *words, "--json"], capture_output=True, check=False)
    assert b"Traceback" not in done.stderr
    return done.returncode, json.loads(done.stdout)


def test_the_command(command: list[str], filled: Archive, backup: Path) -> None:
    code, document = run(command, "--jobs", "2")
    assert (code, document["schema"], document["data"]["findings"]) == (0, "digidoc.fixity/1", [])
    for wrong in (["--sample", "101%"], ["--sample", "5%", "--all"]):
        assert run(command, *wrong)[0] == 2
    assert run(command, "--repair-from", str(filled.root / "nowhere"))[0] == 1
    with Archive.locate(filled.root) as opened:
        damage.flip(originals(opened)[0])
    assert run(command, "--jobs", "2")[0] == 1
    code, document = run(command, "--jobs", "1", "--repair-from", str(backup))
    assert (code, len(document["data"]["restored"]), document["data"]["left"]) == (1, 1, [])
    assert run(command, "--all")[0] == 0


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.usefixtures("_ctrl_c_is_heard")
def test_a_stop_ends_with_130_and_a_rerun_goes_on(archive: Archive, scans: Path) -> None:
    content = b"x" * 60_000_000
    with archive.writing():
        archive.file(None, [draft(scans, f"{n}.tif", content=b"%d" % n + content) for n in range(2)])
        archive.file(None, [draft(scans, f"s{n}.tif", content=b"s%d" % n) for n in range(20)])
    archive.close()
    words = [sys.executable, "-m", "digidoc", "fixity", "--archive", str(archive.root), "--json"]
    # On a busy machine a check may end before anyone sees that it began: then the next one is interrupted.
    for _attempt in range(20):
        with subprocess.Popen([*words, "--jobs", "2"], stdout=subprocess.PIPE) as process:
            with Archive.locate(archive.root) as watching:
                running = "SELECT 1 FROM fixity_run WHERE ended IS NULL"
                while process.poll() is None and not watching.catalog.db.execute(running).fetchone():
                    time.sleep(0.005)
            process.send_signal(signal.SIGTERM)
            out, _ = process.communicate(timeout=60)
        if process.returncode:
            break
    assert process.returncode == 130
    first = json.loads(out)["data"]
    code, document = run(words[:-1])
    assert (code, document["data"]["run"], document["data"]["objects"]) == (0, first["run"], 22)
