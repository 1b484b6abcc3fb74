"""The command `browse`. Heavy modules are imported when it runs."""

from functools import partial

import typer

from digidoc.commands import console, options
from digidoc.commands.review.serve import Opening, serve_pages
from digidoc.errors import ExitCode
from digidoc.i18n import tr as _

_HELP = "\n\n".join(
    (
        _("Look at the archive in the browser: search it, see pages, signatures and history, and save copies."),
        _("Nothing can be changed there. It works on an archive that takes no writing, and on a backup."),
        options.examples(
            "digidoc browse",
            "digidoc browse --archive kho",
            "digidoc browse --no-open --port 8080",
        ),
        console.exit_codes(ExitCode.OK, ExitCode.FAILED, ExitCode.USAGE, ExitCode.NO_ARCHIVE),
    )
)


def register(app: typer.Typer) -> None:
    """Mount the command."""
    app.command("browse", help=_HELP, rich_help_panel=_("Archive"))(browse)


def browse(
    archive: options.ArchiveFolder = None,
    port: options.Port = 0,
    no_open: options.NoOpen = False,
    token_fd: options.TokenFd = None,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Serve the pages until Ctrl-C; see `digidoc.bench.browse`."""
    from digidoc.archive.archive import Archive
    from digidoc.bench.browse import pages
    from digidoc.bench.browse.shelves import Shelves

    reporter = console.reporter(as_json=as_json, quiet=quiet)
    with Archive.locate(archive) as opened:
        shelves = Shelves(opened.root)
    mount = partial(pages.mount, shelves=shelves)
    serve_pages(reporter, Opening(port, not no_open, token_fd), shelves.worker, mount, _("Ctrl-C ends it."))
