"""The documents behind a figure, one by one: as many as its denominator counts, or those that its numerator lacks.

An item stands for what the figure counts: a dossier, a result, or a paper of the archive. Of a dossier whose papers are
lacking, it names all of them, and number and id of the first. Codes of `why`: counted; declared (there is only the
register's word); not-digitized, not-conformant, not-signed, not-reviewed; not-reused, not-synced, not-online, on-paper
(how it passed), late; in-process (overdue).
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from sqlite_utils import Database

from digidoc.archive.catalog.search import fields_to_confirm
from digidoc.archive.register.counts import Question, ask, today
from digidoc.archive.register.schema import counting
from digidoc.metric import METRICS, Metric, OfDossiers, OfPapers, OfResults
from digidoc.register import ListedItem, PaperKind, Quality, Scope

_QUALITIES: Final = tuple(Quality)
_NOT_CONFORMANT: Final = "not-conformant"
_LACKING: Final = ("not-digitized", _NOT_CONFORMANT, "not-signed")


def listed(db: Database, metric: str, quality: Quality, scope: Scope, *, missing: bool) -> Iterator[ListedItem]:
    """The documents behind a figure, in the order of the register, or in which they were filed.

    Args:
        db: the catalogue.
        metric: what is measured, by the codes of `digidoc.metric.Metric`.
        quality: which counts, where the metric has the choice.
        scope: see `Archive.flow`; figures of papers have no period.
        missing: only those that the numerator does not count.

    """
    asked = ask(db, scope)
    counted = METRICS[Metric(metric)].counted
    if isinstance(counted, OfResults):
        found = _results(asked, quality)
    elif isinstance(counted, OfPapers):
        found = _papers(asked, counted, quality)
    else:
        found = _of_dossiers(asked, counted, quality)
    yield from (_with_doubts(db, item) for item in found if not (missing and item.counted))
    if isinstance(counted, OfDossiers) and counted.overdue:
        yield from _overdue(asked)


def _with_doubts(db: Database, item: ListedItem) -> ListedItem:
    """The item; of a paper that is not conformant, with what is in doubt about it."""
    if item.why != _NOT_CONFORMANT or item.paper_id is None:
        return item
    (doubts,) = db.execute("SELECT doubts FROM paper WHERE paper_id = ?", [item.paper_id]).fetchone()
    return replace(item, doubts=tuple(json.loads(doubts)), review=fields_to_confirm(db, item.paper_id))


def orphans(db: Database) -> tuple[int, int]:
    """Dossiers with papers that the register does not know; resolved dossiers of the register without any paper."""
    unknown = db.execute(f"SELECT count(*) FROM dossier WHERE known = 0 AND object_id <> '' AND {_HAS}").fetchone()[0]  # noqa: S608
    bare = "SELECT count(*) FROM dossier_fact WHERE finished_on IS NOT NULL AND filed = 0"
    return unknown, db.execute(bare).fetchone()[0]


def orphan_list(db: Database) -> Iterator[ListedItem]:
    """Both kinds one by one; see `orphans`."""
    for (code,) in db.execute(f"{_UNKNOWN} ORDER BY code"):
        yield ListedItem(code, "", "", None, "", "", None, counted=False, why="not-in-register")
    for code, unit, procedure in db.execute(f"{_BARE} ORDER BY register_dossier.id"):
        yield ListedItem(code, unit, procedure, None, "", "", None, counted=False, why="no-paper")


_HAS: Final = f"EXISTS (SELECT 1 FROM paper WHERE paper.dossier = dossier.code AND {counting()})"  # noqa: S608
_UNKNOWN: Final = f"SELECT code FROM dossier WHERE code NOT IN (SELECT code FROM register_dossier) AND {_HAS}"  # noqa: S608
_BARE: Final = f"""
    SELECT code, unit, procedure FROM register_dossier WHERE state IN (9, 10)
    AND NOT EXISTS (SELECT 1 FROM paper WHERE paper.dossier = register_dossier.code AND {counting()})
