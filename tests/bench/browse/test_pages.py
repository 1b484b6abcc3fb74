"""What `digidoc browse` answers, over a real connection."""

import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from digidoc.archive.archive import Archive
from tests import papers
from tests.bench.browse.made import DOSSIER, EVIL, OTHER, PAGES, named, page, record
from tests.bench.conftest import Start, benches
from tests.bench.made import UNIT, Made, draft, make_archive
from tests.bench.test_security import Client
from tests.programs import environ


@pytest.fixture(scope="module")
def client(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with benches(tmp_path_factory.mktemp("browse")) as start:
        client = Client(start(root, command="browse")).enter()
        yield client
        assert client.bench.process.poll() is None, "the server is still there after all of it"


def _hits(text: str) -> list[str]:
    return re.findall(r'<h2><a href="/paper/(P-[0-9a-f]{16})', text)


# ------------------------------------------------------------------ searching


def test_words_are_found_and_marked_in_text_and_picture(client: Client, root: Path) -> None:
    text = page(client, "/?q=cap giay phep")
    assert named(root, "a.png") in _hits(text)
    assert "<mark>cấp giấy phép</mark>" in text
    assert text.count('class="found"') >= len(_hits(text))
    assert "No paper matches." in page(client, "/?q=xyzzy")


def test_without_words_the_newest_papers_are_listed_and_counted(client: Client, root: Path) -> None:
    text = page(client, "/")
    assert len(_hits(text)) == 6
    assert named(root, "gone.png") not in text, "what was withdrawn is not found"
    assert named(root, "moved.png") not in text
    assert '<a href="/?type=Quy%E1%BA%BFt+%C4%91%E1%BB%8Bnh">Quyết định</a> <span class="count">4</span>' in text
    assert '<a href="/?year=2024">2024</a> <span class="count">1</span>' in text
    assert '<a href="/?state=filed">filed</a> <span class="count">1</span>' in text
    assert f'<a href="/?dossier={OTHER}">{OTHER}</a> <span class="count">1</span>' in text
    assert '<a href="/?procedure=1.000001">1.000001</a> <span class="count">4</span>' in text


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("type=quyet dinh&year=2024", ["a.png"]),
        ("from=22/11/2024&to=2024-11-22", ["a.png"]),
        ("year=2024&from=2024-12-01", []),
        ("state=filed", ["signed.png"]),
        (f"dossier={DOSSIER}&q=quyet dinh&state=review&type=quyet dinh", ["turned.png", "a.png"]),
        ("name=CodeNumber&value=15", ["a.png"]),
        ("procedure=1.000001&state=filed", ["signed.png"]),
    ],
)
def test_filters_let_through_what_they_say(client: Client, root: Path, asked: str, names: list[str]) -> None:
    text = page(client, f"/?{asked}")
    assert _hits(text) == [named(root, name) for name in names]
    assert text.count('<span aria-hidden="true">✕</span>') == len(re.findall("&(?!q=|value=)", f"&{asked}")) - (
        "name=" in asked
    ) + ("value=" in asked), "each filter can be left out again"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("from=31/02/2024", "31/02/2024 is no day."),
        ("to=x", "x is no day."),
        ("year=99999", "99999 is no year."),
        ("year=²", "² is no year."),
        ("state=refused", "There is no state refused."),
        ("from=2025-01-02&to=2025-01-01", "The last day lies before the first."),
        ("type=---", "--- has no letter or digit to look for."),
        ("value=15", "Choose the field that holds 15."),
        ("offset=-1", "Only the first 10000 papers can be turned to"),
        ("offset=99999999999999999999", "Only the first 10000 papers can be turned to"),
    ],
)
def test_what_cannot_be_asked_is_said_and_what_was_typed_stays(client: Client, asked: str, said: str) -> None:
    text = page(client, f"/?q=giay&{asked}", 400)
    assert said in text
    assert 'value="giay"' in text
    assert not _hits(text)


