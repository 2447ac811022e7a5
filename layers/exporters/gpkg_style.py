"""The style that QGIS finds in a GeoPackage: table ``layer_styles``, one default style a layer."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final
from xml.sax.saxutils import quoteattr

from layers.exporters.tables import GEOMETRY, ExportTable, GeometryType

# As QGIS itself makes it when one saves a style to the database.
_CREATE: Final = """
CREATE TABLE IF NOT EXISTS layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  f_table_catalog TEXT(256), f_table_schema TEXT(256), f_table_name TEXT(256),
  f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
  useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30),
  update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
)
"""
_REGISTER: Final = """
INSERT INTO gpkg_contents (table_name, data_type, identifier)
SELECT 'layer_styles', 'attributes', 'layer_styles'
WHERE NOT EXISTS (SELECT 1 FROM gpkg_contents WHERE table_name = 'layer_styles')
"""
_ADD: Final = """
INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column,
  styleName, styleQML, styleSLD, useAsDefault, description, owner)
VALUES ('', '', ?, ?, ?, ?, '', 1, ?, '')
"""
# One colour a family, from a palette that colour-blind eyes can tell apart; fills are pale.
_SYMBOLS: Final[dict[GeometryType, str]] = {
    "Point": (
        '<symbol type="marker" name="0" alpha="1" clip_to_extent="1">'
        '<layer class="SimpleMarker" enabled="1" locked="0" pass="0"><Option type="Map">'
        '<Option name="name" type="QString" value="circle"/>'
        '<Option name="color" type="QString" value="0,114,178,255"/>'
        '<Option name="outline_color" type="QString" value="255,255,255,255"/>'
        '<Option name="size" type="QString" value="2.4"/>'
        '<Option name="size_unit" type="QString" value="MM"/></Option></layer></symbol>'
    ),
    "MultiLineString": (
        '<symbol type="line" name="0" alpha="1" clip_to_extent="1">'
        '<layer class="SimpleLine" enabled="1" locked="0" pass="0"><Option type="Map">'
        '<Option name="line_color" type="QString" value="213,94,0,255"/>'
        '<Option name="line_width" type="QString" value="0.5"/>'
        '<Option name="line_width_unit" type="QString" value="MM"/></Option></layer></symbol>'
    ),
    "MultiPolygon": (
        '<symbol type="fill" name="0" alpha="1" clip_to_extent="1">'
        '<layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map">'
        '<Option name="color" type="QString" value="86,180,233,60"/>'
        '<Option name="outline_color" type="QString" value="0,82,130,255"/>'
        '<Option name="outline_width" type="QString" value="0.4"/>'
        '<Option name="outline_width_unit" type="QString" value="MM"/>'
        '<Option name="style" type="QString" value="solid"/></Option></layer></symbol>'
    ),
}


def add_style(path: Path, table: ExportTable) -> None:
    """Put the default style of the layer into the GeoPackage; a second time replaces nothing."""
    if table.geometry is None:
        return
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(_CREATE)
        database.execute(_REGISTER)
        known = database.execute(
            "SELECT 1 FROM layer_styles WHERE f_table_name = ?", (table.kind,)
        ).fetchone()
        if known is None:
            geometry = database.execute(
                "SELECT column_name FROM gpkg_geometry_columns WHERE table_name = ?", (table.kind,)
            ).fetchone()
            database.execute(
                _ADD,
                (table.kind, geometry[0] if geometry else GEOMETRY, table.kind, render_qml(table),
                 table.title),
            )  # fmt: skip


def render_qml(table: ExportTable) -> str:
    """The style as QGIS reads it: one symbol, labels from ``name``, headings as aliases.

    A layer of mixed geometry has no one symbol: it gets its headings only.
    """
    aliases = "".join(
        f'<alias field={quoteattr(c.name)} index="{at}" name={quoteattr(c.heading)}/>'
        # the feature id is column 0
        for at, c in enumerate(table.columns, start=1)
    )
    symbol = _SYMBOLS.get(table.geometry) if table.geometry else None
    renderer = (
        '<renderer-v2 type="singleSymbol" enableorderby="0" forceraster="0" symbollevels="0">'
        f"<symbols>{symbol}</symbols></renderer-v2>"
        if symbol
        else ""
    )
    return (
        "<!DOCTYPE qgis>"
        '<qgis version="3.28.0" styleCategories="Symbology|Labeling|Fields" labelsEnabled='
        f'"{int(_has_name(table))}">{renderer}{_labels(table)}<aliases>{aliases}</aliases></qgis>'
    )


def _has_name(table: ExportTable) -> bool:
    return any(column.name == "name" for column in table.columns)


def _labels(table: ExportTable) -> str:
    if not _has_name(table):
        return ""
    return (
        '<labeling type="simple"><settings calloutType="simple">'
        '<text-style fieldName="name" fontFamily="Noto Sans CJK SC" fontSize="9"'
        ' fontSizeUnit="Point" textColor="40,40,40,255" isExpression="0">'
        '<text-buffer bufferDraw="1" bufferSize="0.8" bufferSizeUnits="MM"'
        ' bufferColor="255,255,255,255"/></text-style></settings></labeling>'
    )
