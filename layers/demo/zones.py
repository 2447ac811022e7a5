"""Zones over the grid: open pits, leases, acquisition areas, haul roads, subsidence, rail.

Roads and rails are corridor polygons (their width is in ``_CORRIDOR_M``), so that every zone is an
area.  Zones are drawn before households, which keep out of the pits.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from .cells import STORAGE_CRS, Ground
from .places import DemoPlace
from .plane import Bools, Floats, Ints, LocalPlane, Objects
from .streams import layer_stream
from .terrain import random_field

# per profile: how many of each kind
_COUNTS = {
    "mining": {"open_pit": 4, "mine_lease": 5, "acquisition": 4, "haul_road": 5, "subsidence": 3},
    "rural": {"acquisition": 3, "haul_road": 1},
    "pastoral": {
        "open_pit": 14,
        "mine_lease": 18,
        "acquisition": 20,
        "haul_road": 16,
        "subsidence": 8,
    },
}
_TITLES = {
    "open_pit": "露天矿坑",
    "mine_lease": "采矿权",
    "acquisition": "征收区",
    "haul_road": "运煤道路",
    "subsidence": "沉陷区",
    "settlement": "居民点",
    "rail": "铁路专用线",
}
_PIT_NAMES = [
    "红岩",
    "白梁",
    "东沟",
    "长胜",
    "金源",
    "永泰",
    "新河",
    "北塔",
    "双山",
    "青石",
    "大坪",
    "西梁",
    "宏远",
    "广成",
]
_CORRIDOR_M = {"haul_road": 30.0, "rail": 60.0}
_HOUSE_FREE_M = 200.0


def build_ground_zones(
    place: DemoPlace, ground: Ground, outline: shapely.Geometry
) -> gpd.GeoDataFrame:
    """Zones that do not depend on where people live, clipped to ``outline`` (EPSG:4490)."""
    rng = layer_stream(place.seed, "zones")
    plane = LocalPlane(*place.centre)
    town = _Town(place, plane, ground)
    wanted = _COUNTS[place.kind_profile]
    pits = town.far_places(wanted.get("open_pit", 0), rng)
    rows: list[tuple[str, str, shapely.Geometry]] = []
    for number, at in enumerate(pits):
        size_m = rng.uniform(0.55, 0.95) * 1000
        name = _PIT_NAMES[number % len(_PIT_NAMES)]
        rows.append(("open_pit", f"{name}{_TITLES['open_pit']}", _blob(at, size_m, rng)))
        rows.append(("mine_lease", f"{name}煤矿{_TITLES['mine_lease']}", _lease(at, size_m, rng)))
    for number in range(wanted.get("mine_lease", 0) - len(pits)):
        at = town.far_places(1, rng)[0]
        rows.append(
            ("mine_lease", f"后备{number + 1}号{_TITLES['mine_lease']}", _lease(at, 700, rng))
        )
    rows += _beside(pits, "subsidence", wanted.get("subsidence", 0), rng)
    for number, at in enumerate(town.far_places(wanted.get("acquisition", 0), rng)):
        name = f"第{number + 1}{_TITLES['acquisition']}"
        rows.append(("acquisition", name, _blob(at, rng.uniform(250, 600), rng)))
    ends = pits if len(pits) else town.far_places(wanted.get("haul_road", 0), rng)
    for number in range(wanted.get("haul_road", 0)):
        line = _track(ends[number % len(ends)], town.way_out(ends[number % len(ends)], rng), rng)
        rows.append(("haul_road", f"{_TITLES['haul_road']}{number + 1}号线", line))
    rows.append(("rail", _TITLES["rail"], town.across(rng)))
    zones = _table(rows, plane)
    zones["geom"] = shapely.intersection(zones["geom"].to_numpy(object), outline)
    return zones[~zones["geom"].is_empty].reset_index(drop=True)


def leaves_without_houses(zones: gpd.GeoDataFrame, place: DemoPlace, ground: Ground) -> Bools:
    """True for leaves whose seed lies in or within 200 m of an open pit."""
    plane = LocalPlane(*place.centre)
    pits = zones.loc[zones["kind"] == "open_pit", "geom"].to_numpy(object)
    free = np.zeros(ground.mesh.leaf_count, dtype=bool)
    for pit in pits:
        local = shapely.transform(pit, plane.from_degrees)
        near = shapely.buffer(local, _HOUSE_FREE_M)
        free |= shapely.contains_xy(near, ground.mesh.seeds[:, 0], ground.mesh.seeds[:, 1])
    return free


def add_settlements(
    place: DemoPlace,
    zones: gpd.GeoDataFrame,
    households: pd.DataFrame,
    villages: Ints,
    cell_names: Objects,
) -> gpd.GeoDataFrame:
    """``zones`` with keys, and one settlement outline round the densest houses of each village.

    ``villages`` is the village key of every household, ``cell_names`` the name by cell key.
    """
    plane = LocalPlane(*place.centre)
    xy = plane.from_degrees(households[["lng", "lat"]].to_numpy())
    rows: list[tuple[str, str, shapely.Geometry]] = []
    for village in np.unique(villages):
        mine = xy[villages == village]
        tree = cKDTree(mine)
        crowd = np.array([len(near) for near in tree.query_ball_point(mine, 250.0)])
        core = mine[tree.query_ball_point(mine[crowd.argmax()], 400.0)]
        # one point per 40 m, because hundreds of overlapping discs are slow to unite
        spots = np.unique(np.round(core / 40), axis=0) * 40
        grown = shapely.buffer(shapely.MultiPoint(spots), 70, quad_segs=4)
        parts = shapely.get_parts(shapely.buffer(grown, -35, quad_segs=4))
        area = max(parts, key=lambda part: float(part.area))
        rows.append(("settlement", f"{cell_names[village]}{_TITLES['settlement']}", area))
    more = _table(rows, plane)
    table = pd.concat([zones, more], ignore_index=True)
    table.insert(0, "key", np.arange(len(table)))
    return gpd.GeoDataFrame(table, geometry="geom", crs=STORAGE_CRS)


class _Town:
    """Where things can lie: away from the towns and from each other, inside the outline."""

    def __init__(self, place: DemoPlace, plane: LocalPlane, ground: Ground) -> None:
        self._mesh = ground.mesh
        seats = plane.from_degrees(np.array([seat[:2] for seat in place.seats]))
        from_seat = cKDTree(seats).query(self._mesh.seeds)[0]
        rim = np.concatenate(
            [
                self._mesh.nodes[self._mesh.start][self._mesh.right < 0],
                self._mesh.nodes[self._mesh.start][self._mesh.left < 0],
            ]
        )
        from_rim = cKDTree(rim).query(self._mesh.seeds)[0]
        self._extent = float(np.ptp(self._mesh.seeds, axis=0).max())
        self._fit = np.flatnonzero((from_seat > 4000) & (from_rim > 2500))
        self._taken: list[Floats] = []

    def far_places(self, count: int, rng: np.random.Generator) -> Floats:
        """Places at least a tenth of the town's extent from all places given before."""
        found: list[Floats] = []
        gap = 0.12 * self._extent
        while len(found) < count:
            at = self._mesh.seeds[rng.choice(self._fit)]
            if all(np.hypot(*(at - other)) > gap for other in self._taken):
                found.append(at)
                self._taken.append(at)
            gap *= 0.98
        return np.array(found).reshape(-1, 2)

    def way_out(self, start: Floats, rng: np.random.Generator) -> Floats:
        """A place 6 to 12 km away (or as far as the town is wide), inside the outline."""
        away = np.hypot(*(self._mesh.seeds - start).T)
        ring = np.flatnonzero((away > 6000) & (away < 12_000))
        return np.asarray(self._mesh.seeds[rng.choice(ring)])

    def across(self, rng: np.random.Generator) -> shapely.Geometry:
        """A railway from the western to the eastern rim, past the middle."""
        west = self._mesh.seeds[self._mesh.seeds[:, 0].argmin()]
        east = self._mesh.seeds[self._mesh.seeds[:, 0].argmax()]
        return shapely.buffer(
            _wander(west, east, 0.06, rng), _CORRIDOR_M["rail"] / 2, cap_style="flat"
        )


