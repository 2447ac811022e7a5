"""The cells of one scale as arrays: where they lie, who is beside whom, where points fall."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import h3.api.basic_int as h3
import numpy as np
import numpy.typing as npt
import shapely
import shapely.geometry
from shapely import STRtree

from grid_boundaries.geo.local_plane import metres_per_degree
from grid_boundaries.locate.exact_cover import ExactCover
from layers.risk.h3_bins import find_cells, list_edges
from layers.risk.provenance import Flags, Floats, Ints

Shapes = npt.NDArray[np.object_]
_COARSEST: Final = 4
_FINEST: Final = 10
# About a centimetre: the outline is closed over cracks between cells.
_RIM_DEGREES: Final = 1e-7


@dataclass(frozen=True, eq=False)
class Ground:
    """``x_m``, ``y_m`` are centroids in one local plane; ``edges`` (k, 2) pairs that touch.

    ``at_edge`` marks cells with nothing loaded beyond one of their sides.  ``resolution`` is the
    H3 resolution, None for cells of the grid; H3 codes are the hexadecimal words.
    """

    scale: str
    codes: tuple[str, ...]
    names: tuple[str, ...]
    shapes: Shapes
    x_m: Floats
    y_m: Floats
    area_km2: Floats
    edges: Ints
    at_edge: Flags
    resolution: int | None = None
    shift: tuple[float, float] = (0.0, 0.0)

    def __len__(self) -> int:
        return len(self.codes)

    @cached_property
    def _cover(self) -> ExactCover:
        return ExactCover(self.codes, self.shapes)

    def find_rows(self, lng: Floats, lat: Floats) -> Ints:
        """(n,) row of the cell of each point, −1 for none (NaN too); on a border the lowest code
        leads."""
        rows = np.full(len(lng), -1, dtype=np.int64)
        known = np.isfinite(lng) & np.isfinite(lat)
        if not known.any() or not len(self):
            return rows
        if self.resolution is None:
            lead, _ = self._cover.locate_with_next(lng[known], lat[known])
            rows[known] = lead
            return rows
        own = np.array([int(code, 16) for code in self.codes], dtype=np.uint64)
        found = find_cells(lng[known], lat[known], self.resolution, self.shift)
        at = np.searchsorted(own, found).clip(max=len(own) - 1)
        rows[known] = np.where(own[at] == found, at, -1)
        return rows


def make_ground(
    scale: str, codes: Sequence[str], names: Sequence[str], shapes: Shapes, outline: Any
) -> Ground:
    """Cells of the grid, ``shapes`` polygons in EPSG:4490; ``outline`` is what is loaded."""
    tree = STRtree(shapes)
    first, second = tree.query(shapes, predicate="intersects")
    apart = first < second
    mx, my = metres_per_degree(_middle(outline)[1])
    centres = shapely.centroid(shapes)
    return Ground(
        scale, tuple(codes), tuple(names), shapes,
        shapely.get_x(centres) * mx, shapely.get_y(centres) * my,
        shapely.area(shapes) * mx * my / 1e6,
        np.column_stack([first[apart], second[apart]]).astype(np.int64),
        _touches_rim(shapes, outline),
    )  # fmt: skip


def make_hex_ground(
    lng: Floats, lat: Floats, resolution: int, outline: Any, shift: tuple[float, float] = (0.0, 0.0)
) -> Ground:
    """The H3 cells in which any of the points lie; ``shift`` in degrees moves their origin."""
    cells = np.unique(find_cells(lng, lat, resolution, shift))
    shapes = np.empty(len(cells), dtype=object)
    for row, cell in enumerate(cells):
        ring = [(x - shift[0], y - shift[1]) for y, x in h3.cell_to_boundary(int(cell))]
        shapes[row] = shapely.Polygon(ring)
    mx, my = metres_per_degree(_middle(outline)[1])
    centres = shapely.centroid(shapes)
    codes = tuple(f"{int(cell):x}" for cell in cells)
    return Ground(
        "h3", codes, codes, shapes, shapely.get_x(centres) * mx, shapely.get_y(centres) * my,
        shapely.area(shapes) * mx * my / 1e6, list_edges(cells), _touches_rim(shapes, outline),
        resolution, shift,
    )  # fmt: skip


def choose_resolution(base_area_km2: Floats) -> int:
    """The coarsest H3 resolution whose cells are no larger than the median base grid."""
    typical = float(np.median(base_area_km2)) if len(base_area_km2) else 5.0
    for resolution in range(_COARSEST, _FINEST):
        if h3.average_hexagon_area(resolution, unit="km^2") <= typical:
            return resolution
    return _FINEST


def sample_road_km(corridors: Shapes, step_m: float = 20.0) -> tuple[Floats, Floats, Floats]:
    """(lng, lat, km): points spread evenly over road corridors, each carrying its part of the
    length.

    A corridor of length L and width w has area A = L·w and perimeter P = 2L + 2w, so L is the
    larger root of L² − P·L/2 + A = 0: exact for straight roads, within the width for bent ones.
    """
    lng, lat, km = [], [], []
    for corridor in corridors:
        mx, my = metres_per_degree(_middle(corridor)[1])
        local = to_metres(corridor, mx, my)
        half, area = local.length / 2, local.area
        length = (half + np.sqrt(max(half**2 - 4 * area, 0.0))) / 2
        west, south, east, north = local.bounds
        x, y = np.meshgrid(
            np.arange(west + step_m / 2, east, step_m), np.arange(south + step_m / 2, north, step_m)
        )
        inside = shapely.contains_xy(local, x.ravel(), y.ravel())
        held = int(inside.sum())
        if held:
            lng.append(x.ravel()[inside] / mx)
            lat.append(y.ravel()[inside] / my)
            km.append(np.full(held, length / 1000 / held))
    if not km:
        return np.zeros(0), np.zeros(0), np.zeros(0)
    return np.concatenate(lng), np.concatenate(lat), np.concatenate(km)


def to_metres(shape: Any, mx: float, my: float) -> Any:
    """A shape in degrees as one in metres, by metres per degree of longitude and latitude."""
    return shapely.transform(shape, lambda lng_lat: lng_lat * (mx, my))


def _touches_rim(shapes: Shapes, outline: Any) -> Flags:
    rim = shapely.boundary(outline)
    shapely.prepare(rim)
    touches: Flags = shapely.dwithin(rim, shapes, _RIM_DEGREES)
    return touches


def _middle(shape: Any) -> tuple[float, float]:
    west, south, east, north = shape.bounds
    return (west + east) / 2, (south + north) / 2


def find_centres_m(shapes: Sequence[dict[str, Any]]) -> tuple[Floats, Floats]:
    """(x_m, y_m) of the centroids of GeoJSON polygons in EPSG:4490, in one local plane."""
    drawn = [shapely.geometry.shape(one) for one in shapes]
    _, south, _, north = shapely.total_bounds(drawn)
    mx, my = metres_per_degree((south + north) / 2)
    centres = shapely.centroid(drawn)
    return shapely.get_x(centres) * mx, shapely.get_y(centres) * my
