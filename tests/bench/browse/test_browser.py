"""`digidoc browse` in Chromium: by keyboard alone, without script, small and enlarged."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.bench.browse.made import DOSSIER, named
from tests.bench.conftest import Bench, benches
from tests.browsers import Windows

pytestmark = pytest.mark.slow

WIDE = {"width": 1366, "height": 768}
NARROW = {"width": 1024, "height": 768}
_ANY = re.compile(r"\S")
TWICE = {"width": 683, "height": 384}  # 1366x768 at 200 %


@pytest.fixture(scope="module")
def bench(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with benches(tmp_path_factory.mktemp("browse")) as start:
        yield start(root, command="browse")


def _opened(windows: Windows, bench: Bench, path: str = "/", **options: Any) -> Page:
    """A window without script; nothing may break the rules of the page, and nothing may be missing."""
    page = windows.open(**{"java_script_enabled": False, **options})
    page.on("requestfailed", lambda request: windows.said.append(f"failed: {request.url}"))
    page.goto(bench.address)
    page.wait_for_url(f"{bench.origin}/")
    if path != "/":
        page.goto(f"{bench.origin}{path}")
    return page


def test_a_paper_is_found_opened_and_saved_by_keyboard_without_script(windows: Windows, bench: Bench) -> None:
    page = _opened(windows, bench, accept_downloads=True)
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("15/qd-ubnd")
    page.keyboard.press("Enter")
    hit = page.locator("h2 a").first
    expect(hit).to_contain_text("15/QĐ-UBND")
    hit.focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("Quyết định · 15/QĐ-UBND")
    expect(page.locator("rect.found")).to_have_count(1)
    link = page.get_by_role("link", name="Download: Original")
    link.focus()
    with page.expect_download() as saved:
        page.keyboard.press("Enter")
    assert saved.value.suggested_filename == "15-QD-UBND 2024-11-22 Quyết định.png"


def test_a_filter_is_chosen_and_left_out_again(windows: Windows, bench: Bench) -> None:
    page = _opened(windows, bench)
    page.get_by_role("link", name="filed", exact=True).click()
    expect(page.locator(".hit")).to_have_count(1)
    page.get_by_role("link", name="State: filed").click()
    expect(page.locator(".hit")).to_have_count(6)
    page.locator("summary", has_text="More filters").click()
    page.get_by_label("Issued from").fill("22/11/2024")
    page.keyboard.press("Enter")
    expect(page.locator(".hit")).to_have_count(1)


def test_the_mark_lies_on_the_word_of_a_page_that_lay_askew(windows: Windows, bench: Bench) -> None:
    path = f"/paper/{named(bench.archive, 'turned.png')}?q=quyet dinh"
    page = _opened(windows, bench, path)
    page.wait_for_load_state("networkidle")
    sheet, mark = page.locator(".frame svg").bounding_box(), page.locator("rect.found").bounding_box()
    assert sheet is not None
    assert mark is not None
    # QUYẾT ĐỊNH is printed at 540, 330 of 1240 x 1754 pixels.
    assert abs((mark["x"] - sheet["x"]) / sheet["width"] - 540 / 1240) < 0.01
    assert abs((mark["y"] - sheet["y"]) / sheet["height"] - 330 / 1754) < 0.01
    image = page.locator(".frame image").bounding_box()
    assert image is not None
    assert image["width"] > 100


@pytest.mark.parametrize("size", [WIDE, NARROW, TWICE], ids=["wide", "narrow", "twice"])
def test_nothing_is_wider_than_the_window(windows: Windows, bench: Bench, size: dict[str, int]) -> None:
    page = _opened(windows, bench, viewport=size, java_script_enabled=True)
    paper = named(bench.archive, "long.png")
    for path in ("/?q=giay", "/dossiers", f"/dossier?dossier={DOSSIER}", f"/paper/{paper}?q=giay&page=500"):
        page.goto(f"{bench.origin}{path}")
        width = page.locator("html").evaluate("html => html.scrollWidth")
        assert width <= size["width"], path


def test_all_that_can_be_used_has_a_name(windows: Windows, bench: Bench) -> None:
    page = _opened(windows, bench)
    for path in ("/?q=giay", "/dossiers", f"/paper/{named(bench.archive, 'long.png')}?q=giay&page=2"):
        page.goto(f"{bench.origin}{path}")
        expect(page.get_by_role("main")).to_have_count(1)
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        for role in ("link", "button", "textbox", "searchbox", "combobox"):
            named_ones = page.get_by_role(role, name=_ANY).count()
            assert named_ones == page.get_by_role(role).count(), (path, role)


def test_a_page_that_cannot_be_shown_leaves_the_rest(windows: Windows, bench: Bench) -> None:
    page = _opened(windows, bench, f"/paper/{named(bench.archive, 'long.png')}?page=900")
    expect(page.get_by_role("alert")).to_contain_text("This page cannot be shown.")
    expect(page.get_by_role("heading", name="Fields")).to_be_visible()
    expect(page.get_by_role("link", name="Download: Original")).to_be_visible()


def test_it_speaks_vietnamese(windows: Windows, bench: Bench, tmp_path: Path) -> None:
    with benches(tmp_path) as start:
        spoken = start(bench.archive, command="browse", language="vi")
        page = _opened(windows, spoken, f"/paper/{named(bench.archive, 'signed.png')}")
        expect(page.get_by_role("heading", name="Chữ ký số")).to_be_visible()
        expect(page.locator("main")).to_contain_text("01/04/2025 00:30:00")
        expect(page.locator("html")).to_have_attribute("lang", "vi")
