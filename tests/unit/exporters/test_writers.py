"""What is written can be read by others, digit for digit, whatever the words are."""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely
from defusedxml.ElementTree import parse as parse_xml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from grid_boundaries.errors import InvalidInput
from layers.exporters.carrying import find_lost_parts
from layers.exporters.cell_text import mark, unmark
from layers.exporters.formats import FORMATS, open_target
from layers.exporters.kinds import get_export_kind, list_kinds
from layers.exporters.tables import Batch, Column, ExportTable
from layers.importers.mapping import guess_mapping
from layers.importers.tables import TableInfo

COLUMNS = (
    Column("code", "编码", "code", "BM"),
    Column("name", "名称", "text", "MC"),
    Column("area_m2", "面积", "decimal", "MJ"),
    Column("number", "人数", "integer", "RS"),
    Column("is_open", "开放", "boolean", "KF"),
    Column("on", "日期", "date", "RQ"),
    Column("aliases", "别名", "list", "BIEMING"),
    Column("kind", "类型", "text", "LX", {"pit": "矿坑"}),
)
POINTS = ExportTable("spot", "地点", COLUMNS, "Point")
AREAS = ExportTable("area", "区域", COLUMNS, "MultiPolygon")
MIXED = ExportTable("thing", "事物", COLUMNS, "Unknown")
PLAIN = ExportTable("row", "行", COLUMNS, None)
HOSTILE = (
    "=1+1", "+86", "-3", "@SUM(A1)", "'quoted", "\ttab", "<script>alert(1)</script>", "`x`", "\\",
    "‮RTL", "纳日松镇" * 15, 'a"b', "a,b", "150622103201001001", "007", "3.30782E+11", "㐂",
)  # fmt: skip
LNG, LAT = 110.30000000000001, 39.123456789012344


def make_rows(table: ExportTable, names: tuple[str, ...] = HOSTILE) -> Batch:
    count = len(names)
    shapes: Any = None
    if table.geometry is not None:
        point = shapely.Point(LNG, LAT)
        shape = {
            "Point": point,
            "MultiPolygon": shapely.MultiPolygon([point.buffer(0.001), point.buffer(0.0005)]),
            "Unknown": point.buffer(0.001),
        }[table.geometry]
        shapes = np.array([shape] * count, dtype=object)
        if table.geometry == "Unknown":
            shapes[0] = shapely.LineString([(LNG, LAT), (LNG + 1e-3, LAT)])
        else:
            shapes[-1] = None
    return Batch(
        {
            "code": tuple(f"{n:018d}" for n in range(count)),
            "name": names,
            "area_m2": (0.1 + 0.2,) * (count - 1) + (None,),
            "number": (None, *range(1, count)),
            "is_open": tuple(n % 2 == 0 for n in range(count)),
            "on": (date(2026, 2, 28),) * (count - 1) + (None,),
            "aliases": (["一", "二"],) * (count - 1) + ([],),
            "kind": ("pit",) * count,
        },
        shapes,
    )


def write(
    path: Path, table: ExportTable, name: str, *batches: Batch, encoding: str = "UTF-8"
) -> Path:
    file = path / f"x{FORMATS[name].suffix}"
    with open_target(FORMATS[name], file, table, encoding) as target:
        for batch in batches:
            target.write(batch)
    assert [p.name for p in path.iterdir()] == [file.name]
    return file


def test_workbook_holds_text_as_text_numbers_as_numbers_and_no_formula(tmp_path: Path) -> None:
    batch = make_rows(POINTS)
    file = write(tmp_path, POINTS, "xlsx", batch, batch)
    sheet = load_workbook(file)["地点"]
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0] == (*(c.heading for c in COLUMNS), "经度", "纬度")
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref is not None
    assert len(rows) == 1 + 2 * len(HOSTILE)
    assert [row[1] for row in rows[1:]] == list(HOSTILE) * 2
    assert rows[2][0] == "000000000000000001"
    assert rows[1][2] == 0.1 + 0.2
    assert rows[1][4:8] == ("是", rows[1][5], "一、二", "矿坑")
    assert rows[1][5].date() == date(2026, 2, 28)
    assert rows[1][8:] == (LNG, LAT)
    assert rows[len(HOSTILE)][8:] == (None, None)
    kinds = {cell.data_type for row in sheet.iter_rows(min_row=2, max_col=2) for cell in row}
    assert kinds == {"s"}
    assert {row[0].number_format for row in sheet.iter_rows(min_row=2, max_col=1)} == {"@"}


