"""Papers that lie in the archive are signed there: new versions, nothing twice, and the catalogue can be rebuilt."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from digidoc.archive.archive import Archive
from digidoc.archive.ingest import Draft
from digidoc.archive.preserve.rebuild import rebuild
from digidoc.commands.console import reporter
from digidoc.engine.opening import open_engine
from digidoc.errors import ExitCode
from digidoc.model import PaperState
from digidoc.ocr.engine import EngineSpec
from digidoc.pipeline.collect import collect
from digidoc.pipeline.digitize import digitize
from digidoc.pipeline.filing import Filing
from digidoc.pipeline.intake.dossier_folders import DossierFolders
from digidoc.pipeline.review.standing import OLDER
from digidoc.pipeline.signing import opened
from digidoc.pipeline.stored import stored_files
from digidoc.progress import SilentProgress
from digidoc.sign.throwaway import make_throwaway_pki
from digidoc.sign.trust import store as trust_store
from tests.papers import SHORT_CODES, draft, write_short_codes
from tests.running import Run, runner

Maker = Callable[..., Path]


@pytest.fixture
def call(archive: Archive) -> Run:
    """Carry out `digidoc sign` on the archive, in this process; the scans of these tests are all to be reviewed."""
    return runner(None, "sign", after=("--archive", str(archive.root), "--also-unreviewed", "--json"))


@pytest.fixture
def careful(archive: Archive) -> Run:
    """The same, as people call it."""
    return runner(None, "sign", after=("--archive", str(archive.root), "--json"))


@pytest.fixture
def filed(archive: Archive, scan: Maker, tmp_path: Path) -> Path:
    """The folder of scans of which the archive holds three papers, unsigned; and it has two profiles."""
    with (archive.root / "digidoc.toml").open("a", encoding="utf-8") as config:
        for name, reason in (("office", "SAO Y"), ("clerk", "Kiểm tra")):
            pki = make_throwaway_pki(tmp_path / name, f"Xã Thử {name}")
            (archive.trust_folder / f"{name}.pem").write_bytes(pki.root.read_bytes())
            table = {"key": pki.key, "pin_file": pki.pin_file, "reason": reason}
            config.write(f"\n[sign.{name}]\n" + "".join(f'{key} = "{value}"\n' for key, value in table.items()))
    scan("D1/a.jpg")
    scan("D1/b.jpg", "Điều 2. Hiệu lực")
    folder = scan("loose.jpg", "Điều 3. Thi hành").parent
    into_archive(archive, folder)
    return folder


def into_archive(archive: Archive, folder: Path) -> None:
    items = collect(sorted(folder.iterdir()), None, archive.root, folders=DossierFolders(form=SHORT_CODES)).items
    digitize(archive, items, open_engine(0, "en"), EngineSpec("null"), SilentProgress())


def told(result: Result) -> dict[str, str]:
    return {file["file"]: file["status"] for file in json.loads(result.stdout)["data"]["files"]}


def papers(archive: Archive) -> dict[str, str]:
    with Archive.locate(archive.root) as now:
        ids = [row[0] for row in now.catalog.db.execute("SELECT paper_id FROM paper ORDER BY name")]
        return {now.paper(paper).name: paper for paper in ids}


def signers(archive: Archive, paper: str) -> list[tuple[str, str]]:
    with Archive.locate(archive.root) as now:
        return [(signature.signer, signature.verdict) for signature in now.paper(paper).signatures]


def nothing_left(archive: Archive) -> bool:
    return not list((archive.root / "tmp").iterdir())


@pytest.mark.usefixtures("filed")
def test_all_unsigned_papers(archive: Archive, call: Run) -> None:
    done = call("--unsigned", "--profile", "office")
    assert done.exit_code == 0, done.output
    assert told(done) == {"loose.jpg": "done", "a.jpg": "done", "b.jpg": "done"}
    for paper in papers(archive).values():
        assert signers(archive, paper) == [("Xã Thử office", "TOTAL_PASSED")]
        with Archive.locate(archive.root) as now:
            record = now.paper(paper)
            signed = now.file_path(paper, "signed").read_bytes()
            assert signed.startswith(now.file_path(paper, "searchable").read_bytes())
        assert record.object_version == "v2"
        assert [event.kind for event in record.events].count("digital signature generation") == 1
    assert nothing_left(archive)
    assert told(call("--unsigned", "--profile", "office")) == {}


@pytest.mark.usefixtures("filed")
def test_the_catalogue_made_anew_gives_equal_figures(archive: Archive, call: Run) -> None:
    call("--dossier", "D1", "--profile", "office")
    call("--paper", papers(archive)["a.jpg"], "--profile", "clerk")

    def seen() -> object:
        with Archive.locate(archive.root) as now:
            return now.figures(), [now.paper(paper) for paper in papers(archive).values()]

    before = seen()
    archive.close()
    bar = reporter(as_json=True)
    found = rebuild(archive.root, lambda: bar.progress("", ""), lambda: bar.progress("", ""))
    assert found.problems == ()
    assert seen() == before


@pytest.mark.usefixtures("filed")
def test_a_further_signature_keeps_the_earlier_version(archive: Archive, call: Run) -> None:
    paper = papers(archive)["a.jpg"]
    assert told(call("--paper", paper, "--profile", "office")) == {"a.jpg": "done"}
    with Archive.locate(archive.root) as now:
        first = now.file_path(paper, "signed")
    before = first.read_bytes()
    assert told(call("--paper", paper, "--profile", "clerk")) == {"a.jpg": "done"}
    passed = "TOTAL_PASSED"
    assert signers(archive, paper) == [("Xã Thử office", passed), ("Xã Thử clerk", passed)]
    with Archive.locate(archive.root) as now:
        assert now.file_path(paper, "signed").read_bytes().startswith(before)
        assert now.paper(paper).object_version == "v3"
    assert first.read_bytes() == before
    for name in ("office", "clerk"):  # each has signed it
        assert told(call("--paper", paper, "--profile", name)) == {"a.jpg": "skipped"}
    both = call("--dossier", "D1", "--profile", "office", "--profile", "clerk")
    assert told(both)["b.jpg"] == "done"
    assert signers(archive, papers(archive)["b.jpg"]) == [("Xã Thử office", passed), ("Xã Thử clerk", passed)]


def test_papers_signed_while_digitizing_are_known(archive: Archive, scan: Maker, call: Run, filed: Path) -> None:
    scan("D2/c.jpg", "Điều 4. Tổ chức")
    items = collect(sorted(filed.iterdir()), None, archive.root, folders=DossierFolders(form=SHORT_CODES)).items
    with Archive.locate(archive.root) as now, opened(now, "office") as office:
        digitize(now, items, open_engine(0, "en"), EngineSpec("null"), SilentProgress(), office, also_unreviewed=True)
    assert told(call("--dossier", "D2", "--profile", "office")) == {"c.jpg": "skipped"}
    assert told(call("--unsigned", "--profile", "office")) == {}


@pytest.mark.usefixtures("filed")
def test_what_cannot_be_selected(archive: Archive, call: Run, tmp_path: Path) -> None:
    codes = {
        ("--paper", "P-0000000000000000"): "unknown-paper",
        ("--dossier", "none"): "unknown-dossier",
        ("--dossier", "D1", "--paper", "P-0000000000000000"): "usage",
        ("--unsigned", "in.pdf", "out.pdf"): "usage",
        ("--unsigned", "--renew"): "usage",
        ("in.pdf", "out.pdf"): "usage",  # files are signed as they are: --also-unreviewed does not go with them
    }
    for words, code in codes.items():
        done = call(*words, "--profile", "office")
        assert json.loads(done.stdout)["errors"][0]["code"] == code
    (tmp_path / "office" / "pin.txt").write_text("wrong\n")
    done = call("--unsigned", "--profile", "office")
    assert done.exit_code == ExitCode.KEY
    with archive.writing():
        assert call("--unsigned", "--profile", "office").exit_code == ExitCode.ARCHIVE_LOCKED


@pytest.mark.usefixtures("filed")
def test_a_paper_that_came_signed_is_not_signed_again(archive: Archive, call: Run, tmp_path: Path) -> None:
    came = draft(tmp_path / "in", "came.pdf")
    files = {role: path for role, path in came.files.items() if role != "searchable"}
    with Archive.locate(archive.root) as now, now.writing():
        now.file(None, [replace(came, files=files)])
    done = call("--paper", papers(archive)["came.pdf"], "--profile", "office")
    assert done.exit_code == ExitCode.FAILED
    assert json.loads(done.stdout)["errors"][0]["code"] == "nothing-to-sign"


@pytest.mark.usefixtures("filed")
def test_a_file_that_was_changed_is_not_signed(archive: Archive, call: Run) -> None:
    path = archive.file_path(papers(archive)["a.jpg"], "searchable")
    path.chmod(0o600)
    path.write_bytes(path.read_bytes() + b"\n")
    done = call("--unsigned", "--profile", "office")
    assert done.exit_code == ExitCode.SOME_FAILED
    assert told(done)["a.jpg"] == "failed"
    assert json.loads(done.stdout)["errors"][0]["code"] == "archive-damaged"


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows kills otherwise")
def test_a_killed_run_is_taken_up(archive: Archive, call: Run, scan: Maker, filed: Path) -> None:
    for number in range(20):
        scan(f"D{number % 3}/{number}.jpg", f"Điều {number}. Thi hành")
    into_archive(archive, filed)
    command = [
        sys.executable,
        "-m",
        "digidoc",
        "sign",
        "--unsigned",
        "--profile",
        "office",
        "--also-unreviewed",
        "--archive",
    ]
    moments = random.Random(20260105)
    for _kill in range(3):
        running = subprocess.Popen([*command, str(archive.root)], stdout=subprocess.DEVNULL, start_new_session=True)
        while not list(archive.root.glob("tmp/sign-*")) and running.poll() is None:
            time.sleep(0.005)
        time.sleep(moments.uniform(0, 0.25))
        os.killpg(running.pid, signal.SIGKILL)
        running.wait(30)
    done = call("--unsigned", "--profile", "office")
    assert done.exit_code == 0, done.output
    for paper in papers(archive).values():
        assert signers(archive, paper) == [("Xã Thử office", "TOTAL_PASSED")]
    assert nothing_left(archive)


@pytest.mark.usefixtures("filed")
def test_what_a_run_killed_right_after_filing_left_is_cleared_away(
    archive: Archive, call: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Archive, "discard_staging", lambda _self, _key: None)  # the kill comes before it
        assert call("--unsigned", "--profile", "office").exit_code == 0
    assert not nothing_left(archive)
    assert told(call("--unsigned", "--profile", "office")) == {}
    assert nothing_left(archive)


@pytest.mark.usefixtures("filed")
def test_a_signed_file_that_a_killed_run_left_is_filed_and_said(
    archive: Archive, call: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = papers(archive)["a.jpg"]
    with monkeypatch.context() as patch:
        patch.setattr(Filing, "_file", lambda _self, _dossier: None)  # the kill comes before it
        call("--paper", paper, "--profile", "office")
    (left,) = archive.layout.scratch.glob("sign-*/signed.pdf")
    before = left.read_bytes()
    run = runner(None, "sign", after=("--archive", str(archive.root), "--also-unreviewed"))
    done = run("--paper", paper, "--profile", "office")
    assert done.exit_code == 0, done.output
    assert "signed.pdf" in done.stdout
    with Archive.locate(archive.root) as now:
        assert now.file_path(paper, "signed").read_bytes() == before
    assert nothing_left(archive)


def data(result: Result) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(result.stdout)["data"]
    return found


def alter(archive: Archive, paper: str, **changes: Any) -> None:
    """File a paper anew with another record, text and searchable PDF, as a person's correction does."""
    with Archive.locate(archive.root) as now, now.writing():
        record = now.paper(paper)
        files = stored_files(now, record)
        for role in ("text", "searchable"):
            made = archive.root.parent / f"{role}.new"
            made.write_bytes(files[role].read_bytes() + b"\n")
            files[role] = made
        now.file(record.dossier, [Draft(replace(record, **changes), files)])


