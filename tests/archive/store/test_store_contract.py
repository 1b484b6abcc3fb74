"""What every store must do, whatever it keeps its objects in."""

import contextlib
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from digidoc.archive.archive import Archive
from digidoc.archive.ingest import Ingest
from digidoc.archive.store.inventory import INVENTORY, Inventory
from digidoc.archive.store.layout import object_path
from digidoc.archive.store.memory import MemoryStore
from digidoc.archive.store.ocfl import OcflStore
from digidoc.archive.store.protocol import NewVersion, Store
from digidoc.errors import ArchiveDamaged, UnreadableFile
from tests.papers import UNIT, draft

AT = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
ID = "urn:digidoc:H17.12:dossier:H%E1%BB%93%20s%C6%A1"


@dataclass(frozen=True, slots=True)
class Case:
    """A store, and how somebody changes a file in it by hand: None takes the file away."""

    store: Store
    damage: Callable[[str, str, bytes | None], None]


@pytest.fixture(params=["folder", "memory"])
def case(request: pytest.FixtureRequest, tmp_path: Path) -> Case:
    if request.param == "folder":
        folders = OcflStore.create(tmp_path / "store", tmp_path / "tmp")

        def change(object_id: str, path: str, data: bytes | None) -> None:
            file = folders.folder(object_id) / path
            file.unlink()
            if data is not None:
                file.write_bytes(data)

        return Case(folders, change)
    memory = MemoryStore()

    def put(object_id: str, path: str, data: bytes | None) -> None:
        del memory.objects[object_id][path]
        if data is not None:
            memory.objects[object_id][path] = data

    return Case(memory, put)


@pytest.fixture
def store(case: Case) -> Store:
    return case.store


def _commit(version: NewVersion, message: str = "test") -> Inventory:
    return version.commit(message=message, at=AT, agent="test", address="urn:digidoc:H17.12")


def _filed(store: Store, **files: bytes) -> Inventory:
    with store.new_version(ID) as version:
        for name, data in files.items():
            version.write(name, data)
        return _commit(version)


def test_there_is_nothing_in_a_new_store(store: Store) -> None:
    assert store.inventory(ID) is None
    store.recover()


def test_what_was_written_is_read(store: Store, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"scan")
    with store.new_version(ID) as version:
        assert (version.base, version.number) == (None, 1)
        copied = version.copy("papers/P-1/original.tif", source)
        written = version.write("dossier.json", b"{}")
        committed = _commit(version, "Filed")
    assert (copied.size, copied.sha256) == (4, hashlib.sha256(b"scan").hexdigest())
    assert copied.path == "v1/content/papers/P-1/original.tif"
    assert source.read_bytes() == b"scan"
    found = store.inventory(ID)
    assert found == committed
    assert found.head == "v1"
    assert found.versions[0].message == "Filed"
    assert store.read(found, "papers/P-1/original.tif") == b"scan"
    assert store.size(found, "dossier.json") == written.size == 2
    assert store.read(found, "nothing") is None
    assert store.size(found, "nothing") is None


def test_all_stores_say_the_same_of_an_object(tmp_path: Path) -> None:
    folders, memory = OcflStore.create(tmp_path / "store", tmp_path / "tmp"), MemoryStore(tmp_path / "store")
    inventories = [[_filed(store, a=b"1", b=b"1"), _filed(store, c=b"2")] for store in (folders, memory)]
    assert inventories[0] == inventories[1]
    assert folders.folder(ID) == memory.folder(ID)
    for path, data in memory.objects[ID].items():
        assert (folders.folder(ID) / path).read_bytes() == data


def test_a_version_that_is_not_committed_leaves_nothing(store: Store) -> None:
    with store.new_version(ID) as version, contextlib.suppress(InterruptedError):
        version.write("a", b"1")
        raise InterruptedError
    assert store.inventory(ID) is None
    before = _filed(store, a=b"1")
    with store.new_version(ID) as version:
        version.write("a2", b"2")
        version.drop("a")
    assert store.inventory(ID) == before


def test_versions_keep_what_was(store: Store) -> None:
    _filed(store, **{"x/a": b"1", "y/b": b"2"})
    with store.new_version(ID) as version:
        assert version.number == 2
        assert version.base is not None
        assert version.base.head == "v1"
        version.drop("x")
        version.write("x/c", b"3")
        _commit(version)
    found = store.inventory(ID)
    assert found is not None
    assert [sorted(block.state) for block in found.versions] == [["x/a", "y/b"], ["x/c", "y/b"]]
    assert store.read(found, "y/b") == b"2"
    assert store.read(found, "x/a") is None
    assert found.manifest[found.versions[0].state["x/a"]] == "v1/content/x/a"


def test_equal_content_of_an_object_is_kept_once(store: Store) -> None:
    with store.new_version(ID) as version:
        first, second = version.write("x/a", b"same"), version.write("y/b", b"same")
        _commit(version)
    with store.new_version(ID) as version:
        third = version.write("z/c", b"same")
        found = _commit(version)
    assert {first.path, second.path, third.path} == {"v1/content/x/a"}
    assert store.read(found, "z/c") == b"same"


def test_the_same_file_twice_in_a_version_is_a_mistake(store: Store) -> None:
    with store.new_version(ID) as version:
        version.write("a", b"1")
        with pytest.raises(FileExistsError):
            version.write("a", b"2")


def test_a_source_that_is_not_there(store: Store, tmp_path: Path) -> None:
    with store.new_version(ID) as version, pytest.raises(FileNotFoundError):
        version.copy("a", tmp_path / "nothing")
    assert store.inventory(ID) is None


