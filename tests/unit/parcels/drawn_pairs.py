"""Pairs of papers drawn by hand: one file of ``drawn`` for each class, a pair a line.

``name | left outline | right outline | left paper | right paper | latitude``.  Outlines in metres:
``box x0 y0 x1 y1``, ``disc x y radius`` or ``x y, x y, …``; ``+`` adds a part, ``-`` cuts a hole
into the part before it, ``@a`` turns the whole by a degrees.  ``own parts`` on the right: the left
paper's parts lie over each other.  A paper is made of pairs of words: kind, holder, certificate,
code, method, accuracy, datum, issued.  Latitude is 43.9 where none is given.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import shapely
from shapely import MultiPolygon, Point, Polygon, affinity, box
from shapely.geometry.base import BaseGeometry

from grid_boundaries.geo.local_plane import metres_per_degree
from layers.parcels.papers import Paper

LNG, LAT = 118.6, 43.9
_FOLDER: Final = Path(__file__).with_name("drawn")
_FIELDS: Final[dict[str, tuple[str, Any]]] = {
    "kind": ("kind", str),
    "holder": ("holder_key", str),
    "certificate": ("certificate_no", str),
    "code": ("parcel_code", str),
    "method": ("method", str),
    "accuracy": ("accuracy_m", float),
    "datum": ("datum", str),
    "issued": ("issued_on", date.fromisoformat),
}


@dataclass(frozen=True, slots=True)
class DrawnPair:
    """``right`` None: parts of the left paper over each other.  Outlines in metres."""

    name: str
    verdict: str
    papers: tuple[Paper, Paper]
    left: BaseGeometry
    right: BaseGeometry | None
    lat: float

    @property
    def key(self) -> tuple[bytes | None, ...]:
        """What makes two drawings the same one, wherever they lie and whoever holds them."""
        shapes = (self.left, self.right)
        return tuple(None if one is None else shapely.to_wkb(one.normalize()) for one in shapes)


def read_drawn() -> dict[str, list[DrawnPair]]:
    """All pairs by class."""
    return {
        file.stem: [_read_pair(line, file.stem) for line in file.read_text("utf-8").splitlines()]
        for file in sorted(_FOLDER.glob("*.txt"))
    }


def read_outline(drawn: str) -> BaseGeometry:
    """An outline in metres; ValueError for what is none."""
    shape, _, turn = drawn.partition("@")
    parts = [_read_part(part) for part in shape.split(" + ")]
    whole = parts[0] if len(parts) == 1 else MultiPolygon(parts)
    turned: BaseGeometry = affinity.rotate(whole, float(turn or 0), origin=(0, 0))
    return turned


def at_place(geom: BaseGeometry, lat: float = LAT) -> BaseGeometry:
    """The drawing laid down in EPSG:4490."""
    scale = metres_per_degree(lat)
    moved: BaseGeometry = shapely.transform(geom, lambda xy: xy / scale + (LNG, lat))
    return moved


def _read_pair(line: str, verdict: str) -> DrawnPair:
    name, left, right, left_paper, right_paper, lat = [
        *(cell.strip() for cell in line.split("|")), ""
    ][:6]  # fmt: skip
    return DrawnPair(
        name,
        verdict,
        (_read_paper("a", left_paper), _read_paper("b", right_paper)),
        read_outline(left),
        None if right == "own parts" else read_outline(right),
        float(lat or LAT),
    )


def _read_part(drawn: str) -> Polygon:
    outer, *holes = (_read_ring(ring.strip()) for ring in drawn.split(" - "))
    return Polygon(outer, holes)


def _read_ring(drawn: str) -> Any:
    what, *figures = drawn.split()
    if what == "box":
        return box(*map(float, figures)).exterior.coords
    if what == "disc":
        x, y, radius = map(float, figures)
        return Point(x, y).buffer(radius).exterior.coords
    return [tuple(map(float, point.split())) for point in drawn.split(",")]


def _read_paper(key: str, drawn: str) -> Paper:
    words = drawn.split()
    given = {}
    for word, value in zip(words[::2], words[1::2], strict=True):
        field, read = _FIELDS[word]
        given[field] = read(value)
    return Paper(key, **({"kind": "farmland"} | given))