def test_a_huge_question_is_cut_and_that_is_said(client: Client) -> None:
    assert "Only the first 64 words were looked for." in page(client, "/?q=" + "a+" * 2000)
    assert client.ask("/?q=" + "x" * 20_000)[0].status == 400
    for odd in ("%00", "%ff%fe", "%ed%a0%80", '"""', "OR NOT *", "%F0%9F%98%80" * 200):
        assert client.ask(f"/?q={odd}".replace(" ", "+"))[0].status == 200, odd


def test_the_id_of_a_paper_opens_it(client: Client, root: Path) -> None:
    answer, _ = client.ask(f"/?q={named(root, 'gone.png')}")
    assert (answer.status, answer.headers["Location"]) == (303, f"/paper/{named(root, 'gone.png')}")


def test_hits_are_turned_over_page_by_page(start: Start, tmp_path: Path) -> None:
    with Archive.create(tmp_path / "many", unit=UNIT, profile="commune") as archive, archive.writing():
        archive.file(None, [papers.draft(tmp_path, f"{n}.tif", "giấy mời") for n in range(12)])
        root = archive.root
    client = Client(start(root, command="browse")).enter()
    first = page(client, "/?q=giay")
    assert len(_hits(first)) == 10
    assert "12 papers" in first
    assert 'href="/?q=giay&amp;offset=10"' in first
    second = page(client, "/?q=giay&offset=10")
    assert len(_hits(second)) == 2
    assert not set(_hits(first)) & set(_hits(second))


def test_dossiers_are_turned_over_page_by_page(start: Start, tmp_path: Path) -> None:
    with Archive.create(tmp_path / "many", unit=UNIT, profile="commune") as archive, archive.writing():
        for code in (f"D{n}" for n in range(41)):
            archive.file(code, [papers.draft(tmp_path / code, f"{code}.tif", dossier=code)])
        root = archive.root
    client = Client(start(root, command="browse")).enter()
    first, second = page(client, "/dossiers"), page(client, "/dossiers?offset=40")
    assert first.count('<tr><th scope="row">') == 40
    assert 'href="/dossiers?offset=40"' in first
    assert second.count('<tr><th scope="row">') == 1
    assert 'href="/dossiers"' in second


# ------------------------------------------------------------------ dossiers


def test_a_dossier_says_what_it_has_and_what_is_missing(client: Client, root: Path) -> None:
    text = page(client, f"/dossier?dossier={DOSSIER}")
    assert named(root, "a.png") in text
    assert "Quyết định · 15/QĐ-UBND · 2024-11-22" in text
    assert "handed in: Giấy ủy quyền – no file here" in text
    assert "<dt>State</dt><dd>result handed over</dd>" in text
    assert "2 papers of it were taken out of use." in text
    assert "The register does not know this dossier." in page(client, f"/dossier?dossier={OTHER}")
    listed = page(client, "/dossiers")
    assert DOSSIER in listed
    assert OTHER in listed


def test_an_unknown_dossier_is_said(client: Client) -> None:
    for code in ("H17.12-999999-9999", "", "../..", "<script>"):
        text = page(client, f"/dossier?dossier={code}", 404)
        assert "<script>" not in text


# ------------------------------------------------------------------ papers


def test_a_paper_shows_its_page_fields_files_and_history(client: Client, root: Path) -> None:
    paper = named(root, "a.png")
    text = page(client, f"/paper/{paper}?q=15/QĐ-UBND")
    assert f'href="/picture/{paper}/1"' in text
    assert text.count('class="found"') == 1
    assert '<th scope="row">number</th><td>15</td><td>read, 40%</td>' in text
    assert "Về việc &lt;b&gt;" in text
    assert "filed as version v" in text
    assert "(+07:00)" in text
    assert "(newest)" in text


