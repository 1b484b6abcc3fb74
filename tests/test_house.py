"""No import cycles, no folder too full, no file or function too long or too tangled.

docs/explanation/architecture.md draws what these rules keep. Each measure is first tried on a small made-up package in
which it must find something.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests import house
from tests.programs import ROOT

DIGIDOC = ROOT / "digidoc"
MODULES_A_FOLDER = 16
LINES_A_FILE = 500
LINES_A_FUNCTION = 60
COMPLEXITY = 15

# Typer takes a command's options from the parameters of its function and its help from the docstring. Where these alone
# fill a screen, the function is measured without them.
OPTION_LISTS: Mapping[str, str] = {
    "digidoc.commands.digitize.digitize": "24 options",
    "digidoc.commands.report.report.report": "19 options",
    "digidoc.commands.review.review.review": "20 options",
    "digidoc.commands.sign.sign.sign": "24 options",
}

Make = Callable[[dict[str, str]], Path]


def test_no_module_imports_itself_by_a_detour() -> None:
    assert not house.cycle(house.imports(DIGIDOC))


def test_no_folder_is_too_full() -> None:
    assert not house.full_folders(DIGIDOC, MODULES_A_FOLDER)


def test_no_file_is_too_long() -> None:
    assert not house.long_files(DIGIDOC, LINES_A_FILE)


def test_no_function_is_too_long() -> None:
    lengths = {
        function.name: function.body if function.name in OPTION_LISTS else function.lines
        for function in house.functions(DIGIDOC)
    }
    assert not {name: lines for name, lines in lengths.items() if lines > LINES_A_FUNCTION}


def test_every_exception_is_still_one() -> None:
    lengths = {function.name: function.lines for function in house.functions(DIGIDOC)}
    assert not {name for name in OPTION_LISTS if lengths.get(name, 0) <= LINES_A_FUNCTION}


def test_no_function_is_too_tangled() -> None:
    assert not house.tangled(DIGIDOC, COMPLEXITY)


# The measures themselves, on packages in which they have to find something.


@pytest.fixture
def make(tmp_path: Path) -> Make:
    def made(files: dict[str, str]) -> Path:
        for name, content in files.items():
            path = tmp_path / "toy" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
        return tmp_path / "toy"

    return made


TYPE_ONLY = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from toy.a import A\n"


@pytest.mark.parametrize(
    "second",
    [
        "import toy.a\n",
        "from toy.a import A\n",
        "from toy import a\n",
        "from . import a\n",
        "from .a import A\n",
        "def later():\n    from toy.a import A\n",
        TYPE_ONLY,
    ],
)
def test_a_cycle_is_found_however_the_import_is_written(make: Make, second: str) -> None:
    package = make({"__init__.py": "", "a.py": "from toy import b\n", "b.py": second})
    assert {"toy.a", "toy.b"} == set(house.cycle(house.imports(package)))


def test_a_cycle_through_folders_is_found(make: Make) -> None:
    package = make(
        {
            "__init__.py": "",
            "one/__init__.py": "from toy.two import deep\n",
            "two/__init__.py": "",
            "two/deep.py": "from ..three import VALUE\n",
            "three.py": "from .one import deep\nVALUE = 1\n",
        }
    )
    assert {"toy.one", "toy.two.deep", "toy.three"} == set(house.cycle(house.imports(package)))


def test_imports_in_one_direction_are_no_cycle(make: Make) -> None:
    package = make(
        {"__init__.py": "", "a.py": "from toy import b, c\n", "b.py": "import toy.c\n", "c.py": "import os\n"}
    )
    graph = house.imports(package)
    assert graph["toy.a"] == {"toy.b", "toy.c"}
    assert graph["toy.b"] == {"toy.c"}
    assert not house.cycle(graph)


def test_a_full_folder_is_found_and_an_empty_init_does_not_count(make: Make) -> None:
    package = make({"__init__.py": "", "in/__init__.py": "", **{f"in/{name}.py": "" for name in "abc"}})
    assert house.full_folders(package, 2) == {"toy/in": 3}
    assert not house.full_folders(package, 3)
    make({"in/__init__.py": "X = 1\n"})
    assert house.full_folders(package, 3) == {"toy/in": 4}


def test_a_long_file_is_found(make: Make) -> None:
    package = make({"__init__.py": "", "a.py": "x = 1\n" * 11, "b.py": "x = 1\n" * 10})
    assert house.long_files(package, 10) == {"toy.a": 11}


def test_functions_are_measured_with_and_without_their_options(make: Make) -> None:
    code = '''\
class Outer:
    async def method(self):
        return 1


def command(
    one: int,
    two: int,
) -> None:
    """Say it.

    More of it.
    """
    def inner():
        return one

    print(inner() + two)
'''
    found = {function.name: (function.lines, function.body) for function in house.functions(make({"a.py": code}))}
    assert found == {"toy.a.Outer.method": (2, 1), "toy.a.command": (12, 4), "toy.a.command.inner": (2, 1)}


def test_a_tangled_function_is_found_even_where_it_asks_not_to_be(make: Make) -> None:
    branches = "".join(f"    if x == {number}:\n        return {number}\n" for number in range(15))
    package = make(
        {"a.py": f"def f(x):  # noqa: C901\n{branches}", "b.py": f"def g(x):\n{branches}".rsplit("    if", 1)[0]}
    )
    assert house.tangled(package, COMPLEXITY) == ["a.py: `f` is too complex (16 > 15)"]
