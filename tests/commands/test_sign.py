"""The two commands: words, exit codes, and the JSON that scripts rely on."""

import json
from pathlib import Path

import pytest

from digidoc.errors import ExitCode
from tests.pki import TestPki
from tests.running import runner


@pytest.fixture
def digidoc():
    """Carry out a command line."""
    return runner()


def test_sign_and_verify(digidoc, page: Path, tmp_path: Path, pki: TestPki):
    out = tmp_path / "out.pdf"
    key = ("--key", pki.keys["signer"], "--pin-file", pki.pin_file)
    stamp = ("--stamp", "SAO Y", "--organisation", "UBND")
    made = digidoc("sign", page, out, *key, *stamp, "--level", "B-T", "--tsa", pki.tsa, "--json")
    assert made.exit_code == 0, made.output
    told = json.loads(made.stdout)
    assert told["schema"] == "digidoc.sign/1"
    one = ["field", "level", "signer", "signed_at", "timestamp", "algorithm", "stamp", "stamp_page"]
    file = told["data"]["files"][0]
    assert sorted(file) == sorted(["file", "status", "output", "sha256", "size", "signatures", *one])
    assert [sorted(signature) for signature in file["signatures"]] == [sorted(one)]
    trusted = digidoc("verify", out, "--trust", pki.root)
    assert trusted.exit_code == ExitCode.OK
    assert "Signed by Test signer on" in trusted.stdout
    assert "revoked was not checked" in trusted.stdout


def test_exit_codes_of_sign(digidoc, page: Path, tmp_path: Path, pki: TestPki):
    out, wrong = tmp_path / "out.pdf", tmp_path / "wrong.txt"
    wrong.write_text("wrong\n")
    signer = ("--key", pki.keys["signer"])
    pin = ("--pin-file", pki.pin_file)
    calls = {
        ExitCode.KEY: [
            ("sign", page, out, *signer, "--pin-file", wrong),
            ("sign", page, out, *signer),
            ("sign", page, out, "--key", pki.keys["expired"], *pin),
        ],
        ExitCode.NETWORK: [("sign", page, out, *signer, *pin, "--level", "B-T", "--tsa", pki.dead_tsa)],
        ExitCode.USAGE: [
            ("sign", page, out),
            ("sign", page, out, *signer, *pin, "--level", "B-T"),
            ("sign", page, out, *signer, *pin, "--stamp", "SAO Y"),
            ("sign", page, out, *signer, *pin, "--stamp", "copy"),
        ],
        ExitCode.FAILED: [
            ("sign", tmp_path / "none.pdf", out, *signer, *pin),
            ("sign", page, page, *signer, *pin),
        ],
    }
    for code, lines in calls.items():
        for line in lines:
            found = digidoc(*line)
            assert found.exit_code == code, (line, found.output)
            assert "Traceback" not in found.output
    assert not out.exists()
    failed = digidoc("sign", page, out, *signer, "--pin-file", wrong, "--json")
    assert json.loads(failed.stdout)["errors"][0]["code"] == "wrong-pin"
    assert "wrong\n" not in failed.output


def test_help_names_examples_and_exit_codes(digidoc):
    for command in ("sign", "verify"):
        told = digidoc(command, "--help")
        assert told.exit_code == 0
        assert "Examples:" in told.output
        assert "Exit codes:" in told.output


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("letter.docx", "out.pdf"), "not-a-pdf"),
        (("page.pdf", "out.pdf", "--stamp", "carbon copy"), "unknown-stamp"),
    ],
)
def test_what_is_not_signed(digidoc, page: Path, tmp_path: Path, pki: TestPki, words: tuple[str, ...], code: str):
    (tmp_path / "letter.docx").write_bytes(b"PK\3\4 a letter")
    source, out, *more = words
    key = ("--key", pki.keys["signer"], "--pin-file", pki.pin_file)
    done = digidoc("sign", page.parent / source, tmp_path / out, *more, *key, "--json")
    assert json.loads(done.stdout)["errors"][0]["code"] == code
    assert not (tmp_path / out).exists()


def test_a_time_that_is_none(digidoc, page: Path):
    done = digidoc("verify", page, "--at", "yesterday", "--json")
    assert done.exit_code == ExitCode.USAGE
    assert json.loads(done.stdout)["errors"][0]["code"] == "bad-time"
