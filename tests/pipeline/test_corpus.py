"""Real, odd, broken and hostile files: each accounted for, none altered, every PDF made is what it claims."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from digidoc.archive.archive import Archive
from tests import judges
from tests.papers import UNIT

pytestmark = pytest.mark.slow

FOLDERS = ("vietnamese", "vietnamese-2", "odd-files")
OUTCOMES = {
    "convert": {"done", "review"},
    "convert-or-refuse": {"done", "review", "refused"},
    "refuse": {"refused"},
    "refuse-needs-password": {"refused"},
}


@pytest.fixture(scope="module")
def digitized(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any], bytes]:
    archive = tmp_path_factory.mktemp("corpus") / "archive"
    Archive.create(archive, unit=UNIT, profile="province").close()
    folders = [str(corpus / name) for name in FOLDERS]
    command = [sys.executable, "-m", "digidoc", "digitize", *folders, "--loose", "--archive", str(archive), "--json"]
    done = subprocess.run(command, capture_output=True, check=False, timeout=900)
    assert done.returncode == 3  # some are refused
    return archive, json.loads(done.stdout), done.stderr


def test_every_file_is_accounted_for(digitized: tuple[Path, dict[str, Any], bytes], corpus: Path) -> None:
    _, told, stderr = digitized
    assert b"Traceback" not in stderr
    papers = {paper["file"]: paper["status"] for paper in told["data"]["papers"]}
    files = {str(p) for name in FOLDERS for p in (corpus / name).rglob("*") if p.is_file()}
    assert papers.keys() == files
    assert "failed" not in papers.values()
    refused = {file for file, status in papers.items() if status == "refused"}
    assert {error["file"] for error in told["errors"]} == refused
    assert all(error["message"] and error["hint"] for error in told["errors"])


def test_outcomes_are_as_expected(digitized: tuple[Path, dict[str, Any], bytes], corpus: Path) -> None:
    papers = {Path(paper["file"]).name: paper["status"] for paper in digitized[1]["data"]["papers"]}
    for entry in json.loads((corpus / "odd-files" / "manifest.json").read_text(encoding="utf-8")):
        assert papers[entry["file"]] in OUTCOMES[entry["expect"]], entry["file"]


def test_originals_are_kept_bit_for_bit(digitized: tuple[Path, dict[str, Any], bytes]) -> None:
    archive, told, _ = digitized
    with Archive.locate(archive) as opened:
        for paper in told["data"]["papers"]:
            if "paper" in paper:
                kept = opened.file_path(paper["paper"], "original").read_bytes()
                assert hashlib.sha256(kept).digest() == hashlib.sha256(Path(paper["file"]).read_bytes()).digest()


def test_signed_files_are_filed_as_they_are(digitized: tuple[Path, dict[str, Any], bytes], corpus: Path) -> None:
    archive, told, _ = digitized
    papers = {Path(paper["file"]).name: paper for paper in told["data"]["papers"]}
    signed = [
        entry["file"]
        for name in FOLDERS[:2]
        for entry in json.loads((corpus / name / "manifest.json").read_text(encoding="utf-8"))
        if entry.get("signatures")
    ]
    assert signed
    with Archive.locate(archive) as opened:
        for name in signed:
            roles = {file.role for file in opened.paper(papers[name]["paper"]).files}
            assert roles == {"original", "text", "metadata"}, name
            assert papers[name]["signatures"], name


def test_every_pdf_made_is_pdfa_and_clean(digitized: tuple[Path, dict[str, Any], bytes]) -> None:
    made = sorted(digitized[0].rglob("searchable.pdf"))
    assert len(made) > 60
    assert {path: verdict for path, verdict in judges.verapdf_2u(made).items() if not verdict[0]} == {}
    assert {path: found for path in made if (found := judges.qpdf_check(path))} == {}


def test_what_is_read_is_found_without_accents(digitized: tuple[Path, dict[str, Any], bytes]) -> None:
    with Archive.locate(digitized[0]) as opened:
        assert len(opened.search("trat tu, an toan xa hoi").hits) >= 1
        assert [hit.name for hit in opened.search("bat buoc doi mu bao hiem").hits] == ["dn_1635.pdf"]
        assert "dn_1635.pdf" in [hit.name for hit in opened.search("SGDĐT-CTrTT").hits]
