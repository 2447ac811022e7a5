"""Who lies above whom in the ``cells`` table, as plain array look-ups."""

from __future__ import annotations

import geopandas as gpd
import numpy as np

from .plane import Ints


def ancestors_at(cells: gpd.GeoDataFrame, keys: Ints, rank: int) -> Ints:
    """Key of the ancestor of each cell at ``rank``; the cell itself when it has that rank.

    Cells above ``rank`` stay as they are.
    """
    parent = cells["parent_key"].to_numpy()
    ranks = cells["rank"].to_numpy()
    here = np.array(keys)
    while (deeper := ranks[here] > rank).any():
        here[deeper] = parent[here[deeper]]
    return here
