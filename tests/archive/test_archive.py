import importlib.resources
import json
import os
import re
import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest

import digidoc
from digidoc import errors
from digidoc.archive import layout
from digidoc.archive.archive import Archive, paper_id
from digidoc.model import Level, PaperState, Unit
from tests import judges
from tests.papers import LONG_AGO, UNIT, draft, later, refused


def _head(archive: Archive, object_id: str) -> dict[str, str]:
    inventory = archive.store.inventory(object_id)
    assert inventory is not None
    return dict(inventory.state)


# ------------------------------------------------------------------ making and finding an archive


def test_what_a_new_archive_has(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "kho"
    with Archive.create(folder, unit=UNIT, profile="commune", stock=1000, target="danang-2021") as made:
        assert made.trust_folder.is_dir()
    with Archive.locate(folder) as again:
        assert again.config.unit == UNIT
        assert (again.config.stock, again.config.target, again.config.profile) == (1000, "danang-2021", "commune")
        assert dict(again.config.settings) == {}
    text = (folder / "README.txt").read_text(encoding="utf-8")
    assert text == importlib.resources.files("digidoc.archive").joinpath("README.txt").read_text(encoding="utf-8")
    if os.name == "posix":
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        for name in ("digidoc.toml", "catalog.db"):
            assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600


def test_who_finds_the_folder_reads_of_all_that_is_in_it_in_both_languages() -> None:
    text = importlib.resources.files("digidoc.archive").joinpath("README.txt").read_text(encoding="utf-8")
    names = {value for name, value in vars(layout).items() if name.isupper()} - {layout.README}
    vietnamese, english = re.split(r"\n-{60,}\n", text)
    for half in (vietnamese, english):
        assert not {name for name in names if not re.search(rf"\b{re.escape(name)}\b", half)}
        assert all(
            name in half for name in ("original.*", "searchable.pdf", "signed.pdf", "text.json", "metadata.json")
        )
    told = re.compile(r"^ +(?:([\w.*/-]+) {2,}\S|(\d\.))", re.MULTILINE)
    assert told.findall(vietnamese) == told.findall(english)


def test_an_empty_folder_becomes_an_archive(tmp_path: Path) -> None:
    Archive.create(tmp_path, unit=UNIT, profile="commune").close()
    Archive.locate(tmp_path).close()


@pytest.mark.parametrize("name", ['UBND "xã" \\ Hòa Vang', "'", "#[unit]"])
def test_a_name_is_written_so_that_it_reads_the_same(tmp_path: Path, name: str) -> None:
    unit = Unit('H"17\\', Level.PROVINCE, name)
    Archive.create(tmp_path / "kho", unit=unit, profile="province").close()
    with Archive.locate(tmp_path / "kho") as found:
        assert found.config.unit == unit


@pytest.mark.parametrize("code", ["", " ", "x" * 36, "H17\n"])
def test_a_code_that_cannot_be_one_leaves_nothing(tmp_path: Path, code: str) -> None:
    with pytest.raises(errors.BadConfiguration):
        Archive.create(tmp_path / "kho", unit=Unit(code, Level.COMMUNE), profile="commune")
    assert not any(tmp_path.iterdir())


def test_init_refuses_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(errors.ArchiveExists):
        Archive.create(tmp_path, unit=UNIT, profile="commune")
    with pytest.raises(errors.FolderExpected):
        Archive.create(tmp_path / "file", unit=UNIT, profile="commune")
    with pytest.raises(errors.UnknownProfile):
        Archive.create(tmp_path / "new", unit=UNIT, profile="ward")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_a_folder_without_permission() -> None:
    user = os.geteuid()
    with tempfile.TemporaryDirectory() as made:
        Path(made).chmod(0o555)
        if user == 0:
            os.seteuid(65534)  # root may write everywhere
        try:
            with pytest.raises(errors.PermissionMissing):
                Archive.create(Path(made) / "kho", unit=UNIT, profile="commune")
        finally:
            os.seteuid(user)


def test_the_nearest_archive_above_is_found(archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    below = archive.root / "trust" / "deep"
    below.mkdir()
    monkeypatch.chdir(below)
    with Archive.locate(None) as found:
        assert found.root.resolve() == archive.root.resolve()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(errors.NoArchive):
        Archive.locate(None)
    with pytest.raises(errors.NoArchive):
        Archive.locate(below)
    with pytest.raises(errors.NoArchive):
        Archive.locate(tmp_path / "nowhere")


def test_a_newer_archive_is_left_alone(archive: Archive) -> None:
    archive.close()
    config = archive.root / "digidoc.toml"
    old = config.read_text(encoding="utf-8")
    config.write_text(old.replace("format = 1", "format = 2"), encoding="utf-8")
    with pytest.raises(errors.ArchiveNewer):
        Archive.locate(archive.root)
    config.write_text(old, encoding="utf-8")
    connection = sqlite3.connect(archive.root / "catalog.db")
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    before = (archive.root / "catalog.db").read_bytes()
    with pytest.raises(errors.ArchiveNewer):
        Archive.locate(archive.root)
    assert (archive.root / "catalog.db").read_bytes() == before


@pytest.mark.parametrize(
    "text",
    [
        "format = 1\nprofile = 3",
        'format = 1\nprofile = "commune"\n[unit]\ncode = "H17"\nlevel = "commune"\nboss = "x"',
        "format = 1\nprofle = 1",
        "format = true",
        "format =",
        'format = 1\nprofile = "commune"\nstock = -1\n[unit]\ncode = "H17"',
        'format = 1\nprofile = "commune"\nsign = 3\n[unit]\ncode = "H17"',
    ],
)
def test_a_configuration_that_cannot_be_used(archive: Archive, text: str) -> None:
    (archive.root / "digidoc.toml").write_text(text, encoding="utf-8")
    with pytest.raises(errors.BadConfiguration):
        Archive.locate(archive.root)


def test_sign_tables_are_handed_on(archive: Archive) -> None:
    config = archive.root / "digidoc.toml"
    text = config.read_text(encoding="utf-8") + '\n[sign.office]\nkey = "office.p12"\n'
    config.write_text(text, encoding="utf-8")
    with Archive.locate(archive.root) as found:
        assert found.config.sign == {"office": {"key": "office.p12"}}


# ------------------------------------------------------------------ filing


def test_a_dossier_is_one_object_with_one_version(archive: Archive, scans: Path) -> None:
    drafts = [draft(scans, f"{n}.tif", f"trang {n}", dossier="HS-01") for n in range(3)]
    with archive.writing():
        records = archive.file("HS-01", drafts)
    assert {record.object_id for record in records} == {"urn:digidoc:H17.12:dossier:HS-01"}
    assert {record.object_version for record in records} == {"v1"}
    assert records == [archive.paper(given.record.paper_id) for given in drafts]
    state = _head(archive, records[0].object_id)
    assert "dossier.json" in state
    for given, record in zip(drafts, records, strict=True):
        assert f"papers/{record.paper_id}/original.tif" in state
        assert archive.file_path(record.paper_id, "original").read_bytes() == given.files["original"].read_bytes()
        assert archive.task_state(record.paper_id) == ("key-1", PaperState.FILED)
        stored = json.loads(archive.file_path(record.paper_id, "metadata").read_text(encoding="utf-8"))
        assert stored["events"][-1]["kind"] == "ingestion"
        assert stored["pages"][0]["text"] == given.record.pages[0]


def test_loose_papers_are_objects_of_their_own(archive: Archive, scans: Path) -> None:
    with archive.writing():
        records = archive.file(None, [draft(scans, "a.png"), draft(scans, "b.png")])
    assert [record.object_id for record in records] == [f"urn:digidoc:H17.12:paper:{r.paper_id}" for r in records]


def test_filing_again_changes_nothing(archive: Archive, scans: Path) -> None:
    given = [draft(scans, "a.tif", dossier="HS-01")]
    with archive.writing():
        first = archive.file("HS-01", given)
        again = archive.file("HS-01", given)
    assert again == first
    assert archive.paper(first[0].paper_id) == first[0]


def test_other_options_make_a_new_version_that_keeps_the_original(archive: Archive, scans: Path) -> None:
    with archive.writing():
        (first,) = archive.file("HS-01", [draft(scans, "a.tif", "mot", dossier="HS-01")])
        redone = draft(scans, "a.tif", "hai", dossier="HS-01", task_key="key-2", derived=b"new")
        (second,) = archive.file("HS-01", [later(redone, 30)])
    assert (first.object_version, second.object_version) == ("v1", "v2")
    paths = {r.object_version: {f.role: f.path for f in r.files} for r in (first, second)}
    assert paths["v1"]["original"] == paths["v2"]["original"]
    assert paths["v1"]["searchable"] != paths["v2"]["searchable"]
    assert all((archive.root / path).is_file() for path in paths["v1"].values())
    assert archive.paper(first.paper_id).task_key == "key-2"
    assert [event.kind for event in second.events] == ["capture", "ingestion", "capture", "ingestion"]
    assert archive.paper(first.paper_id).events == second.events
    assert not archive.search("mot").hits
    assert archive.search("hai").hits


def test_a_paper_added_to_a_dossier_leaves_the_others(archive: Archive, scans: Path) -> None:
    with archive.writing():
        archive.file("HS-01", [draft(scans, "a.tif", dossier="HS-01")])
        (second,) = archive.file("HS-01", [draft(scans, "b.tif", dossier="HS-01")])
    state = _head(archive, second.object_id)
    assert len([path for path in state if path.endswith("original.tif")]) == 2
    listed = json.loads((archive.store.folder(second.object_id) / "v2/content/dossier.json").read_bytes())
    assert [paper["name"] for paper in listed["papers"]] == ["a.tif", "b.tif"]
    assert [paper.name for paper in archive.papers_of("HS-01")] == ["a.tif", "b.tif"]
    with pytest.raises(errors.UnknownDossier):
        archive.papers_of("HS-02")


def test_equal_content_is_kept_once(archive: Archive, scans: Path) -> None:
    twins = [draft(scans / n, f"{n}.tif", dossier="HS-01", content=b"same") for n in "ab"]
    with archive.writing():
        first, second = archive.file("HS-01", twins)
    originals = {f.path for record in (first, second) for f in record.files if f.role == "original"}
    assert len(originals) == 1
    assert first.paper_id != second.paper_id
    assert archive.figures().attached == 1
    assert archive.figures().copies == 1


def test_an_original_that_changed_meanwhile_is_not_filed(archive: Archive, scans: Path) -> None:
    given = draft(scans, "a.tif", dossier="HS-01")
    given.files["original"].write_bytes(b"something else")
    with archive.writing(), pytest.raises(errors.UnreadableFile):
        archive.file("HS-01", [given])
    assert archive.task_state(given.record.paper_id) is None
    assert not list((archive.root / "tmp").iterdir())
    assert sorted(path.name for path in (archive.root / "store").iterdir()) == [
        "0=ocfl_1.1",
        "extensions",
        "ocfl_layout.json",
    ]


def test_names_of_every_kind(archive: Archive, scans: Path) -> None:
    code = "Hồ sơ 01/QĐ: *?" + "x" * 200
    given = draft(scans, "giấy (1).TIFF", dossier=code)
    foreign = replace(given, record=replace(given.record, name="gi\udcfay.tif", paper_id="P-" + "0" * 16))
    with archive.writing():
        first, second = archive.file(code, [given, foreign])
    assert archive.paper(second.paper_id).name == "gi\\udcfay.tif"
    assert archive.file_path(first.paper_id, "original").name == "original.tiff"
    assert paper_id(None, "gi\udcfay.tif", "0") != paper_id(None, "giay.tif", "0")


def test_the_store_is_valid_ocfl(archive: Archive, scans: Path) -> None:
    with archive.writing():
        archive.file("Hồ sơ/1", [draft(scans, "a.tif", dossier="Hồ sơ/1"), draft(scans, "b.tif", dossier="Hồ sơ/1")])
        redone = draft(scans, "a.tif", dossier="Hồ sơ/1", task_key="key-2", derived=b"2")
        archive.file("Hồ sơ/1", [redone])
        archive.file("x" * 200, [draft(scans, "c.tif", dossier="x" * 200)])
        archive.file(None, [draft(scans, "d.tif")])
    assert judges.ocfl_valid(archive.root / "store") == []


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_nobody_else_may_read_and_nobody_may_write(archive: Archive, scans: Path) -> None:
    with archive.writing():
        archive.file("HS-01", [draft(scans, "a.tif", dossier="HS-01")])
    for path in (archive.root / "store").rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o400)


# ------------------------------------------------------------------ refusing


def test_a_refused_paper_is_an_entry_only(archive: Archive) -> None:
    record = refused("broken.pdf", dossier="HS-09")
    with archive.writing():
        archive.refuse(record)
        archive.refuse(record)
    kept = archive.paper(record.paper_id)
    assert (kept.state, kept.files, kept.problem) == (PaperState.REFUSED, (), record.problem)
    assert [event.kind for event in kept.events] == ["capture", "validation"]
    found = archive.status()
    assert found.papers[PaperState.REFUSED] == 1
    assert [(item.name, item.problem["code"]) for item in found.refused] == [("broken.pdf", "unreadable")]
    with pytest.raises(errors.FileMissing):
        archive.file_path(record.paper_id, "original")


def test_a_refusal_never_pushes_out_what_is_filed(archive: Archive, scans: Path) -> None:
    given = draft(scans, "a.tif", dossier="HS-01")
    with archive.writing():
        (filed,) = archive.file("HS-01", [given])
        archive.refuse(replace(refused("a.tif"), paper_id=filed.paper_id, task_key="key-2"))
    kept = archive.paper(filed.paper_id)
    assert (kept.state, kept.task_key, kept.files) == (PaperState.FILED, "key-1", filed.files)
    assert kept.events[-1].outcome == "fail"


def test_a_refused_paper_can_be_filed_later(archive: Archive, scans: Path) -> None:
    given = draft(scans, "a.tif", dossier="HS-01")
    with archive.writing():
        archive.refuse(replace(refused("a.tif", dossier="HS-01"), paper_id=given.record.paper_id))
        archive.file("HS-01", [given])
    assert archive.paper(given.record.paper_id).state is PaperState.FILED
    assert archive.figures().registered == 1


# ------------------------------------------------------------------ one writer, staging, unknown ids


def test_a_second_writer_is_told_who_holds_the_lock(archive: Archive) -> None:
    with (
        archive.writing(),
        Archive.locate(archive.root) as other,
        pytest.raises(errors.ArchiveLocked) as told,
        other.writing(),
    ):
        pass
    assert f"PID {os.getpid()}" in str(told.value)
    with Archive.locate(archive.root) as other, other.writing():
        pass


@pytest.mark.skipif(os.name != "posix", reason="kill -9")
def test_the_lock_of_a_killed_process_is_free(archive: Archive) -> None:
    script = (
        "import sys, pathlib\nfrom digidoc.archive.archive import Archive\n"
        "with Archive.locate(pathlib.Path(sys.argv[1])) as opened, opened.writing():\n"
        "    print('held', flush=True)\n    sys.stdin.read()"
    )
    words = [sys.executable, "-c", script, str(archive.root)]
    env = {**os.environ, "PYTHONPATH": str(Path(digidoc.__file__).parent.parent)}
    with subprocess.Popen(words, stdout=subprocess.PIPE, stdin=subprocess.PIPE, env=env) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline().strip() == b"held"
        with pytest.raises(errors.ArchiveLocked), archive.writing():
            pass
        holder.kill()
    with archive.writing():
        pass


def test_staging_stays_until_it_is_discarded(archive: Archive) -> None:
    folder = archive.staging("abc")
    (folder / "result").write_text("x")
    with archive.writing():
        assert archive.staging("abc") == folder
        assert (folder / "result").exists()
    archive.discard_staging("abc")
    archive.discard_staging("abc")
    assert not folder.exists()


def test_unknown_ids(archive: Archive) -> None:
    assert archive.task_state("P-0") is None
    with pytest.raises(errors.UnknownPaper):
        archive.paper("P-0")


# ------------------------------------------------------------------ damage


def _filed(archive: Archive, scans: Path) -> str:
    with archive.writing():
        (record,) = archive.file("HS-01", [draft(scans, "a.tif", "đăng ký", dossier="HS-01")])
    return record.paper_id


@pytest.mark.parametrize("content", [b"", b"not a database", b"SQLite format 3\0" + bytes(4000)])
def test_a_catalogue_that_is_none(archive: Archive, content: bytes) -> None:
    archive.close()
    (archive.root / "catalog.db").write_bytes(content)
    with pytest.raises(errors.ArchiveDamaged):
        Archive.locate(archive.root)


def test_a_missing_catalogue_or_store(archive: Archive) -> None:
    archive.close()
    shutil.move(archive.root / "catalog.db", archive.root / "away")
    with pytest.raises(errors.ArchiveDamaged):
        Archive.locate(archive.root)
    shutil.move(archive.root / "away", archive.root / "catalog.db")
    (archive.root / "store").rename(archive.root / "away")
    with pytest.raises(errors.ArchiveDamaged):
        Archive.locate(archive.root)


def test_a_catalogue_with_flipped_bytes_never_ends_in_a_traceback(archive: Archive, scans: Path) -> None:
    identifier = _filed(archive, scans)
    archive.close()
    file = archive.root / "catalog.db"
    whole = file.read_bytes()
    damaged = 0
    for place in range(100, len(whole), len(whole) // 40):
        file.write_bytes(whole[:place] + bytes(200) + whole[place + 200 :])
        try:
            with Archive.locate(archive.root) as opened:
                opened.search("dang ky")
                opened.paper(identifier)
                opened.status()
                opened.figures()
        except (errors.ArchiveDamaged, errors.UnknownPaper):
            damaged += 1
    assert damaged > 0


def test_wrong_values_in_the_catalogue(archive: Archive, scans: Path) -> None:
    identifier = _filed(archive, scans)
    archive.catalog.db.execute("UPDATE paper SET doubts = '[', state = 'lost'")
    with pytest.raises(errors.ArchiveDamaged):
        archive.paper(identifier)
    with pytest.raises(errors.ArchiveDamaged):
        archive.task_state(identifier)


@pytest.mark.parametrize("name", ["inventory.json", "inventory.json.sha512", "metadata.json"])
@pytest.mark.parametrize("gone", [True, False])
def test_a_changed_object_is_not_written_to(archive: Archive, scans: Path, name: str, gone: bool) -> None:
    _filed(archive, scans)
    folder = archive.store.folder("urn:digidoc:H17.12:dossier:HS-01")
    file = next(folder.rglob(name)) if name == "metadata.json" else folder / name
    file.chmod(0o600)
    if gone:
        file.unlink()
    else:
        file.write_bytes(file.read_bytes() + b" x")
    with archive.writing(), pytest.raises(errors.ArchiveDamaged):
        archive.file("HS-01", [draft(scans, "a.tif", dossier="HS-01", task_key="key-2")])
    assert not (folder / "v2").exists()


# ------------------------------------------------------------------ figures


def test_figures_count_papers(archive: Archive, scans: Path) -> None:
    passed, unsure, failed = "TOTAL_PASSED", "INDETERMINATE", "TOTAL_FAILED"
    drafts = [
        draft(scans, "1.tif", dossier="A", verdicts=[passed]),
        draft(scans, "2.tif", dossier="A", verdicts=[passed, passed], conformant=False),
        draft(scans, "3.tif", dossier="A", verdicts=[passed, unsure], state=PaperState.REVIEW),
        draft(scans, "4.tif", dossier="A", verdicts=[unsure, failed]),
        draft(scans, "5.tif", dossier="A"),
    ]
    with archive.writing():
        archive.file("A", drafts)
        archive.file("B", [draft(scans, "1.tif", dossier="B")])
        archive.refuse(refused("x.pdf"))
        archive.refuse(refused("y.pdf", dossier="C"))
    found = archive.figures()
    assert (found.registered, found.attached, found.refused, found.copies) == (7, 5, 2, 1)
    assert (found.signed, found.indeterminate, found.failed) == (2, 1, 1)
    assert (found.conformant, found.review) == (4, 1)
    assert archive.status().papers == {
        PaperState.FILED: 5,
        PaperState.REVIEW: 1,
        PaperState.REFUSED: 2,
        PaperState.WITHDRAWN: 0,
        PaperState.PURGED: 0,
    }
    assert [(d.code, d.papers) for d in archive.status().dossiers] == [("A", 5), ("B", 1), ("C", 1)]


def test_figures_of_a_past_day(archive: Archive, scans: Path) -> None:
    with archive.writing():
        archive.file("A", [draft(scans, "1.tif", dossier="A", verdicts=["TOTAL_PASSED"])])
        archive.file("A", [later(draft(scans, "2.tif", dossier="A"), 10)])
    assert archive.figures().attached == 2
    assert archive.figures(LONG_AGO).attached == 1
    assert archive.figures(LONG_AGO).signed == 1
    assert archive.figures(LONG_AGO.replace(year=2021)).registered == 0


def test_whose_word_a_field_is_and_which_pages_a_paper_is_are_kept(archive: Archive, scans: Path) -> None:
    given = draft(scans, "a.pdf", "x", fields=[("CodeNumber", "15"), ("Subject", "Giao đất")])
    fields = (replace(given.record.fields[0], source="clerk"), given.record.fields[1])
    corrections = scans / "corrections.json"
    corrections.write_text("{}")
    made = replace(given.record, fields=fields, part=(2, 3))
    with archive.writing():
        (record,) = archive.file("H1", [replace(given, record=made, files={**given.files, "corrections": corrections})])
    assert (record.fields, record.part) == (fields, (2, 3))
    assert archive.paper(record.paper_id) == record
    assert archive.file_path(record.paper_id, "corrections").name == "corrections.json"
