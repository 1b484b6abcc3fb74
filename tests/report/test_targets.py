import importlib.resources
from datetime import date
from decimal import Decimal

import pytest

from digidoc.errors import BadConfiguration, UnknownTarget
from digidoc.model import Level
from digidoc.report.targets import Measure, due, known, load, parse

TEXT = importlib.resources.files("digidoc.report").joinpath("targets", "danang-2021.toml").read_text(encoding="utf-8")


def test_every_programme_that_comes_along_can_be_read() -> None:
    assert "danang-2021" in known()
    for name in known():
        assert load(name).name == name
        assert load(name).source


@pytest.mark.parametrize(
    ("level", "percents"),
    [
        (Level.PROVINCE, (30, 50, 70, 90, 100)),
        (Level.DISTRICT, (20, 40, 60, 80, 100)),
        (Level.COMMUNE, (10, 30, 50, 70, 90)),
    ],
)
def test_da_nang_by_points(level: Level, percents: tuple[int, ...]) -> None:
    programme = load("danang-2021")
    found = [due(programme, level, date(year, 6, 1)) for year in range(2021, 2026)]
    assert [asked.percent for asked in found] == [Decimal(percent) for percent in percents]
    assert [asked.measure for asked in found] == [Measure.ATTACHED] * 2 + [Measure.SIGNED] * 3


def test_before_after_and_without_a_level() -> None:
    programme = load("danang-2021")
    assert due(programme, Level.COMMUNE, date(2020, 12, 31)).percent is None
    later = due(programme, Level.COMMUNE, date(2026, 11, 22))
    assert (later.row_year, later.percent, later.measure) == (2025, Decimal(90), Measure.SIGNED)
    assert due(programme, Level.DISTRICT, date(2025, 6, 30)).percent == Decimal(100)
    assert due(programme, Level.DISTRICT, date(2025, 7, 1)).percent is None


def test_an_unknown_programme_names_the_known() -> None:
    with pytest.raises(UnknownTarget) as told:
        load("../danang-2021")
    assert "danang-2021" in told.value.problem.hint


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("format = 1", "format = 2"),
        ('mode = "points"', 'mode = "relative"'),
        ('mode = "points"', 'mode = "points"\nextra = 1'),
        ("valid_from = 2021-01-01", "valid_from = 2026-01-01"),
        ("valid_from = 2021-01-01", 'valid_from = "soon"'),
        ("valid_from = 2021-01-01\n", ""),
        ('2025 = "signed"', '2025 = "stamped"'),
        ('2025 = "signed"\n', ""),
        ("2025 = 90\n", ""),
        ("2025 = 90", "2025 = 101"),
        ("2025 = 90", '2025 = "many"'),
        ("[levels.commune]", "[levels.ward]"),
        ("[levels.commune]", "[levels.commune"),
        ("source = ", "sauce = "),
    ],
)
def test_a_programme_that_contradicts_itself(old: str, new: str) -> None:
    assert TEXT.count(old) >= 1
    with pytest.raises(BadConfiguration) as told:
        parse(TEXT.replace(old, new), "own.toml")
    assert told.value.file == "own.toml"