def test_csv_opens_in_spreadsheets_without_harm_and_reads_back(tmp_path: Path) -> None:
    file = write(tmp_path, POINTS, "csv", make_rows(POINTS))
    raw = file.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in raw
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
    assert [unmark(row[1]) for row in rows[1:]] == list(HOSTILE)
    assert [unmark(row[0]) for row in rows[1:]] == list(make_rows(POINTS).columns["code"])
    assert [row[1][:1] for row in rows[1:] if row[1][:1] in "=+-@"] == []
    assert all(row[0].startswith("\t0") for row in rows[1:])
    assert (float(rows[1][8]), float(rows[1][9]), float(rows[1][2])) == (LNG, LAT, 0.1 + 0.2)
    assert rows[1][3:8] == ["", "是", "2026-02-28", "一、二", "矿坑"]


@given(st.text(max_size=12))
@settings(max_examples=300, deadline=None)
def test_marked_text_comes_back_and_starts_no_formula(text: str) -> None:
    assert unmark(mark(text)) == text
    assert not re.match(r"[=+\-@]", mark(text))
    assert not re.fullmatch(r"[0-9]{11,}|0[0-9]+", mark(text))


@pytest.mark.parametrize("text", ["李四", "3号", "", "a=b", "12345678901x"])
def test_plain_text_carries_no_mark(text: str) -> None:
    assert mark(text) == unmark(text) == text


def test_geopackage_opens_with_a_style_and_chinese_headings(tmp_path: Path) -> None:
    batch = make_rows(AREAS)
    file = write(tmp_path, AREAS, "gpkg", batch, batch)
    frame = pyogrio.read_dataframe(file, layer="area")
    assert list(frame["name"]) == list(HOSTILE) * 2
    assert frame.crs.to_epsg() == 4490
    assert frame.geometry.iloc[0].equals_exact(batch.geometry[0], 0)  # type: ignore[index]
    with sqlite3.connect(file) as database:
        style = database.execute(
            "SELECT f_table_name, f_geometry_column = column_name, styleQML, useAsDefault"
            " FROM layer_styles JOIN gpkg_geometry_columns ON table_name = f_table_name"
        ).fetchall()
        kinds = dict(database.execute("SELECT table_name, data_type FROM gpkg_contents"))
    ((table, column, qml, is_default),) = style
    assert (table, column, is_default) == ("area", 1, 1)
    assert kinds["layer_styles"] == "attributes"
    assert 'name="面积"' in qml
    assert "SimpleFill" in qml


def test_geojson_keeps_every_digit_and_says_its_crs(tmp_path: Path) -> None:
    batch = make_rows(POINTS)
    file = write(tmp_path, POINTS, "geojson", batch, batch)
    found = json.loads(file.read_text("utf-8"))
    assert len(found["features"]) == 2 * len(HOSTILE)
    assert found["features"][0]["geometry"]["coordinates"] == [LNG, LAT]
    assert found["features"][-1]["geometry"] is None
    assert [f["properties"]["name"] for f in found["features"][: len(HOSTILE)]] == list(HOSTILE)
    assert pyogrio.read_info(file)["crs"] == "EPSG:4490"


def test_geoparquet_is_read_with_its_crs(tmp_path: Path) -> None:
    import geopandas as gpd

    batch = make_rows(MIXED)
    file = write(tmp_path, MIXED, "parquet", batch, batch)
    frame = gpd.read_parquet(file)
    assert frame.crs.to_epsg() == 4490
    assert list(frame["name"]) == list(HOSTILE) * 2
    assert frame.geometry.iloc[1].equals_exact(batch.geometry[1], 0)  # type: ignore[index]
    assert str(pq.read_schema(file).field("code").type) == "string"


