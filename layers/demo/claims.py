"""Synthetic claims to land: near-rectangular parcels in blocks, neighbours sharing corners."""

from __future__ import annotations

from datetime import date, timedelta

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from .cells import STORAGE_CRS, Ground
from .places import DemoPlace
from .plane import Floats, Ints, LocalPlane, Objects
from .streams import layer_stream

CLAIM_COLUMNS = [
    "key",
    "parcel_code",
    "kind",
    "geom",
    "holder_household_key",
    "stated_area_mu",
    "certificate_no",
    "issued_on",
    "issuing_organ_zh",
    "survey_method",
]
_OVERLAPPING = 0.02
_MU_PER_M2 = 0.0015
_KINDS = {"farmland": 0.72, "grassland": 0.13, "forest": 0.10, "homestead": 0.05}
_METHODS = {"surveyed": 0.45, "aerial": 0.35, "map_read": 0.20}
_FIRST_ISSUE = date(2014, 5, 1)


def empty_claims() -> gpd.GeoDataFrame:
    """No claims, with all columns."""
    frame = pd.DataFrame({name: pd.Series(dtype=object) for name in CLAIM_COLUMNS})
    return gpd.GeoDataFrame(frame, geometry="geom", crs=STORAGE_CRS)


def build_claims(
    place: DemoPlace,
    ground: Ground,
    groups: pd.DataFrame,
    group_of_leaf: Ints,
    households: pd.DataFrame,
    count: int,
) -> gpd.GeoDataFrame:
    """``count`` parcels inside villages; about 2 % reach over a neighbour's by one to six metres.

    ``parcel_code`` is the 14-digit code of the villager group and 5 digits; the holder lives in
    that group where it has households.  Stated areas differ from the drawn ones by a per cent.
    """
    rng = layer_stream(place.seed, "claims")
    leaves, radius_m = _fields(place, ground)
    per_leaf = -(-count // len(leaves))
    side = int(np.ceil(np.sqrt(per_leaf)))
    leaf = np.repeat(np.arange(len(leaves)), side * side)
    corners = _corners(leaves, radius_m, side, ground, rng)
    # spread over all fields when fewer are asked than drawn
    kept = np.sort(rng.permutation(len(leaf))[:count])
    corners, leaf = corners[kept], leaves[leaf[kept]]
    corners = _reach_over(corners, rng)
    degrees = LocalPlane(*place.centre).to_degrees(corners.reshape(-1, 2)).reshape(corners.shape)
    area_m2 = shapely.area(shapely.polygons(corners))
    group = group_of_leaf[leaf]
    frame = pd.DataFrame(
        {
            "key": np.arange(count),
            "parcel_code": _codes(groups["code14"].to_numpy(object)[group], group),
            "kind": rng.choice(list(_KINDS), count, p=list(_KINDS.values())).astype(object),
            "geom": shapely.polygons(degrees),
            "holder_household_key": _holders(group, households, rng),
            "stated_area_mu": np.round(area_m2 * _MU_PER_M2 * rng.normal(1, 0.01, count), 2),
            "certificate_no": [f"合成证{n:08d}" for n in range(count)],
            "issued_on": _issued(count, rng),
            "issuing_organ_zh": f"{place.title_zh}（合成数据）",
            "survey_method": rng.choice(list(_METHODS), count, p=list(_METHODS.values())).astype(
                object
            ),
        }
    )
    return gpd.GeoDataFrame(frame[CLAIM_COLUMNS], geometry="geom", crs=STORAGE_CRS)


def _fields(place: DemoPlace, ground: Ground) -> tuple[Ints, Floats]:
    """Leaves whose neighbours all lie in the same village, and the free radius round each seed."""
    mesh = ground.mesh
    village = np.append(ground.cell_of_leaf[place.village_rank - 1], -1)
    same = village[mesh.left] == village[mesh.right]
    gap = np.hypot(*(mesh.left_xy - mesh.right_xy).T)
    inner = np.ones(mesh.leaf_count, dtype=bool)
    radius = np.full(mesh.leaf_count, np.inf)
    for side in (mesh.left, mesh.right):
        real = side >= 0
        inner[side[real & ~same]] = False
        np.minimum.at(radius, side[real], gap[real] / 2)
    return np.flatnonzero(inner), 0.9 * radius[inner]


def _corners(
    leaves: Ints, radius_m: Floats, side: int, ground: Ground, rng: np.random.Generator
) -> Floats:
    """(n × side², 4, 2) corners: a turned square block of side × side parcels in each leaf."""
    step = np.linspace(-1, 1, side + 1) / np.sqrt(2)
    grid = np.stack(np.meshgrid(step, step), axis=-1)
    nodes = np.broadcast_to(grid, (len(leaves), *grid.shape)).copy()
    nodes[:, 1:-1, 1:-1] += rng.uniform(-0.1, 0.1, nodes[:, 1:-1, 1:-1].shape) / side
    turn = rng.uniform(0, np.pi / 2, len(leaves))
    cos, sin = np.cos(turn), np.sin(turn)
    spin = np.stack([np.stack([cos, sin], -1), np.stack([-sin, cos], -1)], axis=1)
    nodes = np.einsum("nijk,nkl->nijl", nodes, spin) * radius_m[:, None, None, None]
    nodes += ground.mesh.seeds[leaves][:, None, None, :]
    quads = [nodes[:, :-1, :-1], nodes[:, :-1, 1:], nodes[:, 1:, 1:], nodes[:, 1:, :-1]]
    return np.stack(quads, axis=3).reshape(-1, 4, 2)


def _reach_over(corners: Floats, rng: np.random.Generator) -> Floats:
    """Some parcels are pushed over their third side by one to six metres."""
    chosen = np.flatnonzero(rng.random(len(corners)) < _OVERLAPPING)
    push = corners[chosen, 2] - corners[chosen, 1]
    length = np.hypot(*push.T)[:, None]
    metres = np.minimum(rng.uniform(1, 6, len(chosen))[:, None], 0.4 * length)
    moved = corners.copy()
    moved[chosen, 2] += push / length * metres
    moved[chosen, 3] += push / length * metres
    return moved


def _codes(code14: Objects, group: Ints) -> list[str]:
    number: dict[int, int] = {}
    codes: list[str] = []
    for code, key in zip(code14.tolist(), group.tolist(), strict=True):
        number[key] = number.get(key, 0) + 1
        codes.append(f"{code}{number[key]:05d}")
    return codes


def _holders(group: Ints, households: pd.DataFrame, rng: np.random.Generator) -> Ints:
    lives_in = households["villager_group_key"].to_numpy()
    order = np.argsort(lives_in, kind="stable")
    first = np.searchsorted(lives_in[order], group)
    size = np.searchsorted(lives_in[order], group, side="right") - first
    pick = first + np.floor(rng.random(len(group)) * size).astype(np.int64)
    anyone = rng.integers(len(households), size=len(group))
    return np.where(size > 0, order[np.minimum(pick, len(order) - 1)], anyone)


def _issued(count: int, rng: np.random.Generator) -> pd.Series:
    days = rng.integers(0, 5 * 365, count).tolist()
    return pd.Series([_FIRST_ISSUE + timedelta(days=d) for d in days], dtype=object)
