"""The map of a contested strip at a round scale, as SVG in millimetres of paper.

Everything is drawn in the plane of the parcel's own 3° zone: east to the right, grid north up.
Lines differ by stroke and by name, never by colour alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

Floats = npt.NDArray[np.float64]

SCALES: Final = (50, 100, 200, 250, 500, 1_000, 2_000, 2_500, 5_000, 10_000, 20_000, 50_000)
_STEPS_M: Final = (1, 2, 5, 10, 20, 25, 50, 100, 200, 500, 1_000, 2_000)
_LEAST_STEP_MM: Final = 25.0
_FRAME_MM: Final = 7.0
_FONT: Final = "Noto Sans CJK SC"
_MARKS: Final = {"intact": "●", "damaged": "◐", "missing": "✕", "moved": "→", "buried": "○"}


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark by its number, state and place (east, north in m)."""

    number: str
    state: str
    east_m: float
    north_m: float


@dataclass(frozen=True, slots=True, eq=False)
class SurveyMap:
    """Shapes in metres of the zone (east, north); ``line`` is the proposed or agreed border."""

    left: BaseGeometry
    right: BaseGeometry | None
    strip: BaseGeometry
    line: BaseGeometry
    left_name: str
    right_name: str
    marks: Sequence[Mark] = ()
    neighbours: Sequence[BaseGeometry] = field(default_factory=list)


def choose_scale(strip: BaseGeometry, width_mm: float, height_mm: float) -> int:
    """The largest round scale at which the strip with a third more room fits the paper."""
    west, south, east, north = strip.bounds
    for scale in SCALES:
        room_x, room_y = width_mm / 1000 * scale, height_mm / 1000 * scale
        if (east - west) * 1.33 <= room_x and (north - south) * 1.33 <= room_y:
            return scale
    return SCALES[-1]


def draw_survey_map(drawn: SurveyMap, width_mm: float, height_mm: float) -> tuple[str, int]:
    """The SVG and the denominator of its scale; one millimetre is one user unit."""
    inner_w, inner_h = width_mm - 2 * _FRAME_MM, height_mm - 2 * _FRAME_MM
    scale = choose_scale(drawn.strip, inner_w, inner_h)
    paper = _Paper(drawn.strip, scale, width_mm, height_mm)
    shapes = [
        *(paper.polygon(one, 'fill="none" stroke="#999" stroke-width="0.15"')
          for one in drawn.neighbours),
        paper.polygon(drawn.left, 'fill="#0b4a8a" fill-opacity="0.06" stroke="#0b4a8a"'
                      ' stroke-width="0.35"'),
        "" if drawn.right is None else paper.polygon(
            drawn.right, 'fill="#a34a00" fill-opacity="0.06" stroke="#a34a00"'
            ' stroke-width="0.35" stroke-dasharray="2.4 1.2"'),
        paper.polygon(drawn.strip, 'fill="url(#hatch)" stroke="#555" stroke-width="0.2"'
                      ' stroke-dasharray="0.8 0.8"'),
        paper.line(drawn.line),
        *paper.names(drawn),
        *(paper.mark(one) for one in drawn.marks),
    ]  # fmt: skip
    body = "".join(shapes)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width_mm}mm" height="{height_mm}mm"'
        f' viewBox="0 0 {width_mm} {height_mm}" font-family="{_FONT}">'
        f'<defs><clipPath id="clip"><rect x="{_FRAME_MM}" y="{_FRAME_MM}" width="{inner_w}"'
        f' height="{inner_h}"/></clipPath>'
        '<pattern id="hatch" width="2" height="2" patternUnits="userSpaceOnUse"'
        ' patternTransform="rotate(45)"><line x1="0" y1="0" x2="0" y2="2" stroke="#777"'
        ' stroke-width="0.25"/></pattern></defs>'
        f'<rect width="{width_mm}" height="{height_mm}" fill="#fff"/>'
        f'{paper.graticule()}<g clip-path="url(#clip)">{body}</g>'
        f'<rect x="{_FRAME_MM}" y="{_FRAME_MM}" width="{inner_w}" height="{inner_h}" fill="none"'
        f' stroke="#000" stroke-width="0.4"/>{paper.north_arrow()}{paper.scale_bar()}</svg>',
        scale,
    )


