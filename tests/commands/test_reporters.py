"""One contract for every reporter: results on standard output, all else beside it, and nothing swallowed."""

import json
from collections.abc import Callable

import pytest
import typer
from rich.table import Table

from digidoc.commands.console import HumanReporter, JsonReporter, Reporter, Result, finish, reporter
from digidoc.errors import ExitCode, FileMissing, UnreadableFile

Captured = pytest.CaptureFixture[str]
# They are made when a test runs: a reporter holds on to the standard output of its time.
REPORTERS: dict[str, Callable[[], Reporter]] = {
    "human": HumanReporter,
    "human-quiet": lambda: HumanReporter(quiet=True),
    "human-verbose": lambda: HumanReporter(verbose=True),
    "json": JsonReporter,
}
MISSING = FileMissing(file="a [b].pdf").problem
BROKEN = UnreadableFile(file="c.pdf", reason="odd").problem


@pytest.fixture(params=REPORTERS.values(), ids=REPORTERS.keys())
def make(request: pytest.FixtureRequest) -> Callable[[], Reporter]:
    return request.param


def result(*errors: object) -> Result:
    lines = ["fine [bold]and[/bold] whole", "Quyết định số 15"]
    return Result("digidoc.test/1", {"lines": lines}, lambda: _view(lines), tuple(errors), ExitCode.SOME_FAILED)  # type: ignore[arg-type]


def _view(lines: list[str]):
    from rich.text import Text

    yield from map(Text, lines)


def test_a_result_is_on_standard_output_whole(make: Callable[[], Reporter], capsys: Captured) -> None:
    make().result(result())
    said = capsys.readouterr()
    for words in ("fine [bold]and[/bold] whole", "Quyết định số 15"):
        assert words in said.out
    assert said.err == ""


def test_no_problem_of_an_item_is_swallowed(make: Callable[[], Reporter], capsys: Captured) -> None:
    make().result(result(MISSING, BROKEN))
    said = capsys.readouterr()
    for problem in (MISSING, BROKEN):
        assert problem.message in said.out + said.err
        assert str(problem.file) in said.out + said.err


def test_a_problem_that_ends_the_command_is_said_with_what_to_do(
    make: Callable[[], Reporter], capsys: Captured
) -> None:
    make().problem(MISSING)
    said = capsys.readouterr()
    assert MISSING.message in said.out + said.err
    assert MISSING.hint
    assert MISSING.hint in said.out + said.err


def test_notes_and_progress_stay_out_of_the_result(make: Callable[[], Reporter], capsys: Captured) -> None:
    speaker = make()
    speaker.note("on the way [x]")
    with speaker.progress("Reading", "pages") as bar:
        bar.expect(3)
        bar.advance("one")
        bar.advance("two", 2)
        bar.expect(0)
    assert capsys.readouterr().out == ""


def test_an_error_goes_through_the_progress(make: Callable[[], Reporter]) -> None:
    with pytest.raises(KeyboardInterrupt), make().progress("Reading", "pages"):
        raise KeyboardInterrupt


def test_finishing_says_the_result_and_ends_with_its_code(make: Callable[[], Reporter], capsys: Captured) -> None:
    with pytest.raises(typer.Exit) as end:
        finish(make(), result())
    assert end.value.exit_code == ExitCode.SOME_FAILED
    assert "Quyết định số 15" in capsys.readouterr().out


def test_scripts_get_one_envelope_and_nothing_else(capsys: Captured) -> None:
    speaker = reporter(as_json=True, verbose=True)
    speaker.note("not for scripts")
    speaker.result(result(MISSING))
    said = capsys.readouterr()
    document = json.loads(said.out)
    assert list(document) == ["schema", "data", "errors"]
    assert document["errors"] == [MISSING.to_json()]
    assert said.err == ""
    assert speaker.verbose is False


def test_people_get_notes_unless_they_want_quiet(capsys: Captured) -> None:
    reporter(as_json=False).note("on the way [x]")
    assert capsys.readouterr().err == "on the way [x]\n"
    reporter(as_json=False, quiet=True).note("on the way")
    assert capsys.readouterr().err == ""
    assert reporter(as_json=False, verbose=True).verbose


def _wide(*cells: str) -> Table:
    table = Table(box=None, pad_edge=False)
    for number in range(len(cells)):
        table.add_column(f"Title{number}", justify="right")
    table.add_row(*cells)
    return table


@pytest.mark.parametrize(("columns", "width"), [("80", 80), ("200", 200), ("0", 140), ("many", 140), (None, 140)])
def test_without_a_terminal_columns_says_how_wide_tables_are_and_nothing_is_cut(
    columns: str | None, width: int, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    if columns is not None:
        monkeypatch.setenv("COLUMNS", columns)
    names = [letter * 90 for letter in "abc"]
    reporter(as_json=False).result(Result("digidoc.try/1", {}, lambda: [_wide(*names)]))
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) == width
    assert all("".join(lines).count(name[0]) == 90 for name in names)
