import importlib.resources
import json
from pathlib import Path

import pytest

from digidoc.archive.archive import Archive
from digidoc.commands.report import target as commands_target
from digidoc.commands.typer_app import App, Door
from digidoc.model import Level, Unit
from tests.running import Run, runner


def ours(name: str = "ours") -> str:
    folder = importlib.resources.files("digidoc.report").joinpath("targets")
    text = folder.joinpath("danang-2021.toml").read_text(encoding="utf-8")
    return text.replace('name = "danang-2021"', f'name = "{name}"')


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setattr("digidoc.config.user_file", lambda: tmp_path / "user" / "config.toml")
    app = App(cls=Door)
    commands_target.register(app)
    return runner(app, "target")


def test_list_show_and_the_other_reading(run: Run) -> None:
    listed = json.loads(run("list", "--json").stdout)
    assert listed["schema"] == "digidoc.targets/1"
    assert "danang-2021" in [row["name"] for row in listed["data"]["targets"]]
    assert "183/KH-UBND" in run("show", "danang-2021").stdout
    assert "20.74" in run("show", "danang-2021").stdout
    data = json.loads(run("show", "danang-2021", "--json").stdout)["data"]
    assert data["levels"]["commune"]["percents"] == {"2021": 10, "2022": 30, "2023": 50, "2024": 70, "2025": 90}
    assert data["levels"]["commune"]["in_the_other_mode"]["2025"] == 20.74
    assert "SO_HOA_GIAY_TO_GIAI_QUYET" in run("show", "qd766").stdout


def test_add_to_the_user_and_to_an_archive(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "draft.toml"
    file.write_text(ours(), encoding="utf-8")
    assert run("check", str(file)).exit_code == 0
    assert run("show", "ours").exit_code == 2
    added = run("add", str(file), "--json")
    assert added.exit_code == 0
    assert json.loads(added.stdout)["data"]["file"] == str(tmp_path / "user" / "targets" / "ours.toml")
    assert run("show", "ours").exit_code == 0
    again = run("add", str(file))
    assert again.exit_code == 1
    assert "does not overwrite" in again.stderr
    archive = tmp_path / "kho"
    Archive.create(archive, unit=Unit("H17", Level.PROVINCE, "UBND"), profile="province").close()
    file.write_text(ours("theirs"), encoding="utf-8")
    assert run("add", str(file), "--archive", str(archive)).exit_code == 0
    assert run("show", "theirs").exit_code == 2
    assert run("show", "theirs", "--archive", str(archive)).exit_code == 0


def test_a_programme_that_comes_along_is_not_replaced(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(ours("danang-2021"), encoding="utf-8")
    assert run("add", str(file)).exit_code == 1


def test_a_bad_file_is_named_and_the_others_are_listed(run: Run, tmp_path: Path) -> None:
    bad = tmp_path / "user" / "targets" / "bad.toml"
    bad.parent.mkdir(parents=True)
    bad.write_text("format = 1\n", encoding="utf-8")
    result = run("list", "--json")
    assert result.exit_code == 3
    document = json.loads(result.stdout)
    assert len(document["data"]["targets"]) == 4
    assert document["errors"][0]["file"] == str(bad)
    assert run("check", str(bad)).exit_code == 2
    assert run("check", str(tmp_path / "none.toml")).exit_code == 1
