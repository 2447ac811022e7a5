"""How far open demo cases have come: by the workflow, never past the last day (合成数据)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from gis_api.actions.demo_courses import Course, plan_course, procedure_columns
from gis_api.actions.step_procedures import WAYS_OF_WORK
from gis_api.cases.workflow import read_workflow
from gis_api.db.clock import SHANGHAI

REGISTERED = datetime(2026, 3, 2, 9, 0, tzinfo=SHANGHAI)
LATER = date(2026, 10, 1)


def plan(number: int, last_day: date = LATER, **given: Any) -> Course:
    case = {
        "case_id": number, "source": "visit", "kind": "land", "registered_at": REGISTERED,
        "officer_id": 5,
    } | given  # fmt: skip
    return plan_course(case, last_day)


def test_open_cases_stand_in_every_state_on_the_way():
    states = {plan(number).state for number in range(10)}
    assert states == {"registered", "accepted", "assigned", "signed_for", "in_hand"}


@pytest.mark.parametrize("number", range(10))
def test_every_step_is_one_of_the_workflow_from_where_the_case_stood(number: int):
    state, last = "registered", REGISTERED
    for at, act, detail in plan(number).acts:
        step = read_workflow().steps[act]
        assert state in step.from_states
        assert detail["from"] == state
        assert at > last
        state, last = step.target(state), at
        assert detail.get("way", "mediating") in WAYS_OF_WORK
    assert state == plan(number).state


def test_nobody_steps_without_an_officer_and_none_after_the_last_day():
    assert plan(0, officer_id=None).acts == []
    assert [act for _, act, _ in plan(0, REGISTERED.date()).acts] == ["accept", "assign"]


def test_clocks_follow_the_steps():
    by_hotline = {rule: end for rule, _, _, end in plan(0, source="hotline").clocks}
    assert by_hotline == {
        "hotline_sign": "sign", "hotline_answer": None, "result_due": None, "mediation": None,
    }  # fmt: skip
    petition = plan(8, source="petition")
    assert petition.state == "registered"
    assert [rule for rule, *_ in petition.clocks] == ["petition_register"]
    assert procedure_columns({8: petition})["procedure"] == ["petition"]
