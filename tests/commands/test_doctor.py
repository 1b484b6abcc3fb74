"""`digidoc doctor` on this machine, and on machines that lack something (made by environment, not by mocks)."""

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from digidoc import config
from digidoc.commands.doctor import doctor, libraries
from digidoc.commands.doctor.diagnosis import State
from digidoc.ocr.engines import tessdata
from tests.programs import ROOT, environ


def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Doctor in a process of its own, so that the environment holds from the first import on."""
    code = (
        "import sys, typer; from digidoc.commands.doctor import doctor; app = typer.Typer();"
        " app.callback()(lambda: None); doctor.register(app); app(sys.argv[1:])"
    )
    return subprocess.run(
        [sys.executable, "-c", code, "doctor", *words],
        capture_output=True,
        encoding="utf-8",
        check=False,
        env=environ(**environment),
        timeout=120,
    )


@pytest.fixture(scope="module")
def healthy() -> dict[str, object]:
    done = run("--json")
    assert done.returncode == 0, done.stdout + done.stderr
    found: dict[str, object] = json.loads(done.stdout)
    return found


def test_envelope(healthy: dict[str, object]) -> None:
    assert healthy["schema"] == "digidoc.doctor/1"
    assert healthy["errors"] == []
    data = healthy["data"]
    assert set(data) == {"version", "python", "platform", "usable", "engine", "checks", "settings"}
    assert data["usable"] is True
    assert data["engine"].startswith("vietnamese")
    assert {"state", "title", "found", "advice", "code"} == set(data["checks"][0])


def test_every_dependency_of_the_project_is_looked_at() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = {word.split(">")[0].split("=")[0].split("[")[0] for word in project["dependencies"] if ";" not in word}
    assert named == set(libraries.LIBRARIES)


def test_words_for_people_end_in_a_verdict() -> None:
    done = run()
    assert done.returncode == 0
    assert "typer" in done.stdout
    assert done.stdout.strip().splitlines()[-1] in {
        "All is well.",
        "digidoc can do its main job; the lines with ! say what would make it better.",
    }


def test_a_broken_settings_file_is_named_and_counts(tmp_path: Path) -> None:
    env = {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path), "APPDATA": str(tmp_path)}
    (tmp_path / "digidoc").mkdir()
    (tmp_path / "digidoc" / "config.toml").write_text("jobs = many")
    done = run("--json", **env)
    assert done.returncode == 20
    check = next(c for c in json.loads(done.stdout)["data"]["checks"] if c["code"] == "settings")
    assert check["state"] == "missing"
    assert "config.toml" in check["found"]
    assert check["advice"]


@pytest.mark.slow
def test_without_the_tesseract_program_only_that_engine_suffers(tmp_path: Path) -> None:
    def state(done: subprocess.CompletedProcess[str]) -> str:
        return next(c["state"] for c in json.loads(done.stdout)["data"]["checks"] if c["code"] == "tesseract")

    usual = run("--json", PATH=str(tmp_path))
    assert (usual.returncode, state(usual)) == (0, "warning")
    chosen = run("--json", PATH=str(tmp_path), DIGIDOC_OCR="tesseract")
    assert (chosen.returncode, state(chosen)) == (20, "missing")


def test_a_package_that_is_not_installed_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libraries, "LIBRARIES", {"digidoc-has-no-such-package": "nowhere"})
    (check,) = libraries.libraries()
    assert check.state is State.MISSING
    assert "-m pip install digidoc-has-no-such-package" in check.to_json()["advice"]


def test_help_names_exit_codes_and_examples() -> None:
    app = typer.Typer()
    app.callback()(lambda: None)
    doctor.register(app)
    shown = CliRunner().invoke(app, ["doctor", "--help"]).stdout
    assert "$ digidoc doctor --json" in shown
    assert "20 a dependency is missing" in shown


def test_language_data_is_found_in_the_order_that_is_documented(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configured, prefix, own = tmp_path / "configured", tmp_path / "prefix", tessdata.user_folder()
    for folder in (configured, prefix, own):
        folder.mkdir(parents=True)
        (folder / "xyz.traineddata").write_bytes(b"")
    monkeypatch.setenv("TESSDATA_PREFIX", str(prefix))
    assert tessdata.find("xyz", configured) == configured
    assert tessdata.find("xyz") == prefix
    monkeypatch.delenv("TESSDATA_PREFIX")
    assert tessdata.find("xyz") == own
    (own / "xyz.traineddata").unlink()
    assert tessdata.find("xyz") is None
    assert tessdata.languages(configured)["xyz"] == configured


def test_the_user_file_is_the_one_that_settings_are_read_from(healthy: dict[str, object]) -> None:
    check = next(c for c in healthy["data"]["checks"] if c["code"] == "settings")
    assert str(config.user_file()) in check["found"]
