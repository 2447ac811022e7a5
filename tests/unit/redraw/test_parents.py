"""Many parents on several cores: the same plans in the same order, refusals among them."""

from __future__ import annotations

import numpy as np

from grid_boundaries.redraw.feasible import SizeRule
from grid_boundaries.redraw.parents import ParentTask, redraw_parents
from tests.unit.redraw.villages import make_village

RULE = SizeRule(20, 30)


def test_two_cores_say_what_one_says_and_refusals_come_back() -> None:
    sizes = [60, 35, 75, 19, *[25] * 16]  # 35 lie between one grid and two, 19 are too few
    tasks = [ParentTask(f"{n:03}", *make_village(size, seed=n % 4)) for n, size in enumerate(sizes)]
    one = list(redraw_parents(tasks, RULE, "balance"))
    two = list(redraw_parents(tasks, RULE, "balance", workers=2))
    assert [plan.code for plan in two] == [task.code for task in tasks]
    assert [plan.proposal for plan in two] == [plan.proposal for plan in one]
    for a, b in zip(one, two, strict=True):
        assert np.array_equal(a.grid_of, b.grid_of)
    told = {plan.code: plan.refusal for plan in two if plan.refusal is not None}
    assert {code: (refusal.code, refusal.params["reason"]) for code, refusal in told.items()} == {
        "001": ("redraw.infeasible", "between"),
        "003": ("redraw.infeasible", "too_few"),
    }
