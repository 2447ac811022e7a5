"""Small synthetic maps for the tests of risk (合成数据)."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from layers.risk.provenance import Floats, Ints


def lattice(cells: int, jitter: float = 0.0, seed: int = 0) -> tuple[Floats, Floats]:
    """Centroids of a square-ish lattice with 1 km steps, in metres."""
    side = int(np.ceil(np.sqrt(cells)))
    row, column = np.divmod(np.arange(cells), side)
    shake = np.random.default_rng(seed).uniform(-jitter, jitter, (2, cells))
    return (column + shake[0]) * 1000.0, (row + shake[1]) * 1000.0


def rook_edges(cells: int) -> Ints:
    """(edges, 2) of the lattice's neighbours side by side, each pair once."""
    side = int(np.ceil(np.sqrt(cells)))
    index = np.arange(cells)
    right = index[(index % side != side - 1) & (index + 1 < cells)]
    below = index[index + side < cells]
    return np.concatenate(
        [np.column_stack([right, right + 1]), np.column_stack([below, below + side])]
    ).astype(np.int64)


def as_weights(edges: Ints, cells: int) -> sparse.csr_array:
    """Symmetric 0/1 weights of the pairs."""
    both = np.concatenate([edges, edges[:, ::-1]])
    ones = np.ones(len(both))
    return sparse.csr_array((ones, (both[:, 0], both[:, 1])), shape=(cells, cells))
