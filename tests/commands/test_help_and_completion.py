"""`digidoc help` says what `--help` says, and shells complete with the scripts of `digidoc completion`."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from digidoc import cli
from digidoc.errors import ExitCode
from tests.programs import environ
from tests.running import runner

_SHELLS = ["bash", "zsh", "fish", "powershell"]


@pytest.mark.parametrize("words", [(), ("digitize",), ("trust",), ("trust", "add")])
def test_help_of_a_command_is_what_the_command_says_itself(words: tuple[str, ...]) -> None:
    run = runner(cli.build())
    asked = run("help", *words)
    assert asked.exit_code == 0
    assert asked.stdout == run(*words, "--help").stdout


def test_help_for_scripts() -> None:
    told = json.loads(runner(cli.build())("help", "trust", "--json").stdout)["data"]
    assert (told["command"].split()[-1], told["commands"]) == ("trust", ["add", "list", "remove"])
    told = json.loads(runner(cli.build())("help", "trust", "add", "--json").stdout)["data"]
    assert "$ digidoc trust add" in told["help"]
    assert ["--json"] in [option["names"] for option in told["options"]]


@pytest.mark.parametrize(
    ("words", "said"),
    [(("frob",), "there is no command frob."), (("sign", "x"), "has no commands of its own.")],
)
def test_help_of_what_is_no_command(words: tuple[str, ...], said: str) -> None:
    done = runner(cli.build())("help", *words)
    assert done.exit_code == ExitCode.USAGE
    assert said in done.stderr


@pytest.mark.parametrize("shell", _SHELLS)
def test_a_script_for_every_shell(shell: str) -> None:
    run = runner(cli.build())
    script = run("completion", shell)
    assert (script.exit_code, script.stderr) == (0, "")
    assert "_DIGIDOC_COMPLETE" in script.stdout
    assert f"complete_{shell}" in script.stdout
    assert json.loads(run("completion", shell, "--json").stdout)["data"] == {"shell": shell, "script": script.stdout}


def test_another_shell_is_wrong_usage() -> None:
    done = runner(cli.build())("completion", "csh")
    assert done.exit_code == ExitCode.USAGE
    assert "'bash', 'zsh', 'fish', 'powershell', not csh." in done.stderr


@pytest.mark.skipif(shutil.which("bash") is None or os.name == "nt", reason="bash is not installed")
@pytest.mark.parametrize(
    ("line", "found"),
    [("digidoc ver", {"verify", "verify-backup"}), ("digidoc trust ", {"add", "list", "remove"}),
     ("digidoc search --du", set()), ("digidoc digitize --dry", {"--dry-run"})],
)  # fmt: skip
def test_bash_completes(line: str, found: set[str], tmp_path: Path) -> None:
    program = tmp_path / "digidoc"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m digidoc "$@"\n')
    program.chmod(0o755)
    words = line.split(" ")
    typed = " ".join(f"'{word}'" for word in words)
    code = f'eval "$(digidoc completion bash)"; COMP_WORDS=({typed}); COMP_CWORD={len(words) - 1}; '
    code += '_digidoc_completion digidoc; printf "%s\\n" "${COMPREPLY[@]}"'
    env = {**os.environ, "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(["bash", "-c", code], capture_output=True, text=True, check=True, env=env, timeout=60)
    assert (set(done.stdout.split()), done.stderr) == (found, "")


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_a_mistyped_command_gets_no_words_of_the_library(lang: str) -> None:
    command = [sys.executable, "-m", "digidoc", "--lang", lang, "digitiz"]
    said = subprocess.run(command, capture_output=True, check=False, env=environ()).stderr.decode()
    assert "'digitize'" in said
    assert "Did you mean" not in said
    assert "?." not in said
