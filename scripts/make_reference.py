"""Write docs/reference from the code: commands, errors, settings. `make reference`; a test keeps it up to date."""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import digidoc
from digidoc import config, i18n
from digidoc.errors import DigidocError, ExitCode

FOLDER = Path(__file__).parent.parent / "docs" / "reference"
MADE = "<!-- Made from the code by `make reference`: change the code, not this file. -->"
_COMMANDS = """\
Every command also takes `--help`. `digidoc --lang vi COMMAND` speaks Vietnamese; `digidoc --version` prints the
version. Results go to standard output, everything else to standard error. With `--json` the result is one JSON
document: `schema` (name and version of its form), `data`, `errors`."""
_ERRORS = """\
The code stands under `errors` in the JSON of every command and does not change with the language. `{…}` is filled in.
The exit code is that of a command that this error ended; in a batch one item's error does not stop the others, and the
command ends with 3."""
_SETTINGS = """\
A value comes from the first of these that gives one: the command line, the environment, the archive's `digidoc.toml`
(table `[settings]`), the user's `config.toml`, the default. `digidoc doctor` prints which values hold and where the
user's file is. A secret stands in none of them."""
_OTHER_SETTINGS = """\
`lang` (`en` or `vi`, environment `DIGIDOC_LANG`) stands in the user's file only. `DIGIDOC_ARCHIVE` names the archive;
otherwise it is the current folder or the nearest one above it. `TESSDATA_PREFIX` is honoured after
`DIGIDOC_TESSDATA`."""
_SIGNING = """\
`digidoc digitize --sign NAME` and `digidoc sign --profile NAME` take the table `[sign.NAME]` of the archive's
`digidoc.toml`; `digidoc sign` finds it in the user's `config.toml` as well. Its keys: {keys}. Paths start from
the folder of that file. A PIN never stands here: `pin_file` names a file whose first line it is."""
_SCANNING = """\
`digidoc scan --profile NAME` takes the table `[scan.NAME]` of the archive's `digidoc.toml`, or of the user's
`config.toml`. Options of the command stand above it."""
_DOSSIER_CODE = """\
A folder is a dossier when the register has its name, or when the name is written as `dossier_code` says. Default:
`dossier_code = "{default}"`. A value is the code itself with places in braces; signs outside them
stand for themselves, and capitals do not count.

- `{{agency}}`: letters and digits, in groups joined by points: `H17.12`, `000.00.17.H17`.
- `{{yymmdd}}`: a day that exists: `260105`.
- `{{number}}`: digits. `{{number:4}}` has four, `{{number:4,6-7}}` has four, six or seven. At least one is needed.

Between two places stands a sign that is no letter and no digit. An office whose folders are called `HS 2026-15`
writes `dossier_code = "HS {{number:4}}-{{number}}"`."""
_EXIT_CODES = re.compile(r"^Exit codes: (.*)$", re.MULTILINE)


def pages() -> dict[str, str]:
    """File name and content of every page, in English."""
    i18n.install("en")
    return {"commands.md": commands(), "errors.md": errors(), "settings.md": settings()}


# ------------------------------------------------------------------ commands


def command_tree() -> Iterator[tuple[str, Any]]:
    """(full name, command) of every command of the application, such as ("digidoc trust add", …)."""
    import typer.main

    from digidoc import cli

    yield from _below("digidoc", typer.main.get_command(cli.build()))


def _below(name: str, command: Any) -> Iterator[tuple[str, Any]]:
    for child_name, child in sorted(getattr(command, "commands", {}).items()):
        if getattr(child, "commands", None):
            yield from _below(f"{name} {child_name}", child)
        else:
            yield f"{name} {child_name}", child


def commands() -> str:
    """All commands with usage, arguments, options, examples and exit codes."""
    parts = [
        "# Commands",
        MADE,
        _COMMANDS,
    ]
    for name, command in command_tree():
        parts += _command(name, command)
    return "\n\n".join(parts) + "\n"


def _command(name: str, command: Any) -> Iterator[str]:
    text = inspect.cleandoc(command.help or "")
    codes = _EXIT_CODES.search(text)
    paragraphs = [" ".join(part.split("\n")) for part in _EXIT_CODES.sub("", text).split("\n\n") if part.strip()]
    examples = [part.removeprefix("$ ") for part in paragraphs if part.startswith("$ ")]
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    options = [p for p in command.params if p.param_type_name == "option" and p.name != "help"]
    yield f"## {name}"
    yield from (part for part in paragraphs if not part.startswith(("$ ", "Examples:")))
    yield "```\n" + " ".join([name, *(["[OPTIONS]"] if options else []), *map(_usage, arguments)]) + "\n```"
    if arguments:
        yield _table(("Argument", "Meaning"), [(f"`{_metavar(p)}`", _meaning(p)) for p in arguments])
    if options:
        yield _table(("Option", "Meaning"), [(_spelled(p), _meaning(p)) for p in options])
    if examples:
        yield "```\n" + "\n".join(examples) + "\n```"
    if codes:
        yield "Exit codes: " + codes.group(1)


