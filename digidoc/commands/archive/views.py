"""What several commands of the archive say, and what they say it with."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from rich.table import Table
from rich.text import Text

from digidoc.archive.settings import ArchiveConfig
from digidoc.i18n import tr as _
from digidoc.model import PaperState
from digidoc.text import plain

if TYPE_CHECKING:
    from rich.console import RenderableType

LISTED: Final = 20  # lines of a list that a person still reads; JSON has all


def config_json(config: ArchiveConfig) -> dict[str, Any]:
    """Unit, profile, stock and target of an archive."""
    unit = config.unit
    return {
        "unit": {"code": unit.code, "name": unit.name, "level": unit.level.value},
        "profile": config.profile,
        "stock": config.stock,
        "target": config.target,
    }


def init_view(data: dict[str, Any]) -> Iterator["RenderableType"]:
    """A new archive, and what to do next."""
    yield Text(_("The archive is ready: {folder}").format(folder=plain(data["archive"])))
    yield Text(_("File scans in it with `digidoc digitize PATH --archive {folder}`.").format(folder=data["archive"]))


def state_words(state: PaperState) -> str:
    """The state in the user's language."""
    return {
        PaperState.FILED: _("filed"),
        PaperState.REVIEW: _("to be reviewed"),
        PaperState.REFUSED: _("refused"),
        PaperState.WITHDRAWN: _("withdrawn"),
        PaperState.PURGED: _("erased for good"),
    }[state]


def rest(number: int) -> Iterator["RenderableType"]:
    """A line that a list of so many goes on, when it does."""
    if number > LISTED:
        yield Text(_("… and {number} more; --json lists all.").format(number=number - LISTED))


def table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator["RenderableType"]:
    """A table, or nothing when it would have no rows."""
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for title in titles:
        table.add_column(title)
    for row in rows:
        table.add_row(*(Text(plain(cell)) for cell in row))
    if table.row_count:
        yield Text("")
        yield table
