"""Grid cells from a file: codes and polygons, checked before anything is built on them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError
from shapely import GeometryType

from grid_boundaries.errors import InvalidInput, NotFound
from layers.assign.read_points import open_layer

_SHOWN_ROWS: Final = 20
_UNREADABLE: Final = (
    DataSourceError,
    DataLayerError,
    UnicodeDecodeError,
    shapely.errors.GEOSException,
)
_POLYGONS: Final = (GeometryType.POLYGON, GeometryType.MULTIPOLYGON)


@dataclass(frozen=True, slots=True, eq=False)
class GridCells:
    """Cells of one file in code-point order of their codes; ``geoms`` in the file's CRS."""

    codes: list[str]
    geoms: npt.NDArray[np.object_]
    crs: str | None


def read_grids(path: Path, code_field: str) -> GridCells:
    """Read all cells; every code is text without blanks around it.

    Raises NotFound ``file.not_found``; InvalidInput ``file.*`` (see open_layer),
    ``grid.no_such_field``, ``grid.empty_file`` and, each with row numbers (1 = first feature),
    ``grid.missing_code``, ``grid.code_duplicate``, ``grid.missing_geometry``,
    ``grid.not_polygon``, ``grid.invalid_geometry``.
    """
    frame, fields = _read_frame(path)
    if code_field not in fields:
        raise InvalidInput(
            "grid.no_such_field", file=path.name, field=code_field, found=fields[:40]
        )
    if not len(frame):
        raise InvalidInput("grid.empty_file", file=path.name)
    codes = [_code_text(value) for value in frame[code_field].tolist()]
    geoms = np.asarray(frame.geometry.array, dtype=object)
    _refuse("grid.missing_code", path, np.array([not code for code in codes]))
    seen = Counter(codes)
    repeated = sorted(code for code, times in seen.items() if times > 1)
    _refuse(
        "grid.code_duplicate",
        path,
        np.array([seen[code] > 1 for code in codes]),
        codes=repeated[:_SHOWN_ROWS],
        count=len(repeated),
    )
    _refuse("grid.missing_geometry", path, shapely.is_missing(geoms) | shapely.is_empty(geoms))
    _refuse("grid.not_polygon", path, ~np.isin(shapely.get_type_id(geoms), _POLYGONS))
    _refuse("grid.invalid_geometry", path, ~shapely.is_valid(geoms))
    order = sorted(range(len(codes)), key=codes.__getitem__)
    crs = frame.crs.to_wkt() if frame.crs is not None else None
    return GridCells([codes[row] for row in order], shapely.force_2d(geoms[order]), crs)


def _read_frame(path: Path) -> tuple[gpd.GeoDataFrame, list[str]]:
    if path.suffix.lower() in (".parquet", ".geoparquet"):
        if not path.is_file():
            raise NotFound("file.not_found", file=path.name)
        try:
            frame = gpd.read_parquet(path)
        except (pa.ArrowInvalid, OSError) as error:
            raise InvalidInput("file.unreadable", file=path.name) from error
        except ValueError as error:
            raise InvalidInput("file.no_geometry", file=path.name) from error
        return frame, [str(name) for name in frame.columns if name != frame.geometry.name]
    layer = open_layer(path)
    fields = [str(name) for name in layer.info["fields"]]
    try:
        frame = pyogrio.read_dataframe(
            layer.unpacked.path, layer=layer.info["layer_name"], encoding=layer.encoding
        )
    except _UNREADABLE as error:
        raise InvalidInput("file.unreadable", file=path.name) from error
    return frame, fields


def _code_text(value: Any) -> str:
    """The code as text: 12.0 read from a numeric column is the code 12; missing is ''."""
    if value is None or value != value:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _refuse(code: str, path: Path, bad: npt.NDArray[np.bool_], **params: Any) -> None:
    rows = (np.flatnonzero(bad) + 1).tolist()
    if rows:
        stated = {"file": path.name, "rows": rows[:_SHOWN_ROWS], "count": len(rows)}
        raise InvalidInput(code, **{**stated, **params})
