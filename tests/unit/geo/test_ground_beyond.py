"""Ground that one shape has and another has not, where they only differ by a vertex."""

from __future__ import annotations

import pytest
import shapely

from grid_boundaries.geo.measure import area_beyond_m2, area_ellipsoidal_m2


@pytest.mark.parametrize("length_deg", [0.002, 0.1])
@pytest.mark.parametrize("off_deg", [1e-11, -1e-11, 0.0])
def test_a_border_with_one_more_vertex_has_no_ground_beyond(
    length_deg: float, off_deg: float
) -> None:
    """The same square, its northern edge noded a thousandth of a millimetre beside the line."""
    west, south = 110.3, 44.3
    east, north = west + length_deg, south + length_deg
    plain = shapely.box(west, south, east, north)
    node = (west + length_deg / 3, north + off_deg)
    noded = shapely.Polygon([(west, south), (east, south), (east, north), node, (west, north)])
    assert area_beyond_m2(noded, plain) == area_beyond_m2(plain, noded) == 0.0
    wider = shapely.box(west, south, east + 1e-4, north)
    strip = shapely.box(east, south, east + 1e-4, north)
    assert area_beyond_m2(wider, noded) == pytest.approx(area_ellipsoidal_m2(strip), rel=1e-3)
