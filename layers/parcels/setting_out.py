"""Numbered points of an agreed border with their coordinates, as lists that instruments read."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pyogrio
import shapely
from shapely.geometry import LineString

from grid_boundaries.geo.crs import STORAGE_SRID, get_transformer, zone_meridian, zone_srid

FORMS: Final = ("csv", "dxf", "kml", "gpx")
MEDIA_TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "dxf": "image/vnd.dxf",
    "kml": "application/vnd.google-earth.kml+xml",
    "gpx": "application/gpx+xml",
}
_HEADINGS: Final = (
    "点号 point", "X 北 north (m)", "Y 东 east (m)", "边长 side (m)", "经度 lng", "纬度 lat",
)  # fmt: skip
_DISPLAY_SRID: Final = 4326  # CGCS2000 and WGS 84 count as equal for display


@dataclass(frozen=True, slots=True)
class SetPoint:
    """One point: X north and Y east in the zone, in m; ``side_m`` is the plane distance to the
    next one, None at the end."""

    number: str
    x_north_m: float
    y_east_m: float
    lng: float
    lat: float
    side_m: float | None


@dataclass(frozen=True, slots=True)
class SettingOut:
    """The points of a line and the zone that they are stated in."""

    points: tuple[SetPoint, ...]
    meridian: int
    srid: int

    @property
    def length_m(self) -> float:
        """Plane length of the whole line."""
        return sum(point.side_m or 0.0 for point in self.points)


def set_out(line: LineString, prefix: str = "J") -> SettingOut:
    """Number the vertices of a line (EPSG:4490) from its start: J1, J2, …"""
    lng_lat = shapely.get_coordinates(line)
    lng = float(lng_lat[:, 0].mean())
    srid = zone_srid(lng)
    east, north = get_transformer(STORAGE_SRID, srid).transform(lng_lat[:, 0], lng_lat[:, 1])
    sides = np.hypot(np.diff(east), np.diff(north)).tolist()
    points = tuple(
        SetPoint(
            f"{prefix}{k + 1}", float(north[k]), float(east[k]), float(lng_lat[k, 0]),
            float(lng_lat[k, 1]), sides[k] if k < len(sides) else None,
        )
        for k in range(len(lng_lat))
    )  # fmt: skip
    return SettingOut(points, zone_meridian(lng), srid)


def write_setting_out(table: SettingOut, form: str, label: str) -> bytes:
    """The table as one of ``FORMS``; ``label`` is printed where the format has room for a note.

    csv: X, Y, side, longitude, latitude, UTF-8 with mark; dxf: line, points and numbers in the
    plane of the zone (x is east, y is north, as drawings have it); kml and gpx: degrees.
    """
    return _write_csv(table, label) if form == "csv" else _write_drawing(table, form, label)


def _write_csv(table: SettingOut, label: str) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([label])
    writer.writerow([f"CGCS2000 3° 中央子午线 {table.meridian}°", f"EPSG:{table.srid}"])
    writer.writerow(
        ["点号 point", "X 北 north (m)", "Y 东 east (m)", "边长 side (m)", "经度 lng", "纬度 lat"]
    )
    for point in table.points:
        side = "" if point.side_m is None else f"{point.side_m:.3f}"
        writer.writerow([
            point.number, f"{point.x_north_m:.3f}", f"{point.y_east_m:.3f}", side,
            f"{point.lng:.9f}", f"{point.lat:.9f}",
        ])  # fmt: skip
    return ("\ufeff" + text.getvalue()).encode()


def _write_drawing(table: SettingOut, form: str, label: str) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"points.{form}"
        {"dxf": _write_dxf, "kml": _write_kml, "gpx": _write_gpx}[form](table, path, label)
        return path.read_bytes()


def _write_dxf(table: SettingOut, path: Path, _label: str) -> None:
    plane = [(point.y_east_m, point.x_north_m) for point in table.points]
    rows: list[dict[str, Any]] = [{"Layer": "border", "Text": "", "geometry": LineString(plane)}]
    for point, xy in zip(table.points, plane, strict=True):
        rows.append({"Layer": "points", "Text": "", "geometry": shapely.Point(xy)})
        rows.append({"Layer": "numbers", "Text": point.number, "geometry": shapely.Point(xy)})
    frame = gpd.GeoDataFrame(rows, geometry="geometry", crs=table.srid)
    styles = [
        f'LABEL(f:"Arial",t:"{row["Text"]}",s:0.8g,c:#000000)' if row["Text"] else ""
        for row in rows
    ]
    frame["OGR_STYLE"] = styles
    pyogrio.write_dataframe(frame[["Layer", "OGR_STYLE", "geometry"]], path, driver="DXF")


def _write_kml(table: SettingOut, path: Path, label: str) -> None:
    rows = [_point_row(point, label) for point in table.points]
    rows.append({"Name": "border", "Description": label, "geometry": _degrees(table.points)})
    frame = gpd.GeoDataFrame(rows, geometry="geometry", crs=_DISPLAY_SRID)
    pyogrio.write_dataframe(frame, path, driver="LIBKML" if _has("LIBKML") else "KML")


def _write_gpx(table: SettingOut, path: Path, label: str) -> None:
    frame = gpd.GeoDataFrame(
        [
            {"name": point.number, "desc": label, "geometry": shapely.Point(point.lng, point.lat)}
            for point in table.points
        ],
        geometry="geometry",
        crs=_DISPLAY_SRID,
    )
    pyogrio.write_dataframe(frame, path, driver="GPX", layer="waypoints")


def _point_row(point: SetPoint, label: str) -> dict[str, Any]:
    return {
        "Name": point.number,
        "Description": f"X {point.x_north_m:.3f} Y {point.y_east_m:.3f} · {label}",
        "geometry": shapely.Point(point.lng, point.lat),
    }


def _degrees(points: Sequence[SetPoint]) -> LineString:
    return LineString([(point.lng, point.lat) for point in points])


def _has(driver: str) -> bool:
    return "w" in pyogrio.list_drivers().get(driver, "")
