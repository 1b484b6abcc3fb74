"""The clerk's page: `digidoc review` without `--list` or `--apply` opens it in the browser until Ctrl-C."""

import os
import tempfile
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Final

from digidoc.commands import console
from digidoc.errors import ArchiveLocked, UsageError
from digidoc.formats.html_page import environment
from digidoc.i18n import N_
from digidoc.i18n import tr as _

if TYPE_CHECKING:
    from digidoc.archive.archive import Archive
    from digidoc.bench.app import Mount
    from digidoc.bench.desk import Wishes
    from digidoc.bench.security import Access
    from digidoc.bench.worker import Worker

_SHORTEST: Final = 32  # characters of a token: 192 bits, as digidoc draws them
_LONGEST: Final = 200
_DOORWAY: Final = """\
<!DOCTYPE html>
<html lang="vi">
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<meta http-equiv="refresh" content="0;url={{ address }}">
<title>digidoc</title>
<p><a href="{{ address }}">digidoc</a></p>
</html>
"""


@dataclass(frozen=True, slots=True)
class Opening:
    """How the page is opened.

    Attributes:
        port: where the server listens; 0 for any port that is free.
        browser: whether the browser is opened; otherwise the address is only said.
        token_fd: open file descriptor whose first line is the token; None to draw one.

    """

    port: int
    browser: bool
    token_fd: int | None


def serve_page(reporter: console.Reporter, archive: "Archive", wishes: "Wishes", opening: Opening) -> None:
    """Serve the page until Ctrl-C, and say what was done.

    Raises:
        BenchOpen: the page of this archive is open already.
        BackupFolder: it is the backup of an archive.
        PermissionMissing, ReadOnlyTarget: nothing can be written to the archive.

    """
    from digidoc.archive.errors import BackupFolder
    from digidoc.archive.events import clerk
    from digidoc.bench import review
    from digidoc.bench.desk import Desk

    if archive.layout.backup.is_file():
        raise BackupFolder(file=archive.root)
    desk = Desk(archive.root, clerk.current(), wishes)
    with _alone(archive):
        said = _("Ctrl-C ends it. What is saved is saved.")
        serve_pages(reporter, opening, desk.worker, partial(review.mount, desk=desk), said)
    reporter.note(_("Papers settled: {count}").format(count=desk.settled))


def serve_pages(reporter: console.Reporter, opening: Opening, worker: "Worker", mount: "Mount", ending: str) -> None:
    """Serve pages until Ctrl-C, and say where they can be opened.

    Args:
        reporter: says so.
        opening: see there.
        worker: the thread that they look into the archive with.
        mount: the pages.
        ending: a sentence on how it ends.

    """
    from rich.text import Text

    from digidoc.bench.app import Serving, serve
    from digidoc.bench.security import new_token

    token = new_token() if opening.token_fd is None else _given(opening.token_fd)
    with tempfile.TemporaryDirectory(prefix="digidoc-") as folder:

        def announce(access: "Access") -> None:
            said = Text(_("The page for this computer: {address}").format(address=access.address))
            data = {"address": access.address, "browser": opening.browser}
            reporter.result(console.Result("digidoc.bench/1", data, lambda: [said]))
            reporter.note(ending)
            if opening.browser:
                _open(access.address, Path(folder))

        serve(Serving(token, opening.port), worker, mount, announce)


def _given(descriptor: int) -> str:
    """The token in the first line of an open file descriptor."""
    try:
        with os.fdopen(descriptor, encoding="ascii", closefd=False) as file:
            token = file.readline().strip()
    except (OSError, ValueError) as error:
        raise UsageError(reason=N_("the token cannot be read from that file descriptor")) from error
    if not (_SHORTEST <= len(token) <= _LONGEST and token.replace("-", "").replace("_", "").isalnum()):
        raise UsageError(
            reason=N_("a token has {least} to {most} letters, digits, - and _"), least=_SHORTEST, most=_LONGEST
        )
    return token


@contextmanager
def _alone(archive: "Archive") -> Iterator[None]:
    """Be the only page of the archive."""
    from digidoc.archive.lock import exclusive
    from digidoc.bench.errors import BenchOpen

    held = exclusive(archive.layout.bench_lock)
    try:
        held.__enter__()
    except ArchiveLocked as error:
        raise BenchOpen(file=archive.root, holder=error.params["holder"]) from error
    try:
        yield
    finally:
        held.__exit__(None, None, None)


def _open(address: str, folder: Path) -> None:
    """Open the address in the browser, by way of a file that only this user may read.

    A browser is started with what it is to open on its command line, where every user of the computer can read it.
    """
    doorway = folder / "digidoc.html"
    doorway.touch(mode=0o600)
    made = environment(__package__ or "", {}).from_string(_DOORWAY)
    doorway.write_text(made.render(address=address), encoding="utf-8")
    # Beside the server: some browsers of terminals come back only when they are closed.
    Thread(target=webbrowser.open, args=[doorway.as_uri()], daemon=True).start()
