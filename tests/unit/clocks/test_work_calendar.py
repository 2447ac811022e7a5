"""Working-day arithmetic against a calendar counted day by day."""

from __future__ import annotations

import calendar as plain_calendar
import random
from datetime import date, timedelta

import chinese_calendar
import pytest
from chinese_calendar import constants
from hypothesis import given, settings
from hypothesis import strategies as st

from gis_api.cases.clocks.calendar import SetApart, WorkCalendar, add_months

ONE = timedelta(days=1)
FIRST, LAST = date(2004, 1, 1), date(2026, 12, 31)
PAST_ITS_END = date(2029, 12, 31)


def published() -> WorkCalendar:
    days = [
        SetApart(day, is_working)
        for found, is_working in ((constants.holidays, False), (constants.workdays, True))
        for day in found
        if (day.weekday() < 5) is not is_working
    ]
    return WorkCalendar(range(FIRST.year, LAST.year + 1), days)


CALENDAR = published()
SPAN = (PAST_ITS_END - FIRST).days
DAYS = st.integers(0, SPAN).map(lambda n: FIRST + timedelta(days=n))


def brute_flags() -> list[bool]:
    """One flag a day: the package's own word as far as it goes, the plain week after that."""
    return [
        chinese_calendar.is_workday(day) if day <= LAST else day.weekday() < 5
        for day in (FIRST + timedelta(days=n) for n in range(SPAN + 1))
    ]


def test_20_000_random_pairs_equal_a_calendar_counted_day_by_day() -> None:
    flags = brute_flags()
    rng = random.Random(20260101)
    for _ in range(20_000):
        a, b = sorted((rng.randrange(SPAN + 1), rng.randrange(SPAN + 1)))
        after, through = FIRST + timedelta(days=a), FIRST + timedelta(days=b)
        expected = sum(flags[a + 1 : b + 1])
        assert CALENDAR.count(after, through) == expected, (after, through)


@settings(max_examples=300, deadline=None)
@given(DAYS, st.integers(0, 400))
def test_adding_working_days_walks_day_by_day(start: date, days: int) -> None:
    day, left = start, days
    while left:
        day += ONE
        left -= chinese_calendar.is_workday(day) if day <= LAST else day.weekday() < 5
    assert CALENDAR.add(start, days) == day


@settings(max_examples=200, deadline=None)
@given(DAYS, st.integers(1, 400))
def test_adding_and_counting_are_each_others_inverse(start: date, days: int) -> None:
    last = CALENDAR.add(start, days)
    assert CALENDAR.is_working(last)
    assert CALENDAR.count(start, last) == days
    assert CALENDAR.count(last, start) == -days


def test_a_make_up_saturday_is_worked_and_a_holiday_is_not() -> None:
    assert CALENDAR.is_working(date(2026, 2, 28))  # Saturday, made up for Spring Festival
    assert not CALENDAR.is_working(date(2026, 2, 17))
    assert CALENDAR.next_working(date(2026, 2, 15)) == date(2026, 2, 24)


@settings(max_examples=300, deadline=None)
@given(DAYS, st.integers(0, 60))
def test_months_keep_the_day_or_end_with_the_month(day: date, months: int) -> None:
    later = add_months(day, months)
    length = plain_calendar.monthrange(later.year, later.month)[1]
    assert later.day == min(day.day, length)
    assert (later.year - day.year) * 12 + later.month - day.month == months


def test_a_day_that_is_plain_cannot_be_set_apart() -> None:
    with pytest.raises(ValueError, match="plain day"):
        WorkCalendar([2026], [SetApart(date(2026, 3, 2), True)])
    with pytest.raises(ValueError, match="not known"):
        WorkCalendar([2025], [SetApart(date(2026, 3, 2), False)])
