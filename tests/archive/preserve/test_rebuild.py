import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from digidoc import errors
from digidoc.archive.archive import Archive
from digidoc.archive.catalog.catalog import Catalog
from digidoc.archive.events import audit
from digidoc.archive.events import log as event_log
from digidoc.archive.events.chain import Entry
from digidoc.commands.report import report as reporting
from digidoc.model import Event, PaperState
from tests import judges
from tests.archive.verbs import application
from tests.papers import LONG_AGO, draft, refused
from tests.running import Run, runner

KILLED = """
import os, signal, sys
from contextlib import nullcontext
from pathlib import Path
from digidoc.archive.preserve.rebuild import rebuild
left = int(sys.argv[2])
def count_down(event, arguments):
    global left
    if event in ("digidoc.files.disk.rename", "digidoc.files.disk.sync-folder", "digidoc.files.disk.remove"):
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)
class Bar:
    def advance(self, *words): pass
    def expect(self, *words): pass
sys.addaudithook(count_down)
rebuild(Path(sys.argv[1]), lambda: nullcontext(Bar()), lambda: nullcontext(Bar()))
"""


@pytest.fixture
def run() -> Run:
    app = application()
    reporting.register(app)
    return runner(app)


@pytest.fixture
def filled(archive: Archive, scans: Path) -> Archive:
    """Dossiers with versions, loose papers, reviews, refusals before and after filing, the same bytes twice."""
    fields = [("CodeNumber", "15"), ("CodeNotation", "QĐ-UBND"), ("Subject", "về việc giao đất")]

    def paper(dossier: str | None, name: str, text: str, **more: Any) -> Any:
        return draft(scans / (dossier or "-"), name, text, dossier=dossier, **more)

    with archive.writing():
        late = paper("HS-02", "z.tif", "giao đất muộn")
        archive.refuse(replace(refused("z.tif", dossier="HS-02"), paper_id=late.record.paper_id, task_key="key-0"))
        archive.refuse(refused("broken.pdf", dossier="HS-09"))
        first = paper("HS-01", "a.tif", "ỦY BAN\ngiao đất", fields=fields, verdicts=["TOTAL_PASSED"])
        archive.file("HS-01", [paper("HS-01", "b.tif", "giao đất b"), first])
        archive.file(None, [paper(None, "rời.tif", "giao đất rời", state=PaperState.REVIEW, content=b"same")])
        archive.file("HS-02", [late, paper("HS-02", "copy.tif", "giao đất", content=b"same", conformant=False)])
        again = paper("HS-01", "a.tif", "giao đất lại", task_key="key-2", derived=b"2", at=LONG_AGO + timedelta(9))
        archive.file("HS-01", [again, paper("HS-01", "c.tif", "giao đất c", state=PaperState.REVIEW)])
        archive.refuse(refused("broken.pdf", dossier="HS-09", task_key="key-2"))
        archive.refuse(replace(refused("b.tif"), paper_id=paper("HS-01", "b.tif", "").record.paper_id, task_key="k"))
        with archive.batch({"sign": False}) as batch:
            archive.file(None, [paper(None, "sau.tif", "giao đất sau")])
            batch.counts = {"done": 1}
        archive.note("fixity check", "success", {"run": 1})
        with pytest.raises(KeyboardInterrupt), archive.batch({}):
            raise KeyboardInterrupt
        archive.publish_head()
    return archive


def _told(run: Run, root: Path) -> dict[str, Any]:
    """What the commands say of the archive in JSON, without the hour of a report."""
    words = [
        ["status"],
        ["search", "giao dat"],
        ["search", "15/QĐ-UBND"],
        ["report"],
        ["report", "--as-of", "2022-03-10"],
    ]
    with Archive.locate(root) as archive:
        found = archive.status()
        papers = [hit.paper_id for hit in archive.search("giao dat", 100).hits]
        papers += [item.paper_id for item in found.refused]
        words += [["show", dossier.code] for dossier in found.dossiers]
    words += [["show", paper, "--text"] for paper in papers]
    told = {}
    for line in words:
        result = run(*line, "-A", root, "--json")
        assert result.exit_code == 0, result.output
        document = json.loads(result.stdout)
        if isinstance(document["data"], dict):
            for key in ("as_of", "audit_head", "audit"):
                document["data"].pop(key, None)
        told[" ".join(line)] = document
    return told


def _rebuild(run: Run, root: Path, code: int = 0) -> Any:
    result = run("rebuild-index", "-A", root, "--json")
    assert result.exit_code == code, (result.output, result.exception)
    return json.loads(result.stdout)


