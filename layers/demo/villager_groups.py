"""Villager groups 社/组: a coverage of every village of its own, independent of the base grids."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from .cells import STORAGE_CRS, Ground, to_chinese
from .people import synthetic_names
from .places import DemoPlace
from .plane import Ints
from .regions import RegionGrower, adjacency_of
from .rings import trace_polygons
from .streams import layer_stream


def build_villager_groups(
    place: DemoPlace, cells: gpd.GeoDataFrame, ground: Ground
) -> tuple[gpd.GeoDataFrame, Ints]:
    """The ``villager_groups`` table and the group key of every leaf."""
    rng = layer_stream(place.seed, "villager_groups")
    mesh = ground.mesh
    inner = (mesh.left >= 0) & (mesh.right >= 0)
    width = np.hypot(*(mesh.nodes[mesh.start] - mesh.nodes[mesh.end]).T)
    inner &= width > 0.08 * np.hypot(*(mesh.left_xy - mesh.right_xy).T)
    first, second = mesh.left[inner], mesh.right[inner]
    grower = RegionGrower(
        adjacency_of(first, second, rng.uniform(0.5, 2, len(first)), mesh.leaf_count), mesh.seeds
    )
    village_of_leaf = ground.cell_of_leaf[place.village_rank - 1]
    villages = cells[cells["rank"] == place.village_rank].set_index("key")
    group_of_leaf = np.empty(mesh.leaf_count, dtype=np.int64)
    rows: list[tuple[int, str, str]] = []
    order = np.argsort(village_of_leaf, kind="stable")
    for key, code in villages["code"].items():
        leaves = order[slice(*np.searchsorted(village_of_leaf[order], [key, key + 1]))]
        count = int(rng.integers(place.groups_per_village[0], place.groups_per_village[1] + 1))
        count = max(1, min(count, len(leaves) // 2))
        group_of_leaf[leaves] = len(rows) + grower.split(leaves, np.ones(count), rng, tries=1)
        rows += [
            (int(key), f"{code}{n:02d}", f"{to_chinese(n)}{place.group_word}")
            for n in range(1, count + 1)
        ]
    frame = pd.DataFrame(rows, columns=["village_key", "code14", "name"])
    frame.insert(0, "key", np.arange(len(frame)))
    frame["head_name"] = synthetic_names(rng, len(frame))
    frame["geom"] = trace_polygons(mesh, ground.arcs, group_of_leaf, len(frame))
    return gpd.GeoDataFrame(frame, geometry="geom", crs=STORAGE_CRS), group_of_leaf
