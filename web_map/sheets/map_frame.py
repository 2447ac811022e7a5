"""From coordinates to millimetres of paper at an exact scale, with graticule, bar and north."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from grid_boundaries.errors import InvalidInput
from grid_boundaries.geo.crs import (
    STORAGE_SRID,
    get_transformer,
    transform_geometries,
    zone_srid,
)

BBox = tuple[float, float, float, float]
# Denominators that a map is printed at when none is asked for.
SCALES: Final = (
    200, 500, 1_000, 2_000, 2_500, 5_000, 10_000, 15_000, 20_000, 25_000, 30_000, 40_000, 50_000,
    75_000, 100_000, 150_000, 200_000, 250_000, 300_000, 400_000, 500_000, 750_000, 1_000_000,
    1_500_000, 2_000_000, 3_000_000, 5_000_000,
)  # fmt: skip
SMALLEST_SCALE, LARGEST_SCALE = 100, 10_000_000
# Seconds of arc between lines of the graticule.
_STEPS_S: Final = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 18_000)
_MOST_LINES = 6
_LINE_POINTS = 33


@dataclass(frozen=True, slots=True)
class GraticuleLine:
    """A meridian or parallel: its label and its course in millimetres of the frame."""

    is_meridian: bool
    label: str
    line: npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ScaleBar:
    """A bar of ``length_m`` metres in ``steps`` parts; ``length_mm`` on paper."""

    length_m: float
    length_mm: float
    steps: int

    @property
    def label(self) -> str:
        metres = self.length_m
        return f"{metres / 1000:g} km" if metres >= 1000 else f"{metres:g} m"


@dataclass(frozen=True, slots=True)
class MapFrame:
    """A box of paper over a plane: one millimetre is ``scale`` millimetres of the 3° zone's plane.

    The plane is CGCS2000 / 3° Gauss-Krüger of the zone ``srid``; at its central meridian a metre
    of it is a metre on the ellipsoid, at the edge of the zone it is longer by at most 0.03 %.
    Millimetres count from the upper left corner, x to the right and y down.
    """

    srid: int
    scale: float
    width_mm: float
    height_mm: float
    centre_x: float
    centre_y: float

    @property
    def crs_label(self) -> str:
        """The plane, as a reader of maps names it."""
        return f"CGCS2000 / 3° GK CM {self.meridian}°E (EPSG:{self.srid})"

    @property
    def meridian(self) -> int:
        return 75 + 3 * (self.srid - 4534)

    def _to_mm(self, xy: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        factor = 1000.0 / self.scale
        return np.column_stack(
            [
                (xy[:, 0] - self.centre_x) * factor + self.width_mm / 2,
                self.height_mm / 2 - (xy[:, 1] - self.centre_y) * factor,
            ]
        )

    def place(self, geoms: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
        """Geometries of EPSG:4490 in millimetres of the frame; not cut at its edge."""
        planar = transform_geometries(geoms, STORAGE_SRID, self.srid)
        return np.asarray(shapely.transform(planar, self._to_mm), dtype=object)

    def place_one(self, geom: BaseGeometry) -> BaseGeometry:
        """One geometry in millimetres."""
        placed: BaseGeometry = self.place(np.array([geom], dtype=object))[0]
        return placed

    @property
    def box(self) -> BaseGeometry:
        """The frame itself, in millimetres."""
        return shapely.box(0, 0, self.width_mm, self.height_mm)

    def bounds(self) -> BBox:
        """The smallest west, south, east, north that holds everything in the frame.

        InvalidInput ``sheet.bounds`` where the plane of the zone does not reach so far.
        """
        half_x = self.width_mm / 2 * self.scale / 1000
        half_y = self.height_mm / 2 * self.scale / 1000
        t = np.linspace(-1, 1, _LINE_POINTS)
        edge_x = np.concatenate([t, t, np.full_like(t, -1), np.full_like(t, 1)]) * half_x
        edge_y = np.concatenate([np.full_like(t, -1), np.full_like(t, 1), t, t]) * half_y
        lng, lat = get_transformer(self.srid, STORAGE_SRID).transform(
            edge_x + self.centre_x, edge_y + self.centre_y
        )
        found = float(lng.min()), float(lat.min()), float(lng.max()), float(lat.max())
        if not all(map(math.isfinite, found)):
            raise InvalidInput("sheet.bounds")
        return found

    def north_deg(self) -> float:
        """Clockwise angle on paper from straight up to true north at the middle of the frame."""
        lng, lat = get_transformer(self.srid, STORAGE_SRID).transform(self.centre_x, self.centre_y)
        x, y = get_transformer(STORAGE_SRID, self.srid).transform(lng, lat + 1e-4)
        return math.degrees(math.atan2(x - self.centre_x, y - self.centre_y))

    def scale_bar(self, longest_mm: float = 60.0) -> ScaleBar:
        """The longest bar of 1, 2 or 5 times a power of ten metres within ``longest_mm``."""
        most_m = longest_mm * self.scale / 1000
        power = 10.0 ** math.floor(math.log10(most_m))
        first = max(digit for digit in (1, 2, 5) if digit * power <= most_m * (1 + 1e-12))
        length_m = first * power
        return ScaleBar(length_m, length_m * 1000 / self.scale, 4 if first != 5 else 5)

    def graticule(self) -> list[GraticuleLine]:
        """Meridians and parallels through the frame, at most six of each where steps allow."""
        west, south, east, north = self.bounds()
        span = max(east - west, north - south)
        step_s = next((s for s in _STEPS_S if span * 3600 / s <= _MOST_LINES), _STEPS_S[-1])
        step = step_s / 3600
        t = np.linspace(0, 1, _LINE_POINTS)
        lines = []
        for number in range(math.ceil(west / step), math.floor(east / step) + 1):
            along = np.column_stack([np.full_like(t, number * step), south + t * (north - south)])
            lines.append(self._line(along, number * step_s, is_meridian=True))
        for number in range(math.ceil(south / step), math.floor(north / step) + 1):
            along = np.column_stack([west + t * (east - west), np.full_like(t, number * step)])
            lines.append(self._line(along, number * step_s, is_meridian=False))
        return lines

    def _line(
        self, along: npt.NDArray[np.float64], total_s: int, *, is_meridian: bool
    ) -> GraticuleLine:
        x, y = get_transformer(STORAGE_SRID, self.srid).transform(along[:, 0], along[:, 1])
        sides = "EW" if is_meridian else "NS"
        label = write_degrees(total_s) + sides[total_s < 0]
        return GraticuleLine(is_meridian, label, self._to_mm(np.column_stack([x, y])))


def write_degrees(total_s: int) -> str:
    """110°30′15″; parts that are nought at the end are left out."""
    minutes, seconds = divmod(abs(total_s), 60)
    degrees, minutes = divmod(minutes, 60)
    text = f"{degrees}°"
    if minutes or seconds:
        text += f"{minutes:02d}′"
    if seconds:
        text += f"{seconds:02d}″"
    return text


def frame_around(
    bounds: BBox,
    width_mm: float,
    height_mm: float,
    *,
    scale: float | None = None,
    pad: float = 0.04,
) -> MapFrame:
    """The frame of a box of paper that shows ``bounds`` (west, south, east, north of EPSG:4490).

    Without ``scale`` it is the largest of ``SCALES`` that shows all of it with ``pad`` (share of
    the paper) free on each side; with it, the middle of the bounds is shown at exactly that scale.
    Raises InvalidInput ``sheet.scale_range`` and ``sheet.bounds``.
    """
    west, south, east, north = bounds
    if not (all(map(math.isfinite, bounds)) and -180 <= west <= east <= 180):
        raise InvalidInput("sheet.bounds")
    if not -85 <= south <= north <= 85:
        raise InvalidInput("sheet.bounds")
    srid = zone_srid((west + east) / 2)
    t = np.linspace(0, 1, _LINE_POINTS)
    ring_lng = np.concatenate(
        [west + t * (east - west)] * 2 + [np.full_like(t, west), np.full_like(t, east)]
    )
    ring_lat = np.concatenate(
        [np.full_like(t, south), np.full_like(t, north)] + [south + t * (north - south)] * 2
    )
    x, y = get_transformer(STORAGE_SRID, srid).transform(ring_lng, ring_lat)
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise InvalidInput("sheet.bounds")
    wide, high = float(x.max() - x.min()), float(y.max() - y.min())
    if scale is None:
        room = 1 - 2 * pad
        least = max(wide * 1000 / (width_mm * room), high * 1000 / (height_mm * room))
        scale = next((s for s in SCALES if s >= least), None)
        if scale is None:
            scale = least
    if not SMALLEST_SCALE <= scale <= LARGEST_SCALE:
        raise InvalidInput("sheet.scale_range", least=SMALLEST_SCALE, most=LARGEST_SCALE)
    return MapFrame(
        srid, float(scale), width_mm, height_mm,
        float(x.max() + x.min()) / 2, float(y.max() + y.min()) / 2,
    )  # fmt: skip