def test_everything_comes_out_equal(run: Run, filled: Archive) -> None:
    root = filled.root
    filled.close()
    before = _told(run, root)
    assert len(before) > 15
    with Archive.locate(root) as archive:
        chain, batches, head = audit.log(archive.catalog), archive.batches(), archive.audit_head()
    assert len(batches) == 2
    data = _rebuild(run, root)["data"]
    assert (data["papers"], data["refused"], data["objects"], data["left_out"]) == (8, 1, 4, 0)
    assert data["events"] == len(chain)
    with Archive.locate(root) as archive:  # numbers, hashes, events of the whole archive, batches: as they were
        assert audit.log(archive.catalog)[:-1] == chain
        assert audit.log(archive.catalog)[-1].kind == "recovery"
        assert archive.batches() == batches
        assert not audit.verify(archive.catalog, archive.layout, archive.store, [head]).findings
    assert _told(run, root) == before
    assert Path(data["kept"]).name == "catalog.db.before-rebuild"
    assert not (root / "tmp" / "rebuild").exists()
    assert run("audit", "verify", "-A", root).exit_code == 0
    # And once more from a catalogue that was rebuilt.
    _rebuild(run, root)
    assert _told(run, root) == before


def test_refusals_are_files_that_say_their_digest(filled: Archive) -> None:
    files = list((filled.root / "refused").rglob("*.json"))
    assert len(files) == 4
    document = json.loads(files[0].read_text(encoding="utf-8"))
    assert document["format"] == "digidoc.refusal/1"
    if os.name == "posix":
        assert {file.stat().st_mode & 0o777 for file in files} == {0o400}


def test_a_refusal_whose_transaction_was_lost_is_written_once(archive: Archive) -> None:
    record = refused("x.pdf")
    root = archive.root
    with archive.writing():
        archive.refuse(record)
    archive.close()
    (root / "catalog.db").unlink()
    Catalog.create(root / "catalog.db").close()
    (root / "audit-head.json").unlink(missing_ok=True)
    with Archive.locate(root) as again, again.writing():
        again.refuse(record)
        assert again.status().refused[0].name == "x.pdf"
    assert len(list((root / "refused").rglob("*.json"))) == 1


def test_a_damaged_refusal_does_not_stop_a_batch(archive: Archive) -> None:
    with archive.writing():
        archive.refuse(refused("x.pdf"))
        (file,) = (archive.root / "refused").rglob("*.json")
        file.chmod(0o600)
        file.write_bytes(b"{}")
        archive.refuse(refused("x.pdf", task_key="key-2"))
    assert len(list((archive.root / "refused").rglob("*.json"))) == 2


