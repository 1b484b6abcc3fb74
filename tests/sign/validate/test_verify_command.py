"""`digidoc verify` on files and folders: words, exit codes, and the JSON that scripts rely on."""

import io
import json
import pickle
from pathlib import Path

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from digidoc.commands.sign import verdict_view
from digidoc.errors import ExitCode
from digidoc.model import Verdict
from digidoc.sign.report import words
from digidoc.sign.validate.batch import Check, How, check_file, collect
from digidoc.sign.validate.verdict import ChangeKind, Covers, Reason
from tests.pki import TestPki
from tests.running import runner
from tests.sign.conftest import Sign


@pytest.fixture
def digidoc():
    """Carry out a command line with one worker process."""
    return runner(None, "verify", after=("--jobs", "1"))


@pytest.fixture
def signed(page: Path, tmp_path: Path, sign: Sign) -> Path:
    sign(page, tmp_path / "out.pdf")
    return tmp_path / "out.pdf"


def test_the_envelope(digidoc, page: Path, tmp_path: Path, signed: Path, pki: TestPki):
    missing = tmp_path / "none.pdf"
    found = digidoc(signed, page, missing, "--trust", pki.root, "--json")
    assert found.exit_code == ExitCode.FAILED
    output = json.loads(found.stdout)
    assert sorted(output) == ["data", "errors", "schema"]
    assert output["schema"] == "digidoc.verify/1"
    assert sorted(output["data"]) == ["at", "counts", "files", "interrupted", "reports", "skipped"]
    assert [(file["file"], file["verdict"]) for file in output["data"]["files"]] == [
        (str(signed), "TOTAL_PASSED"),
        (str(page), "NO_SIGNATURE"),
        (str(missing), "UNREADABLE"),
    ]
    assert output["data"]["counts"] == {
        "TOTAL_PASSED": 1,
        "INDETERMINATE": 0,
        "TOTAL_FAILED": 0,
        "NO_SIGNATURE": 1,
        "UNREADABLE": 1,
    }
    assert [(error["code"], error["file"]) for error in output["errors"]] == [("file-missing", str(missing))]
    signature = output["data"]["files"][0]["signatures"][0]
    promised = {
        "field": "Signature1",
        "verdict": "TOTAL_PASSED",
        "subindication": "",
        "intact": True,
        "trusted": True,
        "covers": "whole-file",
        "changes": [],
        "digest": "sha256",
        "level": "B-B",
        "signer": "Test signer",
        "timestamp": None,
    }
    assert {key: signature[key] for key in promised} == promised
    assert signature["signed_at"]


def test_folders_are_gone_through_and_what_is_no_pdf_is_counted(digidoc, signed: Path, tmp_path: Path, pki: TestPki):
    folder = tmp_path / "incoming" / "deep"
    folder.mkdir(parents=True)
    (folder / "one.PDF").write_bytes(signed.read_bytes())
    (folder / "scan.jpg").write_bytes(b"no pdf")
    (folder.parent / "notes.txt").write_bytes(b"nor this")
    (folder.parent / "broken.pdf").write_bytes(b"")
    found = digidoc(folder.parent, folder, "--trust", pki.root, "--json")
    data = json.loads(found.stdout)["data"]
    assert [(Path(file["file"]).name, file["verdict"]) for file in data["files"]] == [
        ("broken.pdf", "UNREADABLE"),
        ("one.PDF", "TOTAL_PASSED"),
    ]
    assert data["skipped"] == 3  # scan.jpg was met twice
    empty = tmp_path / "empty"
    empty.mkdir()
    nothing = digidoc(empty, "--json")
    assert nothing.exit_code == ExitCode.FAILED
    assert [error["code"] for error in json.loads(nothing.stdout)["errors"]] == ["nothing-to-verify"]


