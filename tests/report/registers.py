"""Registers that reports are made of: dossiers without files, declared digitized or not."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from typer.testing import Result

from digidoc.archive.archive import Archive
from digidoc.commands.report import report as commands
from digidoc.commands.typer_app import App, Door
from digidoc.model import Level, Unit
from digidoc.register import (
    Channel,
    DossierState,
    ImportSource,
    PaperKind,
    RegisterDossier,
    RegisterPaper,
    UnitRecord,
)
from tests.running import Run, runner


def reporting(root: Path) -> Run:
    """`digidoc report` on the archive in a folder, unless the words name others."""
    app = App(cls=Door)
    commands.register(app)

    @app.command()
    def other() -> None:
        """So that `report` stays a command of a group."""

    run = runner(app, "report")
    here = ("--archive", root)
    return lambda *words: run(*words, *(() if {"--merge", "--archive"} & set(words) else here))


def dossier(
    number: int, *, digitized: bool, unit: str = "H17.12", month: int = 3, late: bool = False
) -> RegisterDossier:
    received = date(2021, month, 1)
    return RegisterDossier(
        code=f"{unit}-21{month:02d}01-{number:04d}",
        unit=unit,
        procedure="1.011442",
        state=DossierState.FINISHED,
        received_on=received,
        due_on=received + timedelta(days=10),
        finished_on=received + timedelta(days=12 if late else 5),
        channel=Channel.ONLINE if number % 2 else Channel.DIRECT,
        papers=(
            RegisterPaper(PaperKind.COMPONENT, "", declared=True, reused=number % 4 == 0),
            RegisterPaper(PaperKind.RESULT, "", declared=digitized, issued_on=received + timedelta(days=5)),
        ),
    )


def register(root: Path, rows: list[RegisterDossier], level: Level = Level.PROVINCE, code: str = "H17") -> Run:
    with Archive.create(root, unit=Unit(code, level), profile=level.value) as made, made.writing():
        made.register_dossiers(rows, ImportSource(root / "so.csv", "0" * 64, "dossiers", {}))
        units = [UnitRecord(f"{code}.{end}", f"Phường {end}", "commune", code) for end in (12, 13)]
        made.register_units(units, ImportSource(root / "don-vi.csv", "1" * 64, "units", {}))
    return reporting(root)


def data_of(result: Result) -> Any:
    document = json.loads(result.stdout)
    assert document["schema"] == "digidoc.report/2"
    return document["data"]


def figure(data: Any, metric: str, quality: str | None = None) -> Any:
    return next(row for row in data["figures"] if (row["metric"], row["quality"]) == (metric, quality))
