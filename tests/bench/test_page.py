"""The clerk's page in Chromium, by keyboard alone, on the program itself."""

import json
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import APIResponse, CDPSession, Page, Request, Route, expect

from digidoc.archive.archive import Archive
from digidoc.model import Box, PaperRecord, PaperState
from digidoc.pipeline.review.application import history_of
from tests.bench.conftest import TOKEN, Bench, Start
from tests.bench.made import NOTATION, RECIPIENT, SIGNER, SUBJECT, Asked, Made, day, make_archive, number
from tests.browsers import Windows
from tests.programs import environ

pytestmark = pytest.mark.slow

RIGHT_SUBJECT = "Về việc cấp giấy phép xây dựng nhà ở riêng lẻ"


Open = Callable[..., Page]


@pytest.fixture
def opened(windows: Windows) -> Open:
    """Open the bench in a browser of its own; nothing may be said on its console, and nothing breaks its rules."""

    def entered(bench: Bench, paper: str = "", **options: Any) -> Page:
        page = windows.open(**options)
        page.goto(bench.address)
        page.wait_for_url(f"{bench.origin}/")
        if paper:
            page.goto(f"{bench.origin}/paper/{paper}")
            if options.get("java_script_enabled", True):
                expect(page.locator("#done")).to_be_enabled()
        return page

    return entered


def _ids(bench: Bench) -> dict[str, str]:
    with Archive.locate(bench.archive) as archive:
        return {line.name: line.paper_id for line in archive.list_papers().lines}


def _record(bench: Bench, name: str = "a.png") -> PaperRecord:
    with Archive.locate(bench.archive) as archive:
        return archive.paper(_ids(bench)[name])


def _values(record: PaperRecord) -> dict[str, str]:
    return {field.name: field.value for field in record.fields}


def _said(bench: Bench, name: str = "a.png") -> list[Any]:
    """The corrections of a paper, oldest first."""
    with Archive.locate(bench.archive) as archive:
        return [entry.correction for entry in history_of(archive, archive.paper(_ids(bench)[name]))]


def _type(page: Page, *what: str) -> None:
    """Keys: those with more than one letter by name, in angle brackets; others as text."""
    for one in what:
        if one.startswith("<"):
            page.keyboard.press(one[1:-1])
        else:
            page.keyboard.type(one)


def _is_saved(page: Page, name: str = "a.png") -> None:
    expect(page.locator("#foot, #finished h1").first).to_contain_text("saved" if name else "Nothing")


def _finished(page: Page) -> None:
    expect(page.locator("#finished")).to_be_visible()


# ------------------------------------------------------------------ a queue, from the first key to the last


