"""Routing decides by rule, deputies and ladder, and never gives a case to the wrong person."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gis_api.cases.routing import (
    WHOLE_PLACE_ONLY,
    Decision,
    Holder,
    PathCell,
    Recusals,
    Rule,
    Seat,
    Step,
    plan_visibility,
    route,
)
from gis_api.cases.vocabulary import PassedOver, QueueReason

MICRO = PathCell(4, "V001001", 4, "01020304")
BASE = PathCell(3, "V001", 3, "010203")
VILLAGE = PathCell(2, "V", 2, "0102")
TOWN = PathCell(1, "T", 1, "01")
PATH = (MICRO, BASE, VILLAGE, TOWN)
LADDER = (
    Step("household_cluster_leader", 4),
    Step("full_time_worker", 3),
    Step("grid_leader", 3),
    Step("village_leader", 2),
    Step("township_centre", 1),
)
RULES = (
    Rule(1, "work_group_mine_village", 1, case_kind="mine_village"),
    Rule(2, "grid_leader", 3, case_kind="land"),
    Rule(3, "household_cluster_leader", 4),
)


def seats(**replaced: Seat) -> list[Seat]:
    """One seat per step of the ladder, officers 11 (micro) to 15 (township)."""
    made = {
        step.post_kind: Seat(10 + i, step.post_kind, PATH[4 - step.post_rank].cell_id,
                             (Holder(11 + i),))
        for i, step in enumerate(LADDER)
    }  # fmt: skip
    return list((made | replaced).values())


def decide(kind: str = "land", *, at: list[Seat] | None = None, **recusals: object) -> Decision:
    sets = {name: frozenset(ids) for name, ids in recusals.items()}  # type: ignore[call-overload]
    return route(kind, PATH, RULES, LADDER, seats() if at is None else at, Recusals(**sets))


def test_first_rule_that_fits_names_the_post() -> None:
    decision = decide("land")
    assert (decision.rule_id, decision.officer_id, decision.cell_code) == (2, 13, "V001")
    assert decide("family").officer_id == 11


def test_vacant_post_goes_to_its_deputy_before_it_climbs() -> None:
    empty = Seat(12, "grid_leader", 3)
    deputy = Seat(90, "deputy", 3, (Holder(77),))
    with_deputy = decide(at=[*seats(grid_leader=empty), deputy])
    assert (with_deputy.officer_id, with_deputy.post_kind) == (77, "deputy")
    climbed = decide(at=seats(grid_leader=empty))
    assert climbed.officer_id == 14
    assert [(s.post_kind, s.reason) for s in climbed.skipped] == [
        ("grid_leader", PassedOver.VACANT)
    ]


def test_ladder_never_climbs_down_from_the_rule() -> None:
    nobody_above = seats(
        grid_leader=Seat(12, "grid_leader", 3),
        village_leader=Seat(13, "village_leader", 2),
        township_centre=Seat(14, "township_centre", 1),
    )
    decision = decide(at=nobody_above)
    assert decision.officer_id is None
    assert decision.queue_reason is QueueReason.NOBODY_AVAILABLE


def test_officer_on_leave_is_passed_over_and_named() -> None:
    away = Seat(12, "grid_leader", 3, (Holder(13, on_leave=True),))
    decision = decide(at=seats(grid_leader=away))
    assert decision.officer_id == 14
    assert decision.skipped[0].officer_id == 13
    assert decision.skipped[0].reason is PassedOver.ON_LEAVE


def test_officer_whose_household_is_a_party_never_gets_the_case() -> None:
    own = Seat(12, "grid_leader", 3, (Holder(13, household_id=500),))
    decision = decide(at=seats(grid_leader=own), household_ids={500})
    assert decision.officer_id == 14
    assert decision.skipped[0].reason is PassedOver.RECUSAL


def test_every_post_in_the_cell_complained_of_is_skipped() -> None:
    decision = decide("family", closed_cell_ids={4, 3, 2})
    assert decision.officer_id == 15
    assert {s.reason for s in decision.skipped} == {PassedOver.RESPONDENT}


def test_complaint_about_the_top_is_queued_above_it() -> None:
    decision = decide("family", closed_cell_ids={4, 3, 2, 1})
    assert decision.queue_reason is QueueReason.RESPONDENT_AT_TOP


def test_fewest_open_cases_wins_and_ties_go_to_the_lower_id() -> None:
    busy = Seat(12, "grid_leader", 3, (Holder(30, open_cases=2), Holder(31, open_cases=1)))
    assert decide(at=seats(grid_leader=busy)).officer_id == 31
    tied = Seat(12, "grid_leader", 3, (Holder(31, open_cases=1), Holder(30, open_cases=1)))
    assert decide(at=seats(grid_leader=tied)).officer_id == 30


def test_place_without_a_micro_grid_starts_at_the_next_level() -> None:
    decision = route("family", PATH[1:], RULES, LADDER, seats())
    assert decision.officer_id == 12
    assert decision.skipped[0].reason is PassedOver.NO_CELL


def test_no_cell_is_queued_as_outside() -> None:
    assert route("land", (), RULES, LADDER, []).queue_reason is QueueReason.OUTSIDE_GRID


def test_no_rule_is_queued_and_said() -> None:
    assert route("land", PATH, (), LADDER, seats()).queue_reason is QueueReason.NO_RULE


def test_rule_of_an_area_fits_only_inside_it() -> None:
    rules = (Rule(9, "village_leader", 2, area_cell_id=99), *RULES)
    assert route("land", PATH, rules, LADDER, seats()).rule_id == 2
    rules = (Rule(9, "village_leader", 2, area_cell_id=3), *RULES)
    assert route("land", PATH, rules, LADDER, seats()).rule_id == 9


def test_hidden_case_is_seen_from_one_level_above_the_respondent() -> None:
    hidden = plan_visibility(PATH, respondent_cell_id=2)
    assert hidden.access_key == "01"
    assert hidden.closed_cell_ids == {4, 3, 2}
    assert plan_visibility(PATH, None).access_key == MICRO.scope_key
    assert plan_visibility(PATH, 1).access_key == WHOLE_PLACE_ONLY


holders = st.builds(
    Holder,
    officer_id=st.integers(1, 9),
    household_id=st.none() | st.integers(1, 4),
    on_leave=st.booleans(),
    open_cases=st.integers(0, 3),
)
many_seats = st.lists(
    st.builds(
        Seat,
        post_id=st.integers(1, 50),
        kind=st.sampled_from([s.post_kind for s in LADDER] + ["deputy", "work_group_mine_village"]),
        cell_id=st.sampled_from([1, 2, 3, 4]),
        holders=st.lists(holders, max_size=3).map(tuple),
    ),
    max_size=12,
)


@given(
    many_seats,
    st.sampled_from(["land", "mine_village", "family"]),
    st.frozensets(st.integers(1, 4)),
    st.frozensets(st.integers(1, 9), max_size=3),
    st.sampled_from([frozenset[int](), frozenset({4}), frozenset({4, 3}), frozenset({4, 3, 2})]),
)
def test_a_decision_is_allowed_or_the_case_is_queued(
    at: list[Seat],
    kind: str,
    households: frozenset[int],
    officers: frozenset[int],
    closed: frozenset[int],
) -> None:
    decision = route(kind, PATH, RULES, LADDER, at, Recusals(households, officers, closed))
    assert (decision.officer_id is None) == (decision.queue_reason is not None)
    if decision.officer_id is None:
        return
    chosen = [
        (seat, holder)
        for seat in at
        for holder in seat.holders
        if seat.post_id == decision.post_id
        and holder.officer_id == decision.officer_id
        and seat.cell_id not in closed
        and not holder.on_leave
        and holder.officer_id not in officers
        and holder.household_id not in households
    ]
    assert chosen


@given(many_seats, st.randoms(use_true_random=False))
def test_order_of_seats_changes_nothing_but_equal_ties(at: list[Seat], random: object) -> None:
    unique = list({(s.kind, s.cell_id): s for s in at}.values())
    shuffled = list(unique)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    first = route("land", PATH, RULES, LADDER, unique)
    second = route("land", PATH, RULES, LADDER, shuffled)
    assert (first.post_id, first.officer_id) == (second.post_id, second.officer_id)
