"""Files of several towns in every coordinate system, with what their right answer is.  Seeded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import shapely
from pyproj import CRS, Transformer

from grid_boundaries.geo.china_offsets import wgs84_to_bd09, wgs84_to_gcj02
from grid_boundaries.geo.local_plane import metres_per_degree

# middle of towns: two on the edge of a 3° zone (112.5, 115.5), one on that of a 6° zone (120)
TOWNS = {
    "narisong": (110.18, 39.52), "zone_edge": (112.49, 40.86), "pasture": (116.02, 43.95),
    "edge_of_two": (115.51, 42.10), "guannan": (119.36, 34.09), "far_east": (119.97, 45.20),
}  # fmt: skip
# made up for these tests: a shift of the size that real parameters have
MADE_UP_SEVEN = {"xian80": (24.0, -123.0, -94.0), "beijing54": (15.8, -154.4, -82.3)}


@dataclass(frozen=True, slots=True, eq=False)
class Town:
    outline: shapely.Polygon
    cells: np.ndarray
    parcels: np.ndarray
    houses: np.ndarray
    middle: tuple[float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    name: str
    truth: str
    xy: np.ndarray
    prj_text: str | None
    town: Town
    layers: tuple[np.ndarray, ...]


@lru_cache(maxsize=8)
def make_town(name: str) -> Town:
    """An odd outline of about 12 km, cells that fill it, leaning parcels, houses in clusters."""
    middle = TOWNS[name]
    rng = np.random.default_rng(sum(map(ord, name)))
    angle = np.sort(rng.uniform(0, 2 * np.pi, 160))
    radius = 6000 * (1 + 0.25 * np.sin(3 * angle + rng.uniform(0, 6)) + rng.normal(0, 0.03, 160))
    outline = shapely.Polygon(np.column_stack([np.cos(angle), np.sin(angle)]) * radius[:, None])
    seeds = rng.uniform(-8000, 8000, (120, 2))
    parts = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(seeds)))
    cells = shapely.intersection(parts, outline)
    cells = cells[shapely.get_type_id(cells) == 3]
    inside = shapely.buffer(outline, -300)
    parcels, houses = [], []
    while len(parcels) < 250:
        at = rng.uniform(-6500, 6500, 2)
        if inside.contains(shapely.Point(at)):
            turn, wide, high = rng.uniform(0, np.pi), *rng.uniform(15, 120, 2)
            box = shapely.box(0, 0, wide, high)
            leaning = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
            parcels.append(shapely.transform(box, lambda p, m=leaning, o=at: p @ m.T + o))
    villages = rng.uniform(-5000, 5000, (14, 2))
    while len(houses) < 700:
        at = villages[rng.integers(14)] + rng.normal(0, 500, 2)
        if shapely.buffer(outline, -5).contains(shapely.Point(at)):
            houses.append(at)
    edge = shapely.get_coordinates(outline)
    houses += [p * 0.98 for p in edge[::8]]
    scale = np.array(metres_per_degree(middle[1]))

    def degrees(shapes: object) -> np.ndarray:
        return shapely.transform(shapes, lambda xy: xy / scale + middle)

    return Town(
        degrees(outline), degrees(cells), degrees(np.array(parcels, dtype=object)),
        degrees(shapely.points(np.array(houses))), middle,
    )  # fmt: skip


def vertices(shapes: np.ndarray) -> np.ndarray:
    return shapely.get_coordinates(shapes)


def write(lng_lat: np.ndarray, system: str) -> np.ndarray:
    """Numbers as a file in this system has them."""
    base = system.removesuffix("+swapped")
    lng, lat = lng_lat.T
    if base == "cgcs2000:3":
        xy = np.empty((len(lng), 2))
        zones = ((lng + 1.5) // 3).astype(int)
        for zone in np.unique(zones).tolist():
            mine = zones == zone
            xy[mine] = _project(lng[mine], lat[mine], "EPSG:4490", f"EPSG:{4513 + zone - 25}")
        xy = np.round(xy, 3)
    elif base == "gcj02":
        xy = np.round(np.column_stack(wgs84_to_gcj02(lng, lat)), 6)
    elif base == "bd09":
        xy = np.round(np.column_stack(wgs84_to_bd09(lng, lat)), 6)
    elif base == "gcj02@3857":
        xy = _project(*wgs84_to_gcj02(lng, lat), "EPSG:4326", "EPSG:3857")
    elif base.startswith(("xian80:", "beijing54:")):
        datum, number = base.split(":", 1)
        crs = CRS.from_user_input(number)
        old = _to_old_datum(lng, lat, datum, crs)
        xy = np.column_stack(old)
        if crs.is_projected:
            xy = _project(*old, crs.geodetic_crs.to_wkt(), number)
    elif base == "EPSG:4490":
        xy = np.round(lng_lat, 8)
    else:
        xy = np.round(_project(lng, lat, "EPSG:4490", base), 3)
    return xy[:, ::-1] if system.endswith("+swapped") else xy


def _project(lng: np.ndarray, lat: np.ndarray, source: str, target: str) -> np.ndarray:
    return np.column_stack(Transformer.from_crs(source, target, always_xy=True).transform(lng, lat))


def _to_old_datum(lng: np.ndarray, lat: np.ndarray, datum: str, crs: CRS) -> tuple[np.ndarray, ...]:
    ellipsoid = crs.ellipsoid
    dx, dy, dz = MADE_UP_SEVEN[datum]
    pipeline = Transformer.from_pipeline(
        "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad "
        "+step +proj=cart +ellps=GRS80 "
        f"+step +inv +proj=helmert +x={dx} +y={dy} +z={dz} "
        f"+step +inv +proj=cart +a={ellipsoid.semi_major_metre} +rf={ellipsoid.inverse_flattening} "
        "+step +proj=unitconvert +xy_in=rad +xy_out=deg"
    )
    return pipeline.transform(lng, lat)


def _systems(middle: tuple[float, float]) -> Iterator[tuple[str, str | None, str]]:
    """(system, .prj, what the .prj is): right, none, lying."""
    own = int((middle[0] + 1.5) // 3) * 3
    other = own + 3 if middle[0] > own else own - 3
    six = int(middle[0] // 6) * 6 + 3
    plain, beside = (f"EPSG:{4534 + (m - 75) // 3}" for m in (own, other))
    prefixed = f"EPSG:{4513 + own // 3 - 25}"
    six_plain = f"EPSG:{4534 + (six - 75) // 3}"
    six_prefixed = f"EPSG:{4491 + (six + 3) // 6 - 13}"
    utm = f"EPSG:{32600 + int((middle[0] + 180) // 6) + 1}"
    xian, beijing = f"EPSG:{2370 + (own - 75) // 3}", f"EPSG:{2422 + (own - 75) // 3}"
    for system in ("EPSG:4490", "gcj02", "bd09"):
        yield system, "EPSG:4326", "right" if system == "EPSG:4490" else "lying"
        yield system, None, "none"
        yield system + "+swapped", None, "none"
    for system in (plain, beside, prefixed, six_plain, six_prefixed):
        yield system, system, "right"
        yield system, None, "none"
        yield system + "+swapped", None, "none"
    if abs((middle[0] + 1.5) % 3) < 0.03 or abs((middle[0] + 1.5) % 3 - 3) < 0.03:
        yield "cgcs2000:3", None, "none"
        yield "cgcs2000:3", prefixed, "lying"
    yield prefixed, plain, "lying"
    yield plain, prefixed, "lying"
    yield plain, beside, "lying"
    yield plain, "EPSG:4490", "lying"
    yield utm, utm, "right"
    yield "EPSG:3857", "EPSG:3857", "right"
    yield "gcj02@3857", "EPSG:3857", "lying"
    for datum, crs in (("xian80", xian), ("beijing54", beijing)):
        yield f"{datum}:{crs}", crs, "right"
        yield f"{datum}:{crs}", None, "none"
        yield f"{datum}:{crs}", plain, "lying"
    yield "xian80:EPSG:4610", "EPSG:4610", "right"


def make_samples() -> Iterator[Sample]:
    """Every system with what a real town has: cells of the whole town, parcels that are in already
    and again, houses with nothing to compare them to."""
    number = 0
    for name in TOWNS:
        town = make_town(name)
        for system, prj, how in _systems(town.middle):
            number += 1
            kind = ("cells", "parcels", "houses")[number % 3]
            old = system.startswith(("xian80", "beijing54"))
            if old and how != "right":
                kind = "parcels"  # nothing but layers already in can tell an old datum
            shapes, layers = {
                "cells": (town.cells, ()),
                "parcels": (town.parcels[:150], (vertices(town.parcels), vertices(town.cells))),
                "houses": (town.houses, ()),
            }[kind]
            lng_lat = vertices(shapes)[:900]
            prj_text = None if prj is None else CRS.from_user_input(prj).to_wkt("WKT1_ESRI")
            yield Sample(
                f"{name} {kind} {system} prj:{how}", system, write(lng_lat, system), prj_text,
                town, tuple(layers),
            )  # fmt: skip
