"""The exported page in Chromium, opened from a file, by keyboard alone; and what it gives back, taken in."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Dialog, Page, expect

from digidoc import i18n
from digidoc.archive.archive import Archive
from digidoc.model import PaperState
from digidoc.pipeline.review.application import history_of
from tests.browsers import Windows
from tests.pipeline.review.exporting.conftest import EVIL, RIGHT_SUBJECT, Named, values
from tests.running import Run

pytestmark = pytest.mark.slow

Open = Callable[..., Page]


@pytest.fixture
def opened(windows: Windows) -> Open:
    """Open a file in a browser of its own, without a network; nothing may be said on its console."""

    def entered(file: Path, clerk: str = "Lan", **options: Any) -> Page:
        page = windows.open(offline=True, **options)
        page.on("request", lambda request: windows.said.extend([request.url] * request.url.startswith("http")))
        page.goto(file.as_uri())
        expect(page.locator("#name")).to_be_focused()
        if clerk:
            page.keyboard.type(clerk)
            page.keyboard.press("Enter")
        return page

    return entered


@pytest.fixture
def file(export: Callable[[str], Path]) -> Path:
    return export("review.html")


def focus(page: Page, label: str) -> None:
    """The input with the focus is the one of that label."""
    expect(page.locator("section.paper:visible .item.current label")).to_have_text(label)


def key(page: Page, *keys: str) -> None:
    for one in keys:
        if len(one) == 1 or one[0].isdigit() or " " in one:
            page.keyboard.type(one)
        else:
            page.keyboard.press(one)


def saved(page: Page, folder: Path) -> Path:
    with page.expect_download() as coming:
        page.keyboard.press("Control+s")
    assert coming.value.suggested_filename.startswith("digidoc-corrections-20")
    out = folder / coming.value.suggested_filename
    coming.value.save_as(out)
    return out


def test_a_queue_by_keyboard_and_back_into_the_archive(
    kho: Archive, run: Run, named: Named, file: Path, opened: Open, tmp_path: Path
) -> None:
    page = opened(file, "Nguyễn Thị Lan")
    # a.png: the number is keyed blind, and differs from the reading; the day is keyed short; the subject typed anew.
    focus(page, "number")
    assert page.locator("section.paper:visible .item.current input").input_value() == ""
    key(page, "15", "Enter")
    focus(page, "date of issue")
    key(page, "22", "Enter")
    focus(page, "subject")
    key(page, RIGHT_SUBJECT, "Enter")
    focus(page, "number")
    expect(page.locator("section.paper:visible .item.current .say")).to_contain_text("Reading: 16")
    key(page, "15", "Enter", "Control+Enter")
    # b.png: nothing of it is on the paper.
    focus(page, "number")
    key(page, "15", "Enter")
    focus(page, "signer's name")
    key(page, "F2")
    focus(page, "recipient")
    key(page, "F4", "Control+Enter")
    # c & d.png: what was read is shown as text; the page is beside it, and print that was not read is added.
    focus(page, "subject")
    assert page.title() == "Papers to be reviewed – digidoc"
    assert page.locator("section.paper:visible .item.current input").input_value() == EVIL
    expect(page.locator("section.paper:visible .pages img")).to_be_visible()
    key(page, RIGHT_SUBJECT, "Enter")
    page.locator("section.paper:visible details .item input").first.focus()
    key(page, "Nơi nhận:", "Control+Enter")
    expect(page.locator("#finished h2")).to_have_text("All papers are settled.")
    out = saved(page, tmp_path)
    given = json.loads(out.read_text(encoding="utf-8"))
    assert {one["clerk"] for one in given} == {"Nguyễn Thị Lan"}
    assert all(one["keys"] > 3 and one["seconds"] > 0 for one in given)

    assert run("--apply", out, "--dry-run").exit_code == 0
    assert values(named("a.png"))["CodeNumber"][0] == "16"
    result = run("--apply", out)
    assert result.exit_code == 0, result.output
    assert "3 corrections were filed." in result.output
    a, b, c = map(named, ("a.png", "b.png", "c & d.png"))
    assert {one.state for one in (a, b, c)} == {PaperState.FILED}
    assert values(a)["CodeNumber"] == ("15", "clerk", False)
    assert values(a)["IssuedDate"] == ("2024-11-22", "clerk", False)
    assert values(a)["Subject"] == (RIGHT_SUBJECT, "clerk", False)
    assert values(b)["CodeNumber"][0] == "15"
    assert values(b)["SignerInfo.FullName"] == ("", "clerk", False)
    assert "ToPlaces.Place" not in values(b)
    assert values(c)["Subject"][0] == RIGHT_SUBJECT
    assert "Nơi nhận:" in c.pages[0]
    (entry,) = history_of(kho, a)
    assert [change.how.value for change in entry.correction.fields] == ["typed", "twice", "typed"]
    # The same file once more changes nothing.
    assert run("--apply", out).exit_code == 0
    assert named("a.png").object_version == a.object_version


def test_what_was_keyed_survives_a_reload_and_is_not_lost_by_closing(file: Path, opened: Open) -> None:
    page = opened(file)
    focus(page, "number")
    key(page, "16", "Enter", "22", "Enter")
    focus(page, "subject")
    page.on("dialog", lambda dialog: dialog.accept())  # the browser asks before it leaves
    with page.expect_event("dialog") as asked:
        page.reload()
    assert asked.value.type == "beforeunload"
    focus(page, "subject")
    expect(page.locator("section.paper:visible .item.settled")).to_have_count(2)
    expect(page.locator("#clerk")).to_have_text("Lan")
    assert page.evaluate("() => localStorage.length") == 0


def test_a_saved_file_may_be_closed(file: Path, opened: Open, tmp_path: Path) -> None:
    page = opened(file)
    key(page, "16", "Enter", "22", "Enter", "Enter", "Control+Enter")
    focus(page, "number")
    saved(page, tmp_path)
    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", answer)
    page.reload()
    expect(page.locator("#papers")).to_have_text("1 of 3 done")
    assert asked == []


def test_a_name_is_required_once(file: Path, opened: Open) -> None:
    page = opened(file, "")
    key(page, "Enter")
    expect(page.locator("#name-say")).to_have_text("Write your name.")
    key(page, "Escape", "Escape")
    expect(page.locator("#who")).to_be_visible()
    page.keyboard.type("Hoa")
    key(page, "Enter")
    focus(page, "number")
    expect(page.locator("#clerk")).to_have_text("Hoa")


@pytest.mark.parametrize(
    ("keyed", "said"),
    [
        ("31/02/2024", "This is no date"),
        ((datetime.now(UTC) + timedelta(days=3)).strftime("%d/%m/%Y"), "after today"),
        ("2", "✓"),
        ("0211", "✓"),
        ("02112024", "✓"),
        ("2/11/2024", "✓"),
        ("2024-11-02", "✓"),
    ],
)
def test_days(file: Path, opened: Open, keyed: str, said: str) -> None:
    page = opened(file)
    key(page, "16", "Enter")
    focus(page, "date of issue")
    key(page, keyed, "Enter")
    item = page.locator("section.paper:visible .item").nth(1)
    if said != "✓":
        focus(page, "date of issue")
        expect(item.locator(".say")).to_contain_text(said)
        return
    focus(page, "subject")
    expect(item.locator(".mark")).to_contain_text("differs")


def test_composed_letters_and_held_keys(file: Path, opened: Open) -> None:
    page = opened(file)
    key(page, "16", "Enter", "22", "Enter")
    focus(page, "subject")
    client = page.context.new_cdp_session(page)
    key(page, "Delete")
    client.send("Input.imeSetComposition", {"text": "Về việ", "selectionStart": 6, "selectionEnd": 6})
    composing = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229}
    client.send("Input.dispatchKeyEvent", {"type": "keyDown", **composing})
    focus(page, "subject")
    expect(page.locator("section.paper:visible .item.settled")).to_have_count(2)
    client.send("Input.insertText", {"text": "Về việc"})  # decomposed by some keyboards
    held = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13, "autoRepeat": True}
    client.send("Input.dispatchKeyEvent", {"type": "keyDown", **held})
    expect(page.locator("section.paper:visible .item.settled")).to_have_count(2)
    key(page, "Enter")
    expect(page.locator("section.paper:visible .item.settled")).to_have_count(3)
    assert page.locator("section.paper:visible .item input").nth(2).input_value() == "Về việc"


def test_put_off_scan_again_and_the_paper_before(
    run: Run, named: Named, file: Path, opened: Open, tmp_path: Path
) -> None:
    page = opened(file)
    key(page, "F9")
    focus(page, "number")
    expect(page.locator("section.paper:visible h2")).to_contain_text("b.png")
    key(page, "F8")
    expect(page.locator("section.paper:visible h2")).to_contain_text("c & d.png")
    key(page, "Alt+ArrowLeft")
    expect(page.locator("section.paper:visible h2")).to_contain_text("b.png")
    key(page, "F1")
    expect(page.locator("#keys")).to_be_visible()
    key(page, "Escape")
    out = saved(page, tmp_path)
    (given,) = json.loads(out.read_text(encoding="utf-8"))
    assert (given["verdict"], given["fields"]) == ("rescan", [])
    assert run("--apply", out).exit_code == 0
    assert "rescan-wanted" in named("b.png").doubts


def test_some_fields_only_leave_the_paper_open(run: Run, named: Named, opened: Open, tmp_path: Path) -> None:
    out = tmp_path / "numbers.html"
    assert run("--export", out, "--fields", "number", "--limit", "1").exit_code == 0
    page = opened(out)
    expect(page.locator("section.paper:visible .warn")).to_contain_text("the rest stays to be reviewed")
    key(page, "16", "Enter", "Control+Enter")
    expect(page.locator("#finished")).to_be_visible()
    assert run("--apply", saved(page, tmp_path)).exit_code == 0
    record = named("a.png")
    assert record.state is PaperState.REVIEW
    assert values(record)["CodeNumber"] == ("16", "clerk", False)


def test_the_page_is_one_file_with_a_policy_and_in_the_language_of_the_user(
    kho: Archive, file: Path, tmp_path: Path
) -> None:
    text = file.read_text(encoding="utf-8")
    assert EVIL not in text
    assert "default-src 'none'; img-src data:; style-src 'sha256-" in text.replace("&#x27;", "'")
    assert "http:" not in text.replace("http-equiv", "")
    assert "https:" not in text
    assert text.count("<script>") == 1
    pieces = [len(part.partition('"')[0]) for part in text.split('<image href="')[1:]]
    assert len(pieces) == 8
    assert sum(pieces) / len(pieces) < 9_000  # a made-up page; real ones take some 7,500 letters
    from digidoc.pipeline.review.exporting.export import export
    from digidoc.pipeline.review.sheet import Wanted
    from digidoc.pipeline.review.worklist import Question
    from digidoc.progress import SilentProgress

    i18n.install("vi")
    try:
        made = export(kho, Question(), tmp_path / "vi.HTML", Wanted(), SilentProgress())
    finally:
        i18n.install("en")
    said = made.file.read_text(encoding="utf-8")
    assert '<html lang="vi">' in said
    assert "Giấy tờ cần rà soát" in said


def test_a_page_that_cannot_be_shown_says_so_and_the_rest_is_there(
    kho: Archive, run: Run, named: Named, tmp_path: Path
) -> None:
    place = kho.file_path(named("a.png").paper_id, "original")
    place.chmod(0o644)
    place.write_bytes(b"\x89PNG broken")
    out = tmp_path / "broken.html"
    result = run("--export", out)
    assert result.exit_code == 3
    assert "3 papers with" in result.output
    assert "This page cannot be shown" in out.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--export", "x.txt"), 2, "ends in .html, .xlsx or .json"),
        (("--export", "x.xlsx", "--words", "0.8"), 2, "leave --words out"),
        (("--export", "x.html", "--list"), 2, "say one of --list, --export, --apply and --stats"),
        (("--export", "nowhere/x.html"), 1, "nowhere"),
    ],
)
def test_what_cannot_be_exported(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], code: int, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(*words)
    assert result.exit_code == code, result.output
    assert said in " ".join(result.output.split())


def test_json_is_the_worklist(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "list.json"
    said = json.loads(run("--export", out, "--json").stdout)
    assert said["schema"] == "digidoc.review-export/1"
    assert (said["data"]["papers"], said["data"]["open"]) == (3, 3)
    listed = json.loads(run("--list", "--json").stdout)["data"]
    assert json.loads(out.read_text(encoding="utf-8")) == listed


def test_words_in_doubt_are_asked_too(run: Run, opened: Open, tmp_path: Path) -> None:
    out = tmp_path / "words.html"
    assert run("--export", out, "--words", "0.99", "--shown", "--limit", "1").exit_code == 0
    page = opened(out)
    expect(page.locator("section.paper:visible .asked .item[data-kind=word]")).not_to_have_count(0)
    assert page.locator("section.paper:visible .item.current input").input_value() != ""