def test_the_whole_queue_by_keyboard_alone(start: Start, opened: Open) -> None:
    bench = start(
        [
            Made("a.png", [number("15"), day("2024-11-22"), NOTATION]),  # read rightly, keyed blind
            Made("b.png", [number("16"), day("2024-11-28")], skew=-1.2),  # read wrongly
            Made("c.tif", [SUBJECT, SIGNER, RECIPIENT], pages=3),
            Made("d.png", [], doubts=("low-confidence",), turn=90),  # nothing but the page is doubtful
            Made("e.png", [Asked("CodeNumber", "", 0.0, "15"), day("")]),
        ],
        "--clerk", "Nguyễn Thị Lan",
    )  # fmt: skip
    page = opened(bench)
    expect(page.locator("a.button")).to_be_focused()
    _type(page, "<Enter>")
    expect(page.locator("#done")).to_be_enabled()
    _type(page, "15", "<Enter>", "22", "<Enter>", "<Enter>")
    expect(page.locator("h1")).to_contain_text("b.png")
    _type(page, "15", "<Enter>", "2211", "<Enter>", "15", "<Enter>", "22", "<Enter>", "<Enter>")
    expect(page.locator("h1")).to_contain_text("c.tif")
    _type(page, RIGHT_SUBJECT, "<Enter>", "Nguyễn Văn Hòa", "<Enter>", "<Enter>", "<Control+Enter>")
    expect(page.locator("h1")).to_contain_text("d.png")
    _type(page, "<Control+Enter>")
    expect(page.locator("h1")).to_contain_text("e.png")
    _type(page, "15", "<Enter>", "22", "<Enter>", "<Enter>")
    _finished(page)
    expect(page.locator("#finished")).to_contain_text("Nothing is left to be reviewed.")
    names = ("a.png", "b.png", "c.tif", "d.png", "e.png")
    assert {_record(bench, name).state for name in names} == {PaperState.FILED}
    for name in ("a.png", "b.png", "e.png"):
        assert _values(_record(bench, name))["CodeNumber"] == "15"
        assert _values(_record(bench, name))["IssuedDate"] == "2024-11-22"
    found = _values(_record(bench, "c.tif"))
    assert (found["Subject"], found["SignerInfo.FullName"]) == (RIGHT_SUBJECT, "Nguyễn Văn Hòa")
    hows = {name: [change.how.value for change in _said(bench, name)[0].fields] for name in names}
    assert hows == {
        "a.png": ["twice", "twice"], "b.png": ["typed", "typed"], "c.tif": ["typed", "typed", "confirmed"],
        "d.png": [], "e.png": ["typed", "typed"],
    }  # fmt: skip
    assert {_said(bench, name)[0].clerk for name in names} == {"Nguyễn Thị Lan"}
    assert {name: _said(bench, name)[0].keys for name in ("a.png", "b.png", "d.png", "e.png")} == {
        "a.png": 7, "b.png": 15, "d.png": 1, "e.png": 7,
    }  # fmt: skip
    assert "Papers settled: 5" in bench.end()


def test_the_next_papers_are_fetched_ahead_and_a_page_is_fetched_once(start: Start, opened: Open) -> None:
    bench = start([Made(f"{name}.png", [number("15")]) for name in "abc"])
    ids, asked = _ids(bench), list[Request]()
    page = opened(bench)
    page.on("request", lambda request: asked.append(request))  # noqa: PLW0108 (Playwright marks what it calls)
    page.goto(f"{bench.origin}/paper/{ids['a.png']}")
    page.wait_for_load_state("networkidle")
    paths = [request.url.removeprefix(bench.origin) for request in asked]
    for name in ("a.png", "b.png", "c.png"):
        assert paths.count(f"/picture/{ids[name]}/1") == 1, "crops and page are one picture"
        assert paths.count(f"/paper/{ids[name]}") == 1
    asked.clear()
    _type(page, "15", "<Enter>", "<Enter>")
    expect(page.locator("h1")).to_contain_text("b.png")
    page.wait_for_load_state("networkidle")
    again = [request.url.removeprefix(bench.origin) for request in asked]
    assert f"/paper/{ids['b.png']}" not in again
    assert f"/picture/{ids['b.png']}/1" not in again


def test_a_paper_does_not_come_back_because_it_was_being_saved_when_the_next_were_asked_for(
    start: Start, opened: Open
) -> None:
    bench = start([Made(name, [SUBJECT]) for name in ("a.png", "b.png")])
    page = opened(bench, _ids(bench)["a.png"])
    page.wait_for_load_state("networkidle")
    saves, answers = list[Route](), list[tuple[Route, APIResponse]]()
    page.route("**/save", lambda route: saves.append(route))  # noqa: PLW0108 (Playwright marks what it calls)
    page.route("**/next?*", lambda route: answers.append((route, route.fetch())))
    _type(page, "<F9>")
    expect(page.locator("h1")).to_contain_text("b.png")
    while not answers:
        page.wait_for_timeout(20)
    page.unroute("**/next?*")
    (save,), ((following, answer),) = saves, answers
    save.continue_()
    _is_saved(page)
    following.fulfill(response=answer)
    page.unroute("**/save")
    page.wait_for_load_state("networkidle")
    _type(page, "<F9>")
    _finished(page)


# ------------------------------------------------------------------ keys


