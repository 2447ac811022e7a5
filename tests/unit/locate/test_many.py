"""Arrays of points get the answers that single points get."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from grid_boundaries.locate.bulk import BulkIndex
from grid_boundaries.locate.many import HOW, locate_many
from grid_boundaries.locate.point import PointIndex
from tests.unit.locate.coverages import codes_for, fractal_coverage, probing_points
from tests.unit.locate.snapshots import TOLERANCE_M, snapshot_of


def check_equals_point_index(
    geoms: np.ndarray, codes: list[str], lng: np.ndarray, lat: np.ndarray, limit_m: float = 5000.0
) -> set[str]:
    points = PointIndex(snapshot_of(list(geoms), codes), nearest_limit_m=limit_m)
    many = locate_many(points.levels[0], BulkIndex.build(codes, geoms), lng, lat, limit_m)
    for n, (x, y) in enumerate(zip(lng.tolist(), lat.tolist(), strict=True)):
        where = points.locate(x, y)
        assert HOW[many.how[n]] == where.how
        assert many.lead[n] == (where.lead.row if where.lead else -1)
        assert many.runner_up[n] == (where.runner_up.cell.row if where.runner_up else -1)
        assert many.border_distance_m[n] == pytest.approx(
            np.nan if where.border_distance_m is None else where.border_distance_m,
            abs=TOLERANCE_M,
            nan_ok=True,
        )
        assert many.runner_up_distance_m[n] == pytest.approx(
            where.runner_up.distance_m if where.runner_up else np.nan, abs=TOLERANCE_M, nan_ok=True
        )
    return {str(HOW[h]) for h in set(many.how.tolist())}


def test_many_points_equal_single_points_on_a_coverage() -> None:
    cells = fractal_coverage(6, 5, seed=12, depth=3, size=(0.6, 0.5))
    lng, lat = probing_points(cells, random=900, seed=3)
    lng, lat = lng[::4], lat[::4]
    hows = check_equals_point_index(cells, codes_for(30), lng, lat)
    assert hows == {"inside", "border", "outside-nearest", "none"}


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(*[st.integers(0, 8)] * 2, *[st.integers(1, 5)] * 2), min_size=1, max_size=9),
    st.permutations(list("abcdefghi")),
)
def test_many_points_equal_single_points_on_overlapping_boxes(
    boxes: list[tuple[int, int, int, int]], codes: list[str]
) -> None:
    cells = np.array(
        [
            shapely.box(110 + x / 64, 39 + y / 64, 110 + (x + w) / 64, 39 + (y + h) / 64)
            for x, y, w, h in boxes
        ]
    )
    gx, gy = np.meshgrid(np.arange(-2, 32, 3) / 128, np.arange(-2, 32, 3) / 128)
    check_equals_point_index(cells, codes[: len(cells)], 110 + gx.ravel(), 39 + gy.ravel())
