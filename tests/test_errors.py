"""Errors as values: across processes, languages and JSON."""

import importlib
import pickle
import re
import sys
from collections.abc import Iterator
from errno import EACCES, ENOSPC
from pathlib import Path

import pytest

from digidoc import errors, i18n
from digidoc.errors import DigidocError, DiskFull, ExitCode, PermissionMissing, TooLarge, UnreadableFile, from_os, kinds
from tests.programs import ROOT

# Stand for a branch of the tree; nothing raises them.
BRANCHES = {errors.TaskError}


@pytest.fixture(scope="module")
def tree() -> list[type[DigidocError]]:
    """Every class of error, those of the areas too."""
    for path in (ROOT / "digidoc").rglob("errors.py"):
        importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    return list(_tree(DigidocError))


def _tree(kind: type[DigidocError]) -> Iterator[type[DigidocError]]:
    yield kind
    for below in kind.__subclasses__():
        yield from _tree(below)


def test_every_code_is_of_one_class_and_every_class_has_its_sentence(tree: list[type[DigidocError]]) -> None:
    codes = [kind.code for kind in tree]
    assert {code for code in codes if codes.count(code) > 1} == {"usage"}  # WrongUsage only has a hint of its own
    assert all(kind.template for kind in tree)
    assert kinds().keys() == set(codes)


def test_every_class_is_drawn_in_the_tree_of_its_module(tree: list[type[DigidocError]]) -> None:
    for kind in tree:
        assert re.search(rf"\b{kind.__name__}\b", sys.modules[kind.__module__].__doc__ or ""), kind.__name__


def test_every_error_is_named_in_a_test_of_its_area(tree: list[type[DigidocError]]) -> None:
    files = [path for path in (ROOT / "tests").rglob("*.py") if path != Path(__file__)]
    tests = "\n".join(path.read_text(encoding="utf-8") for path in files)
    named = {kind for kind in tree if re.search(rf'"{kind.code}"|\b{kind.__name__}\b', tests)}
    assert set(tree) - named == BRANCHES


def test_an_error_survives_the_way_from_a_worker() -> None:
    error = TooLarge(file="a.tif", reason=i18n.N_("more than {pages} pages"), pages=10)
    back = pickle.loads(pickle.dumps(error))  # noqa: S301 (our own)
    assert type(back) is TooLarge
    assert back.problem == error.problem


def test_the_same_problem_in_two_languages_and_in_json(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = TooLarge(file="a.tif", reason=i18n.N_("more than {pages} pages"), pages=10).problem
    english = problem.message
    monkeypatch.setenv("LANGUAGE", "vi")
    monkeypatch.setenv("DIGIDOC_LANG", "vi")
    i18n.install("vi")
    try:
        assert problem.message != english
        assert "10" in problem.message
        assert problem.to_json()["message"] == english
        assert errors.revived({**problem.to_json(), "params": dict(problem.params)}).message == problem.message
    finally:
        i18n.install("en")


@pytest.mark.parametrize("reason", ["{", "}{", "{0}", "{nobody}", "{:9999999999999999999}"])
def test_braces_in_a_librarys_words_are_only_braces(reason: str) -> None:
    problem = UnreadableFile(file="a.pdf", reason=reason, page=1).problem
    assert reason in problem.message


def test_a_refusal_of_another_digidoc_keeps_its_words() -> None:
    problem = errors.revived({"code": "from-the-future", "message": "It is {odd}.", "file": "a", "hint": ""})
    assert (problem.code, problem.message) == ("from-the-future", "It is {odd}.")


def test_errors_of_the_system_are_sorted_by_number() -> None:
    assert isinstance(from_os(OSError(ENOSPC, "x", "a.pdf")), DiskFull)
    denied = from_os(OSError(EACCES, "x", "a.pdf"))
    assert isinstance(denied, PermissionMissing)
    assert denied.file == "a.pdf"
    assert from_os(OSError("odd")).code == "storage"
    assert DiskFull.exit_code is ExitCode.FAILED