def test_a_field_is_shown_where_it_stands(client: Client, root: Path) -> None:
    paper = named(root, "a.png")
    assert 'class="asked"' not in page(client, f"/paper/{paper}")
    assert 'class="asked"' in page(client, f"/paper/{paper}?page=1&field=0")
    for field in ("99", "-1", "x", "1" * 5000):
        assert 'class="asked"' not in page(client, f"/paper/{paper}?field={field}")


def test_marks_lie_in_the_frame_of_a_page_that_lay_askew(client: Client, root: Path) -> None:
    text = page(client, f"/paper/{named(root, 'turned.png')}?q=quyet dinh")
    assert 'transform="rotate(1.200 620 877) matrix(0 1 -1 0 1240 0)"' in text
    assert 'class="found"' in text


def test_signatures_say_the_last_verdict_and_when_on_the_clock_of_vietnam(client: Client, root: Path) -> None:
    text = page(client, f"/paper/{named(root, 'signed.png')}")
    assert "Trần Quốc Hưng" in text
    assert "valid" in text
    assert "2025-04-01 00:30:00" in text


def test_a_correction_shows_whose_word_it_is(start: Start, tmp_path: Path) -> None:
    root = make_archive(tmp_path / "own", [Made("a.png")])
    paper = named(root, "a.png")
    sha256 = hashlib.sha256(_file(root, paper, "text").read_bytes()).hexdigest()
    said = {
        "format": "digidoc.correction/1", "id": "ab" * 16, "paper": paper, "clerk": "Nguyễn Thị Lan",
        "made_at": "2025-05-01T00:00:00+00:00", "base": {"version": "v1", "text_sha256": sha256}, "verdict": "done",
        "seconds": 1, "keys": 1, "words": [], "lines": [], "note": "",
        "fields": [
            {"place": None, "name": "CodeNumber", "was": "", "value": "15", "how": "added", "page": 1, "box": None}
        ],
    }  # fmt: skip
    file = tmp_path / "said.json"
    file.write_text(json.dumps(said), encoding="utf-8")
    done = _digidoc("review", "--apply", str(file), "--archive", str(root))
    assert done.returncode == 0, done.stdout + done.stderr
    text = page(Client(start(root, command="browse")).enter(), f"/paper/{paper}")
    assert '<th scope="row">number</th><td>15</td><td>a clerk</td>' in text
    assert "put right or confirmed: number" in text
    assert ">v2 (newest)</th>" in text
    assert ">v1</th>" in text


def test_what_was_withdrawn_is_said_and_not_handed_out(client: Client, root: Path) -> None:
    paper = named(root, "gone.png")
    text = page(client, f"/paper/{paper}")
    assert "This paper is not in use: withdrawn: scanned twice (Lê Thị C)." in text
    assert "/file/" not in text
    answer, content = client.ask(f"/file/{paper}/original")
    assert answer.status == 410
    assert b"withdrawn" in content


def test_what_was_moved_says_where_it_is_now(client: Client, root: Path) -> None:
    text = page(client, f"/paper/{named(root, 'moved.png')}", 410)
    with Archive.locate(root) as archive:
        (now,) = (line.paper_id for line in archive.list_papers().lines if line.dossier == OTHER)
    assert f'<a href="/paper/{now}">{now}</a>' in text
    assert "came from" in page(client, f"/paper/{now}")


def test_an_unknown_paper_is_said(client: Client) -> None:
    assert "The archive has no paper P-0000000000000000." in page(client, "/paper/P-0000000000000000", 404)
    assert "There is no such page here." in page(client, "/paper/xyz", 404)


