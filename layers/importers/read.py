"""Read a file of polygons as it stands: attributes, shapes, and the CRS it declares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyogrio
import pyogrio.raw
import shapely
from pyogrio.errors import DataLayerError, DataSourceError

from grid_boundaries.errors import InvalidInput, TooLarge
from layers.importers.datasets import open_dataset
from layers.importers.encodings import find_dbf_encoding

MAX_ROWS: Final = 200_000
MAX_VERTICES: Final = 5_000_000


@dataclass(frozen=True, slots=True, eq=False)
class SourceTable:
    """Rows of a file; row i of every column and of ``geoms`` belong together.

    ``geoms`` holds None for a missing shape; ``unreadable[i]`` tells that there was one which is no
    geometry (an unclosed ring, a curve).  ``crs`` is what the file declares, None without.
    """

    name: str
    sha256: bytes
    columns: Mapping[str, npt.NDArray[Any]]
    geoms: npt.NDArray[np.object_]
    unreadable: npt.NDArray[np.bool_]
    crs: str | None
    encoding: str | None

    def __len__(self) -> int:
        return len(self.geoms)


def read_table(path: Path, layer: str | None = None) -> SourceTable:
    """All rows of a GeoPackage, GeoJSON or shapefile (a folder or zip of one too).

    Raises what ``open_dataset`` raises; InvalidInput ``file.unreadable``, ``file.no_geometry``,
    ``file.several_layers``, ``file.no_such_layer``, ``file.encoding``; TooLarge
    ``file.too_many_rows`` and ``file.too_many_vertices``.
    """
    with open_dataset(path) as dataset:
        encoding = None
        if dataset.path.suffix.lower() == ".shp":
            dbf = dataset.part(".dbf")
            assert dbf is not None
            encoding = find_dbf_encoding(dbf, dataset.part(".cpg"), dataset.name)
        try:
            chosen = _choose_layer(dataset.path, dataset.name, layer)
            info = pyogrio.read_info(dataset.path, layer=chosen, force_feature_count=True)
            if info["features"] > MAX_ROWS:
                raise TooLarge("file.too_many_rows", file=dataset.name, limit=MAX_ROWS)
            meta, _, wkb, fields = pyogrio.raw.read(
                dataset.path, layer=chosen, encoding=encoding, force_2d=True
            )
        except (DataSourceError, DataLayerError, ValueError, RuntimeError) as error:
            raise InvalidInput("file.unreadable", file=dataset.name) from error
    if wkb is None:
        raise InvalidInput("file.no_geometry", file=dataset.name)
    geoms = np.asarray(shapely.from_wkb(wkb, on_invalid="ignore"), dtype=object)
    if int(shapely.get_num_coordinates(geoms).sum()) > MAX_VERTICES:
        raise TooLarge("file.too_many_vertices", file=dataset.name, limit=MAX_VERTICES)
    given = np.array([shape is not None for shape in wkb], dtype=bool)
    return SourceTable(
        name=dataset.name,
        sha256=dataset.sha256,
        columns=dict(zip(meta["fields"], fields, strict=True)),
        geoms=geoms,
        unreadable=given & shapely.is_missing(geoms),
        crs=meta["crs"],
        encoding=encoding,
    )


def _choose_layer(path: Path, name: str, asked: str | None) -> str:
    layers = [str(row[0]) for row in pyogrio.list_layers(path) if row[1] is not None]
    if not layers:
        raise InvalidInput("file.no_geometry", file=name)
    if asked is not None:
        if asked not in layers:
            raise InvalidInput("file.no_such_layer", file=name, layer=asked, layers=layers)
        return asked
    if len(layers) > 1:
        raise InvalidInput("file.several_layers", file=name, layers=layers)
    return layers[0]


def text_of(value: Any) -> str:
    """A cell as text: '' for nothing, whole numbers without a point (7.0 is "7")."""
    if value is None or (isinstance(value, (float, np.floating)) and not np.isfinite(value)):
        return ""
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        return str(int(value))
    return str(value).strip()
