"""Borders that run out and back after projecting are no reason to refuse a publication."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from grid_boundaries.versions.simplify import COPY_ZOOMS, simplify_level


def test_a_border_that_runs_out_and_back_is_cleaned_before_it_is_simplified() -> None:
    west = shapely.Polygon(
        [(0, 0), (9000, 0), (9000, 500), (9200, 500), (9000, 500), (9000, 9000), (0, 9000)]
    )
    east = shapely.box(9000, 0, 18000, 9000)
    geoms = np.array([west, east], dtype=object)
    with pytest.raises(shapely.errors.GEOSException):  # else the cleaning is not needed any more
        shapely.coverage_simplify(geoms, 1.0)
    copies = simplify_level(geoms)
    assert set(copies) == set(COPY_ZOOMS)
    for shapes in copies.values():
        assert shapely.coverage_is_valid(shapes)
        assert shapely.area(shapes).tolist() == pytest.approx([81e6, 81e6])
