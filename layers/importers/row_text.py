"""Rows as the text that COPY reads: columns in, no loop over rows.

Values of a row become one JSON object; what is not stated is left out of it.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import shapely

from grid_boundaries.geo.crs import STORAGE_SRID

_CONTROL = r"[\x00-\x1f]"


def write_csv(columns: Mapping[str, pa.Array]) -> bytes:
    """Columns as CSV without a header: null is nothing between commas, '' is two quotes."""
    sink = io.BytesIO()
    options = pa_csv.WriteOptions(include_header=False, quoting_style="needed")
    pa_csv.write_csv(pa.table(dict(columns)), sink, options)
    return sink.getvalue()


def write_objects(columns: Mapping[str, pa.Array], rows: int) -> pa.Array:
    """One JSON object a row; nulls and empty texts are left out, dates are ISO text."""
    parts = [_member(name, values) for name, values in columns.items()]
    if not parts:
        return pa.array(["{}"] * rows, pa.string())
    body = pc.binary_join_element_wise(*parts, pa.scalar(",", pa.string()), null_handling="skip")
    return pc.binary_join_element_wise("{", body, "}", "")


def write_geometry(geometry: npt.NDArray[np.object_]) -> pa.Array:
    """Hexadecimal EWKB in EPSG:4490, null for none; Z and M are dropped."""
    flat = shapely.set_srid(shapely.force_2d(geometry), STORAGE_SRID)
    return pa.array(shapely.to_wkb(flat, hex=True, include_srid=True), pa.string())


def _member(name: str, values: pa.Array) -> pa.Array:
    """``"name":value`` a row, null where the value is."""
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    text = _json_text(values)
    key = json.dumps(name) + ":"
    return pc.binary_join_element_wise(key, text, "")


def _json_text(values: pa.Array) -> pa.Array:
    kind = values.type
    if pa.types.is_boolean(kind) or pa.types.is_integer(kind):
        return pc.cast(values, pa.string())
    if pa.types.is_floating(kind):
        finite = pc.if_else(pc.is_finite(values), values, None)
        return pc.cast(finite, pa.string())
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return pa.array([_list_text(value) for value in values.to_pylist()], pa.string())
    text = pc.cast(values, pa.string())
    text = pc.if_else(pc.equal(text, ""), None, text)
    if pc.any(pc.match_substring_regex(text, _CONTROL)).as_py():
        return pa.array(
            [None if v is None else json.dumps(v, ensure_ascii=False) for v in text.to_pylist()],
            pa.string(),
        )
    quoted = pc.replace_substring(pc.replace_substring(text, "\\", "\\\\"), '"', '\\"')
    return pc.binary_join_element_wise('"', quoted, '"', "")


def _list_text(value: Any) -> str | None:
    return json.dumps(value, ensure_ascii=False) if value else None
