"""Files as offices have them: titles above the header, days and words in every form, and everything that is wrong."""

import csv
import io
import json
import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from digidoc.archive.importing.errors import TableUnusable
from digidoc.archive.importing.reading import Reading
from digidoc.archive.importing.titles import KINDS, read_mapping
from digidoc.errors import BadConfiguration, FileMissing
from digidoc.register import Channel, DossierState, PaperKind, RegisterDossier

TODAY = date(2026, 11, 22)
HEADER = ["STT", "Mã hồ sơ", "Mã TTHC", "Đơn vị xử lý", "Trạng thái", "Ngày tiếp nhận", "Ngày hẹn trả"]
HEADER += ["Ngày kết thúc xử lý", "Hình thức nộp", "Số hóa TPHS", "Số hóa KQ", "Ghi chú"]
GOOD = ["1", "H17-250103-0001", "1.011442", "H17.12", "9", "03/01/2025", "10/01/2025", "2025-01-08", "Trực tuyến"]
GOOD += ["Có", "x", "=1+1"]


def written(path: Path, rows: list[list[Any]], *, encoding: str = "utf-8-sig", delimiter: str = ",") -> Path:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def reading(path: Path, kind: str = "dossiers", sheet: str | None = None, **mapping: str) -> Reading:
    return Reading(path, kind, mapping=mapping, sheet=sheet, unit="H17", today=TODAY)


def changed(**cells: str) -> list[str]:
    """The good row with cells of these titles changed."""
    row = list(GOOD)
    for title, value in cells.items():
        row[HEADER.index(title.replace("_", " "))] = value
    return row


@pytest.mark.parametrize(("encoding", "delimiter"), [("utf-8-sig", ","), ("utf-8", ";"), ("utf-16", "\t")])
def test_a_register_below_titles(tmp_path: Path, encoding: str, delimiter: str) -> None:
    above = [["SỔ THEO DÕI HỒ SƠ"], [], ["Năm 2025"]]
    path = written(tmp_path / "so.csv", [*above, HEADER, GOOD], encoding=encoding, delimiter=delimiter)
    found = reading(path)
    [dossier] = found.values()
    assert isinstance(dossier, RegisterDossier)
    assert (dossier.code, dossier.procedure, dossier.unit) == ("H17-250103-0001", "1.011442", "H17.12")
    assert (dossier.state, dossier.channel) == (DossierState.FINISHED, Channel.ONLINE)
    assert (dossier.received_on, dossier.due_on, dossier.finished_on) == (
        date(2025, 1, 3),
        date(2025, 1, 10),
        date(2025, 1, 8),
    )
    assert [(paper.kind, paper.declared) for paper in dossier.papers] == [
        (PaperKind.COMPONENT, True),
        (PaperKind.RESULT, True),
    ]
    assert found.unused == ("STT", "Ghi chú")
    assert not found.problems


def test_a_spreadsheet_with_real_days_numbers_and_a_wrong_first_sheet(tmp_path: Path) -> None:
    path = tmp_path / "so.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("Bìa").write(0, 0, "Trang bìa")
        sheet = book.add_worksheet("Hồ sơ")
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.merge_range(0, 0, 0, 5, "SỔ THEO DÕI")
        for column, title in enumerate(HEADER):
            sheet.write(1, column, title)
        for column, cell in enumerate(GOOD):
            sheet.write_string(2, column, cell)
        sheet.write_number(2, 1, 20250103001)
        sheet.write_datetime(2, 5, date(2025, 1, 3), day)
        sheet.write_number(2, 7, 45665)  # 2025-01-08 as Excel counts days
    [dossier] = reading(path).values()
    assert (dossier.code, dossier.received_on, dossier.finished_on) == (
        "20250103001",
        date(2025, 1, 3),
        date(2025, 1, 8),
    )
    [again] = reading(path, sheet="Hồ sơ").values()
    assert again == dossier
    for name, told in (("Bìa", "Bìa"), ("Không có", "Hồ sơ")):
        with pytest.raises(TableUnusable) as raised:
            list(reading(path, sheet=name).values())
        assert told in str(raised.value) or "columns" in str(raised.value)