def test_what_is_keyed_blind_and_differs_is_shown_and_keyed_once_more(start: Start, opened: Open) -> None:
    bench = start([Made("a.png", [number("16"), SUBJECT])])
    page = opened(bench, _ids(bench)["a.png"])
    first = page.locator("#i1")
    expect(first.locator("input")).to_have_value("")
    _type(page, "15", "<Enter>")
    expect(page.locator("#i2 input")).to_be_focused()
    expect(first.locator(".say")).to_be_empty()
    _type(page, "<Enter>")
    expect(first.locator("input")).to_be_focused()
    expect(first.locator(".say")).to_have_text("Was read: 16 · Keyed: 15")
    _type(page, "18", "<Enter>")
    expect(first.locator(".say")).to_contain_text("differs from both")
    _type(page, "15", "<Enter>")
    expect(first.locator(".say")).to_contain_text("Keyed: 15")
    _type(page, "15", "<Enter>")
    expect(page.locator("#done")).to_be_focused()
    _type(page, "<Enter>")
    _finished(page)
    assert _values(_record(bench))["CodeNumber"] == "15"


def test_shown_means_shown(start: Start, opened: Open) -> None:
    bench = start([Made("a.png", [number("15")])], "--shown")
    page = opened(bench, _ids(bench)["a.png"])
    expect(page.locator("#i1 input")).to_have_value("15")
    _type(page, "<Enter>", "<Enter>")
    _finished(page)
    assert [change.how.value for change in _said(bench)[0].fields] == ["confirmed"]


@pytest.mark.parametrize(
    "keyed", ["22", "2211", "22112024", "22/11/2024", "22.11.2024", "22-11", "22/11/24", "2024-11-22"]
)
def test_a_day_may_be_keyed_in_short(start: Start, opened: Open, keyed: str) -> None:
    bench = start([Made("a.png", [day("2024-11-22")])])
    page = opened(bench, _ids(bench)["a.png"])
    _type(page, keyed, "<Enter>")
    expect(page.locator("#i1 input")).to_have_value("22/11/2024")
    expect(page.locator("#i1 .mark")).to_contain_text("settled")


def test_a_day_that_is_none_or_has_not_come_is_refused_in_place(start: Start, opened: Open) -> None:
    bench = start([Made("a.png", [day("2024-11-22")])])
    page = opened(bench, _ids(bench)["a.png"])
    for keyed, why in (
        ("31", "no date"),
        ("0", "no date"),
        ("3102", "no date"),
        ("x", "no date"),
        ("1/1/2199", "after today"),
    ):
        _type(page, "<Control+a>", keyed, "<Enter>")
        expect(page.locator("#i1 .say")).to_contain_text(why)
        expect(page.locator("#i1 input")).to_be_focused()
        expect(page.locator("#i1 input")).to_have_attribute("aria-invalid", "true")


def test_the_function_keys(start: Start, opened: Open) -> None:
    bench = start(
        [Made("a.png", [number("16"), SUBJECT, SIGNER, RECIPIENT]), Made("b.png", [SUBJECT]), Made("c.png", [SUBJECT])]
    )
    page = opened(bench, _ids(bench)["a.png"])
    _type(page, "<F2>")
    expect(page.locator("#i1 .mark")).to_contain_text("unreadable")
    _type(page, "changed", "<Escape>")
    expect(page.locator("#i2 input")).to_have_value(SUBJECT.value)
    _type(page, "<ArrowDown>", "<F4>", "<F4>")
    expect(page.locator("#i3 .mark")).to_contain_text("nothing on the paper")
    expect(page.locator("#i4 .mark")).to_contain_text("removed")
    expect(page.locator("#i2 input")).to_be_focused()
    _type(page, "<ArrowUp>", "<Shift+Enter>")
    expect(page.locator("#i1 input")).to_be_focused()
    _type(page, "<ArrowDown>", "<Enter>", "<Enter>")
    expect(page.locator("h1")).to_contain_text("b.png")
    _type(page, "<F9>")
    expect(page.locator("h1")).to_contain_text("c.png")
    _type(page, "<F8>")
    _finished(page)
    expect(page.locator("#finished")).to_contain_text("put off")
    assert [change.how.value for change in _said(bench)[0].fields] == ["unreadable", "confirmed", "blank", "removed"]
    assert "ToPlaces.Place" not in _values(_record(bench))
    assert [_said(bench, name)[0].decision.value for name in ("b.png", "c.png")] == ["later", "rescan"]
    assert _record(bench, "b.png").state is _record(bench, "c.png").state is PaperState.REVIEW
    assert "rescan-wanted" in _record(bench, "c.png").doubts


