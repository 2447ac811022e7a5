"""The rules a place starts with fit its own levels, whatever they are."""

from __future__ import annotations

import pytest

from gis_api.cases.ladder import RUNGS
from gis_api.cases.lawful import read_lawful
from gis_api.cases.seeds import plan_role_ranks, plan_rules, read_seeds
from layers.demo.posts import POST_KINDS


@pytest.mark.parametrize(
    ("deepest", "village", "expected"),
    [
        (4, 2, {"township": 1, "village": 2, "base": 3, "micro": 4}),
        (6, 4, {"township": 3, "village": 4, "base": 5, "micro": 6}),
        (3, 2, {"township": 1, "village": 2, "base": 3, "micro": 3}),
        (1, 1, {"township": 1, "village": 1, "base": 1, "micro": 1}),
    ],
)
def test_roles_take_the_nearest_level(deepest: int, village: int, expected: dict[str, int]):
    assert plan_role_ranks(deepest, village) == expected


def test_rules_follow_the_posts_to_where_they_sit():
    roles = plan_role_ranks(4, 2)
    rules, ladder = plan_rules(roles, {"grid_leader": [2], "deputy": [2, 3]})
    assert {r.post_rank for r in rules if r.post_kind == "grid_leader"} == {2}
    assert {s.post_rank for s in ladder if s.post_kind == "grid_leader"} == {2}
    assert {s.post_rank for s in ladder if s.post_kind == "village_leader"} == {2}


def test_a_post_at_several_levels_is_taken_nearest_to_its_role_and_deeper_on_a_tie():
    rules, _ = plan_rules(plan_role_ranks(4, 2), {"full_time_worker": [1, 2, 4]})
    assert {r.post_rank for r in rules if r.post_kind == "full_time_worker"} == {4}


def test_every_kind_of_case_has_a_rule_and_every_post_is_known():
    seeds = read_seeds()
    rules, ladder = plan_rules(plan_role_ranks(4, 2), {})
    case_kinds = {row["kind"] for row in seeds["case_kinds"]}
    posts = {row["kind"] for row in seeds["post_kinds"]}
    assert rules[-1].case_kind is None
    assert {rule.case_kind for rule in rules} - {None} <= case_kinds
    assert {rule.post_kind for rule in rules} | {step.post_kind for step in ladder} <= posts
    assert [rule.position for rule in rules] == list(range(1, len(rules) + 1))


def test_the_ladder_leads_upwards():
    _, ladder = plan_rules(plan_role_ranks(4, 2), {})
    ranks = [step.post_rank for step in ladder]
    assert ranks == sorted(ranks, reverse=True)


def test_what_the_lawful_table_and_the_ladder_name_is_seeded():
    seeds = read_seeds()
    assert read_lawful().kinds.keys() == {row["kind"] for row in seeds["case_kinds"]}
    posts = {row["kind"] for row in seeds["post_kinds"]}
    assert {kind for kind, _ in RUNGS} <= posts
    assert posts == {kind for kind, _, _ in POST_KINDS}


def test_a_kind_stands_below_one_that_was_seeded_before_it_and_goes_to_the_same_post():
    rows = read_seeds()["case_kinds"]
    kinds = [row["kind"] for row in rows]
    below = {row["kind"]: row["parent_kind"] for row in rows if "parent_kind" in row}
    assert below == {"land_contract": "land", "land_title": "land"}
    rules, _ = plan_rules(plan_role_ranks(4, 2), {})
    post_of = {rule.case_kind: (rule.post_kind, rule.post_rank) for rule in rules}
    for kind, parent in below.items():
        assert kinds.index(parent) < kinds.index(kind)
        assert post_of[kind] == post_of[parent]
