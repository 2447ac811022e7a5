"""The bulk index gives what brute-force ``covers`` with the lowest code gives, always."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from grid_boundaries.errors import InvalidInput
from grid_boundaries.locate.bulk import BulkIndex
from grid_boundaries.locate.pixel_tables import ASK_EXACT
from grid_boundaries.locate.point import PointIndex
from grid_boundaries.locate.raster_fill import REFERENCE_X
from tests.unit.locate.coverages import (
    brute_force_rows,
    codes_for,
    fractal_coverage,
    probing_points,
)
from tests.unit.locate.snapshots import snapshot_of

COVERAGE = fractal_coverage(9, 7, seed=21, depth=4)
CODES = codes_for(len(COVERAGE))


def array_of(geoms: list) -> np.ndarray:
    out = np.empty(len(geoms), dtype=object)
    out[:] = geoms
    return out


def check_equals_brute_force(
    codes: list[str], geoms: np.ndarray, *, resolution: int | None = None, seed: int = 0
) -> BulkIndex:
    index = BulkIndex.build(codes, geoms, resolution)
    lng, lat = probing_points(geoms, random=150, seed=seed)
    got = index.locate(lng, lat)
    np.testing.assert_array_equal(got, brute_force_rows(codes, geoms, lng, lat))
    return index


@pytest.mark.parametrize("resolution", [None, 8, 37, 400])
def test_coverage_equals_brute_force_on_vertices_midpoints_and_anywhere(
    resolution: int | None,
) -> None:
    index = check_equals_brute_force(CODES, COVERAGE, resolution=resolution)
    vertices = shapely.get_num_coordinates(COVERAGE).sum()
    assert index.exact_tested >= vertices, "vertices lie on edges: GEOS decides them"


def test_points_within_pixels_without_edges_never_reach_geos() -> None:
    index = BulkIndex.build(CODES, COVERAGE)
    rng = np.random.default_rng(2)
    lng, lat = rng.uniform((109, 39), (110, 40), (50_000, 2)).T
    got = index.locate(lng, lat)
    assert index.exact_tested < 50
    np.testing.assert_array_equal(got, brute_force_rows(CODES, COVERAGE, lng, lat))


def test_every_point_of_the_parent_gets_exactly_one_lead_cell() -> None:
    index = BulkIndex.build(CODES, COVERAGE)
    parent = shapely.union_all(COVERAGE)
    lng, lat = probing_points(COVERAGE, random=2000, seed=4)
    inside = shapely.intersects_xy(parent, lng, lat)
    assert (index.locate(lng[inside], lat[inside]) >= 0).all()


def test_point_index_and_bulk_index_agree() -> None:
    points = PointIndex(snapshot_of(list(COVERAGE), CODES))
    bulk = BulkIndex.build(CODES, COVERAGE)
    lng, lat = probing_points(COVERAGE, random=300, seed=6)
    lng, lat = lng[::9], lat[::9]
    lead, following = bulk.locate_with_next(lng, lat)
    for x, y, row, after in zip(lng, lat, lead, following, strict=True):
        where = points.locate(x, y)
        assert (where.lead.row if where.lead else -1) == row
        assert (where.joint[0].row if where.joint else -1) == after


@pytest.mark.parametrize("resolution", [8, 64, 256])
def test_polygon_that_covers_whole_pixels_over_others_is_not_forgotten(resolution: int) -> None:
    over = shapely.box(109.2, 39.2, 109.8, 39.8)
    for code in ("0", "9"):
        geoms = array_of([*COVERAGE, over])
        check_equals_brute_force([*CODES, code], geoms, resolution=resolution)


def test_identical_polygons_go_to_the_lowest_code() -> None:
    geoms = array_of([COVERAGE[0], COVERAGE[0], COVERAGE[0]])
    index = check_equals_brute_force(["b", "a", "c"], geoms)
    x, y = COVERAGE[0].representative_point().coords[0]
    lead, following = index.locate_with_next(np.array([x]), np.array([y]))
    assert (lead[0], following[0]) == (1, 0)


def test_axis_parallel_lattice_equals_brute_force_at_every_resolution() -> None:
    boxes = array_of(
        [shapely.box(x / 8, y / 8, (x + 1) / 8, (y + 1) / 8) for x in range(6) for y in range(6)]
    )
    for resolution in (8, 9, 16, 33, 100):
        check_equals_brute_force(codes_for(36), boxes, resolution=resolution)


def test_edge_through_the_reference_point_of_a_pixel_sends_the_pixel_to_geos() -> None:
    probe = BulkIndex.build(["a"], array_of([shapely.box(0, 0, 1, 1)]), 16)
    frame = probe.frame
    split = frame.west + (6 + REFERENCE_X) / frame.scale_x
    halves = array_of([shapely.box(0, 0, split, 1), shapely.box(split, 0, 1, 1)])
    index = check_equals_brute_force(["b", "a"], halves, resolution=16)
    assert index.frame == frame
    raster = index.tables.raster.reshape(frame.rows, frame.columns)
    assert (raster[2:-2, 6] == ASK_EXACT).all()


def test_hole_with_an_island_in_it_equals_brute_force() -> None:
    ring = shapely.box(0, 0, 10, 10).difference(shapely.box(3, 3, 7, 7))
    island = shapely.box(4, 4, 6, 6)
    filled = shapely.box(3, 3, 7, 7).difference(island)
    for geoms in ([ring], [ring, island], [ring, island, filled]):
        check_equals_brute_force(codes_for(len(geoms)), array_of(geoms))


def test_missing_and_empty_geometries_cover_nothing() -> None:
    geoms = array_of([None, shapely.Polygon(), COVERAGE[3]])
    index = BulkIndex.build(["1", "2", "3"], geoms)
    x, y = COVERAGE[3].representative_point().coords[0]
    assert index.locate(np.array([x, 0.0]), np.array([y, 0.0])).tolist() == [2, -1]
    nothing = BulkIndex.build([], array_of([]))
    assert nothing.locate(np.array([110.0]), np.array([39.0])).tolist() == [-1]
    assert nothing.locate(np.array([]), np.array([])).tolist() == []


def test_positions_that_are_no_numbers_or_far_away_are_in_no_cell() -> None:
    index = BulkIndex.build(CODES, COVERAGE)
    odd = np.array([np.nan, np.inf, -np.inf, 1e300, -1e300, -180.0, 110.0])
    assert (index.locate(odd, np.full(len(odd), 39.5))[:6] == -1).all()
    assert (index.locate(np.full(len(odd), 109.5), odd) == -1).all()


def test_invalid_polygon_is_refused_with_its_row() -> None:
    bow_tie = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    with pytest.raises(InvalidInput) as error:
        BulkIndex.build(["a", "b"], array_of([COVERAGE[0], bow_tie]))
    assert (error.value.code, error.value.params) == ("grid.invalid_geometry", {"rows": [1]})


def test_permuting_cells_changes_no_answer() -> None:
    lng, lat = probing_points(COVERAGE, random=100, seed=8)
    before = np.array(CODES)[BulkIndex.build(CODES, COVERAGE).locate(lng, lat)]
    order = np.random.default_rng(1).permutation(len(COVERAGE))
    codes = [CODES[row] for row in order]
    after = np.array(codes)[BulkIndex.build(codes, COVERAGE[order]).locate(lng, lat)]
    outside = ~shapely.intersects_xy(shapely.union_all(COVERAGE), lng, lat)
    assert (before[~outside] == after[~outside]).all()


def test_recoding_cells_changes_only_points_that_several_cells_cover() -> None:
    lng, lat = probing_points(COVERAGE, random=500, seed=9)
    recoded = [code[::-1] for code in CODES]
    lead, following = BulkIndex.build(CODES, COVERAGE).locate_with_next(lng, lat)
    again = BulkIndex.build(recoded, COVERAGE).locate(lng, lat)
    alone = following < 0
    assert (lead[alone] == again[alone]).all()
    assert (lead[~alone] != again[~alone]).any()


lattice = st.integers(0, 12)
lattice_boxes = st.builds(
    lambda x, y, w, h: shapely.box(x, y, x + w, y + h),
    lattice,
    lattice,
    st.integers(1, 9),
    st.integers(1, 9),
)
holed = st.builds(lambda a, b: a.difference(b), lattice_boxes, lattice_boxes)
multipart = st.builds(lambda a, b, c: (a | b) - c, lattice_boxes, lattice_boxes, lattice_boxes)
number = st.floats(0, 12, allow_nan=False, width=32)
triangles = st.builds(
    lambda *v: shapely.Polygon([v[0:2], v[2:4], v[4:6]]), *[number for _ in range(6)]
)
slivers = st.builds(
    lambda x, y, dx, dy, t: shapely.Polygon(
        [(x, y), (x + dx, y + dy), (x + dx / 2, y + dy / 2 + t)]
    ),
    number,
    number,
    st.floats(0.5, 9),
    st.floats(-3, 3),
    st.sampled_from([1e-3, 1e-6, 1e-9, 1e-12]),
)
shapes = st.one_of(lattice_boxes, holed, multipart, triangles, slivers).filter(
    lambda g: g.is_valid and not g.is_empty and g.geom_type in ("Polygon", "MultiPolygon")
)


@settings(max_examples=250, deadline=None)
@given(
    st.lists(shapes, min_size=1, max_size=6),
    st.permutations(list("abcdef")),
    st.sampled_from([8, 13, 40]),
)
def test_holes_overlaps_parts_and_slivers_equal_brute_force(
    geoms: list, codes: list[str], resolution: int
) -> None:
    check_equals_brute_force(codes[: len(geoms)], array_of(geoms), resolution=resolution)
