from typing import Any

import pytest

from digidoc.archive.register.match import Digitized, Row, pairs


def row(*, result: bool = False, **more: str) -> Row:
    given = {"name": "", "number": "", "file_name": "", "result_id": "", **more}
    return Row(1, 0, 0, int(result), **given, paper_id=None)


def paper(name: str, *, conformant: int = 1, **fields: str) -> Digitized:
    return Digitized(name, name, conformant, "", fields)


CASES: list[tuple[str, list[Row], list[Digitized], dict[int, str]]] = [
    ("no papers", [row(name="Đơn")], [], {}),
    ("file", [row(file_name="C:\\scans\\ĐƠN.tif", name="x")], [paper("đơn.tif")], {0: "đơn.tif"}),
    (
        "number before name",
        [row(name="Quyết định", number="7/QĐ-UBND", result=True), row(name="Đơn")],
        [paper("quyết-định.tif"), paper("a.tif", CodeNumber="007", CodeNotation="QĐ–UBND")],
        {0: "a.tif"},
    ),
    ("name of the file", [row(name="Tờ khai đăng ký")], [paper("TO_KHAI_dang-ky.pdf")], {0: "TO_KHAI_dang-ky.pdf"}),
    ("type", [row(name="Tờ trình")], [paper("a.tif", TypeName="TỜ TRÌNH")], {0: "a.tif"}),
    ("subject", [row(name="Về việc giao đất")], [paper("a.tif", Subject="về việc giao đất")], {0: "a.tif"}),
    ("each once", [row(name="Đơn"), row(name="Đơn")], [paper("a.tif", TypeName="Đơn")], {0: "a.tif"}),
    (
        "in order",
        [row(name="Đơn"), row(name="Đơn")],
        [paper("a.tif", TypeName="Đơn"), paper("b.tif", TypeName="Đơn")],
        {0: "a.tif", 1: "b.tif"},
    ),
    ("only result", [row(name="Giấy phép", result=True)], [paper("KQ_01.tif"), paper("b.tif")], {0: "KQ_01.tif"}),
    ("two could be it", [row(name="Giấy phép", result=True)], [paper("KQ_01.tif"), paper("Kết quả.tif")], {}),
    (
        "flat",
        [row(), row(result=True)],
        [paper("a.tif"), paper("b.tif", conformant=0), paper("ket qua.tif"), paper("kq2.tif")],
        {0: "b.tif", 1: "ket qua.tif"},
    ),
    ("flat without a result", [row(), row(result=True)], [paper("a.tif")], {0: "a.tif"}),
    (
        "flat with the number of the result",
        [row(), row(result=True, number="5/GP")],
        [paper("a.tif", CodeNumber="5", CodeNotation="GP"), paper("kq.tif")],
        {0: "kq.tif", 1: "a.tif"},
    ),
    ("nothing fits", [row(name="Đơn"), row(name="Giấy phép", result=True)], [paper("scan1.tif")], {}),
]


@pytest.mark.parametrize(("rows", "papers", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_which_paper_is_which_row(rows: list[Row], papers: list[Digitized], expected: dict[int, Any]) -> None:
    assert pairs(rows, papers) == expected