@pytest.mark.parametrize(
    ("row", "column", "told"),
    [
        (changed(Mã_hồ_sơ=""), "Mã hồ sơ", "a value is missing"),
        (changed(Mã_hồ_sơ="=HYPERLINK(1)"), "Mã hồ sơ", "not a code"),
        (changed(Mã_hồ_sơ="x" * 65), "Mã hồ sơ", "not a code"),
        (changed(Ngày_tiếp_nhận="31/02/2025"), "Ngày tiếp nhận", "not a date"),
        (changed(Ngày_tiếp_nhận=""), "Ngày tiếp nhận", "a value is missing"),
        (changed(Ngày_tiếp_nhận="22/11/2027", Ngày_hẹn_trả=""), "Ngày tiếp nhận", "future"),
        (changed(Ngày_tiếp_nhận="01/01/0001"), "Ngày tiếp nhận", "not a date"),
        (changed(Ngày_kết_thúc_xử_lý="02/01/2025"), "Ngày kết thúc xử lý", "finished before it was received"),
        (changed(Ngày_hẹn_trả="02/01/2025"), "Ngày hẹn trả", "due before it was received"),
        (changed(Ngày_kết_thúc_xử_lý=""), "Ngày kết thúc xử lý", "no day on which it was finished"),
        (changed(Trạng_thái="4"), "Ngày kết thúc xử lý", "its state is 4"),
        (changed(Trạng_thái="11"), "Trạng thái", "not a state"),
        (changed(Hình_thức_nộp="bồ câu"), "Hình thức nộp", "not a way of handing in"),
        (changed(Số_hóa_KQ="-1"), "Số hóa KQ", "neither yes nor no"),
        (changed(Trạng_thái="4", Ngày_kết_thúc_xử_lý=""), "results", "not finished"),
        (changed(Đơn_vị_xử_lý="§¬n vÞ mét"), "Đơn vị xử lý", "TCVN3"),
    ],
)
def test_a_bad_row_is_named_and_the_others_are_taken(tmp_path: Path, row: list[str], column: str, told: str) -> None:
    other = changed(Mã_hồ_sơ="H17-250103-0002")
    path = written(tmp_path / "so.csv", [HEADER, row, other])
    found = reading(path)
    assert [dossier.code for dossier in found.values()] == ["H17-250103-0002"]
    [problem] = found.problems
    assert (problem.code, problem.file) == ("bad-row", str(path))
    assert "Line 2" in problem.message
    assert told in problem.message
    assert column in problem.message or column == "results"


def test_the_same_code_twice_is_told(tmp_path: Path) -> None:
    found = reading(written(tmp_path / "so.csv", [HEADER, GOOD, GOOD]))
    assert len(list(found.values())) == 1
    assert "H17-250103-0001" in found.problems[0].message


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf\r\n\r\n", "empty"),
        (b"a,b,c\n1,2,3\n", "Mã hồ sơ"),
        ("Mã hồ sơ,Ngày tiếp nhận\nH1,01/01/2025\n".encode("cp1258", errors="replace"), "UTF-8"),
        (b"M\xb8 h\xe5 s\xac;Ng\xb5y ti\xd5p nh\xcbn\nH1;01/01/2025\n", "UTF-8"),
        ("Mã hồ sơ".encode("utf-16-le"), "UTF-16"),
        (b"PK\x03\x04 no spreadsheet", "spreadsheet"),
        (os.urandom(4096) + b"\x00", ""),
        (",".join(["x"] * 1500).encode(), "1000 columns"),
        (b'"' + b"x" * 200_000, "CSV"),
        ("Mã hồ sơ,Ngày tiếp nhận\n".encode(), "no row"),
        (b"[]", "no list"),
        (b"{" * 100_000, "JSON"),
        (b'{"a": 1', "JSON"),
    ],
)
def test_files_that_are_no_register(tmp_path: Path, content: bytes, told: str) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    with pytest.raises(TableUnusable) as raised:
        list(reading(path).values())
    assert told in str(raised.value)


def test_a_missing_file_and_too_many_bad_rows(tmp_path: Path) -> None:
    with pytest.raises(FileMissing):
        list(reading(tmp_path / "none.csv").values())
    rows = [HEADER, *([changed(Mã_hồ_sơ="")] * 10_001)]
    with pytest.raises(TableUnusable, match="10000 rows are bad"):
        list(reading(written(tmp_path / "bad.csv", rows)).values())