def test_nothing_is_done_while_something_is_open(start: Start, opened: Open) -> None:
    bench = start([Made("a.png", [number("15"), SUBJECT, RECIPIENT])])
    page = opened(bench, _ids(bench)["a.png"])
    _type(page, "15", "<Control+Enter>")
    expect(page.locator("#foot")).to_contain_text("Not everything is settled")
    expect(page.locator("#i1 .mark")).to_contain_text("settled")
    expect(page.locator("#i2 input")).to_be_focused()
    assert _said(bench) == []


def test_pages_zoom_and_the_list_of_keys(start: Start, opened: Open) -> None:
    bench = start([Made("c.tif", [SUBJECT], pages=3)])
    page = opened(bench, _ids(bench)["c.tif"])
    expect(page.locator("#number")).to_have_text("Page 1 of 3")
    _type(page, "<PageDown>", "<PageDown>", "<PageDown>")
    expect(page.locator("#number")).to_have_text("Page 3 of 3")
    _type(page, "<PageUp>")
    expect(page.locator("#number")).to_have_text("Page 2 of 3")
    width = page.locator("#page").bounding_box()
    _type(page, "<Control+ArrowUp>")
    larger = page.locator("#page").bounding_box()
    assert width is not None
    assert larger is not None
    assert larger["width"] > width["width"] * 1.2
    _type(page, "<F1>")
    expect(page.locator("#keys")).to_contain_text("Ctrl+Enter")
    _type(page, "<Escape>")
    expect(page.locator("#keys")).to_be_hidden()
    expect(page.locator("#i1 input")).to_be_focused()


