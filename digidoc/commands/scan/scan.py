"""`digidoc scan`: from the feeder into a stack, and from there into the archive."""

import sys
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from digidoc import config
from digidoc.commands import console, options
from digidoc.engine.opening import open_engine
from digidoc.errors import DigidocError, ExitCode, Interrupted, UsageError
from digidoc.i18n import N_, current
from digidoc.i18n import tr as _

if TYPE_CHECKING:
    from digidoc.archive.archive import Archive
    from digidoc.pipeline.scanning.filing_stacks import Taken
    from digidoc.scan.stacks import Stack, Stacks

_HELP: Final = "\n\n".join(
    (
        _("Scan a stack of papers and file them in the dossiers that its separator sheets name."),
        _("With STACK, one that was scanned is taken up again: what you say of it is added, then it is filed."),
        _("A stack whose sheets do not add up waits and nothing of it is filed; --list says which ones wait, and why."),
        options.examples(
            "digidoc scan",
            "digidoc scan --profile desk --duplex",
            "digidoc scan --dossier H17-260105-0012",
            "digidoc scan --manual-duplex",
            "digidoc scan --continue 20261130-001",
            "digidoc scan 20261130-001 --begin 7=H17-260105-0012",
            "digidoc scan --list",
        ),
        console.exit_codes(
            ExitCode.OK,
            ExitCode.FAILED,
            ExitCode.USAGE,
            ExitCode.SOME_FAILED,
            ExitCode.REVIEW_NEEDED,
            ExitCode.NO_ARCHIVE,
            ExitCode.ARCHIVE_LOCKED,
            ExitCode.DEPENDENCY,
            ExitCode.INTERRUPTED,
        ),
    )
)
_Device = Annotated[
    str | None,
    typer.Option(
        "--device", metavar=_("NAME"), help=_("Which scanner, as `scanimage -L` names it; else the only one.")
    ),
]
_Profile = Annotated[
    str | None,
    typer.Option(
        "--profile", metavar=_("NAME"), help=_("Scan as the table scan.NAME of digidoc.toml or of your settings says.")
    ),
]
_Source = Annotated[
    str | None,
    typer.Option("--source", metavar=_("NAME"), help=_("Where the paper is, in the scanner's words; else the feeder.")),
]
_Duplex = Annotated[bool, typer.Option("--duplex", metavar="", help=_("Scan both sides."))]
_ByHand = Annotated[
    bool,
    typer.Option(
        "--manual-duplex", metavar="", help=_("Scan all fronts, then, when you have turned the stack over, all backs.")
    ),
]
_Dpi = Annotated[
    int | None, typer.Option("--dpi", min=75, max=1200, metavar="N", help=_("Pixels an inch; 300 by default."))
]
_Colour = Annotated[
    bool | None, typer.Option("--colour/--grey", metavar="", help=_("In colour, which is the default, or in grey."))
]
_Dossier = Annotated[
    str | None,
    typer.Option("--dossier", metavar=_("CODE"), help=_("The whole stack is one paper of this dossier.")),
]
_Begin = Annotated[
    list[str] | None,
    typer.Option(
        "--begin",
        metavar=_("PAGE=CODE"),
        help=_("With STACK: a paper of this dossier begins at that page; PAGE=- for a sheet that counts for nothing."),
    ),
]
_Continue = Annotated[
    str | None, typer.Option("--continue", metavar=_("STACK"), help=_("Add pages to a stack that is not filed yet."))
]
_NoDigitize = Annotated[bool, typer.Option("--no-digitize", metavar="", help=_("Only scan; file nothing yet."))]


def register(app: typer.Typer) -> None:
    """Mount the command."""
    app.command("scan", help=_HELP, rich_help_panel=_("Digitize"))(scan)


