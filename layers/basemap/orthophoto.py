"""Tiles cut from an orthophoto (GeoTIFF) of any coordinate system that can be trusted."""

from __future__ import annotations

import io
import math
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from PIL import Image
from rasterio.enums import ColorInterp, Resampling
from rasterio.errors import RasterioError
from rasterio.transform import from_bounds
from rasterio.vrt import WarpedVRT
from rasterio.warp import transform_bounds

from grid_boundaries.errors import InvalidInput
from layers.basemap.source import MEDIA_TYPES, BasemapTile, Described
from layers.tiles.address import MAX_ZOOM, TileAddress

SIDE_PX = 256
_HALF_M = 20037508.342789244
# a tile never reads more of the picture than this many times its own side
_MOST_SHRINK = 16
# PROJ moves them by nothing at all, a hundred metres off (docs/decisions/0033)
_OLD_DATUMS = ("xian", "beijing")


class Orthophoto:
    """A GeoTIFF; every read opens it, because a GDAL data set belongs to one thread."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def describe(self) -> Described:
        """InvalidInput ``basemap.unreadable`` / ``no_crs`` / ``old_datum`` / ``not_8_bit``."""
        return self._described

    @cached_property
    def _described(self) -> Described:
        with self._open() as picture:
            if picture.crs is None:
                raise InvalidInput("basemap.no_crs", file=self.path.name)
            if any(name in picture.crs.to_wkt().lower() for name in _OLD_DATUMS):
                raise InvalidInput("basemap.old_datum", file=self.path.name)
            if any(kind != "uint8" for kind in picture.dtypes):
                raise InvalidInput("basemap.not_8_bit", file=self.path.name)
            bounds = transform_bounds(picture.crs, "EPSG:4326", *picture.bounds, densify_pts=21)
            flat = transform_bounds(picture.crs, "EPSG:3857", *picture.bounds, densify_pts=21)
            pixel_m = min((flat[2] - flat[0]) / picture.width, (flat[3] - flat[1]) / picture.height)
            overviews = picture.overviews(1)
        finest = math.log2(2 * _HALF_M / SIDE_PX / pixel_m)
        shrink = math.log2(_MOST_SHRINK * max(overviews, default=1))
        return Described(
            "orthophoto", "raster", max(0, math.ceil(finest - shrink)),
            min(MAX_ZOOM, math.ceil(finest)), bounds,
        )  # fmt: skip

    def read_tile(self, at: TileAddress) -> BasemapTile | None:
        """JPEG inside the picture, PNG where its edge is see-through; what ``describe`` raises.

        None at a zoom that would read too much of the picture for one tile.
        """
        described = self.describe()
        if not described.min_zoom <= at.z <= described.max_zoom:
            return None
        side_m = 2 * _HALF_M / 2**at.z
        west, north = -_HALF_M + at.x * side_m, _HALF_M - at.y * side_m
        with (
            self._open() as picture,
            WarpedVRT(
                picture, crs="EPSG:3857", resampling=Resampling.bilinear, add_alpha=True,
                transform=from_bounds(west, north - side_m, west + side_m, north, SIDE_PX, SIDE_PX),
                width=SIDE_PX, height=SIDE_PX,
            ) as cut,
        ):  # fmt: skip
            found = cut.read()
            kinds = cut.colorinterp
        return _encode(found, kinds)

    def _open(self) -> Any:
        try:
            return rasterio.open(self.path, driver="GTiff")
        except RasterioError as error:
            raise InvalidInput("basemap.unreadable", file=self.path.name) from error


def _encode(bands: np.ndarray, kinds: tuple[ColorInterp, ...]) -> BasemapTile | None:
    alphas = [band for band, kind in zip(bands, kinds, strict=True) if kind == ColorInterp.alpha]
    alpha = np.minimum.reduce(alphas)
    if not alpha.any():
        return None
    colours = [band for band, kind in zip(bands, kinds, strict=True) if kind != ColorInterp.alpha]
    chosen = colours[:3] if len(colours) >= 3 else [colours[0]] * 3
    picture = Image.fromarray(np.dstack(chosen), "RGB")
    kind = "jpeg" if alpha.min() == 255 else "png"
    if kind == "png":
        picture.putalpha(Image.fromarray(alpha, "L"))
    written = io.BytesIO()
    picture.save(written, kind, **({"quality": 85} if kind == "jpeg" else {}))
    return BasemapTile(written.getvalue(), MEDIA_TYPES[kind])
