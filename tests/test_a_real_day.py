"""A folder as of a real day, from scans to figures: read, reviewed, moved, signed, verified, reported, exported.

Every figure of the report is counted by hand here; what the counts say of each other stands beside them.
"""

import json
import os
import secrets
import unicodedata
import zipfile
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw

from digidoc.archive import corrections
from digidoc.archive.corrections import Correction, Decision
from tests.layered import layered
from tests.ocr.laid_out import Paper
from tests.pki import TestPki
from tests.pki import pki as pki  # noqa: PLC0414 (a fixture)
from tests.running import Run, runner

A, B, C, D = "H17.12-260105-0001", "H17.12-260106-0002", "H17.12-260107-0003", "H17.12-260108-0004"
DOSSIERS = f"""\
Mã hồ sơ,Mã TTHC,Mã đơn vị,Trạng thái,Ngày tiếp nhận,Ngày hẹn trả,Ngày kết thúc xử lý,Kênh thực hiện
{A},1.000001,H17.12,10,05/01/2026,20/01/2026,15/01/2026,Trực tiếp
{B},1.000001,H17.12,10,06/01/2026,20/01/2026,25/01/2026,Trực tuyến
{C},1.000001,H17.12,10,07/01/2026,20/01/2026,15/01/2026,Trực tiếp
{D},1.000001,H17.12,10,08/01/2026,20/01/2026,15/01/2026,Trực tiếp
"""
PAPERS = f"""\
Mã hồ sơ,Loại,Tên giấy tờ,Số ký hiệu,Ngày cấp,Tên tệp
{A},Kết quả,Quyết định,15/QĐ-UBND,05/02/2025,Quyết định.pdf
{A},Thành phần,Tờ trình,16/QĐ-UBND,05/02/2025,Tờ trình.pdf
{B},Kết quả,Giấy mời,17/QĐ-UBND,05/02/2025,GIẤY MỜI.PDF
{B},Thành phần,Báo cáo,,,bao cao.TIFF
{C},Thành phần,Ảnh chụp,,,ảnh 001.png
{C},Thành phần,Ảnh khác,,,ảnh 299.png
{D},Kết quả,Quyết định,99/QĐ-UBND,05/02/2025,Quyết định 99.pdf
"""
FIGURES = ("stock", "components", "results", "complete")


def _decision(place: Path, number: int) -> None:
    layered(place, Paper(left=("ỦY BAN NHÂN DÂN", "XÃ AN BÌNH", f"Số: {number}/QĐ-UBND")))


