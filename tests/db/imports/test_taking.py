"""Repairs and places of addresses are proposals: only what a person takes comes in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import shapely
from sqlalchemy import Engine, text

from gis_api.actions.imports.committing import commit_import, list_refused
from gis_api.actions.imports.opening import Choices, decide_import, open_import
from gis_api.actions.imports.staging import stage_import
from gis_api.actions.imports.taking import (
    read_addresses,
    read_repairs,
    take_addresses,
    take_repairs,
)
from gis_api.db.engine import SYSTEM
from gis_api.db.imports.runs.store import ImportRun
from grid_boundaries.errors import Conflict
from tests.builders import Town, build_town


@pytest.fixture(scope="module")
def town(admin_engine: Engine) -> Town:
    with admin_engine.begin() as conn:
        return build_town(conn)


def ask(admin: Engine, query: str, **params: Any) -> list[Any]:
    with admin.connect() as conn:
        return [tuple(row) for row in conn.execute(text(query), params)]


def bow_tie(lng: float, lat: float) -> dict[str, Any]:
    d = 0.0004
    return {
        "type": "Polygon",
        "coordinates": [
            [[lng, lat], [lng + d, lat + d], [lng + d, lat], [lng, lat + d], [lng, lat]]
        ],
    }


def square(lng: float, lat: float) -> dict[str, Any]:
    return json.loads(shapely.to_geojson(shapely.box(lng, lat, lng + 3e-4, lat + 3e-4)))


def parcels(path: Path, town: Town, prefix: str) -> Path:
    lng, lat = town.centre_of("ws1")
    shapes = [bow_tie(lng, lat), square(lng - 1e-3, lat), bow_tie(lng, lat - 1e-3)]
    features = [
        {
            "type": "Feature",
            "properties": {"地块编码": f"99000000120100{prefix}{n:04d}"},
            "geometry": shape,
        }
        for n, shape in enumerate(shapes)
    ]
    path.write_text(
        json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False), "utf-8"
    )
    return path


def checked(engine: Engine, file: Path, kind: str = "claim") -> ImportRun:
    run = open_import(engine, SYSTEM, kind, file)
    if run.crs_key is None:
        run = decide_import(engine, SYSTEM, run.import_id, file, Choices(crs_key="EPSG:4490"))
    return stage_import(engine, SYSTEM, run.import_id, file)


def test_repair_of_a_row_is_shown_with_both_areas_and_taken_alone(
    engine: Engine, admin_engine: Engine, town: Town, tmp_path: Path
) -> None:
    file = parcels(tmp_path / "a.geojson", town, "1")
    run = checked(engine, file)
    assert run.counts["shape.self_crossing"]["rows"] == 2
    shown = read_repairs(engine, SYSTEM, run.import_id)
    first, last = (one.row_number for one in shown)
    assert all(one.after.is_valid and not one.before.is_valid for one in shown)
    assert all(one.area_before_m2 == pytest.approx(0, abs=1) for one in shown)
    assert all(one.area_after_m2 > 500 for one in shown)
    run = take_repairs(engine, SYSTEM, run.import_id, [first])
    assert run.state == "uploaded"
    run = stage_import(engine, SYSTEM, run.import_id, file)
    assert run.counts["shape.repaired"]["first"] == [first]
    assert run.counts["shape.self_crossing"]["first"] == [last]
    # the other one is still only shown
    assert [one.row_number for one in read_repairs(engine, SYSTEM, run.import_id)] == [last]
    done = commit_import(
        engine, SYSTEM, run.import_id, accepted=list_refused(run), reason="另一行以后补测"
    )
    assert (done.added, done.left_out) == (2, 1)
    found = ask(
        admin_engine,
        "SELECT bool_and(ST_IsValid(geom)), count(*) FROM claim WHERE import_batch_id = :batch",
        batch=done.import_batch_id,
    )
    assert found == [(True, 2)]


def test_nothing_is_repaired_that_nobody_took(
    engine: Engine, admin_engine: Engine, town: Town, tmp_path: Path
) -> None:
    run = checked(engine, parcels(tmp_path / "b.geojson", town, "2"))
    assert "shape.repaired" not in run.counts
    done = commit_import(
        engine, SYSTEM, run.import_id, accepted=list_refused(run), reason="以后补测"
    )
    assert (done.added, done.left_out) == (1, 2)


def test_decided_again_as_before_keeps_what_was_taken_and_what_was_checked(
    engine: Engine, town: Town, tmp_path: Path
) -> None:
    file = parcels(tmp_path / "c.geojson", town, "3")
    run = checked(engine, file)
    run = take_repairs(engine, SYSTEM, run.import_id, [1, 3])
    stage_import(engine, SYSTEM, run.import_id, file)
    choices = Choices(crs_key="EPSG:4490")
    again = decide_import(engine, SYSTEM, run.import_id, file, choices)
    assert (again.state, again.options["repairs"]) == ("staged", [1, 3])
    refused = list_refused(again)
    done = commit_import(engine, SYSTEM, run.import_id, accepted=refused, reason="核对过")
    assert done.added == 3


def test_repairs_are_of_a_checked_file(engine: Engine, town: Town, tmp_path: Path) -> None:
    run = open_import(engine, SYSTEM, "claim", parcels(tmp_path / "d.geojson", town, "4"))
    with pytest.raises(Conflict):
        read_repairs(engine, SYSTEM, run.import_id)
    with pytest.raises(Conflict):
        take_repairs(engine, SYSTEM, run.import_id, [1])


def test_addresses_put_households_where_they_say_once_somebody_agreed(
    engine: Engine, admin_engine: Engine, town: Town, tmp_path: Path
) -> None:
    lng, lat = town.centre_of("en2")
    with admin_engine.begin() as conn:
        village = conn.execute(
            text("SELECT name FROM cell_version WHERE cell_id = :cell"), {"cell": town.cells["w"]}
        ).scalar_one()
        conn.execute(
            text(
                "INSERT INTO place_name (name, kind, aliases, pinyin_initials, geom)"
                " VALUES ('柳树湾', 'place', '{}', 'lsw', ST_Point(:lng, :lat, 4490))"
            ),
            {"lng": lng, "lat": lat},
        )
    file = tmp_path / "e.csv"
    lines = ["户编号,住址", f"T1,{village}东头", "T2,柳树湾3号", "T3,柳树弯坡上", "T4,不知道哪里"]
    file.write_text("\n".join(lines), encoding="utf-8")
    run = checked(engine, file, "household")
    assert run.counts["import.address_match"]["first"] == [2, 3, 4]
    assert run.counts["import.no_place"]["first"] == [5]
    told = read_addresses(engine, SYSTEM, run.import_id)
    assert [one.row_number for one in told] == [2, 3, 4]
    assert told[1].names == ("柳树湾",)
    assert (told[1].lng, told[1].lat) == pytest.approx((lng, lat))
    assert told[2].score < told[1].score
    run = take_addresses(engine, SYSTEM, run.import_id, [], 0.95)
    run = stage_import(engine, SYSTEM, run.import_id, file)
    assert run.counts["import.address_placed"]["first"] == [2, 3]
    run = take_addresses(engine, SYSTEM, run.import_id, [4], None)
    run = stage_import(engine, SYSTEM, run.import_id, file)
    assert run.counts["import.address_placed"]["first"] == [2, 3, 4]
    done = commit_import(
        engine, SYSTEM, run.import_id, accepted=list_refused(run), reason="住址已核对"
    )
    assert done.added == 4
    found = ask(
        admin_engine,
        "SELECT external_code, approximate, cell_id, round(ST_X(geom)::numeric, 6)"
        " FROM household WHERE import_batch_id = :batch ORDER BY 1",
        batch=done.import_batch_id,
    )
    assert [row[:3] for row in found[1:]] == [
        ("T2", True, town.cells["en2"]),
        ("T3", True, town.cells["en2"]),
        ("T4", False, None),
    ]
    assert found[0][1] is True
    assert float(found[1][3]) == pytest.approx(lng, abs=1e-6)
    assert found[3][3] is None
