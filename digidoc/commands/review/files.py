"""`digidoc review --export` and `--apply`: files for people elsewhere, and what comes back."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from rich.text import Text

from digidoc.commands import console
from digidoc.errors import ExitCode, UsageError
from digidoc.i18n import N_
from digidoc.i18n import tr as _

if TYPE_CHECKING:
    from digidoc.archive.archive import Archive
    from digidoc.pipeline.review.exporting.export import Exported
    from digidoc.pipeline.review.sheet import Wanted
    from digidoc.pipeline.review.worklist import Question

_MIB = 1 << 20


def apply(
    reporter: console.Reporter, archive: "Archive", names: tuple[str, ...], clerk: str, *, dry_run: bool
) -> NoReturn:
    """Take in what people said, and end the command."""
    from digidoc.commands.review import views
    from digidoc.pipeline.review.applying import apply_files

    if not names:
        raise UsageError(reason=N_("name the files with the corrections"))
    batch = apply_files(archive, [Path(name) for name in names], clerk, dry_run=dry_run)
    console.finish(reporter, views.applied(batch, dry_run=dry_run))


def export(
    reporter: console.Reporter, archive: "Archive", question: "Question", wanted: "Wanted", out: Path
) -> NoReturn:
    """Write what is to be reviewed to a file, and end the command."""
    from digidoc.pipeline.review.exporting.export import export as write

    with reporter.progress(_("Exporting"), _("papers")) as bar:
        made = write(archive, question, out, wanted, bar)
    data = {
        "file": str(made.file),
        "papers": made.papers,
        "fields": made.fields,
        "open": made.open,
        "size": made.size,
    }
    code = ExitCode.SOME_FAILED if made.problems else ExitCode.OK
    console.finish(
        reporter, console.Result("digidoc.review-export/1", data, lambda: _exported(made), made.problems, code)
    )


def _exported(made: "Exported") -> Iterator[Text]:
    size = _("{size} MiB").format(size=f"{made.size / _MIB:.1f}")
    yield Text(
        _("{papers} papers with {fields} doubtful values are in {file} ({size}).").format(
            papers=made.papers, fields=made.fields, file=made.file, size=size
        )
    )
    if made.open > made.papers:
        left = made.open - made.papers
        yield Text(
            _("Further papers to be reviewed: {number}; --limit says how many go into a file.").format(number=left)
        )
    if made.papers and made.file.suffix.lower() != ".json":
        yield Text(_("What comes back is taken in with: digidoc review --apply FILE"))
