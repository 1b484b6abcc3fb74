"""The commands `audit verify`, `audit head` and `audit log`. Heavy modules are imported when a command runs."""

from datetime import UTC, datetime, time
from pathlib import Path
from typing import Annotated, Final

import typer

from digidoc.clock import VIETNAM
from digidoc.commands import console, options
from digidoc.errors import ExitCode, UsageError
from digidoc.i18n import N_
from digidoc.i18n import tr as _

_VERIFY_HELP: Final = "\n\n".join(
    (
        _("Check that no event of the archive was edited, removed, inserted or cut off at the end."),
        _(
            "Each event holds the hash of the one before it. The newest one is kept in audit-head.json and stands in "
            "every report; the events of a paper are in the store too."
        ),
        options.examples(
            "digidoc audit verify",
            "digidoc audit verify --head 1234:9f86d08… --json",
            "digidoc audit verify --head head-signed.pdf",
        ),
        console.exit_codes(ExitCode.OK, ExitCode.FAILED, ExitCode.USAGE, ExitCode.NO_ARCHIVE),
    )
)
_HEAD_HELP: Final = "\n\n".join(
    (
        _("Show the newest event's number and hash. Kept outside the archive, they prove later that no event is gone."),
        _("With --pdf they are written on a sheet that `digidoc sign` can sign; a report in JSON has them too."),
        options.examples(
            "digidoc audit head",
            "digidoc audit head --pdf head.pdf && digidoc sign head.pdf head-signed.pdf --key office.p12",
        ),
        console.exit_codes(ExitCode.OK, ExitCode.FAILED, ExitCode.USAGE, ExitCode.NO_ARCHIVE),
    )
)
_LOG_HELP: Final = "\n\n".join(
    (
        _("List what was done in the archive: when, what, on which paper, with what result, by whom."),
        options.examples(
            "digidoc audit log --since 2026-01-01",
            "digidoc audit log --paper P-0123456789abcdef",
            'digidoc audit log --kind "fixity check" --csv > events.csv',
        ),
        console.exit_codes(ExitCode.OK, ExitCode.FAILED, ExitCode.USAGE, ExitCode.NO_ARCHIVE),
    )
)


def register(app: typer.Typer) -> None:
    """Mount the group."""
    # Of the application's own classes, so that help and errors are in the user's language here too.
    group = type(app)(cls=app.info.cls, no_args_is_help=True)
    group.command("verify", help=_VERIFY_HELP)(verify)
    group.command("head", help=_HEAD_HELP)(head)
    group.command("log", help=_LOG_HELP)(log)
    app.add_typer(
        group,
        name="audit",
        help=_("What was done in the archive, and whether that record is complete."),
        rich_help_panel=_("Archive"),
    )


def verify(
    head: Annotated[
        str | None,
        typer.Option(
            "--head",
            metavar="N:HASH|FILE",
            help=_(
                "An event noted elsewhere: its number and hash, or a file that has them (see `audit head`, reports)."
            ),
        ),
    ] = None,
    archive: options.ArchiveFolder = None,
    as_json: options.Json = False,
) -> None:
    """Check the chain of events; see `digidoc.archive.events.audit.verify`."""
    from digidoc.archive.archive import Archive
    from digidoc.archive.events import audit
    from digidoc.archive.events.kept_head import kept_heads
    from digidoc.commands.archive import views_audit

    reporter = console.reporter(as_json=as_json)
    kept = () if head is None else kept_heads(head)
    with Archive.locate(archive) as opened, opened.system_errors():
        found = audit.verify(opened.catalog, opened.layout, opened.store, kept)
    code = ExitCode.FAILED if found.findings else ExitCode.OK
    data = views_audit.verdict_json(found)
    result = console.Result("digidoc.audit-verify/1", data, lambda: views_audit.verdict_view(found), exit_code=code)
    console.finish(reporter, result)


def head(
    pdf: Annotated[
        Path | None,
        typer.Option("--pdf", metavar=_("FILE"), help=_("Write them on a sheet of paper, a PDF that can be signed.")),
    ] = None,
    archive: options.ArchiveFolder = None,
    as_json: options.Json = False,
) -> None:
    """Show the head of the chain of events, or write it down; see `digidoc.archive.events.kept_head`."""
    from digidoc.archive.archive import Archive
    from digidoc.archive.events.kept_head import write_sheet
    from digidoc.commands.archive import views_audit

    reporter = console.reporter(as_json=as_json)
    now = datetime.now(UTC)
    with Archive.locate(archive) as opened:
        newest, unit = opened.audit_head(), opened.config.unit.code
    if pdf is not None:
        write_sheet(pdf, newest, unit, now)
    data = views_audit.head_json(newest, unit, now, pdf)
    result = console.Result("digidoc.audit-head/1", data, lambda: views_audit.head_view(newest, pdf))
    console.finish(reporter, result)


def log(
    paper: Annotated[str | None, typer.Option("--paper", metavar="ID", help=_("Only events of this paper."))] = None,
    kind: Annotated[
        str | None, typer.Option("--kind", metavar=_("KIND"), help=_("Only events of this kind, such as ingestion."))
    ] = None,
    since: Annotated[
        datetime | None,
        typer.Option("--since", formats=options.DATES, metavar=_("DATE"), help=_("Only events of that day or later.")),
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option(
            "--until", formats=options.DATES, metavar=_("DATE"), help=_("Only events of that day or earlier.")
        ),
    ] = None,
    limit: Annotated[
        int | None, typer.Option("--limit", min=1, metavar="N", help=_("Only so many events, the newest."))
    ] = None,
    by: Annotated[
        str | None, typer.Option("--clerk", metavar=_("NAME"), help=_("Only what this clerk did; the whole name."))
    ] = None,
    archive: options.ArchiveFolder = None,
    as_csv: options.Csv = False,
    as_json: options.Json = False,
) -> None:
    """List events; see `digidoc.archive.events.audit.log`."""
    from digidoc.archive.archive import Archive
    from digidoc.archive.events import audit
    from digidoc.archive.events.clerk import checked
    from digidoc.commands.archive import views_audit

    if as_csv and as_json:
        raise UsageError(reason=N_("--csv and --json exclude each other"))
    reporter = console.reporter(as_json=as_json)
    name = None if by is None else checked(by)
    first = None if since is None else since.replace(tzinfo=VIETNAM).astimezone(UTC)
    last = None if until is None else datetime.combine(until.date(), time.max, VIETNAM).astimezone(UTC)
    with Archive.locate(archive) as opened:
        found = audit.log(opened.catalog, paper_id=paper, kind=kind, since=first, until=last, clerk=name, limit=limit)
    if as_csv:
        console.finish_csv(views_audit.CSV_TITLES, views_audit.rows(found))
    result = console.Result(
        "digidoc.audit-log/1", views_audit.log_json(found), lambda: views_audit.log_view(found, shown=limit)
    )
    console.finish(reporter, result)
