"""The declared table of states and steps: complete, reachable, and what the documents show."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from gis_api.access.permissions import read_permissions
from gis_api.cases.lawful import find_lawful, require_lawful
from gis_api.cases.procedures import read_procedures
from gis_api.cases.steps import CaseNow, Doer, list_allowed, require_step
from gis_api.cases.workflow import make_workflow, read_workflow
from gis_api.cases.workflow_docs import render_workflow
from grid_boundaries.errors import Conflict, Forbidden, InvalidInput

ROOT = Path(__file__).resolve().parents[3]
CENTRE = Doer(user_id=1, role="centre")
LEAD = Doer(user_id=2, role="grid_worker", officer_id=20)
OTHER = Doer(user_id=3, role="grid_worker", officer_id=30)


def test_the_page_is_made_from_the_table() -> None:
    assert (ROOT / "docs" / "workflow.md").read_text("utf-8") == render_workflow()


def test_every_state_can_be_reached_and_left() -> None:
    workflow = read_workflow()
    moves = {(a, b) for step in workflow.steps.values() for a, b in step.to.items() if a != b}
    reached, frontier = {"registered"}, ["registered"]
    while frontier:
        state = frontier.pop()
        for after in {b for a, b in moves if a == state} - reached:
            reached.add(after)
            frontier.append(after)
    assert reached == set(workflow.states)
    assert {a for a, _ in moves} == set(workflow.states)


def test_the_table_names_only_roles_that_exist() -> None:
    roles = set(read_permissions().roles)
    for step in read_workflow().steps.values():
        assert step.may <= roles, step.step
        # who sees no case takes no step
        assert step.may.isdisjoint({"planner", "publisher", "party_leader", "auditor", "visitor"})


def test_the_schema_knows_the_same_states_and_outcomes() -> None:
    folder = ROOT / "gis_api" / "db" / "migrations" / "versions"
    sql = (folder / "0015_case_engine.up.sql").read_text("utf-8")

    def listed(after: str) -> set[str]:
        found = re.search(after + r" IN \(([^)]*)\)", sql)
        assert found is not None
        return set(re.findall(r"'([a-z_]+)'", found[1]))

    assert listed("case_state_known CHECK \\(state") == set(read_workflow().states)
    assert listed("case_outcome_known CHECK \\(outcome") == set(read_workflow().outcomes)
    assert listed("overlay text NOT NULL CHECK \\(overlay") == set(read_workflow().overlays)


def test_a_contradiction_in_the_table_is_refused() -> None:
    path = ROOT / "gis_api" / "cases" / "workflow.toml"
    declared = tomllib.loads(path.read_text("utf-8"))
    declared["step"][0]["to"] = "nowhere"
    with pytest.raises(ValueError, match="accept: unknown states"):
        make_workflow(declared)
    declared = tomllib.loads(path.read_text("utf-8"))
    next(s for s in declared["step"] if s["step"] == "explain").pop("outcome")
    with pytest.raises(ValueError, match="without an outcome"):
        make_workflow(declared)


def test_the_owner_works_and_a_stranger_does_not() -> None:
    now = CaseNow(state="in_hand", lead_officer_id=20, procedures=frozenset({"mediation"}))
    assert "agree" in {s.step for s in list_allowed(read_workflow(), now, LEAD)}
    assert "agree" not in {s.step for s in list_allowed(read_workflow(), now, OTHER)}
    with pytest.raises(Forbidden) as refused:
        require_step(read_workflow(), now, OTHER, "agree")
    assert refused.value.code == "step.not_yours"


def test_only_whoever_was_asked_signs() -> None:
    now = CaseNow(state="assigned", lead_officer_id=20, receiver_officer_id=30)
    assert "sign" in {s.step for s in list_allowed(read_workflow(), now, OTHER)}
    assert "sign" not in {s.step for s in list_allowed(read_workflow(), now, LEAD)}


def test_a_wrong_state_names_what_is_allowed_instead() -> None:
    with pytest.raises(Conflict) as refused:
        require_step(read_workflow(), CaseNow(state="registered"), CENTRE, "archive")
    assert refused.value.code == "step.wrong_state"
    assert "accept" in refused.value.params["allowed"]


def test_settled_is_confirmed_by_somebody_else_and_after_performance() -> None:
    closed = CaseNow(state="closed", lead_officer_id=20, ended_by=1, outcome="agreement_oral")
    assert "confirm_settled" not in {s.step for s in list_allowed(read_workflow(), closed, CENTRE)}
    another = Doer(user_id=9, role="clerk")
    assert "confirm_settled" in {s.step for s in list_allowed(read_workflow(), closed, another)}
    owing = CaseNow(state="closed", outcome="agreement_oral", open_performances=1)
    assert "confirm_settled" not in {s.step for s in list_allowed(read_workflow(), owing, another)}
    unsettled = CaseNow(state="closed", outcome="unsettled")
    names = {s.step for s in list_allowed(read_workflow(), unsettled, another)}
    assert "confirm_settled" not in names


def test_a_refusal_ends_mediation_until_both_sides_are_willing_again() -> None:
    refused = CaseNow(state="in_hand", results=frozenset({("mediation", "refused")}))
    assert "agree" not in {s.step for s in list_allowed(read_workflow(), refused, CENTRE)}
    again = CaseNow(
        state="in_hand",
        procedures=frozenset({"mediation"}),
        results=frozenset({("mediation", "refused")}),
    )
    assert "agree" in {s.step for s in list_allowed(read_workflow(), again, CENTRE)}


def test_what_the_law_opens_and_closes_by_kind() -> None:
    require_lawful(["land_contract", "land"], "land_arbitration")
    require_lawful(["land_title", "land"], "title_decision")
    for kinds, way in (
        (["acquisition"], "land_arbitration"),
        (["land_contract", "land"], "title_decision"),
        (["land_title", "land"], "land_arbitration"),
        (["tenancy"], "title_decision"),
    ):
        with pytest.raises(InvalidInput) as refused:
            require_lawful(kinds, way)
        assert refused.value.code == "step.way_not_lawful"
    assert find_lawful(["unheard_of"]) == find_lawful(["other"])
    assert {w.slug for w in find_lawful(["acquisition"]).ways} >= {"reconsideration", "suit"}


def test_stages_follow_one_another_and_results_end() -> None:
    title = read_procedures()["title_decision"]
    assert title.list_next("applied")[0] == "accepted"
    assert "served" not in title.list_next("applied")
    assert set(title.results) <= set(title.list_next("submitted"))