@pytest.mark.parametrize("damage", ["missing", "empty", "no database", "cut short", "torn"])
def test_a_catalogue_that_cannot_be_read(run: Run, filled: Archive, damage: str) -> None:
    root = filled.root
    filled.close()
    before = _told(run, root)
    catalog = root / "catalog.db"
    data = catalog.read_bytes()
    catalog.unlink()
    if damage == "empty":
        catalog.write_bytes(b"")
    elif damage == "no database":
        catalog.write_bytes(b"no database" * 1000)
    elif damage == "cut short":
        catalog.write_bytes(data[: len(data) // 3])
    elif damage == "torn":
        catalog.write_bytes(data[:8192] + bytes(8192) + data[16384:])
    done = _rebuild(run, root)["data"]
    assert (done["kept"] is None) == (damage == "missing")
    assert _told(run, root) == before


def test_the_log_of_a_killed_writer_is_never_taken_for_that_of_the_new_one(run: Run, filled: Archive) -> None:
    root = filled.root
    before = _told(run, root)
    filled.catalog.write_events([], paper_id=None)  # the archive is open: its log is full
    log = (root / "catalog.db-wal").read_bytes()
    assert log
    filled.close()
    (root / "catalog.db").write_bytes(b"torn")
    (root / "catalog.db-wal").write_bytes(log)
    _rebuild(run, root)
    assert _told(run, root) == before
    with closing(sqlite3.connect(root / "catalog.db")) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_killed_at_any_step_it_is_done_by_a_rerun(run: Run, filled: Archive, tmp_path: Path) -> None:
    filled.close()
    before = _told(run, filled.root)
    gone = 0
    for step in range(1, 100):
        root = tmp_path / "again" / "kho"
        shutil.rmtree(root.parent, ignore_errors=True)
        shutil.copytree(filled.root, root)
        environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
        done = subprocess.run([sys.executable, "-c", KILLED, root, str(step)], env=environ, check=False)
        if (root / "catalog.db").exists():
            # The old one or the new one: whole, and telling the same.
            assert run("search", "giao dat", "-A", root, "--json").exit_code == 0
        else:
            gone += 1
        _rebuild(run, root)
        if done.returncode == 0:
            break
        assert done.returncode == -signal.SIGKILL
    assert gone
    told = json.loads(json.dumps(_told(run, root)).replace(str(root), str(filled.root)))
    assert told == before
    assert run("audit", "verify", "-A", root).exit_code == 0


def test_damaged_objects_are_named_and_left_out(run: Run, filled: Archive) -> None:
    root = filled.root
    loose = next(item.paper_id for item in filled.status().review if item.dossier is None)
    lost = filled.file_path(loose, "original").parents[4]
    metadata = filled.file_path(filled.papers_of("HS-02")[0].paper_id, "metadata")
    (refusal,) = [file for file in (root / "refused").rglob("*.json") if '"key-0"' in file.read_text(encoding="utf-8")]
    filled.close()
    for file in (metadata, refusal):
        file.chmod(0o600)
        data = bytearray(file.read_bytes())
        data[len(data) // 2] ^= 1
        file.write_bytes(data)
    (lost / "inventory.json").chmod(0o600)
    (lost / "inventory.json").write_bytes(b"{}")
    document = _rebuild(run, root, code=3)
    named = {problem["file"] for problem in document["errors"]}
    assert {problem["code"] for problem in document["errors"]} == {"archive-damaged"}
    assert named == {str(metadata), str(refusal), str(lost / "inventory.json")}
    assert document["data"]["left_out"] == 3
    with Archive.locate(root) as archive:
        assert [paper.name for paper in archive.papers_of("HS-01")] == ["b.tif", "a.tif", "c.tif"]
        assert [paper.name for paper in archive.papers_of("HS-02")] == ["copy.tif"]
        with pytest.raises(errors.UnknownPaper):
            archive.paper(loose)


@pytest.mark.parametrize("damage", ["missing", "edited", "cut short", "forged"])
def test_a_damaged_log_gives_what_is_whole_of_it(run: Run, filled: Archive, damage: str) -> None:
    root = filled.root
    filled.close()
    before = _told(run, root)
    log = root / "events.jsonl"
    lines = log.read_bytes().splitlines(keepends=True)
    (root / "catalog.db").unlink()
    if damage == "missing":
        log.unlink()
    elif damage == "forged":  # a whole chain, but another one than the head says
        last = Entry.of_line(lines[-1])
        made = Entry.after(last.sequence - 1, last.previous, *replace(last, kind="deletion").row[1:8])
        log.write_bytes(b"".join([*lines[:-1], made.line()]))
    else:
        lines[9] = lines[9].replace(b'"outcome":"success"', b'"outcome":"fail"') if damage == "edited" else b'{"agent'
        log.write_bytes(b"".join(lines if damage == "edited" else lines[:10]))
    document = _rebuild(run, root, code=3)
    assert [(problem["code"], problem["file"]) for problem in document["errors"]] == [("archive-damaged", str(log))]
    assert document["data"]["events"] == {"missing": 0, "forged": len(lines)}.get(damage, 9)
    assert (root / "events.jsonl.before-rebuild").is_file() == (damage != "missing")
    assert _told(run, root) == before  # papers are whole; their events come from the objects
    assert run("audit", "verify", "-A", root).exit_code == 0
    with Archive.locate(root) as archive:
        assert audit.log(archive.catalog)[-1].kind == "recovery"
        assert list(event_log.restored(log)) == audit.log(archive.catalog)


def test_what_a_killed_writer_had_not_put_into_the_log_is_taken_from_the_old_catalogue(
    run: Run, filled: Archive
) -> None:
    filled.catalog.write_events([Event(LONG_AGO, "fixity check", "success", "x", {"run": 2})])
    chain = audit.log(filled.catalog)
    filled.close()
    assert _rebuild(run, filled.root)["data"]["events"] == len(chain)
    with Archive.locate(filled.root) as archive:
        assert audit.log(archive.catalog)[:-1] == chain


def test_the_writer_is_waited_for(run: Run, filled: Archive) -> None:
    with filled.writing():
        assert isinstance(run("rebuild-index", "-A", filled.root).exception, errors.ArchiveLocked)


def test_a_newer_catalogue_is_left_alone(run: Run, filled: Archive) -> None:
    filled.catalog.db.execute("PRAGMA user_version = 99")
    filled.close()
    assert isinstance(run("rebuild-index", "-A", filled.root).exception, errors.ArchiveNewer)
    assert not (filled.root / "catalog.db.before-rebuild").exists()


def test_no_archive(run: Run, tmp_path: Path) -> None:
    assert isinstance(run("rebuild-index", "-A", tmp_path).exception, errors.NoArchive)


def test_people_are_told_where_the_old_one_is(run: Run, filled: Archive) -> None:
    filled.close()
    shown = run("rebuild-index", "-A", filled.root).stdout
    assert "papers: 8" in shown
    assert "catalog.db.before-rebuild" in shown


def test_the_archive_goes_on(run: Run, filled: Archive, scans: Path) -> None:
    root = filled.root
    filled.close()
    head = json.loads((root / "audit-head.json").read_bytes())
    _rebuild(run, root)
    with Archive.locate(root) as archive, archive.writing():
        (noted,) = archive.catalog.db.execute("SELECT detail FROM event WHERE kind = 'recovery'").fetchone()
        assert json.loads(noted)["head_before"] == {key: head[key] for key in ("sequence", "hash")}
        archive.file("HS-01", [draft(scans / "n", "neu.tif", "hoàn toàn mới", dossier="HS-01")])
        assert archive.search("hoan toan moi").hits
    assert judges.ocfl_valid(root / "store") == []
