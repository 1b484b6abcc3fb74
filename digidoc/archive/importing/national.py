"""JSON: dossiers as systems send them to the national portal, and the list of units as it is published.

A dossier has MaHoSo, MaTTHC, TrangThaiHoSo, NgayTiepNhan, TaiLieuNop[DuocSoHoa, DuocTaiSuDung, DuocLayTuKhoDMQG],
DanhSachGiayToKetQua …; days are yyyyMMddHHmmss, flags "0" and "1". A unit has Code, FullName and Wards.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from digidoc.archive.importing import cells
from digidoc.archive.importing.errors import CellError, TableUnusable
from digidoc.archive.importing.rows import Maker, check_validity
from digidoc.errors import from_os
from digidoc.i18n import N_
from digidoc.register import DossierState, PaperKind, RegisterDossier, RegisterPaper, UnitRecord

# Python holds the whole document while it reads it, at about ten times its size.
LARGEST: Final = 256 << 20
_LISTS: Final = ("data", "Data", "result", "HoSo", "hoSo", "DanhSachHoSo", "items")
_REUSED: Final = ("1", "2")


def entries(path: Path) -> Iterator[tuple[int, Any]]:
    """The entries of the list in a JSON file with their numbers, from 1.

    Raises:
        TableUnusable: it is no JSON, too large, or holds no list of objects.
        FileMissing, PermissionMissing, StorageError: it cannot be read.

    """
    try:
        if path.stat().st_size > LARGEST:
            raise TableUnusable(file=path, reason=N_("a JSON file has at most {most} MB"), most=LARGEST >> 20)
        document = json.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise from_os(error, path) from error
    except (ValueError, RecursionError) as error:
        raise TableUnusable(file=path, reason=N_("it is not JSON: {why}"), why=error) from error
    found = document
    if isinstance(found, dict):
        found = next((found[name] for name in _LISTS if isinstance(found.get(name), list)), [found])
    if not isinstance(found, list) or not found:
        raise TableUnusable(file=path, reason=N_("there is no list in it"))
    yield from enumerate(found, 1)


def dossier(entry: Any, maker: Maker, unit: str) -> RegisterDossier:
    """A dossier of the national exchange.

    Raises:
        CellError: it is no dossier, or a value is missing or impossible.

    """
    get = _reader(entry, "MaHoSo")
    received = cells.day("NgayTiepNhan", get("NgayTiepNhan"))
    if received is None:
        raise CellError("NgayTiepNhan", N_("a value is missing"))
    state = cells.state("TrangThaiHoSo", get("TrangThaiHoSo"))
    finished = cells.day("NgayKetThucXuLy", get("NgayKetThucXuLy")) or cells.day("NgayTra", get("NgayTra"))
    if state is None:
        state = DossierState.IN_PROCESS if finished is None else DossierState.FINISHED
    results = tuple(_result(part, finished) for part in _list(entry, "DanhSachGiayToKetQua"))
    owners = [str(part.get("SoDinhDanh") or "") for part in _list(entry, "DinhDanhCHS")]
    made = RegisterDossier(
        code=cells.code("MaHoSo", get("MaHoSo")),
        unit=cells.code("DonViXuLy", get("MaDonVi") or get("DonViXuLy") or unit),
        procedure=cells.code("MaTTHC", get("MaTTHC")) if get("MaTTHC") else "",
        state=state,
        received_on=received,
        due_on=cells.day("NgayHenTra", get("NgayHenTra")),
        finished_on=finished,
        channel=cells.channel("KenhThucHien", get("KenhThucHien")),
        owner=get("SoGiayToChuHoSo") or next(filter(None, owners), ""),
        synced=any(part.result_id for part in results),
        papers=tuple(_component(part) for part in _list(entry, "TaiLieuNop") if not _deleted(part)) + results,
        title=cells.text("TrichYeuHoSo", get("TrichYeuHoSo")),
    )
    maker.check(made)
    for paper in made.papers:
        check_validity(paper, maker.today)
    return made


def unit(entry: Any) -> Iterator[UnitRecord]:
    """A province of the published list and its communes.

    Raises:
        CellError: it is none.

    """
    get = _reader(entry, "Code")
    code = cells.code("Code", get("Code"))
    name = cells.text("FullName", get("FullName") or get("Name"))
    wards = _list(entry, "Wards")
    parent = get("ProvinceCode")
    yield UnitRecord(code, name, "commune" if parent else "province", parent)
    for ward in wards:
        yield from unit({**ward, "ProvinceCode": ward.get("ProvinceCode") or code})


def _component(part: Mapping[str, Any]) -> RegisterPaper:
    get = _reader(part, "TenTepDinhKem")
    return RegisterPaper(
        PaperKind.COMPONENT,
        cells.text("TenTepDinhKem", get("TenTepDinhKem")),
        file_name=cells.text("TenTepDinhKem", get("TenTepDinhKem")),
        declared=cells.flag("DuocSoHoa", get("DuocSoHoa")),
        # "2" is a paper that was taken over with the code of the result that it comes from.
        reused=get("DuocTaiSuDung") in _REUSED or cells.flag("DuocTaiSuDung", get("DuocTaiSuDung")),
        from_store=cells.flag("DuocLayTuKhoDMQG", get("DuocLayTuKhoDMQG")),
    )


def _result(part: Mapping[str, Any], finished: Any) -> RegisterPaper:
    get = _reader(part, "TenGiayTo")
    path = get("DuongDanTepTinKetQua")
    return RegisterPaper(
        PaperKind.RESULT,
        cells.text("TenGiayTo", get("TenGiayTo")),
        number=cells.text("SoKyHieu", get("SoKyHieu")),
        issued_on=finished,
        result_id=cells.text("MaGiayToKetQua", get("MaGiayToKetQua")),
        file_name=cells.text("DuongDanTepTinKetQua", path.replace("\\", "/").rpartition("/")[2]),
        declared=bool(path),
    )


def _deleted(part: Any) -> bool:
    return isinstance(part, Mapping) and str(part.get("IsDeleted")).casefold() in ("1", "true")


def _list(entry: Mapping[str, Any], name: str) -> list[Any]:
    found = entry.get(name) or []
    if not isinstance(found, list) or not all(isinstance(part, Mapping) for part in found):
        raise CellError(name, N_("it is not a list of JSON objects"))
    return found


def _reader(entry: Any, needed: str) -> Any:
    """What reads a value of an object as text, empty when it is missing."""
    if not isinstance(entry, Mapping):
        raise CellError(needed, N_("it is not a JSON object"))

    def get(name: str) -> str:
        value = entry.get(name)
        if value is None or isinstance(value, (list, Mapping)):
            return ""
        return str(int(value)) if isinstance(value, bool) else str(value).strip()

    return get
