"""What a paper says in figures and words, against its outline and its neighbours."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from grid_boundaries.geo.local_plane import metres_per_degree
from layers.parcels.contested import read_ground
from layers.parcels.overlaps import measure_pieces
from layers.parcels.rules import LandFinding
from layers.parcels.stated_area import AGREES, M2_PER_UNIT, MISSING, check_stated_areas

Floats = npt.NDArray[np.float64]
Objects = npt.NDArray[np.object_]

SIDES: Final = ("east", "south", "west", "north")
_AZIMUTHS: Final = {"east": 0.0, "north": 90.0, "west": 180.0, "south": 270.0}
_SECTOR_DEGREES: Final = 45.0
_FEATURE: Final = re.compile("路|沟|渠|河|坡|山|林|地边|荒|坎|墙|院|村|社|组")
"""四至 that name a thing of the land and no person."""


@dataclass(frozen=True, slots=True)
class Words:
    """What one claim is called and what it says lies on its sides; never printed."""

    holder: str | None = None
    parcel_name: str | None = None
    sides: Mapping[str, str] = field(default_factory=dict)


def check_areas(
    geoms: Objects, stated_m2: Floats, units: Sequence[str | None], relative_tolerance: float
) -> list[LandFinding]:
    """Claims whose stated area (m², as read in ``units``) no reading of the outline explains, and
    those that only a known mistake explains (neighbouring zone, Web Mercator, wrong unit)."""
    unit_of = np.array(["mu" if u == "mu" else "hectare" if u == "ha" else "m2" for u in units])
    found: list[LandFinding] = []
    for unit in sorted(set(unit_of.tolist())):
        rows = np.flatnonzero(unit_of == unit)
        areas = check_stated_areas(
            geoms[rows], stated_m2[rows] / M2_PER_UNIT[unit], unit, relative_tolerance
        )
        wrong = [v not in AGREES and v != MISSING for v in areas.verdict]
        found.extend(
            LandFinding(
                "area_differs", f"land.why_area_{areas.verdict[k]}", int(rows[k]), None,
                {"stated_m2": round(float(areas.stated_m2[k]), 2),
                 "plane_m2": round(float(areas.plane_m2[k]), 2),
                 "ellipsoidal_m2": round(float(areas.ellipsoidal_m2[k]), 2),
                 "percent": round(100 * float(areas.difference[k]), 2),
                 "srid": int(areas.srid[k])},
                area_m2=abs(float(areas.stated_m2[k] - areas.plane_m2[k])),
                geom=shapely.point_on_surface(geoms[rows[k]]),
            )
            for k in np.flatnonzero(wrong).tolist()
        )  # fmt: skip
    return sorted(found, key=lambda one: one.left or 0)


def check_neighbours(geoms: Objects, words: Sequence[Words], reach_m: float) -> list[LandFinding]:
    """Sides on which the paper names somebody, and the map has only others within ``reach_m``.

    Sides without a neighbour of known holder, and words that name a road, gully or the like, are
    not judged.  Findings carry the side, never the words.
    """
    present = np.array([g is not None and not g.is_empty for g in geoms])
    rows = np.flatnonzero(present)
    if len(rows) == 0:
        return []
    tree = shapely.STRtree(geoms[rows])
    found = []
    for claim in rows.tolist():
        asked = {
            side: text
            for side, text in words[claim].sides.items()
            if text and not _FEATURE.search(text)
        }
        if not asked:
            continue
        beside = _list_beside(claim, geoms, rows, tree, reach_m)
        for side, text in asked.items():
            known = [n for n in beside.get(side, []) if words[n].holder]
            if known and not any(_names(text, words[n]) for n in known):
                found.append(
                    LandFinding(
                        "neighbour_differs", "land.why_neighbour_differs", claim, known[0],
                        {"side": side}, geom=shapely.point_on_surface(geoms[claim]),
                    )
                )  # fmt: skip
    return found


def check_village(
    geoms: Objects, villages: Sequence[BaseGeometry | None], min_area_m2: float
) -> list[LandFinding]:
    """Claims that reach more than ``min_area_m2`` out of their village (one outline a claim)."""
    found = []
    for claim, (geom, village) in enumerate(zip(geoms.tolist(), villages, strict=True)):
        if geom is None or geom.is_empty or village is None or shapely.covers(village, geom):
            continue
        outside = shapely.difference(read_ground(geom), village)
        area = float(measure_pieces(np.array([outside], dtype=object))[0])
        if area > min_area_m2:
            whole = float(measure_pieces(np.array([geom], dtype=object))[0])
            found.append(
                LandFinding(
                    "outside_village", "land.why_outside_village", claim, None,
                    {"area_m2": round(area, 2), "percent": round(100 * area / whole, 1)},
                    area_m2=area, geom=outside,
                )
            )  # fmt: skip
    return found


def _list_beside(
    claim: int, geoms: Objects, rows: npt.NDArray[np.int64], tree: shapely.STRtree, reach_m: float
) -> dict[str, list[int]]:
    """Neighbours by the side on which the contact lies, in order of row."""
    geom = geoms[claim]
    centre = geom.centroid
    mx, my = metres_per_degree(centre.y)
    near = tree.query(geom, predicate="dwithin", distance=reach_m / mx)
    beside: dict[str, list[int]] = {}
    for other in sorted(int(rows[k]) for k in near.tolist()):
        if other == claim:
            continue
        contact = shapely.intersection(
            geom, shapely.buffer(geoms[other], 1.01 * reach_m / mx, quad_segs=2)
        )
        if contact.is_empty:
            continue
        at = contact.centroid
        azimuth = math.degrees(math.atan2((at.y - centre.y) * my, (at.x - centre.x) * mx)) % 360
        for side, middle in _AZIMUTHS.items():
            if abs((azimuth - middle + 180) % 360 - 180) <= _SECTOR_DEGREES:
                beside.setdefault(side, []).append(other)
    return beside


def _names(text: str, neighbour: Words) -> bool:
    """Whether the words on a side can mean this neighbour."""
    return any(name and (name in text or text in name)
               for name in (neighbour.holder, neighbour.parcel_name))  # fmt: skip