def _blob(at: Floats, radius_m: float, rng: np.random.Generator) -> shapely.Polygon:
    angle = np.linspace(0, 2 * np.pi, 90, endpoint=False)
    radius = np.ones_like(angle)
    for wave in range(2, 14):
        radius += 0.35 / wave * rng.normal() * np.cos(wave * angle + rng.uniform(0, 2 * np.pi))
    radius = radius_m * np.clip(radius, 0.4, 1.8)
    return shapely.Polygon(at + np.column_stack([np.cos(angle), np.sin(angle)]) * radius[:, None])


def _lease(at: Floats, pit_m: float, rng: np.random.Generator) -> shapely.Polygon:
    """A lease has surveyed corners: five to seven straight sides well around the pit."""
    corners = int(rng.integers(5, 8))
    angle = (np.arange(corners) + rng.uniform(-0.3, 0.3, corners)) * 2 * np.pi / corners
    radius = pit_m * rng.uniform(1.9, 2.6, corners)
    return shapely.Polygon(at + np.column_stack([np.cos(angle), np.sin(angle)]) * radius[:, None])


def _beside(
    pits: Floats, kind: str, count: int, rng: np.random.Generator
) -> list[tuple[str, str, shapely.Geometry]]:
    rows: list[tuple[str, str, shapely.Geometry]] = []
    for number in range(count):
        turn = rng.uniform(0, 2 * np.pi)
        at = pits[number % len(pits)] + 1900 * np.array([np.cos(turn), np.sin(turn)])
        rows.append((kind, f"{number + 1}号{_TITLES[kind]}", _blob(at, rng.uniform(250, 450), rng)))
    return rows


def _track(start: Floats, end: Floats, rng: np.random.Generator) -> shapely.Geometry:
    line = _wander(start, end, 0.12, rng)
    return shapely.buffer(line, _CORRIDOR_M["haul_road"] / 2, cap_style="flat")


def _wander(
    start: Floats, end: Floats, bend: float, rng: np.random.Generator
) -> shapely.LineString:
    share = np.linspace(0, 1, 129)
    along = end - start
    length = float(np.hypot(*along))
    field = random_field(rng, 0.35 * length)
    aside = bend * length * field.at(start + share[:, None] * along) * np.sin(np.pi * share)
    normal = np.array([-along[1], along[0]]) / length
    return shapely.LineString(start + share[:, None] * along + aside[:, None] * normal)


def _table(rows: list[tuple[str, str, shapely.Geometry]], plane: LocalPlane) -> gpd.GeoDataFrame:
    frame = pd.DataFrame([row[:2] for row in rows], columns=["kind", "name"])
    geom = np.array([shapely.buffer(row[2], 0) for row in rows], dtype=object)
    frame["geom"] = shapely.transform(geom, plane.to_degrees)
    return gpd.GeoDataFrame(frame, geometry="geom", crs=STORAGE_CRS)
