import json
import subprocess
import sys
from pathlib import Path

import pytest

from digidoc import errors
from digidoc.archive.archive import Archive
from digidoc.archive.events.chain import Head
from digidoc.archive.events.kept_head import kept_heads, write_sheet
from tests.papers import LONG_AGO


def test_a_head_is_read_back_from_wherever_it_was_kept(archive: Archive, tmp_path: Path) -> None:
    head = archive.audit_head()
    sheet, report, text = (tmp_path / name for name in ("head.pdf", "report.json", "mail.txt"))
    write_sheet(sheet, head, "H17 (12) \\ Đà", LONG_AGO)
    assert sheet.read_bytes().startswith(b"%PDF-1.7")
    report.write_text(json.dumps({"data": [{"audit_head": head.to_json()}]}), encoding="utf-8")
    text.write_text(f"Kính gửi: {head.sequence}:{head.hash.upper()}.", encoding="utf-8")
    for told in (sheet, report, text, archive.root / "audit-head.json", f"{head.sequence}:{head.hash}"):
        assert kept_heads(str(told)) == (head,)
    with pytest.raises(errors.OutputExists):
        write_sheet(sheet, head, "H17", LONG_AGO)
    with pytest.raises(errors.FileMissing):
        write_sheet(tmp_path / "no" / "head.pdf", head, "H17", LONG_AGO)


@pytest.mark.parametrize("data", [b"", b"\xff", b"{}", b"[" * 100_000, b'{"sequence": "x", "hash": []}', b"1:abc"])
def test_a_file_without_a_head(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "file").write_bytes(data)
    with pytest.raises(errors.UnreadableFile):
        kept_heads(str(tmp_path / "file"))


@pytest.mark.parametrize("told", ["", "1", f"-1:{'0' * 64}", "no file", "\0", "x" * 5000, "."])
def test_what_is_no_head(told: str) -> None:
    with pytest.raises(errors.UsageError):
        kept_heads(told)


def test_the_command_writes_a_sheet_that_verify_takes(archive: Archive, tmp_path: Path) -> None:
    def run(*words: str | Path) -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, "-m", "digidoc", "audit", *map(str, words), "--archive", str(archive.root)]
        return subprocess.run(command, capture_output=True, check=False)

    head = archive.audit_head()
    document = json.loads(run("head", "--pdf", tmp_path / "head.pdf", "--json").stdout)
    assert document["schema"] == "digidoc.audit-head/1"
    assert document["data"]["audit_head"] == head.to_json()
    assert f"{head.sequence}:{head.hash}".encode() in run("head").stdout
    assert run("verify", "--head", tmp_path / "head.pdf").returncode == 0
    (tmp_path / "other.pdf").write_bytes((tmp_path / "head.pdf").read_bytes().replace(head.hash.encode(), b"0" * 64))
    assert run("verify", "--head", tmp_path / "other.pdf").returncode == 1
    assert kept_heads(str(tmp_path / "other.pdf")) == (Head(head.sequence, "0" * 64),)