def _blot(number: int, width: int, height: int) -> Image.Image:
    """A page with ink and without words."""
    page = Image.new("RGB", (width, height), "white")
    ImageDraw.Draw(page).rectangle((10, 10, 50 - number % 20, 25 + number // 20), fill="black")
    return page


def _scans(folder: Path) -> None:
    """What lies in the folder: 305 papers, one file that cannot be read, four that are no papers, and litter."""
    a, b, c = (folder / code for code in (A, B, C))
    for made in (a, b, c):
        made.mkdir(parents=True)
    _decision(a / unicodedata.normalize("NFC", "Quyết định.pdf"), 15)
    _decision(a / unicodedata.normalize("NFD", "Tờ trình.pdf"), 16)
    _decision(a / "GIẤY MỜI.PDF", 17)
    _blot(0, 400, 300).save(a / "cong-van.jpg", "PNG", dpi=(200, 200))  # it is no JPEG
    with zipfile.ZipFile(a / "mẫu.docx", "w") as document:
        document.writestr("word/document.xml", "<document/>")
    (a / "rỗng.pdf").touch()
    (a / "bộ.zip").write_bytes(b"PK")
    (a / "~$mẫu.docx").write_bytes(b"x")
    os.mkfifo(a / "ống.pdf")
    (a / "Thumbs.db").write_bytes(b"x")
    (a / ".ẩn.png").write_bytes((a / "cong-van.jpg").read_bytes())
    (a / "lien-ket.pdf").symlink_to("Quyết định.pdf")  # one paper under two names
    pages = [_blot(number, 200, 280) for number in range(60)]
    pages[0].save(b / "bao cao.TIFF", save_all=True, append_images=pages[1:], dpi=(200, 200))
    for number in range(300):
        _blot(number, 64, 48).save(c / f"ảnh {number:03}.png")


class Day:
    """The program on one archive."""

    def __init__(self, run: Run, kho: Path) -> None:
        self._run, self.kho = run, kho

    def says(self, *words: object, code: int = 0) -> dict[str, Any]:
        """What a command answers in JSON."""
        done = self._run(*words, "--archive", self.kho, "--json")
        assert done.exit_code == code, (words, done.output)
        found: dict[str, Any] = json.loads(done.stdout)["data"]
        return found

    def papers(self, *words: object) -> dict[str, str]:
        """Ids of papers in use, by name."""
        return {paper["name"]: paper["paper_id"] for paper in self.says("list", "papers", *words)["papers"]}

    def review(self, file: Path) -> int:
        """Settle all that is open, as a clerk does who finds it right; how many papers that were."""
        left = self.says("review", "--list")["papers"]
        said = [
            Correction(
                secrets.token_hex(16), one["paper"], "Lê Thị Hoa", datetime.now(UTC), one["version"],
                one["text_sha256"], Decision.DONE,
            )
            for one in left
        ]  # fmt: skip
        file.write_text(json.dumps([corrections.to_json(one) for one in said]), encoding="utf-8")
        self.says("review", "--apply", file)
        return len(left)

    def figures(self) -> dict[tuple[str, str | None], tuple[int, int]]:
        """Numerator and denominator of every figure of the report."""
        found = self.says("report")["figures"]
        return {(one["metric"], one["quality"]): (one["numerator"], one["denominator"]) for one in found}


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows has no pipes among files")
def test_every_figure_of_a_real_day_can_be_recounted(tmp_path: Path, pki: TestPki) -> None:
    run = runner()
    scans, kho = tmp_path / "scans", tmp_path / "kho"
    _scans(scans)
    assert run("init", kho, "--unit", "H17.12", "--profile", "commune").exit_code == 0
    day = Day(run, kho)
    before = {file: file.read_bytes() for file in _files(scans)}

    read = day.says("digitize", scans, "--jobs", 2, code=3)
    assert read["counts"]["refused"] == 1  # mẫu.docx
    assert read["counts"]["done"] + read["counts"]["review"] == 305  # 4 of A, 1 of B, 300 of C
    assert read["pages"] == 3 + 1 + 60 + 300
    assert {Path(one["file"]).name: one["why"] for one in read["passed_over"]} == {
        "rỗng.pdf": "empty", "bộ.zip": "archive", "~$mẫu.docx": "lock-file", "ống.pdf": "no-file",
    }  # fmt: skip
    assert {file: file.read_bytes() for file in _files(scans)} == before
    again = day.says("digitize", scans)
    assert (again["counts"]["skipped"], again["counts"]["failed"]) == (306, 0)

    assert day.review(tmp_path / "said.json") == read["counts"]["review"]
    assert day.says("review", "--list", "--check")["open"] == 0
    inventories = list((kho / "store").rglob("v*/inventory.json"))
    assert len(inventories) <= 12, "a version for each correction"

    ids = day.papers()
    assert len(ids) == 305
    day.says("paper", "move", ids["GIẤY MỜI.PDF"], "--to", B, "--yes")
    day.says("paper", "move", ids["ảnh 000.png"], "--loose", "--yes")
    day.says("paper", "withdraw", ids["ảnh 299.png"], "--reason", "quét trùng", "--yes")
    _decision(tmp_path / "quét lại.pdf", 18)
    better = ("--with", tmp_path / "quét lại.pdf", "--reason", "bản quét mờ")
    day.says("paper", "replace", ids["cong-van.jpg"], *better, "--yes")
    day.says("paper", "split", ids["bao cao.TIFF"], "--pages", "1-30,31-", "--yes")
    parts = day.papers("--dossier", B)
    assert set(parts) == {"GIẤY MỜI.PDF", "bao cao.TIFF#1-30", "bao cao.TIFF#31-60"}
    day.says("paper", "merge", parts["bao cao.TIFF#1-30"], parts["bao cao.TIFF#31-60"], "--yes")
    assert (
        day.review(tmp_path / "more.json") == 1
    )  # put together again, it is another paper than the one that was settled
    assert set(day.papers("--dossier", A)) == {"Quyết định.pdf", "Tờ trình.pdf", "quét lại.pdf"}
    assert set(day.papers("--dossier", B)) == {"GIẤY MỜI.PDF", "bao cao.TIFF"}
    assert set(day.papers("--dossier", C)) == {f"ảnh {number:03}.png" for number in range(1, 299)}

    for kind, text in (("dossiers", DOSSIERS), ("papers", PAPERS)):
        (tmp_path / f"{kind}.csv").write_text(text, encoding="utf-8")
        assert day.says("import", kind, tmp_path / f"{kind}.csv")["new"] == {"dossiers": 4, "papers": 7}[kind]
    assert run("trust", "add", pki.root, "--yes", "--archive", kho).exit_code == 0
    for code, signed in ((A, 3), (B, 2)):
        made = day.says("sign", "--dossier", code, "--key", pki.keys["signer"], "--pin-file", pki.pin_file)
        assert made["counts"]["done"] == signed
    verdicts = [file["verdict"] for file in day.says("verify")["files"]]
    assert verdicts == ["TOTAL_PASSED"] * 5

    in_use = 305 - 1  # one is withdrawn; what was moved, replaced or split and merged counts once
    expected: dict[tuple[str, str | None], tuple[int, int]] = {
        # Of A and B result and components are here and signed. Of C a component is withdrawn, of D nothing is here.
        **{(figure, quality): (2, 4) for figure in FIGURES for quality in ("attached", "conformant", "signed")},
        ("signed", None): (5, in_use),
        ("reviewed", None): (in_use, in_use),
        ("reuse", None): (0, 4),
        ("synced", None): (0, 4),
        ("on-time", None): (3, 4),  # B is five days late
        ("on-time-all", None): (3, 4),
        ("online", None): (1, 4),  # B
        ("exchange", None): (0, 0),
    }
    assert day.figures() == expected
    counts = day.says("report")["counts"]
    assert (counts["registered"], counts["refused"], counts["review"]) == (in_use + 1, 1, 0)
    assert counts["resolved_without_papers"] == 1  # D
    status = run("status", "--archive", kho).stdout
    assert f"{in_use} filed · 0 to be reviewed · 1 refused · 6 withdrawn" in status

    day.says("export", A, B, tmp_path / "out")
    names = sorted(file.relative_to(tmp_path / "out").as_posix() for file in _files(tmp_path / "out"))
    assert names == [
        f"{A}/15-QD-UBND 2025-02-05 Quyết định.pdf", f"{A}/16-QD-UBND 2025-02-05 Quyết định.pdf",
        f"{A}/18-QD-UBND 2025-02-05 Quyết định.pdf",
        f"{B}/17-QD-UBND 2025-02-05 Quyết định.pdf", f"{B}/bao cao.pdf",
    ]  # fmt: skip
    for check in (("audit", "verify"), ("fixity",), ("rebuild-index",)):
        day.says(*check)
    assert day.figures() == expected


def _files(folder: Path) -> Iterable[Path]:
    return (file for file in folder.rglob("*") if file.is_file())