def test_a_thousand_pages_are_shown_by_need(client: Client, root: Path) -> None:
    paper = named(root, "long.png")
    assert 'class="found"' in page(client, f"/paper/{paper}?q=quyet dinh")
    text = page(client, f"/paper/{paper}?page={PAGES}&q=quyet dinh")
    assert f"Page {PAGES} / {PAGES}" in text
    assert "This page cannot be shown." in text
    assert "there is no page 1000" in text
    assert "<image" not in text
    assert "… and 970 more" in text
    assert "Page 1000 / 1000" in page(client, f"/paper/{paper}?page=99999")
    answer, content = client.ask(f"/picture/{paper}/999")
    assert (answer.status, b"there is no page 999" in content) == (404, True)
    answer, content = client.ask(f"/small/{paper}/999")
    assert (answer.status, answer.headers["Content-Type"], content[:2]) == (404, "image/jpeg", b"\xff\xd8")


def test_names_that_deceive_are_shown_as_they_are(client: Client, root: Path) -> None:
    paper = record(root, EVIL).paper_id
    for path in ("/", f"/paper/{paper}"):
        text = page(client, path)
        assert "<script" not in text
        assert "\u202e" not in text
        assert "&lt;script&gt;" in text
    answer, _ = client.ask(f"/file/{paper}/original")
    said = answer.headers["Content-Disposition"]
    assert said.startswith('attachment; filename="')
    assert not set(said) & set("<>\u202e\r\n")


def test_text_that_is_missing_or_damaged_is_said(start: Start, tmp_path: Path) -> None:
    root = make_archive(tmp_path / "own", [Made("a.png"), Made("b.png", dossier=OTHER)])
    for name, content in (("a.png", None), ("b.png", b'{"format":"digidoc.text/1","pages":[{"width":1}')):
        file = _file(root, named(root, name), "text")
        file.chmod(0o600)
        file.unlink() if content is None else file.write_bytes(content)
    client = Client(start(root, command="browse")).enter()
    for name in ("a.png", "b.png"):
        assert "nothing can be marked on it" in page(client, f"/paper/{named(root, name)}?q=giay")
    assert len(_hits(page(client, "/?q=giay"))) == 2


# ------------------------------------------------------------------ files


def test_files_are_handed_out_under_a_readable_name(client: Client, root: Path) -> None:
    paper = named(root, "a.png")
    for role, suffix, kind in (("original", "png", "image/png"), ("searchable", "pdf", "application/pdf")):
        answer, content = client.ask(f"/file/{paper}/{role}")
        assert answer.status == 200
        assert answer.headers["Content-Type"] == kind
        name = f"15-QD-UBND%202024-11-22%20Quy%E1%BA%BFt%20%C4%91%E1%BB%8Bnh.{suffix}"
        ascii_name = f"15-QD-UBND 2024-11-22 Quyet dinh.{suffix}"
        said = f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{name}"
        assert answer.headers["Content-Disposition"] == said
        assert content == _file(root, paper, role).read_bytes()
    answer, content = client.ask(f"/file/{paper}/signed")
    assert answer.status == 404
    assert b"a.png (signed)" in content


def test_what_is_no_picture_and_no_pdf_is_bytes_to_the_browser(start: Start, tmp_path: Path) -> None:
    root = make_archive(tmp_path / "own", [Made("a.png")])
    with Archive.locate(root) as archive:
        archive.catalog.db.execute("UPDATE file SET media_type = 'text/html' WHERE role = 'original'")
        archive.catalog.db.execute("UPDATE file SET media_type = 'image/svg+xml' WHERE role = 'searchable'")
        archive.catalog.db.commit()
    client = Client(start(root, command="browse")).enter()
    for role in ("original", "searchable"):
        answer, _ = client.ask(f"/file/{named(root, 'a.png')}/{role}")
        assert answer.headers["Content-Type"] == "application/octet-stream"
        assert answer.headers["Content-Disposition"].startswith("attachment;")


