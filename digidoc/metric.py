"""The metrics: what reports measure, in one table from which counts, names and lists of documents are taken.

To add one, add its code to `Metric`, its row to `METRICS`, and what it means to docs/reference/metrics.md. A metric of
dossiers counts fields of `FlowCounts`, which are columns of the register's facts too; a new field has to be counted in
`digidoc.archive.register.facts`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

from digidoc.i18n import N_
from digidoc.model import ArchiveFigures
from digidoc.register import PaperCounts, PaperKind


class Metric(StrEnum):
    """What is measured; docs/reference/metrics.md gives numerator, denominator and source of each."""

    STOCK = "stock"
    PAPERS = "papers"
    COMPONENTS = "components"
    RESULTS = "results"
    COMPLETE = "complete"
    SIGNED = "signed"
    REVIEWED = "reviewed"
    REUSE = "reuse"
    SYNCED = "synced"
    ON_TIME = "on-time"
    ON_TIME_ALL = "on-time-all"
    ONLINE = "online"
    EXCHANGE = "exchange"


@dataclass(frozen=True, slots=True)
class Lacking:
    """Why something is not in the numerator: a code, and the words for it."""

    code: str
    words: str


@dataclass(frozen=True, slots=True)
class OfDossiers:
    """Dossiers received or resolved in the period.

    Attributes:
        due: field of `FlowCounts` that is the denominator.
        done: fields that add up to the numerator; of a metric with a quality one, which has a number for each.
        day: the day that has to lie in the period.
        papers: which papers of the dossier have to be digitized; empty where the register alone says whether it counts.
        lacking: what is said of a dossier that does not count; None where its papers say it.
        overdue: dossiers in process that are overdue belong to the denominator too.

    """

    due: str
    done: tuple[str, ...]
    day: Literal["received_on", "finished_on"] = "received_on"
    papers: tuple[PaperKind, ...] = ()
    lacking: Lacking | None = None
    overdue: bool = False


@dataclass(frozen=True, slots=True)
class OfPapers:
    """Papers of the whole archive, those of the same bytes once; they have no period and no breakdown.

    Attributes:
        count: the numerators, one or one for each quality, and the denominator.
        done: for each numerator the condition, on columns of the catalogue.
        lacking: what is said of a paper that does not count; None where the quality says it.
        refused: papers that could not be taken belong to the denominator too.

    """

    count: Callable[[ArchiveFigures, PaperCounts], tuple[tuple[int, ...], int]]
    done: tuple[str, ...]
    lacking: Lacking | None = None
    refused: bool = False


@dataclass(frozen=True, slots=True)
class OfResults:
    """Results in force at the end of a day; without a register of them, files against the stock that is declared."""


@dataclass(frozen=True, slots=True)
class Spec:
    """A metric.

    Attributes:
        title: what is measured, for people.
        short: a narrow title of a column.
        counted: how numerator and denominator are counted, and the documents behind them listed.
        has_quality: it counts what is digitized, and so asks in which quality.
        broken_down: it stands beside the headline in breakdowns.

    """

    title: str
    short: str
    counted: OfDossiers | OfPapers | OfResults
    has_quality: bool = False
    broken_down: bool = False


def lacking_of(spec: Spec) -> Lacking | None:
    """What is said of a document that the metric does not count; None where its quality or its papers say it."""
    return None if isinstance(spec.counted, OfResults) else spec.counted.lacking


_LATE: Final = Lacking("late", N_("resolved late, or overdue"))
METRICS: Final[Mapping[Metric, Spec]] = {
    Metric.STOCK: Spec(N_("results in force that are digitized"), N_("stock"), OfResults(), has_quality=True),
    Metric.PAPERS: Spec(
        N_("papers that are digitized"),
        N_("papers"),
        OfPapers(
            lambda figures, _papers: ((figures.attached, figures.conformant, figures.signed), figures.registered),
            ("1", "conformant", "signed"),
            refused=True,
        ),
        has_quality=True,
    ),
    Metric.COMPONENTS: Spec(
        N_("dossiers with their components digitized"),
        N_("components"),
        OfDossiers("components_due", ("components",), papers=(PaperKind.COMPONENT,)),
        has_quality=True,
        broken_down=True,
    ),
    Metric.RESULTS: Spec(
        N_("resolved dossiers with the result digitized"),
        N_("results"),
        OfDossiers("result_due", ("results",), "finished_on", (PaperKind.RESULT,)),
        has_quality=True,
        broken_down=True,
    ),
    Metric.COMPLETE: Spec(
        N_("dossiers with components and result digitized"),
        N_("complete"),
        OfDossiers("complete_due", ("complete",), papers=(PaperKind.COMPONENT, PaperKind.RESULT)),
        has_quality=True,
    ),
    Metric.SIGNED: Spec(
        N_("digitized papers with verified signatures"),
        N_("signatures"),
        OfPapers(
            lambda _figures, papers: ((papers.signed,), papers.attached),
            ("signed",),
            Lacking("not-signed", N_("no verified signature")),
        ),
    ),
    Metric.REVIEWED: Spec(
        N_("digitized papers that nobody has to look at"),
        N_("reviewed"),
        OfPapers(
            lambda _figures, papers: ((papers.reviewed,), papers.attached),
            ("review = 0",),
            Lacking("not-reviewed", N_("a person has to look at it")),
        ),
    ),
    Metric.REUSE: Spec(
        N_("dossiers that reuse a digitized paper"),
        N_("reuse"),
        OfDossiers("received", ("reused",), lacking=Lacking("not-reused", N_("nothing was reused"))),
        broken_down=True,
    ),
    Metric.SYNCED: Spec(
        N_("dossiers connected with the citizen's store"),
        N_("store"),
        OfDossiers("received", ("synced",), lacking=Lacking("not-synced", N_("not in the citizen's store"))),
    ),
    Metric.ON_TIME: Spec(
        N_("resolved on time"),
        N_("on time"),
        OfDossiers("resolved", ("early", "punctual"), "finished_on", lacking=_LATE),
        broken_down=True,
    ),
    Metric.ON_TIME_ALL: Spec(
        N_("resolved on time, overdue ones counted"),
        N_("on time, all"),
        OfDossiers("resolved", ("early", "punctual"), "finished_on", lacking=_LATE, overdue=True),
    ),
    Metric.ONLINE: Spec(
        N_("received online"),
        N_("online"),
        OfDossiers("received", ("received_online",), lacking=Lacking("not-online", N_("not received online"))),
        broken_down=True,
    ),
    Metric.EXCHANGE: Spec(
        N_("passed between offices electronically"),
        N_("exchange"),
        OfDossiers("passed", ("passed_online",), lacking=Lacking("on-paper", N_("passed on paper"))),
    ),
}
# Dossiers that are digitized or not, in the order of the table.
DIGITIZED_DOSSIERS: Final = tuple(
    metric for metric, spec in METRICS.items() if spec.has_quality and isinstance(spec.counted, OfDossiers)
)
