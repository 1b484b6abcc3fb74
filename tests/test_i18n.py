"""Every message has a Vietnamese text with the same places in it, and the compiled catalogue is up to date."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from babel.messages.extract import extract_from_file

from tests.programs import ROOT, script

PLACES = re.compile(r"\{(\w*)[^}]*\}")
MARKUP = re.compile(r"\[/?[a-z ]*\]")


messages = script("messages")


@pytest.fixture(scope="module")
def pairs() -> list[tuple[str, str]]:
    return [(str(message.id), str(message.string)) for message in messages.read() if message.id]


def test_every_message_has_a_vietnamese_text() -> None:
    missing = list(messages.lacking(messages.read()))
    assert not missing, f"{len(missing)} without a text in {messages.PO.name}; run `make messages`: {missing[:20]}"


def test_places_and_markup_are_the_same(pairs: list[tuple[str, str]]) -> None:
    for message, text in pairs:
        if text:
            assert sorted(PLACES.findall(message)) == sorted(PLACES.findall(text)), message
            assert sorted(MARKUP.findall(message)) == sorted(MARKUP.findall(text)), message


def test_edges_are_the_same(pairs: list[tuple[str, str]]) -> None:
    for message, text in pairs:
        if text:
            assert message[: len(message) - len(message.lstrip())] == text[: len(text) - len(text.lstrip())], message
            assert message[len(message.rstrip()) :] == text[len(text.rstrip()) :], message


def test_the_files_are_what_make_messages_writes() -> None:
    written = {
        messages.PO: messages.text_of(messages.updated(), "vi").encode(),
        messages.POT: messages.text_of(messages.template(), "").encode(),
        messages.MO: messages.compiled(messages.read()),
    }
    old = [path.name for path, content in written.items() if path.read_bytes() != content]
    assert not old, "run `make messages`"


def test_typer_still_looks_its_own_words_up() -> None:
    folder = Path(typer.__file__).parent
    found = {
        str(message)
        for name in ("core.py", "rich_utils.py")
        for _, message, _, _ in extract_from_file("python", folder / name, keywords={"_": None})
    }
    # `typer_words` knows this sentence in English and says it in ours.
    assert found == {*messages.TYPER, "No such command {name!r}."}


def _marked() -> Iterator[tuple[Path, ast.Call]]:
    for path in sorted((ROOT / "digidoc").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in messages.KEYWORDS:
                yield path, node


def test_messages_are_marked_before_they_are_filled_in() -> None:
    for path, call in _marked():
        where = f"{path.name}:{call.lineno}"
        assert len(call.args) == 1, where
        message = call.args[0]
        assert not isinstance(message, ast.JoinedStr | ast.BinOp), where
        assert not (isinstance(message, ast.Call) and isinstance(message.func, ast.Attribute)), where
