"""Plans drawn on plans: borders keep their corners, and get none a rounding beside them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely

from grid_boundaries.redraw.atoms import make_atoms
from grid_boundaries.redraw.derive import covers_once, derive_grids
from grid_boundaries.redraw.faces import ONE_CORNER_DEG, find_faces, stick_out
from grid_boundaries.redraw.ground_file import make_ground
from grid_boundaries.redraw.nodes import (
    insert_vertices,
    list_ends,
    list_inner_lines,
    thin_vertices,
)
from grid_boundaries.redraw.propose import propose
from tests.unit.redraw.test_draft import RULE
from tests.unit.redraw.villages import make_village

SQUARE = shapely.box(110, 39, 110.02, 39.02)
ROAD = shapely.LineString([(110.01, 39), (110.0101, 39.0103), (110.01, 39.02)])


def as_lines(*lines: Any) -> np.ndarray:
    return np.array(lines, dtype=object)


def test_a_line_that_misses_a_corner_by_a_rounding_meets_it_there() -> None:
    corner = shapely.Point(110.0101, 39.0103)
    for off in (-3e-14, 1e-13, 4e-12):
        line = shapely.LineString([(110.002, 39.004), (110.0101 + off, 39.0103 - off),
                                   (110.0101 + 2 * off, 39.0103 + 1e-8)])  # fmt: skip
        back = shapely.LineString([(110.002, 39.004), (110, 39.012)])
        faces = find_faces(as_lines(SQUARE.boundary, ROAD), as_lines(line, back), SQUARE.area)
        assert len(faces) == 3
        close = shapely.dwithin(shapely.points(shapely.get_coordinates(faces)), corner, 1e-9)
        assert np.unique(shapely.get_coordinates(faces)[close], axis=0).tolist() == [
            [corner.x, corner.y]
        ]
        assert shapely.area(faces).sum() == pytest.approx(SQUARE.area, rel=1e-12)


def test_corners_of_borders_stay_however_close_they_are() -> None:
    twin = shapely.LineString([(110.01, 39), (110.01, 39.01), (110.01 + 5e-10, 39.01),
                               (110.01, 39.02)])  # fmt: skip
    faces = find_faces(as_lines(SQUARE.boundary, twin), as_lines(), SQUARE.area)
    kept = set(map(tuple, shapely.get_coordinates(faces).tolist()))
    assert set(map(tuple, shapely.get_coordinates(twin)[1:-1].tolist())) <= kept


def test_what_sticks_out_is_too_short_to_meet_anything() -> None:
    line = shapely.LineString([(109.99, 39.007), (110.03, 39.013)])
    (part,) = stick_out(line, SQUARE)
    assert part.length - shapely.intersection(line, SQUARE).length == pytest.approx(2e-11, rel=0.1)
    assert not SQUARE.covers(part)
    assert part.length - SQUARE.intersection(part).length < ONE_CORNER_DEG
    assert len(stick_out(line, shapely.box(0, 0, 1, 1))) == 0


@pytest.mark.parametrize("seed", [1, 3])
def test_plans_drawn_on_plans_stay_a_coverage_corner_by_corner(seed: int) -> None:
    """Twelve publications, each of one atom that changes hands, drawn on what the last one left.

    Without the merging of corners the third of seed 3 was none any more, and the fourteenth a hole.
    """
    dice = np.random.default_rng(seed)
    village, homes = make_village(90, seed=6)
    atoms = make_atoms(village, homes)
    ground = make_ground(village, atoms, np.arange(len(homes)))
    label = propose(ground.ground.graph, RULE, "compactness").label
    grids = derive_grids(atoms.geoms, label, max(label) + 1)
    village = insert_vertices(village, shapely.get_coordinates(grids))
    for turn in range(12):
        lines = list_inner_lines(grids, village)
        outline = insert_vertices(village, list_ends(lines))
        atoms = make_atoms(outline, homes, lines, keep_empty_faces=True)
        ground = make_ground(outline, atoms, np.arange(len(homes)))
        middle = shapely.point_on_surface(atoms.geoms)
        atom, now = shapely.STRtree(grids).query(middle, predicate="within")
        label = now[np.argsort(atom)]
        assert len(label) == len(atoms.geoms)
        border = [(a, b) for a, row in enumerate(ground.ground.graph.near) for b, m in row
                  if m > 0 and label[a] != label[b]]  # fmt: skip
        a, b = border[dice.integers(len(border))]
        parts = [label[a], label[b]]
        label[a] = label[b]
        keep = shapely.get_coordinates(np.array([*grids, outline], dtype=object))
        drawn = thin_vertices(derive_grids(atoms.geoms, label.tolist(), len(grids)), keep)
        corners = np.unique(shapely.get_coordinates(drawn[parts]), axis=0)
        # what did not change stays as it was stored, but for corners of others on its border
        grids = np.array([drawn[k] if k in parts else insert_vertices(grids[k], corners)
                          for k in range(len(grids))], dtype=object)  # fmt: skip
        village = insert_vertices(village, corners)
        assert covers_once(grids, village), turn
