"""The page: what it says, that nothing in it is alive, and how Chromium shows and prints it."""

import functools
import html.parser
import http.server
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pypdf
import pytest

from digidoc.report import json_form
from digidoc.report.document import HeatCell, ReportDocument
from digidoc.report.render import made_as
from tests import judges
from tests.report.offices import OFFICE, WORDS, made, office
from tests.report.registers import data_of
from tests.running import Run

_QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
)  # fmt: skip
_HARNESS = """<!DOCTYPE html><title>waiting</title><body><iframe src="report.html" width="{width}" height="900"
style="border:0"></iframe><script>onload=()=>{{const d=document.querySelector("iframe").contentDocument;
document.title="scroll="+d.documentElement.scrollWidth+" bars="+d.querySelectorAll("svg rect").length+
" scripts="+d.scripts.length}}</script>"""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return office(tmp_path_factory.mktemp("office") / "kho")


class Page(html.parser.HTMLParser):
    """What a page consists of."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_nothing_in_the_page_is_alive(run: Run, tmp_path: Path) -> None:
    text = made(run, tmp_path, "html", "--by", "unit").read_text(encoding="utf-8")
    page = Page(text)
    assert page.open == []
    assert not page.tags & {"script", "link", "img", "iframe", "object", "embed", "form", "a", "base"}
    assert not page.attributes & {"src", "href", "onload", "onclick", "xlink:href", "action"}
    assert "default-src 'none'" in text
    assert "url(" not in text
    assert "\u202e" not in text
    assert "&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;" in text
    assert {"svg", "table", "polyline"} <= page.tags


def test_the_page_in_both_languages(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    english = made(run, tmp_path, "html").read_text(encoding="utf-8")
    assert '<html lang="en">' in english
    assert OFFICE in english
    assert '<table class="form" lang="vi">' in english
    monkeypatch.setenv("DIGIDOC_LANG", "vi")
    vietnamese = made(run, tmp_path, "html").read_text(encoding="utf-8")
    assert '<html lang="vi">' in vietnamese
    assert "31/12/2023" in vietnamese
    assert re.search(r"<b>\d+,\d\d %</b>", vietnamese)


@pytest.mark.parametrize("by", ["level", "procedure", "field", "month"])
def test_every_breakdown_makes_a_page(run: Run, tmp_path: Path, by: str) -> None:
    assert Page(made(run, tmp_path, "html", "--by", by).read_text(encoding="utf-8")).open == []


def test_hundreds_of_units_stay_a_page_that_can_be_mailed(run: Run) -> None:
    report = _report(run, "--by", "unit")
    units = [f"H17.{number:03d}" for number in range(300)]
    months = [f"{2021 + month // 12}-{month % 12 + 1:02d}" for month in range(36)]
    many = _with(
        report,
        groups=tuple(_with(report.groups[n % 12], key=unit) for n, unit in enumerate(units)),
        screen=tuple(_with(report.screen[n % 12], key=unit) for n, unit in enumerate(units)),
        form=tuple(_with(report.form[n % 12], key=unit) for n, unit in enumerate(units)),
        heat=tuple(HeatCell(unit, month, 84, 100, report.figures[0].percent) for unit in units for month in months),
    )
    content = made_as("html", many)
    assert len(content) < 2_000_000
    text = content.decode()
    assert "240 more in the table below" in text
    assert text.count('scope="row"') == 300


def _report(run: Run, *words: str) -> ReportDocument:
    return json_form.from_json(data_of(run(*WORDS, *words, "--json")), datetime(2024, 1, 1, tzinfo=UTC))


def _with(value: object, **changes: object) -> object:
    import dataclasses

    return dataclasses.replace(value, **changes)  # type: ignore[type-var]


# ------------------------------------------------------------------ in Chromium


@pytest.fixture(scope="module")
def chromium() -> str:
    names = ("chromium", "chromium-browser", "google-chrome")
    return next(filter(None, map(shutil.which, names)), None) or judges.missing("there is no Chromium")


@pytest.fixture
def served(run: Run, tmp_path: Path) -> Iterator[tuple[Path, str, list[str]]]:
    """A folder with the page, its address, and what was asked of the server."""
    folder = tmp_path / "served"
    folder.mkdir()
    made(run, tmp_path, "html", "--by", "unit").rename(folder / "report.html")
    asked: list[str] = []

    class Handler(http.server.SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the name of the library)
            if format.startswith('"%s"'):
                asked.append(str(args[0]).split(" ")[1])

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=folder)) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield folder, f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()
        thread.join()


def _chromium(program: str, profile: Path, *words: str) -> str:
    done = subprocess.run(
        [program, *_QUIET, f"--user-data-dir={profile}", *words],
        capture_output=True, encoding="utf-8", errors="replace", timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@pytest.mark.parametrize("width", [1280, 800])
def test_chromium_shows_it_whole(
    chromium: str, served: tuple[Path, str, list[str]], tmp_path: Path, width: int
) -> None:
    folder, address, asked = served
    (folder / "harness.html").write_text(_HARNESS.format(width=width), encoding="utf-8")
    words = (f"--window-size={width + 60},1000", "--virtual-time-budget=8000", "--dump-dom", f"{address}/harness.html")
    found = re.search(r"scroll=(\d+) bars=(\d+) scripts=(\d+)", _chromium(chromium, tmp_path / "profile", *words))
    assert found is not None
    scroll, bars, scripts = map(int, found.groups())
    assert scroll <= width
    assert bars > 24
    assert scripts == 0
    assert set(asked) <= {"/harness.html", "/report.html", "/favicon.ico"}


def test_chromium_prints_it_on_a4(chromium: str, served: tuple[Path, str, list[str]], tmp_path: Path) -> None:
    folder, _, _ = served
    out = tmp_path / "printed.pdf"
    page = (folder / "report.html").as_uri()
    _chromium(chromium, tmp_path / "profile", "--no-pdf-header-footer", f"--print-to-pdf={out}", page)
    pages = pypdf.PdfReader(out).pages
    assert 3 <= len(pages) <= 12
    assert {(round(float(p.mediabox.width)), round(float(p.mediabox.height))) for p in pages} == {(842, 595)}
    # A table that goes on has its titles again.
    assert sum("Tiếp nhận" in page.extract_text() for page in pages) >= 2
