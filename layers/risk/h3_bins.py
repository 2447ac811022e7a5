"""H3 cells as uint64: statistics by hexagon, never ownership of a place."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import repeat

import h3.api.basic_int as h3
import numpy as np
import numpy.typing as npt

from grid_boundaries.errors import InvalidInput
from layers.risk.provenance import Floats, Ints, Provenance, require_finite

Cells = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class HexCounts:
    """``cell`` (k,) uint64 ascending; ``total`` (k, w) of the w weights; ``lng``, ``lat`` (k,)."""

    cell: Cells
    total: Floats
    lng: Floats
    lat: Floats
    provenance: Provenance


def find_cells(
    lng: npt.ArrayLike,
    lat: npt.ArrayLike,
    resolution: int,
    shift: tuple[float, float] = (0.0, 0.0),
) -> Cells:
    """H3 cell (n,) of points in degrees; CGCS2000 is taken as WGS 84 (the same to centimetres).

    ``shift`` in degrees is added first: with half a cell it shows what depends on the origin.
    Raises InvalidInput ``risk.bad_lng_lat``, ``risk.bad_resolution``.
    """
    x = require_finite("lng", lng) + shift[0]
    y = require_finite("lat", lat, x.shape) + shift[1]
    if len(x) and not ((np.abs(x) <= 180).all() and (np.abs(y) <= 90).all()):
        raise InvalidInput("risk.bad_lng_lat")
    if not 0 <= resolution <= 15:
        raise InvalidInput("risk.bad_resolution", actual=resolution)
    found = map(h3.latlng_to_cell, y.tolist(), x.tolist(), repeat(resolution))
    return np.fromiter(found, dtype=np.uint64, count=len(x))


def sum_by_cell(cells: Cells, weights: npt.ArrayLike) -> HexCounts:
    """Sums of ``weights`` (n,) or (n, w) over equal ``cells`` (n,)."""
    given = np.asarray(weights, dtype=np.float64)
    given = given[:, None] if given.ndim == 1 else given
    given = require_finite("weights", given, (len(cells), given.shape[1]))
    unique, where = np.unique(cells, return_inverse=True)
    total: Floats = np.column_stack(
        [np.bincount(where, column, len(unique)).astype(float) for column in given.T]
    )
    centres = np.array([h3.cell_to_latlng(int(cell)) for cell in unique]).reshape(-1, 2)
    made_from = Provenance("h3", {"cells": cells.shape, "weights": given.shape})
    return HexCounts(unique, total, centres[:, 1], centres[:, 0], made_from)


def list_edges(cells: Cells) -> Ints:
    """(k, 2) index pairs of ``cells`` (ascending, unique) that touch, each pair once."""
    index = {int(cell): row for row, cell in enumerate(cells)}
    pairs = [
        (row, index[other])
        for cell, row in index.items()
        for other in h3.grid_ring(cell, 1)
        if index.get(other, -1) > row
    ]
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)
