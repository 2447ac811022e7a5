"""What a sheet tells, apart from the form: the same content is printed and handed out as a page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from web_map.sheets.drawing import Ink, MapDrawing, Name, sign_swatch, swatch
from web_map.sheets.map_frame import BBox, frame_around
from web_map.sheets.papers import Paper
from web_map.sheets.sheet import Lang, LegendItem, MapPart, Part, Sheet

# Metres around a thing that is a single point.
_LEAST_DEG = 0.004


@dataclass(frozen=True, slots=True)
class Feature:
    """A thing on the map.  ``rows`` are what is told of it when it is asked about.

    ``words`` is written on the map where there is room; ``sign`` an outline of styles/shapes.json
    for points, whose edge is ``size_mm`` from the middle.
    """

    geom: BaseGeometry
    ink: Ink
    words: str = ""
    rows: Sequence[tuple[str, str]] = ()
    sign: dict[str, Any] | None = None
    size_mm: float = 1.6


@dataclass(frozen=True, slots=True)
class Layer:
    """Things that are switched on and off together; drawn in the order of the layers."""

    title: str
    features: Sequence[Feature]
    name_pt: float = 7.0
    name_bold: bool = False


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """An ink, or a sign in an ink, and what it means."""

    words: str
    ink: Ink
    sign: dict[str, Any] | None = None
    is_line: bool = False

    def to_svg(self) -> str:
        if self.sign is not None:
            return sign_swatch(self.sign, self.ink)
        return swatch(self.ink, is_line=self.is_line)


@dataclass(frozen=True, slots=True)
class Content:
    """Title, map, legend and what follows the map.

    ``banner`` stands above everything: 合成数据, 内部资料, 调解示意.  ``bounds`` None: all of the
    layers.
    """

    title: str
    layers: Sequence[Layer]
    parts: Sequence[Part]
    source: str
    data_on: date
    legend: Sequence[LegendEntry] = ()
    legend_title: str = ""
    banner: Sequence[str] = ()
    subtitle: str = ""
    review_number: str = ""
    bounds: BBox | None = None
    lang: Lang = "zh"
    before: Sequence[Part] = field(default=())

    def find_bounds(self) -> BBox:
        """West, south, east, north of what is to be seen; a single point gets its surroundings."""
        if self.bounds is not None:
            return self.bounds
        geoms = [one.geom for layer in self.layers for one in layer.features]
        west, south, east, north = (float(v) for v in shapely.total_bounds(geoms))
        if max(east - west, north - south) < _LEAST_DEG:
            return west - _LEAST_DEG, south - _LEAST_DEG, east + _LEAST_DEG, north + _LEAST_DEG
        return west, south, east, north


def make_sheet(content: Content, paper: Paper, *, scale: float | None = None) -> Sheet:
    """The content on paper: the map first, at ``scale`` or at the largest usual one that fits."""
    parts: list[Part] = [*content.before]
    if content.layers:
        parts.append(_map_part(content, paper, scale))
    return Sheet(
        title=content.title, subtitle=content.subtitle, paper=paper,
        parts=[*parts, *content.parts], source=content.source, data_on=content.data_on.isoformat(),
        banner=content.banner, review_number=content.review_number, lang=content.lang,
    )  # fmt: skip


def _map_part(content: Content, paper: Paper, scale: float | None) -> MapPart:
    frame = frame_around(
        content.find_bounds(), paper.map_width_mm, paper.map_height_mm, scale=scale
    )
    drawing = MapDrawing(frame)
    for layer in content.layers:
        _lay(drawing, layer)
    for layer in reversed(content.layers):
        drawing.lay_names(list(_names(layer)))
    legend = [LegendItem(entry.to_svg(), entry.words) for entry in content.legend]
    return MapPart(drawing, legend, content.legend_title)


def _lay(drawing: MapDrawing, layer: Layer) -> None:
    run: list[BaseGeometry] = []
    ink: Ink | None = None
    for one in layer.features:
        if one.sign is not None:
            point = one.geom.representative_point()
            drawing.lay_sign(point.x, point.y, one.sign, one.size_mm, one.ink)
            continue
        if ink is not None and one.ink != ink:
            drawing.lay_shapes(run, ink)
            run = []
        ink = one.ink
        run.append(one.geom)
    if ink is not None and run:
        drawing.lay_shapes(run, ink)


def _names(layer: Layer) -> Iterable[Name]:
    largest_first = sorted(layer.features, key=lambda one: -one.geom.area)
    for one in largest_first:
        if one.words:
            point = one.geom.representative_point()
            shape = one.geom if one.geom.area > 0 else None
            yield Name(
                point.x, point.y, one.words, layer.name_pt, bold=layer.name_bold, shape=shape
            )
