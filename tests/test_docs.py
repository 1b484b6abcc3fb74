"""The reference is what the code says, and what the documents tell people to type is understood."""

import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from digidoc import cli
from tests.programs import ROOT, script

DOCS_VI = ROOT / "docs" / "vi"
ARCHITECTURE = ROOT / "docs" / "explanation" / "architecture.md"
VIETNAMESE = {ROOT / "README.md": ROOT / "README.vi.md", ROOT / "docs" / "tutorial.md": DOCS_VI / "tutorial.md"} | {
    english: DOCS_VI / "how-to" / english.name for english in sorted((ROOT / "docs" / "how-to").glob("*.md"))
}
DOCUMENTS = [
    *(ROOT / name for name in ("README.md", "README.vi.md", "CONTRIBUTING.md", "SECURITY.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]
_FENCE = re.compile(r"^```[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"^```(?!text)[^\n]*\n(.*?)^```|^```text\n.*?^```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")
_INLINE = re.compile(r"(?<!`)`(digidoc(?: [^`]*)?)`(?!`)")
_SHELL = {"|", ">", ">>", "<", "&&", ";"}


reference = script("make_reference")


@pytest.fixture(scope="module")
def app() -> Any:
    return typer.main.get_command(cli.build())


def test_the_reference_is_up_to_date() -> None:
    for name, content in reference.pages().items():
        assert (reference.FOLDER / name).read_text(encoding="utf-8") == content, f"{name}: run `make reference`"


@pytest.mark.parametrize("name", dict(reference.command_tree()))
def test_every_command_has_examples_exit_codes_and_json(name: str) -> None:
    command = dict(reference.command_tree())[name]
    assert f"$ {name}" in command.help, name
    assert "Exit codes: 0 " in command.help, name
    assert any("--json" in parameter.opts for parameter in command.params), name
    assert all(getattr(parameter, "help", "") for parameter in command.params), name


def _typed(text: str) -> Iterator[str]:
    """Lines of code blocks that start digidoc, with what a backslash continues."""
    for block in _FENCE.findall(text):
        for line in block.replace("\\\n", " ").splitlines():
            words = line.removeprefix("$ ").removeprefix(".venv/bin/")
            if re.match(r"digidoc( |$)", words):
                yield words


def _understood(app: Any, words: list[str]) -> None:
    """Parse the words as the program would, without carrying anything out."""
    _, rest = cli._take_language(words)
    try:
        context = app.make_context("digidoc", rest)
        while getattr(context.command, "commands", None):
            name, command, rest = context.command.resolve_command(context, [*context._protected_args, *context.args])
            context = command.make_context(name, rest, parent=context)
    except typer.Exit:
        return  # --help and --version answer at once


def _words(line: str) -> list[str]:
    words = shlex.split(line, comments=True)[1:]
    ends = [place for place, word in enumerate(words) if word in _SHELL]
    return words[: ends[0]] if ends else words


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_line_to_type_is_understood(app: Any, document: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = document.read_text(encoding="utf-8")
    if document.parent != reference.FOLDER:  # its usage lines have OPTIONS and such in them
        for line in _typed(text):
            try:
                _understood(app, _words(line))
            except Exception as error:  # noqa: BLE001 (whatever the parser has against it)
                pytest.fail(f"{document.name}: {line}: {getattr(error, 'message', error)}")
    for line in _INLINE.findall(text):
        words = [word for word in _words(line) if not word.startswith("-")]
        named = words[0] if words and words[0] not in {"en", "vi"} else words[1] if words[1:] else None
        assert named is None or named in {*app.commands, "COMMAND"}, f"{document.name}: {line}"
    capsys.readouterr()


def test_a_wrong_line_would_be_found(app: Any) -> None:
    with pytest.raises(Exception, match="No such option"):
        _understood(app, ["doctor", "--no-such-option"])
    with pytest.raises(Exception, match="No such command"):
        _understood(app, ["no-such-command"])


def test_examples_of_every_help_are_understood(app: Any) -> None:
    for _, command in reference.command_tree():
        for line in re.findall(r"^\$ (digidoc .*)$", command.help, re.MULTILINE):
            _understood(app, _words(line))


def test_every_dependency_is_explained() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    explained = (ROOT / "docs" / "explanation" / "dependencies.md").read_text(encoding="utf-8")
    for requirement in project["dependencies"]:
        name = re.split(r"[\[<>=;]", requirement)[0]
        assert f"| {name} |" in explained, name


def test_links_lead_somewhere() -> None:
    for document in [*DOCUMENTS, ROOT / "CHANGELOG.md"]:
        for target in _LINK.findall(document.read_text(encoding="utf-8")):
            if "://" not in target:
                assert (document.parent / target).exists(), f"{document.name}: {target}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_files_of_the_project_that_are_named_are_there(document: Path) -> None:
    named = re.findall(r"`((?:digidoc|tests|scripts|benchmarks|docs)/[^` …]*)`", document.read_text(encoding="utf-8"))
    assert not [name for name in named if not list(ROOT.glob(name))]


def _to_type(text: str) -> list[str]:
    """Every line of the code blocks, but for those marked as `text`: they show what a command says."""
    lines = "".join(_CODE.findall(text)).splitlines()
    return [re.sub(r"^digidoc --lang vi ", "digidoc ", line) for line in lines if line]


def _shape(document: Path) -> dict[str, list[str]]:
    """What a translation leaves as it is; a link to what has a translation is one to the translation."""
    text = document.read_text(encoding="utf-8")
    prose = _FENCE.sub("", text)
    targets = [(document.parent / link).resolve() for link in _LINK.findall(prose)]
    return {
        "headings": re.findall(r"^#+ ", prose, re.MULTILINE),
        "rows of tables": ["row"] * len(re.findall(r"^\|", prose, re.MULTILINE)),
        "items of lists": re.findall(r"^(?:-|\d+\.) ", prose, re.MULTILINE),
        "links": sorted(str(_translation(target)) for target in targets),
    }


def _translation(target: Path) -> Path:
    """The Vietnamese page or picture that stands for this one, or itself."""
    picture = target.with_suffix(f".vi{target.suffix}")
    return VIETNAMESE.get(target, picture if picture.is_file() else target)


@pytest.mark.parametrize("english", VIETNAMESE, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_page_for_clerks_says_the_same_in_vietnamese(english: Path) -> None:
    vietnamese = VIETNAMESE[english]
    assert vietnamese.is_file(), f"{english.name} has no translation"
    assert _to_type(vietnamese.read_text(encoding="utf-8")) == _to_type(english.read_text(encoding="utf-8"))
    assert _shape(vietnamese) == _shape(english)


def test_nothing_is_translated_that_is_there_no_longer() -> None:
    assert set(DOCS_VI.rglob("*.md")) <= set(VIETNAMESE.values())


def test_a_page_that_went_stale_would_be_found() -> None:
    shown = "```\ndigidoc --lang vi status\n```\n\n```text\nH99\n```\n\n```toml\nstock = 1\n```\n"
    assert _to_type(shown) == _to_type("```\ndigidoc status\n```\n```toml\nstock = 1\n```\n")
    assert _to_type(shown) != _to_type("```\ndigidoc status --json\n```\n```toml\nstock = 1\n```\n")
    assert _to_type(shown) != _to_type("```\ndigidoc status\n```\n")


def test_the_architecture_draws_the_layers_that_are_checked() -> None:
    [contract] = [
        contract
        for contract in tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
            "contracts"
        ]
        if contract["type"] == "layers"
    ]
    drawn = "\n".join(layer.replace("digidoc.", "") for layer in contract["layers"])
    assert f"```\n{drawn}\n```" in ARCHITECTURE.read_text(encoding="utf-8"), f"draw the layers so:\n{drawn}"


def test_the_architecture_has_every_room_and_no_other() -> None:
    text = ARCHITECTURE.read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(digidoc/[^`]*)` \| (.*) \|$", text, re.MULTILINE)
    told = {room: set(re.findall(r"`([\w/]+/|\w+\.py)`", what)) for room, what in rows}
    for room, names in told.items():
        lacking = (
            {name for name in names if not list((ROOT / room).glob(f"**/{name}"))} if room.endswith("/") else set()
        )
        assert not lacking, f"{room}: {lacking}"
    top = {f"digidoc/{folder.parent.name}/": folder.parent for folder in (ROOT / "digidoc").glob("*/__init__.py")}
    assert top.keys() == {room for room in told if room.endswith("/")}
    for room, folder in top.items():
        inner = {f"{below.parent.name}/" for below in folder.glob("*/__init__.py")}
        assert inner <= told[room], f"{room}: {inner - told[room]}"
