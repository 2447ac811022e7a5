"""A basemap by what the settings call it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from grid_boundaries.errors import InvalidInput
from layers.basemap.archives import MbtilesFile, PmtilesFile
from layers.basemap.orthophoto import Orthophoto
from layers.basemap.source import Basemap
from layers.basemap.wmts import Fetch, Tianditu, WmtsMap

_FILES: Mapping[str, Callable[[Path], Basemap]] = {
    ".pmtiles": PmtilesFile,
    ".mbtiles": MbtilesFile,
    ".tif": Orthophoto,
    ".tiff": Orthophoto,
}


def open_basemap(named: str, fetch: Fetch, *, tianditu_url: str, tianditu_key: str) -> Basemap:
    """``FILE.pmtiles|.mbtiles|.tif``, ``http(s)://…[#LAYER]`` of a WMTS, or ``tianditu:vec``.

    Raises InvalidInput ``basemap.unknown``; whether it can be read shows in ``describe``.
    """
    if named.startswith(("http://", "https://")):
        address, _, layer = named.partition("#")
        return WmtsMap(address, layer or None, fetch)
    if named.startswith("tianditu:"):
        return Tianditu(named.partition(":")[2], tianditu_url, tianditu_key, fetch)
    path = Path(named)
    made = _FILES.get(path.suffix.lower())
    if made is None:
        raise InvalidInput("basemap.unknown")
    return made(path)
