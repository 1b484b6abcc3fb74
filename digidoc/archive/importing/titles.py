"""Which column holds what: by a mapping that the user gives, or by the titles that offices give their columns."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from digidoc.archive.importing.cells import plain
from digidoc.archive.importing.errors import TableUnusable
from digidoc.archive.importing.tables import Row
from digidoc.files import toml_table
from digidoc.files.toml_table import Table
from digidoc.i18n import N_
from digidoc.text import fold

# Rows above the header: a title, the office, the period.
HEADER_WITHIN: Final = 20
_NOT_LETTERS: Final = re.compile(r"[^0-9a-z]+")


@dataclass(frozen=True, slots=True)
class Kind:
    """What a kind of import takes.

    Attributes:
        name: dossiers, papers, procedures or units.
        titles: the titles that a value's column may have, by the name of the value; the first is shown to people.
        needed: values without which there is no row.

    """

    name: str
    titles: Mapping[str, tuple[str, ...]]
    needed: tuple[str, ...]


DOSSIERS: Final = Kind(
    "dossiers",
    {
        "code": ("Mã hồ sơ", "mahoso", "so ho so", "ma so ho so", "so bien nhan", "code", "dossier"),
        "procedure": (
            "ma tthc",
            "matthc",
            "ma thu tuc",
            "ma thu tuc hanh chinh",
            "ma so thu tuc",
            "thu tuc",
            "procedure",
        ),
        "unit": (
            "ma don vi",
            "don vi xu ly",
            "donvixuly",
            "ma co quan",
            "ma don vi xu ly",
            "ma dinh danh don vi",
            "ma dinh danh",
            "don vi",
            "co quan",
            "unit",
        ),
        "state": ("trang thai", "trang thai ho so", "trangthaihoso", "tinh trang", "state"),
        "received_on": ("Ngày tiếp nhận", "ngaytiepnhan", "ngay nhan", "ngay nhan ho so", "received"),
        "due_on": (
            "ngay hen tra",
            "ngayhentra",
            "hen tra",
            "ngay hen tra ket qua",
            "han giai quyet",
            "han xu ly",
            "han tra",
            "due",
        ),
        "finished_on": (
            "ngay ket thuc xu ly",
            "ngayketthucxuly",
            "ngay hoan thanh",
            "ngay giai quyet",
            "ngay ket thuc",
            "ngay co ket qua",
            "ngay tra ket qua",
            "ngay tra",
            "finished",
        ),
        "channel": ("kenh thuc hien", "kenhthuchien", "hinh thuc nop", "hinh thuc tiep nhan", "hinh thuc", "channel"),
        "owner": (
            "so giay to chu ho so",
            "sogiaytochuhoso",
            "so dinh danh",
            "so dinh danh ca nhan",
            "so cccd",
            "cccd",
            "so cmnd cccd",
            "owner",
        ),
        "passed": ("lien thong dien tu", "chuyen lien thong dien tu", "lien thong", "passed"),
        "synced": ("dong bo kho du lieu ca nhan", "kho du lieu ca nhan", "dong bo kho", "synced"),
        "result_due": ("co ket qua giay", "co ket qua", "phai tra ket qua giay", "result due"),
        "components": (
            "so hoa tphs",
            "so hoa thanh phan",
            "so hoa thanh phan ho so",
            "ho so co thanh phan so hoa",
            "hosocothanhphansohoa",
            "thanh phan da so hoa",
            "components",
        ),
        "results": (
            "so hoa kq",
            "so hoa ket qua",
            "so hoa ket qua giai quyet",
            "ket qua da so hoa",
            "results",
        ),
        "reused": ("tai su dung", "duoc tai su dung", "duoctaisudung", "reused"),
        "result_number": ("so ky hieu ket qua", "so ket qua", "result number"),
        "result_id": ("ma giay to ket qua", "magiaytoketqua", "ma ket qua", "result id"),
        "result_issued_on": ("ngay cap", "ngay ban hanh ket qua", "ngay cap ket qua", "result issued"),
        "result_valid_until": ("ngay het han", "het hieu luc", "co gia tri den", "result valid until"),
        "title": ("trich yeu ho so", "trichyeuhoso", "trich yeu", "noi dung", "ten ho so", "title"),
    },
    ("code", "received_on"),
)
PAPERS: Final = Kind(
    "papers",
    {
        "dossier": ("Mã hồ sơ", "mahoso", "so ho so", "ma so ho so", "dossier"),
        "kind": ("loai", "loai giay to", "kind", "vai tro"),
        "name": ("Tên giấy tờ", "tengiayto", "ten", "ten tep dinh kem", "ten thanh phan", "name"),
        "number": ("so ky hieu", "so ky hieu van ban", "so van ban", "number"),
        "issued_on": ("ngay cap", "ngay ban hanh", "ngay ky", "issued"),
        "valid_until": ("ngay het han", "het hieu luc", "co gia tri den", "hieu luc den", "valid until"),
        "revoked_on": ("ngay thu hoi", "thu hoi tu", "revoked"),
        "result_id": ("ma giay to ket qua", "magiaytoketqua", "ma ket qua", "result id"),
        "file_name": ("ten tep", "tep dinh kem", "ten file", "file"),
        "declared": ("duoc so hoa", "duocsohoa", "da so hoa", "so hoa", "digitized"),
        "reused": ("duoc tai su dung", "duoctaisudung", "tai su dung", "reused"),
        "from_store": ("duoc lay tu kho dmqg", "duoclaytukhodmqg", "lay tu kho", "tu kho", "from store"),
    },
    ("dossier", "name"),
)
PROCEDURES: Final = Kind(
    "procedures",
    {
        "code": ("Mã số", "ma tthc", "ma thu tuc", "ma thu tuc hanh chinh", "code"),
        "name": ("Tên", "ten tthc", "ten thu tuc", "ten thu tuc hanh chinh", "name"),
        "issuer": ("co quan ban hanh", "issuer"),
        "performers": ("co quan thuc hien", "performers"),
        "field": ("linh vuc", "field"),
    },
    ("code", "name"),
)
UNITS: Final = Kind(
    "units",
    {
        "code": ("Mã", "ma don vi", "ma so", "ma dinh danh", "code"),
        "name": ("Tên", "ten don vi", "ten day du", "fullname", "name"),
        "level": ("cap", "cap hanh chinh", "level"),
        "parent": ("truc thuoc", "ma cap tren", "don vi cap tren", "thuoc", "provincecode", "parent"),
        "valid_from": ("tu ngay", "hieu luc tu", "valid from"),
        "valid_to": ("den ngay", "hieu luc den", "valid to"),
        "successor": ("don vi ke thua", "ke thua", "sap nhap vao", "successor"),
    },
    ("code", "name"),
)
KINDS: Final = {kind.name: kind for kind in (DOSSIERS, PAPERS, PROCEDURES, UNITS)}


@dataclass(frozen=True, slots=True)
class Columns:
    """Where things stand in a table.

    Attributes:
        places: column, from 0, by the name of the value.
        titles: title of the column by the name of the value, as it stands there.
        unused: titles of the columns that nothing is taken from.

    """

    places: Mapping[str, int]
    titles: Mapping[str, str]
    unused: tuple[str, ...]


def find(row: Row, kind: Kind, mapping: Mapping[str, str]) -> Columns | None:
    """The columns by a row, if it is the header; None when it is not.

    Args:
        row: one of the first rows.
        kind: what is imported.
        mapping: titles that the user gives, by the name of the value; they win.

    """
    titles = [plain(cell) for cell in row.cells]
    folded = [_key(title) for title in titles]
    places: dict[str, int] = {}
    for name, title in mapping.items():
        if _key(title) in folded:
            places[name] = folded.index(_key(title))
    for name, known in kind.titles.items():
        if name in mapping:
            continue
        found = next((folded.index(_key(title)) for title in known if _key(title) in folded), None)
        if found is not None and found not in places.values():
            places[name] = found
    if any(name not in places for name in (*kind.needed, *mapping)):
        return None
    unused = tuple(title for place, title in enumerate(titles) if title and place not in places.values())
    return Columns(places, {name: titles[place] for name, place in places.items()}, unused)


def missing(
    rows: Iterable[Row], kind: Kind, mapping: Mapping[str, str], path: Path, sheets: Sequence[str]
) -> TableUnusable:
    """Why no header was found: what is needed, and what there is."""
    widest = max(rows, key=lambda row: sum(1 for cell in row.cells if plain(cell)), default=Row(1, []))
    there = ", ".join(plain(cell)[:40] for cell in widest.cells[:20] if plain(cell)) or "-"
    needed = [mapping.get(name) or kind.titles[name][0] for name in dict.fromkeys((*kind.needed, *mapping))]
    reason = N_("no row of the first {within} has the columns {needed}; there are: {there}")
    if len(sheets) > 1:
        reason = N_("no sheet ({sheets}) has the columns {needed} in its first {within} rows; there are: {there}")
    return TableUnusable(
        file=path,
        reason=reason,
        within=HEADER_WITHIN,
        needed=", ".join(needed),
        there=there,
        sheets=", ".join(sheets),
    )


def read_mapping(path: Path, kind: Kind) -> dict[str, str]:
    """A mapping file: TOML with a line `value = "title of its column"` for each value that is not found by itself.

    Raises:
        BadConfiguration: it is no TOML, or names a value that this kind has not.
        FileMissing, PermissionMissing: it cannot be read.

    """
    table = Table(toml_table.read(path), path)
    for name, title in table.values.items():
        if name not in kind.titles or not isinstance(title, str) or not title.strip():
            reason = N_('{key}: a line is written value = "title"; the values are {known}')
            raise table.wrong_value(name, reason, known=", ".join(kind.titles))
    return dict(table.values)


def _key(title: str) -> str:
    return _NOT_LETTERS.sub(" ", fold(title)).strip()
