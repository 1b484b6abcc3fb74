"""What a report is asked."""

from dataclasses import dataclass
from datetime import date, datetime

from digidoc.metric import Metric
from digidoc.register import GroupBy, Quality, Scope
from digidoc.report.targets import Programme


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked for.

    Attributes:
        scope: period, units, procedures and the day; its `as_of` is None for now.
        today: the day at whose end things are looked at: that of the scope, or today.
        made_at: when it is asked, +07:00.
        by: what to break down by.
        quality: which counts in the headline; None takes what the programme asks for, else attached.
        metric: the headline; None takes the programme's, else the stock, else the papers.
        programme: to compare with; None for none.

    """

    scope: Scope
    today: date
    made_at: datetime
    by: GroupBy | None
    quality: Quality | None
    metric: Metric | None
    programme: Programme | None
