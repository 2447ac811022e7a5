"""Working days: plain weeks, corrected by the published holidays and make-up days.  Pure.

Every count takes O(log n): weekdays by arithmetic, corrections by bisection.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

_ONE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SetApart:
    """A day that differs from a plain week: a weekday off, or a weekend day worked (调休)."""

    day: date
    is_working: bool
    name: str = ""


class WorkCalendar:
    """Which days are worked.

    ``years`` are those whose holiday notice is known; in any other year the plain week counts, and
    an answer that leans on it is provisional.  A day set apart must lie in a known year and differ
    from the plain week; others raise ValueError.
    """

    def __init__(self, years: Iterable[int], days: Iterable[SetApart]) -> None:
        self.years = frozenset(years)
        self._days = sorted(days, key=lambda one: one.day)
        for one in self._days:
            if one.day.year not in self.years or one.is_working is is_weekday(one.day):
                raise ValueError(f"{one.day} is a plain day, or of a year that is not known")
        self._at = [one.day.toordinal() for one in self._days]
        self._sums = [0, *accumulate(1 if one.is_working else -1 for one in self._days)]
        self._by_day: Mapping[date, SetApart] = {one.day: one for one in self._days}

    def is_working(self, day: date) -> bool:
        """Whether a day is worked."""
        one = self._by_day.get(day)
        return is_weekday(day) if one is None else one.is_working

    def is_known(self, day: date) -> bool:
        """Whether the holiday notice of the day's year is known."""
        return day.year in self.years

    def count(self, after: date, through: date) -> int:
        """Working days in (after, through]; negative the other way round."""
        return self._rank(through) - self._rank(after)

    def add(self, start: date, days: int) -> date:
        """The ``days``-th working day after ``start``; ``start`` itself for 0."""
        if days < 0:
            raise ValueError("only forwards")
        if days == 0:
            return start
        wanted = self._rank(start) + days
        low, high = start.toordinal(), start.toordinal() + 2 * days + 14
        while self._rank(date.fromordinal(high)) < wanted:
            high += 2 * days + 14
        while low + 1 < high:  # rank(low) < wanted <= rank(high)
            middle = (low + high) // 2
            if self._rank(date.fromordinal(middle)) < wanted:
                low = middle
            else:
                high = middle
        return date.fromordinal(high)

    def next_working(self, day: date) -> date:
        """The day itself when it is worked, else the first one after it that is."""
        return day if self.is_working(day) else self.add(day, 1)

    def list_apart(self, after: date, through: date) -> list[SetApart]:
        """The days set apart in (after, through], in order."""
        first = bisect_right(self._at, after.toordinal())
        return self._days[first : bisect_right(self._at, through.toordinal())]

    def _rank(self, day: date) -> int:
        """Working days from the beginning of time up to and with the day."""
        ordinal = day.toordinal()
        weeks, rest = divmod(ordinal, 7)  # ordinal 1 is a Monday
        return weeks * 5 + min(rest, 5) + self._sums[bisect_right(self._at, ordinal)]


def is_weekday(day: date) -> bool:
    """Monday to Friday."""
    return day.weekday() < 5


def add_months(day: date, months: int) -> date:
    """The same day so many calendar months later; the last day of a month that has no such day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    first_of_next = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return date(year, month + 1, min(day.day, (first_of_next - _ONE).day))
