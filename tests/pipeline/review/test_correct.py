"""Corrections in the archive: filed as a new version, kept by every later reading, merged or named as conflicts."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest

from digidoc.archive.archive import Archive
from digidoc.archive.corrections import Conflict, Correction, Decision, FieldChange, How, WordChange
from digidoc.archive.errors import BadCorrection, IdTaken, PaperGone
from digidoc.archive.events import audit
from digidoc.archive.ingest import Draft
from digidoc.engine.opening import open_engine
from digidoc.errors import UnknownPaper
from digidoc.model import PaperRecord, PaperState
from digidoc.ocr.engine import EngineSpec
from digidoc.pipeline import work
from digidoc.pipeline.collect import collect
from digidoc.pipeline.digitize import digitize
from digidoc.pipeline.review.application import history_of
from digidoc.pipeline.review.correct import drain, inbox_of, submit
from digidoc.pipeline.stored import stored_files
from digidoc.pipeline.writing import session
from digidoc.progress import SilentProgress
from tests import judges
from tests.pipeline.review.conftest import DRAFT, LINES, change, read
from tests.scans import page_with_words

Correct = Callable[..., Correction]
SUBJECT = "Về việc giao đất làm nhà văn hóa"


def values(record: PaperRecord) -> dict[str, tuple[str, str, bool]]:
    return {field.name: (field.value, field.source, field.review) for field in record.fields}


def word_of(archive: Archive, paper: str, text: str) -> tuple[int, int]:
    """Line and place of a word of the first page."""
    page = json.loads(archive.file_path(paper, "text").read_bytes())["pages"][0]
    return next(
        (at, nth) for at, line in enumerate(page["lines"]) for nth, word in enumerate(line["words"]) if word[0] == text
    )


def settled(archive: Archive, paper: PaperRecord, correction: Correct, **given: object) -> PaperRecord:
    """The paper after a clerk has settled number and subject."""
    fields = (change(archive, paper, "CodeNumber", "18"), change(archive, paper, "Subject", SUBJECT))
    assert submit(archive, correction(**{"fields": fields, **given})).status == "filed"
    return archive.paper(paper.paper_id)


def test_a_correction_is_a_new_version(kho: Archive, paper: PaperRecord, correction: Correct) -> None:
    original = kho.file_path(paper.paper_id, "original").read_bytes()
    assert paper.state is PaperState.REVIEW
    after = settled(kho, paper, correction)
    assert (after.state, after.object_version, after.conformant) == (PaperState.FILED, "v2", True)
    assert values(after)["CodeNumber"] == ("18", "clerk", False)
    assert values(after)["Subject"] == (SUBJECT, "clerk", False)
    assert values(after)["IssuedDate"] == ("2024-11-22", "read", False)
    assert kho.file_path(paper.paper_id, "original").read_bytes() == original
    assert not inbox_of(kho).waiting()
    assert not list(kho.layout.scratch.iterdir())
    assert kho.status().papers[PaperState.REVIEW] == 0
    (hit,) = kho.search("18/QĐ-UBND").hits
    assert hit.paper_id == paper.paper_id
    assert not kho.search("15/QĐ-UBND").hits


def test_corrected_words_are_in_the_pdf(kho: Archive, paper: PaperRecord, correction: Correct) -> None:
    line, place = word_of(kho, paper.paper_id, "Phú")
    fields = (change(kho, paper, "CodeNumber", "18"), change(kho, paper, "Subject", SUBJECT))
    submit(kho, correction(fields=fields, words=(WordChange(1, line, place, "Phú", "Phước"),)))
    found = kho.file_path(paper.paper_id, "searchable")
    text = judges.pdftotext(found)
    assert "18/QĐ-UBND" in text
    assert "thôn Phước Sơn Nam" in " ".join(text.split())
    assert kho.search("Phước Sơn").hits
    assert judges.verapdf_2u([found]) == {found: (True, [])}


def test_the_pdf_says_what_was_corrected(kho: Archive, paper: PaperRecord, correction: Correct) -> None:
    settled(kho, paper, correction)
    found = kho.file_path(paper.paper_id, "searchable")
    with pikepdf.open(found) as pdf:
        assert str(pdf.docinfo.Title) == f"Quyết định 18/QĐ-UBND: {SUBJECT}"
        assert str(pdf.docinfo.Keywords) == f"18/QĐ-UBND, 2024-11-22, {paper.dossier}"
        with pdf.open_metadata() as xmp:
            assert (xmp["dc:title"], xmp["dc:description"]) == (str(pdf.docinfo.Title), SUBJECT)
    assert judges.verapdf_2u([found])[found] == (True, [])


def test_the_event_names_the_clerk_and_no_value(kho: Archive, paper: PaperRecord, correction: Correct) -> None:
    after = settled(kho, paper, correction)
    event = next(event for event in after.events if event.kind == "metadata modification")
    assert event.detail["clerk"] == "lan"
    assert event.detail["fields"] == ["CodeNumber", "Subject"]
    assert event.detail["how"] == {"typed": 2}
    assert event.detail["signature"] == "none"
    assert SUBJECT not in json.dumps(dict(event.detail), ensure_ascii=False)
    assert audit.verify(kho.catalog, kho.layout, kho.store).findings == ()


def test_what_is_not_settled_stays_in_the_queue(kho: Archive, paper: PaperRecord, correction: Correct) -> None:
    done = submit(kho, correction(fields=(change(kho, paper, "CodeNumber", "18"),)))
    assert (done.status, done.review) == ("filed", ("Subject",))
    assert kho.paper(paper.paper_id).state is PaperState.REVIEW


@pytest.mark.parametrize(("decision", "doubts"), [(Decision.LATER, ()), (Decision.RESCAN, ("rescan-wanted",))])
def test_later_and_scan_again_change_no_state(
    kho: Archive, paper: PaperRecord, correction: Correct, decision: Decision, doubts: tuple[str, ...]
) -> None:
    submit(kho, correction(decision=decision))
    after = kho.paper(paper.paper_id)
    assert (after.state, after.doubts) == (PaperState.REVIEW, doubts)
    assert settled(kho, paper, correction).doubts == (), "done answers it"


def test_the_same_correction_is_filed_once(kho: Archive, paper: PaperRecord, correction: Correct) -> None:
    made = correction(fields=(change(kho, paper, "CodeNumber", "18"),))
    first, second = submit(kho, made), submit(kho, made)
    assert first == second
    assert kho.paper(paper.paper_id).object_version == "v2"
    assert len(history_of(kho, kho.paper(paper.paper_id))) == 1


def test_a_correction_is_undone_by_another(kho: Archive, paper: PaperRecord, correction: Correct) -> None:
    before = kho.file_path(paper.paper_id, "text").read_bytes()
    settled(kho, paper, correction)
    back = correction(clerk="minh", fields=(change(kho, paper, "CodeNumber", "15"),))
    assert submit(kho, back).status == "filed"
    after = kho.paper(paper.paper_id)
    assert values(after)["CodeNumber"] == ("15", "clerk", False)
    assert after.pages == paper.pages
    assert [entry.correction.clerk for entry in history_of(kho, after)] == ["lan", "minh"]
    assert json.loads(before)["pages"][0]["lines"][2]["words"][1][0] == "15/QĐ-UBND"


# ------------------------------------------------------------------ reading again


@pytest.mark.parametrize(
    "spec",
    [DRAFT, EngineSpec("tesseract", "vie"), EngineSpec("vietnamese", mode="accurate"), EngineSpec("null")],
    ids=lambda spec: f"{spec.name} {spec.option}",
)
@pytest.mark.parametrize("pipeline", [work.PIPELINE, "raised"])
def test_reading_again_never_undoes_a_person(
    kho: Archive,
    paper: PaperRecord,
    correction: Correct,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    spec: EngineSpec,
    pipeline: str,
) -> None:
    line, place = word_of(kho, paper.paper_id, "Phú")
    words = (WordChange(1, line, place, "Phú", "Phước"),)
    blank = change(kho, paper, "IssuedDate", "", How.BLANK)
    fields = (change(kho, paper, "CodeNumber", "18"), change(kho, paper, "Subject", SUBJECT), blank)
    submit(kho, correction(fields=fields, words=words))
    before = kho.paper(paper.paper_id)
    monkeypatch.setattr(work, "PIPELINE", pipeline)
    read(kho, tmp_path / "scans", spec)
    after = kho.paper(paper.paper_id)
    assert (after.task_key != before.task_key) is (pipeline == "raised" or spec != DRAFT)
    for name, value in (("CodeNumber", "18"), ("Subject", SUBJECT), ("IssuedDate", "")):
        assert values(after)[name][:2] == (value, "clerk")
    assert len(history_of(kho, after)) == 1
    if spec.name == "null":
        assert "correction-unplaced" in after.doubts, "nothing was read where the clerk put words right"
        assert after.state is PaperState.REVIEW
    else:
        assert after.state is PaperState.FILED
        assert "Phước Sơn" in after.pages[0]
        assert "18/QĐ-UBND" in after.pages[0]


def test_a_signed_copy_outlives_a_correction_and_a_new_reading(
    kho: Archive, paper: PaperRecord, correction: Correct, tmp_path: Path
) -> None:
    signed = tmp_path / "signed.pdf"
    signed.write_bytes(kho.file_path(paper.paper_id, "searchable").read_bytes() + b"% signed\n")

    with kho.writing():
        kho.file(paper.dossier, [Draft(replace(paper, files=()), {**stored_files(kho, paper), "signed": signed})])
    digest = hashlib.sha256(signed.read_bytes()).hexdigest()
    after = settled(kho, paper, correction)
    assert "signature-older-than-text" in after.doubts
    assert (after.state, after.conformant) == (PaperState.FILED, True), "the picture is what was signed"
    for spec in (EngineSpec("tesseract", "vie"), DRAFT):
        found = kho.file_path(paper.paper_id, "signed")
        assert hashlib.sha256(found.read_bytes()).hexdigest() == digest
        read(kho, tmp_path / "scans", spec)
    assert "signature-older-than-text" in kho.paper(paper.paper_id).doubts


# ------------------------------------------------------------------ two clerks


def test_two_clerks_on_different_fields(kho: Archive, paper: PaperRecord, correction: Correct) -> None:
    first = correction("lan", fields=(change(kho, paper, "CodeNumber", "18"),))
    second = correction("minh", fields=(change(kho, paper, "Subject", SUBJECT),))
    assert submit(kho, first).status == "filed"
    assert submit(kho, second).status == "filed", "it was made on the text before the first"
    found = values(kho.paper(paper.paper_id))
    assert (found["CodeNumber"][0], found["Subject"][0]) == ("18", SUBJECT)


def test_two_clerks_on_one_field(kho: Archive, paper: PaperRecord, correction: Correct) -> None:
    first = correction("lan", fields=(change(kho, paper, "CodeNumber", "18"),))
    other = (change(kho, paper, "CodeNumber", "13"), change(kho, paper, "Subject", SUBJECT))
    second = correction("minh", fields=other)
    submit(kho, first)
    done = submit(kho, second)
    assert (done.status, done.conflicts) == ("conflict", (Conflict("CodeNumber", 0, 1, "15", "18", "13"),))
    after = kho.paper(paper.paper_id)
    assert values(after)["CodeNumber"] == ("18", "clerk", True), "what is stored stays, and is looked at again"
    assert values(after)["Subject"][0] == SUBJECT, "the rest of the correction is filed"
    assert (after.state, after.doubts) == (PaperState.REVIEW, ("correction-conflict",))
    assert submit(kho, second) == done, "said again, it is answered the same"
    decided = correction("lan", fields=(change(kho, paper, "CodeNumber", "13"),))
    assert submit(kho, decided).status == "filed"
    after = kho.paper(paper.paper_id)
    assert (values(after)["CodeNumber"][:2], after.state, after.doubts) == (("13", "clerk"), PaperState.FILED, ())


# ------------------------------------------------------------------ the lock, and what cannot be taken in


def test_a_correction_waits_while_another_process_writes(kho: Archive, paper: PaperRecord, correction: Correct) -> None:
    made = correction(fields=(change(kho, paper, "CodeNumber", "18"),))
    with Archive.locate(kho.root) as other, other.writing():
        assert submit(kho, made).status == "waiting"
        assert kho.paper(paper.paper_id).object_version == "v1"
        (file,) = inbox_of(kho).waiting()
        assert file.stem == made.id
    with session(kho):
        assert values(kho.paper(paper.paper_id))["CodeNumber"][0] == "18"
    assert not inbox_of(kho).waiting()


def test_a_running_batch_takes_corrections_in(
    kho: Archive, paper: PaperRecord, correction: Correct, tmp_path: Path
) -> None:
    """The correction comes while the batch holds the lock: it is filed before the batch ends."""
    made = correction(fields=(change(kho, paper, "CodeNumber", "18"),))
    seen: list[str] = []

    class Watching(SilentProgress):
        def expect(self, _total: int) -> None:
            """Nobody counts."""

        def advance(self, _item: str, _steps: int = 1) -> None:
            if not seen:
                with Archive.locate(kho.root) as other:
                    seen.append(submit(other, made).status)
            else:
                seen.append(kho.paper(paper.paper_id).object_version)

    for name in ("a", "b", "c"):
        folder = tmp_path / "more" / f"H17-260105-000{name}"
        folder.mkdir(parents=True)
        page_with_words((LINES[7] + name,), size_mm=(120, 60)).image.convert("RGB").save(
            folder / "x.png", dpi=(200, 200)
        )
    found = collect([tmp_path / "more"], None, kho.root, loose=True)
    digitize(kho, found.items, open_engine(0, "en"), EngineSpec("null"), Watching())
    assert seen[0] == "waiting"
    assert "v2" in seen[1:], "taken in between two papers"


def test_what_cannot_be_taken_in_waits_and_says_why(kho: Archive, paper: PaperRecord, correction: Correct) -> None:
    inbox = inbox_of(kho)
    inbox.put("f" * 32, b"{}")
    strange = correction(paper="P-" + "0" * 16)
    with pytest.raises(UnknownPaper):
        submit(kho, strange)
    done = submit(kho, correction(fields=(change(kho, paper, "CodeNumber", "18"),)))
    assert done.status == "filed"
    with kho.writing():
        (left,) = drain(kho)
    assert (left.id, left.status) == ("f" * 32, "failed")
    assert left.problem is not None
    assert left.problem.code == BadCorrection.code


def test_a_withdrawn_paper_is_not_corrected(kho: Archive, paper: PaperRecord, correction: Correct) -> None:

    gone = replace(paper, state=PaperState.WITHDRAWN, task_key="other", files=())
    with kho.writing():
        kho.file(paper.dossier, [Draft(gone, stored_files(kho, paper))])
    with pytest.raises(PaperGone):
        submit(kho, correction())


def test_another_correction_of_the_same_id(kho: Archive, paper: PaperRecord, correction: Correct) -> None:
    made = correction(fields=(change(kho, paper, "CodeNumber", "18"),))
    with Archive.locate(kho.root) as other, other.writing():
        submit(kho, made)
        with pytest.raises(IdTaken):
            submit(kho, replace(made, clerk="minh"))


def test_a_paper_whose_text_is_missing_keeps_its_fields(kho: Archive, paper: PaperRecord, correction: Correct) -> None:

    files = {role: place for role, place in stored_files(kho, paper).items() if role != "text"}
    with kho.writing():
        kho.file(paper.dossier, [Draft(replace(paper, task_key="other", files=()), files)])
    place = next(at for at, field in enumerate(paper.fields) if field.name == "CodeNumber")
    one = FieldChange(place, "CodeNumber", "15", "18", How.TYPED, 1)
    assert submit(kho, correction(fields=(one,))).status == "filed"
    after = kho.paper(paper.paper_id)
    assert values(after)["CodeNumber"][0] == "18"
    assert after.pages == paper.pages