def scan(
    stack: Annotated[
        str | None, typer.Argument(metavar=_("[STACK]"), help=_("A stack that was scanned before, to be filed."))
    ] = None,
    list_stacks: Annotated[bool, typer.Option("--list", metavar="", help=_("List the stacks."))] = False,
    device: _Device = None,
    profile: _Profile = None,
    source: _Source = None,
    duplex: _Duplex = False,
    by_hand: _ByHand = False,
    dpi: _Dpi = None,
    colour: _Colour = None,
    dossier: _Dossier = None,
    begin: _Begin = None,
    more_of: _Continue = None,
    no_digitize: _NoDigitize = False,
    archive_folder: options.ArchiveFolder = None,
    clerk: options.Clerk = None,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Carry `digidoc scan` out."""
    from digidoc.archive.archive import Archive

    options.act_as(clerk)
    reporter = console.reporter(as_json=as_json, quiet=quiet)
    given = {"device": device, "source": source, "dpi": dpi, "duplex": duplex or None}
    given["mode"] = None if colour is None else "colour" if colour else "grey"
    wanted = {name: value for name, value in given.items() if value is not None}
    _check(
        stack, more_of, scanning=bool(wanted) or profile is not None or by_hand, begin=begin, by_hand=by_hand and duplex
    )
    with Archive.locate(archive_folder) as archive:
        run = _Run(archive, reporter, dossier, begin or [], digitize=not no_digitize)
        if list_stacks:
            console.finish(reporter, run.list())
        if stack is not None:
            console.finish(reporter, run.take_up(stack))
        console.finish(reporter, run.scan(profile, wanted, more_of, by_hand=by_hand))


def _check(stack: str | None, more_of: str | None, *, scanning: bool, begin: list[str] | None, by_hand: bool) -> None:
    """See that the words fit together."""
    if by_hand:
        raise UsageError(reason=N_("--duplex and --manual-duplex exclude each other"))
    if stack is not None and (scanning or more_of is not None):
        raise UsageError(reason=N_("a stack that was scanned before takes only --dossier, --begin and --no-digitize"))
    if begin and stack is None:
        raise UsageError(reason=N_("--begin goes with the name of a stack"))


class _Run:
    """One call of the command.

    Args:
        archive: where to.
        reporter: who says things.
        dossier: of everything; None when the sheets say it.
        begin: "PAGE=CODE" each.
        digitize: whether papers are filed.

    """

    def __init__(
        self, archive: "Archive", reporter: console.Reporter, dossier: str | None, begin: list[str], *, digitize: bool
    ) -> None:
        from digidoc.pipeline.collect import named_dossier
        from digidoc.pipeline.intake.dossier_folders import DossierFolders
        from digidoc.pipeline.scanning.filing_stacks import stacks_of

        self._archive, self._reporter, self._digitize = archive, reporter, digitize
        folders = DossierFolders.of(archive)
        self._dossier = None if dossier is None else named_dossier(dossier, folders)
        self._begins = {
            page: None if code is None else named_dossier(code, folders) for page, code in map(_beginning, begin)
        }
        self._stacks: Stacks = stacks_of(archive)

    def list(self) -> console.Result:
        """All stacks; those whose record is damaged are named."""
        from digidoc.commands.scan import views

        found, damaged = [], []
        for name in self._stacks.names():
            try:
                found.append(self._stacks.load(name))
            except DigidocError as error:
                damaged.append(error.problem)
        return views.listed(found, tuple(damaged))

    def take_up(self, name: str) -> console.Result:
        """File a stack that was scanned before."""
        from digidoc.commands.scan import views

        return views.taken(self._filed(self._unfiled(name)), ())

    def scan(self, profile: str | None, given: dict[str, Any], more_of: str | None, *, by_hand: bool) -> console.Result:
        """Scan, and file what was scanned; what was whole is kept however it ends."""
        from digidoc.commands.scan import views
        from digidoc.pipeline.scanning.feed import Feed, other_than_asked
        from digidoc.pipeline.scanning.filing_stacks import Taken
        from digidoc.pipeline.scanning.profiles import scan_profile
        from digidoc.scan.errors import FeederEmpty
        from digidoc.scan.sane import program
        from digidoc.scan.sane.options import plan

        before = None if more_of is None else self._unfiled(more_of)
        wanted = scan_profile(self._archive, profile, given, before)
        device = program.the_device(wanted.device)
        how = plan(program.asked_abilities(device), wanted)
        self._tidy_up()
        ended: DigidocError | None = None
        with self._archive.system_errors(), self._reporter.progress(_("Scanning"), _("pages")) as bar:
            stack = before or self._stacks.create(datetime.now(UTC), device, {**asdict(wanted), "device": device})
            feed = Feed(self._stacks, stack, device, bar)
            try:
                feed.adopt()
                if by_hand:
                    feed.run_by_hand(how, self._turn)
                else:
                    feed.run(how)
            except DigidocError as error:
                ended = error
            except KeyboardInterrupt:
                ended = Interrupted()
        if not feed.stack.pages:
            self._stacks.discard(feed.stack)
            raise ended or FeederEmpty
        other = other_than_asked(feed.stack, wanted)
        if ended is not None:
            return views.taken(Taken(feed.stack), other, (ended.problem,), code=ended.exit_code)
        return views.taken(self._filed(feed.stack), other)

    def _unfiled(self, name: str) -> "Stack":
        from digidoc.scan.errors import StackFiled

        stack = self._stacks.load(name)
        if stack.filed_at is not None:
            raise StackFiled(stack=name)
        return stack

    def _filed(self, stack: "Stack") -> "Taken":
        """The stack after its papers were filed, unless that is left for later or something speaks against it."""
        from digidoc.ocr.engine import EngineSpec
        from digidoc.pipeline.scanning.filing_stacks import Taken, decide, file_stack, judge

        judged = judge(self._archive, decide(stack, self._dossier, self._begins))
        if not self._digitize or judged.problems:
            return Taken(judged)
        settings = config.load({}, self._archive.config.settings)
        spec = EngineSpec(settings.ocr, settings.ocr_lang, settings.tessdata, settings.ocr_mode)
        with self._reporter.progress(_("Digitizing"), _("pages")) as bar:
            return file_stack(self._archive, judged, open_engine(settings.jobs, current()), spec, bar)

    def _tidy_up(self) -> None:
        """Stacks that were filed long ago go; that is said."""
        with self._archive.system_errors():
            removed = self._stacks.remove_old(datetime.now(UTC))
        if removed:
            said = _("Removed, for their papers have been in the archive for 30 days: {stacks}")
            self._reporter.note(said.format(stacks=", ".join(removed)))

    def _turn(self) -> None:
        """Wait until the stack was turned over."""
        self._reporter.note(_("Turn the whole stack over, put it into the feeder again, and press Enter."))
        if not sys.stdin.readline():
            raise UsageError(reason=N_("--manual-duplex waits for Enter, and standard input has ended"))


def _beginning(text: str) -> tuple[int, str | None]:
    """What PAGE=CODE says."""
    page, equals, code = text.partition("=")
    if not equals or not page.isdecimal() or int(page) < 1:
        raise UsageError(reason=N_("--begin {text}: write PAGE=CODE, such as 7=H17-260105-0012"), text=text)
    return int(page), None if code == "-" else code
