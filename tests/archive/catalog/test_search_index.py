from pathlib import Path

from digidoc.archive.archive import Archive
from digidoc.archive.catalog import index
from digidoc.archive.catalog.database import transaction
from tests.papers import draft


def _tokens(archive: Archive) -> set[str]:
    db = archive.catalog.db
    db.execute("CREATE VIRTUAL TABLE temp.held USING fts5vocab(main, page_index, row)")
    held = {row[0] for row in db.execute("SELECT term FROM held")}
    db.execute("DROP TABLE temp.held")
    return held


def test_tokens_of_a_page() -> None:
    found = index.tokens_of("Đăng ký\n15/QĐ-UBND", ("dossier:hs_1",)).split()
    words = {"dang", "đăng", "ky", "ký", "15", "qd", "qđ", "ubnd"}
    pairs = {"dang_ky", "đăng_ký", "ky_15", "ký_15", "15_qd", "15_qđ", "qd_ubnd", "qđ_ubnd"}
    assert set(found) == words | pairs | {"15_qd_ubnd", "15_qđ_ubnd", "dossier:hs_1"}
    assert len(found) == len(set(found))


def test_facets_of_a_paper() -> None:
    fields = [("CodeNumber", "07"), ("CodeNotation", "TTr-UBND"), ("IssuedDate", "2025-09-08")]
    found = index.facets_of("HS-01", fields)
    assert {"number:07_ttr_ubnd", "dossier:hs_01", "codenumber:07", "codenotation:ttr"} < set(found)
    assert {"issueddate:2025", "issueddate:2025_09", "issueddate:202_"} < set(found)


def test_nothing_of_a_paper_stays_behind(archive: Archive, scans: Path) -> None:
    fields = [("Subject", "Xin kinh phí"), ("IssuedDate", "2025-09-08")]
    with archive.writing():
        archive.file("HS-1", [draft(scans, "a.tif", "bản cũ 15/QĐ-UBND", dossier="HS-1", fields=fields)])
        archive.file("HS-1", [draft(scans, "a.tif", "bản mới", dossier="HS-1", task_key="key-2")])
    assert _tokens(archive) == {"ban", "bản", "moi", "mới", "ban_moi", "bản_mới", "dossier:hs_1"}


def test_the_index_of_version_1_is_made_anew(archive: Archive, scans: Path) -> None:
    with archive.writing():
        archive.file(None, [draft(scans, "a.tif", "đăng ký kinh doanh")])
    held = _tokens(archive)
    db = archive.catalog.db
    with transaction(db):
        db.execute("DROP TABLE page_index")
        db.execute("CREATE VIRTUAL TABLE page_index USING fts5(folded, exact, content='')")
        index.upgrade(db)
    assert _tokens(archive) == held
    assert archive.search("dang ky").hits
