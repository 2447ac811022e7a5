"""Out of the register and into it again: the same rows, by the import that people use."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import shapely
from sqlalchemy import Engine, text

from gis_api.access.store import get_user_actor
from gis_api.actions.export_request import ExportRequest, allow_export
from gis_api.actions.export_rows import write_export
from gis_api.actions.imports.committing import commit_import, list_refused
from gis_api.actions.imports.opening import Choices, decide_import, open_import
from gis_api.actions.imports.staging import stage_import
from gis_api.db.engine import SYSTEM, begin
from tests.builders import Town, add_user, build_town

POINT = "ST_Point(110.50412345678901, 39.40398765432101, 4490)"
AREA = (
    "ST_Multi(ST_GeomFromText('POLYGON((110.503 39.403, 110.5041234567 39.403,"
    " 110.504 39.4041, 110.503 39.404, 110.503 39.403))', 4490))"
)
LINE = f"ST_Multi(ST_Boundary(ST_GeometryN({AREA}, 1)))"
ROWS = (
    "INSERT INTO villager_group (village_cell_id, issuing_code, name, head_name, geom) VALUES"
    f" (:village, '99000000120101', '=一社', '合成社长', {AREA})",
    "INSERT INTO household (external_code, address, head_name, phone, season, geom, cell_id,"
    " scope_key, villager_group_id) SELECT 'H001', '+测试路1号', '合成甲', '13900000001', 'summer',"
    f" {POINT}, :cell, :scope, villager_group_id FROM villager_group",
    "INSERT INTO claim (parcel_code, kind, certificate_number, parcel_name, holder_name,"
    " holder_household_id, issuing_organ, issuing_code, issued_on, valid, evidence_state,"
    " survey_method, accuracy_m, stated_area_m2, bounds_east, bounds_north, note, geom, cell_id,"
    " scope_key) SELECT '9900000012010100001', 'farmland', 'C-1', '-南地', '合成甲', household_id,"
    " '测试县', '99000000120101', '1998-09-30', daterange('1998-09-30', '2028-09-30', '[]'),"
    " 'certificate', 'surveyed', 0.05, 8123.456789, '合成乙地', '@沟', '备注', "
    f"{AREA}, :cell, :scope FROM household WHERE external_code = 'H001'",
    "INSERT INTO boundary_point (point_number, parcel_codes, survey_method, mark_kind, accuracy_m,"
    " fix, measured_on, geom, cell_id, scope_key) VALUES ('J1', ARRAY['9900000012010100001'],"
    f" 'surveyed', 'cement', 0.02, 'fixed', '2024-05-06', {POINT}, :cell, :scope)",
    "INSERT INTO boundary_line (line_number, parcel_codes, from_point, to_point, nature, feature,"
    " position, stated_length_m, description, geom, cell_id, scope_key) VALUES ('X1',"
    " ARRAY['9900000012010100001'], 'J1', 'J2', 'settled', 'ridge', 'middle', 92.5, '沿田埂',"
    f" {LINE}, :cell, :scope)",
    "INSERT INTO marker (marker_number, kind, state, parcel_codes, placed_on, checked_on, note,"
    " geom, cell_id, scope_key) VALUES ('M1', 'stone', 'intact', ARRAY['9900000012010100001'],"
    f" '2001-01-02', '2025-03-04', '路边', {POINT}, :cell, :scope)",
    f"INSERT INTO zone (kind, name, geom) VALUES ('open_pit', '=1号矿坑', {AREA})",
    "INSERT INTO service_point (kind, name, opening, geom) VALUES ('talking_room', '说事室',"
    f" '周一至周五', {POINT})",
)
CLEARED = {
    "villager_group": ("UPDATE household SET villager_group_id = NULL",),
    "household": (
        "UPDATE claim SET holder_household_id = NULL", "UPDATE officer SET household_id = NULL",
    ),
}  # fmt: skip
TABLES = {"gazetteer": "place_name"}
# A sheet holds points; other shapes need a file with geometry.
TRIPS = (
    ("marker", "xlsx"), ("boundary_point", "csv"), ("boundary_line", "gpkg"), ("claim", "gpkg"),
    ("claim", "shapefile"), ("zone", "geojson"), ("service_point", "xlsx"), ("gazetteer", "csv"),
    ("household", "xlsx"), ("household", "parquet"), ("villager_group", "geojson"),
)  # fmt: skip


@pytest.fixture(scope="module")
def town(admin_engine: Engine) -> Town:
    with admin_engine.begin() as conn:
        town = build_town(conn)
        add_user(conn, town, "centre", "centre")
        conn.execute(text("DELETE FROM claim"))
        conn.execute(text("UPDATE officer SET household_id = NULL"))
        conn.execute(text("DELETE FROM household"))
        conn.execute(text("UPDATE place_setting SET synthetic = false"))
        for insert in ROWS:
            wanted = {"village": town.cells["w"], "cell": town.cells["ws1"],
                      "scope": town.scope_keys["ws1"]}  # fmt: skip
            conn.execute(text(insert), {k: v for k, v in wanted.items() if f":{k}" in insert})
    return town


def export(engine: Engine, kind: str, file_format: str, path: Path) -> Path:
    with begin(engine, SYSTEM) as conn:
        actor = get_user_actor(conn, "centre")
    request = ExportRequest(kind, file_format, encoding="GBK")
    allowed = allow_export(actor, request)
    if allowed.kind.holds_persons:
        allowed = allow_export(
            actor, ExportRequest(kind, file_format, encoding="GBK", purpose="correct_record")
        )
    return write_export(engine, actor, allowed, path / allowed.file_name).path


def rows_of(engine: Engine, kind: str, folder: Path) -> list[dict[str, Any]]:
    """The register as the most exact format shows it."""
    folder.mkdir(exist_ok=True)
    found = json.loads(export(engine, kind, "geojson", folder).read_text("utf-8"))["features"]
    for feature in found:
        # a shapefile turns rings the other way round; every number stays
        shape = shapely.from_geojson(json.dumps(feature["geometry"]))
        feature["geometry"] = shapely.to_wkt(shapely.normalize(shape), rounding_precision=-1)
    return sorted(found, key=lambda feature: json.dumps(feature, sort_keys=True))


@pytest.mark.parametrize(("kind", "file_format"), TRIPS, ids=["-".join(trip) for trip in TRIPS])
def test_a_register_comes_back_as_it_was(
    engine: Engine, admin_engine: Engine, town: Town, tmp_path: Path, kind: str, file_format: str
) -> None:
    before = rows_of(engine, kind, tmp_path / "before")
    assert before
    file = export(engine, kind, file_format, tmp_path)
    with admin_engine.begin() as conn:
        for change in CLEARED.get(kind, ()):
            conn.execute(text(change))
        conn.execute(text(f"DELETE FROM {TABLES.get(kind, kind)}"))
    run = open_import(engine, SYSTEM, kind, file)
    if run.crs_key is None:
        run = decide_import(engine, SYSTEM, run.import_id, file, Choices(crs_key="EPSG:4490"))
    run = stage_import(engine, SYSTEM, run.import_id, file)
    refused = list_refused(run)
    assert [one for one in refused if one != "import.approximate"] == []
    done = commit_import(
        engine, SYSTEM, run.import_id, accepted=refused, reason="试" if refused else None
    )
    assert (done.added, done.left_out) == (len(before), 0)
    assert rows_of(engine, kind, tmp_path / "after") == before
