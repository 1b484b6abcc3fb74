"""Every command that changes an archive says who did it, and whatever shows a time says on which clock."""

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
import typer

from digidoc import cli
from digidoc.archive.archive import Archive
from digidoc.archive.events import audit, clerk
from digidoc.errors import ExitCode
from digidoc.sign.throwaway import make_throwaway_pki
from tests.commands.test_digitize import scans as pages
from tests.commands.test_target import ours
from tests.running import Run, runner

# The others only read; `demo` makes an archive to be thrown away, for the system's user.
WITH_A_CLERK = {
    "init",
    "digitize",
    "scan",
    "sign",
    "verify",
    "review",
    "paper forget-refusal",
    "paper merge",
    "paper move",
    "paper purge",
    "paper split",
    "paper rename",
    "paper replace",
    "paper restore",
    "paper rotate",
    "paper withdraw",
    "import dossiers",
    "import papers",
    "import procedures",
    "import units",
    "reuse link",
    "backup",
    "restore",
    "fixity",
    "rebuild-index",
    "trust add",
    "trust remove",
    "target add",
    "audit log",  # there it chooses what is listed
}
TIME = re.compile(r"(?<![\d:])\d{1,2}:\d{2}(?::\d{2})?(?![\d:A-Fa-f])")
CODE = "H17-260105-0012"


@pytest.fixture
def run() -> Run:
    return runner()


def commands(app: Any, before: str = "") -> dict[str, Any]:
    found = {}
    for name, command in app.commands.items():
        words = f"{before} {name}".strip()
        found |= commands(command, words) if hasattr(command, "commands") else {words: command}
    return found


def test_which_commands_ask_for_the_clerk() -> None:
    every = commands(typer.main.get_command(cli.build()))
    assert {name for name, one in every.items() if any("--clerk" in param.opts for param in one.params)} == WITH_A_CLERK


class Tour:
    """Commands on one archive, each of another clerk."""

    def __init__(self, run: Run, folder: Path) -> None:
        self._run, self.folder, self.archive = run, folder, folder / "kho"
        self.seen: dict[str, set[str]] = {}  # kinds of the events by clerk

    def call(self, name: str, *words: object, archive: bool = True, codes: tuple[int, ...] = (0,)) -> Any:
        before = self.newest()
        where = ("--archive", self.archive) if archive else ()
        done = self._run(*words, *where, "--clerk", name, "--json")
        assert done.exit_code in codes, done.output
        with Archive.locate(self.archive) as opened:
            entries = audit.log(opened.catalog)[before:]
            assert not audit.verify(opened.catalog, opened.layout, opened.store).findings
        assert entries, words
        assert {clerk.clerk_of(json.loads(entry.detail)) for entry in entries} == {name}, entries
        self.seen[name] = {entry.kind for entry in entries}
        return json.loads(done.stdout)["data"]

    def newest(self) -> int:
        if not self.archive.exists():
            return 0
        with Archive.locate(self.archive) as opened:
            return opened.audit_head().sequence

    def papers(self, state: str) -> list[str]:
        with Archive.locate(self.archive) as opened:
            sql = "SELECT paper_id FROM paper WHERE state = ? ORDER BY name"
            return [paper for (paper,) in opened.catalog.db.execute(sql, [state])]


