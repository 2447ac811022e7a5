"""One grid version on one date, as arrays: what every in-memory index is built from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely


@dataclass(frozen=True, slots=True, eq=False)
class GridSnapshot:
    """All cells of one grid version that are valid on one date; row i of every field is one cell.

    ``levels`` holds the rank of the level (larger = deeper), ``parents`` the row of the parent or
    −1, ``geoms`` shapely polygons or multipolygons in EPSG:4490.  Codes are unique.
    """

    version_id: int
    cell_ids: npt.NDArray[np.int64]
    codes: list[str]
    names: list[str]
    levels: npt.NDArray[np.int16]
    parents: npt.NDArray[np.int32]
    geoms: npt.NDArray[np.object_]

    def __post_init__(self) -> None:
        sizes = {
            len(field)
            for field in (
                self.cell_ids, self.codes, self.names, self.levels, self.parents, self.geoms,
            )
        }  # fmt: skip
        if len(sizes) > 1:
            raise ValueError(f"fields of a snapshot differ in length: {sorted(sizes)}")

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def envelope(self) -> tuple[float, float, float, float] | None:
        """(min_lng, min_lat, max_lng, max_lat) of all cells, None without cells."""
        if not len(self):
            return None
        west, south, east, north = shapely.total_bounds(self.geoms)
        return float(west), float(south), float(east), float(north)