@pytest.mark.usefixtures("filed")
def test_papers_to_be_reviewed_are_left_out_and_counted(archive: Archive, careful: Run, tmp_path: Path) -> None:
    found = papers(archive)
    alter(archive, found["a.jpg"], state=PaperState.FILED, doubts=())
    done = careful("--unsigned", "--profile", "office")
    assert done.exit_code == 0, done.output
    assert told(done) == {"a.jpg": "done"}
    assert sorted(data(done)["left_unsigned"]) == sorted([found["b.jpg"], found["loose.jpg"]])
    assert careful("--dossier", "D1", "--profile", "clerk").exit_code == 0
    assert signers(archive, found["b.jpg"]) == []
    assert [name for name, _verdict in signers(archive, found["a.jpg"])] == ["Xã Thử office", "Xã Thử clerk"]
    # Where nothing is left to be signed nobody is asked for a PIN, and nobody misses one that is wrong.
    (tmp_path / "office" / "pin.txt").write_text("wrong\n")
    nothing = careful("--paper", found["b.jpg"], "--profile", "office")
    assert (nothing.exit_code, data(nothing)["left_unsigned"]) == (0, [found["b.jpg"]])
    said = runner(None, "sign", after=("--archive", str(archive.root)))("--unsigned", "--profile", "office")
    assert "to be reviewed: 2" in said.stdout


