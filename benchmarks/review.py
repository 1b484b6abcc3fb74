"""What the clerk's page costs: `python -m benchmarks.review [PAPERS]`, beside what its design allows.

An archive of PAPERS papers (1,000 by default) is filed, all of them to be reviewed; scans are JPEG, one is a PDF. Then
the program itself serves the page, and a client without a browser asks for what a browser would. CPU seconds are those
of the server alone, from /proc, whose clock ticks 100 times a second: so each request is made several times. No other
program offers such a page on a computer without a server, so the budgets stand where a peer's figures would. The
figures go to standard output, and as JSON with the commit to `benchmarks/results/review.json`.
"""

import http.client
import json
import re
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from digidoc.archive import corrections
from digidoc.archive.archive import Archive, paper_id
from digidoc.archive.corrections import Correction, Decision, FieldChange, How
from digidoc.archive.ingest import Draft
from digidoc.files.disk import sha256_of
from digidoc.pipeline.review.worklist import Question, worklist
from tests.bench.made import NOTATION, UNIT, Made, day, draft, number

RESULTS: Final = Path(__file__).parent / "results" / "review.json"
TIMES: Final = 20
TICKS: Final = 100
# Milliseconds of CPU, MiB, kB: what the design of the page allows.
BUDGETS: Final = {
    "start, ms": 700.0,
    "memory at the start, MiB": 120.0,
    "worklist, ms": 50.0,
    "page and data, kB": 60.0,
    "picture from JPEG, ms": 35.0,
    "picture from PDF, ms": 90.0,
    "save, ms": 200.0,
}