def test_a_held_key_saves_once(start: Start, opened: Open) -> None:
    bench = start([Made("a.png", [number("15"), SUBJECT]), Made("b.png", [SUBJECT]), Made("c.png", [SUBJECT])])
    saves = list[Request]()
    page = opened(bench, _ids(bench)["a.png"])
    page.on("request", lambda request: saves.append(request) if request.url.endswith("/save") else None)
    session = page.context.new_cdp_session(page)

    def hold(times: int) -> None:
        for n in range(times):
            session.send(
                "Input.dispatchKeyEvent",
                {
                    "type": "keyDown",
                    "key": "Enter",
                    "code": "Enter",
                    "windowsVirtualKeyCode": 13,
                    "text": "\r",
                    "autoRepeat": n > 0,
                },
            )
        session.send(
            "Input.dispatchKeyEvent", {"type": "keyUp", "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13}
        )

    _type(page, "15")
    hold(8)
    expect(page.locator("#i2 input")).to_be_focused()
    hold(8)
    expect(page.locator("#done")).to_be_focused()
    assert not saves
    hold(8)
    expect(page.locator("h1")).to_contain_text("b.png")
    expect(page.locator("#i1 .mark")).to_be_empty()
    assert len(saves) == 1


# ------------------------------------------------------------------ Vietnamese


def _compose(session: CDPSession, text: str) -> None:
    for end in range(1, len(text) + 1):
        session.send("Input.imeSetComposition", {"text": text[:end], "selectionStart": end, "selectionEnd": end})


def test_vietnamese_by_composition_is_not_cut_short(start: Start, opened: Open) -> None:
    bench = start([Made("a.png", [SIGNER])])
    page = opened(bench, _ids(bench)["a.png"])
    session = page.context.new_cdp_session(page)
    _compose(session, "Hòa")
    # An Enter that belongs to the input method: 229.
    session.send(
        "Input.dispatchKeyEvent",
        {"type": "rawKeyDown", "key": "Process", "code": "Enter", "windowsVirtualKeyCode": 229},
    )
    expect(page.locator("#i1 .mark")).to_be_empty()
    expect(page.locator("#i1 input")).to_be_focused()
    session.send("Input.insertText", {"text": "Nguyễn Văn Hòa"})
    expect(page.locator("#i1 input")).to_have_value("Nguyễn Văn Hòa")
    _type(page, "<Enter>", "<Enter>")
    _finished(page)
    assert _values(_record(bench))["SignerInfo.FullName"] == "Nguyễn Văn Hòa"


def test_marks_that_come_apart_are_put_together(start: Start, opened: Open) -> None:
    bench = start([Made("a.png", [SUBJECT])])
    page = opened(bench, _ids(bench)["a.png"])
    page.keyboard.insert_text(unicodedata.normalize("NFD", f"  {RIGHT_SUBJECT}  "))
    _type(page, "<Enter>")
    expect(page.locator("#i1 input")).to_have_value(RIGHT_SUBJECT)
    _type(page, "<Enter>")
    _finished(page)
    assert _values(_record(bench))["Subject"] == RIGHT_SUBJECT


def test_characters_that_cannot_be_seen_are_refused_in_place(start: Start, opened: Open) -> None:
    bench = start([Made("a.png", [SUBJECT, SIGNER])])
    page = opened(bench, _ids(bench)["a.png"])
    page.keyboard.insert_text("Về việc \u202eabc")
    _type(page, "<Enter>")
    expect(page.locator("#i1 .say")).to_contain_text("cannot be seen")
    expect(page.locator("#i1 input")).to_be_focused()


# ------------------------------------------------------------------ nothing is lost


def test_what_is_keyed_survives_a_reload_and_nothing_else_keeps_it(start: Start, opened: Open) -> None:
    bench = start([Made("a.png", [number("16"), SUBJECT, SIGNER])])
    page = opened(bench, _ids(bench)["a.png"])
    page.on("dialog", lambda dialog: dialog.accept())
    _type(page, "15", "<Enter>", RIGHT_SUBJECT, "<Enter>", "Nguy")
    page.reload()
    expect(page.locator("#foot")).to_contain_text("still here")
    expect(page.locator("#i1 .mark")).to_contain_text("differs")
    expect(page.locator("#i2 input")).to_have_value(RIGHT_SUBJECT)
    expect(page.locator("#i2 .mark")).to_contain_text("settled")
    expect(page.locator("#i3 input")).to_have_value("Nguy")
    expect(page.locator("#i3 input")).to_be_focused()
    assert page.evaluate("Object.keys(localStorage).length") == 0


def test_a_tab_with_unsaved_input_asks_before_it_closes(start: Start, opened: Open) -> None:
    bench = start([Made("a.png", [SUBJECT])])
    page = opened(bench, _ids(bench)["a.png"])
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    _type(page, "x")
    page.close(run_before_unload=True)
    page.wait_for_timeout(1000)
    assert asked == ["beforeunload"]


def test_a_server_that_dies_loses_nothing_and_gets_nothing_twice(start: Start, opened: Open) -> None:
    bench = start([Made("a.png", [SUBJECT]), Made("b.png", [SUBJECT])])
    page = opened(bench, _ids(bench)["a.png"], quiet=False)
    page.wait_for_load_state("networkidle")
    bench.kill()
    _type(page, RIGHT_SUBJECT, "<Enter>", "<Enter>")
    expect(page.locator("#alarm")).to_contain_text("cannot be reached")
    expect(page.locator("h1")).to_contain_text("b.png")
    kept = json.loads(page.evaluate("sessionStorage['digidoc:outbox']"))
    again = start(bench.archive, port=bench.port)
    expect(page.locator("#alarm")).to_be_hidden()
    expect(page.locator("#foot")).to_contain_text("a.png: saved")
    assert [one.id for one in _said(again)] == [kept[0]["body"]["id"]]
    assert _values(_record(again))["Subject"] == RIGHT_SUBJECT
    assert json.loads(page.evaluate("sessionStorage['digidoc:outbox']")) == []


def test_while_another_process_writes_it_is_kept_and_waits(start: Start, opened: Open) -> None:
    bench = start([Made("a.png", [SUBJECT]), Made("b.png", [SUBJECT])])
    page = opened(bench, _ids(bench)["a.png"])
    with Archive.locate(bench.archive) as archive, archive.writing():
        _type(page, RIGHT_SUBJECT, "<Enter>", "<Enter>")
        expect(page.locator("#foot")).to_contain_text("a.png: kept")
        assert _said(bench) == []
        page.goto(f"{bench.origin}/")
        expect(page.locator(".counts")).to_contain_text("1 corrections wait")
    page.goto(f"{bench.origin}/paper/{_ids(bench)['b.png']}")
    _type(page, "<F9>")
    _finished(page)
    assert _values(_record(bench))["Subject"] == RIGHT_SUBJECT


def test_two_clerks_on_one_paper_see_each_other_and_disagree(start: Start, opened: Open) -> None:
    bench = start([Made("a.png", [SUBJECT, SIGNER])])
    paper = _ids(bench)["a.png"]
    one, other = opened(bench, paper), opened(bench, paper)
    expect(other.locator("#alarm")).to_contain_text("has this paper open")
    _type(one, RIGHT_SUBJECT, "<Enter>", "Nguyễn Văn Hòa", "<Enter>", "<Enter>")
    _finished(one)
    _type(other, "Another subject", "<Enter>", "Nguyễn Văn Hòa", "<Enter>", "<Enter>")
    _finished(other)
    other.goto(f"{bench.origin}/conflicts")
    expect(other.locator("tbody tr")).to_have_count(1)
    expect(other.locator("tbody")).to_contain_text(RIGHT_SUBJECT)
    expect(other.locator("tbody")).to_contain_text("Another subject")
    other.locator("tbody a").click()
    expect(other.locator("#i1 .warn")).to_contain_text("Another subject")
    _type(other, "<Enter>", "<Enter>")
    _finished(other)
    record = _record(bench)
    assert (record.state, _values(record)["Subject"]) == (PaperState.FILED, RIGHT_SUBJECT)
    other.goto(f"{bench.origin}/conflicts")
    expect(other.locator("main")).to_contain_text("There are no conflicts.")


def test_the_paper_before_can_be_corrected_again(start: Start, opened: Open) -> None:
    bench = start([Made("a.png", [number("15")]), Made("b.png", [SUBJECT])])
    page = opened(bench, _ids(bench)["a.png"])
    _type(page, "15", "<Enter>", "<Enter>")
    expect(page.locator("#foot")).to_contain_text("a.png: saved")
    page.go_back()  # what Alt+← does in a browser with a window
    expect(page.locator("h1")).to_contain_text("a.png")
    expect(page.locator("#i1 input")).to_have_value("15")
    _type(page, "151", "<Enter>", "<Enter>")
    expect(page.locator("#foot")).to_contain_text("a.png: saved")
    assert _values(_record(bench))["CodeNumber"] == "151"
    assert len(_said(bench)) == 2


# ------------------------------------------------------------------ bad input


def test_a_page_that_cannot_be_shown_says_so_and_is_saved_all_the_same(
    start: Start, opened: Open, tmp_path: Path
) -> None:
    made = make_archive(tmp_path, [Made("a.png", [SUBJECT])])
    with Archive.locate(made) as archive:
        original = archive.file_path(archive.list_papers().lines[0].paper_id, "original")
        content = original.read_bytes()
        original.chmod(0o600)
        original.write_bytes(content[:3000])
    bench = start(made)
    page = opened(bench, _ids(bench)["a.png"], quiet=False)
    expect(page.locator(".sheet .unshown")).to_be_visible()
    expect(page.locator("#i1 .unshown")).to_be_visible()
    original.write_bytes(content)
    _type(page, RIGHT_SUBJECT, "<Enter>", "<Enter>")
    _finished(page)
    assert _values(_record(bench))["Subject"] == RIGHT_SUBJECT


def test_markup_in_names_and_values_is_text(start: Start, opened: Open) -> None:
    evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    name = "<b>'a\".png"
    fields = [Asked("Subject", evil, 0.7, SUBJECT.words), RECIPIENT]
    bench = start([Made(name, fields, dossier="<i>H17</i>"), Made("b.png", [SUBJECT])], "--clerk", "<u>Lan</u>")
    page = opened(bench)
    expect(page.locator("tbody")).to_contain_text(name)
    expect(page.locator("tbody")).to_contain_text("<i>H17</i>")
    page.goto(f"{bench.origin}/paper/{_ids(bench)[name]}")
    expect(page.locator("h1")).to_contain_text(name)
    expect(page.locator("#i1 input")).to_have_value(evil)
    expect(page.locator(".clerk")).to_have_text("<u>Lan</u>")
    assert page.locator("main script, main img, main b, main i").count() == 0
    _type(page, "<Enter>", "<Enter>", "<Enter>")
    expect(page.locator("#foot")).to_contain_text("saved")
    assert _values(_record(bench, name))["Subject"] == evil


def test_a_paper_that_is_gone_is_said_and_the_others_go_on(start: Start, opened: Open) -> None:
    bench = start([Made("a.png", [SUBJECT]), Made("b.png", [SUBJECT])])
    page = opened(bench, _ids(bench)["a.png"], quiet=False)
    page.wait_for_load_state("networkidle")
    words = [sys.executable, "-m", "digidoc", "paper", "withdraw", _ids(bench)["a.png"], "--reason", "x", "--yes"]
    subprocess.run(
        [*words, "--archive", str(bench.archive)], check=True, capture_output=True, env=environ(), timeout=120
    )
    _type(page, RIGHT_SUBJECT, "<Enter>", "<Enter>")
    expect(page.locator("#alarm")).to_contain_text("a.png cannot be corrected any more.")
    expect(page.locator("h1")).to_contain_text("b.png")
    page.locator("#alarm a").click()
    expect(page.locator("main")).to_contain_text("it is not among the papers in use")
    page.goto(f"{bench.origin}/paper/P-0123456789abcdef")
    expect(page.locator("main")).to_contain_text("The archive has no paper P-0123456789abcdef.")


def test_print_that_was_not_read_and_missing_fields_can_be_added(start: Start, opened: Open) -> None:
    bench = start([Made("a.png", [number("15")], unread=(Box(200, 900, 700, 940),), doubts=("unclaimed-ink",))])
    page = opened(bench, _ids(bench)["a.png"])
    _type(page, "15", "<Enter>")
    page.locator("#unread summary").focus()
    _type(page, "<Enter>")
    page.locator("#u1 input").focus()
    _type(page, "Điều 1. Cấp phép", "<Enter>")
    page.locator("#rest summary").focus()
    _type(page, "<Enter>")
    place = page.locator("#rest .item", has_text="type").locator("input")
    place.focus()
    _type(page, "Quyết định", "<Enter>", "<Control+Enter>")
    expect(page.locator("#u1")).to_have_count(0)
    expect(page.locator("#foot")).to_contain_text("a.png: saved")
    record = _record(bench)
    assert "Điều 1. Cấp phép" in record.pages[0]
    assert _values(record)["TypeName"] == "Quyết định"
    # With the new line its fields were looked for anew; what is doubtful of them comes to the clerk at once.
    doubtful = [field.name for field in record.fields if field.review]
    assert doubtful
    assert {item.get_attribute("data-name") for item in page.locator("#items .item").all()} == set(doubtful)


def test_words_are_stops_when_they_are_wanted(start: Start, opened: Open) -> None:
    bench = start([Made("a.png", [number("15")], unsure={"Luật": ("Luat", 0.5)})], "--words", "0.8")
    page = opened(bench, _ids(bench)["a.png"])
    _type(page, "15", "<Enter>")
    expect(page.locator("#i2 input")).to_have_value("Luat")
    _type(page, "Luật", "<Enter>", "<Enter>")
    expect(page.locator("#foot")).to_contain_text("a.png: saved")
    assert "Căn cứ Luật Tổ chức" in _record(bench).pages[0]


# ------------------------------------------------------------------ how it looks, and to whom


def test_without_script_a_paper_can_be_read(start: Start, opened: Open) -> None:
    bench = start([Made("c.tif", [number("15"), SUBJECT], pages=2)])
    page = opened(bench, _ids(bench)["c.tif"], java_script_enabled=False)
    expect(page.locator("noscript .alarm")).to_be_visible()
    assert page.locator("#i1 noscript").inner_text() == "Was read: 15"
    expect(page.locator("#i2 input")).to_have_value(SUBJECT.value)
    expect(page.locator("#i2 input")).to_be_disabled()
    expect(page.locator(".sheet ol a")).to_have_count(2)


def test_the_way_in_from_a_file_of_this_computer(start: Start, windows: Windows, tmp_path: Path) -> None:
    bench = start([Made("a.png", [SUBJECT])])
    doorway = tmp_path / "digidoc.html"
    doorway.write_text(f'<meta http-equiv="refresh" content="0;url={bench.origin}/t/{TOKEN}">', encoding="utf-8")
    page = windows.open()
    page.goto(doorway.as_uri())
    page.wait_for_url(f"{bench.origin}/")
    expect(page.locator("h1")).to_have_text("Worklist")


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1024, 768), (683, 384)])
@pytest.mark.parametrize("language", ["en", "vi"])
def test_nothing_is_cut_off(start: Start, opened: Open, width: int, height: int, language: str) -> None:
    bench = start(
        [Made("a.png", [number("16"), day("2024-11-22"), SUBJECT, SIGNER, RECIPIENT], skew=-1.2)], language=language
    )
    page = opened(bench, _ids(bench)["a.png"], viewport={"width": width, "height": height})
    wide = "[document.scrollingElement.scrollWidth, innerWidth]"
    scroll, inner = page.evaluate(wide)
    assert scroll <= inner
    if width > 960:
        assert page.evaluate("document.scrollingElement.scrollHeight <= innerHeight"), "the frame does not scroll"
    for path in ("/", "/conflicts", "/finished"):
        page.goto(f"{bench.origin}{path}")
        scroll, inner = page.evaluate(wide)
        assert scroll <= inner, path


