"""`digidoc ocr`: one file in, one searchable PDF/A out, without an archive."""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from digidoc import config
from digidoc.commands import console, options
from digidoc.errors import ExitCode, OutputExists, UsageError, from_os
from digidoc.i18n import N_
from digidoc.i18n import tr as _

if TYPE_CHECKING:
    from digidoc.ocr.document import ReadPaper

_STREAM = Path("-")

_HELP = "\n\n".join(
    [
        _("Read one scan or PDF and write a searchable PDF/A-2u."),
        _(
            _("The scan's own bytes go in untouched wherever PDF/A allows; the text lies invisibly on the ink."),
        ),
        options.examples(
            "digidoc ocr scan.jpg paper.pdf",
            "digidoc ocr scan.pdf paper.pdf --text paper.txt",
            "digidoc ocr pile.pdf pile-searchable.pdf --mode draft",
            "digidoc ocr letter.png letter.pdf --ocr tesseract --ocr-lang eng",
            "digidoc ocr - - < scan.tif > paper.pdf",
        ),
        console.exit_codes(ExitCode.OK, ExitCode.FAILED, ExitCode.USAGE, ExitCode.DEPENDENCY, ExitCode.INTERRUPTED),
    ]
)


def register(app: typer.Typer) -> None:
    """Mount the command."""
    app.command("ocr", help=_HELP, rich_help_panel=_("Digitize"))(ocr)


def ocr(
    source: Annotated[Path, typer.Argument(metavar=_("IN"), help=_("Image or PDF; - reads standard input."))],
    out: Annotated[Path, typer.Argument(metavar=_("OUT"), help=_("The PDF/A to write; - writes standard output."))],
    text: Annotated[
        Path | None, typer.Option("--text", metavar=_("FILE"), help=_("Also write the text, UTF-8."))
    ] = None,
    engine: options.EngineName = None,
    languages: options.OcrLanguage = None,
    mode: options.OcrMode = None,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Carry `digidoc ocr` out."""
    reporter = console.reporter(as_json=as_json, quiet=quiet)
    if as_json and out == _STREAM:
        raise UsageError(reason=N_("--json and a PDF cannot both go to standard output"))
    settings = config.load({"ocr": engine, "ocr_lang": languages, "ocr_mode": mode})
    for path in (out, text):
        if path is not None and path != _STREAM and path.exists():
            raise OutputExists(file=path)
    from digidoc.commands.foreground import limited
    from digidoc.ocr.document import convert
    from digidoc.ocr.engine import EngineSpec
    from digidoc.ocr.engines.registry import open_engine

    spec = EngineSpec(settings.ocr, settings.ocr_lang, settings.tessdata, settings.ocr_mode)
    # Beside the result, so that it gets its name by a rename; what a page that takes too long leaves is in there too.
    with _scratch(None if out == _STREAM else out.parent) as scratch:
        given = source
        if source == _STREAM:
            given = scratch / "stdin"
            with given.open("wb") as file:
                shutil.copyfileobj(sys.stdin.buffer, file)
        made = scratch / "out.pdf"
        with reporter.progress(_("Reading"), _("pages")) as bar, limited(source, scratch, as_json=as_json) as limit:

            def on_page(done: int, total: int) -> None:
                limit.renew(writing=total if done == total else 0)
                bar.expect(total)
                bar.advance(f"{done}/{total}")

            paper = convert(given, made, open_engine(spec), on_page=on_page)
        if text is not None:
            text.write_text("\f".join(page.text + "\n" for page in paper.pages), encoding="utf-8")
        if out == _STREAM:
            with made.open("rb") as whole:
                shutil.copyfileobj(whole, sys.stdout.buffer)
            reporter.note(_sentence(paper))
            return
        made.replace(out)
    console.finish(reporter, console.Result("digidoc.ocr/1", _data(source, out, paper), lambda: [_sentence(paper)]))


@contextmanager
def _scratch(folder: Path | None) -> Iterator[Path]:
    """A folder for what is not yet the result, removed afterwards: in `folder`, or where the system keeps such."""
    try:
        made = tempfile.TemporaryDirectory(prefix=".digidoc-", dir=folder)
    except OSError as error:
        raise from_os(error, folder) from error
    with made as name:
        yield Path(name)


def _sentence(paper: "ReadPaper") -> str:
    words = sum(1 for page in paper.pages for word in page.words())
    kept = sum(page.source == "layer" for page in paper.pages)
    lines = [_("pages: {pages}, words: {words}").format(pages=len(paper.pages), words=words)]
    if kept:
        lines.append(_("pages whose text was good and was kept: {kept}").format(kept=kept))
    for number, page in enumerate(paper.pages, 1):
        if "ink-without-words" in page.doubts:
            lines.append(_("Page {page}: there is ink on it but no word was read.").format(page=number))
        if "low-confidence" in page.doubts:
            lines.append(_("Page {page}: read with little confidence, please look at it.").format(page=number))
        if "unclaimed-ink" in page.doubts:
            lines.append(_("Page {page}: some print on it was not read, please look at it.").format(page=number))
        if "odd-lines" in page.doubts:
            lines.append(_("Page {page}: lines on it do not fit their ink, please look at it.").format(page=number))
    return "\n".join(lines)


def _data(source: Path, out: Path, paper: "ReadPaper") -> dict[str, Any]:
    return {
        "file": str(source),
        "out": str(out),
        "media_type": paper.media_type,
        "notes": list(paper.notes),
        "pages": [
            {
                "words": sum(1 for _word in page.words()),
                "confidence": round(page.confidence, 3),
                "source": page.source,
                "engine": page.engine,
                "turn": page.frame.turn,
                "skew": page.frame.skew,
                "dpi": [round(value, 1) for value in page.dpi],
                "doubts": list(page.doubts),
            }
            for page in paper.pages
        ],
        "fields": [
            {"name": f.name, "value": f.value, "confidence": f.confidence, "page": f.page, "review": f.review}
            for f in paper.fields
        ],
    }