class _Paper:
    """Where metres of the zone lie on the sheet."""

    def __init__(self, strip: BaseGeometry, scale: int, width_mm: float, height_mm: float) -> None:
        west, south, east, north = strip.bounds
        self.scale, self.width_mm, self.height_mm = scale, width_mm, height_mm
        self.mm_per_m = 1000 / scale
        self.middle = np.array([(west + east) / 2, (south + north) / 2])

    def place(self, xy: Floats) -> Floats:
        """(n, 2) east, north in m as x, y in mm."""
        moved = (xy - self.middle) * self.mm_per_m
        return np.column_stack([self.width_mm / 2 + moved[:, 0], self.height_mm / 2 - moved[:, 1]])

    def polygon(self, geom: BaseGeometry, style: str) -> str:
        """A path of all rings."""
        rings: list[Any] = []
        for part in shapely.get_parts(geom).tolist():
            if part.geom_type == "Polygon":
                rings += [part.exterior, *part.interiors]
        path = "".join(f"M{_points(self.place(shapely.get_coordinates(r)))}Z" for r in rings)
        return f'<path d="{path}" fill-rule="evenodd" {style}/>'

    def line(self, geom: BaseGeometry) -> str:
        """The border with its numbered points."""
        xy = self.place(shapely.get_coordinates(geom))
        parts = [
            f'<path d="M{_points(xy)}" fill="none" stroke="#fff" stroke-width="1.5"/>'
            f'<path d="M{_points(xy)}" fill="none" stroke="#b00020" stroke-width="0.7"/>'
        ]
        for k, (x, y) in enumerate(xy.tolist(), start=1):
            parts.append(
                f'<circle cx="{x:.2f}" cy="{y:.2f}" r="0.9" fill="#fff" stroke="#b00020"'
                f' stroke-width="0.4"/>{_label(x + 1.4, y - 1.2, f"J{k}", 2.6, "#b00020")}'
            )
        return "".join(parts)

    def mark(self, mark: Mark) -> str:
        """A mark by sign and number."""
        ((x, y),) = self.place(np.array([[mark.east_m, mark.north_m]])).tolist()
        sign = _MARKS.get(mark.state, "□")
        return _label(x - 1.2, y + 1.2, sign, 3.4, "#000") + _label(
            x + 1.6, y + 3.2, mark.number, 2.2, "#000"
        )

    def names(self, drawn: SurveyMap) -> Iterable[str]:
        """The names of both sides on their own ground inside the frame."""
        half = np.array([self.width_mm / 2 - 14, self.height_mm / 2 - 12]) / self.mm_per_m
        seen = shapely.box(*(self.middle - half), *(self.middle + half))
        sides = (
            (drawn.left, drawn.left_name, "#0b4a8a"),
            (drawn.right, drawn.right_name, "#a34a00"),
        )
        for geom, name, colour in sides:
            if geom is None:
                continue
            own = shapely.intersection(shapely.difference(geom, drawn.strip), seen)
            if own.is_empty:
                own = shapely.intersection(geom, seen)
            if own.is_empty:
                continue
            at = shapely.point_on_surface(own)
            ((x, y),) = self.place(shapely.get_coordinates(at)).tolist()
            yield _label(x, y, name, 3.4, colour, "middle")

    def graticule(self) -> str:
        """Grid lines at round metres, with X and Y at the frame."""
        step = next(
            (one for one in _STEPS_M if one * self.mm_per_m >= _LEAST_STEP_MM), _STEPS_M[-1]
        )
        half = np.array([self.width_mm / 2 - _FRAME_MM, self.height_mm / 2 - _FRAME_MM])
        low, high = self.middle - half / self.mm_per_m, self.middle + half / self.mm_per_m
        parts = []
        for east in np.arange(np.ceil(low[0] / step) * step, high[0], step).tolist():
            ((x, _),) = self.place(np.array([[east, low[1]]])).tolist()
            parts.append(
                f'<line x1="{x:.2f}" y1="{_FRAME_MM}" x2="{x:.2f}"'
                f' y2="{self.height_mm - _FRAME_MM}" stroke="#bbb" stroke-width="0.12"/>'
                + _label(x, self.height_mm - 2.5, f"Y {east:.0f}", 2.4, "#333", "middle")
            )
        for north in np.arange(np.ceil(low[1] / step) * step, high[1], step).tolist():
            ((_, y),) = self.place(np.array([[low[0], north]])).tolist()
            parts.append(
                f'<line x1="{_FRAME_MM}" y1="{y:.2f}" x2="{self.width_mm - _FRAME_MM}"'
                f' y2="{y:.2f}" stroke="#bbb" stroke-width="0.12"/>'
                f'<g transform="translate(5 {y:.2f}) rotate(-90)">'
                + _label(0, 0, f"X {north:.0f}", 2.4, "#333", "middle") + "</g>"
            )  # fmt: skip
        return "".join(parts)

    def north_arrow(self) -> str:
        """Grid north is up."""
        x, y = self.width_mm - _FRAME_MM - 7, _FRAME_MM + 15
        return (
            f'<rect x="{x - 5}" y="{y - 14}" width="10" height="17" fill="#fff"'
            ' fill-opacity="0.85"/>'
            f'<path d="M{x} {y - 8}L{x + 2.4} {y}L{x} {y - 1.8}L{x - 2.4} {y}Z" fill="#000"/>'
            + _label(x, y - 9.4, "北 N", 3, "#000", "middle")
        )

    def scale_bar(self) -> str:
        """A bar of round metres and the scale in words."""
        length = next(one for one in reversed(_STEPS_M) if one * self.mm_per_m <= 45 or one == 1)
        width = length * self.mm_per_m
        x, y = _FRAME_MM + 5, self.height_mm - _FRAME_MM - 6
        halves = "".join(
            f'<rect x="{x + k * width / 2:.2f}" y="{y}" width="{width / 2:.2f}" height="1.4"'
            f' fill="{fill}" stroke="#000" stroke-width="0.2"/>'
            for k, fill in enumerate(("#000", "#fff"))
        )
        return (
            f'<rect x="{x - 3}" y="{y - 5.5}" width="{width + 22:.2f}" height="9.5" fill="#fff"'
            ' fill-opacity="0.85"/>' + halves + _label(x, y - 1.4, f"1 : {self.scale}", 3, "#000")
            + _label(x + width + 1.5, y + 1.6, f"{length} m", 2.6, "#000")
        )  # fmt: skip


def _points(xy: Floats) -> str:
    return "L".join(f"{x:.2f} {y:.2f}" for x, y in xy.tolist())


def _label(x: float, y: float, text: str, size: float, colour: str, anchor: str = "start") -> str:
    return (
        f'<text x="{x:.2f}" y="{y:.2f}" font-size="{size}" fill="{colour}"'
        f' text-anchor="{anchor}">{escape(text)}</text>'
    )
