"""The short lists that a look-up starts from leave nobody out."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from grid_boundaries.geo.local_plane import metres_per_degree
from grid_boundaries.locate.lattice import Lattice
from grid_boundaries.locate.level_index import LevelIndex
from tests.unit.locate.coverages import fractal_coverage, probing_points

WHOLE = st.integers(-20, 20)
BOXES = st.lists(
    st.tuples(WHOLE, WHOLE, st.integers(0, 12), st.integers(0, 12)), min_size=1, max_size=30
)


@settings(max_examples=200, deadline=None)
@given(BOXES, st.tuples(st.integers(-25, 40), st.integers(-25, 40)), st.floats(0.001, 3))
def test_every_box_that_holds_the_point_is_near_it(
    boxes: list[tuple[int, int, int, int]], point: tuple[int, int], unit: float
) -> None:
    bounds = np.array([(x, y, x + w, y + h) for x, y, w, h in boxes]) * unit
    lng, lat = point[0] * unit, point[1] * unit
    west, south, east, north = bounds.T
    holding = np.flatnonzero((west <= lng) & (lng <= east) & (south <= lat) & (lat <= north))
    near = Lattice.of(bounds).list_near(lng, lat).tolist()
    assert set(holding.tolist()) <= set(near)
    assert near == sorted(near)


def test_empty_geometries_are_nowhere() -> None:
    bounds = shapely.bounds(np.array([shapely.Polygon(), shapely.box(0, 0, 1, 1)]))
    assert Lattice.of(bounds).list_near(0.5, 0.5).tolist() == [1]
    assert Lattice.of(bounds[:1]).list_near(0.5, 0.5).tolist() == []


def test_one_pass_finds_the_border_and_the_next_cell_of_two_passes() -> None:
    cells = fractal_coverage(9, 7, seed=5)
    holed = shapely.difference(cells[30], shapely.buffer(shapely.centroid(cells[30]), 0.01))
    geoms = np.array([*cells[:30], holed, *cells[31:]], dtype=object)
    codes = [f"{i:03}" for i in range(len(geoms))]
    level = LevelIndex.of(1, np.arange(len(geoms)), codes, geoms)
    asked = 0
    lngs, lats = probing_points(geoms, random=2000, seed=9)
    for lng, lat in zip(lngs[::7].tolist(), lats[::7].tolist(), strict=True):
        covering = level.find_covering(lng, lat)
        if len(covering) != 1:
            continue
        asked += 1
        border_m, following = level.find_border_and_next(covering[0], lng, lat)
        mx, my = metres_per_degree(lat)
        assert border_m == level.segments.distance_m(covering[0], lng, lat, mx, my)
        assert following == level.find_nearest(lng, lat, border_m, passed_over=covering[0])
    assert asked > 300
