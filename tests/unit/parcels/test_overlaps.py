"""Every pair of parcels that share ground is found, and nothing else, against brute force."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import MultiPolygon, Point, Polygon, box
from shapely.geometry.base import BaseGeometry

from grid_boundaries.errors import InvalidInput
from grid_boundaries.geo.local_plane import metres_per_degree
from layers.parcels.overlaps import Overlaps, ParcelIndex, measure_pieces

LNG, LAT = 118.6, 43.9
MX, MY = metres_per_degree(LAT)


def metres(geom: BaseGeometry) -> BaseGeometry:
    """A shape drawn in metres round one place, in EPSG:4490."""
    moved: BaseGeometry = shapely.transform(geom, lambda xy: xy / (MX, MY) + (LNG, LAT))
    return moved


def find(*geoms: BaseGeometry | None, min_area_m2: float = 1.0) -> Overlaps:
    return ParcelIndex(np.array(geoms, dtype=object)).list_overlaps(min_area_m2)


def pairs(found: Overlaps) -> list[tuple[int, int]]:
    return list(zip(found.left.tolist(), found.right.tolist(), strict=True))


def test_strip_between_two_neighbours_is_measured() -> None:
    found = find(metres(box(0, 0, 50, 40)), metres(box(48, 0, 90, 40)), metres(box(90, 0, 99, 40)))
    assert pairs(found) == [(0, 1)]
    assert found.area_m2[0] == pytest.approx(80, rel=2e-5)


def test_41_m2_between_two_parts_of_one_certificate_are_found() -> None:
    parts = MultiPolygon([box(0, 0, 50, 41), box(49, 0, 90, 41)])
    found = find(metres(parts), metres(box(200, 0, 220, 20)))
    assert pairs(found) == [(0, 0)]
    assert found.area_m2[0] == pytest.approx(41, rel=2e-5)


def test_ground_under_several_parts_is_counted_once() -> None:
    twice = MultiPolygon([box(0, 0, 20, 10), box(10, 0, 30, 10)])
    found = find(metres(twice), metres(box(0, 0, 30, 10)))
    assert dict(zip(pairs(found), found.area_m2.tolist(), strict=True)) == {
        (0, 0): pytest.approx(100, rel=2e-5),
        (0, 1): pytest.approx(300, rel=2e-5),
    }


def test_small_pieces_of_one_pair_add_up() -> None:
    comb = MultiPolygon([box(0, 10 * n, 20, 10 * n + 6) for n in range(4)])
    other = MultiPolygon([box(19.9, 10 * n, 40, 10 * n + 6) for n in range(4)])
    found = find(metres(comb), metres(other), min_area_m2=2.0)
    assert found.area_m2.tolist() == [pytest.approx(2.4, rel=2e-5)]


def test_parcel_in_the_hole_of_another_is_no_overlap() -> None:
    ring = Polygon(box(0, 0, 50, 50).exterior.coords, [box(10, 10, 40, 40).exterior.coords])
    assert pairs(find(metres(ring), metres(box(10, 10, 40, 40)))) == []
    assert pairs(find(metres(ring), metres(box(9, 10, 40, 40)))) == [(0, 1)]


def test_missing_and_empty_outlines_are_in_no_pair() -> None:
    shape = metres(box(0, 0, 10, 10))
    assert pairs(find(None, Polygon(), shape, shape)) == [(2, 3)]
    assert pairs(find()) == []


def test_outline_that_crosses_itself_is_named_not_guessed() -> None:
    bow = Polygon([(0, 0), (20, 20), (20, 0), (0, 20)])
    found = find(metres(bow), metres(box(0, 0, 20, 20)))
    assert (pairs(found), found.unreadable.tolist()) == ([], [0])


def test_points_and_missing_tolerance_are_refused() -> None:
    with pytest.raises(InvalidInput, match=r"land\.not_polygon"):
        find(Point(LNG, LAT))
    with pytest.raises(InvalidInput, match=r"land\.tolerance"):
        find(metres(box(0, 0, 1, 1)), min_area_m2=float("nan"))


def test_one_claim_at_save_finds_the_same_pairs() -> None:
    geoms = np.array(random_parcels(7, 60), dtype=object)
    everything = ParcelIndex(geoms).list_overlaps(1.0)
    index = ParcelIndex(geoms[1:])
    found = index.list_overlaps_of(geoms[0], 1.0)
    mine = (everything.left == 0) & (everything.right > 0)
    assert (found.right + 1).tolist() == everything.right[mine].tolist()
    assert found.area_m2 == pytest.approx(everything.area_m2[mine], rel=1e-9)


def test_claim_at_save_that_crosses_itself_is_refused() -> None:
    index = ParcelIndex(np.array([metres(box(0, 0, 20, 20))], dtype=object))
    bow = Polygon([(0, 0), (20, 20), (20, 0), (0, 20)])
    with pytest.raises(InvalidInput, match=r"land\.crosses_itself"):
        index.list_overlaps_of(metres(bow), 1.0)


def test_neighbour_that_crosses_itself_is_named_at_save() -> None:
    bow = Polygon([(0, 0), (20, 20), (20, 0), (0, 20)])
    index = ParcelIndex(np.array([metres(box(50, 0, 60, 9)), metres(bow)], dtype=object))
    found = index.list_overlaps_of(metres(box(0, 0, 20, 20)), 1.0)
    assert (pairs(found), found.unreadable.tolist()) == ([], [1])


def random_parcels(seed: int, count: int) -> list[BaseGeometry]:
    """Stars and boxes with 3 to 20 corners, some with holes, some of two parts, some touching."""
    rng = np.random.default_rng(seed)
    made: list[BaseGeometry] = []
    for n in range(count):
        centre, radius = rng.uniform(0, 150, 2), rng.uniform(4, 25)
        turn = np.sort(rng.uniform(0, 2 * np.pi, rng.integers(3, 21)))
        reach = radius * rng.uniform(0.4, 1, len(turn))
        star = Polygon(centre + reach[:, None] * np.column_stack([np.cos(turn), np.sin(turn)]))
        shape = (
            star
            if n % 3 and star.is_valid
            else box(*(10 * np.floor(centre / 10)), *(10 * np.ceil(centre / 10)))
        )
        if n % 4 == 0:
            shape = shape.difference(Point(centre).buffer(radius / 5, quad_segs=2))
        if n % 5 == 0:
            shape = MultiPolygon([*shapely.get_parts(shape), box(*(centre + 40), *(centre + 48))])
        made.append(metres(shape))
    return [shape for shape in made if shape.is_valid and not shape.is_empty]


def brute_force(geoms: np.ndarray, min_area_m2: float) -> dict[tuple[int, int], float]:
    left, right = np.triu_indices(len(geoms), 1)
    area = measure_pieces(shapely.intersection(geoms[left], geoms[right]))
    return {
        (int(left[k]), int(right[k])): float(area[k]) for k in np.flatnonzero(area > min_area_m2)
    }


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), min_area_m2=st.sampled_from([0.0, 0.01, 1.0, 25.0]))
def test_same_pairs_and_areas_as_brute_force(seed: int, min_area_m2: float) -> None:
    geoms = np.array(random_parcels(seed, 40), dtype=object)
    found = ParcelIndex(geoms).list_overlaps(min_area_m2)
    wanted = brute_force(geoms, min_area_m2)
    if min_area_m2 == 0:  # rounding leaves specks of a few square millimetres either way
        wanted = {pair: area for pair, area in wanted.items() if area > 1e-6}
        keep = found.area_m2 > 1e-6
    else:
        keep = np.ones(len(found.left), dtype=bool)
    got = dict(
        zip(
            zip(found.left[keep].tolist(), found.right[keep].tolist(), strict=True),
            found.area_m2[keep].tolist(),
            strict=True,
        )
    )
    assert got.keys() == wanted.keys()
    for pair, area in wanted.items():
        assert got[pair] == pytest.approx(area, rel=1e-6, abs=1e-6)
