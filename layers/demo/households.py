"""Households at building points: rows of houses in villages, shared buildings in communities."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from .arcs import REACH
from .cells import Ground
from .people import household_phones, synthetic_names
from .places import DemoPlace
from .plane import Bools, Floats, Ints, LocalPlane, Objects
from .regions import apportion
from .streams import layer_stream

_HOUSE_GAP_M = 30.0
_PER_BUILDING = 12
_PER_STAIRCASE = 6
_MOST_SETTLEMENTS = 3


def build_households(
    place: DemoPlace,
    cells: gpd.GeoDataFrame,
    ground: Ground,
    groups: pd.DataFrame,
    group_of_leaf: Ints,
    no_houses: Bools,
) -> pd.DataFrame:
    """The ``households`` table; no point nearer to a border than the leaf's own wander allows.

    ``no_houses[leaf]`` keeps leaves free (open pits) wherever the cell has another leaf.
    """
    rng = layer_stream(place.seed, "households")
    urban = _urban_leaves(place, cells, ground)
    leaf, rank_in_leaf = _settle(place, ground, urban, no_houses, rng)
    lng_lat = _positions(place, ground, leaf, rank_in_leaf, urban, rng)
    frame = pd.DataFrame({"lng": lng_lat[:, 0], "lat": lng_lat[:, 1]})
    frame["micro_key"] = ground.finest[leaf]
    frame["villager_group_key"] = group_of_leaf[leaf]
    village = ground.cell_of_leaf[place.village_rank - 1][leaf]
    name_of = cells.set_index("key")["name"]
    frame["address_zh"] = _addresses(
        name_of.loc[village].to_numpy(object),
        groups["name"].to_numpy(object)[group_of_leaf[leaf]],
        _running_number(group_of_leaf[leaf]),
        _building_number(village, leaf, rank_in_leaf // _PER_BUILDING),
        np.where(urban[leaf], rank_in_leaf % _PER_BUILDING, -1),
    )
    frame["head_name"] = synthetic_names(rng, len(frame))
    frame["phone"] = household_phones(len(frame))
    frame.insert(0, "key", np.arange(len(frame)))
    return frame


def _urban_leaves(place: DemoPlace, cells: gpd.GeoDataFrame, ground: Ground) -> Bools:
    town = cells["name"].str.endswith("社区") & (cells["rank"] == place.village_rank)
    village = ground.cell_of_leaf[place.village_rank - 1]
    return np.asarray(np.isin(village, cells.loc[town, "key"].to_numpy()))


def _settle(
    place: DemoPlace, ground: Ground, urban: Bools, no_houses: Bools, rng: np.random.Generator
) -> tuple[Ints, Ints]:
    """Leaf of every household, and its number within the leaf; sorted by cell, then leaf."""
    cell = ground.finest
    first = int(cell.min())
    count = int(cell.max()) - first + 1
    mean = place.households / count
    per_cell = apportion(rng.gamma(8, 1, count), place.households, least=max(2, int(mean / 6)))
    leaves_of = np.split(
        np.argsort(cell, kind="stable"), np.cumsum(np.bincount(cell - first, minlength=count))[:-1]
    )
    leaf_parts: list[Ints] = []
    for leaves, households in zip(leaves_of, per_cell.tolist(), strict=True):
        free = leaves[~no_houses[leaves]]
        free = rng.permutation(free if len(free) else leaves)
        most = len(free) if urban[leaves[0]] else int(rng.integers(1, _MOST_SETTLEMENTS + 1))
        chosen = np.sort(free[: min(most, len(free), households)])
        share = apportion(rng.gamma(3, 1, len(chosen)), households)
        leaf_parts.append(np.repeat(chosen, share))
    leaf = np.concatenate(leaf_parts)
    return leaf, _running_number(leaf) - 1


def _running_number(group: Ints) -> Ints:
    """1, 2, 3 … within each value of ``group``, in row order."""
    order = np.argsort(group, kind="stable")
    _, first, size = np.unique(group[order], return_index=True, return_counts=True)
    number = np.empty(len(group), dtype=np.int64)
    number[order] = np.arange(len(group)) - np.repeat(first, size) + 1
    return number


def _positions(
    place: DemoPlace,
    ground: Ground,
    leaf: Ints,
    rank_in_leaf: Ints,
    urban: Bools,
    rng: np.random.Generator,
) -> Floats:
    mesh = ground.mesh
    slot = np.where(urban[leaf], rank_in_leaf // _PER_BUILDING, rank_in_leaf)
    slots = np.zeros(mesh.leaf_count, dtype=np.int64)
    np.maximum.at(slots, leaf, slot + 1)
    lattice, reach = _street_lattice(int(slots.max()), rng)
    gap = np.full(mesh.leaf_count, np.inf)
    apart = np.hypot(*(mesh.left_xy - mesh.right_xy).T)
    for side in (mesh.left, mesh.right):
        np.minimum.at(gap, side[side >= 0], apart[side >= 0])
    # no border comes nearer to the leaf's seed than (1 - REACH) of half the gap to a neighbour
    safe_m = 0.95 * (1 - REACH) * gap / 2
    spacing_m = np.minimum(_HOUSE_GAP_M, safe_m / reach[np.maximum(slots, 1) - 1])
    turn = rng.uniform(0, np.pi, mesh.leaf_count)[leaf]
    offset = lattice[slot] * spacing_m[leaf][:, None]
    x = offset[:, 0] * np.cos(turn) - offset[:, 1] * np.sin(turn)
    y = offset[:, 0] * np.sin(turn) + offset[:, 1] * np.cos(turn)
    return LocalPlane(*place.centre).to_degrees(mesh.seeds[leaf] + np.column_stack([x, y]))


def _street_lattice(count: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """House places in rows around (0, 0), nearest first, and the radius that holds the first n."""
    half = int(np.sqrt(count)) + 2
    along, across = np.meshgrid(np.arange(-half, half + 1), np.arange(-half, half + 1))
    points = np.column_stack([along.ravel() * 1.0, across.ravel() * 1.5])
    points += rng.uniform(-0.2, 0.2, points.shape)
    order = np.argsort(np.hypot(points[:, 0] / 1.3, points[:, 1]), kind="stable")
    points = points[order[:count]]
    return points, np.maximum.accumulate(np.maximum(np.hypot(*points.T), 0.5))


def _building_number(village: Ints, leaf: Ints, slot: Ints) -> Ints:
    """1, 2, 3 … per building (leaf and slot) within each village."""
    building = np.unique(np.column_stack([village, leaf, slot]), axis=0, return_inverse=True)
    number = _running_number(building[0][:, 0])
    return np.asarray(number[building[1].ravel()])


def _addresses(
    village: Objects, group: Objects, number: Ints, building: Ints, flat: Ints
) -> list[str]:
    """勿图沟村三社12号 in a village; 昌和社区3号楼1单元302 where ``flat`` ≥ 0."""
    columns = (village, group, number, building, flat)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return [f"{v}{b}号楼{_flat(f)}" if f >= 0 else f"{v}{g}{n}号" for v, g, n, b, f in rows]


def _flat(position: int) -> str:
    staircase, room = divmod(position, _PER_STAIRCASE)
    return f"{staircase + 1}单元{room // 2 + 1}0{room % 2 + 1}"
