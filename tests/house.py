"""The shape of a Python package, measured from its source: who imports whom, and how large its parts are."""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

Graph = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Function:
    """A function or method, nested ones too.

    Attributes:
        name: module and qualified name: `digidoc.text.nfc`, `digidoc.errors.Problem.hint`.
        lines: from `def` to its last line.
        body: the same without the parameters and the docstring: what is left to understand.

    """

    name: str
    lines: int
    body: int


def modules(package: Path) -> dict[str, Path]:
    """Every module of the package by its dotted name."""
    named = {}
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package.parent).with_suffix("").parts
        named[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return named


def imports(package: Path) -> Graph:
    """Which modules of the package each module names in an import: at the top, in functions, and for types alone."""
    named = modules(package)
    return {name: frozenset(_imported(name, path, named) - {name}) for name, path in named.items()}


def _imported(name: str, path: Path, named: Mapping[str, Path]) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if alias.name in named}
        elif isinstance(node, ast.ImportFrom):
            source = _source(node, name, path)
            for alias in node.names:
                full = f"{source}.{alias.name}"  # a module of the package `source`, or a name in the module `source`
                found |= {full if full in named else source} & named.keys()
    return found


def _source(node: ast.ImportFrom, name: str, path: Path) -> str:
    """The module after `from`; dots in front of it are resolved."""
    if not node.level:
        return node.module or ""
    package = name.split(".") if path.name == "__init__.py" else name.split(".")[:-1]
    return ".".join([*package[: len(package) - node.level + 1], *(node.module or "").split(".")]).rstrip(".")


def cycle(graph: Graph) -> list[str]:
    """Modules that import each other in a circle, the first one again at the end; empty when there is no circle."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def functions(package: Path) -> Iterator[Function]:
    """Every function of the package."""
    for name, path in modules(package).items():
        yield from _functions(ast.parse(path.read_text(encoding="utf-8")), name)


def _functions(node: ast.AST, inside: str) -> Iterator[Function]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            name = f"{inside}.{child.name}"
            last = child.end_lineno or child.lineno
            statements = child.body[ast.get_docstring(child) is not None :]
            first = statements[0].lineno if statements else last
            yield Function(name, last - child.lineno + 1, last - first + 1)
            yield from _functions(child, name)
        else:
            yield from _functions(child, f"{inside}.{child.name}" if isinstance(child, ast.ClassDef) else inside)


def long_files(package: Path, most: int) -> dict[str, int]:
    """Modules with more than `most` lines."""
    lines = {name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in modules(package).items()}
    return {name: count for name, count in lines.items() if count > most}


def full_folders(package: Path, most: int) -> dict[str, int]:
    """Folders with more than `most` modules; an empty `__init__.py` is none."""
    counts: dict[str, int] = {}
    for path in modules(package).values():
        if path.name != "__init__.py" or path.stat().st_size:
            folder = path.parent.relative_to(package.parent).as_posix()
            counts[folder] = counts.get(folder, 0) + 1
    return {folder: count for folder, count in counts.items() if count > most}


def tangled(package: Path, most: int) -> list[str]:
    """Functions whose cyclomatic complexity is over `most`, as ruff counts it; its `noqa` is not asked."""
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache", "--ignore-noqa", "--select", "C901"]
    command += ["--config", f"lint.mccabe.max-complexity={most}", "--output-format", "json", str(package)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False, timeout=120)
    assert done.returncode in {0, 1}, done.stderr
    return [f"{Path(found['filename']).name}: {found['message']}" for found in json.loads(done.stdout)]
