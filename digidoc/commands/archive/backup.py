"""The commands backup, verify-backup and restore. Heavy modules are imported when a command runs."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from digidoc.commands import console, options
from digidoc.errors import ExitCode
from digidoc.i18n import tr as _

if TYPE_CHECKING:
    from rich.console import RenderableType

    from digidoc.archive.preserve.backup_check import Checked
    from digidoc.archive.preserve.backup_run import BackedUp
    from digidoc.archive.preserve.restore import Restored

_GROUP = _("Archive")
_LISTED: Final = 50  # files that people are shown of a list
_BACKUP_HELP = "\n\n".join(
    (
        _("Bring a backup of the archive up to date, or begin one; a batch may run meanwhile."),
        options.examples("digidoc backup /mnt/disk2/kho", "digidoc backup /mnt/disk2/kho --archive kho --json"),
        console.exit_codes(
            ExitCode.OK,
            ExitCode.FAILED,
            ExitCode.SOME_FAILED,
            ExitCode.NO_ARCHIVE,
            ExitCode.ARCHIVE_LOCKED,
            ExitCode.INTERRUPTED,
        ),
    )
)
_VERIFY_HELP = "\n\n".join(
    (
        _("Read a whole backup and name every file that is damaged, missing or too much."),
        options.examples("digidoc verify-backup /mnt/disk2/kho", "digidoc verify-backup /mnt/disk2/kho --json"),
        console.exit_codes(ExitCode.OK, ExitCode.FAILED, ExitCode.NO_ARCHIVE, ExitCode.INTERRUPTED),
    )
)
_RESTORE_HELP = "\n\n".join(
    (
        _("Make a new archive from a backup; every file is checked on the way."),
        options.examples("digidoc restore /mnt/disk2/kho kho-moi", "digidoc restore /mnt/disk2/kho kho-moi --json"),
        console.exit_codes(
            ExitCode.OK, ExitCode.FAILED, ExitCode.SOME_FAILED, ExitCode.NO_ARCHIVE, ExitCode.INTERRUPTED
        ),
    )
)
_Backup = Annotated[Path, typer.Argument(metavar=_("BACKUP"), help=_("The folder of a backup."))]


def register(app: typer.Typer) -> None:
    """Mount the commands."""
    app.command("backup", help=_BACKUP_HELP, rich_help_panel=_GROUP)(backup)
    app.command("verify-backup", help=_VERIFY_HELP, rich_help_panel=_GROUP)(verify_backup)
    app.command("restore", help=_RESTORE_HELP, rich_help_panel=_GROUP)(restore)


def backup(
    folder: Annotated[
        Path, typer.Argument(metavar=_("FOLDER"), help=_("A new or empty folder, or an earlier backup of the archive."))
    ],
    archive: options.ArchiveFolder = None,
    clerk: options.Clerk = None,
    as_json: options.Json = False,
) -> None:
    """Back the archive up; see `digidoc.archive.preserve.backup`."""
    from digidoc.archive.archive import Archive
    from digidoc.archive.preserve import backup as backups

    options.act_as(clerk)
    reporter = console.reporter(as_json=as_json)
    with Archive.locate(archive) as opened:
        done = backups.backup(opened, folder, lambda: reporter.progress(_("Backing up"), _("objects")))
    code = ExitCode.SOME_FAILED if done.problems else ExitCode.OK
    data = backups.json_form(done)
    console.finish(reporter, console.Result("digidoc.backup/1", data, lambda: _backup_view(done), done.problems, code))


def verify_backup(folder: _Backup, as_json: options.Json = False) -> None:
    """Check a backup; see `digidoc.archive.preserve.backup_check`."""
    from digidoc.archive.preserve.backup_check import verify_backup as check

    reporter = console.reporter(as_json=as_json)
    found = check(folder, lambda: reporter.progress(_("Checking"), _("objects")))
    code = ExitCode.OK if found.intact else ExitCode.FAILED
    result = console.Result("digidoc.verify-backup/1", found.to_json(), lambda: _check_view(found), exit_code=code)
    console.finish(reporter, result)


def restore(
    folder: _Backup,
    new: Annotated[
        Path, typer.Argument(metavar=_("ARCHIVE"), help=_("A new or empty folder, where the archive is made."))
    ],
    clerk: options.Clerk = None,
    as_json: options.Json = False,
) -> None:
    """Make an archive from a backup; see `digidoc.archive.preserve.restore`."""
    from digidoc.archive.preserve.restore import restore as bring_back

    options.act_as(clerk)
    reporter = console.reporter(as_json=as_json)
    made = bring_back(
        folder,
        new,
        lambda: reporter.progress(_("Restoring"), _("objects")),
        (
            lambda: reporter.progress(_("Reading the store"), _("objects")),
            lambda: reporter.progress(_("Writing the catalogue"), _("papers")),
        ),
    )
    code = ExitCode.SOME_FAILED if made.problems else ExitCode.OK
    result = console.Result("digidoc.restore/1", made.to_json(), lambda: _restore_view(made), made.problems, code)
    console.finish(reporter, result)


def _backup_view(done: "BackedUp") -> Iterator["RenderableType"]:
    from rich.text import Text

    yield Text(
        _("The backup holds papers: {papers}, objects: {objects}, files: {files} ({size}).").format(
            papers=done.papers, objects=done.objects, files=done.files, size=_size(done.size)
        )
    )
    yield Text(_("Copied now: {files} ({size}).").format(files=done.copied, size=_size(done.copied_size)))
    if done.left_out:
        names = ", ".join(done.left_out)
        yield Text(_("Keys are never backed up; keep these safe yourself: {names}").format(names=names))
    if not done.noted:
        yield Text(_("The archive is read-only, so this backup was not recorded in it."))
    if done.problems:
        yield Text(_("Damaged in the archive: {number}. They are named above.").format(number=len(done.problems)))


def _check_view(found: "Checked") -> Iterator["RenderableType"]:
    from rich.text import Text

    for title, names in (
        (_("Damaged"), found.damaged),
        (_("Missing"), found.missing),
        (_("Nothing refers to it"), found.extra),
    ):
        yield from _named(title, names)
    if found.unfinished:
        yield Text(_("The last run of `digidoc backup` broke off; run it again."))
    if found.intact:
        words = _("The backup is intact. Files read: {files} ({size}).")
    else:
        words = _("The backup is damaged. Files read: {files} ({size}).")
    yield Text(words.format(files=found.files, size=_size(found.size)))


def _named(title: str, names: Sequence[str]) -> Iterator["RenderableType"]:
    from rich.text import Text

    for name in names[:_LISTED]:
        yield Text.assemble((f"{title}: ", "red"), name)
    if len(names) > _LISTED:
        yield Text(_("… and {number} more; --json lists all.").format(number=len(names) - _LISTED))


def _restore_view(made: "Restored") -> Iterator["RenderableType"]:
    from rich.text import Text

    yield Text(
        _("The archive was made: {folder}. Objects: {objects}, files: {files} ({size}).").format(
            folder=made.folder, objects=made.objects, files=made.files, size=_size(made.size)
        )
    )
    if made.index == "rebuilt":
        yield Text(_("Its catalogue was made anew from the store."))
    if made.problems:
        yield Text(_("Damaged in the backup: {number}. They are named above.").format(number=len(made.problems)))


def _size(size: int) -> str:
    """Bytes in a unit that people read."""
    amount, units = float(size), ["kB", "MB", "GB", "TB"]
    if size < 1000:  # noqa: PLR2004 (SI)
        return f"{size} B"
    while (amount := amount / 1000) >= 1000 and len(units) > 1:  # noqa: PLR2004
        units.pop(0)
    return f"{amount:.1f} {units[0]}"
