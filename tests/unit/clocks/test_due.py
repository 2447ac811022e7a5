"""Due days: counted by hand in examples, by a day-by-day clock in general."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis_api.cases.clocks.calendar import add_months
from gis_api.cases.clocks.due import compute_due
from gis_api.cases.clocks.rules import Running, list_intake_rules, plan_changes, read_rules
from gis_api.cases.procedures import read_procedures
from gis_api.cases.workflow import read_workflow
from tests.unit.clocks.test_work_calendar import CALENDAR, LAST

ONE = timedelta(days=1)
RULES = read_rules()


def due(rule: str, start: date, **more: object) -> date | None:
    clock = Running(rule, start, RULES[rule].length, **more)  # type: ignore[arg-type]
    return compute_due(RULES[rule], clock, CALENDAR).due_on


def test_examples_counted_by_hand() -> None:
    # 15 days from 5 February 2026 end on the 20th, inside Spring Festival (15th to 23rd)
    assert due("petition_register", date(2026, 2, 5)) == date(2026, 2, 24)
    # 5 working days from Thursday 12 February: 13, 14 (made up), 24, 25, 26
    assert due("petition_objection", date(2026, 2, 12)) == date(2026, 2, 26)
    # 60 days from 10 February: 11 April is a Saturday
    assert due("petition_handle", date(2026, 2, 10)) == date(2026, 4, 13)
    assert due("petition_handle", date(2026, 2, 10), extension_days=30) == date(2026, 5, 11)
    # one calendar month from 31 January ends with February, on a made-up Saturday
    assert due("mediation", date(2026, 1, 31)) == date(2026, 2, 28)
    # ten days of appraisal do not count: 10 March + 1 month + 10 days
    held = ((date(2026, 3, 16), date(2026, 3, 26)),)
    assert due("mediation", date(2026, 3, 10), pauses=held) == date(2026, 4, 20)
    assert due("title_proposal", date(2026, 8, 31)) == date(2027, 3, 1)  # 28 February is a Sunday


def test_past_the_end_of_the_table_is_provisional_and_says_so() -> None:
    rule = RULES["title_proposal"]
    found = compute_due(rule, Running(rule.rule, date(2026, 11, 20), 6), CALENDAR)
    assert found.is_provisional
    assert "2027 年放假安排未公布" in found.lines[-1].zh
    assert "provisional" in found.lines[-1].en
    within = compute_due(rule, Running(rule.rule, date(2026, 5, 20), 6), CALENDAR)
    assert not within.is_provisional


def test_a_calculation_reads_line_by_line() -> None:
    rule = RULES["petition_objection"]
    found = compute_due(rule, Running(rule.rule, date(2026, 2, 12), 5), CALENDAR)
    text = [line.zh for line in found.lines]
    assert text[0].startswith("对转送提出异议，依据：信访工作条例")
    assert text[1:3] == ["起算 2026-02-12，当日不计", "期限 5 个工作日"]
    off = "、".join(f"2026-02-{day}" for day in (16, 17, 18, 19, 20, 23))
    assert any(line.endswith(off) for line in text)
    assert any("调休上班计入：2026-02-14" in line for line in text)
    assert text[-1] == "到期 2026-02-26"


def test_while_it_stands_still_there_is_no_due_day_but_what_is_left() -> None:
    rule = RULES["mediation"]
    clock = Running(rule.rule, date(2026, 3, 10), 1, pauses=((date(2026, 3, 16), None),))
    found = compute_due(rule, clock, CALENDAR)
    # 31 days, of which 11 to 15 March have passed
    assert (found.due_on, found.remaining) == (None, 26)


STARTS = st.integers(0, 3000).map(lambda n: date(2016, 1, 1) + timedelta(days=n))
PAUSES = st.lists(st.tuples(st.integers(1, 40), st.integers(1, 30)), max_size=4)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(RULES)), STARTS, PAUSES, st.integers(0, 30))
def test_due_day_equals_a_clock_that_ticks_day_by_day(
    name: str, start: date, gaps: list[tuple[int, int]], extension: int
) -> None:
    rule = RULES[name]
    pauses, at = [], start
    for gap, length in gaps:
        begun = at + timedelta(days=gap)
        at = begun + timedelta(days=length)
        pauses.append((begun, at))
    extension = min(extension, rule.extend_days)
    clock = Running(name, start, rule.length, extension, tuple(pauses))

    def ticks(day: date) -> bool:
        held = any(a <= day < b for a, b in pauses)
        return not held and (rule.unit != "working_days" or CALENDAR.is_working(day))

    left = rule.length
    if rule.unit == "months":
        left = (add_months(start, rule.length) - start).days
    day = start
    while left:
        day += ONE
        left -= ticks(day)
    while extension:
        day += ONE
        extension -= not any(a <= day < b for a, b in pauses)
    while rule.rolls and not CALENDAR.is_working(day):
        day += ONE
    found = compute_due(rule, clock, CALENDAR)
    assert found.due_on == day
    assert found.is_provisional is ((rule.rolls or rule.unit == "working_days") and day > LAST)
    assert found.warn_on is not None
    assert found.warn_on < day


def test_each_procedure_has_its_own_clock() -> None:
    petition = Running("petition_handle", date(2026, 3, 1), 60)
    mediation = Running("mediation", date(2026, 3, 1), 1)
    changes = plan_changes(
        [petition, mediation], {"start_procedure", "appraisal.commissioned"}, source="petition",
        kinds=["land"], standing={"appraisal", "mediation", "petition"},
    )  # fmt: skip
    # appraisal holds the mediation, while the petition clock runs on
    assert (changes.pauses, changes.stops, changes.resumes) == (("mediation",), (), ())
    held = Running("mediation", date(2026, 3, 1), 1, pauses=((date(2026, 3, 5), None),))
    changes = plan_changes(
        [petition, held], {"record_event", "appraisal.reported"}, source="petition",
        kinds=["land"], standing={"survey", "mediation", "petition"},
    )  # fmt: skip
    assert changes.resumes == ()  # the survey still holds it
    changes = plan_changes(
        [petition, held], {"record_event", "survey.reported"}, source="petition", kinds=["land"],
        standing={"mediation", "petition"},
    )  # fmt: skip
    assert changes.resumes == ("mediation",)


def test_the_end_of_a_case_stops_all_but_what_outlives_it() -> None:
    running = [Running(name, date(2026, 3, 1), 1) for name in RULES]
    changes = plan_changes(running, {"close"}, source="visit", kinds=["land"], ends_case=True)
    assert set(RULES) - set(changes.stops) == {
        "judicial_confirmation", "petition_review", "petition_rereview",
    }  # fmt: skip
    assert changes.starts == ()


def test_a_visit_is_not_a_petition_and_a_hotline_request_has_its_own_clocks() -> None:
    assert list_intake_rules("visit", ["land"]) == ()
    assert list_intake_rules("petition", ["land"]) == ("petition_register",)
    assert list_intake_rules("hotline", ["land"]) == ("hotline_sign", "hotline_answer")


def test_every_event_of_a_rule_can_happen() -> None:
    known = {"registered", *read_workflow().steps}
    for one in read_procedures().values():
        known |= {f"{one.procedure}.{name}" for name in (*one.stages, *one.results)}
    holds = {*read_workflow().overlays, *read_procedures()}
    for rule in RULES.values():
        assert rule.starts | rule.stops <= known, rule.rule
        assert rule.pauses <= holds, rule.rule
        assert rule.extend_days == 0 or rule.approver, rule.rule


SEEDED = {
    "petition_register": ("days", 15), "petition_objection": ("working_days", 5),
    "petition_handle": ("days", 60), "petition_review": ("days", 30),
    "petition_rereview": ("days", 30), "arbitration_accept": ("working_days", 5),
    "arbitration_decide": ("days", 60), "judicial_confirmation": ("days", 30),
    "title_accept": ("working_days", 7), "title_serve": ("working_days", 5),
    "title_answer": ("days", 30), "title_proposal": ("months", 6),
    "title_to_government": ("working_days", 5), "mediation": ("months", 1),
}  # fmt: skip


@pytest.mark.parametrize("rule", SEEDED)
def test_the_periods_of_the_law_are_seeded(rule: str) -> None:
    assert (RULES[rule].unit, RULES[rule].length) == SEEDED[rule]
    longest = {"petition_handle": 30, "arbitration_decide": 30}
    assert RULES[rule].extend_days == longest.get(rule, RULES[rule].extend_days)