def test_recovering_changes_nothing_that_is_whole(store: Store) -> None:
    before = _filed(store, a=b"1")
    store.recover()
    assert store.inventory(ID) == before


@pytest.mark.parametrize("data", [None, b"2", b""])
def test_content_that_was_changed_is_not_handed_out(case: Case, data: bytes | None) -> None:
    found = _filed(case.store, a=b"1")
    case.damage(ID, "v1/content/a", data)
    with pytest.raises(ArchiveDamaged) as told:
        case.store.read(found, "a")
    assert told.value.file == str(case.store.folder(ID) / "v1/content/a")
    if data is None:
        with pytest.raises(ArchiveDamaged):
            case.store.size(found, "a")


@pytest.mark.parametrize("name", ["inventory.json", "inventory.json.sha512"])
@pytest.mark.parametrize("data", [None, b"", b"{}", b"\xff\xfe"])
def test_an_inventory_that_was_changed_is_not_believed(case: Case, name: str, data: bytes | None) -> None:
    _filed(case.store, a=b"1")
    case.damage(ID, name, data)
    with pytest.raises(ArchiveDamaged):
        case.store.inventory(ID)
    with pytest.raises(ArchiveDamaged), case.store.new_version(ID):
        pass


def test_the_inventory_of_another_object(case: Case) -> None:
    other = f"{ID}-2"
    _filed(case.store, a=b"1")
    with case.store.new_version(other) as version:
        version.write("a", b"1")
        foreign = _commit(version).to_bytes()
    digest = f"{hashlib.sha512(foreign).hexdigest()} inventory.json\n".encode()
    for folder in ("", "v1/"):
        case.damage(ID, f"{folder}inventory.json", foreign)
        case.damage(ID, f"{folder}inventory.json.sha512", digest)
    with pytest.raises(ArchiveDamaged):
        case.store.inventory(ID)


def test_papers_are_filed_in_any_store(store: Store, tmp_path: Path) -> None:
    ingest = Ingest(store, UNIT)
    given = [draft(tmp_path / "scans", f"{n}.tif", f"trang {n}", dossier="HS-01") for n in range(2)]
    first = ingest.file("HS-01", given)
    assert ingest.file("HS-01", given) == first
    for record in first.values():
        assert record.object_version == "v1"
        found = store.inventory(record.object_id)
        assert found is not None
        assert store.read(found, f"papers/{record.paper_id}/original.tif") is not None
    changed = draft(tmp_path / "scans", "3.tif", dossier="HS-01")
    changed.files["original"].write_bytes(b"else")
    with pytest.raises(UnreadableFile):
        ingest.file("HS-01", [changed])
    unchanged = store.inventory("urn:digidoc:H17.12:dossier:HS-01")
    assert unchanged is not None
    assert unchanged.head == "v1"


def test_a_dry_run_says_what_the_archive_will_hold(archive: Archive, tmp_path: Path) -> None:
    given = draft(tmp_path / "scans", "a.tif", dossier="HS-01")
    foreseen = Ingest(MemoryStore(archive.layout.store), UNIT).file("HS-01", [given])
    with archive.writing():
        (filed,) = archive.file("HS-01", [given])
    (planned,) = foreseen.values()
    kept = [file for file in planned.files if file.role != "metadata"]  # which names the time of filing
    assert kept == [file for file in filed.files if file.role != "metadata"]
    assert (planned.object_id, planned.object_version) == (filed.object_id, filed.object_version)


def test_every_object_has_a_path(case: Case) -> None:
    inventory = _filed(case.store, **{"a.txt": b"one"})
    other = "urn:digidoc:H17.12:dossier:2"
    with case.store.new_version(other) as version:
        version.write("b.txt", b"two")
        _commit(version)
    paths = list(case.store.object_paths())
    assert sorted(paths) == sorted(object_path(one).as_posix() for one in (ID, other))
    assert paths == sorted(paths, key=lambda path: path.split("/"))
    path = object_path(ID).as_posix()
    assert case.store.inventory_at(path) == inventory
    assert case.store.root / path == case.store.folder(ID)
    case.damage(ID, INVENTORY, b"{}")
    assert sorted(case.store.object_paths()) == sorted(paths)
    with pytest.raises(ArchiveDamaged):
        case.store.inventory_at(path)


def test_bytes_as_they_are(case: Case) -> None:
    _filed(case.store, **{"a.txt": b"one"})
    path = f"{object_path(ID)}/v1/content/a.txt"
    assert case.store.raw(path) == b"one"
    case.damage(ID, "v1/content/a.txt", b"two")
    assert case.store.raw(path) == b"two"
    case.damage(ID, "v1/content/a.txt", None)
    for gone in (path, "abc/def"):
        with pytest.raises(FileNotFoundError):
            case.store.raw(gone)


def test_a_large_file_is_opened_when_it_is_intact(case: Case) -> None:
    inventory = _filed(case.store, **{"a.txt": b"one\ntwo\n"})
    with case.store.open(inventory, "a.txt") as lines:
        assert list(lines) == [b"one\n", b"two\n"]
    with pytest.raises(ArchiveDamaged), case.store.open(inventory, "b.txt"):
        pass
    for damage in (b"three", None):
        case.damage(ID, "v1/content/a.txt", damage)
        with pytest.raises(ArchiveDamaged), case.store.open(inventory, "a.txt"):
            pass
