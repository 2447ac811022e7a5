"""Small nasty files, made here, and the exact answer that each must get."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from grid_boundaries.errors import InvalidInput, TooLarge, WanggeError
from layers.importers.caps import Caps
from layers.importers.mapping import guess_mapping
from layers.importers.parse import Parsed, parse_batch
from layers.importers.source import Source, open_source
from tests.unit.importers.binary_files import write_compound, write_geotiff, write_xls

Save = Callable[[Path], None]


def read(path: Path, kind: str, **how: Any) -> tuple[Source, Parsed, list[tuple[Any, ...]]]:
    """The only table of a file, its typed columns, and (code, row, cell) of all that is wrong."""
    with open_source(path, **how) as source:
        table = source.get_table()
        batch = source.sample(table)
        mapping = guess_mapping(kind, table, batch)
        parsed = parse_batch(kind, mapping, batch)
        told = [
            (row.code, row.row_number, row.address)
            for finding in (*table.notes, *parsed.findings)
            for row in finding.each(batch.cell_address)
        ]
    return source, parsed, told


def refusal(path: Path, **how: Any) -> WanggeError:
    def read_all() -> None:
        with open_source(path, **how) as source:
            for table in source.tables:
                for _ in source.read_batches(table):
                    pass

    with pytest.raises(WanggeError) as refused:
        read_all()
    return refused.value


def sheet(rows: list[list[Any]], **how: Any) -> Workbook:
    book = Workbook()
    if how.get("epoch_1904"):
        book.epoch = CALENDAR_MAC_1904
    for row in rows:
        book.active.append(row)
    for ref in how.get("merges", ()):
        book.active.merge_cells(ref)
    return book


def parcels(count: int = 3, name: str = "东梁") -> gpd.GeoDataFrame:
    shapes = [shapely.box(435000 + 50 * i, 4372000, 435040 + 50 * i, 4372030) for i in range(count)]
    columns = {"DKBM": [f"15062210300100{i:05d}" for i in range(count)], "DKMC": [name] * count}
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=4546)


def write_shapefile(path: Path, encoding: str = "GB18030", label: str | None = None,
                    name: str = "东梁", **how: Any) -> Path:  # fmt: skip
    path.parent.mkdir(parents=True, exist_ok=True)
    parcels(name=name, **how).to_file(path, encoding=encoding, engine="pyogrio")
    path.with_suffix(".cpg").unlink()
    if label is not None:
        path.with_suffix(".cpg").write_text(label, "ascii")
    return path


@pytest.mark.parametrize(
    ("encoding", "label"),
    [("GB18030", None), ("GB18030", "UTF-8"), ("GB18030", "ISO-8859-1"), ("UTF-8", None),
     ("UTF-8", "GBK"), ("GB18030", "936"), ("GB18030", "no such thing")],
)  # fmt: skip
def test_text_of_a_shapefile_is_read_right_whatever_its_label_says(
    tmp_path: Path, encoding: str, label: str | None
) -> None:
    path = write_shapefile(tmp_path / "DK.shp", encoding, label, name="纳日松镇东梁")
    _, parsed, told = read(path, "claim")
    assert parsed.columns["parcel_name"].to_pylist() == ["纳日松镇东梁"] * 3
    assert told == []


def test_a_character_that_only_gb18030_has_is_kept(tmp_path: Path) -> None:
    path = write_shapefile(tmp_path / "DK.shp", "GB18030", name="㐂𠮷梁")
    assert read(path, "claim")[1].columns["parcel_name"].to_pylist() == ["㐂𠮷梁"] * 3


@pytest.mark.parametrize("encoding", ["GB18030", "UTF-8"])
def test_a_value_cut_within_a_character_is_told_and_loses_only_that(
    tmp_path: Path, encoding: str
) -> None:
    frame = parcels().assign(DKMC=["x" * 80, "乙地", "丙地"], ZJRXM=["A", "B", "C"])
    path = tmp_path / "DK.shp"
    frame.to_file(path, encoding=encoding, engine="pyogrio")
    half = ("甲乙丙丁戊己庚辛壬癸子" * 4).encode(encoding)
    dbf = path.with_suffix(".dbf")
    width = len("x" * 80)
    held = (b"y" + half)[:width]
    with pytest.raises(UnicodeDecodeError):
        held.decode(encoding)
    raw = dbf.read_bytes()
    dbf.write_bytes(raw.replace(b"x" * width, held))
    _, parsed, told = read(path, "claim")
    assert told == [("file.cut_text", 1, None)]
    assert parsed.columns["parcel_name"].to_pylist() == [
        held.decode(encoding, "ignore"), "乙地", "丙地"
    ]  # fmt: skip


def test_a_zip_with_sub_folders_and_chinese_names_gives_its_layers(tmp_path: Path) -> None:
    write_shapefile(tmp_path / "甲" / "地块.shp")
    write_shapefile(tmp_path / "甲" / "JZD.shp")
    archive = tmp_path / "确权.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for part in sorted((tmp_path / "甲").iterdir()):
            packed.writestr(f"AAAA/{part.name.replace('地块', 'BBBB')}", part.read_bytes())
        packed.writestr("__MACOSX/._BBBB.shp", b"x")
    # archives of Chinese Windows: GBK bytes, nothing that says so
    raw = archive.read_bytes()
    for stand_in, real in ((b"AAAA", "数据"), (b"BBBB", "地块")):
        raw = raw.replace(stand_in, real.encode("gbk"))
    archive.write_bytes(raw)
    with open_source(archive) as source:
        assert [table.name for table in source.tables] == ["JZD", "地块"]
        table = source.get_table("地块")
        assert (table.row_count, table.has_geometry, table.encoding) == (3, True, "GB18030")
        assert "CGCS2000" in (table.crs_text or "") or table.crs_text == "EPSG:4546"
        with pytest.raises(InvalidInput) as refused:
            source.get_table()
    assert refused.value.code == "file.several_layers"


@pytest.mark.parametrize(
    ("gone", "code", "missing"),
    [
        (".dbf", "file.shapefile_incomplete", [".dbf"]),
        (".shx", "file.shapefile_incomplete", [".shx"]),
        (".shp", "file.shapefile_incomplete", [".shp"]),
    ],
)
def test_a_shapefile_without_a_part_names_the_part(
    tmp_path: Path, gone: str, code: str, missing: list[str]
) -> None:
    path = write_shapefile(tmp_path / "DK.shp")
    path.with_suffix(gone).unlink()
    opened = path if path.exists() else path.with_suffix(".dbf")
    told = refusal(opened)
    assert (told.code, told.params["missing"]) == (code, missing)


@pytest.mark.parametrize("suffix", [".shp", ".dbf"])
def test_a_truncated_part_of_a_shapefile_is_found(tmp_path: Path, suffix: str) -> None:
    path = write_shapefile(tmp_path / "DK.shp", count=50)
    part = path.with_suffix(suffix)
    part.write_bytes(part.read_bytes()[: part.stat().st_size // 2])
    assert refusal(path).code == "file.truncated"


def test_two_header_rows_below_a_title_become_one_heading_each(tmp_path: Path) -> None:
    rows = [["纳日松镇住户台账", None, None, None], ["村", "户主", None, "地址"],
            [None, "姓名", "电话", None], ["甲村", "张三", "13800000000", "一组1号"]]  # fmt: skip
    path = tmp_path / "住户.xlsx"
    sheet(rows, merges=["A1:D1", "A2:A3", "B2:C2", "D2:D3"]).save(path)
    source, parsed, told = read(path, "household")
    assert source.tables[0].columns == ("村", "户主/姓名", "户主/电话", "地址")
    assert parsed.columns["head_name"].to_pylist() == ["张三"]
    assert parsed.columns["phone"].to_pylist() == ["13800000000"]
    assert told == [("import.two_header_rows", 2, None), ("import.two_header_rows", 3, None)]


def test_merged_cells_among_the_rows_are_errors_with_their_range(tmp_path: Path) -> None:
    rows = [["村", "地址"], ["甲村", "1号"], [None, "2号"], ["乙村", "3号"]]
    path = tmp_path / "住户.xlsx"
    sheet(rows, merges=["A2:A3"]).save(path)
    source, _, told = read(path, "household")
    assert told == [("import.merged_cells", 2, None), ("import.merged_cells", 3, None)]
    assert source.tables[0].notes[0].params["ranges"] == ["A2:A3"]


def test_duplicate_headings_are_an_error(tmp_path: Path) -> None:
    path = tmp_path / "住户.xlsx"
    sheet([["地址", "电话", "电话"], ["1号", "13800000000", "13900000000"]]).save(path)
    source, _, told = read(path, "household")
    assert source.tables[0].columns == ("地址", "电话", "电话 (2)")
    assert told == [("import.duplicate_column", 1, None)]
    assert source.tables[0].notes[0].severity == "error"


def test_spoilt_codes_and_formula_errors_are_told_with_their_cells(tmp_path: Path) -> None:
    book = sheet([
        ["网格编码", "网格名称"],
        ["150622103001", "一"], [330782123456789012, "二"], ["3.30782E+11", "三"], ["x", "#N/A"],
    ])  # fmt: skip
    book.active["A5"].value = "#REF!"
    book.active["A5"].data_type = "e"
    path = tmp_path / "网格.xlsx"
    book.save(path)
    _, _, told = read(path, "grid")
    assert [t for t in told if t[0] != "import.no_position"] == [
        ("import.formula_error", 5, "A5"), ("import.code_rounded", 3, "A3"),
        ("import.code_scientific", 4, "A4"), ("import.formula_error", 5, "B5"),
    ]  # fmt: skip


@pytest.mark.parametrize("epoch_1904", [False, True])
def test_days_are_right_in_both_epochs(tmp_path: Path, epoch_1904: bool) -> None:
    path = tmp_path / "岗位.xlsx"
    rows = [
        ["岗位", "姓名", "任职日期", "离任日期"],
        ["网格长", "张", dt.date(2024, 2, 29), "2026.2.30"],
    ]
    sheet(rows, epoch_1904=epoch_1904).save(path)
    source, parsed, told = read(path, "post")
    assert source.tables[0].epoch_1904 is epoch_1904
    assert parsed.columns["from_on"].to_pylist() == [dt.date(2024, 2, 29)]
    told_1904 = [("import.date_epoch_1904", 2, "C2")] if epoch_1904 else []
    assert told == [*told_1904, ("import.bad_date", 2, "D2")]


def test_an_old_workbook_is_read(tmp_path: Path) -> None:
    path = tmp_path / "住户.xls"
    write_xls(path, [["户编号", "地址", "经度", "纬度"], ["H1", "一组", 110.5, 39.5]])
    source, parsed, told = read(path, "household")
    assert (source.format, told) == ("xls", [])
    assert parsed.columns["external_code"].to_pylist() == ["H1"]
    assert shapely.get_coordinates(parsed.geometry).tolist() == [[110.5, 39.5]]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be"]
)
@pytest.mark.parametrize("mark", [",", "\t", ";"])
def test_text_tables_are_read_in_every_encoding(tmp_path: Path, encoding: str, mark: str) -> None:
    text = (
        mark.join(["地名", "经度", "纬度"]) + "\n" + mark.join(["东沟梁", "110.5", "39.5"]) + "\n"
    )
    path = tmp_path / "地名.csv"
    path.write_bytes(text.encode(encoding))
    _, parsed, told = read(path, "gazetteer")
    assert parsed.columns["name"].to_pylist() == ["东沟梁"]
    assert told == []


def test_bytes_of_no_encoding_are_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "地名.csv"
    path.write_bytes("地名,经度\n".encode("gbk") + b"\xff\xff\xfe,1\n" + "东沟".encode() + b",2\n")
    assert refusal(path).code == "file.encoding"


def test_nul_and_ragged_rows_of_text_are_told_with_their_row(tmp_path: Path) -> None:
    path = tmp_path / "地名.csv"
    path.write_text("地名,经度,纬度\n东\x00沟,110.5,39.5\n西沟,110.6,39.6,1,2\n", "utf-8")
    _, _, told = read(path, "gazetteer")
    assert told == [("import.ragged_row", 3, None), ("import.nul", 2, "A2")]


def test_large_text_goes_another_way_to_the_same_rows(tmp_path: Path) -> None:
    path = tmp_path / "住户.csv"
    count = 320_000
    lines = (f'H{i:07d},"宝力根苏木,第{i}户",{110 + i * 1e-6:.6f},39.5\n' for i in range(count))
    path.write_text("户编号,地址,经度,纬度\n" + "".join(lines), "gb18030")
    assert path.stat().st_size > 12 << 20
    caps = Caps()
    with open_source(path, caps=caps) as source:
        rows = 0
        for batch in source.read_batches(source.tables[0]):
            rows += len(batch)
            assert len(batch) <= 50_000
        assert rows == count
        assert batch.row_numbers[-1] == count + 1
        assert batch.columns["地址"][-1].as_py() == f"宝力根苏木,第{count - 1}户"


def test_survey_text_without_headings_is_understood_with_its_fix(tmp_path: Path) -> None:
    path = tmp_path / "rtk.txt"
    path.write_text(
        "K1,JZ,4372123.456,435678.901,1287.3,固定解\nK2,JZ,4372133.4,435670.9,1287.1,浮动解\n"
    )
    source, parsed, told = read(path, "boundary_point")
    assert (source.format, told) == ("rtk", [])
    assert parsed.columns["fix"].to_pylist() == ["fixed", "float"]
    assert shapely.get_coordinates(parsed.geometry).tolist() == [
        [435678.901, 4372123.456], [435670.9, 4372133.4]
    ]  # fmt: skip


def test_sentences_of_a_receiver_are_points_with_their_fix(tmp_path: Path) -> None:
    path = tmp_path / "log.nmea"
    line = "$GNGGA,023044.00,3930.6000,N,11015.3000,E,4,22,0.6,1287.3,M,-24,M,,*5A\n"
    path.write_text(line + "$GNRMC,x\n" + line.replace(",4,22", ",1,08"), "ascii")
    source, parsed, _ = read(path, "boundary_point")
    assert source.format == "rtk"
    assert parsed.columns["fix"].to_pylist() == ["fixed", "single"]
    assert shapely.get_coordinates(parsed.geometry)[0] == pytest.approx([110.255, 39.51])


@pytest.mark.parametrize("form", ["gpkg", "geojson", "kml", "gdb", "parquet", "fgdb.zip"])
def test_every_spatial_format_gives_the_same_rows(tmp_path: Path, form: str) -> None:
    frame = parcels().to_crs(4490)
    path = tmp_path / f"DK.{form}"
    if form == "parquet":
        frame.to_parquet(path)
    elif form == "fgdb.zip":
        frame.to_file(tmp_path / "DK.gdb", driver="OpenFileGDB", engine="pyogrio")
        with zipfile.ZipFile(path, "w") as packed:
            for part in (tmp_path / "DK.gdb").iterdir():
                packed.write(part, f"确权/DK.gdb/{part.name}")
    else:
        driver = {"gpkg": "GPKG", "geojson": "GeoJSON", "kml": "LIBKML", "gdb": "OpenFileGDB"}[form]
        frame.to_file(path, driver=driver, engine="pyogrio")
    _, parsed, told = read(path, "claim")
    assert parsed.columns["parcel_code"].to_pylist() == frame["DKBM"].tolist()
    assert parsed.columns["parcel_name"].to_pylist() == ["东梁"] * 3
    assert parsed.geometry is not None
    assert max(shapely.hausdorff_distance(parsed.geometry, frame.geometry)) < 1e-7
    assert told == []


def test_a_track_of_a_hand_set_is_read(tmp_path: Path) -> None:
    path = tmp_path / "走界.gpx"
    path.write_text(
        '<?xml version="1.0"?><gpx version="1.1" creator="t" xmlns="http://www.topografix.com/GPX/1/1">'
        '<wpt lat="39.5" lon="110.5"><name>J1</name></wpt></gpx>', "utf-8",
    )  # fmt: skip
    with open_source(path) as source:
        points = source.get_table()
        assert points.name == "waypoints"
        assert shapely.get_coordinates(source.sample(points).geometry).tolist() == [[110.5, 39.5]]


def test_an_image_gives_its_footprint(tmp_path: Path) -> None:
    path = tmp_path / "正射.tif"
    write_geotiff(path, (435000.0, 4373000.0), 0.5, (2000, 1000), 4546)
    with open_source(path) as source:
        table = source.get_table()
        shape = source.sample(table).geometry[0]
    assert table.crs_text == "EPSG:4546"
    assert shape.bounds == (435000.0, 4372500.0, 436000.0, 4373000.0)


def _bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("DK.geojson", b" " * (64 << 20))


def _traversal(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("../../etc/DK.shp", b"x")


def _entity(path: Path) -> None:
    path.write_text(
        '<?xml version="1.0"?><!DOCTYPE k [<!ENTITY a "b">]>'
        '<kml xmlns="http://www.opengis.net/kml/2.2"><name>&a;</name></kml>', "utf-8",
    )  # fmt: skip


def _entity_in_workbook(path: Path) -> None:
    sheet([["地址"], ["1"]]).save(path)
    with zipfile.ZipFile(path) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    parts["xl/workbook.xml"] = b'<!DOCTYPE w [<!ENTITY a "b">]>' + parts["xl/workbook.xml"]
    with zipfile.ZipFile(path, "w") as packed:
        for name, content in parts.items():
            packed.writestr(name, content)


def _many_empty_rows(path: Path) -> None:
    sheet([["地址"], ["1"]]).save(path)
    with zipfile.ZipFile(path) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    rows = b"".join(b'<row r="%d"><c r="A%d" s="0"/></row>' % (i, i) for i in range(3, 1_000_003))
    name = "xl/worksheets/sheet1.xml"
    parts[name] = parts[name].replace(b"</sheetData>", rows + b"</sheetData>")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        for part, content in parts.items():
            packed.writestr(part, content)


def _far_cell(path: Path) -> None:
    book = sheet([["地址", "电话"], ["1", "2"]])
    book.active["XFD1048576"] = "x"
    book.save(path)


def _many_vertices(path: Path) -> None:
    angle = np.linspace(0, 2 * np.pi, 5000)
    ring = shapely.Polygon(np.column_stack([110 + np.cos(angle), 39 + np.sin(angle)]))
    gpd.GeoDataFrame({"DKBM": ["1"]}, geometry=[ring], crs=4490).to_file(path, driver="GPKG")


SMALL = Caps(max_unpacked_bytes=1 << 20, max_vertices_of_shape=1000)


@pytest.mark.parametrize(
    ("name", "write", "error", "code", "params"),
    [
        ("b.zip", _bomb, TooLarge, "file.too_large", {"limit_mb": 1}),
        ("t.zip", _traversal, InvalidInput, "file.path_traversal", {}),
        ("e.kml", _entity, InvalidInput, "file.xml_entity", {}),
        ("e.xlsx", _entity_in_workbook, InvalidInput, "file.xml_entity", {}),
        ("h.xlsx", lambda p: p.write_text("<html><table><tr><td>地址</td></tr></table></html>"),
         InvalidInput, "file.really_is", {"really": "html", "named": "xlsx"}),
        ("t.xls", lambda p: p.write_text("地址\t电话\n1\t2\n"),
         InvalidInput, "file.really_is", {"really": "csv", "named": "xls"}),
        ("p.shp", lambda p: p.write_bytes(b"%PDF-1.7 x"), InvalidInput, "file.really_is",
         {"really": "pdf"}),
        ("w.doc", lambda p: write_compound(p, "WordDocument", b"x"), InvalidInput, "file.really_is",
         {"really": "office"}),
        ("l.xlsx", lambda p: write_compound(p, "EncryptedPackage", b"x"), InvalidInput,
         "file.password", {}),
        ("m.xlsx", _many_empty_rows, TooLarge, "file.empty_rows", {"count": 1_000_000}),
        ("f.xlsx", _far_cell, TooLarge, "file.too_many_cells", {}),
        ("v.gpkg", _many_vertices, InvalidInput, "file.shape_too_large", {"row": 1, "limit": 1000}),
        ("g.geojson", lambda p: p.write_text('{"type":"FeatureCollection","features":[{}]}'),
         InvalidInput, "file.bad_structure", {"reason": "feature 1: not a feature"}),
        ("x.gpkg", lambda p: p.write_bytes(b"SQLite format 3\x00" + bytes(3000)), InvalidInput,
         "file.unreadable", {}),
        ("0.csv", lambda p: p.write_bytes(b""), InvalidInput, "file.unreadable", {}),
        ("z.zip", lambda p: p.write_bytes(b"PK\x03\x04" + bytes(50)), InvalidInput,
         "file.unreadable", {}),
        ("n.bin", lambda p: p.write_bytes(bytes(range(256)) * 20), InvalidInput, "file.really_is",
         {"really": "binary"}),
    ],
)  # fmt: skip
def test_a_hostile_or_broken_file_gets_its_answer(
    tmp_path: Path, name: str, write: Save, error: type[WanggeError], code: str,
    params: dict[str, Any],
) -> None:  # fmt: skip
    path = tmp_path / name
    write(path)
    told = refusal(path, caps=SMALL)
    assert (type(told), told.code) == (error, code)
    assert {key: told.params[key] for key in params} == params
    assert not list(tmp_path.parent.glob("etc"))


def test_the_hash_is_that_of_the_bytes_and_temporary_files_are_gone(tmp_path: Path) -> None:
    path = write_shapefile(tmp_path / "DK.shp")
    with open_source(path) as first, open_source(path) as second:
        assert first.sha256 == second.sha256
        folder = Path(first._folder.name)
        assert folder.exists()
    assert not folder.exists()
    raw = path.with_suffix(".dbf").read_bytes()
    path.with_suffix(".dbf").write_bytes(raw.replace(b"15062210300100000", b"15062210300100009", 1))
    with open_source(path) as changed:
        assert changed.sha256 != first.sha256


def test_an_upload_without_its_name_is_judged_by_the_name_it_came_with(tmp_path: Path) -> None:
    path = tmp_path / "upload-1"
    path.write_text("地名,经度,纬度\n东沟,110.5,39.5\n", "utf-8")
    with open_source(path, name="地名.csv") as source:
        assert (source.name, source.format) == ("地名.csv", "csv")
        assert [table.name for table in source.tables] == ["地名"]
    assert refusal(path, name="地名.xlsx").params == {
        "file": "地名.xlsx", "named": "xlsx", "really": "csv"
    }  # fmt: skip