@pytest.fixture
def tour(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tour:
    monkeypatch.setattr("digidoc.config.user_file", lambda: tmp_path / "user" / "config.toml")
    made = Tour(run, tmp_path)
    made.call("C init", "init", made.archive, "--unit", "H17.12", archive=False)
    pki = make_throwaway_pki(tmp_path / "pki", "Xã Thử")
    with (made.archive / "digidoc.toml").open("a", encoding="utf-8") as settings:
        settings.write(f"\n[sign.office]\nkey = '{pki.key}'\npin_file = '{pki.pin_file}'\n")
    folder = pages(tmp_path / "D1", 2)
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 broken")
    words = ("digitize", folder, "--dossier", CODE, "--ocr", "null", "--jobs", 2)
    made.call("C digitize", *words, codes=(ExitCode.SOME_FAILED,))
    made.call("C trust", "trust", "add", pki.root, "--yes")
    made.call("C sign", "sign", "--paper", made.papers("review")[0], "--profile", "office", "--also-unreviewed")
    return made


def test_every_event_of_a_command_names_its_clerk(tour: Tour, run: Run, tmp_path: Path) -> None:
    register = tmp_path / "so.csv"
    rows = [("Mã hồ sơ", "Ngày tiếp nhận"), (CODE, "05/01/2026"), ("H17-260105-0013", "05/01/2026")]
    register.write_text("\n".join(map(",".join, rows)), encoding="utf-8")
    tour.call("C import", "import", "dossiers", register)
    tour.call("C reuse", "reuse", "link", tour.papers("review")[0], "H17-260105-0013")
    tour.call("C forget", "paper", "forget-refusal", *tour.papers("refused"))
    tour.call("C verify", "verify", codes=(0, 4))
    tour.call("C fixity", "fixity", "--jobs", 1)
    programme = tmp_path / "draft.toml"
    programme.write_text(ours(), encoding="utf-8")
    tour.call("C target", "target", "add", programme)
    tour.call("C backup", "backup", tmp_path / "backup")
    (removed,) = json.loads(run("trust", "list", "--archive", tour.archive, "--json").stdout)["data"]["certificates"]
    tour.call("C remove", "trust", "remove", removed["sha256"])
    tour.call("C rebuild", "rebuild-index")
    assert tour.seen == {
        "C init": {"creation"},
        "C digitize": {"ingestion start", "ingestion end", "ingestion", "text recognition", "validation"},
        "C trust": {"policy assignment"},
        "C sign": {"ingestion start", "ingestion end", "ingestion", "digital signature generation"},
        "C import": {"register import"},
        "C reuse": {"reuse"},
        "C forget": {"deaccession"},
        "C verify": {"digital signature validation"},
        "C fixity": {"fixity check"},
        "C target": {"policy assignment"},
        "C backup": {"replication"},
        "C remove": {"policy assignment"},
        "C rebuild": {"recovery"},
    }
    words = ("restore", tmp_path / "backup", tmp_path / "restored", "--clerk", "C restore")
    assert run(*words).exit_code == 0
    with Archive.locate(tmp_path / "restored") as opened:  # whose other events are those of the backup
        made = audit.log(opened.catalog)
    assert [clerk.clerk_of(json.loads(entry.detail)) for entry in made[-2:]] == ["C target", "C restore"]


def test_audit_and_show_say_who_and_when(tour: Tour, run: Run) -> None:
    where = ("--archive", tour.archive)
    shown = run("audit", "log", *where).stdout
    assert "When (+07:00)" in shown
    assert "C digitize" in shown
    of_sign = run("audit", "log", *where, "--clerk", " C   sign", "--csv").stdout
    rows = list(csv.DictReader(io.StringIO(of_sign.lstrip("\ufeff"))))
    assert {row["clerk"] for row in rows} == {"C sign"}
    assert all(row["at"].endswith("+00:00") for row in rows)
    assert run("audit", "log", *where, "--clerk", "nobody").stdout.strip() == "No event fits."
    paper = run("show", tour.papers("review")[0], *where)
    assert "C sign" in paper.stdout
    told = json.loads(run("show", tour.papers("review")[0], *where, "--json").stdout)["data"]
    assert {event["detail"]["clerk"] for event in told["events"]} == {"C digitize", "C sign"}
    with Archive.locate(tour.archive) as opened:
        opened.note("x", "success", {})  # as an earlier digidoc did it
    assert "digidoc 0" in run("audit", "log", *where, "--limit", 1).stdout


def test_without_the_option_it_is_the_systems_user(tour: Tour, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "van-thu")
    assert run("fixity", "--archive", tour.archive, "--jobs", 1).exit_code == 0
    with Archive.locate(tour.archive) as opened:
        assert clerk.clerk_of(json.loads(audit.log(opened.catalog, limit=1)[0].detail)) == "van-thu"
    assert clerk.current() == ""


@pytest.mark.parametrize("name", ["", "An\u202e", "x" * 201])
def test_a_name_that_cannot_be_kept_is_wrong_usage(tour: Tour, run: Run, name: str) -> None:
    before = tour.newest()
    done = run("fixity", "--archive", tour.archive, "--clerk", name)
    assert done.exit_code == ExitCode.USAGE
    assert "clerk" in done.stderr
    assert tour.newest() == before


def test_every_time_on_the_screen_says_its_zone(tour: Tour, run: Run, tmp_path: Path) -> None:
    where = ("--archive", tour.archive)
    reports = ("--html", tmp_path / "v.html", "--pdf", tmp_path / "v.pdf")
    signed = tour.papers("review")[0]
    with Archive.locate(tour.archive) as opened:
        file = opened.file_path(signed, "signed")
    found = [
        run(*words)
        for words in (
            ("audit", "log", *where),
            ("audit", "verify", *where),
            ("audit", "head", *where, "--pdf", tmp_path / "head.pdf"),
            ("show", signed, *where),
            ("show", CODE, *where),
            ("list", *where),
            ("list", "dossiers", *where),
            ("search", "a", *where),
            ("status", *where),
            ("status", "--refused", *where),
            ("verify", file, *where, "-v"),
            ("verify", *where, "-v", *reports),
            ("trust", "list", *where),
            ("target", "list", *where),
            ("report", *where),
            ("report", "--explain", *where),
            ("fixity", *where, "--jobs", 1),
            ("backup", tmp_path / "backup", *where),
            ("verify-backup", tmp_path / "backup"),
            ("rebuild-index", *where),
            ("restore", tmp_path / "backup", tmp_path / "restored"),
        )
    ]
    texts = [done.stdout + done.stderr for done in found]
    texts.append((tmp_path / "v.html").read_text(encoding="utf-8"))
    texts.append((tmp_path / "head.pdf").read_bytes().decode("latin-1"))
    timed = [text for text in texts if TIME.search(text)]
    assert len(timed) >= 6
    for text in timed:
        assert "UTC" not in text
        if "(+07:00)" in text.splitlines()[0] or re.search(r"(When|Checked) \(\+07:00\)", text):
            continue  # a table whose column says it
        assert [line for line in text.splitlines() if TIME.search(line) and "+07:00" not in line] == []
