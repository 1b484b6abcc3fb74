"""`digidoc scan`: from the feeder of SANE's test device, and from made stacks with sheets, into the archive."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from PIL import Image

from digidoc.archive.archive import Archive
from digidoc.errors import ExitCode
from digidoc.formats import codec
from digidoc.pipeline.scanning.filing_stacks import judge, stacks_of
from digidoc.pipeline.scanning.looking import page_of
from digidoc.scan.codes import EndCode, SheetCode
from digidoc.scan.errors import StackDamaged, StackFiled, UnknownStack
from digidoc.scan.sheets import sheet_codes
from digidoc.scan.stacks import Stack, StackPage, Stacks, two_sided
from tests.running import Run, runner
from tests.scan.conftest import TRIES, Sane
from tests.scan.conftest import sane as sane  # noqa: PLC0414 (a fixture)
from tests.scan.made import paper_picture, sheet_pictures

pytestmark = pytest.mark.slow

ONE, TWO = "H17-260105-0001", "H17-260105-0002"


@pytest.fixture
def run(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("DIGIDOC_OCR", "null")
    monkeypatch.setenv("DIGIDOC_JOBS", "1")
    return runner(None, "scan", "-A", str(archive.root))


def _data(run: Run, *words: str, code: ExitCode = ExitCode.OK, **options: Any) -> dict[str, Any]:
    result = run(*words, "--json", **options)
    assert result.exit_code == code, result.output
    data: dict[str, Any] = json.loads(result.stdout[result.stdout.index("{") :])["data"]
    return data


def _stack(archive: Archive, pages: Sequence[SheetCode | EndCode | str | None], *, sides: bool = False) -> Stack:
    """A stack as a scanner leaves it; a text is a page of a paper, None an empty one."""
    stacks = stacks_of(archive)
    stack = stacks.create(datetime.now(UTC), "made", {"dpi": 100, "blank": "drop" if sides else "keep"})
    sheets = sheet_pictures([page for page in pages if isinstance(page, SheetCode | EndCode)], dpi=100)
    for number, page in enumerate(pages, 1):
        if page is None:
            picture = Image.new("RGB", (827, 1169), (244, 242, 238))
        else:
            picture = paper_picture(page, dpi=100) if isinstance(page, str) else next(sheets)
        file = stacks.folder(stack.stack) / f"{number:05d}.tif"
        picture.save(file, dpi=(100, 100))
        stack = stacks.acknowledge(stack, file, page_of(file, ("back", "front")[number % 2] if sides else ""))
    return stack


def test_a_stack_goes_from_the_feeder_into_a_dossier(sane: Sane, run: Run, archive: Archive) -> None:
    sane()
    data = _data(run, "--device", "test:0", "--dpi", "75", "--dossier", ONE)
    assert len(data["stack"]["pages"]) == 10
    assert data["stack"]["state"] == "filed"
    assert {page["dpi"] for page in data["stack"]["pages"]} == {75}
    assert data["other"] == ["size"]  # the test device is 200 mm wide at most
    (paper,) = archive.papers_of(ONE)
    assert (paper.name, len(paper.pages)) == (f"{data['stack']['stack']}-001.tif", 10)
    with Image.open(archive.file_path(paper.paper_id, "original")) as filed:
        for number, page in enumerate(data["stack"]["pages"]):
            filed.seek(number)
            with Image.open(stacks_of(archive).folder(data["stack"]["stack"]) / page["file"]) as scanned:
                assert np.array_equal(np.asarray(filed), np.asarray(scanned))
    event = next(batch for batch in archive.batches() if batch.options.get("stack"))
    assert event.options["sheets"] == 0


def test_other_values_than_were_asked_for_are_said(sane: Sane, run: Run) -> None:
    sane()
    result = run("--device", "test:0", "--source", "Flatbed", "--dpi", "1200", "--no-digitize", "--grey")
    assert result.exit_code == ExitCode.REVIEW_NEEDED
    assert "200 x 200 mm" in result.stdout


def test_a_profile_of_the_archive_says_how(sane: Sane, run: Run, archive: Archive) -> None:
    sane()
    with archive.layout.config.open("a", encoding="utf-8") as file:
        file.write('\n[scan.desk]\ndevice = "test:1"\ndpi = 50\nmode = "grey"\npage = "150x150"\n')
    data = _data(run, "--profile", "desk", "--dossier", ONE)
    assert data["stack"]["options"]["device"] == data["stack"]["device"] == "test:1"
    assert data["other"] == []
    assert {tuple(page["mm"]) for page in data["stack"]["pages"]} == {(150, 150)}
    assert run("--profile", "door").exit_code == ExitCode.USAGE


def test_a_jam_keeps_what_is_whole_and_continue_numbers_on(sane: Sane, run: Run, archive: Archive) -> None:
    sane()
    first = _data(run, "--device", "test:0", "--dpi", "75", "--no-digitize", code=ExitCode.REVIEW_NEEDED)
    name = first["stack"]["stack"]
    for _time in range(TRIES):
        sane("SANE_STATUS_JAMMED")
        jammed = run("--continue", name)  # as it was scanned before
        if "jammed" in jammed.stderr:
            break
    assert jammed.exit_code == ExitCode.FAILED
    assert "jammed" in jammed.stderr
    assert f"{name}: 10 pages" in jammed.stdout
    sane()
    more = _data(run, "--device", "test:0", "--dpi", "75", "--continue", name, "--dossier", ONE)
    assert [page["file"] for page in more["stack"]["pages"]] == [f"{number:05d}.tif" for number in range(1, 21)]
    for again in (("--continue", name), (name,)):
        refused = run(*again, "--json")
        assert refused.exit_code == ExitCode.FAILED
        assert json.loads(refused.stdout)["errors"][0]["code"] == StackFiled.code
    assert len(archive.papers_of(ONE)) == 1


def test_an_empty_feeder_leaves_no_stack(sane: Sane, run: Run, archive: Archive) -> None:
    sane("SANE_STATUS_NO_DOCS")
    result = run("--device", "test:0", "--dossier", ONE)
    assert result.exit_code == ExitCode.FAILED
    assert "no paper in the feeder" in result.stderr
    assert stacks_of(archive).names() == []


def test_fronts_and_backs_by_hand_are_put_in_order(sane: Sane, run: Run) -> None:
    sane()
    data = _data(run, "--device", "test:0", "--dpi", "75", "--manual-duplex", "--dossier", ONE, input="\n")
    files = [page["file"] for page in data["stack"]["pages"]]
    assert files[:4] == ["00001.tif", "00020.tif", "00002.tif", "00019.tif"]
    assert [page["side"] for page in data["stack"]["pages"]] == ["front", "back"] * 10
    without = run("--device", "test:0", "--dpi", "75", "--manual-duplex")
    assert without.exit_code == ExitCode.USAGE
    assert ": 10 pages" in without.stdout
    assert run("--duplex", "--manual-duplex").exit_code == ExitCode.USAGE


def test_passes_that_do_not_fit_together_stop_the_stack(run: Run, archive: Archive) -> None:
    stack = _stack(archive, ["a", "b"])
    stacks_of(archive).save(replace(stack, options={**stack.options, "sides-differ": "2/1"}))
    data = _data(run, stack.stack, "--begin", f"1={ONE}", code=ExitCode.REVIEW_NEEDED)
    assert [problem["code"] for problem in data["stack"]["problems"]] == ["sides-differ"]
    assert "2/1" in run("--list").stdout
    assert _data(run, stack.stack, "--dossier", ONE)["stack"]["state"] == "filed"


def test_sheets_cut_a_stack_into_papers(run: Run, archive: Archive) -> None:
    first, second, end = sheet_codes([ONE, TWO], end=True)
    stack = _stack(archive, [first, "Điều 1", "Điều 2", second, "Điều 3", end])
    data = _data(run, stack.stack)
    assert [(group["dossier"], group["pages"]) for group in data["stack"]["groups"]] == [(ONE, [2, 3]), (TWO, [5])]
    assert [len(paper.pages) for paper in archive.papers_of(ONE)] == [2]
    assert [len(paper.pages) for paper in archive.papers_of(TWO)] == [1]
    assert next(b for b in archive.batches() if b.options.get("stack")).options["sheets"] == 3
    assert not (stacks_of(archive).folder(stack.stack) / "papers").exists()


def test_a_sheet_that_was_missed_stops_its_stack_until_a_person_has_spoken(run: Run, archive: Archive) -> None:
    sheets = sheet_codes([ONE, TWO, "H17-260105-0003"], end=False)
    stack = _stack(archive, [sheets[0], "Điều 1", "Điều 2", sheets[2], "Điều 3"])
    other = _stack(archive, [sheets[1], "Điều 4"])
    said = run(stack.stack)
    assert said.exit_code == ExitCode.REVIEW_NEEDED
    assert "Page 4: sheet 3/3 follows sheet 1/3" in said.stdout
    assert f"digidoc scan {stack.stack} --begin 4=CODE" in said.stdout
    assert archive.list_papers().lines == ()
    assert _data(run, other.stack)["stack"]["state"] == "filed"  # the others go on
    states = {found["stack"]: found["state"] for found in _data(run, "--list")["stacks"]}
    assert states == {stack.stack: "waiting", other.stack: "filed"}
    assert run(stack.stack, "--begin", "9=X").exit_code == ExitCode.USAGE
    assert run(stack.stack, "--begin", "2=-").exit_code == ExitCode.USAGE
    assert run(stack.stack, "--begin", "two=X").exit_code == ExitCode.USAGE
    data = _data(run, stack.stack, "--begin", f"3={TWO}")
    assert [(group["dossier"], group["pages"]) for group in data["stack"]["groups"]][:2] == [(ONE, [2]), (TWO, [3])]
    assert len(archive.papers_of(TWO)) == 2


def test_a_sheet_of_an_unknown_dossier_stops(run: Run, archive: Archive) -> None:
    stack = _stack(archive, [SheetCode("con", 1, 1), "Điều 1"])
    assert "dossier con" in run(stack.stack).stdout
    assert _data(run, stack.stack, "--begin", "1=con")["stack"]["state"] == "filed"


def test_blank_backs_go_only_where_that_was_asked_for_and_stay_in_the_stack(run: Run, archive: Archive) -> None:
    sheet = SheetCode(ONE, 1, 1)
    stack = _stack(archive, [sheet, None, "Điều 1", None, None, None], sides=True)
    assert [page.blank for page in stack.pages] == ["no", "yes", "maybe", "yes", "yes", "yes"]
    data = _data(run, stack.stack)
    assert data["stack"]["groups"][0]["pages"] == [3, 5]
    stacks = stacks_of(archive)
    assert len(list(stacks.folder(stack.stack).glob("*.tif"))) == 6
    now = datetime.now(UTC)
    assert stacks.remove_old(now + timedelta(days=29)) == []
    assert stacks.remove_old(now + timedelta(days=31)) == [stack.stack]
    assert stacks.names() == []


def test_a_stack_that_waits_is_never_removed(archive: Archive) -> None:
    stack = judge(archive, _stack(archive, ["Điều 1"]))
    assert stack.state == "waiting"
    assert stacks_of(archive).remove_old(datetime.now(UTC) + timedelta(days=400)) == []


def test_old_stacks_go_and_that_is_said(sane: Sane, run: Run, archive: Archive) -> None:
    sane()
    stacks = stacks_of(archive)
    old = stacks.create(datetime.now(UTC), "made", {})
    stacks.save(replace(old, filed_at=codec.stamp(datetime.now(UTC) - timedelta(days=31))))
    result = run("--device", "test:0", "--dpi", "75", "--no-digitize")
    assert old.stack in result.stderr
    assert stacks.names() == [found["stack"] for found in _data(run, "--list")["stacks"]]
    assert len(stacks.names()) == 1


def test_a_run_that_was_killed_is_taken_up(sane: Sane, run: Run, archive: Archive) -> None:
    sane()
    stack = _stack(archive, ["Điều 1"])
    folder = stacks_of(archive).folder(stack.stack)
    paper_picture("Điều 2", dpi=100).save(folder / "00002.tif", dpi=(100, 100))
    (folder / "00003.tif.part").write_bytes(b"half a page")
    data = _data(run, "--device", "test:0", "--dpi", "75", "--continue", stack.stack, "--dossier", ONE)
    assert [page["file"] for page in data["stack"]["pages"]] == [f"{number:05d}.tif" for number in range(1, 13)]
    assert not list(folder.glob("*.part"))


def test_unknown_and_damaged_stacks(run: Run, archive: Archive) -> None:
    nobody = run("20200101-001")
    assert nobody.exit_code == ExitCode.FAILED
    assert UnknownStack(stack="20200101-001").problem.message in nobody.stderr
    assert "no stacks" in run("--list").stdout
    stack = _stack(archive, ["Điều 1"])
    (stacks_of(archive).folder(stack.stack) / "stack.json").write_text('{"schema": "digidoc.stack/1", "stack": 5}')
    listed = run("--list")
    assert listed.exit_code == ExitCode.SOME_FAILED
    assert StackDamaged.template in listed.stderr
    assert run(stack.stack).exit_code == ExitCode.FAILED


@pytest.mark.parametrize(
    "words", [("X", "--dpi", "300"), ("X", "--continue", "Y"), ("--begin", "1=A"), ("--dpi", "5000")]
)
def test_words_that_do_not_fit_together(run: Run, words: tuple[str, ...]) -> None:
    assert run(*words).exit_code == ExitCode.USAGE


def test_two_passes_are_interleaved() -> None:
    fronts = [StackPage(f"{number}", "", "front") for number in (1, 2, 3)]
    backs = [StackPage(f"{number}", "", "back") for number in (4, 5, 6)]
    assert [page.file for page in two_sided((*fronts, *backs))] == ["1", "6", "2", "5", "3", "4"]


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.usefixtures("_ctrl_c_is_heard")
def test_ctrl_c_keeps_the_whole_pages_and_says_how_to_go_on(sane: Sane, archive: Archive) -> None:
    sane(slow=True)
    words = ["scan", "-A", str(archive.root), "--device", "test:0", "--dpi", "100", "--dossier", ONE]
    running = subprocess.Popen(
        [sys.executable, "-m", "digidoc", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    stacks = Stacks(archive.layout.stacks)
    ends = time.monotonic() + 60
    while time.monotonic() < ends and not (stacks.names() and stacks.load(stacks.names()[0]).pages):
        time.sleep(0.05)
    running.send_signal(signal.SIGINT)
    out, _err = running.communicate(timeout=60)
    assert running.returncode == ExitCode.INTERRUPTED
    (name,) = stacks.names()
    assert f"--continue {name}" in out
    assert 1 <= len(stacks.load(name).pages) < 10
    assert not list(stacks.folder(name).glob("*.part"))
