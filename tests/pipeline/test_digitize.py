"""The driver: every file accounted for, nothing done twice, nothing lost."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pytest

from digidoc.archive.archive import Archive
from digidoc.engine.opening import open_engine
from digidoc.errors import ArchiveLocked, ExitCode
from digidoc.model import PaperRecord, PaperState
from digidoc.ocr.engine import EngineSpec
from digidoc.outcome import Batch, Outcome, Status
from digidoc.pipeline.collect import Item, collect
from digidoc.pipeline.digitize import digitize, plan
from digidoc.pipeline.digitized import Digitized
from digidoc.pipeline.filing import Filing
from digidoc.pipeline.intake.dossier_folders import DossierFolders
from digidoc.pipeline.work import Task, read_task
from digidoc.progress import SilentProgress, UnderWay
from digidoc.sign.create.signers import Signers, open_signers
from digidoc.sign.profile import load_profile
from digidoc.sign.throwaway import make_throwaway_pki
from tests.papers import SHORT_CODES
from tests.scans import pages, save

Maker = Callable[..., Path]
NULL = EngineSpec("null")


def run(
    archive: Archive, paths: Sequence[Path], *, jobs: int = 0, spec: EngineSpec = NULL, signers: Signers | None = None
) -> Batch[Digitized]:
    found = collect(paths, None, archive.root, folders=DossierFolders(form=SHORT_CODES))
    assert not found.problems
    found = found.settled({one.folder: None for one in found.unclear})
    return digitize(
        archive, found.items, open_engine(jobs, "en"), spec, SilentProgress(), signers, also_unreviewed=True
    )


def paper_of(outcome: Outcome[Digitized]) -> str:
    assert outcome.detail is not None
    assert outcome.detail.filed is not None
    return outcome.detail.filed.paper


def statuses(batch: Batch[Digitized]) -> dict[str, Status]:
    return {Path(o.item).name: o.status for o in batch.outcomes}


def stored(archive: Archive) -> dict[str, str]:
    """Digest of every file of the store by its path."""
    files = (path for path in archive.root.joinpath("store").rglob("*") if path.is_file())
    return {str(p.relative_to(archive.root)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def test_a_folder_becomes_dossiers_with_all_their_files(archive: Archive, scan: Maker) -> None:
    originals = [scan("D1/a.jpg"), scan("D1/b.png", "Điều 2. Hiệu lực"), scan("loose.jpg", "Điều 3. Thi hành")]
    before = [path.read_bytes() for path in originals]
    batch = run(archive, [originals[2].parent])
    assert set(statuses(batch).values()) == {Status.REVIEW}  # the null engine leaves ink without words
    assert [path.read_bytes() for path in originals] == before
    for outcome, original in zip(batch.outcomes, [originals[2], *originals[:2]], strict=True):
        paper = archive.paper(paper_of(outcome))
        assert {file.role for file in paper.files} == {"original", "searchable", "text", "metadata"}
        assert archive.file_path(paper.paper_id, "original").read_bytes() == original.read_bytes()
    assert [paper.name for paper in archive.papers_of("D1")] == ["a.jpg", "b.png"]
    assert {paper.object_version for paper in archive.papers_of("D1")} == {"v1"}
    assert not list((archive.root / "tmp").iterdir())


def test_a_rerun_changes_nothing(archive: Archive, scan: Maker) -> None:
    folder = scan("D1/a.jpg").parent.parent
    scan("D1/b.jpg", "Điều 2. Hiệu lực")
    run(archive, [folder])
    first = stored(archive)
    again = run(archive, [folder])
    assert set(statuses(again).values()) == {Status.SKIPPED}
    assert stored(archive) == first
    assert again.exit_code is ExitCode.OK


def test_a_new_paper_joins_its_dossier(archive: Archive, scan: Maker) -> None:
    folder = scan("D1/a.jpg").parent.parent
    run(archive, [folder])
    scan("D1/b.jpg", "Điều 2. Hiệu lực")
    assert statuses(run(archive, [folder])) == {"a.jpg": Status.SKIPPED, "b.jpg": Status.REVIEW}
    assert [paper.object_version for paper in archive.papers_of("D1")] == ["v1", "v2"]


def test_bad_files_are_refused_and_the_others_go_on(archive: Archive, scan: Maker) -> None:
    folder = scan("D1/a.jpg").parent
    (folder / "note.txt").write_text("no scan")
    (folder / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nbroken")
    batch = run(archive, [folder.parent])
    found = statuses(batch)
    assert found.pop("a.jpg") is Status.REVIEW
    assert set(found.values()) == {Status.REFUSED}
    assert batch.exit_code is ExitCode.SOME_FAILED
    assert {p.code for p in batch.problems} == {"unsupported-format", "unreadable"}
    assert all(p.file and p.hint for p in batch.problems)
    assert archive.status().papers[PaperState.REFUSED] == 2
    again = run(archive, [folder.parent])
    assert (again.problems, again.exit_code) == ((), ExitCode.OK)
    assert set(statuses(again).values()) == {Status.SKIPPED}
    before = [o.detail.refused_before for o in again.outcomes if o.detail and o.detail.refused_before]
    assert [(p.code, p.message) for p in before] == [(p.code, p.message) for p in batch.problems]


def test_a_better_file_of_the_same_name_settles_a_refusal(archive: Archive, scan: Maker) -> None:
    broken = scan("D1/a.jpg")
    whole = broken.read_bytes()
    broken.write_bytes(b"\x89PNG\r\n\x1a\nbroken")
    assert run(archive, [broken.parent.parent]).exit_code is ExitCode.FAILED
    broken.write_bytes(whole)
    assert run(archive, [broken.parent.parent]).exit_code is ExitCode.OK
    found = archive.status()
    assert (found.papers[PaperState.REFUSED], found.refused, archive.figures().refused) == (0, (), 0)


def test_what_a_killed_run_has_read_is_not_read_again(
    archive: Archive, scan: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = scan("D1/a.jpg").parent.parent
    scan("D1/b.jpg", "Điều 2. Hiệu lực")
    items = collect([folder], None, archive.root, folders=DossierFolders(form=SHORT_CODES)).items
    read: list[Item] = []

    def read_one_and_stop(task: object) -> object:
        if read:
            raise KeyboardInterrupt
        read.append(items[0])
        return read_task(task)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr("digidoc.pipeline.digitize.read_task", read_one_and_stop)
        # The system that kills does not let the driver file what is done.
        patch.setattr(Filing, "_file", lambda _self, _dossier: None)
        assert run(archive, [folder]).exit_code is ExitCode.INTERRUPTED
    receipt = next(archive.root.glob("tmp/*/receipt.json"))
    written = receipt.stat().st_mtime_ns
    seen: list[int] = []

    def watch(task: object) -> object:
        if receipt.exists():
            seen.append(receipt.stat().st_mtime_ns)
        return read_task(task)  # type: ignore[arg-type]

    monkeypatch.setattr("digidoc.pipeline.digitize.read_task", watch)
    assert set(statuses(run(archive, [folder])).values()) == {Status.REVIEW}
    assert set(seen) == {written}
    assert len(archive.papers_of("D1")) == 2


def test_ctrl_c_files_what_is_read_and_a_rerun_does_the_rest(
    archive: Archive, scan: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = scan("D1/a.jpg").parent.parent
    scan("D1/b.jpg", "Điều 2. Hiệu lực")
    calls: list[object] = []

    def second_is_interrupted(task: object) -> object:
        calls.append(task)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return read_task(task)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr("digidoc.pipeline.digitize.read_task", second_is_interrupted)
        batch = run(archive, [folder])
    assert batch.exit_code is ExitCode.INTERRUPTED
    assert statuses(batch) == {"a.jpg": Status.REVIEW}
    assert statuses(run(archive, [folder])) == {"a.jpg": Status.SKIPPED, "b.jpg": Status.REVIEW}


def test_signing_while_digitizing_and_afterwards(archive: Archive, scan: Maker, tmp_path: Path) -> None:
    pki = make_throwaway_pki(tmp_path / "keys", "Xã Thử")
    (archive.trust_folder / "root.pem").write_bytes(pki.root.read_bytes())
    folder = scan("D1/a.jpg").parent.parent
    scan("D1/c.jpg", "Điều 3. Thi hành")
    run(archive, [folder])
    scan("D1/b.jpg", "Điều 2. Hiệu lực")
    profile = load_profile({"key": str(pki.key), "pin_file": str(pki.pin_file)}, tmp_path, "office")
    with open_signers([profile]) as signers:
        found = statuses(run(archive, [folder], signers=signers))
        assert found == {"a.jpg": Status.DONE, "b.jpg": Status.REVIEW, "c.jpg": Status.DONE}
        assert {paper.object_version for paper in archive.papers_of("D1")} == {"v2"}
        first = stored(archive)
        assert set(statuses(run(archive, [folder], signers=signers)).values()) == {Status.SKIPPED}
    assert stored(archive) == first
    for paper in archive.papers_of("D1"):
        assert [signature.verdict for signature in paper.signatures] == ["TOTAL_PASSED"]
        signed = archive.file_path(paper.paper_id, "signed").read_bytes()
        assert signed.startswith(archive.file_path(paper.paper_id, "searchable").read_bytes())


def test_a_dry_run_says_and_does_nothing(archive: Archive, scan: Maker) -> None:
    folder = scan("D1/a.jpg").parent.parent
    run(archive, [folder])
    scan("D1/b.jpg", "Điều 2. Hiệu lực")
    before = stored(archive)
    items = collect([folder], None, archive.root, folders=DossierFolders(form=SHORT_CODES)).items
    planned = plan(archive, items, NULL, sign=False)
    assert [outcome.status for outcome in planned.outcomes] == [Status.SKIPPED, Status.DONE]
    (folder / "D1" / "don.docx").write_bytes(b"no scan")
    planned = plan(
        archive, collect([folder], None, archive.root, folders=DossierFolders(form=SHORT_CODES)).items, NULL, sign=False
    )
    assert [outcome.status for outcome in planned.outcomes] == [Status.SKIPPED, Status.DONE, Status.REFUSED]
    assert [problem.code for problem in planned.problems] == ["unsupported-format"]
    assert stored(archive) == before


def test_a_second_run_at_the_same_time_is_told(archive: Archive, scan: Maker) -> None:
    folder = scan("D1/a.jpg").parent
    with archive.writing(), Archive.locate(archive.root) as other, pytest.raises(ArchiveLocked):
        run(other, [folder])


def test_a_paper_marked_secret_is_not_kept(archive: Archive, tmp_path: Path) -> None:
    from tests.scans import page_with_words

    path = tmp_path / "secret.jpg"
    page_with_words(("MẬT", "", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Báo cáo tình hình")).image.save(path)
    batch = run(archive, [path], spec=EngineSpec())
    assert [p.code for p in batch.problems] == ["secret"]
    assert stored(archive).keys() == {f"store/{n}" for n in _root_files(archive)}
    assert not list((archive.root / "tmp").iterdir())


def _root_files(archive: Archive) -> list[str]:
    store = archive.root / "store"
    inside = [p for p in store.rglob("*") if p.is_file()]
    assert not any("papers" in p.parts for p in inside)
    return [p.relative_to(store).as_posix() for p in inside]


def test_two_processes_read_what_is_printed(archive: Archive, scan: Maker) -> None:
    texts = ["Điều 1. Ban hành quy chế", "Điều 2. Quyết định có hiệu lực", "Điều 3. Chánh Văn phòng thi hành"]
    for number, text in enumerate(texts):
        scan(f"D1/{number}.png", text)
    batch = run(archive, [scan("D1/0.png", texts[0]).parent.parent], jobs=2, spec=EngineSpec())
    assert set(statuses(batch).values()) == {Status.REVIEW}  # print, and no field
    assert [archive.paper(paper_of(o)).pages[0] for o in batch.outcomes] == texts
    hits = archive.search("quyet dinh co hieu luc").hits
    assert [hit.paper_id for hit in hits] == [paper_of(batch.outcomes[1])]


def test_results_of_a_run_killed_right_after_filing_are_cleared_away(
    archive: Archive, scan: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = scan("D1/a.jpg").parent.parent
    with monkeypatch.context() as patch:
        patch.setattr(Archive, "discard_staging", lambda _self, _key: None)  # the kill comes before it
        run(archive, [folder])
    assert list((archive.root / "tmp").iterdir())
    run(archive, [folder])
    assert not list((archive.root / "tmp").iterdir())


class Counting(SilentProgress):
    """Keeps what a person would see."""

    shown = True

    def __init__(self) -> None:
        self.totals: list[int] = []
        self.done = 0
        self.settled = (0, 0)
        self.under_way: Callable[[], Iterable[UnderWay]] = tuple

    def advance(self, item: str, steps: int = 1) -> None:  # noqa: ARG002 (the protocol's)
        self.done += steps

    def expect(self, total: int) -> None:
        self.totals.append(total)

    def papers(self, done: int, total: int) -> None:
        self.settled = (done, total)

    def follow(self, under_way: Callable[[], Iterable[UnderWay]]) -> None:
        self.under_way = under_way


def test_pages_are_counted_before_the_first_is_read(
    archive: Archive, scan: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = scan("D1/a.jpg").parent
    save(pages(3, dpi=60), folder / "b.tif")
    save(pages(5, dpi=60), folder / "c.pdf")
    (folder / "d.pdf").write_bytes(b"%PDF-1.7 cut off")
    (folder / "e.txt").write_bytes(b"no scan")
    seen: list[UnderWay] = []

    def watched(task: Task) -> PaperRecord:
        record = read_task(task)
        seen.extend(bar.under_way())
        return record

    monkeypatch.setattr("digidoc.pipeline.digitize.read_task", watched)
    for _run in ("all is read", "all is there already"):
        bar = Counting()
        items = collect([folder], None, archive.root, folders=DossierFolders(form=SHORT_CODES)).items
        digitize(archive, items, open_engine(0, "en"), NULL, bar)
        assert (bar.totals, bar.done, bar.settled) == ([9], 9, (5, 5))
        assert not list(bar.under_way())
    assert seen == [UnderWay("a.jpg", 1, 1), UnderWay("b.tif", 3, 3), UnderWay("c.pdf", 5, 5)]