def test_a_file_that_is_not_what_was_filed_is_not_handed_out(start: Start, tmp_path: Path) -> None:
    root = make_archive(tmp_path / "own", [Made("a.png"), Made("b.png", dossier=OTHER)])
    for name in ("a.png", "b.png"):
        file = _file(root, named(root, name), "original")
        file.chmod(0o600)
        file.write_bytes(b"other") if name == "a.png" else file.unlink()
    client = Client(start(root, command="browse")).enter()
    for name, said in (("a.png", b"was changed after it was filed"), ("b.png", b"the file is missing")):
        answer, content = client.ask(f"/file/{named(root, name)}/original")
        assert (answer.status, said in content) == (500, True)
        answer, content = client.ask(f"/picture/{named(root, name)}/1")
        assert answer.status in (404, 500)
        assert page(client, f"/paper/{named(root, name)}"), "the rest is shown"


# ------------------------------------------------------------------ beside others


def test_several_look_at_once_beside_a_running_review(start: Start, tmp_path: Path) -> None:
    root = make_archive(tmp_path / "own", [Made("a.png")])
    start(root)
    benches = [start(root, command="browse") for _ in range(2)]
    for bench in benches:
        assert len(_hits(page(Client(bench).enter(), "/"))) == 1
    assert "Traceback" not in benches[0].end()
    assert benches[0].process.returncode == 0


def test_what_is_filed_meanwhile_is_seen_and_a_new_catalogue_too(start: Start, tmp_path: Path) -> None:
    root = make_archive(tmp_path / "own", [Made("a.png")])
    client = Client(start(root, command="browse")).enter()
    assert len(_hits(page(client, "/"))) == 1
    with Archive.locate(root) as archive, archive.writing():
        archive.file(None, [draft(tmp_path / "more", Made("b.png", dossier=None))])
    assert len(_hits(page(client, "/"))) == 2
    assert _digidoc("rebuild-index", "--archive", str(root)).returncode == 0
    assert len(_hits(page(client, "/"))) == 2


def test_a_backup_can_be_looked_at(start: Start, tmp_path: Path) -> None:
    root = make_archive(tmp_path / "own", [Made("a.png")])
    backup = tmp_path / "backup"
    assert _digidoc("backup", str(backup), "--archive", str(root)).returncode == 0
    before = sorted(path for path in backup.rglob("*"))
    client = Client(start(backup, command="browse")).enter()
    assert len(_hits(page(client, "/?q=giay"))) == 1
    assert client.ask(f"/picture/{named(root, 'a.png')}/1")[0].status == 200
    assert sorted(path for path in backup.rglob("*")) == before


def test_nothing_is_left_behind(start: Start, tmp_path: Path) -> None:
    root = make_archive(tmp_path / "own", [Made("a.png")])
    before = sorted(path.name for path in root.iterdir())
    bench = start(root, command="browse")
    page(Client(bench).enter(), "/")
    bench.end()
    assert sorted(path.name for path in root.iterdir()) == before, "no lock is left, and no lock was made"


@pytest.mark.skipif(
    os.name == "nt" or os.geteuid() == 0, reason="whoever may write everywhere sees no read-only folder"
)
def test_a_folder_without_leave_to_write_can_be_looked_at(start: Start, tmp_path: Path) -> None:
    root = make_archive(tmp_path / "own", [Made("a.png")])
    root.chmod(0o500)
    (root / "catalog.db").chmod(0o400)
    try:
        assert len(_hits(page(Client(start(root, command="browse")).enter(), "/"))) == 1
    finally:
        root.chmod(0o700)


def test_no_archive_is_said(tmp_path: Path) -> None:
    done = _digidoc("browse", "--no-open", "--archive", str(tmp_path), "--json")
    assert done.returncode == 10
    assert json.loads(done.stdout)["errors"][0]["code"] == "no-archive"


def _file(root: Path, paper: str, role: str) -> Path:
    with Archive.locate(root) as archive:
        return archive.file_path(paper, role)


def _digidoc(*words: str) -> "subprocess.CompletedProcess[str]":
    line = [sys.executable, "-m", "digidoc", *words]
    return subprocess.run(line, capture_output=True, encoding="utf-8", check=False, timeout=120, env=environ())
