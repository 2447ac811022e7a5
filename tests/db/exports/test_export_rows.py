"""Exports of the small town: whose rows, what is masked, what the trail keeps."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import Engine, text

from gis_api.access.permissions import read_permissions
from gis_api.access.store import get_user_actor
from gis_api.actions.export_request import CaseRows, ExportRequest, allow_export
from gis_api.actions.export_rows import Exported, count_export, mask_batch, write_export
from gis_api.db.engine import SYSTEM, Actor, begin
from gis_api.db.exports import store
from grid_boundaries.errors import Forbidden, InvalidInput
from layers.exporters.formats import FORMATS
from layers.exporters.kinds import get_export_kind, list_kinds
from layers.exporters.tables import make_batch
from tests.builders import MICRO_CELLS, Town, add_user, build_town

PHONE = "13900000001"
MARKER = "独孤求败"
Export = Callable[..., Exported]


@pytest.fixture(scope="module")
def town(admin_engine: Engine) -> Town:
    with admin_engine.begin() as conn:
        town = build_town(conn)
        for login, role, area in (
            ("planner", "planner", None), ("centre", "centre", None), ("guest", "visitor", None),
            ("party", "party_leader", None),
            ("investigator", "investigator", None), ("fieldworker", "grid_worker", "ws1"),
        ):  # fmt: skip
            add_user(conn, town, login, role, area=area)
        conn.execute(
            text("UPDATE household SET head_name = :name, phone = :phone WHERE household_id = :id"),
            {"name": MARKER, "phone": PHONE, "id": town.households["ws1a"]},
        )
        conn.execute(
            text(
                "INSERT INTO zone (kind, name, geom) VALUES"
                " ('open_pit', '=1+1号矿坑', "
                "  ST_MakeEnvelope(110.521, 39.401, 110.522, 39.402, 4490)),"
                " ('haul_road', '运煤路', ST_SetSRID(ST_MakeLine(ST_Point(110.501, 39.401),"
                "  ST_Point(110.509, 39.401)), 4490))"
            )
        )
        conn.execute(
            text(
                "INSERT INTO service_point (kind, name, opening, geom) VALUES"
                " ('talking_room', '说事室', '周一', ST_Point(110.505, 39.405, 4490))"
            )
        )
        here = {"cell": town.cells["ws1"], "scope": town.scope_keys["ws1"]}
        for insert in (
            "INSERT INTO boundary_point (point_number, parcel_codes, geom, cell_id, scope_key)"
            " VALUES ('J1西', ARRAY['P-001', 'P-002'], ST_Point(110.503, 39.403, 4490),"
            " :cell, :scope)",
            "INSERT INTO boundary_line (line_number, description, geom, cell_id, scope_key)"
            " VALUES ('X1西', '独孤求败家地边', ST_Multi(ST_SetSRID(ST_MakeLine("
            " ST_Point(110.503, 39.403), ST_Point(110.504, 39.403)), 4490)), :cell, :scope)",
            "INSERT INTO marker (marker_number, kind, note, cell_id, scope_key)"
            " VALUES ('M1西', 'cement', '独孤求败看见的', :cell, :scope)",
            "INSERT INTO land_finding (rule, why, severity, area_m2, geom, cell_id, scope_key)"
            " VALUES ('gap', 'land.why_gap', 'warning', 12.345,"
            " ST_MakeEnvelope(110.503, 39.403, 110.504, 39.404, 4490), :cell, :scope)",
        ):
            conn.execute(text(insert), here)
        conn.execute(
            text(
                "INSERT INTO villager_group (village_cell_id, issuing_code, name, head_name, geom)"
                " VALUES (:village, '99000000120101', '一社', :head,"
                " ST_Multi(ST_MakeEnvelope(110.5, 39.4, 110.51, 39.41, 4490)))"
            ),
            {"village": town.cells["w"], "head": MARKER},
        )
        group = conn.execute(
            text(
                "INSERT INTO party_group (village_cell_id, name) VALUES (:village, '第一党小组')"
                " RETURNING party_group_id"
            ),
            {"village": town.cells["w"]},
        ).scalar_one()
        conn.execute(
            text("INSERT INTO party_group_cell VALUES (:group, :cell)"),
            {"group": group, "cell": town.cells["ws1"]},
        )
        conn.execute(
            text(
                "INSERT INTO member (party_group_id, household_id, name, phone, duty, volunteers,"
                " skills, scope_key) VALUES (:group, :household, :name, :phone, 'leader', true,"
                " ARRAY['repair', 'care'], :scope)"
            ),
            {
                "group": group, "household": town.households["ws1a"], "name": MARKER,
                "phone": PHONE, "scope": town.scope_keys["ws1"],
            },
        )  # fmt: skip
        conn.execute(
            text("INSERT INTO party_group_leader (user_id, party_group_id) VALUES (:user, :group)"),
            {"user": town.users["party"], "group": group},
        )
    return town


@pytest.fixture
def actor_of(engine: Engine, town: Town) -> Callable[[str], Actor]:
    def find(login: str) -> Actor:
        with begin(engine, SYSTEM) as conn:
            return get_user_actor(conn, login)

    return find


@pytest.fixture
def export(engine: Engine, actor_of: Callable[[str], Actor], tmp_path: Path) -> Export:
    def make(login: str | None, kind: str, file_format: str = "csv", **wanted: Any) -> Exported:
        actor = SYSTEM if login is None else actor_of(login)
        allowed = allow_export(actor, ExportRequest(kind, file_format, **wanted))
        return write_export(engine, actor, allowed, tmp_path / allowed.file_name)

    return make


def read_csv(done: Exported) -> list[dict[str, str]]:
    with done.path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def list_audit(admin_engine: Engine) -> Iterator[dict[str, Any]]:
    with admin_engine.connect() as conn:
        for row in conn.execute(text("SELECT * FROM audit WHERE act = 'export' ORDER BY audit_id")):
            yield dict(row._mapping)


def test_every_kind_has_a_statement_whose_columns_are_those_of_its_file(
    engine: Engine, town: Town
) -> None:
    assert store.list_row_kinds() == sorted(list_kinds())
    params = {"on": date(2026, 1, 1), "clear": True, "work_data": True, "everywhere": True}
    with begin(engine, SYSTEM) as conn:
        for kind in list_kinds():
            table = get_export_kind(kind).table
            names = [column.name for column in table.columns]
            batches = list(store.stream_rows(conn, kind, names, params))
            assert sum(len(rows) for rows, _ in batches) == store.count_rows(conn, kind, params)
            if kind != "case":
                assert batches, kind
            assert all((wkb is None) == (table.geometry is None) for _, wkb in batches)


def test_every_kind_has_its_row_in_the_permission_table() -> None:
    verbs = {verb for obj, verb in read_permissions().verbs if obj == "export"}
    assert verbs == {*list_kinds(), "make", "read"}
    some = {role for kind in list_kinds() for role in read_permissions().verbs["export", kind]}
    assert read_permissions().verbs["export", "make"] == some
    assert read_permissions().verbs["export", "read"] == some


def test_village_leader_gets_the_households_of_the_village_only(export: Export) -> None:
    rows = read_csv(export("west", "household"))
    wanted = [name for name in MICRO_CELLS if name.startswith("w")]
    assert {row["网格名称"] for row in rows} == {f"测试{name}" for name in wanted}
    assert len(rows) == 2 * len(wanted)
    assert {row["所属村"] for row in rows} == {"测试w"}
    assert len(read_csv(export("clerk", "household"))) == 2 * len(MICRO_CELLS)


@pytest.mark.parametrize("kind", [k for k in list_kinds() if k not in ("member", "party_group")])
def test_no_kind_shows_the_neighbouring_village(export: Export, town: Town, kind: str) -> None:
    done = export("east", kind, "geojson") if kind != "post" else export("east", kind, "csv")
    shown = done.path.read_text("utf-8-sig")
    hidden = [town.codes[c] for c in town.codes if c.startswith("w")] + [
        "说事室",
        "运煤路",
        "一社",
        "J1西",
        "X1西",
        "M1西",
    ]
    assert [word for word in hidden if f'"{word}"' in shown or f"\t{word}" in shown] == []


def test_area_narrows_within_the_own_area(export: Export, town: Town) -> None:
    assert export("west", "household", area_code=town.codes["ws1"]).rows == 2
    assert export("west", "household", area_code=town.codes["es1"]).rows == 0
    with pytest.raises(InvalidInput, match=r"cell\.unknown"):
        export("west", "household", area_code="123")


def test_names_phones_and_addresses_are_masked_until_somebody_says_why(
    export: Export, town: Town, admin_engine: Engine
) -> None:
    area = {"area_code": town.codes["ws1"]}
    masked = next(row for row in read_csv(export("west", "household", **area)) if row["联系电话"])
    assert (masked["户主姓名"], masked["联系电话"], masked["地址"]) == (
        "独***",
        "139****0001",
        "***",
    )
    clear = next(
        row
        for row in read_csv(export("west", "household", purpose="site_visit", **area))
        if row["户主姓名"] == MARKER
    )
    assert (clear["联系电话"].strip(), clear["地址"]) == (PHONE, "测试ws1a号")
    last = list(list_audit(admin_engine))[-1]
    assert (last["object_kind"], last["row_count"], last["purpose"]) == (
        "household",
        2,
        "site_visit",
    )
    assert last["actor_id"] == town.users["west"]
    assert last["detail"] == {"area": town.codes["ws1"], "format": "csv", "unmasked": True}
    assert MARKER not in json.dumps([str(row) for row in list_audit(admin_engine)])


def test_statement_that_forgot_to_mask_does_not_get_past_the_writer(
    actor_of: Callable[[str], Actor],
) -> None:
    allowed = allow_export(actor_of("clerk"), ExportRequest("household", "csv"))
    width = len(allowed.kind.table.columns)
    row = ["1", "测试街1号", MARKER, PHONE, *[None] * (width - 4)]
    batch = mask_batch(make_batch(allowed.kind.table, [row], [None]), allowed)
    shown = str(dict(batch.columns))
    assert MARKER not in shown
    assert PHONE not in shown
    assert "测试街" not in shown


@pytest.mark.parametrize("login", ["planner", "guest", "fieldworker", "party", "admin"])
def test_who_may_not_have_households_as_a_file_is_refused(
    actor_of: Callable[[str], Actor], login: str
) -> None:
    with pytest.raises(Forbidden, match=r"permission\.denied"):
        allow_export(actor_of(login), ExportRequest("household", "csv"))


def test_roster_goes_to_its_leader_and_to_nobody_else(
    export: Export, actor_of: Callable[[str], Actor], admin_engine: Engine
) -> None:
    (masked,) = read_csv(export("party", "member"))
    assert (masked["姓名"], masked["家庭住址"]) == ("独***", "***")
    (clear,) = read_csv(export("party", "member", purpose="correct_record"))
    assert (clear["姓名"], clear["家庭住址"], clear["职务"]) == (MARKER, "测试ws1a号", "组长")
    assert clear["特长"] == "水电维修、陪护照料"
    assert clear["愿意帮忙"] == "是"
    for login in ("admin", "clerk", "west", "planner"):
        with pytest.raises(Forbidden):
            allow_export(actor_of(login), ExportRequest("member", "csv"))
    with pytest.raises(Forbidden, match=r"export\.name_yourself"):
        allow_export(SYSTEM, ExportRequest("member", "csv"))
    with admin_engine.begin() as conn:
        other = conn.execute(
            text(
                "INSERT INTO party_group (village_cell_id, name)"
                " SELECT village_cell_id, '别的党小组' FROM party_group LIMIT 1"
                " RETURNING party_group_id"
            )
        ).scalar_one()
        conn.execute(
            text(
                "INSERT INTO member (party_group_id, name, scope_key)"
                " SELECT :group, '别组党员', scope_key FROM member LIMIT 1"
            ),
            {"group": other},
        )
    assert export("party", "member").rows == 1
    assert export("party", "party_group").rows == 1


def test_operator_without_an_account_gets_everything_masked(export: Export) -> None:
    (row,) = [r for r in read_csv(export(None, "post")) if r["网格名称"] == "测试ws1"]
    assert row["姓名"].endswith("***")
    assert "199" not in row["工作电话"][3:]
    (row,) = [r for r in read_csv(export("admin", "post")) if r["网格名称"] == "测试ws1"]
    assert row["姓名"].startswith("合成ws1")
    with pytest.raises(Forbidden, match=r"export\.name_yourself"):
        export(None, "household", purpose="site_visit")


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"kind": "nothing", "file_format": "csv"}, "export.kind_unknown"),
        ({"kind": "grid", "file_format": "dwg"}, "export.format_unknown"),
        ({"kind": "post", "file_format": "shapefile"}, "export.format_cannot_carry"),
        ({"kind": "household", "file_format": "csv", "on": date(2020, 1, 1)}, "export.no_history"),
        ({"kind": "grid", "file_format": "csv", "cases": CaseRows(open=True)}, "export.only_cases"),
        ({"kind": "grid", "file_format": "csv", "purpose": "safety"}, "export.nothing_masked"),
        ({"kind": "household", "file_format": "csv", "purpose": "fun"}, "personal.purpose_unknown"),
    ],
)
def test_request_that_makes_no_sense_is_told_what_to_do(
    actor_of: Callable[[str], Actor], wanted: dict[str, Any], code: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        allow_export(actor_of("centre"), ExportRequest(**wanted))
    assert refused.value.code == code


def test_grids_of_a_day_before_there_were_any_are_none(export: Export) -> None:
    assert export("planner", "grid", on=date(2019, 12, 31)).rows == 0
    assert export("planner", "grid", on=date(2020, 1, 1)).rows == 15


@pytest.mark.parametrize("file_format", sorted(FORMATS))
def test_every_row_of_a_synthetic_place_says_so(export: Export, file_format: str) -> None:
    done = export("clerk", "household", file_format)
    assert done.rows == 16
    content = done.path.read_bytes()
    assert len(content) > 500
    if file_format == "xlsx":
        sheet = load_workbook(done.path).active
        assert sheet is not None
        assert {row[-3] for row in sheet.iter_rows(min_row=2, values_only=True)} == {"合成数据"}
    elif file_format in ("csv", "geojson", "kml"):
        assert content.decode("utf-8-sig").count("合成数据") == 16


def test_stopped_export_leaves_no_file_and_no_trail(
    engine: Engine, actor_of: Callable[[str], Actor], tmp_path: Path, admin_engine: Engine
) -> None:
    before = len(list(list_audit(admin_engine)))
    allowed = allow_export(actor_of("clerk"), ExportRequest("household", "xlsx"))

    class Stopped(Exception):
        pass

    def stop(done: int, _total: int) -> None:
        if done:
            raise Stopped

    with pytest.raises(Stopped):
        write_export(engine, actor_of("clerk"), allowed, tmp_path / "x.xlsx", stop)
    assert list(tmp_path.iterdir()) == []
    assert len(list(list_audit(admin_engine))) == before
    assert count_export(engine, actor_of("clerk"), allowed) == 16


@pytest.mark.parametrize(
    "kind", ["boundary_line", "marker", "claim", "villager_group", "household"]
)
def test_words_about_persons_are_masked_in_every_kind(export: Export, kind: str) -> None:
    shown = export("west", kind).path.read_text("utf-8-sig")
    assert "独孤" not in shown
    assert PHONE not in shown
    clear = export("west", kind, purpose="mediation").path.read_text("utf-8-sig")
    assert "独孤" in clear
