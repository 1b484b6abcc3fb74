import math
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from digidoc.errors import BadConfiguration, FileMissing
from digidoc.files.toml_table import Table, is_count, is_filled, is_line, is_number, is_text, is_whole, parse, read

RULES = {"name": is_text, "jobs": is_count, "place": is_whole, "width": is_number, "title": is_line, "key": is_filled}


def said(error: pytest.ExceptionInfo[BadConfiguration]) -> str:
    return error.value.params["reason"].format(**error.value.params)


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"name": "", "jobs": 1, "place": 0, "width": 1.5, "title": "Sổ hóa", "key": "a\tb"},
        {"place": -3, "width": 2},
        {"width": Decimal("0.1")},
    ],
)
def test_tables_that_can_be_used(values: dict[str, Any]) -> None:
    Table(values, "own.toml").check(RULES)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("name", 1),
        ("jobs", 0),
        ("jobs", True),
        ("jobs", 1.0),
        ("place", 1.0),
        ("place", False),
        ("width", "1"),
        ("width", True),
        ("title", "  "),
        ("title", "two\nlines"),
        ("key", " "),
        ("key", []),
    ],
)
def test_a_value_that_a_key_cannot_have_is_named(key: str, value: object) -> None:
    with pytest.raises(BadConfiguration) as raised:
        Table({key: value}, "own.toml", "[sign.office] ").check(RULES)
    assert raised.value.file == "own.toml"
    assert said(raised) == f"[sign.office] {key} = {value} is not a value it can have"


def test_a_key_that_there_is_not_is_named_with_those_that_there_are() -> None:
    with pytest.raises(BadConfiguration) as raised:
        Table({"jobs": 1, "lobs": 2}, "own.toml").only(("jobs", "name"))
    assert said(raised) == "there is no key lobs; there are jobs, name"
    with pytest.raises(BadConfiguration) as raised:
        Table({"lobs": 2}, "own.toml").check({"jobs": is_count, "name": is_text})
    assert said(raised) == "there is no key lobs; there are jobs, name"


def test_values_come_in_the_type_that_is_asked_for() -> None:
    content = b"\xef\xbb\xbfname = 'a'\nfrom = 2021-01-31\nshare = 12.10\n[levels.commune]\nbase = 10\n"
    table = Table(parse(content, "own.toml", "decimal"), "own.toml")
    assert (table.text("name"), table.text("remark", "none"), table.line("name")) == ("a", "none", "a")
    assert table.day("from") == date(2021, 1, 31)
    assert str(table.number("share")) == "12.10"
    assert table.one_of("name", ("a", "b")) == "a"
    assert table.one_of("kind", ("a", "b"), "b") == "b"
    assert table.table("levels").table("commune").number("base") == 10
    assert table.table("nothing").values == {}


@pytest.mark.parametrize(
    ("ask", "told"),
    [
        (lambda table: table.line("title"), "title is missing"),
        (lambda table: table.line("blank"), "blank = ' ' is not a value it can have"),
        (lambda table: table.text("day"), "day = 2021-01-31 is not a value it can have"),
        (lambda table: table.day("hour"), "hour = 2021-01-31 10:00:00: a day is written 2021-01-01"),
        (lambda table: table.day("early"), "early = 0021-01-31: a day is written 2021-01-01"),
        (lambda table: table.number("endless"), "endless = inf is not a value it can have"),
        (lambda table: table.number("blank"), "blank =   is not a value it can have"),
        (lambda table: table.one_of("blank", ("a", "b")), "blank =  : it is one of a, b"),
        (lambda table: table.one_of("title", ("a", "b")), "title = None: it is one of a, b"),
        (lambda table: table.table("levels", needed=True), "[levels] is missing"),
        (lambda table: table.table("day"), "day = 2021-01-31 is not a value it can have"),
        (lambda table: table.table("part").line("title"), "part.title is missing"),
    ],
)
def test_what_is_wrong_is_said_with_the_key(ask: Any, told: str) -> None:
    values = {
        "blank": " ",
        "day": date(2021, 1, 31),
        "hour": datetime(2021, 1, 31, 10),  # noqa: DTZ001 (as TOML gives it)
        "early": date(21, 1, 31),
        "endless": math.inf,
        "part": {},
    }
    with pytest.raises(BadConfiguration) as raised:
        ask(Table(values, "own.toml"))
    assert said(raised).startswith(told)


def test_files_that_are_no_toml(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    for content in (b"\xff\xfe\x00", b"a = ", b"a = 1\na = 2", b"[" * 5000):
        path.write_bytes(content)
        with pytest.raises(BadConfiguration) as raised:
            read(path)
        assert raised.value.file == str(path)
    with pytest.raises(FileMissing):
        read(tmp_path / "none.toml")
