"""Party groups over the lowest cells, inside one village's branch each, and their members."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from .cells import Ground, to_chinese
from .people import synthetic_names
from .places import DemoPlace
from .plane import Floats, Ints
from .regions import Adjacency, RegionGrower, adjacency_of, apportion
from .streams import layer_stream

_AWAY = 0.12  # members whose home is elsewhere


def build_party_groups(
    place: DemoPlace, cells: gpd.GeoDataFrame, ground: Ground
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """``party_groups`` and ``party_group_cells``: every lowest cell in one group, none empty."""
    rng = layer_stream(place.seed, "party_groups")
    first_key = int(ground.finest.min())
    cell_count = int(ground.finest.max()) - first_key + 1
    grower = RegionGrower(*_cell_graph(ground, first_key, cell_count))
    village_of = np.empty(cell_count, dtype=np.int64)
    village_of[ground.finest - first_key] = ground.cell_of_leaf[place.village_rank - 1]
    villages, sizes = np.unique(village_of, return_counts=True)
    wanted = apportion(sizes.astype(float), place.party_groups)
    counts = np.minimum(wanted, sizes)
    for _ in range(int((wanted - counts).sum())):
        counts[(sizes - counts).argmax()] += 1
    name_of = cells.set_index("key")["name"]
    groups: list[tuple[int, str]] = []
    group_of = np.empty(cell_count, dtype=np.int64)
    for village, count in zip(villages.tolist(), counts.tolist(), strict=True):
        mine = np.flatnonzero(village_of == village)
        group_of[mine] = len(groups) + grower.split(mine, np.ones(count), rng)
        groups += [
            (village, f"{name_of[village]}第{to_chinese(n)}党小组") for n in range(1, count + 1)
        ]
    frame = pd.DataFrame(groups, columns=["village_key", "name"])
    frame.insert(0, "key", np.arange(len(frame)))
    order = np.lexsort((np.arange(cell_count), group_of))
    sets = pd.DataFrame({"group_key": group_of[order], "micro_key": order + first_key})
    return frame, sets


def _cell_graph(ground: Ground, first_key: int, count: int) -> tuple[Adjacency, Floats]:
    mesh = ground.mesh
    inner = (mesh.left >= 0) & (mesh.right >= 0)
    cell = ground.finest - first_key
    pairs = np.sort(np.column_stack([cell[mesh.left[inner]], cell[mesh.right[inner]]]), axis=1)
    pairs = np.unique(pairs[pairs[:, 0] != pairs[:, 1]], axis=0)
    size = np.bincount(cell, minlength=count)
    xy = np.column_stack(
        [np.bincount(cell, weights=mesh.seeds[:, axis], minlength=count) / size for axis in (0, 1)]
    )
    return adjacency_of(pairs[:, 0], pairs[:, 1], np.ones(len(pairs)), count), xy


def build_members(
    place: DemoPlace, count: int, households: pd.DataFrame, sets: pd.DataFrame
) -> pd.DataFrame:
    """``members``: each in the group of the cell of the home, or living elsewhere (-1).

    Every group has a leader (组长) as long as there are enough members.
    """
    rng = layer_stream(place.seed, "members")
    group_of_cell = sets.set_index("micro_key")["group_key"]
    home = rng.choice(len(households), size=min(count, len(households)), replace=False)
    group = group_of_cell.loc[households["micro_key"].to_numpy()[home]].to_numpy()
    away = rng.random(len(home)) < _AWAY
    is_head = rng.random(len(home)) < 0.4
    heads = households["head_name"].to_numpy(object)[home]
    names = np.where(is_head & ~away, heads, synthetic_names(rng, len(home)))
    frame = pd.DataFrame(
        {
            "party_group_key": group,
            "household_key": np.where(away, -1, home),
            "name": names.astype(object),
        }
    )
    frame = frame.sort_values("party_group_key", kind="stable", ignore_index=True)
    frame["role"] = _roles(frame["party_group_key"].to_numpy())
    frame.insert(0, "key", np.arange(len(frame)))
    return frame


def _roles(group: Ints) -> list[str]:
    leads = np.diff(group, prepend=-1) != 0
    return ["leader" if first else "member" for first in leads.tolist()]
