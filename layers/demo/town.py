"""What the generator hands out: plain tables with integer keys, always labelled synthetic."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

LABEL = "合成数据 / synthetic data"


@dataclass(frozen=True)
class DemoTown:
    """Tables of one demo place; every ``key`` is the row number of its table.

    Geometry columns are ``geom`` in EPSG:4490, points are ``lng``, ``lat`` in degrees; ``*_key`` is
    -1 and ``to_on``/``closed_on`` None where there is none.  ``truth`` says what was planted and
    must never be read by anything that looks for it.
    """

    place_id: str
    title_zh: str
    title_en: str
    levels: pd.DataFrame
    cells: gpd.GeoDataFrame
    post_kinds: pd.DataFrame
    posts: pd.DataFrame
    officers: pd.DataFrame
    holdings: pd.DataFrame
    leaves: pd.DataFrame
    villager_groups: gpd.GeoDataFrame
    households: pd.DataFrame
    party_groups: pd.DataFrame
    party_group_cells: pd.DataFrame
    members: pd.DataFrame
    zones: gpd.GeoDataFrame
    service_points: pd.DataFrame
    place_names: pd.DataFrame
    claims: gpd.GeoDataFrame
    cases: pd.DataFrame
    truth: dict[str, Any] = field(default_factory=dict)
    label: str = LABEL

    def tables(self) -> Iterator[tuple[str, pd.DataFrame]]:
        """(name, table) in the order in which they can be loaded."""
        for entry in fields(self):
            value = getattr(self, entry.name)
            if isinstance(value, pd.DataFrame):
                yield entry.name, value


def table_digest(table: pd.DataFrame) -> str:
    """SHA-256 over column names and values; geometry counts to the last bit."""
    digest = hashlib.sha256()
    for name in table.columns:
        values = table[name].to_numpy()
        digest.update(name.encode())
        if values.dtype == object and len(values) and shapely.is_geometry(values[0]):
            digest.update(b"".join(shapely.to_wkb(values)))
        elif values.dtype.kind in "fiub":
            digest.update(np.ascontiguousarray(values).tobytes())
        else:
            digest.update("\x1f".join(map(str, values.tolist())).encode())
    return digest.hexdigest()