@pytest.mark.parametrize("encoding", ["UTF-8", "GBK"])
def test_shapefile_says_its_encoding_and_is_split_by_geometry(
    tmp_path: Path, encoding: str
) -> None:
    names = tuple(name for name in HOSTILE if name not in ("㐂", "‮RTL"))
    batch = make_rows(MIXED, names)
    file = write(tmp_path, MIXED, "shapefile", batch, batch, encoding=encoding)
    with zipfile.ZipFile(file) as archive:
        members = archive.namelist()
        assert archive.read("thing_polygon.cpg") == encoding.encode()
    assert {m.split(".")[0] for m in members} == {"thing_polygon", "thing_linestring"}
    frame = pyogrio.read_dataframe(f"/vsizip/{file}/thing_polygon.shp")
    assert list(frame.columns[:-1]) == [c.dbf for c in COLUMNS]
    assert list(frame["MC"]) == list(names[1:]) * 2
    # a .dbf has fifteen decimals
    assert frame["MJ"].iloc[0] == pytest.approx(0.1 + 0.2, abs=1e-15)
    assert frame.crs.to_epsg() == 4490


@pytest.mark.parametrize(
    ("name", "encoding", "code"),
    [("㐂", "GBK", "export.not_in_encoding"), ("长" * 100, "UTF-8", "export.text_too_long")],
)
def test_text_that_a_shapefile_would_lose_is_refused(
    tmp_path: Path, name: str, encoding: str, code: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        write(tmp_path, POINTS, "shapefile", make_rows(POINTS, ("a", name)), encoding=encoding)
    assert refused.value.code == code
    assert list(tmp_path.iterdir()) == []


def test_kml_shows_names_as_text(tmp_path: Path) -> None:
    file = write(tmp_path, POINTS, "kml", make_rows(POINTS, ("<b>名</b>", "二")))
    names = [e.text for e in parse_xml(file).iter("{http://www.opengis.net/kml/2.2}name")]
    assert "<b>名</b>" in names
    frame = pyogrio.read_dataframe(file)
    assert shapely.get_coordinates(frame.geometry.iloc[0])[0] == pytest.approx([LNG, LAT], abs=1e-9)
    assert len(frame) == 2


@pytest.mark.parametrize("name", sorted(FORMATS))
@pytest.mark.parametrize("table", [POINTS, AREAS, MIXED, PLAIN], ids=lambda t: t.kind)
def test_a_file_of_no_rows_is_a_file(tmp_path: Path, name: str, table: ExportTable) -> None:
    if "row" in find_lost_parts(table, name):
        return
    file = write(tmp_path, table, name)
    assert file.stat().st_size > 0
    if name in ("gpkg", "geojson"):
        assert pyogrio.read_info(file, layer=table.kind)["features"] == 0


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_failure_leaves_nothing_behind(tmp_path: Path, name: str) -> None:
    file = tmp_path / f"x{FORMATS[name].suffix}"

    def fail() -> None:
        with open_target(FORMATS[name], file, POINTS) as target:
            target.write(make_rows(POINTS, ("a", "b")))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", list_kinds())
def test_shapefile_names_are_short_ascii_and_different(kind: str) -> None:
    names = [column.dbf for column in get_export_kind(kind).table.columns]
    assert [n for n in names if not re.fullmatch(r"[A-Z_0-9]{1,10}", n)] == []
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("spelling", ["name", "heading", "dbf"])
@pytest.mark.parametrize(
    "kind",
    [k for k in list_kinds() if "import" not in find_lost_parts(get_export_kind(k).table, "csv")],
)
def test_importer_knows_every_column_that_we_write(kind: str, spelling: str) -> None:
    columns = get_export_kind(kind).table.columns
    names = tuple(getattr(column, spelling) for column in columns)
    mapping = guess_mapping(kind, TableInfo("x", 1, names, has_geometry=True))
    found = {field: guess.column for field, guess in mapping.fields.items()}
    assert found == {column.name: getattr(column, spelling) for column in columns}
    assert mapping.missing_required == ()


@given(name=st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30))
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_word_comes_back_from_a_workbook(tmp_path: Path, name: str) -> None:
    file = tmp_path / "x.xlsx"
    with open_target(FORMATS["xlsx"], file, PLAIN) as target:
        target.write(make_rows(PLAIN, (name, "b")))
    sheet = load_workbook(file).active
    assert sheet is not None
    assert (sheet["B2"].value or "") == name