def _metavar(parameter: Any) -> str:
    return str(parameter.metavar or parameter.name.upper())


def _usage(argument: Any) -> str:
    name = _metavar(argument).removesuffix("...").removesuffix("…")
    name += "" if argument.nargs == 1 or "…" in name else "…"
    return name if argument.required else f"[{name}]"


def _spelled(option: Any) -> str:
    value = "" if option.is_flag else " " + _metavar(option)
    return ", ".join(f"`{spelling}{value}`" for spelling in [*option.opts, *option.secondary_opts])


def _meaning(parameter: Any) -> str:
    said = [parameter.help or ""]
    if parameter.required and parameter.param_type_name == "option":
        said.append("Required.")
    default = parameter.default
    if isinstance(default, str | int | float) and not isinstance(default, bool) and default != "":
        said.append(f"Default: {default}.")
    if getattr(parameter, "envvar", None):
        said.append(f"Environment: `{parameter.envvar}`.")
    return " ".join(word for word in said if word)


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in lines)


# ------------------------------------------------------------------ errors


def errors() -> str:
    """All errors: code, exit code, sentence, hint; and what the exit codes mean."""
    for module in pkgutil.walk_packages(digidoc.__path__, "digidoc."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    found = sorted(set(_subclasses(DigidocError)), key=lambda kind: (kind.exit_code, kind.code, kind.__name__))
    rows = [
        (f"`{kind.code}`", str(int(kind.exit_code)), kind.template, kind.hint_template)
        for kind in found
        if kind.template != DigidocError.template
    ]
    return (
        "\n\n".join(
            [
                "# Errors",
                MADE,
                _ERRORS,
                _table(("Exit code", "Meaning"), [(str(int(code)), _words(code)) for code in ExitCode]),
                _table(("Code", "Exit code", "Sentence", "What to do"), rows),
            ]
        )
        + "\n"
    )


def _words(code: ExitCode) -> str:
    from digidoc.commands.console import exit_codes

    return exit_codes(code).removeprefix(f"Exit codes: {int(code)} ")


def _subclasses(kind: type[DigidocError]) -> Iterator[type[DigidocError]]:
    for child in kind.__subclasses__():
        yield child
        yield from _subclasses(child)


# ------------------------------------------------------------------ settings


def settings() -> str:
    """All settings and keys of the archive's file, from the documentation of the classes that hold them."""
    from digidoc.archive.settings import ArchiveConfig
    from digidoc.formats.dossier_code import DEFAULT_PATTERN
    from digidoc.scan.profile import ScanProfile
    from digidoc.sign.profile import load_profile

    defaults = config.load({}, environ={})
    if set(defaults.origins.values()) != {config.Origin.DEFAULT}:
        raise LookupError(f"{config.user_file()} is in force: the defaults do not show; move it away")
    rows = [
        (
            f"`{name}`",
            meaning,
            f"`DIGIDOC_{name.upper()}`",
            "one a processor" if name == "jobs" else str(getattr(defaults, name) or ""),
        )
        for name, meaning in _attributes(config.Settings).items()
        if name != "origins"
    ]
    archive = [(f"`{name}`", meaning) for name, meaning in _attributes(ArchiveConfig).items()]
    keys = re.search(r"table: its keys (.*?)\.\n\s*base:", inspect.getdoc(load_profile) or "", re.DOTALL)
    if keys is None:
        raise LookupError("load_profile no longer documents its keys")
    return (
        "\n\n".join(
            [
                "# Settings",
                MADE,
                _SETTINGS,
                _table(("Key", "Meaning", "Environment", "Default"), rows),
                _OTHER_SETTINGS,
                "## An archive's digidoc.toml",
                "`digidoc init` writes it; people change it.",
                _table(("Key", "Meaning"), archive),
                "### Codes of dossiers",
                _DOSSIER_CODE.format(default=DEFAULT_PATTERN),
                "## Signing: `[sign.NAME]`",
                _SIGNING.format(keys=" ".join(keys.group(1).split())),
                "## Scanning: `[scan.NAME]`",
                _SCANNING,
                _table(("Key", "Meaning"), [(f"`{name}`", said) for name, said in _attributes(ScanProfile).items()]),
            ]
        )
        + "\n"
    )


def _attributes(kind: type) -> dict[str, str]:
    """Name and meaning of each attribute in the `Attributes:` section of a class's docstring."""
    section = (inspect.getdoc(kind) or "").partition("Attributes:\n")[2]
    found: dict[str, str] = {}
    for name, meaning in re.findall(r"^ {4}(\w+): (.*(?:\n {8,}.*)*)", section, re.MULTILINE):
        sentence = " ".join(meaning.split())
        found[name] = sentence[0].upper() + sentence[1:]
    return found


def main() -> None:
    """Write the pages."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, content in pages().items():
        (FOLDER / name).write_text(content, encoding="utf-8", newline="\n")
        print(FOLDER / name)


if __name__ == "__main__":
    main()
