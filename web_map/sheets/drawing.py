"""Shapes and names laid on a frame: shapes become one SVG without words, names stay text."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from web_map.sheets.map_frame import MapFrame

# Finer than this no printer shows.
_DETAIL_MM: Final = 0.04
_HATCH_MM: Final = 1.8
# Angles of the lines of a hatch, in degrees from the horizontal.
_HATCHES: Final = {
    "none": (), "rise": (45,), "fall": (-45,), "flat": (0,), "upright": (90,), "cross": (45, -45),
}  # fmt: skip
_COLOUR: Final = re.compile(r"#[0-9a-fA-F]{3,8}$")


@dataclass(frozen=True, slots=True)
class Ink:
    """How a shape is drawn; lengths in millimetres, colours as #rrggbb."""

    line: str | None = "#333333"
    width_mm: float = 0.25
    dash: tuple[float, ...] = ()
    fill: str | None = None
    fill_opacity: float = 1.0
    hatch: str = "none"

    def __post_init__(self) -> None:
        assert self.hatch in _HATCHES, self.hatch
        assert all(c is None or _COLOUR.match(c) for c in (self.line, self.fill))


@dataclass(frozen=True, slots=True)
class Name:
    """Words at a place of the map; ``size_pt`` of type, ``colour`` as #rrggbb.

    ``shape``: the words are left out where its box on paper is smaller than they are.
    """

    lng: float
    lat: float
    words: str
    size_pt: float = 7.0
    colour: str = "#1c271d"
    bold: bool = False
    shape: BaseGeometry | None = None


@dataclass(slots=True)
class MapDrawing:
    """What lies on a frame, in the order in which it was laid."""

    frame: MapFrame
    _svg: list[str] = field(default_factory=list)
    _names: list[dict[str, Any]] = field(default_factory=list)
    _taken: list[tuple[float, float, float, float]] = field(default_factory=list)

    def lay_shapes(self, geoms: Iterable[BaseGeometry], ink: Ink) -> int:
        """Draw shapes of EPSG:4490, cut at the frame; how many of them are to be seen."""
        placed = self.frame.place(np.array(list(geoms), dtype=object))
        placed = shapely.simplify(placed, _DETAIL_MM, preserve_topology=True)
        window = self.frame.box.buffer(1.0, join_style="mitre")
        seen = 0
        for shape in placed:
            if shape is None or shape.is_empty or not shape.intersects(self.frame.box):
                continue
            seen += 1
            self._svg.append(_draw(_cut(shape, window), ink))
        return seen

    def lay_sign(
        self, lng: float, lat: float, outline: dict[str, Any], size_mm: float, ink: Ink
    ) -> bool:
        """A sign of styles/shapes.json around a point; False when the point is off the frame."""
        x, y = self._at(lng, lat)
        if not (0 <= x <= self.frame.width_mm and 0 <= y <= self.frame.height_mm):
            return False
        self._svg.append(draw_sign(outline, size_mm, ink, x, y))
        return True

    def lay_names(self, names: Sequence[Name], *, most: int = 200) -> int:
        """Write names where there is room, first come first; how many were written."""
        written = 0
        for name in names:
            if written >= most or not name.words:
                continue
            x, y = self._at(name.lng, name.lat)
            wide, high = _size_mm(name)
            box = (x - wide / 2, y - high / 2, x + wide / 2, y + high / 2)
            if box[0] < 0 or box[1] < 0:
                continue
            if box[2] > self.frame.width_mm or box[3] > self.frame.height_mm:
                continue
            if name.shape is not None and not self._has_room(name.shape, wide, high):
                continue
            if any(_overlap(box, other) for other in self._taken):
                continue
            self._taken.append(box)
            self._names.append(
                {
                    "x": x, "y": y, "width": wide, "text": name.words, "size": name.size_pt,
                    "colour": name.colour, "bold": name.bold,
                }
            )  # fmt: skip
            written += 1
        return written

    def _has_room(self, shape: BaseGeometry, wide: float, high: float) -> bool:
        west, north, east, south = self.frame.place_one(shapely.box(*shape.bounds)).bounds
        return east - west >= wide and south - north >= high

    def _at(self, lng: float, lat: float) -> tuple[float, float]:
        point = self.frame.place_one(shapely.Point(lng, lat))
        return float(shapely.get_x(point)), float(shapely.get_y(point))

    def to_plain(self) -> dict[str, Any]:
        """Everything the template needs, as numbers and text."""
        frame = self.frame
        bar = frame.scale_bar()
        return {
            "width": frame.width_mm, "height": frame.height_mm,
            "svg": self._to_svg(), "names": self._names,
            "edges": list(_edge_labels(frame)),
            "scale": _group(frame.scale), "crs": frame.crs_label, "north": frame.north_deg(),
            "bar": {"mm": bar.length_mm, "label": bar.label, "steps": bar.steps},
        }  # fmt: skip

    def _to_svg(self) -> str:
        frame = self.frame
        lines = "".join(
            f'<path d="{_path_of(line.line, closed=False)}"/>' for line in frame.graticule()
        )
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_n(frame.width_mm)}'
            f' {_n(frame.height_mm)}">{"".join(self._svg)}'
            f'<g fill="none" stroke="#5b6b78" stroke-width="0.12" stroke-dasharray="1.2 1">{lines}'
            "</g></svg>"
        )


