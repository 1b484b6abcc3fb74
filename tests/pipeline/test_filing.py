"""Papers of a dossier are filed together, in one version of its object; none waits for ever, none drags others down."""

from pathlib import Path

import pytest

from digidoc.archive.archive import Archive
from digidoc.archive.ingest import Draft
from digidoc.errors import Problem, UnreadableFile
from digidoc.model import PaperRecord
from digidoc.pipeline.filing import Filing
from tests.papers import draft


class Filer:
    """Entries are names of papers; what happened to each is kept in the order in which it happened."""

    def __init__(self, folder: Path, dossier: str | None) -> None:
        self._folder, self._dossier = folder, dossier
        self.filed_in: dict[str, str | None] = {}
        self.failed: dict[str, str] = {}

    def draft(self, entry: str) -> Draft:
        if entry.startswith("bad"):
            raise UnreadableFile(file=entry, reason="odd")
        return draft(self._folder, entry, dossier=self._dossier)

    def filed(self, entry: str, record: PaperRecord) -> None:
        self.filed_in[entry] = record.object_version

    def not_filed(self, entry: str, problem: Problem) -> None:
        self.failed[entry] = problem.code


def give(filing: Filing[str], dossier: str | None, *names: str) -> None:
    for name in names:
        filing.add(dossier, name)
        filing.close(dossier)


def test_the_last_paper_of_a_dossier_files_them_all(archive: Archive, tmp_path: Path) -> None:
    filer = Filer(tmp_path, "D1")
    with archive.writing():
        filing = Filing(archive, ["D1"] * 3, filer)
        give(filing, "D1", "a.tif", "b.tif")
        assert filer.filed_in == {}
        assert filing.waiting == 2
        filing.close("D1")  # the third needs nothing
    assert filer.filed_in == {"a.tif": "v1", "b.tif": "v1"}
    assert filing.waiting == 0


def test_a_loose_paper_does_not_wait(archive: Archive, tmp_path: Path) -> None:
    filer = Filer(tmp_path, None)
    with archive.writing():
        give(Filing(archive, [None, None], filer), None, "a.tif")
    assert list(filer.filed_in) == ["a.tif"]


def test_what_waits_at_the_end_is_filed(archive: Archive, tmp_path: Path) -> None:
    filer = Filer(tmp_path, "D1")
    with archive.writing():
        filing = Filing(archive, ["D1"] * 9, filer)
        give(filing, "D1", "a.tif")
        filing.rest()
    assert filer.filed_in == {"a.tif": "v1"}


def test_a_long_dossier_is_filed_in_parts(archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("digidoc.pipeline.filing._TOGETHER", 2)
    filer = Filer(tmp_path, "D1")
    with archive.writing():
        give(Filing(archive, ["D1"] * 5, filer), "D1", *(f"{number}.tif" for number in range(5)))
    assert list(filer.filed_in.values()) == ["v1", "v1", "v2", "v2", "v3"]


def test_a_paper_that_cannot_be_filed_does_not_keep_the_others_out(archive: Archive, tmp_path: Path) -> None:
    filer = Filer(tmp_path, "D1")
    with archive.writing():
        give(Filing(archive, ["D1"] * 3, filer), "D1", "a.tif", "bad.tif", "b.tif")
    assert filer.filed_in == {"a.tif": "v1", "b.tif": "v1"}
    assert filer.failed == {"bad.tif": "unreadable"}


def test_an_archive_that_takes_nothing_fails_each_of_them(archive: Archive, tmp_path: Path) -> None:
    filer = Filer(tmp_path, "D1")
    with archive.writing():
        filing = Filing(archive, ["D1"] * 2, filer)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("digidoc.archive.ingest.metadata.to_json", _full_disk)
            give(filing, "D1", "a.tif", "b.tif")
    assert filer.failed == {"a.tif": "disk-full", "b.tif": "disk-full"}
    assert filer.filed_in == {}


def _full_disk(*_args: object) -> bytes:
    raise OSError(28, "No space left on device")