"""  # noqa: S608


def _of_dossiers(asked: Question, spec: OfDossiers, quality: Quality) -> Iterator[ListedItem]:
    place = _QUALITIES.index(quality)
    # What asks for papers is counted in each quality, in columns of their own.
    done = " + ".join(f"{name}_{place}" if spec.papers else name for name in spec.done)
    sql = (
        f"SELECT fact.id, d.code, fact.unit, fact.procedure, fact.counted, fact.result_due "  # noqa: S608
        f"FROM (SELECT *, ({done}) AS counted FROM {asked.dossiers()} WHERE {asked.where}) AS fact "
        f"JOIN register_dossier AS d ON d.id = fact.id WHERE fact.{spec.due} AND fact.{spec.day} >= :first "
        f"AND fact.{spec.day} <= min(:last, :day) ORDER BY fact.id"
    )
    kind = spec.papers[0] if len(spec.papers) == 1 else None
    lacking = "" if spec.lacking is None else spec.lacking.code
    for number, code, unit, procedure, counted, result_due in asked.db.execute(sql, asked.values):
        why = "counted" if counted else lacking
        whole = ListedItem(code, unit, procedure, kind, "", "", None, bool(counted), why)
        kinds = tuple(paper for paper in spec.papers if paper is PaperKind.COMPONENT or result_due)
        yield _with_papers(asked, whole, number, kinds, place) if kinds else whole


def _with_papers(
    asked: Question, whole: ListedItem, number: int, kinds: tuple[PaperKind, ...], place: int
) -> ListedItem:
    """The item with what is said of its papers: of those that lack the quality, or of all."""
    sql = f"""
        SELECT r.is_result, r.name, r.number, p.paper_id, r.declared, coalesce(p.conformant, 0),
               coalesce(p.verdict = 'TOTAL_PASSED' AND p.holds_from <= :until, 0)
        FROM register_paper AS r
        LEFT JOIN paper AS p ON p.paper_id = r.paper_id AND {counting("p")} AND p.registered_at <= :until
        WHERE r.dossier = :dossier AND r.live ORDER BY r.origin, r.ordinal
    """  # noqa: S608
    found = asked.db.execute(sql, {**asked.values, "dossier": number})
    rows = [row for row in found if (PaperKind.RESULT if row[0] else PaperKind.COMPONENT) in kinds]
    said = [(row, _why(row[3], row[4:], place)) for row in rows]
    if whole.counted:
        word = all(row[3] is None for row, _said in said)
        return replace(whole, why="declared" if word else "counted")
    lacking = [(row, why) for row, (has, why) in said if not has]
    if not lacking:  # a result is due of which the register has no row
        return replace(whole, why=_LACKING[0])
    (_kind, _name, written, paper_id, *_), why = lacking[0]
    return replace(whole, name="; ".join(row[1] for row, _why in lacking), number=written, paper_id=paper_id, why=why)


def _why(paper_id: str | None, facts: tuple[int, ...], place: int) -> tuple[bool, str]:
    """Whether a paper has the quality, and a code.

    Args:
        paper_id: of the digitized paper.
        facts: whether it is declared, conformant, signed.
        place: of the quality.

    """
    if paper_id is None:
        return bool(facts[0] and not place), "declared" if facts[0] else _LACKING[0]
    has = not place or bool(facts[place])
    return has, "counted" if has else _LACKING[place]


def _results(asked: Question, quality: Quality) -> Iterator[ListedItem]:
    place = _QUALITIES.index(quality)
    sql = (
        "SELECT d.code, fact.unit, fact.procedure, r.name, r.number, p.paper_id, fact.digitized_0, fact.digitized_1, "  # noqa: S608
        f"fact.digitized_2, fact.declared_only FROM (SELECT * FROM {asked.results()} WHERE {asked.where}) AS fact "
        "JOIN register_dossier AS d ON d.id = fact.dossier JOIN register_paper AS r ON r.dossier = fact.dossier "
        "AND r.origin = fact.origin AND r.ordinal = fact.ordinal LEFT JOIN paper AS p ON p.paper_id = r.paper_id "
        "AND p.registered_at <= :until WHERE fact.issued_on <= :today "
        "AND (fact.ends_on IS NULL OR fact.ends_on > :today) ORDER BY fact.dossier, fact.origin, fact.ordinal"
    )
    day = (asked.scope.as_of or today()).isoformat()
    for row in asked.db.execute(sql, {**asked.values, "today": day}):
        code, unit, procedure, name, number, paper_id, *has, word = row
        why = "declared" if word else "counted" if has[place] else _LACKING[place] if has[0] else _LACKING[0]
        yield ListedItem(code, unit, procedure, PaperKind.RESULT, name, number, paper_id, bool(has[place]), why)


def _overdue(asked: Question) -> Iterator[ListedItem]:
    now = asked.scope.as_of is None
    still = "finished_on IS NULL" if now else "received_on <= :day AND (finished_on IS NULL OR finished_on > :day)"
    sql = (
        "SELECT d.code, fact.unit, fact.procedure FROM dossier_fact AS fact JOIN register_dossier AS d USING (id) "  # noqa: S608
        f"WHERE fact.id IN (SELECT id FROM dossier_fact WHERE {still} AND withdrawn = 0 AND due_on < :today "
        f"AND {asked.where}) ORDER BY fact.id"
    )
    for row in asked.db.execute(sql, {**asked.values, "today": (asked.scope.as_of or today()).isoformat()}):
        code, unit, procedure = row
        yield ListedItem(code, unit, procedure, None, "", "", None, counted=False, why="in-process")


def _papers(asked: Question, spec: OfPapers, quality: Quality) -> Iterator[ListedItem]:
    """Papers of the archive, those of the same bytes once; where the metric counts them, those that were refused."""
    place = _QUALITIES.index(quality)
    done = spec.done[place if len(spec.done) > 1 else 0]
    refused = _REFUSED if spec.refused else ""
    sql = f"""
        SELECT c.paper_id, c.name, c.dossier, coalesce(d.unit, '') AS unit, coalesce(d.procedure, '') AS procedure,
               c.done, c.place
        FROM (SELECT place, paper_id, name, dossier, {done} AS done FROM ({_CONTENTS}) {refused}) AS c
        LEFT JOIN register_dossier AS d ON d.code = c.dossier
    """  # noqa: S608 (texts from here)
    lacking = _LACKING[place] if spec.lacking is None else spec.lacking.code
    rows = asked.db.execute(f"SELECT * FROM ({sql}) WHERE {asked.where} ORDER BY place", asked.values)  # noqa: S608
    for paper_id, name, dossier, unit, procedure, counted, _place in rows:
        why = "counted" if counted else _LACKING[0] if counted is None else lacking
        yield ListedItem(dossier or "", unit, procedure, None, name, "", paper_id, bool(counted), why)


_CONTENTS: Final = f"""
    SELECT min(rowid) AS place, paper_id, name, dossier, sum(conformant) > 0 AS conformant,
           sum(verdict = 'TOTAL_PASSED' AND holds_from <= :until) > 0 AS signed, sum(state = 'review') AS review
    FROM paper WHERE {counting()} AND registered_at <= :until GROUP BY sha256, part
"""  # noqa: S608
_REFUSED: Final = """
    UNION ALL
    SELECT rowid, paper_id, name, dossier, NULL FROM paper WHERE state = 'refused' AND registered_at <= :until
    AND (settled_at = '' OR settled_at > :until)
"""
