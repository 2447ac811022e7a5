"""Days, weeks, months and years as half-open ranges of Shanghai dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

PERIODS = ("day", "week", "month", "year")


@dataclass(frozen=True, slots=True)
class Period:
    """``from_on`` is the first day, ``to_on`` the first day after."""

    kind: str
    from_on: date
    to_on: date

    def is_over(self, today: date) -> bool:
        return self.to_on <= today


def period_of(kind: str, day: date) -> Period:
    """The period of a kind that holds a day; weeks begin on Monday."""
    if kind == "day":
        return Period(kind, day, day + timedelta(days=1))
    if kind == "week":
        monday = day - timedelta(days=day.weekday())
        return Period(kind, monday, monday + timedelta(days=7))
    if kind == "month":
        first = day.replace(day=1)
        return Period(kind, first, _next_month(first))
    if kind == "year":
        return Period(kind, date(day.year, 1, 1), date(day.year + 1, 1, 1))
    raise KeyError(kind)


def period_before(period: Period) -> Period:
    """The one that ended when this one began."""
    return period_of(period.kind, period.from_on - timedelta(days=1))


def _next_month(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)
