"""Corrections that wait are taken in together: one version of a dossier has those of one clerk."""

import dataclasses
from pathlib import Path

import pytest
from PIL import Image

from digidoc.archive import corrections
from digidoc.archive.archive import Archive
from digidoc.archive.corrections import Correction
from digidoc.model import PaperRecord
from digidoc.pipeline.review import correct
from digidoc.pipeline.review.application import history_of
from digidoc.pipeline.review.correct import drain, inbox_of, keep, save, take_in
from tests.pipeline.review.conftest import DOSSIER, DRAFT, Correct, change, read


@pytest.fixture
def papers(kho: Archive, paper: PaperRecord, tmp_path: Path) -> dict[str, PaperRecord]:
    """Three papers of a dossier by name: `paper` and two more."""
    folder = tmp_path / "scans"
    with Image.open(folder / DOSSIER / "quyet-dinh.jpg") as scan:
        scan.load()
        for number, name in enumerate((f"{DOSSIER}/b.png", f"{DOSSIER}/c.png")):
            scan.putpixel((0, number), (0, 0, 0))  # another file of the same looks
            scan.save(folder / name, dpi=(200, 200))
    read(kho, folder, DRAFT)
    assert len(kho.papers_of(paper.dossier)) == 3
    return {record.name: record for record in kho.papers_of(DOSSIER)}


def _of(kho: Archive, correction: Correct, paper: PaperRecord, clerk: str, number: str) -> Correction:
    text = next(file.sha256 for file in paper.files if file.role == "text")
    fields = (change(kho, paper, "CodeNumber", number),)
    return dataclasses.replace(correction(clerk, fields=fields), paper=paper.paper_id, text_sha256=text)


def _versions(kho: Archive, paper: PaperRecord) -> int:
    inventory = kho.store.inventory(paper.object_id)
    assert inventory is not None
    return len(inventory.versions)


def test_those_of_one_clerk_make_one_version(kho: Archive, papers: dict[str, PaperRecord], correction: Correct) -> None:
    one, two, three = papers["quyet-dinh.jpg"], papers["b.png"], papers["c.png"]
    before = _versions(kho, one)
    said = [
        _of(kho, correction, one, "lan", "18"),
        _of(kho, correction, two, "lan", "19"),
        _of(kho, correction, three, "hoa", "20"),
        _of(kho, correction, three, "hoa", "21"),  # of the same text: the first of both changes it
    ]
    for given in said:
        keep(kho, given)
    with kho.writing():
        made = drain(kho)
    assert [(answer.id, answer.status) for answer in made] == [
        (said[0].id, "filed"), (said[1].id, "filed"), (said[2].id, "filed"), (said[3].id, "conflict"),
    ]  # fmt: skip
    assert not inbox_of(kho).waiting()
    found = {name: history_of(kho, kho.paper(record.paper_id)) for name, record in papers.items()}
    assert [[entry.version for entry in found[name]] for name in ("quyet-dinh.jpg", "b.png", "c.png")] == [
        [f"v{before + 1}"], [f"v{before + 1}"], [f"v{before + 2}", f"v{before + 3}"],
    ]  # fmt: skip
    values = {name: {f.name: f.value for f in kho.paper(r.paper_id).fields} for name, r in papers.items()}
    assert [values[name]["CodeNumber"] for name in ("quyet-dinh.jpg", "b.png", "c.png")] == ["18", "19", "20"]
    for record in papers.values():
        done = [event for event in kho.paper(record.paper_id).events if event.kind == "metadata modification"]
        assert {event.detail["clerk"] for event in done} == {"hoa" if record.name == "c.png" else "lan"}
    assert _versions(kho, one) == before + 3


def test_one_that_cannot_be_filed_keeps_out_none_of_the_others(
    kho: Archive, papers: dict[str, PaperRecord], correction: Correct
) -> None:
    one, two = papers["quyet-dinh.jpg"], papers["b.png"]
    said = [_of(kho, correction, one, "lan", "18"), _of(kho, correction, two, "lan", "19")]
    for given in said:
        keep(kho, given)
    original = kho.file_path(one.paper_id, "original")
    original.chmod(0o600)
    original.write_bytes(original.read_bytes() + b"changed")  # its copy is not made from another file
    with kho.writing():
        made = {answer.id: answer for answer in drain(kho)}
    assert made[said[1].id].status == "filed"
    assert made[said[0].id].status == "failed"
    problem = made[said[0].id].problem
    assert problem is not None
    assert [place.stem for place in inbox_of(kho).waiting()] == [said[0].id]
    assert corrections.read(inbox_of(kho).waiting()[0].read_bytes()) == said[0]


def test_where_a_version_is_costly_saving_waits_for_others(
    kho: Archive, papers: dict[str, PaperRecord], correction: Correct, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = papers["quyet-dinh.jpg"], papers["b.png"]
    assert save(kho, _of(kho, correction, one, "lan", "18")).status == "filed"
    before = _versions(kho, one)
    monkeypatch.setattr(correct, "_COSTLY", kho.version_costs(one.object_id) - 1)
    assert save(kho, _of(kho, correction, two, "lan", "19")).status == "waiting"
    assert save(kho, _of(kho, correction, papers["c.png"], "lan", "20")).status == "waiting"
    assert _versions(kho, one) == before
    assert take_in(kho, ()) == ()
    assert _versions(kho, one) == before + 1
    assert not inbox_of(kho).waiting()
    monkeypatch.setattr(correct, "_SOME", 1)
    assert save(kho, _of(kho, correction, two, "hoa", "21")).status == "filed"