class Server:
    """The program, serving the page of an archive; requests are counted in its CPU milliseconds."""

    def __init__(self, archive: Path) -> None:
        command = [sys.executable, "-m", "digidoc", "review", "--archive", str(archive), "--no-open"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert self.process.stdout is not None
        found = re.search(r"http://127.0.0.1:(\d+)(/t/\S+)", self.process.stdout.readline())
        assert found is not None
        self.port, self.cookie, self.secret = int(found[1]), "", ""
        self.started = self.cpu()
        self.cookie = self._answer("GET", found[2]).headers["Set-Cookie"].partition(";")[0]

    def cpu(self) -> float:
        """Milliseconds that it has computed."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) * 1000 / TICKS

    def memory(self) -> float:
        """MiB that it has had at most."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return int(status.split("VmHWM:")[1].split()[0]) / 1024

    def ask(self, path: str) -> bytes:
        """What is served under a path."""
        answer = self._answer("GET", path)
        assert answer.status == 200, (path, answer.status)
        return answer.content

    def save(self, correction: dict[str, Any]) -> None:
        """Save what a clerk says."""
        answer = self._answer("POST", "/save", json.dumps(correction).encode())
        assert (answer.status, json.loads(answer.content)["status"]) == (200, "filed"), answer.content

    def costs(self, act: Callable[[int], object], times: int = TIMES) -> float:
        """CPU milliseconds of an act, by doing it so many times."""
        before = self.cpu()
        for turn in range(times):
            act(turn)
        return (self.cpu() - before) / times

    def _answer(self, method: str, path: str, body: bytes | None = None) -> "Answer":
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        origin = f"127.0.0.1:{self.port}"
        headers = {"Host": origin, "Cookie": self.cookie}
        if body is not None:
            headers |= {"Origin": f"http://{origin}", "Content-Type": "application/json", "X-Digidoc": self.secret}
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        found = Answer(answer.status, answer.headers, answer.read())
        connection.close()
        return found


class Answer:
    """Of the server."""

    def __init__(self, status: int, headers: http.client.HTTPMessage, content: bytes) -> None:
        self.status, self.headers, self.content = status, headers, content


def make(folder: Path, papers: int) -> tuple[Path, list[str], list[str]]:
    """An archive: its folder, the ids of the papers that are scans, and those of PDFs."""
    fields = [number("16"), day("2024-11-28"), NOTATION]
    made = draft(folder / "drafts", Made("0.jpg", fields))
    scanned = made.files["original"]
    printed = [
        draft(folder / "drafts", Made(f"{number}.pdf", fields, dossier="H17.12-250101-9999")) for number in range(5)
    ]
    with Archive.create(folder / "archive", unit=UNIT, profile="commune") as archive, archive.writing():
        ids = []
        for first in range(0, papers - 1, 10):
            some = [_copy(made, scanned, number) for number in range(first, min(first + 10, papers - 1))]
            ids += [record.paper_id for record in archive.file(some[0].record.dossier, some)]
        last = archive.file("H17.12-250101-9999", printed)
        return archive.root, ids, [record.paper_id for record in last]


def _copy(draft: Draft, original: Path, number: int) -> Draft:
    name, dossier = f"{number}{original.suffix}", f"H17.12-250101-{number // 10:04}"
    sha256 = sha256_of(original)
    record = replace(draft.record, paper_id=paper_id(dossier, name, sha256), name=name, dossier=dossier)
    return replace(draft, record=record)


def measure(folder: Path, papers: int) -> dict[str, float]:
    """The figures by what they are of."""
    archive, ids, printed = make(folder, papers)
    server = Server(archive)
    found = {"start, ms": server.started, "memory at the start, MiB": server.memory()}
    found["worklist, ms"] = server.costs(lambda _turn: server.ask("/"))
    page = server.ask(f"/paper/{ids[0]}")
    secret = re.search(rb'data-secret="([0-9a-f]{64})"', page)
    assert secret is not None
    server.secret = secret[1].decode()
    linked = re.findall(rb'(?:href|src)="(/static/[^"]+)"', page)
    found["page and data, kB"] = (len(page) + sum(len(server.ask(path.decode())) for path in linked)) / 1000
    pictures = ids[1 : TIMES + 1]  # another paper each time: a picture that was shown is kept
    found["picture from JPEG, ms"] = server.costs(
        lambda turn: server.ask(f"/picture/{pictures[turn]}/1"), len(pictures)
    )
    server.ask(f"/picture/{printed[0]}/1")  # the first loads pdfium
    found["picture from PDF, ms"] = server.costs(
        lambda turn: server.ask(f"/picture/{printed[1 + turn]}/1"), len(printed) - 1
    )
    with Archive.locate(archive) as opened:
        said = [_said(opened, paper) for paper in ids[:TIMES]]
    found["save, ms"] = server.costs(lambda turn: server.save(said[turn]), len(said))
    found["memory in the end, MiB"] = server.memory()
    server.process.terminate()
    server.process.wait(timeout=60)
    return found


def _said(archive: Archive, paper: str) -> dict[str, Any]:
    """What the page sends when a clerk has keyed number and day."""
    (asked,) = worklist(archive, Question(papers=(paper,))).papers
    right = {"CodeNumber": "15", "IssuedDate": "2024-11-22"}
    fields = tuple(
        FieldChange(field.place, field.name, field.value, right[field.name], How.TYPED, field.page, field.box)
        for field in asked.fields
        if field.name in right
    )
    said = Correction(
        secrets.token_hex(16), paper, "clerk", datetime.now(UTC), asked.version, asked.text_sha256, Decision.DONE,
        fields=fields,
    )  # fmt: skip
    return corrections.to_json(said)


def main() -> None:
    """Measure, print, and keep the figures."""
    papers = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Path(folder), papers)
    for name, figure in found.items():
        budget = f"  of {BUDGETS[name]:.0f}" if name in BUDGETS else ""
        print(f"{name:26} {figure:8.1f}{budget}")
    commit = subprocess.run(["git", "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout.strip()
    RESULTS.parent.mkdir(exist_ok=True)
    told = {"commit": commit, "papers": papers, "figures": found, "budgets": BUDGETS}
    RESULTS.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
