"""Lines that part the ground, and pastures that join it."""

from __future__ import annotations

import numpy as np
import shapely

from grid_boundaries.geo.local_plane import metres_per_degree
from grid_boundaries.redraw.atoms import make_atoms
from grid_boundaries.redraw.barriers import SOFT_PRICE, Barriers
from grid_boundaries.redraw.borders import find_borders
from grid_boundaries.redraw.cut import Cut
from grid_boundaries.redraw.feasible import SizeRule
from grid_boundaries.redraw.graph import make_graph
from grid_boundaries.redraw.parents import ParentTask, redraw_parent
from grid_boundaries.redraw.pastures import find_pasture_neighbours
from grid_boundaries.redraw.propose import propose

SQUARE = shapely.box(110, 39, 110.02, 39.02)
SLANTED = np.array([shapely.LineString([(110.004, 38.99), (110.016, 39.03)])], dtype=object)
HOMES = np.random.default_rng(5).uniform((110.0, 39.0), (110.02, 39.02), (100, 2))
NONE = np.empty(0, dtype=object)


def sides(points: np.ndarray) -> np.ndarray:
    (line,) = SLANTED
    (west, south), (east, north) = line.coords
    return (points[:, 0] - west) * (north - south) > (points[:, 1] - south) * (east - west)


def count_mixed(barriers: Barriers) -> int:
    """Grids of 20 to 30 that lie on both sides of the line."""
    plan = redraw_parent(ParentTask("", SQUARE, HOMES, barriers=barriers), SizeRule(20, 30),
                         "compactness")  # fmt: skip
    assert plan.refusal is None
    east = sides(HOMES)
    return sum(len(set(east[plan.grid_of == g].tolist())) > 1 for g in range(len(plan.grids)))


def test_across_a_hard_barrier_nobody_is_a_neighbour_and_no_grid_crosses() -> None:
    barriers = Barriers(hard=SLANTED)
    atoms = make_atoms(SQUARE, HOMES, barriers.lines)
    east = sides(atoms.sites)
    free, kept = find_borders(atoms.geoms), find_borders(atoms.geoms, barriers)
    across = east[free.left] != east[free.right]
    assert across.sum() > 5
    assert (east[kept.left] == east[kept.right]).all()
    assert len(kept.left) == (~across).sum()
    # the ground falls into two: one bridge without length, so that it can be cut at all
    graph = make_graph(atoms.weights, kept, atoms.centres_m)
    bridges = [(a, b) for a, row in enumerate(graph.near) for b, m in row if m == 0 and a < b]
    assert len(bridges) == 1
    assert count_mixed(Barriers(hard=SLANTED)) <= 1


def test_a_soft_barrier_is_crossed_at_a_price() -> None:
    barriers = Barriers(soft=SLANTED)
    atoms = make_atoms(SQUARE, HOMES, barriers.lines)
    east = sides(atoms.sites)
    priced = find_borders(atoms.geoms, barriers)
    across = east[priced.left] != east[priced.right]
    np.testing.assert_allclose(priced.counted_m[across], SOFT_PRICE * priced.length_m[across])
    np.testing.assert_array_equal(priced.counted_m[~across], priced.length_m[~across])
    assert count_mixed(barriers) < count_mixed(Barriers())


def test_a_price_is_no_reason_to_be_out_of_bounds() -> None:
    atoms = make_atoms(SQUARE, HOMES, SLANTED)
    borders = find_borders(atoms.geoms, Barriers(soft=SLANTED))
    graph = make_graph(atoms.weights, borders, atoms.centres_m)
    plan = propose(graph, SizeRule(20, 30), "compactness")
    assert plan.beyond == 0
    cut = Cut(graph, plan.label, plan.groups)
    assert all(len(graph.split_parts(cut.list_atoms(g))) == 1 for g in range(plan.groups))


def test_herders_are_neighbours_along_the_fence_of_their_pastures() -> None:
    mx, my = metres_per_degree(39.01)

    def box(west: float, south: float, east: float, north: float) -> shapely.Polygon:
        return shapely.box(110 + west / mx, 39 + south / my, 110 + east / mx, 39 + north / my)

    pastures = np.array([
        box(0, 0, 1000, 800),
        box(1000.6, 0, 2000, 500),    # sixty centimetres beside the first: the same fence
        box(2000, 500, 3000, 900),    # only a corner of the second
        box(1000.6, 600, 1500, 800),  # the second's holder again, beside the first
        box(0, 805, 1000, 900),       # five metres beside the first: a road
    ], dtype=object)  # fmt: skip
    found = find_pasture_neighbours(pastures, np.array([7, 3, 9, 3, 8]))
    ((a, b, metres),) = found
    assert (a, b) == (3, 7)
    assert abs(metres - 700) < 8
    assert find_pasture_neighbours(pastures[:1], np.array([7])) == []


def test_barriers_elsewhere_are_left_out() -> None:
    far = np.array([shapely.LineString([(0, 0), (1, 1)])], dtype=object)
    barriers = Barriers(hard=np.concatenate([SLANTED, far]), soft=far).within(SQUARE)
    assert (len(barriers.hard), len(barriers.soft)) == (1, 0)
    assert barriers.are_open(np.array([(110.01, 39.01), (110.001, 39.019)])).tolist() == [
        False, True
    ]  # fmt: skip
