"""A level laid over the plan in force: identity by code, parents by code or by ground."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from grid_boundaries.versions.merge import NEW_CELL, Incoming, merge_level
from tests.unit.hierarchy import lattice
from tests.unit.hierarchy.lattice import square, town, without


def incoming(codes, geoms, *, names=None, parents=None, rank=3) -> Incoming:
    shapes = np.empty(len(geoms), dtype=object)
    shapes[:] = geoms
    return Incoming(rank, codes, names or codes, parents, shapes)


def owners(plan) -> dict[str, int]:
    return dict(zip(plan.codes, plan.cell_ids.tolist(), strict=True))


def test_a_first_level_has_no_parents():
    merged = merge_level(
        lattice.plan([], [], [], []), incoming(["A"], [square(0, 0)], rank=1), owners={}
    )
    assert merged.parent_codes == [None]
    assert merged.cell_ids.tolist() == [NEW_CELL]
    assert merged.plan.codes == ["A"]


def test_by_ground_the_parent_is_the_cell_with_the_largest_share():
    plan = without(town(), *[c for c in town().codes if c.startswith("B")])
    shape = shapely.box(*lattice.degrees(1.4, 0.2), *lattice.degrees(2.5, 0.8))
    merged = merge_level(plan, incoming(["X"], [shape]), owners(plan))
    assert merged.parent_codes == ["V00"]


def test_by_ground_equal_shares_go_to_the_lowest_code():
    plan = without(town(), *[c for c in town().codes if c.startswith("B")])
    shape = shapely.box(*lattice.degrees(1, 1), *lattice.degrees(3, 3))
    merged = merge_level(plan, incoming(["X"], [shape]), owners(plan))
    assert merged.parent_codes == ["V00"]


def test_ground_that_touches_no_parent_is_an_orphan():
    plan = town()
    merged = merge_level(plan, incoming(["X"], [square(9, 9)]), owners(plan))
    assert merged.orphans == [0]
    assert merged.plan is None


def test_a_touch_along_a_border_is_no_shared_ground():
    plan = town()
    merged = merge_level(plan, incoming(["X"], [square(4, 0)]), owners(plan))
    assert merged.orphans == [0]


def test_by_code_an_unknown_parent_is_an_orphan():
    plan = town()
    rows = incoming(["X", "Y"], [square(0, 0), square(1, 1)], parents=["V00", "V77"])
    assert merge_level(plan, rows, owners(plan)).orphans == [1]


def test_a_known_code_keeps_its_cell_and_says_what_changed():
    plan = town()
    rows = incoming(
        ["B00", "B01", "B10"],
        [square(0, 0), square(0, 1), square(1, 0).union(square(1, 1))],
        names=["B00", "renamed", "B10"],
        parents=["V00"] * 3,
    )
    merged = merge_level(plan, rows, owners(plan))
    expected = [plan.cell_ids[plan.codes.index(code)] for code in rows.codes]
    assert merged.cell_ids.tolist() == expected
    assert merged.is_renamed.tolist() == [False, True, False]
    assert merged.is_redrawn.tolist() == [False, False, True]
    assert merged.is_changed.tolist() == [False, True, True]


def test_another_starting_vertex_is_the_same_shape():
    plan = town()
    ring = list(square(0, 0).exterior.coords)[:-1]
    turned = shapely.Polygon(ring[2:] + ring[:2])
    merged = merge_level(plan, incoming(["B00"], [turned], parents=["V00"]), owners(plan))
    assert not merged.is_changed.any()


def test_another_parent_is_a_redraw():
    plan = town()
    merged = merge_level(plan, incoming(["B00"], [square(0, 0)], parents=["V11"]), owners(plan))
    assert merged.is_redrawn.tolist() == [True]


@pytest.mark.parametrize("code", ["V00", "retired"])
def test_a_code_of_another_level_or_of_a_cell_that_is_gone_is_a_stranger(code):
    plan = town()
    known = owners(plan) | {"retired": 999}
    merged = merge_level(plan, incoming([code], [square(0, 0)], parents=["V00"]), known)
    assert merged.strangers == [0]


def test_a_merge_takes_no_cell_away():
    plan = town()
    merged = merge_level(plan, incoming(["B00"], [square(0, 0)], parents=["V00"]), owners(plan))
    assert merged.plan.codes == plan.codes
