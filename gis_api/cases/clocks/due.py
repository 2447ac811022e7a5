"""When a clock is due, and how that was counted, line by line.  Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from gis_api.cases.clocks.calendar import WorkCalendar, add_months
from gis_api.cases.clocks.rules import ClockRule, Running, Unit

_ONE = timedelta(days=1)
Pause = tuple[date, date | None]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a calculation."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Due:
    """``due_on`` None while the clock stands still; ``remaining`` are then the units left.

    ``is_provisional``: it leans on a year whose holiday notice is not known yet.
    """

    due_on: date | None
    warn_on: date | None
    remaining: int | None
    is_provisional: bool
    lines: tuple[Line, ...]


def compute_due(rule: ClockRule, clock: Running, calendar: WorkCalendar) -> Due:
    """The day a clock is due.

    The day of the start and the day a pause begins are not counted, the day it goes on is.  Months
    are counted as the days that they have from the start.  An extension is in calendar days from
    the day that would be due without it.  Where the rule rolls, a last day that is not worked moves
    to the next working day.
    """
    lines = [_law(rule), _start(clock)]
    unit: Unit = "days" if rule.unit == "months" else rule.unit
    length = clock.length
    if rule.unit == "months":
        length = (add_months(clock.started_on, clock.length) - clock.started_on).days
    lines.append(_length(rule, clock, length))
    last, left = _count(clock.started_on, length, unit, clock.pauses, calendar)
    lines += _pause_lines(clock.pauses)
    if last is None:
        lines.append(
            Line(f"现在暂停，尚余 {left} {_UNIT[unit][0]}", f"standing still, {left} "
                 f"{_UNIT[unit][1]} left")
        )  # fmt: skip
        return Due(None, None, left, False, tuple(lines))
    if unit == "working_days":
        lines += _apart_lines(clock.started_on, last, calendar)
    if clock.extension_days:
        extended, left = _count(last, clock.extension_days, "days", _after(clock.pauses, last),
                                calendar)  # fmt: skip
        lines.append(
            Line(
                f"经批准延长 {clock.extension_days} 日", f"extended by {clock.extension_days} days"
            )
        )
        if extended is None:
            return Due(None, None, left, False, tuple(lines))
        last = extended
    due_on = calendar.next_working(last) if rule.rolls else last
    if due_on != last:
        lines.append(
            Line(
                f"最后一日 {last} 不是工作日，顺延至 {due_on}",
                f"{last} is not a working day: moved to {due_on}",
            )
        )
    leans = unit == "working_days" or rule.rolls
    is_provisional = leans and not calendar.is_known(due_on)
    lines.append(_due_line(due_on, is_provisional))
    return Due(due_on, _warn_on(rule, due_on, calendar), None, is_provisional, tuple(lines))


def _count(
    start: date, length: int, unit: Unit, pauses: Sequence[Pause], calendar: WorkCalendar
) -> tuple[date | None, int]:
    """(last day, 0), or (None, units left) when the clock stands still before it is reached."""
    cursor, left = start, length
    for begun, ended in pauses:
        before = begun - _ONE
        if before > cursor:
            passed = _between(cursor, before, unit, calendar)
            if passed >= left:
                return _add(cursor, left, unit, calendar), 0
            left -= passed
        if ended is None:
            return None, left
        cursor = max(cursor, ended - _ONE)
    return _add(cursor, left, unit, calendar), 0


def _between(after: date, through: date, unit: Unit, calendar: WorkCalendar) -> int:
    return (
        calendar.count(after, through) if unit == "working_days" else (through - after).days
    )  # fmt: skip


def _add(start: date, length: int, unit: Unit, calendar: WorkCalendar) -> date:
    if unit == "working_days":
        return calendar.add(start, length)
    return start + timedelta(days=length)


def _after(pauses: Sequence[Pause], day: date) -> list[Pause]:
    """The pauses that touch days after ``day``."""
    return [(max(a, day + _ONE), b) for a, b in pauses if b is None or b - _ONE > day]


def _warn_on(rule: ClockRule, due_on: date, calendar: WorkCalendar) -> date:
    day = due_on - timedelta(days=rule.warn)
    if rule.unit == "working_days":
        day = due_on
        for _ in range(rule.warn):
            day -= _ONE
            while not calendar.is_working(day):
                day -= _ONE
    return day


_UNIT = {
    "days": ("日", "days"),
    "working_days": ("个工作日", "working days"),
    "months": ("个月", "calendar months"),
}


def _law(rule: ClockRule) -> Line:
    zh, en = ("（当地规定，可改）", " (local rule)") if rule.is_local else ("", "")
    return Line(
        f"{rule.name_zh}，依据：{rule.law}{zh}", f"{rule.name_en}, by {rule.law}{en}"
    )  # fmt: skip


def _start(clock: Running) -> Line:
    on = clock.started_on
    return Line(f"起算 {on}，当日不计", f"starts {on}, that day not counted")


def _length(rule: ClockRule, clock: Running, days: int) -> Line:
    zh, en = _UNIT[rule.unit]
    said_zh, said_en = f"期限 {clock.length} {zh}", f"{clock.length} {en}"
    if rule.unit != "months":
        return Line(said_zh, said_en)
    through = clock.started_on + timedelta(days=days)
    return Line(f"{said_zh}，至 {through}，计 {days} 日", f"{said_en}, to {through}: {days} days")


def _pause_lines(pauses: Sequence[Pause]) -> list[Line]:
    lines = []
    for begun, ended in pauses:
        if ended is None:
            lines.append(Line(f"{begun} 起暂停", f"stands still from {begun}"))
        elif ended > begun:
            days = (ended - begun).days
            lines.append(Line(
                f"{begun} 至 {ended - _ONE} 暂停，{days} 日不计",
                f"{begun} to {ended - _ONE} stood still: {days} days not counted",
            ))  # fmt: skip
    return lines


def _apart_lines(after: date, through: date, calendar: WorkCalendar) -> list[Line]:
    """Holidays and make-up days between, by name."""
    lines = []
    for is_working, zh, en in (
        (False, "放假不计", "days off, not counted"),
        (True, "调休上班计入", "make-up days, counted"),
    ):
        names: dict[str, list[date]] = {}
        for one in calendar.list_apart(after, through):
            if one.is_working is is_working:
                names.setdefault(one.name, []).append(one.day)
        for name, days in names.items():
            listed = "、".join(str(day) for day in days)
            lines.append(Line(f"{name}{zh}：{listed}", f"{name} {en}: {', '.join(map(str, days))}"))
    return lines


def _due_line(due_on: date, is_provisional: bool) -> Line:
    if is_provisional:
        return Line(
            f"到期 {due_on}（暂定：{due_on.year} 年放假安排未公布，按平常周末计）",
            f"due {due_on} (provisional: the holidays of {due_on.year} are not published, plain"
            " weekends counted)",
        )
    return Line(f"到期 {due_on}", f"due {due_on}")
