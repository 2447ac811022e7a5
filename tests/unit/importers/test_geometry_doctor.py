"""Faults of shapes are found row by row; a repair is a preview that states what it changes."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from grid_boundaries.geo.measure import area_ellipsoidal_m2
from layers.importers.geometry_doctor import examine, find_overlaps


def look(*texts: str | None, **how: object) -> tuple[dict[str, list[int]], object]:
    shapes = np.array([None if t is None else shapely.from_wkt(t) for t in texts], dtype=object)
    told = examine(shapes, np.arange(1, len(shapes) + 1, dtype=np.int64), **how)
    return {f.code: f.rows.tolist() for f in told.findings}, told


SQUARE = "POLYGON((110 39,110.001 39,110.001 39.001,110 39.001,110 39))"


def test_a_square_has_no_fault_and_its_area_on_the_ground() -> None:
    found, told = look(SQUARE, wanted=("Polygon",), required=True)
    assert found == {}
    assert told.repaired[0] is None
    assert told.area_before_m2[0] == pytest.approx(
        area_ellipsoidal_m2(shapely.from_wkt(SQUARE)), rel=1e-5
    )


def test_a_bow_tie_is_an_error_with_its_place_and_a_preview_of_both_halves() -> None:
    found, told = look("POLYGON((110 39,110.001 39.001,110.001 39,110 39.001,110 39))")
    assert found == {"shape.self_crossing": [1]}
    finding = told.findings[0]
    assert (finding.per_row["lng"][0], finding.per_row["lat"][0]) == pytest.approx(
        (110.0005, 39.0005)
    )
    assert told.repaired[0].is_valid
    assert shapely.get_num_geometries(told.repaired[0]) == 2
    assert told.area_before_m2[0] == pytest.approx(0, abs=1e-3)
    assert told.area_after_m2[0] == pytest.approx(area_ellipsoidal_m2(told.repaired[0]), rel=1e-5)


def test_holes_outside_and_nested_and_twice_are_named() -> None:
    outside = SQUARE[:-1] + ",(110.1 39,110.101 39,110.101 39.001,110.1 39))"
    twice = "MULTIPOLYGON(((0 0,1 0,1 1,0 0)),((0 0,1 0,1 1,0 0)))"
    found, _ = look(outside, twice)
    assert found["shape.hole_outside"] == [1]
    assert [2] in found.values()


def test_missing_empty_wrong_and_collections_stand_apart() -> None:
    found, _ = look(
        None, "POLYGON EMPTY", "POINT(110 39)", f"GEOMETRYCOLLECTION({SQUARE})",
        wanted=("Polygon",), required=True,
    )  # fmt: skip
    assert found == {
        "shape.missing": [1], "shape.empty": [2], "shape.wrong_type": [3], "shape.collection": [4]
    }  # fmt: skip


def test_a_missing_shape_is_a_note_where_none_is_required_and_unreadable_where_it_was_there() -> (
    None
):
    shapes = np.array([None, None], dtype=object)
    told = examine(shapes, np.array([5, 6]), unreadable=np.array([False, True]))
    assert [(f.code, f.severity, f.rows.tolist()) for f in told.findings] == [
        ("shape.unreadable", "error", [6]), ("shape.missing", "note", [5])
    ]  # fmt: skip


def test_nan_and_infinity_are_not_finite() -> None:
    shapes = shapely.points([[np.nan, 39.0], [np.inf, 39.0], [110.0, 39.0]])
    told = examine(shapes, np.array([1, 2, 3]))
    codes = {f.code: f.rows.tolist() for f in told.findings}
    assert sorted(row for rows in codes.values() for row in rows) == [1, 2]


def test_parts_holes_slivers_repeats_and_duplicates_are_told() -> None:
    sliver = "POLYGON((110 39,110.01 39,110.01 39.000001,110 39.000001,110 39))"
    hole = SQUARE[:-1] + ",(110.0002 39.0002,110.0004 39.0002,110.0004 39.0004,110.0002 39.0002))"
    turned = "POLYGON((110.001 39.001,110.001 39,110 39,110 39.001,110.001 39.001))"
    twice = "POLYGON((110 39.1,110 39.1,110.001 39.1,110.001 39.101,110 39.1))"
    several = (
        "MULTIPOLYGON(((111 39,111.1 39,111 39.1,111 39)),((112 39,112.1 39,112 39.1,112 39)))"
    )
    deep = "POLYGON Z((111 40 5,111.1 40 5,111 40.1 5,111 40 5))"
    found, _ = look(SQUARE, sliver, hole, turned, twice, several, deep)
    assert found == {
        "shape.multipart": [6], "shape.sliver": [2], "shape.holes": [3],
        "shape.repeated_vertices": [5], "shape.duplicate": [4], "shape.z_values": [7],
    }  # fmt: skip


def test_a_collection_is_taken_apart_as_a_preview() -> None:
    nested = f"GEOMETRYCOLLECTION(POINT(110 39), GEOMETRYCOLLECTION({SQUARE}))"
    found, told = look(nested, "GEOMETRYCOLLECTION(POINT(110 39))", wanted=("Polygon",))
    assert found == {"shape.collection": [1, 2]}
    assert told.repaired[0].equals(shapely.from_wkt(SQUARE))
    assert told.repaired[1] is None


def test_what_lies_off_the_earth_is_an_error() -> None:
    assert look("POINT(181 39)", "POINT(110 91)", "POINT(110 39)")[0] == {
        "shape.off_the_earth": [1, 2]
    }


def test_overlaps_name_both_rows_and_the_area_and_shared_borders_are_none() -> None:
    def box(west: float, east: float) -> shapely.Polygon:
        return shapely.box(west, 39, east, 39.001)

    shapes = np.array([box(110, 110.001), box(110.001, 110.002), box(110.0015, 110.003), None])
    found = find_overlaps(shapes, np.array([5, 6, 7, 8]))
    assert found is not None
    assert (found.rows.tolist(), found.per_row["other_row"].tolist()) == ([6], [7])
    shared = area_ellipsoidal_m2(shapely.intersection(shapes[1], shapes[2]))
    assert found.per_row["area_m2"][0] == pytest.approx(shared, rel=1e-5)
    assert find_overlaps(shapes[:2], np.array([5, 6])) is None


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), min_size=3, max_size=9))
def test_whatever_ring_is_drawn_a_repair_is_valid_and_never_grows_beyond_its_hull(
    corners: list[tuple[int, int]],
) -> None:
    ring = [(110 + x / 1000, 39 + y / 1000) for x, y in corners]
    shape = np.array([shapely.Polygon([*ring, ring[0]])], dtype=object)
    told = examine(shape, np.array([1]))
    errors = [f for f in told.findings if f.severity == "error"]
    assert bool(errors) == (not shapely.is_valid(shape[0]))
    if told.repaired[0] is not None:
        assert shapely.is_valid(told.repaired[0])
        assert shapely.get_type_id(told.repaired[0]) in (3, 6)
        hull = examine(np.array([shapely.convex_hull(shape[0])], dtype=object), np.array([1]))
        assert told.area_after_m2[0] <= hull.area_before_m2[0] * (1 + 1e-9)