def test_links_to_folders_are_not_followed(tmp_path: Path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "x.pdf").write_bytes(b"%PDF-1.7")
    try:
        (tmp_path / "a" / "round").symlink_to(tmp_path, target_is_directory=True)
    except OSError:
        pytest.skip("this system makes no links")
    assert collect([tmp_path / "a"]).files == (tmp_path / "a" / "x.pdf",)


def test_standard_input(digidoc, signed: Path, pki: TestPki):
    found = digidoc("-", "--trust", pki.root, "--json", input=signed.read_bytes())
    assert found.exit_code == ExitCode.OK
    assert json.loads(found.stdout)["data"]["files"][0]["file"] == "-"
    assert "UNREADABLE" in digidoc("-", "--json", input=b"").stdout


def test_exit_codes(digidoc, page: Path, signed: Path, pki: TestPki):
    assert digidoc(signed).exit_code == ExitCode.INDETERMINATE
    assert digidoc(signed, "--trust", pki.root, "--at", "2000-01-01").exit_code == ExitCode.INDETERMINATE
    assert digidoc(signed, page).exit_code == ExitCode.FAILED
    assert digidoc(signed, "--at", "yesterday").exit_code == ExitCode.USAGE
    assert digidoc(signed, "--trust", page).exit_code == ExitCode.FAILED


def test_a_sentence_first_and_details_on_demand(digidoc, page: Path, signed: Path, tmp_path: Path, pki: TestPki):
    altered = tmp_path / "altered.pdf"
    altered.write_bytes(signed.read_bytes().replace(b"/MediaBox [ 0 0 595", b"/MediaBox [ 0 0 594", 1))
    output = digidoc(signed, altered, page, "--trust", pki.root)
    for said in ("the issuer is trusted", "NOT valid", "changed after signing", "there is no signature in it"):
        assert said in output.stdout
    assert "3 files: 1 valid, 1 NOT valid, 1 not signed" in output.stdout
    assert "HASH_FAILURE" not in output.stdout
    detailed = digidoc(altered, "--trust", pki.root, "-v")
    assert "HASH_FAILURE" in detailed.stdout
    assert "Remarks" in detailed.stdout


def test_a_changed_form_field_comes_back_from_the_worker(signed: Path, pki: TestPki):
    """The names that pyHanko gives hold on to the open file; what a worker answers must not."""
    writer = IncrementalPdfFileWriter(io.BytesIO(signed.read_bytes()))
    form = writer.root["/AcroForm"]
    names = {"/FT": "/Tx", "/T": generic.TextStringObject("Amount"), "/V": generic.TextStringObject("9000")}
    field = {generic.pdf_name(k): generic.pdf_name(v) if v == "/Tx" else v for k, v in names.items()}
    form["/Fields"].append(writer.add_object(generic.DictionaryObject(field)))
    writer.update_container(form["/Fields"])
    out = io.BytesIO()
    writer.write(out)
    signed.write_bytes(out.getvalue())
    found = check_file(Check(signed, "x", How((pki.root, pki.intermediate))))
    assert found.verdict.signatures[0].changes
    assert pickle.loads(pickle.dumps(found)) == found  # noqa: S301 (our own)


def test_every_finding_has_words():
    for reason in Reason:
        assert reason is Reason.NONE or words._REASONS[reason]
    assert set(words._CHANGES) == set(ChangeKind)
    assert set(words._COVERS) == set(Covers)
    assert set(words._VERDICTS) == set(verdict_view._COLOURS) == set(Verdict)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("\x1b[2J\x9b2J\x00", "�[2J�2J�"),
        ("gnp.\u202efdp", "gnp.�fdp"),
        ("\ud800 a\u2028b\u00a0c", "� a b c"),
        ("Nguye\u0302\u0303n", "Nguyễn"),
        ("x" * 1000, "x" * 299 + "…"),
    ],
)
def test_texts_from_files_are_made_harmless(raw: str, shown: str):
    assert words.brief(raw) == shown
    assert words.inert({"a": [raw]})["a"][0].startswith(shown[:299])
