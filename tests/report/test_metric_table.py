"""Each metric is counted, named, listed and documented: a new row of the table needs all four."""

from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from digidoc.archive.archive import Archive
from digidoc.metric import METRICS, Metric, OfDossiers, OfPapers, lacking_of
from digidoc.model import ArchiveFigures, Level, Unit
from digidoc.register import FlowCounts, PaperCounts, Quality, Scope, StockCounts
from digidoc.report import words
from digidoc.report.metrics import Counts, figure
from digidoc.report.render import listing

ROOT = Path(__file__).parent.parent.parent
FIGURES = ArchiveFigures(Unit("H17", Level.COMMUNE), None, None, 9, 8, 7, 6, 0, 0, 1, 1, 0)
WHOLE = Counts(FlowCounts(), StockCounts(), papers=PaperCounts(), figures=FIGURES, register=True)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    folder = tmp_path_factory.mktemp("metrics") / "kho"
    with Archive.create(folder, unit=Unit("H17", Level.COMMUNE, "Xã"), profile="commune") as made:
        yield made


def test_the_table_has_every_metric_in_order() -> None:
    assert list(METRICS) == list(Metric)
    titles = [spec.title for spec in METRICS.values()]
    shorts = [spec.short for spec in METRICS.values()]
    assert len(set(titles)) == len(set(shorts)) == len(Metric)


@pytest.mark.parametrize("metric", Metric)
def test_a_metric_is_counted_in_every_quality(metric: Metric) -> None:
    counted = METRICS[metric].counted
    kinds = {field.name: type(field.default) for field in fields(FlowCounts)}
    if isinstance(counted, OfDossiers):
        assert kinds[counted.due] is int
        assert {kinds[name] for name in counted.done} == {tuple if METRICS[metric].has_quality else int}
        assert bool(counted.papers) is METRICS[metric].has_quality
    if isinstance(counted, OfPapers):
        numerators, _whole = counted.count(FIGURES, PaperCounts())
        assert len(numerators) == len(counted.done) == (len(Quality) if METRICS[metric].has_quality else 1)
    for quality in Quality:
        found = figure(metric, quality, WHOLE)
        assert found is not None
        assert found.quality == (quality if METRICS[metric].has_quality else None)
        assert words.figure(found)
        assert words.short(found)


@pytest.mark.parametrize("metric", Metric)
def test_a_metric_lists_its_documents(archive: Archive, metric: Metric) -> None:
    for quality in Quality:
        for missing in (False, True):
            assert list(archive.listed(metric.value, quality, Scope(), missing=missing)) == []
    lacking = lacking_of(METRICS[metric])
    assert lacking is None or listing.why(lacking.code) == lacking.words
    assert lacking is not None or METRICS[metric].has_quality, "nothing would say why a document does not count"


@pytest.mark.parametrize("metric", Metric)
def test_a_metric_is_documented(metric: Metric) -> None:
    assert f"| `{metric}` |" in (ROOT / "docs" / "reference" / "metrics.md").read_text(encoding="utf-8")
