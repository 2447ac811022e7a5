"""Regions are connected, never empty and exact in number; shares add up."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from layers.demo.regions import RegionGrower, adjacency_of, apportion


def grid_edges(width: int, height: int) -> tuple[np.ndarray, np.ndarray]:
    number = np.arange(width * height).reshape(height, width)
    across = np.column_stack([number[:, :-1].ravel(), number[:, 1:].ravel()])
    down = np.column_stack([number[:-1].ravel(), number[1:].ravel()])
    return tuple(np.concatenate([across, down]).T)  # type: ignore[return-value]


@settings(max_examples=60, deadline=None)
@given(
    width=st.integers(2, 9),
    height=st.integers(2, 9),
    count=st.integers(1, 9),
    seed=st.integers(0, 2**32 - 1),
)
def test_regions_are_connected_and_none_is_empty(
    width: int, height: int, count: int, seed: int
) -> None:
    total = width * height
    count = min(count, total)
    first, second = grid_edges(width, height)
    rng = np.random.default_rng(seed)
    graph = adjacency_of(first, second, rng.uniform(1, 9, len(first)), total)
    xy = np.column_stack([np.arange(total) % width, np.arange(total) // width]).astype(float)
    labels = RegionGrower(graph, xy).split(np.arange(total), np.ones(count), rng)
    assert set(labels) == set(range(count))
    same = labels[first] == labels[second]
    links = coo_matrix((np.ones(same.sum()), (first[same], second[same])), shape=(total, total))
    assert connected_components(links, directed=False)[0] == count


@given(
    weights=st.lists(st.floats(0, 100), min_size=1, max_size=30),
    spare=st.integers(0, 500),
    least=st.integers(0, 3),
)
def test_shares_add_up_and_reach_the_least(weights: list[float], spare: int, least: int) -> None:
    if sum(weights) <= 0:
        weights[0] = 1.0
    total = least * len(weights) + spare
    shares = apportion(weights, total, least)
    assert shares.sum() == total
    assert shares.min() >= least


def test_too_few_to_share_is_an_error() -> None:
    with pytest.raises(ValueError, match="cannot be shared"):
        apportion([1.0, 1.0, 1.0], 2)
