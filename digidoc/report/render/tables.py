"""The tables of a report, with numbers still numbers: what spreadsheets, pages and PDF files all show.

The titles of the national screen and of form II.06a/VPCP/KSTT are those of the forms, Vietnamese in every language.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from digidoc.i18n import tr as _
from digidoc.metric import Metric
from digidoc.register import GroupBy, Quality
from digidoc.report import words
from digidoc.report.document import Figure, FormRow, Group, ReportDocument, ScreenRow
from digidoc.report.render.cells import Cell, Column, Kind, Table, trimmed

_Which = tuple[Metric, Quality | None]


SCREEN: Final = tuple(
    Column(title, kind)
    for title, kind in (
        ("TT", Kind.COUNT),
        ("Mã đơn vị", Kind.TEXT),
        ("Đơn vị", Kind.TEXT),
        ("Tiếp nhận", Kind.COUNT),
        ("Số hóa TPHS", Kind.COUNT),
        ("Tái sử dụng", Kind.COUNT),
        ("Đã giải quyết", Kind.COUNT),
        ("Số hóa KQ", Kind.COUNT),
        ("Tỷ lệ (%)", Kind.PERCENT),
        ("Đạt", Kind.STATUS),
    )
)
FORM_NAME: Final = "II.06a/VPCP/KSTT"
FORM_TITLE: Final = "Tình hình, kết quả giải quyết thủ tục hành chính"
FORM: Final = (
    Column("TT", Kind.COUNT),
    Column("Đơn vị", Kind.TEXT),
    *(
        Column(title, Kind.COUNT, band)
        for band, titles in (
            (
                "Tiếp nhận",
                ("Tổng số", "Trong kỳ: trực tuyến", "Trong kỳ: trực tiếp, dịch vụ bưu chính", "Kỳ trước"),
            ),
            ("Đã giải quyết", ("Tổng số", "Trước hạn", "Đúng hạn", "Quá hạn")),
            ("Đang xử lý", ("Tổng số", "Đúng hạn", "Quá hạn")),
        )
        for title in titles
    ),
)
_FORM_SUM: Final = "Tổng cộng"
_FORM_NUMBERS: Final = tuple(name for name in FormRow.__slots__ if name not in ("key", "name"))


def everything(report: ReportDocument, *, full: bool) -> list[Table]:
    """The tables that a report has, in the order in which they are read.

    Args:
        report: what it says.
        full: every number of every cell has a column of its own, and every row its name: for spreadsheets.

    """
    made = [figures(report, once=not full)]
    if report.screen:
        made.append(screen(report))
    if report.form:
        made.append(form(report))
    if report.groups:
        made.append(groups(report, full=full))
    if report.trend:
        made.append(trend(report))
    if report.scorecard:
        made.append(scorecard(report))
    return made if full else [table if table.official else trimmed(table) for table in made]


def figures(report: ReportDocument, *, once: bool) -> Table:
    """All figures; with `once` the name of a metric stands only before its first quality, and none without a share."""
    columns = (
        Column(_("Figure"), Kind.TEXT),
        Column(_("What counts"), Kind.TEXT),
        Column(_("Count"), Kind.COUNT),
        Column(_("Out of"), Kind.COUNT),
        Column("%", Kind.PERCENT),
        Column(_("Target (%)"), Kind.PERCENT),
        Column(_("Points missing"), Kind.POINTS),
        Column(_("Documents missing"), Kind.COUNT),
        Column(_("Target met"), Kind.STATUS),
    )
    known = [figure for figure in report.figures if figure.percent is not None or not once]
    return Table("figures", _("Figures"), columns, tuple(_figure_rows(known, once=once)))


def _figure_rows(found: Sequence[Figure], *, once: bool) -> Iterator[tuple[Cell, ...]]:
    before: Metric | None = None
    for figure in found:
        name = "" if once and figure.metric is before else words.metric(figure.metric)
        before = figure.metric
        quality = "" if figure.quality is None else words.quality(figure.quality)
        yield (name, quality, figure.numerator, figure.denominator, figure.percent, *_asked(figure))


def _asked(figure: Figure | None) -> tuple[Cell, ...]:
    """Target, gap in points, gap in documents, status."""
    goal = None if figure is None else figure.goal
    if goal is None:
        return ("", None, None, None)
    return (goal.percent, goal.gap_points, goal.gap_documents, goal.status)


def screen(report: ReportDocument) -> Table:
    """The national screen by unit."""
    rows = tuple(_screen_row(place, row) for place, row in enumerate(report.screen, 1))
    return Table("screen", _("National screen"), SCREEN, rows, official=True)


def _screen_row(place: int, row: ScreenRow) -> tuple[Cell, ...]:
    met = None if row.met is None else ("Đạt" if row.met else "Không đạt")
    counts = (row.received, row.components, row.reused, row.resolved, row.results)
    return (place, row.key, row.name, *counts, row.percent, met)


def form(report: ReportDocument) -> Table:
    """Form II.06a/VPCP/KSTT: thirteen columns, a row a unit, and the sums below."""
    rows = tuple(_form_row(place, row) for place, row in enumerate(report.form, 1))
    title = _("Form {name}: {title}").format(name=FORM_NAME, title=FORM_TITLE)
    return Table("form", title, FORM, rows, sums=not report.form[-1].key, official=True)


def _form_row(place: int, row: FormRow) -> tuple[Cell, ...]:
    head = (place, f"{row.key} {row.name}".strip()) if row.key else (None, _FORM_SUM)
    return (*head, *(getattr(row, name) for name in _FORM_NUMBERS))


def groups(report: ReportDocument, *, full: bool) -> Table:
    """The breakdown; `full` gives count and denominator of every figure, else of the headline alone."""
    assert report.by is not None  # noqa: S101 (there are groups)
    kinds = list(dict.fromkeys((f.metric, f.quality) for group in report.groups for f in group.figures))
    sample = {(f.metric, f.quality): f for group in reversed(report.groups) for f in group.figures}
    columns = [Column(words.group(report.by), Kind.TEXT), Column(_("Name"), Kind.TEXT)]
    head = headline(report, report.groups[0])
    for kind in kinds:
        band = words.short(sample[kind]).replace("\n", " ") if full else ""
        if full or (head is not None and kind == (head.metric, head.quality)):
            columns += [Column(_("Count"), Kind.COUNT, band), Column(_("Out of"), Kind.COUNT, band)]
        columns.append(Column("%" if full else words.short(sample[kind]), Kind.PERCENT, band))
    columns += [
        Column(_("Target (%)"), Kind.PERCENT),
        Column(_("Points missing"), Kind.POINTS),
        Column(_("Documents missing"), Kind.COUNT),
        Column(_("Target met"), Kind.STATUS),
    ]
    counted = set(kinds) if full or head is None else {(head.metric, head.quality)}
    rows = tuple(tuple(_group_row(report.by, group, kinds, counted)) for group in report.groups)
    return Table("groups", _("By {what}").format(what=words.group(report.by).lower()), tuple(columns), rows)


def _group_row(by: GroupBy, group: Group, kinds: Sequence[_Which], counted: set[_Which]) -> Iterator[Cell]:
    found = {(figure.metric, figure.quality): figure for figure in group.figures}
    yield words.group_key(by, group.key)
    yield group.name
    for kind in kinds:
        figure = found.get(kind)
        if kind in counted:
            yield None if figure is None else figure.numerator
            yield None if figure is None else figure.denominator
        yield None if figure is None else figure.percent
    yield from _asked(next((figure for figure in group.figures if figure.goal is not None), None))


def headline(report: ReportDocument, group: Group) -> Figure | None:
    """The figure that groups are ranked by: the first metric in the quality that the report counts."""
    metric = group.figures[0].metric if group.figures else None
    return next((f for f in group.figures if f.metric is metric and f.quality in (report.quality, None)), None)


def trend(report: ReportDocument) -> Table:
    """Month by month."""
    columns = (
        Column(_("Month"), Kind.TEXT),
        Column(_("Count"), Kind.COUNT),
        Column(_("Out of"), Kind.COUNT),
        Column("%", Kind.PERCENT),
        Column(_("Target (%)"), Kind.PERCENT),
    )
    rows = tuple(
        (words.month(p.month), p.numerator, p.denominator, p.percent, "" if p.asked is None else p.asked)
        for p in report.trend
    )
    return Table("trend", _("Month by month"), columns, rows)


def scorecard(report: ReportDocument) -> Table:
    """The national scorecard."""
    columns = (
        Column(_("Indicator"), Kind.TEXT),
        Column(_("Figure"), Kind.TEXT),
        Column(_("Count"), Kind.COUNT),
        Column(_("Out of"), Kind.COUNT),
        Column("%", Kind.PERCENT),
        Column(_("Full points at (%)"), Kind.PERCENT),
        Column(_("Points"), Kind.POINTS),
        Column(_("Most points"), Kind.POINTS),
    )
    rows: list[tuple[Cell, ...]] = []
    for row in report.scorecard:
        figure = row.figure
        measured: tuple[Cell, ...] = (_("not measured by digidoc"), None, None, None)
        if figure is not None:
            measured = (words.figure(figure), figure.numerator, figure.denominator, figure.percent)
        rows.append((row.code, *measured, row.full_at, row.points, row.of))
    return Table("scorecard", _("National scorecard (QĐ 766/QĐ-TTg)"), columns, tuple(rows))


def heat(report: ReportDocument) -> Table:
    """Unit × month: percentages; a month without anything to divide by is empty."""
    months = sorted({cell.month for cell in report.heat})
    cells = {(cell.unit, cell.month): cell.percent for cell in report.heat}
    columns = [Column(_("Unit"), Kind.TEXT), Column(_("Name"), Kind.TEXT)]
    columns += [Column(words.month(month), Kind.PERCENT) for month in months]
    names = unit_names(report)
    rows = tuple(
        (unit, names.get(unit, ""), *(cells.get((unit, month)) for month in months))
        for unit in dict.fromkeys(cell.unit for cell in report.heat)
    )
    return Table("heat", _("Unit and month"), tuple(columns), rows)


def unit_names(report: ReportDocument) -> dict[str, str]:
    """The names of units by their codes, as far as the report knows them."""
    names = {row.key: row.name for row in report.form if row.key}
    names.update((row.key, row.name) for row in report.screen)
    if report.by is GroupBy.UNIT:
        names.update((group.key, group.name) for group in report.groups if group.name)
    return names