def draw_sign(outline: dict[str, Any], size_mm: float, ink: Ink, x: float, y: float) -> str:
    """SVG of a sign of styles/shapes.json, ``size_mm`` from its middle to its edge."""
    if "circle" in outline:
        shape = f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(outline["circle"] * size_mm)}"'
    else:
        points = np.array(outline["points"], dtype=float) * size_mm + (x, y)
        shape = f'<path d="{_path_of(points, closed=True)}"'
    return shape + _attributes(ink) + "/>"


def swatch(ink: Ink, *, is_line: bool = False) -> str:
    """SVG of 8 × 4.5 mm that shows an ink, for a legend."""
    shape: BaseGeometry = (
        shapely.LineString([(0.3, 2.25), (7.7, 2.25)])
        if is_line
        else shapely.box(0.3, 0.3, 7.7, 4.2)
    )
    return wrap_svg(_draw(shape, ink), 8, 4.5)


def sign_swatch(outline: dict[str, Any], ink: Ink) -> str:
    """SVG of 8 × 4.5 mm with a sign."""
    return wrap_svg(draw_sign(outline, 1.6, ink, 4, 2.25), 8, 4.5)


def wrap_svg(inner: str, width: float, height: float) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_n(width)} {_n(height)}">'
        f"{inner}</svg>"
    )


def _draw(shape: BaseGeometry, ink: Ink) -> str:
    look = f'fill="none" stroke="{ink.line or "#333333"}" stroke-width="0.16"'
    lines = _hatch_lines(shape, ink.hatch)
    hatch = "".join(f'<path d="{_path(one)}" {look}/>' for one in lines)
    return f'<path d="{_path(shape)}" fill-rule="evenodd"{_attributes(ink)}/>{hatch}'


def _attributes(ink: Ink) -> str:
    fill = "none" if ink.fill is None else ink.fill
    text = f' fill="{fill}"'
    if ink.fill is not None and ink.fill_opacity < 1:
        text += f' fill-opacity="{_n(ink.fill_opacity)}"'
    if ink.line is not None:
        text += f' stroke="{ink.line}" stroke-width="{_n(ink.width_mm)}" stroke-linejoin="round"'
        if ink.dash:
            text += f' stroke-dasharray="{" ".join(_n(d) for d in ink.dash)}"'
    return text


def _cut(shape: BaseGeometry, window: BaseGeometry) -> BaseGeometry:
    west, south, east, north = shape.bounds
    x0, y0, x1, y1 = window.bounds
    if x0 <= west and east <= x1 and y0 <= south and north <= y1:
        return shape
    return shape.intersection(window)


def _hatch_lines(shape: BaseGeometry, hatch: str) -> list[BaseGeometry]:
    if shape.is_empty or shape.area == 0:
        return []
    west, south, east, north = shape.bounds
    middle = ((west + east) / 2, (south + north) / 2)
    reach = math.hypot(east - west, north - south) / 2 + _HATCH_MM
    steps = np.arange(-reach, reach, _HATCH_MM)
    found = []
    for angle in _HATCHES[hatch]:
        rows = shapely.linestrings([[(-reach, s), (reach, s)] for s in steps])
        cos, sin = math.cos(math.radians(angle)), -math.sin(math.radians(angle))
        turn = np.array([[cos, sin], [-sin, cos]])
        ends = shapely.get_coordinates(rows) @ turn + middle
        turned = shapely.multilinestrings(list(shapely.linestrings(ends.reshape(-1, 2, 2))))
        found.append(shapely.intersection(turned, shape))
    return found


def _path(shape: BaseGeometry) -> str:
    parts = []
    for part in shapely.get_parts(shape):
        if part.geom_type == "Polygon":
            parts.append(_path_of(shapely.get_coordinates(part.exterior), closed=True))
            parts += [_path_of(shapely.get_coordinates(r), closed=True) for r in part.interiors]
        elif part.geom_type == "LineString":
            parts.append(_path_of(shapely.get_coordinates(part), closed=False))
    return "".join(parts)


def _path_of(points: npt.NDArray[np.float64], *, closed: bool) -> str:
    if len(points) == 0:
        return ""
    return "M" + "L".join(f"{_n(x)} {_n(y)}" for x, y in points) + ("Z" if closed else "")


def _n(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".") or "0"


def _group(scale: float) -> str:
    return f"1 : {scale:,.0f}".replace(",", " ")


def _size_mm(name: Name) -> tuple[float, float]:
    """Width and height that a name takes; long ones are wrapped at 12 letters of Chinese."""
    em = name.size_pt * 0.3528
    letters = sum(0.55 if ord(letter) < 0x2000 else 1.0 for letter in name.words)
    lines = max(1, math.ceil(letters / 12))
    return (min(letters, 12) + 0.6) * em, lines * 1.35 * em


def _overlap(one: Sequence[float], other: Sequence[float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _edge_labels(frame: MapFrame) -> Iterable[dict[str, Any]]:
    """Where lines of the graticule meet the left and the lower edge, with their degrees."""
    edges = {
        True: shapely.LineString([(0, frame.height_mm), (frame.width_mm, frame.height_mm)]),
        False: shapely.LineString([(0, 0), (0, frame.height_mm)]),
    }
    for line in frame.graticule():
        met = shapely.intersection(shapely.LineString(line.line), edges[line.is_meridian])
        for point in shapely.get_parts(met):
            if point.geom_type == "Point":
                yield {"x": point.x, "y": point.y, "below": line.is_meridian, "text": line.label}
