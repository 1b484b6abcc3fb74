"""Reading for an operation: in a worker, for a hostile file may take its process with it, as the archive is set up."""

from collections.abc import Callable
from contextlib import closing
from typing import Final, cast

from digidoc import config
from digidoc.archive.archive import Archive
from digidoc.engine.opening import open_engine
from digidoc.engine.protocol import AnswerT, ItemT, error_of
from digidoc.errors import InputError, TaskError
from digidoc.i18n import current
from digidoc.model import PaperRecord
from digidoc.ocr.engine import EngineSpec
from digidoc.pipeline.operate.change import NeverDone
from digidoc.pipeline.work import Task, read_task

_MOST_SECONDS: Final = 3600.0  # a worker watches each page itself


def engine_of(archive: Archive) -> EngineSpec:
    """What reads, by the archive's settings."""
    settings = config.load({}, archive.config.settings)
    return EngineSpec(settings.ocr, settings.ocr_lang, settings.tessdata, settings.ocr_mode)


def read(task: Task) -> PaperRecord:
    """What a worker reads.

    Raises:
        NeverDone: it cannot be read.
        DigidocError: it cannot be read now.

    """
    try:
        return worked(read_task, task, task.item.name)
    except (InputError, TaskError) as error:
        raise NeverDone(error.problem) from error


def worked(task: Callable[[ItemT], AnswerT], item: ItemT, name: str) -> AnswerT:
    """What a worker makes of an item.

    Args:
        task: what it does.
        item: with what.
        name: of the file, as the user knows it.

    Raises:
        DigidocError: what the worker raised; `TaskError` when it was ended.

    """
    with closing(open_engine(1, current()).run(task, [item], seconds=lambda _item: _MOST_SECONDS)) as results:
        done = next(results)
    if done.problem is not None:
        raise error_of(done.problem, name)
    return cast("AnswerT", done.answer)