def test_two_hundred_columns_and_short_rows(tmp_path: Path) -> None:
    wide = [f"Cột {number}" for number in range(200)]
    path = written(tmp_path / "so.csv", [[*wide, *HEADER], [*[""] * 200, *GOOD], [*[""] * 202], ["", ""]])
    found = reading(path)
    assert len(list(found.values())) == 1
    assert found.rows == 1
    assert len(found.unused) == 202


def test_a_mapping_for_other_titles(tmp_path: Path) -> None:
    path = written(tmp_path / "so.csv", [["Biên nhận", "Nhận ngày"], ["H1", "03/01/2025"]])
    with pytest.raises(TableUnusable, match="Biên nhận"):
        list(reading(path).values())
    file = tmp_path / "columns.toml"
    file.write_text('code = "Biên nhận"\nreceived_on = "Nhận ngày"\n', encoding="utf-8")
    mapping = read_mapping(file, KINDS["dossiers"])
    [dossier] = reading(path, **mapping).values()
    assert (dossier.code, dossier.unit, dossier.state) == ("H1", "H17", DossierState.IN_PROCESS)
    file.write_text('number = "x"\n', encoding="utf-8")
    with pytest.raises(BadConfiguration, match="number"):
        read_mapping(file, KINDS["dossiers"])
    with pytest.raises(TableUnusable, match="Số biên lai"):
        list(reading(path, code="Số biên lai", received_on="Nhận ngày").values())


def test_papers_of_dossiers(tmp_path: Path) -> None:
    header = ["Mã hồ sơ", "Loại", "Tên giấy tờ", "Số ký hiệu", "Ngày cấp", "Có giá trị đến", "Được số hóa"]
    rows = [
        header,
        ["H1", "Kết quả", "Giấy phép xây dựng", "15/GPXD", "03/01/2025", "03/01/2026", "1"],
        ["H1", "Thành phần", "Đơn đề nghị", "", "", "", "0"],
        ["H1", "Kết quả", "Giấy phép", "", "03/01/2025", "02/01/2025", ""],
        ["H1", "Kết quả", "", "", "", "", ""],
    ]
    found = reading(written(tmp_path / "kq.csv", rows), "papers")
    papers = list(found.values())
    assert [(code, paper.kind, paper.declared) for code, paper in papers] == [
        ("H1", PaperKind.RESULT, True),
        ("H1", PaperKind.COMPONENT, False),
    ]
    assert papers[0][1].valid_until == date(2026, 1, 3)
    assert ["before the day of issue" in p.message or "a value is missing" in p.message for p in found.problems] == [
        True,
        True,
    ]


NATIONAL: dict[str, Any] = {
    "MaHoSo": "H17.12-250103-0001",
    "MaTTHC": "1.011442",
    "KenhThucHien": "2",
    "SoGiayToChuHoSo": "048099000001",
    "NgayTiepNhan": "20250103081500",
    "NgayHenTra": "20250110170000",
    "NgayKetThucXuLy": "20250108093000",
    "TrangThaiHoSo": "10",
    "DonViXuLy": "H17.12",
    "TrichYeuHoSo": "Cấp bản sao trích lục",
    "TaiLieuNop": [
        {"TenTepDinhKem": "don.pdf", "DuocSoHoa": "1", "DuocTaiSuDung": "0", "DuocLayTuKhoDMQG": "0"},
        {"TenTepDinhKem": "cccd.pdf", "DuocSoHoa": "1", "DuocTaiSuDung": "2", "DuocLayTuKhoDMQG": "1"},
        {"TenTepDinhKem": "bo.pdf", "IsDeleted": "True", "DuocSoHoa": "0"},
    ],
    "DanhSachGiayToKetQua": [
        {"TenGiayTo": "Trích lục", "DuongDanTepTinKetQua": "/tep/kq.pdf", "MaGiayToKetQua": "KQ.G15.000001"}
    ],
}


