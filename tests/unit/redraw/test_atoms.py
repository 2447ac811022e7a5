"""Atoms cover the parent, hold their own households, and do not cross barriers."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from grid_boundaries.errors import InvalidInput
from grid_boundaries.redraw.atoms import make_atoms
from grid_boundaries.redraw.borders import find_borders
from grid_boundaries.redraw.derive import derive_grids, keep_needed_vertices
from grid_boundaries.redraw.nodes import is_same_ground, list_inner_lines
from tests.unit.locate.coverages import fractal_coverage
from tests.unit.redraw.villages import make_village

SQUARE = shapely.box(110.0, 39.0, 110.02, 39.02)


@pytest.mark.parametrize("seed", range(8))
def test_atoms_are_a_coverage_of_the_parent_and_hold_their_households(seed: int) -> None:
    village, points = make_village(40 + 30 * seed, seed=seed)
    atoms = make_atoms(village, points)
    assert shapely.coverage_is_valid(atoms.geoms)
    assert shapely.area(atoms.geoms).sum() == pytest.approx(village.area, rel=1e-12)
    assert shapely.area(shapely.difference(village, shapely.union_all(atoms.geoms))) < 1e-14
    assert atoms.weights.sum() == len(points)
    assert shapely.covers(atoms.geoms[atoms.atom_of], shapely.points(points)).all()
    assert (shapely.get_type_id(atoms.geoms) == shapely.GeometryType.POLYGON).mean() > 0.97


def test_households_of_one_building_share_an_atom() -> None:
    points = np.array([(110.005, 39.005), (110.005, 39.005), (110.015, 39.015)])
    atoms = make_atoms(SQUARE, points)
    assert sorted(atoms.weights.tolist()) == [1, 2]
    assert atoms.atom_of[0] == atoms.atom_of[1] != atoms.atom_of[2]


def test_no_atom_crosses_a_barrier_between_settled_sides() -> None:
    river = shapely.linestrings([(110.012, 38.99), (110.008, 39.01), (110.013, 39.03)])
    rng = np.random.default_rng(2)
    points = rng.uniform((110.0, 39.0), (110.02, 39.02), (60, 2))
    atoms = make_atoms(SQUARE, points, np.array([river]))
    crossing = shapely.intersection(shapely.buffer(atoms.geoms, -1e-9), river)
    assert shapely.length(crossing).max() == 0
    assert shapely.coverage_is_valid(atoms.geoms)
    assert shapely.area(atoms.geoms).sum() == pytest.approx(SQUARE.area, rel=1e-12)


def test_ground_without_a_building_goes_to_the_longest_border() -> None:
    road = shapely.linestrings([(109.99, 39.004), (110.03, 39.004)])
    points = np.array([(110.004, 39.01), (110.016, 39.011)])
    atoms = make_atoms(SQUARE, points, np.array([road]))
    assert len(atoms.geoms) == 2
    assert shapely.area(atoms.geoms).sum() == pytest.approx(SQUARE.area, rel=1e-12)


def test_impossible_households_are_named() -> None:
    with pytest.raises(InvalidInput, match=r"redraw\.no_households"):
        make_atoms(SQUARE, np.empty((0, 2)))
    with pytest.raises(InvalidInput, match=r"redraw\.outside_parent") as caught:
        make_atoms(SQUARE, np.array([(110.01, 39.01), (110.5, 39.01)]))
    assert caught.value.params["rows"] == [1]


def test_borders_are_those_that_geos_measures() -> None:
    village, points = make_village(60, seed=3)
    geoms = make_atoms(village, points).geoms
    borders = find_borders(geoms)
    found = set(zip(borders.left.tolist(), borders.right.tolist(), strict=True))
    for a in range(len(geoms)):
        for b in range(a + 1, len(geoms)):
            shared = shapely.intersection(geoms[a], geoms[b])
            is_line = shapely.length(shared) > 0
            assert ((a, b) in found) == is_line, (a, b)
    # each metre of outline belongs to one pair or to nobody
    ring_m = np.array([find_borders(geoms[[row]]).outer_m[0] for row in range(len(geoms))])
    total = borders.outer_m.copy()
    np.add.at(total, borders.left, borders.length_m)
    np.add.at(total, borders.right, borders.length_m)
    np.testing.assert_allclose(total, ring_m, rtol=1e-9)


def test_grids_keep_no_vertex_that_only_atoms_needed() -> None:
    village, points = make_village(120, seed=1)
    atoms = make_atoms(village, points)
    label = (np.arange(len(atoms.geoms)) * 4 // len(atoms.geoms)).tolist()
    grids = derive_grids(atoms.geoms, label, 4)
    thin = keep_needed_vertices(grids, village)
    assert shapely.coverage_is_valid(thin)
    assert shapely.area(thin).sum() == pytest.approx(village.area, rel=1e-12)
    outline = set(map(tuple, shapely.get_coordinates(village).tolist()))
    edge = shapely.boundary(village)
    for row, grid in enumerate(thin):
        others = shapely.union_all(np.delete(thin, row))
        for xy in shapely.get_coordinates(grid).tolist():
            if tuple(xy) in outline or not shapely.dwithin(edge, shapely.points(xy), 1e-9):
                continue
            assert shapely.dwithin(others, shapely.points(xy), 1e-12)


def test_a_building_whose_ground_is_taken_shares_the_atom_of_the_one_beside_it() -> None:
    """Two buildings on one barrier, which no line parts: both stay counted."""
    square = shapely.box(0, 0, 0.01, 0.01)
    sites = np.array([(0.005, 0.004), (0.005, 0.004 + 2e-7), (0.002, 0.008)])
    barrier = np.array([shapely.LineString([(0.005, -1), (0.005, 1)])], dtype=object)
    atoms = make_atoms(square, sites, barrier)
    assert int(atoms.weights.sum()) == 3
    assert (atoms.atom_of >= 0).all()
    assert len(atoms.geoms) == len(atoms.sites) == len(atoms.weights)
    assert abs(shapely.area(atoms.geoms).sum() - square.area) < 1e-15


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000))
def test_every_grid_of_today_is_made_of_whole_atoms(seed: int) -> None:
    """Crooked borders part a building from its ground: what is cut off stays in its grid."""
    grids = fractal_coverage(3, 2, seed=seed, origin=(110.3, 39.3), size=(0.06, 0.04))
    parent = shapely.coverage_union_all(grids)
    rng = np.random.default_rng(seed)
    west, south, east, north = parent.bounds
    points = rng.uniform((west, south), (east, north), (300, 2))
    points = points[shapely.contains_xy(parent, points)]
    lines = list_inner_lines(np.array(grids, dtype=object), parent)
    atoms = make_atoms(parent, points, lines, keep_empty_faces=True)
    home = shapely.STRtree(grids).nearest(shapely.points(atoms.sites))
    derived = derive_grids(atoms.geoms, home.tolist(), len(grids))
    for made, grid in zip(derived, grids, strict=True):
        assert is_same_ground(made, grid)
