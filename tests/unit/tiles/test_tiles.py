"""Simplified levels stay coverages; the memory of tiles is bounded; addresses are checked."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from grid_boundaries.errors import InvalidInput
from grid_boundaries.versions.simplify import COPY_ZOOMS, find_labels, simplify_level, tolerance_of
from layers.tiles.address import MAX_ZOOM, TileAddress, read_address
from layers.tiles.memory import KeptTile, TileMemory


def rough_coverage(seed: int) -> np.ndarray:
    """Neighbours with ragged common borders, about 30 km wide (metres)."""
    rng = np.random.default_rng(seed)
    cuts = np.linspace(0, 30_000, 5)
    steps = np.linspace(0, 30_000, 120)
    borders = [
        np.column_stack([x + rng.normal(0, 150, 120) * (0 < k < 4), steps])
        for k, x in enumerate(cuts)
    ]
    return np.array(
        [shapely.Polygon(np.vstack([west, east[::-1]])) for west, east in pairwise(borders)],
        dtype=object,
    )


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000))
def test_neighbours_share_their_border_to_the_last_vertex_at_every_zoom(seed: int) -> None:
    geoms = rough_coverage(seed)
    if not shapely.coverage_is_valid(geoms):
        return
    copies = simplify_level(geoms)
    assert set(copies) == set(COPY_ZOOMS)
    size = shapely.get_num_coordinates(geoms).sum()
    for zoom in sorted(COPY_ZOOMS, reverse=True):
        assert shapely.coverage_is_valid(copies[zoom])
        assert not shapely.is_empty(copies[zoom]).any()
        smaller = shapely.get_num_coordinates(copies[zoom]).sum()
        assert smaller <= size
        size = smaller
    # the ground as a whole keeps its area to a strip of the tolerance along the border
    whole = shapely.union_all(geoms)
    far = shapely.union_all(copies[8])
    moved = shapely.symmetric_difference(whole, far).area
    assert moved <= whole.length * tolerance_of(8)


def test_label_circle_lies_inside_the_largest_part() -> None:
    small, large = shapely.box(0, 0, 10, 10), shapely.box(100, 0, 300, 50)
    found = find_labels(np.array([shapely.MultiPolygon([small, large]), small], dtype=object))
    assert large.contains(found.centres[0])
    assert found.radii == pytest.approx([25, 5], rel=0.1)
    circles = shapely.buffer(found.centres, found.radii * 0.999)
    assert large.contains(circles[0])
    assert small.contains(circles[1])


@pytest.mark.parametrize(
    ("z", "x", "y"), [(-1, 0, 0), (MAX_ZOOM + 1, 0, 0), (3, 8, 0), (3, 0, 8), (3, -1, 0), (0, 1, 0)]
)
def test_tile_that_is_not_there_is_refused(z: int, x: int, y: int) -> None:
    with pytest.raises(InvalidInput):
        read_address(z, x, y)


def test_tile_in_the_last_corner_is_there() -> None:
    assert read_address(3, 7, 7) == TileAddress(3, 7, 7)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 3000)), max_size=80))
def test_memory_never_holds_more_than_allowed_and_keeps_the_newest(
    puts: list[tuple[int, int]],
) -> None:
    memory = TileMemory(10_000)
    for key, size in puts:
        memory.keep(key, KeptTile(b"x" * size, str(size)))
        assert memory.size_bytes <= 10_000
        newest = memory.find(key)
        assert newest is not None
        assert newest.tag == str(size)
    kept = [memory.find(key) for key in range(21)]
    assert memory.size_bytes == sum(len(tile.gzipped) + 400 for tile in kept if tile)
    assert len(memory) == sum(tile is not None for tile in kept)


def test_tile_larger_than_the_memory_is_not_kept() -> None:
    memory = TileMemory(1000)
    memory.keep("small", KeptTile(b"x" * 100, "a"))
    memory.keep("large", KeptTile(b"x" * 5000, "b"))
    assert memory.find("large") is None
    assert memory.find("small") is not None