def test_papers_to_be_reviewed_are_digitized_and_left_unsigned(archive: Archive, filed: Path) -> None:
    write_short_codes(archive.root)
    run = runner(None, "digitize", after=("--archive", str(archive.root), "--ocr", "null", "--jobs", "1", "--json"))
    given = [*map(str, sorted(filed.iterdir()))]  # the loose one is named itself: it lies in no dossier's folder
    done = run(*given, "--sign", "office")
    assert done.exit_code == 0, done.output
    assert sorted(data(done)["left_unsigned"]) == sorted(papers(archive).values())
    # Once a person has settled it, the same command signs it.
    paper = papers(archive)["a.jpg"]
    alter(archive, paper, state=PaperState.FILED, doubts=())
    assert len(data(run(*given, "--sign", "office"))["left_unsigned"]) == 2
    assert signers(archive, paper) == [("Xã Thử office", "TOTAL_PASSED")]
    assert data(run(*given, "--sign", "office", "--also-unreviewed"))["left_unsigned"] == []
    assert signers(archive, papers(archive)["b.jpg"]) == [("Xã Thử office", "TOTAL_PASSED")]
    assert json.loads(run(str(filed), "--also-unreviewed").stdout)["errors"][0]["code"] == "usage"


@pytest.mark.usefixtures("filed")
def test_signing_judges_with_the_users_own_trust_too(
    archive: Archive, call: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "own trust"
    own.mkdir()
    (archive.trust_folder / "office.pem").rename(own / "office.pem")
    paper = papers(archive)["a.jpg"]
    call("--paper", paper, "--profile", "office")
    assert signers(archive, paper) == [("Xã Thử office", "INDETERMINATE")]
    monkeypatch.setattr(trust_store, "user_store", lambda: own)
    paper = papers(archive)["b.jpg"]
    call("--paper", paper, "--profile", "office")
    assert signers(archive, paper) == [("Xã Thử office", "TOTAL_PASSED")]


@pytest.mark.usefixtures("filed")
def test_a_signature_older_than_its_text_is_made_anew(archive: Archive, call: Run, careful: Run) -> None:
    found = papers(archive)
    call("--dossier", "D1", "--profile", "office", "--profile", "clerk")
    paper, old = found["a.jpg"], archive.file_path(found["a.jpg"], "signed")
    before = old.read_bytes()
    alter(archive, paper, state=PaperState.FILED, doubts=(OLDER, "low-dpi"))
    left = careful("--dossier", "D1", "--profile", "clerk")
    assert data(left)["older_than_text"] == [paper]
    assert data(left)["left_unsigned"] == [found["b.jpg"]]
    assert archive.file_path(paper, "signed").read_bytes() == before
    said = runner(None, "sign", after=("--archive", str(archive.root)))("--paper", paper, "--profile", "office")
    assert "sign --renew" in said.stdout
    done = careful("--renew", "--profile", "office")
    assert done.exit_code == 0, done.output
    assert data(done)["renewed"] == [paper]
    assert data(done)["counts"]["done"] == 1
    with Archive.locate(archive.root) as now:
        record, signed = now.paper(paper), now.file_path(paper, "signed").read_bytes()
        assert signed.startswith(now.file_path(paper, "searchable").read_bytes())
        assert not signed.startswith(before)
    assert record.doubts == ("low-dpi",)
    assert signers(archive, paper) == [("Xã Thử office", "TOTAL_PASSED")]
    assert old.read_bytes() == before
    assert nothing_left(archive)
    assert told(careful("--renew", "--profile", "office")) == {}
    assert told(call("--paper", paper, "--profile", "office")) == {"a.jpg": "skipped"}


@pytest.mark.usefixtures("filed")
def test_a_renewal_that_was_killed_before_filing_is_taken_up(
    archive: Archive, call: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = papers(archive)["a.jpg"]
    call("--paper", paper, "--profile", "office")
    alter(archive, paper, doubts=(OLDER,))
    with monkeypatch.context() as patch:
        patch.setattr(Filing, "_file", lambda _self, _dossier: None)  # the kill comes before it
        call("--renew", "--profile", "office")
    (left,) = archive.layout.scratch.glob("sign-*/signed.pdf")
    before = left.read_bytes()
    assert data(call("--renew", "--profile", "office"))["renewed"] == [paper]
    with Archive.locate(archive.root) as now:
        assert now.file_path(paper, "signed").read_bytes() == before
    assert nothing_left(archive)
