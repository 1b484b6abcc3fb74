"""The program as its user and as a script meets it: words, streams, exit codes, envelopes."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import judges
from tests.papers import write_short_codes
from tests.scans import page_with_words, save

Cli = Callable[..., "subprocess.CompletedProcess[bytes]"]


@pytest.fixture
def cli(tmp_path: Path) -> Cli:
    def run(*words: object, stdin: bytes = b"", **environ: str) -> "subprocess.CompletedProcess[bytes]":
        command = [sys.executable, "-m", "digidoc", *map(str, words)]
        env = {**os.environ, "PYTHONWARNINGS": "default", **environ}
        return subprocess.run(command, input=stdin, capture_output=True, check=False, cwd=tmp_path, env=env)

    return run


@pytest.fixture
def archive(cli: Cli, tmp_path: Path) -> Path:
    assert cli("init", "archive", "--unit", "H99.1", "--profile", "commune").returncode == 0
    write_short_codes(tmp_path / "archive")
    return tmp_path / "archive"


def scans(folder: Path) -> Path:
    (folder / "D1").mkdir(parents=True)
    save(page_with_words(("Điều 1. Ban hành quy chế",), size_mm=(120, 60)), folder / "D1" / "one.png")
    return folder


def test_a_wrong_word_is_wrong_usage(cli: Cli) -> None:
    for words in (("frobnicate",), ("ocr", "--frob"), ("--lang", "xx", "status"), ("digitize",)):
        done = cli(*words)
        assert done.returncode == 2, words
        assert done.stdout == b""
        assert done.stderr


def test_the_version(cli: Cli) -> None:
    assert cli("--version").stdout.startswith(b"digidoc ")


def test_languages_are_chosen_anywhere_on_the_line_and_by_the_environment(cli: Cli) -> None:
    english = cli("status").stderr.decode()
    vietnamese = cli("status", "--lang", "vi").stderr.decode()
    assert "There is no digidoc archive here." in english
    assert vietnamese
    assert "There is no" not in vietnamese
    assert cli("--lang=vi", "status").stderr.decode() == vietnamese
    assert cli("status", DIGIDOC_LANG="", LANG="vi_VN.UTF-8", LC_ALL="").stderr.decode() == vietnamese
    assert cli("status", DIGIDOC_LANG="vi").stderr.decode() == vietnamese


def test_an_error_in_json_is_english_and_alone_on_standard_output(cli: Cli) -> None:
    done = cli("status", "--json", "--lang", "vi")
    assert done.returncode == 10
    told = json.loads(done.stdout)
    assert told["schema"] == "digidoc.error/1"
    assert told["data"] is None
    assert told["errors"][0]["code"] == "no-archive"
    assert told["errors"][0]["message"] == "There is no digidoc archive here."
    assert set(told["errors"][0]) == {"code", "message", "file", "hint"}


def test_digitize_in_json(cli: Cli, archive: Path, tmp_path: Path) -> None:
    folder = scans(tmp_path / "scans")
    (folder / "D1" / "note.txt").write_text("no scan")
    done = cli("digitize", folder, "--archive", archive, "--json", "--jobs", 1)
    assert done.returncode == 3
    told = json.loads(done.stdout)
    assert told["schema"] == "digidoc.digitize/1"
    assert told["data"]["counts"] == {"done": 0, "skipped": 0, "review": 1, "refused": 1, "failed": 0}
    assert [paper["status"] for paper in told["data"]["papers"]] == ["refused", "review"]
    assert told["data"]["papers"][1]["grave"] == {"doubts": ["no-fields"], "fields": []}
    assert [error["code"] for error in told["errors"]] == ["unsupported-format"]
    found = json.loads(cli("search", "quy che", "--archive", archive, "--json").stdout)
    assert found["schema"] == "digidoc.search/1"
    assert [hit["dossier"] for hit in found["data"]["hits"]] == ["D1"]


def test_a_dry_run_leaves_the_archive_alone(cli: Cli, archive: Path, tmp_path: Path) -> None:
    folder = scans(tmp_path / "scans")
    told = json.loads(cli("digitize", folder, "--archive", archive, "--dry-run", "--json").stdout)
    assert told["data"]["dry_run"] is True
    assert told["data"]["counts"]["done"] == 1
    assert b"Papers: 0 filed" in cli("status", "--archive", archive).stdout


def test_nothing_to_digitize_is_said(cli: Cli, archive: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = cli("digitize", "empty", "missing", "--archive", archive)
    assert done.returncode == 1
    assert b"empty: It contains nothing to digitize." in done.stderr
    assert b"missing: There is no such file or folder." in done.stderr


def test_ocr_writes_pdf_and_text(cli: Cli, tmp_path: Path) -> None:
    save(page_with_words(), tmp_path / "in.png")
    done = cli("ocr", "in.png", "out.pdf", "--text", "out.txt", "--json")
    assert done.returncode == 0
    told = json.loads(done.stdout)
    assert told["schema"] == "digidoc.ocr/1"
    assert told["data"]["pages"][0]["source"] == "ocr"
    text = (tmp_path / "out.txt").read_text(encoding="utf-8")
    assert "Điều 1. Ban hành kèm theo Quyết định này" in text
    judges.need_program("qpdf")
    assert judges.qpdf_check(tmp_path / "out.pdf") == []
    again = cli("ocr", "in.png", "out.pdf")
    assert again.returncode == 1
    assert b"does not overwrite" in again.stderr


def test_ocr_through_pipes(cli: Cli, tmp_path: Path) -> None:
    save(page_with_words(), tmp_path / "in.png")
    done = cli("ocr", "-", "-", stdin=(tmp_path / "in.png").read_bytes())
    assert done.returncode == 0
    assert done.stdout.startswith(b"%PDF-")
    assert done.stdout.rstrip().endswith(b"%%EOF")
    assert b"pages: 1, words: " in done.stderr
    assert cli("ocr", "in.png", "-", "--json").returncode == 2


@pytest.mark.slow
@pytest.mark.usefixtures("_ctrl_c_is_heard")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_an_interrupted_run_says_so(cli: Cli, archive: Path, tmp_path: Path, name: str) -> None:
    if os.name == "nt":
        pytest.skip("signals are sent otherwise on Windows")
    import signal
    import time

    folder = scans(tmp_path / "scans")
    for number in range(80):
        page = page_with_words((f"Điều {number}. Ban hành quy chế",), size_mm=(200, 100))
        save(page, folder / "D1" / f"{number}.png")
    words = ["digitize", str(folder), "--archive", str(archive), "--json", "--jobs", "1", "--ocr", "null"]
    running = subprocess.Popen(
        [sys.executable, "-m", "digidoc", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path
    )
    # Two papers may be on their way between worker and driver; what the driver has heard of is filed.
    while len(list((archive / "tmp").glob("*/receipt.json"))) < 5:
        assert running.poll() is None
        time.sleep(0.01)
    for _often in range(4):
        running.send_signal(getattr(signal, name))
        time.sleep(0.05)
    out, err = running.communicate(timeout=60)
    assert (running.returncode, err) == (130, b"")
    told = json.loads(out)["data"]
    assert told["interrupted"] is True
    filed = told["counts"]["done"] + told["counts"]["review"]
    assert 0 < filed < 81
    again = json.loads(cli(*words).stdout)["data"]
    assert again["interrupted"] is False
    assert again["counts"]["skipped"] >= filed
    assert sum(again["counts"].values()) == 81
