"""Who may read what, and what is never written down."""

import json
import os
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from digidoc.archive.archive import Archive
from digidoc.commands.console import reporter
from digidoc.errors import UnreadableFile, UnsupportedFormat
from digidoc.model import Event, PaperState
from tests.papers import LONG_AGO, UNIT, draft, refused
from tests.programs import environ

_ENV = environ(LC_ALL="C.UTF-8")
_CITIZEN, _SHOWN = "001085123456", "*********456"
_SECRET = ("MẬT", "", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Phương án phòng thủ Hòn Vọng Phu")
_PLAIN = ("", "", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Giấy mời họp Hòn Vọng Phu")

_UMASK = """
import os, sys
from pathlib import Path
os.umask(int(sys.argv[1], 8))
sys.path.insert(0, sys.argv[4])
from tests.papers import UNIT, draft, refused
from digidoc.archive.archive import Archive
with Archive.create(Path(sys.argv[2]), unit=UNIT, profile="commune") as archive, archive.writing():
    scans = Path(sys.argv[3])
    archive.file("A", [draft(scans, "a.tif", dossier="A")])
    archive.file("A", [draft(scans, "a.tif", dossier="A", task_key="key-2", derived=b"2")])
    archive.refuse(refused("b.tif"))
    archive.staging("waiting")
"""


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
@pytest.mark.parametrize("umask", ["000", "022", "077"])
def test_permissions_do_not_depend_on_the_umask(tmp_path: Path, umask: str) -> None:
    root = tmp_path / "kho"
    words = [sys.executable, "-c", _UMASK, umask, str(root), str(tmp_path / "in"), str(Path(__file__).parents[2])]
    subprocess.run(words, check=True, env=_ENV)
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in (root, *root.rglob("*"))}
    assert {mode for path, mode in modes.items() if path.is_dir()} == {0o700}
    assert {mode for path, mode in modes.items() if path.is_file()} <= {0o600, 0o400}
    stored = {mode for path, mode in modes.items() if path.is_file() and root / "store" in path.parents}
    assert stored == {0o400}


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_an_open_folder_is_closed_to_others(tmp_path: Path) -> None:
    root = tmp_path / "kho"
    root.mkdir()
    root.chmod(0o777)
    Archive.create(root, unit=UNIT, profile="commune").close()
    assert stat.S_IMODE(root.stat().st_mode) == 0o700


def _scan(path: Path, lines: tuple[str, ...]) -> Path:
    from tests.scans import page_with_words

    path.parent.mkdir(parents=True, exist_ok=True)
    page_with_words(lines, size_mm=(120, 80)).image.convert("RGB").save(path, dpi=(200, 200))
    return path


def _everything_below(folder: Path) -> bytes:
    return b"\n".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_nothing_of_a_secret_paper_is_written_down(archive: Archive, tmp_path: Path) -> None:
    secret = _scan(tmp_path / "in" / "H17-260105-0012" / "mat.png", _SECRET)
    plain = _scan(tmp_path / "in" / "H17-260105-0012" / "moi.png", _PLAIN)
    command = [sys.executable, "-m", "digidoc", "digitize", str(tmp_path / "in"), "-A", str(archive.root)]
    done = subprocess.run([*command, "--jobs", "1"], capture_output=True, check=False, env=_ENV)
    told = subprocess.run([*command, "--jobs", "1", "--json"], capture_output=True, check=False, env=_ENV)
    papers = json.loads(told.stdout)["data"]["papers"]
    refused = [(paper["file"], paper["refused_before"]["code"]) for paper in papers if "refused_before" in paper]
    assert refused == [(str(secret), "secret")]
    archive.close()  # SQLite writes its log back
    held = _everything_below(archive.root)
    everything = b"\n".join((held, done.stdout, done.stderr, told.stdout, told.stderr))
    # The words that both papers have were read, kept and indexed of the one, so they are looked for in the right form.
    assert "họp".encode() in held
    for word in ("Phương án", "phòng thủ", "phuong_an", "phong_thu", "phuong an", "phong thu"):
        assert word.encode() not in everything, word
    assert secret.read_bytes() not in held
    assert plain.read_bytes() in held
    with Archive.locate(archive.root) as again:
        (kept,) = again.status().refused
        paper = again.paper(kept.paper_id)
        assert (paper.state, paper.pages, paper.fields, paper.files) == (PaperState.REFUSED, (), (), ())
        assert [hit.name for hit in again.search("hon vong phu").hits] == ["moi.png"]
        assert not again.search("phuong an phong thu").hits
    assert not any((archive.root / "tmp").iterdir())


def test_personal_numbers_are_masked_in_events_and_not_in_the_paper(archive: Archive, scans: Path) -> None:
    name = f"cccd-{_CITIZEN}.tif"
    text = f"Số căn cước: {_CITIZEN}, điện thoại 0905123456"
    given = draft(scans, name, text, dossier="A", fields=[("Subject", f"Về công dân {_CITIZEN}")])
    note = Event(LONG_AGO, "text recognition", "success", "test", {"notes": [f"{name}: page 1", 1]})
    given = replace(given, record=replace(given.record, events=(note,)))
    with archive.writing():
        (record,) = archive.file("A", [given])
        assert archive.file("A", [given]) == [record]
        (copy,) = archive.file("B", [draft(scans, name, text, dossier="B")])
    paper = archive.paper(record.paper_id)
    assert paper.events[0].detail == {"notes": [f"cccd-{_SHOWN}.tif: page 1", 1]}
    assert (paper.name, paper.pages, paper.fields[0].value) == (name, (text,), f"Về công dân {_CITIZEN}")
    assert [hit.paper_id for hit in archive.search(_CITIZEN).hits] == [copy.paper_id, record.paper_id]
    assert _CITIZEN in archive.search(_CITIZEN).hits[0].snippet.text
    events = [event for paper_id in (record.paper_id, copy.paper_id) for event in archive.paper(paper_id).events]
    assert len(events) == 5
    assert not any(_CITIZEN in json.dumps(dict(event.detail)) for event in events)


def test_personal_numbers_are_masked_in_refusals(archive: Archive) -> None:
    record = refused(f"{_CITIZEN}.pdf")
    problem = UnreadableFile(file=record.name, reason=f"{_CITIZEN}.pdf is broken").problem
    told = {**problem.to_json(), "params": dict(problem.params)}
    with archive.writing():
        archive.refuse(replace(record, problem=told))
    (event,) = [event for event in archive.paper(record.paper_id).events if event.kind == "validation"]
    assert _CITIZEN not in json.dumps(dict(event.detail))
    assert _SHOWN in event.detail["problem"]["message"]


def test_personal_numbers_are_masked_in_messages(capsys: pytest.CaptureFixture[str]) -> None:
    error = UnsupportedFormat(file=f"/scans/{_CITIZEN}/0905123456.doc", kind=f"{_CITIZEN}.doc")
    assert _SHOWN in str(error)
    voice = reporter(as_json=False)
    voice.problem(error.problem)
    voice.note(f"{_CITIZEN} is being read")
    reporter(as_json=True).problem(error.problem)
    told = capsys.readouterr()
    assert _CITIZEN not in told.out + told.err
    assert "0905123456" not in told.out + told.err
    assert told.err.count(_SHOWN) == 3
    assert json.loads(told.out)["errors"][0]["file"] == f"/scans/{_SHOWN}/*******456.doc"
    assert error.problem.file == f"/scans/{_CITIZEN}/0905123456.doc"  # the program itself still finds it