_CONTRAST = """
() => {
  const light = (css) => { const [r, g, b] = css.match(/[\\d.]+/g).map(Number).map((v) => v / 255)
    .map((v) => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const ground = (e) => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor;
    if (!/, 0\\)$/.test(c)) return c; } return 'rgb(255, 255, 255)'; };
  const bad = [];
  for (const e of document.querySelectorAll('body *')) {
    if (!e.checkVisibility() || ![...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim())) continue;
    const [a, b] = [light(getComputedStyle(e).color), light(ground(e))].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 4.5) bad.push(e.outerHTML.slice(0, 80));
  }
  return bad;
}
"""


def test_everything_has_a_name_a_role_and_contrast(start: Start, opened: Open) -> None:
    bench = start(
        [Made("a.png", [number("16"), SUBJECT, SIGNER], doubts=("unclaimed-ink",), unread=(Box(200, 900, 700, 940),))]
    )
    page = opened(bench, _ids(bench)["a.png"])
    for box in page.get_by_role("textbox").all():
        assert box.evaluate("e => e.labels.length") == 1
    for role in ("button", "link", "img", "region"):
        for element in page.get_by_role(role).all():
            name = element.evaluate("e => e.getAttribute('aria-label') || e.textContent.trim()")
            assert name, element.evaluate("e => e.outerHTML.slice(0, 100)")
    assert page.locator("[aria-live], [role=alert]").count() == 3
    _type(page, "15", "<Enter>", "<Enter>")
    expect(page.locator("#where")).to_contain_text("signer's name")
    assert page.evaluate(_CONTRAST) == []
    _type(page, "<Tab>")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.goto(f"{bench.origin}/")
    assert page.evaluate(_CONTRAST) == []


def test_a_paper_costs_little(start: Start, opened: Open) -> None:
    bench = start([Made("a.png", [number("16"), day("2024-11-22"), SUBJECT, SIGNER, RECIPIENT])])
    sizes: dict[str, int] = {}
    page = opened(bench)
    page.on("response", lambda answer: sizes.update({answer.url.removeprefix(bench.origin): len(answer.body())}))
    page.goto(f"{bench.origin}/paper/{_ids(bench)['a.png']}")
    page.wait_for_load_state("networkidle")
    pictures = [size for path, size in sizes.items() if path.startswith("/picture")]
    assert max(pictures) <= 200_000
    assert sum(sizes.values()) - sum(pictures) <= 60_000