@pytest.mark.parametrize("wrapped", [lambda entry: [entry], lambda entry: {"data": [entry]}, lambda entry: entry])
def test_the_national_exchange(tmp_path: Path, wrapped: Any) -> None:
    path = tmp_path / "dong-bo.json"
    path.write_text(json.dumps(wrapped(NATIONAL)), encoding="utf-8")
    [dossier] = reading(path).values()
    assert (dossier.state, dossier.channel, dossier.owner) == (DossierState.RETURNED, Channel.ONLINE, "048099000001")
    assert (dossier.received_on, dossier.finished_on) == (date(2025, 1, 3), date(2025, 1, 8))
    components = [paper for paper in dossier.papers if paper.kind is PaperKind.COMPONENT]
    assert [(paper.file_name, paper.declared, paper.reused, paper.from_store) for paper in components] == [
        ("don.pdf", True, False, False),
        ("cccd.pdf", True, True, True),
    ]
    [result] = [paper for paper in dossier.papers if paper.kind is PaperKind.RESULT]
    assert (result.file_name, result.result_id, result.declared) == ("kq.pdf", "KQ.G15.000001", True)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"NgayTiepNhan": "20250231000000"}, "NgayTiepNhan"),
        ({"NgayTiepNhan": None}, "NgayTiepNhan"),
        ({"MaHoSo": ""}, "MaHoSo"),
        ({"TaiLieuNop": "x"}, "TaiLieuNop"),
        ({"TrangThaiHoSo": "99"}, "TrangThaiHoSo"),
        ({"NgayKetThucXuLy": "20240101000000"}, "finished before"),
    ],
)
def test_a_bad_entry_of_the_exchange_is_named(tmp_path: Path, change: dict[str, Any], told: str) -> None:
    path = tmp_path / "dong-bo.json"
    path.write_text(json.dumps([{**NATIONAL, **change}, 7, NATIONAL]), encoding="utf-8")
    found = reading(path)
    assert len(list(found.values())) == 1
    assert told in found.problems[0].message
    assert "Line 2" in found.problems[1].message


def test_units_of_a_list_and_of_a_table(tmp_path: Path) -> None:
    path = tmp_path / "units.json"
    wards = [{"Code": "00004", "FullName": "Phường Ba Đình", "ProvinceCode": "01"}]
    path.write_text(json.dumps([{"Code": "01", "FullName": "Thành phố Hà Nội", "Wards": wards}]), encoding="utf-8")
    found = list(reading(path, "units").values())
    assert [(unit.code, unit.level, unit.parent) for unit in found] == [
        ("01", "province", ""),
        ("00004", "commune", "01"),
    ]
    rows = [
        ["Mã", "Tên", "Cấp", "Trực thuộc", "Hiệu lực từ", "Hiệu lực đến", "Kế thừa"],
        ["H17.1", "Quận Hải Châu", "", "H17", "01/01/1997", "30/06/2025", "H17.12"],
        ["H17.12", "Phường Hải Châu", "xã", "H17", "01/07/2025", "", ""],
        ["H17.13", "Trung tâm", "", "", "", "", ""],
        ["H17.14", "Xã A", "", "", "01/07/2025", "30/06/2025", ""],
        ["H17.15", "Xã B", "", "", "", "", "H17.15"],
    ]
    table = reading(written(tmp_path / "units.csv", rows), "units")
    assert [(unit.code, unit.level, unit.successor) for unit in table.values()] == [
        ("H17.1", "district", "H17.12"),
        ("H17.12", "commune", ""),
    ]
    assert [
        line in problem.message for line, problem in zip(("Line 4", "Line 5", "Line 6"), table.problems, strict=True)
    ]


def test_the_registers_of_the_corpus_come_in_as_they_are() -> None:
    corpus = os.environ.get("DIGIDOC_CORPUS")
    if not corpus:
        pytest.skip("DIGIDOC_CORPUS is not set")
    folder = Path(corpus) / "registers"
    [procedures] = folder.glob("*.xlsx")
    found = reading(procedures, "procedures")
    assert len(list(found.values())) == 271
    assert not found.problems
    [units] = folder.glob("vn_only*.json")
    listed = list(reading(units, "units").values())
    assert [sum(unit.level == level for unit in listed) for level in ("province", "commune")] == [34, 3321]
