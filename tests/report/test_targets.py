import importlib.resources
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from digidoc.errors import BadConfiguration, FileMissing, UnknownTarget
from digidoc.metric import Metric
from digidoc.model import Level
from digidoc.register import Quality
from digidoc.report.programmes import load, names
from digidoc.report.target_file import parse, read
from digidoc.report.targets import Indicator, Kind, due, points


def text_of(name: str) -> str:
    return importlib.resources.files("digidoc.report").joinpath("targets", f"{name}.toml").read_text(encoding="utf-8")


def test_every_programme_that_comes_along_can_be_read() -> None:
    assert set(names()) == {"danang-2021", "kontum-signed", "nghean-online", "qd766"}
    for name in names():
        assert load(name).name == name
        assert load(name).source


@pytest.mark.parametrize(
    ("level", "percents", "relative"),
    [
        (Level.PROVINCE, (30, 50, 70, 90, 100), "62.21"),
        (Level.DISTRICT, (20, 40, 60, 80, 100), "41.47"),
        (Level.COMMUNE, (10, 30, 50, 70, 90), "20.74"),
    ],
)
def test_da_nang_by_points_and_what_it_would_be_by_growth(
    level: Level, percents: tuple[int, ...], relative: str
) -> None:
    programme = load("danang-2021")
    found = [due(programme, level, date(year, 6, 1)) for year in range(2021, 2026)]
    assert [asked.percent for asked in found] == [Decimal(percent) for percent in percents]
    assert [asked.quality for asked in found] == [Quality.ATTACHED] * 2 + [Quality.SIGNED] * 3
    assert programme.levels[level].otherwise[2025] == Decimal(relative)
    growth = parse(text_of("danang-2021").replace('"points"', '"relative"').encode(), "own.toml")
    assert due(growth, level, date(2025, 6, 1)).percent == Decimal(relative)


def test_before_after_and_without_a_level() -> None:
    programme = load("danang-2021")
    assert due(programme, Level.COMMUNE, date(2020, 12, 31)).percent is None
    later = due(programme, Level.COMMUNE, date(2026, 11, 22))
    assert (later.row_year, later.percent, later.quality) == (2025, Decimal(90), Quality.SIGNED)
    assert due(programme, Level.DISTRICT, date(2025, 6, 30)).percent == Decimal(100)
    assert due(programme, Level.DISTRICT, date(2025, 7, 1)).percent is None


def test_a_year_without_a_row_keeps_the_row_before() -> None:
    programme = load("nghean-online")
    found = [due(programme, Level.COMMUNE, date(year, 6, 1)) for year in (2025, 2029, 2030)]
    assert [(asked.row_year, asked.percent) for asked in found] == [(2025, 60), (2025, 60), (2030, 85)]


def test_the_scorecard_has_22_points() -> None:
    programme = load("qd766")
    assert programme.kind is Kind.SCORECARD
    assert sum(row.points for row in programme.indicators) == 22
    assert due(programme, Level.PROVINCE, date(2024, 1, 1)).percent is None


@pytest.mark.parametrize(
    ("numerator", "denominator", "expected"),
    [(80, 100, "4.00"), (40, 100, "2.00"), (100, 100, "4.00"), (0, 7, "0.00"), (1, 3, "1.66"), (0, 0, None)],
)
def test_points_are_in_proportion_up_to_the_full(numerator: int, denominator: int, expected: str | None) -> None:
    row = Indicator("X", "x", Metric.COMPLETE, Quality.ATTACHED, Decimal(4), Decimal(80))
    assert points(row, numerator, denominator) == (None if expected is None else Decimal(expected))


def test_an_unknown_programme_names_the_known() -> None:
    with pytest.raises(UnknownTarget) as told:
        load("../danang-2021")
    assert "danang-2021" in told.value.problem.hint


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("danang-2021", "format = 1", "format = 2", "format"),
        ("danang-2021", 'mode = "points"', 'mode = "sideways"', "mode"),
        ("danang-2021", 'mode = "points"\n', "", "mode"),
        ("danang-2021", 'mode = "points"', 'mode = "points"\nextra = 1', "extra"),
        ("danang-2021", "valid_from = 2021-01-01", "valid_from = 2026-01-01", "valid_from"),
        ("danang-2021", "valid_from = 2021-01-01", 'valid_from = "soon"', "valid_from"),
        ("danang-2021", "valid_from = 2021-01-01\n", "", "valid_from"),
        ("danang-2021", '2023 = "signed"', '2023 = "stamped"', "quality.2023"),
        ("danang-2021", '2021 = "attached"\n', "", "quality.2021"),
        ("danang-2021", '2023 = "signed"', '2033 = "signed"', "quality"),
        ("danang-2021", 'metric = "stock"', 'metric = "stocks"', "metric"),
        ("danang-2021", "base = 10", "base = 101", "levels.commune.base"),
        ("danang-2021", "base = 10", 'base = "many"', "levels.commune.base"),
        ("danang-2021", "base = 10", "base = 10.001", "levels.commune.base"),
        ("danang-2021", "base = 10", "base = nan", "levels.commune.base"),
        ("danang-2021", "base = 10\n", "", "levels.commune"),
        ("danang-2021", "cap = 100", "cap = 5", "levels.province"),
        ("danang-2021", "[levels.commune]", "[levels.ward]", "ward"),
        ("danang-2021", "[levels.commune]", "[levels.commune", ""),
        ("danang-2021", "source = ", "sauce = ", "sauce"),
        ("danang-2021", 'name = "danang-2021"', 'name = "Đà Nẵng"', "Đà Nẵng"),
        ("nghean-online", "2030 = 85", "2030 = 55", "levels.commune"),
        ("nghean-online", "2030 = 85", "2031 = 85", "2031"),
        ("nghean-online", "2025 = 60\n", "", "levels.commune.2025"),
        ("nghean-online", 'metric = "online"', 'metric = "online"\nmode = "points"', "mode"),
        ("qd766", "points = 6", "points = 0", "indicators 1"),
        ("qd766", "points = 6\n", "", "indicators 1.points"),
        ("qd766", 'code = "ELECTRONIC_CERTIFIED_COPY"', 'code = "ORIGINAL_RESULT_AVAILABLE"', "twice"),
        ("qd766", 'kind = "scorecard"', 'kind = "targets"', "indicators"),
        ("qd766", 'kind = "scorecard"', 'kind = "scorecard"\nmode = "points"', "scorecard"),
    ],
)
def test_a_programme_that_contradicts_itself(name: str, old: str, new: str, told: str) -> None:
    text = text_of(name)
    assert text.count(old) >= 1
    with pytest.raises(BadConfiguration) as raised:
        parse(text.replace(old, new).encode(), "own.toml")
    assert raised.value.file == "own.toml"
    assert told in raised.value.problem.message


def test_files_that_are_no_programmes(tmp_path: Path) -> None:
    with pytest.raises(FileMissing):
        read(tmp_path / "none.toml")
    for content in (b"", b"\xff\xfe\x00", b"x" * (2 << 20), b"[" * 5000):
        path = tmp_path / "bad.toml"
        path.write_bytes(content)
        with pytest.raises(BadConfiguration):
            read(path)


def test_own_programmes_stand_beside_those_that_come_along(tmp_path: Path) -> None:
    own = text_of("kontum-signed").replace("kontum-signed", "ours").replace("98.25", "99")
    (tmp_path / "ours.toml").write_text(own, encoding="utf-8")
    assert names((tmp_path,))["ours"] == tmp_path / "ours.toml"
    assert due(load("ours", (tmp_path,)), Level.COMMUNE, date(2024, 1, 1)).percent == 99
