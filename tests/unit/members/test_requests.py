"""Service requests take the steps of the table only; helpers are asked in a stated order."""

from __future__ import annotations

import pytest

from grid_boundaries.errors import Conflict
from layers.members.helpers import Helper, rank_helpers
from layers.members.requests import STEPS, get_next_state, list_acts


def test_request_goes_from_open_to_done() -> None:
    assert get_next_state("open", "dispatch") == "open"
    assert get_next_state("open", "take") == "taken"
    assert get_next_state("taken", "decline") == "open"
    assert get_next_state("taken", "finish") == "done"


@pytest.mark.parametrize("act", sorted(STEPS))
@pytest.mark.parametrize("state", ["done", "withdrawn"])
def test_nothing_follows_the_end(state: str, act: str) -> None:
    with pytest.raises(Conflict):
        get_next_state(state, act)


def test_refusal_names_what_can_be_done() -> None:
    with pytest.raises(Conflict) as refused:
        get_next_state("open", "finish")
    assert refused.value.params["allowed"] == ["dispatch", "take", "decline", "withdraw"]
    assert list_acts("taken") == ["decline", "finish", "withdraw"]


def test_skill_then_own_group_then_load_then_nearness() -> None:
    far_skilled = Helper(1, True, False, 9000, 3)
    own = Helper(2, False, True, 0, 0)
    own_skilled = Helper(3, True, True, 400, 1)
    own_skilled_idle = Helper(4, True, True, 900, 0)
    near = Helper(5, False, False, 120, 0)
    nearly_as_near = Helper(6, False, False, 150, 0)
    given = [nearly_as_near, near, far_skilled, own, own_skilled, own_skilled_idle]
    assert [h.key for h in rank_helpers(given)] == [4, 3, 1, 2, 5, 6]
