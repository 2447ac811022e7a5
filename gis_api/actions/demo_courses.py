"""How far the open cases of a demo have come: steps taken, procedures begun, clocks that run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from gis_api.cases.clocks import store as clocks
from gis_api.cases.clocks.calendar import WorkCalendar
from gis_api.cases.clocks.rules import Running, list_intake_events, plan_changes, read_rules
from gis_api.cases.workflow import read_workflow

Row = dict[str, Any]

# Step, days after registration, what its record says, and the procedure that begins with it.
_COURSE: tuple[tuple[str, int, Mapping[str, str], str | None], ...] = (
    ("accept", 0, {}, None),
    ("assign", 0, {}, None),
    ("sign", 1, {}, None),
    ("begin", 2, {"way": "mediating"}, "mediation"),
)
# How many of these steps were taken, by number of the case, so that a demo is the same each time.
_TAKEN = (4, 3, 4, 2, 4, 1, 4, 4, 0, 4)
_CLOCK = ("rule", "started_on", "length", "due_on", "warn_on", "provisional")


@dataclass(slots=True)
class Course:
    """One open case up to the last day of the demo: where it stands and how it came there."""

    state: str = "registered"
    step_on: date | None = None
    moved_at: datetime | None = None
    acts: list[tuple[datetime, str, Row]] = field(default_factory=list)
    procedures: list[tuple[str, str, date]] = field(default_factory=list)
    # rule, first day, last day and the step that ended it
    clocks: list[tuple[str, date, date | None, str | None]] = field(default_factory=list)


def plan_course(case: Mapping[str, Any], last_day: date) -> Course:
    """Steps as the workflow allows them, none after ``last_day``; nobody steps without an officer.

    ``case``: case_id, source, kind, registered_at (Shanghai), post_id, officer_id.
    """
    course = Course()
    source, on = case["source"], case["registered_at"].date()
    events = list_intake_events(source)
    if "petition.registered" in events:
        course.procedures.append(("petition", "registered", on))
    _hear(course, case, events, "registered", on)
    wanted = 0 if case["officer_id"] is None else _TAKEN[case["case_id"] % len(_TAKEN)]
    for n, (step, days, said, procedure) in enumerate(_COURSE[:wanted], start=1):
        at = case["registered_at"] + timedelta(days=days, minutes=n)
        if at.date() > last_day:
            break
        _take(course, case, step, at, said)
        heard = {step}
        if procedure is not None:
            course.procedures.append((procedure, "begun", at.date()))
            heard.add(f"{procedure}.begun")
        _hear(course, case, heard, step, at.date())
    return course


def _take(
    course: Course, case: Mapping[str, Any], step: str, at: datetime, said: Mapping[str, str]
) -> None:
    to = read_workflow().steps[step].target(course.state)
    detail: Row = {
        "from": course.state, "to": to, "on": str(at.date()), "rev": len(course.acts) + 2,
        "officer_id": case["officer_id"],
    }  # fmt: skip
    course.acts.append((at, step, {**detail, **said}))
    course.state, course.step_on, course.moved_at = to, at.date(), at


def _hear(
    course: Course, case: Mapping[str, Any], events: Iterable[str], by: str, on: date
) -> None:
    running = [Running(rule, day, 1) for rule, day, ended, _ in course.clocks if ended is None]
    changes = plan_changes(running, set(events), source=case["source"], kinds=[case["kind"]])
    course.clocks = [
        (rule, day, on, by) if ended is None and rule in changes.stops else (rule, day, ended, end)
        for rule, day, ended, end in course.clocks
    ] + [(rule, on, None, None) for rule in changes.starts]


def state_columns(
    cases: Iterable[Mapping[str, Any]], courses: Mapping[int, Course]
) -> dict[str, list[Any]]:
    """Columns of ``demo_course`` for the cases that took a step."""
    columns: dict[str, list[Any]] = {
        name: [] for name in ("case_id", "state", "step_on", "moved_at", "steps", "is_asked")
    }
    for case in cases:
        course = courses.get(case["case_id"])
        if course is None or not course.acts:
            continue
        row = (case["case_id"], course.state, course.step_on, course.moved_at, len(course.acts),
               course.state == "assigned")  # fmt: skip
        for name, value in zip(columns, row, strict=True):
            columns[name].append(value)
    return columns


def procedure_columns(courses: Mapping[int, Course]) -> dict[str, list[Any]]:
    """Columns of ``case_procedure``."""
    rows = [(case_id, *one) for case_id, course in courses.items() for one in course.procedures]
    return {
        "case_id": [row[0] for row in rows],
        "procedure": [row[1] for row in rows],
        "stage": [row[2] for row in rows],
        "begun_on": [row[3] for row in rows],
        "stage_on": [row[3] for row in rows],
    }


def clock_columns(courses: Mapping[int, Course], calendar: WorkCalendar) -> dict[str, list[Any]]:
    """Columns of ``case_clock``; each rule and first day is counted once."""

    @cache
    def count(rule: str, on: date) -> Row:
        return clocks.clock_columns(Running(rule, on, read_rules()[rule].length), calendar)

    columns: dict[str, list[Any]] = {
        name: [] for name in ("case_id", *_CLOCK, "stopped_on", "stopped_by")
    }
    for case_id, course in courses.items():
        for rule, on, ended, by in course.clocks:
            counted = count(rule, on)
            for name in _CLOCK:
                columns[name].append(counted[name])
            columns["case_id"].append(case_id)
            columns["stopped_on"].append(ended)
            columns["stopped_by"].append(by)
    return columns
