"""Every kind of shape, and the party's roster, from a file to the register."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from gis_api.actions.imports.committing import commit_import, list_refused
from gis_api.actions.imports.opening import Choices, decide_import, open_import
from gis_api.actions.imports.staging import stage_import
from gis_api.db.engine import SYSTEM, Actor, Scope
from tests.builders import Town, add_user, build_town

RING = [[[110.501, 39.401], [110.505, 39.401], [110.505, 39.405], [110.501, 39.401]]]
AREA = {"type": "Polygon", "coordinates": RING}
SPOT = {"type": "Point", "coordinates": [110.501, 39.401]}
LINE = {"type": "LineString", "coordinates": [[110.501, 39.401], [110.505, 39.405]]}
PARCELS = ["9900000012010100001", "9900000012010100002"]
# kind → (attributes, shape, what the register then says)
SHAPES: dict[str, tuple[dict[str, str], dict[str, Any], str, tuple[Any, ...]]] = {
    "zone": ({"类型": "征收区", "名称": "合成区"}, AREA,
             "SELECT kind, name FROM zone", ("acquisition", "合成区")),
    "villager_group": ({"组编码": "99000000120101", "小组名称": "合成一组"}, AREA,
                       "SELECT issuing_code, ST_NumGeometries(geom) FROM villager_group",
                       ("99000000120101", 1)),
    "boundary_line": ({"界址线号": "L1", "地块编码": "/".join(PARCELS)}, LINE,
                      "SELECT line_number, parcel_codes FROM boundary_line", ("L1", PARCELS)),
    "marker": ({"界标编号": "B1", "状态": "损坏"}, SPOT,
               "SELECT marker_number, state FROM marker", ("B1", "damaged")),
    "service_point": ({"名称": "合成点", "类型": "综治中心"}, SPOT,
                      "SELECT kind, name FROM service_point", ("governance_centre", "合成点")),
    "gazetteer": ({"地名": "合成沟", "别名": "沟里、沟外"}, SPOT,
                  "SELECT aliases, pinyin_initials FROM place_name WHERE name = '合成沟'",
                  (["沟里", "沟外"], "hcg")),
    "claim": ({"地块编码": PARCELS[0], "权利类型": "林地"}, AREA,
              "SELECT kind, ST_GeometryType(geom) FROM claim WHERE parcel_code LIKE '99%'",
              ("forest", "ST_MultiPolygon")),
}  # fmt: skip


@pytest.fixture(scope="module")
def town(admin_engine: Engine) -> Town:
    with admin_engine.begin() as conn:
        return build_town(conn)


def bring_in(engine: Engine, kind: str, file: Path, actor: Actor = SYSTEM) -> Mapping[str, int]:
    run = open_import(engine, actor, kind, file)
    if run.crs_key is None:
        choices = Choices(crs_key="EPSG:4490")
        run = decide_import(engine, actor, run.import_id, file, choices)
    run = stage_import(engine, actor, run.import_id, file)
    done = commit_import(
        engine, actor, run.import_id, accepted=list_refused(run), reason="合成数据"
    )
    return {"added": done.added, "left_out": done.left_out}


@pytest.mark.parametrize("kind", SHAPES)
def test_shape_comes_in(
    engine: Engine, admin_engine: Engine, town: Town, tmp_path: Path, kind: str
) -> None:
    attributes, shape, query, expected = SHAPES[kind]
    feature = {"type": "Feature", "properties": attributes, "geometry": shape}
    file = tmp_path / f"{kind}.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), "utf-8")
    assert bring_in(engine, kind, file) == {"added": 1, "left_out": 0}
    with admin_engine.connect() as conn:
        assert tuple(conn.execute(text(query)).one()) == expected


def test_roster_is_brought_in_by_the_leader_of_its_group(
    engine: Engine, admin_engine: Engine, town: Town, tmp_path: Path
) -> None:
    def write(name: str, *rows: list[str]) -> Path:
        with (tmp_path / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
        return tmp_path / name

    cells = f"{town.codes['ws1']}、{town.codes['ws2']}"
    groups = write(
        "groups.csv", ["党小组名称", "村编码", "微网格编码"], ["合成一组", town.codes["w"], cells]
    )
    assert bring_in(engine, "party_group", groups)["added"] == 1
    with admin_engine.begin() as conn:
        user_id = add_user(conn, town, "leads", "party_leader")
        conn.execute(
            text(
                "INSERT INTO party_group_leader (user_id, party_group_id)"
                " SELECT :user, party_group_id FROM party_group"
            ),
            {"user": user_id},
        )
        assert conn.execute(text("SELECT count(*) FROM party_group_cell")).scalar_one() == 2
    roster = write(
        "roster.csv",
        ["姓名", "党小组", "电话", "愿意帮忙", "特长"],
        ["合成党员", "合成一组", "199-0000-0000", "是", "维修、开车"],
        ["没组", "别组", "", "", ""],
    )
    leader = Actor(user_id, "party_leader", Scope.nothing())
    assert bring_in(engine, "member", roster, leader) == {"added": 1, "left_out": 1}
    with admin_engine.connect() as conn:
        found = conn.execute(text("SELECT name, phone, scope_key FROM member")).all()
    assert [tuple(row) for row in found] == [("合成党员", "199-0000-0000", town.scope_keys["w"])]
