"""The two commands: words, exit codes, and the JSON that scripts rely on."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from digidoc import cli
from digidoc.errors import ExitCode
from digidoc.sign import commands
from tests.pki import TestPki
from tests.sign.conftest import Sign, make_pdf


@pytest.fixture
def digidoc(monkeypatch: pytest.MonkeyPatch):
    """Carry out a command line on the application with this area's commands only."""
    monkeypatch.setattr(cli, "_areas", lambda: [commands])
    app, runner = cli.build(), CliRunner()

    def call(*words: object):
        return runner.invoke(app, [str(word) for word in words])

    return call


def test_sign_and_verify(digidoc, page: Path, tmp_path: Path, pki: TestPki):
    out = tmp_path / "out.pdf"
    key = ("--key", pki.keys["signer"], "--pin-file", pki.pin_file)
    stamp = ("--stamp", "SAO Y", "--organisation", "UBND")
    made = digidoc("sign", page, out, *key, *stamp, "--level", "B-T", "--tsa", pki.tsa, "--json")
    assert made.exit_code == 0, made.output
    told = json.loads(made.stdout)
    assert told["schema"] == "digidoc.sign/1"
    assert sorted(told["data"]["files"][0]) == sorted(
        ["file", "output", "sha256", "size", "field", "level", "signer", "signed_at", "timestamp", "algorithm", "stamp"]
    )
    trusted = digidoc("verify", out, "--trust", pki.root)
    assert trusted.exit_code == ExitCode.OK
    assert "Signed by Test signer on" in trusted.stdout
    assert "revoked was not checked" in trusted.stdout


def test_the_envelope_of_verify(digidoc, page: Path, tmp_path: Path, sign: Sign, pki: TestPki):
    sign(page, tmp_path / "out.pdf")
    missing = tmp_path / "none.pdf"
    found = digidoc("verify", tmp_path / "out.pdf", page, missing, "--trust", pki.root, "--json")
    assert found.exit_code == ExitCode.FAILED
    told = json.loads(found.stdout)
    assert sorted(told) == ["data", "errors", "schema"]
    assert told["schema"] == "digidoc.verify/1"
    assert [(file["file"], file["verdict"]) for file in told["data"]["files"]] == [
        (str(tmp_path / "out.pdf"), "TOTAL_PASSED"),
        (str(page), "NO_SIGNATURE"),
        (str(missing), "UNREADABLE"),
    ]
    assert [(error["code"], error["file"]) for error in told["errors"]] == [("file-missing", str(missing))]
    signature = told["data"]["files"][0]["signatures"][0]
    at = signature.pop("signed_at")
    assert signature == {
        "field": "Signature1",
        "verdict": "TOTAL_PASSED",
        "subindication": "",
        "reason": "",
        "detail": "",
        "intact": True,
        "trusted": True,
        "covers": "whole-file",
        "changes": [],
        "digest": "sha256",
        "algorithm": "rsassa_pkcs1v15",
        "weak": [],
        "level": "B-B",
        "signer": "Test signer",
        "issuer": "Test issuing CA",
        "claimed_at": at,
        "timestamp": None,
        "revocation": "not checked",
    }


def test_exit_codes_of_verify(digidoc, page: Path, tmp_path: Path, sign: Sign, pki: TestPki):
    out = tmp_path / "out.pdf"
    sign(page, out)
    assert digidoc("verify", out).exit_code == ExitCode.INDETERMINATE
    assert digidoc("verify", out, "--trust", pki.root, "--at", "2000-01-01").exit_code == ExitCode.INDETERMINATE
    assert digidoc("verify", out, page).exit_code == ExitCode.FAILED
    assert digidoc("verify", out, "--at", "yesterday").exit_code == ExitCode.USAGE
    assert digidoc("verify", out, "--trust", page).exit_code == ExitCode.FAILED


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


def test_human_words_for_every_kind(digidoc, tmp_path: Path, sign: Sign, pki: TestPki):
    out = tmp_path / "out.pdf"
    sign(make_pdf(tmp_path / "in.pdf"), out)
    altered = tmp_path / "altered.pdf"
    altered.write_bytes(out.read_bytes().replace(b"/MediaBox [ 0 0 595", b"/MediaBox [ 0 0 594", 1))
    told = digidoc("verify", out, altered, tmp_path / "in.pdf", "--trust", pki.root).stdout
    for words in ("the issuer is trusted", "NOT valid", "changed after signing", "there is no signature in it"):
        assert words in told
