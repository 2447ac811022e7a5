"""Overlaps drawn by hand, in metres, 3 to 9 m wide, and the papers that make a class of each."""

from __future__ import annotations

from typing import Any, Final

import shapely
from shapely import MultiPolygon, Polygon, affinity, box
from shapely.geometry.base import BaseGeometry

from grid_boundaries.geo.local_plane import metres_per_degree

LNG, LAT = 118.6, 43.9

RING: Final = Polygon(box(0, 0, 50, 50).exterior.coords, [box(10, 10, 40, 40).exterior.coords])
ELL: Final = Polygon([(0, 0), (60, 0), (60, 20), (20, 20), (20, 60), (0, 60)])

DRAWINGS: Final[dict[str, tuple[BaseGeometry, BaseGeometry]]] = {
    "side strip": (box(0, 0, 50, 40), box(46, 0, 90, 40)),
    "corner": (box(0, 0, 50, 40), box(44, 34, 90, 80)),
    "tongue": (box(0, 0, 50, 40), box(45, 10, 90, 18)),
    "wedge": (box(0, 0, 60, 40), Polygon([(52, 0), (100, 0), (100, 40), (60, 40)])),
    "plot inside": (box(0, 0, 60, 60), box(20, 20, 28, 26)),
    "inner corner": (ELL, box(16, 15, 70, 70).difference(box(24, 24, 99, 99))),
    "over the hole's edge": (RING, box(6, 10, 40, 40)),
    "two parts": (
        box(0, 0, 50, 40),
        MultiPolygon([box(46, 0, 60, 10), box(45, 20, 60, 35)]),
    ),
    "turned strip": (
        affinity.rotate(box(0, 0, 50, 40), 33, origin=(0, 0)),
        affinity.rotate(box(45, 0, 90, 40), 33, origin=(0, 0)),
    ),
    "lane across": (box(0, 0, 60, 40), box(25, -20, 30, 60)),
}

Fields = dict[str, Any]
PAPERS: Final[dict[str, tuple[tuple[Fields, Fields], ...]]] = {
    "cannot_tell": (
        ({}, {"datum": "xian80"}),
        ({"datum": "unknown"}, {"datum": "unknown"}),
        ({"method": "text_only"}, {"holder_key": "h1"}),
    ),
    "self_overlap": (
        ({"certificate_no": "c"}, {"certificate_no": "c"}),
        ({"certificate_no": "c", "holder_key": "h"}, {"certificate_no": "c", "holder_key": "h"}),
        ({"certificate_no": "c"}, {"certificate_no": "c", "kind": "forest"}),
    ),
    "duplicate_registration": (
        ({"parcel_code": "p"}, {"parcel_code": "p"}),
        ({"parcel_code": "p", "holder_key": "h"}, {"parcel_code": "p", "holder_key": "h"}),
        ({"parcel_code": "p"}, {"parcel_code": "p", "accuracy_m": 5.0}),
    ),
    "same_holder": (
        ({"holder_key": "h"}, {"holder_key": "h"}),
        ({"holder_key": "h"}, {"holder_key": "h", "kind": "mining_lease"}),
        ({"holder_key": "h", "accuracy_m": 5.0}, {"holder_key": "h", "accuracy_m": 5.0}),
    ),
    "stacked_by_law": (
        ({"kind": "mining_lease"}, {"kind": "grassland"}),
        ({"kind": "farmland"}, {"kind": "mining_lease"}),
        ({"kind": "acquisition_zone"}, {"kind": "homestead"}),
    ),
    "within_survey_error": (
        ({"accuracy_m": 5.0}, {"accuracy_m": 5.0}),
        ({"method": "map_read"}, {"method": "surveyed"}),
        ({"method": "map_read"}, {"accuracy_m": 8.0, "holder_key": "h"}),
    ),
    "real_conflict": (
        ({"accuracy_m": 0.05}, {"accuracy_m": 0.05}),
        ({}, {"method": "aerial"}),
        ({"holder_key": "h1"}, {"holder_key": "h2", "kind": "forest"}),
    ),
}


def at_place(geom: BaseGeometry, lat: float = LAT) -> BaseGeometry:
    """The drawing laid down in EPSG:4490."""
    scale = metres_per_degree(lat)
    moved: BaseGeometry = shapely.transform(geom, lambda xy: xy / scale + (LNG, lat))
    return moved


def draw_sliver(length_m: float, lat: float) -> tuple[BaseGeometry, BaseGeometry]:
    """Two boxes that share a parallel; the upper one is half as long."""
    lower = box(0, -100, length_m, 0)
    upper = box(length_m / 4, 0, 3 * length_m / 4, 100)
    return at_place(lower, lat), at_place(upper, lat)
