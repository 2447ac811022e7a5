"""GeoJSON with every digit of a coordinate, written feature by feature.

The old ``crs`` member names EPSG:4490 in longitude, latitude order, which is what is stored: a
reader then has nothing to guess and shifts nothing.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any, Final, TextIO

import shapely

from layers.exporters.tables import Batch
from layers.exporters.target import Target

_CRS: Final = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}}


class GeoJsonTarget(Target):
    """A FeatureCollection named after the kind; properties under the names of the fields."""

    _file: TextIO

    def _begin(self) -> None:
        self._file = self.unfinished.open("w", encoding="utf-8", newline="\n")
        head = json.dumps({"type": "FeatureCollection", "name": self.table.kind, "crs": _CRS})
        self._file.write(head[:-1] + ', "features": [')

    def _append(self, batch: Batch) -> None:
        names = [column.name for column in self.table.columns]
        shapes = _shapes(batch)
        for at, row in enumerate(batch.rows(self.table.columns)):
            properties = json.dumps(
                dict(zip(names, row, strict=True)), ensure_ascii=False, default=_plain
            )
            self._file.write(",\n" if self.rows + at else "\n")
            self._file.write(
                f'{{"type": "Feature", "properties": {properties}, "geometry": {shapes[at]}}}'
            )

    def _finish(self, *, failed: bool) -> None:
        if not failed:
            self._file.write("\n]}\n")
        self._file.close()


def _shapes(batch: Batch) -> list[str]:
    if batch.geometry is None:
        return ["null"] * len(batch)
    texts: list[str | None] = shapely.to_geojson(batch.geometry).tolist()
    return [text or "null" for text in texts]


def _plain(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value).__name__)
