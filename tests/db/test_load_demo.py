"""A demo town in the database: complete, routed by the service's rules, replaced as a whole."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, create_engine

from gis_api.access.store import create_user
from gis_api.actions.load_demo import LoadedDemo, check_town, load_demo, read_sign_ins
from gis_api.cases.history import find_broken_link
from gis_api.cases.routing import Decision, PathCell, Recusals, plan_visibility, route
from gis_api.cases.store import reading
from gis_api.db.cluster_databases import ServerAddress
from gis_api.db.engine import SYSTEM, begin, make_engine
from grid_boundaries.errors import Conflict
from layers.demo.generate import generate
from layers.demo.places import get_place
from layers.demo.town import DemoTown

PLACE = "dalu"


@pytest.fixture(scope="module")
def town() -> DemoTown:
    return generate(get_place(PLACE), claims=20)


@pytest.fixture(scope="module")
def var_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("var")


def load(admin: Engine, town: DemoTown, var_dir: Path, *, replace: bool = False) -> LoadedDemo:
    return load_demo(
        admin,
        town,
        village_rank=get_place(town.place_id).village_rank,
        var_dir=var_dir,
        replace=replace,
    )


@pytest.fixture(scope="module")
def loaded(admin_engine: Engine, town: DemoTown, var_dir: Path) -> LoadedDemo:
    return load(admin_engine, town, var_dir)


@pytest.fixture
def seen(engine: Engine, loaded: LoadedDemo) -> Iterator[Connection]:
    """The service's connection with the scope of the whole place."""
    with begin(engine, SYSTEM) as conn:
        yield conn


def test_every_row_of_the_town_is_there(seen: Connection, loaded: LoadedDemo, town: DemoTown):
    assert loaded.counts["household"] == len(town.households)
    for table, rows in loaded.counts.items():
        found = seen.exec_driver_sql(f'SELECT count(*) FROM "{table}"').scalar_one()
        assert (table, found) == (table, rows)
    for table in ("case_text", "case_history"):
        of_cases = seen.exec_driver_sql(f"SELECT count(DISTINCT case_id) FROM {table}")
        assert of_cases.scalar_one() == len(town.cases)


def test_the_town_passes_its_own_checks(town: DemoTown):
    assert check_town(town).is_clean


def test_households_carry_the_scope_of_the_cell_that_covers_them(seen: Connection):
    wrong = seen.exec_driver_sql(
        "SELECT count(*) FROM household h JOIN cell_version v USING (cell_id)"
        " WHERE h.scope_key <> v.scope_key OR NOT ST_Covers(v.geom, h.geom)"
    )
    assert wrong.scalar_one() == 0


def test_cases_lie_where_the_database_says_they_lie(seen: Connection):
    wrong = seen.exec_driver_sql(
        'SELECT count(*) FROM "case" c WHERE c.cell_id IS DISTINCT FROM ('
        " SELECT v.cell_id FROM cell_version v WHERE v.valid @> c.happened_on"
        " AND ST_Covers(v.geom, c.geom) ORDER BY v.rank DESC, v.code LIMIT 1)"
    )
    assert wrong.scalar_one() == 0


def test_every_case_went_to_whom_the_routing_of_the_service_names(seen: Connection):
    routing = reading.get_routing(seen)
    rules, ladder, village_rank = routing.rules, routing.ladder, routing.village_rank
    cases = seen.exec_driver_sql(
        "SELECT c.case_id, c.kind, c.lead_post_id, c.lead_officer_id, c.queue_reason,"
        " c.access_key, c.respondent_kind, c.scope_key,"
        " (c.registered_at AT TIME ZONE 'Asia/Shanghai')::date AS on_day,"
        " array_remove(array_agg(p.household_id), NULL) AS households"
        ' FROM "case" c LEFT JOIN case_party p USING (case_id) GROUP BY c.case_id'
    ).all()
    checked = 0
    for case in cases:
        path = _path(seen, case.scope_key)
        closed = _closed_cell(case.respondent_kind, path, village_rank)
        visibility = plan_visibility(path, closed)
        expected = _route(seen, case, path, visibility.closed_cell_ids, rules, ladder)
        assert case.access_key == visibility.access_key
        assert (case.lead_post_id, case.lead_officer_id) == (
            expected.post_id,
            expected.officer_id,
        ), case
        assert (case.queue_reason is None) == (expected.queue_reason is None)
        checked += expected.post_id is not None
    assert checked > 100


def _path(conn: Connection, scope_key: str) -> list[PathCell]:
    if scope_key == "0":
        return []
    keys = [scope_key[:cut] for cut in range(len(scope_key), 0, -8)]
    found = conn.exec_driver_sql(
        "SELECT cell_id, code, rank, scope_key FROM cell_version WHERE scope_key = ANY(%(k)s)",
        {"k": keys},
    )
    by_key = {row.scope_key: PathCell(row.cell_id, row.code, row.rank, row.scope_key)
              for row in found}  # fmt: skip
    return [by_key[key] for key in keys]


def _closed_cell(respondent: str, path: list[PathCell], village_rank: int | None) -> int | None:
    rank = {"village_committee": village_rank, "post_holder": path[0].rank - 1 if path else None}
    wanted = rank.get(respondent)
    return next((cell.cell_id for cell in path if cell.rank == wanted), None)


def _route(conn, case, path, closed_cell_ids, rules, ladder) -> Decision:
    """The service's own decision on that day, with no open cases: loads of the past are unknown."""
    seats = reading.list_seats(conn, [cell.cell_id for cell in path], case.on_day) if path else []
    idle = [
        type(seat)(
            seat.post_id,
            seat.kind,
            seat.cell_id,
            tuple(
                type(holder)(holder.officer_id, holder.household_id, holder.on_leave)
                for holder in seat.holders
            ),
        )
        for seat in seats
    ]
    recusals = Recusals(frozenset(case.households), frozenset(), closed_cell_ids)
    return route(case.kind, path, rules, ladder, idle, recusals)


def test_every_history_is_an_unbroken_chain(seen: Connection):
    rows: dict[int, list] = {}
    found = seen.exec_driver_sql(
        "SELECT case_id, seq, at, actor_id, act, detail, hash FROM case_history"
        " ORDER BY case_id, seq"
    )
    for row in found.mappings():
        rows.setdefault(row["case_id"], []).append(row)
    broken = {case_id: find_broken_link(case_id, chain) for case_id, chain in rows.items()}
    assert {case_id: seq for case_id, seq in broken.items() if seq is not None} == {}


def test_open_cases_have_come_some_way_and_owe_what_their_steps_ask(seen: Connection):
    found = seen.exec_driver_sql(
        "SELECT c.state, count(*), bool_and(c.state <> 'assigned' OR"
        " c.receiver_officer_id = c.lead_officer_id) AS is_asked,"
        " bool_and(c.rev = (SELECT count(*) FROM case_history h WHERE h.case_id = c.case_id))"
        "   AS is_counted,"
        " bool_and(coalesce(h.detail ->> 'to', 'registered') = c.state) AS is_told"
        ' FROM "case" c JOIN LATERAL (SELECT detail FROM case_history h'
        "   WHERE h.case_id = c.case_id ORDER BY seq DESC LIMIT 1) h ON true"
        " WHERE c.closed_on IS NULL GROUP BY c.state"
    ).mappings()
    states = {row["state"]: row for row in found}
    assert states.keys() <= {"registered", "accepted", "assigned", "signed_for", "in_hand"}
    assert "in_hand" in states
    assert all(r["is_asked"] and r["is_counted"] and r["is_told"] for r in states.values())
    wrong = seen.exec_driver_sql(
        'SELECT c.code FROM "case" c LEFT JOIN case_clock k'
        "  ON k.case_id = c.case_id AND k.rule = 'result_due' AND k.stopped_on IS NULL"
        " WHERE (k.rule IS NOT NULL)"
        "   <> (c.closed_on IS NULL AND c.state IN ('assigned', 'signed_for', 'in_hand'))"
        " UNION ALL"
        ' SELECT c.code FROM case_clock k JOIN "case" c USING (case_id)'
        " WHERE c.closed_on IS NOT NULL OR k.due_on <= k.started_on"
        "   OR (k.rule LIKE 'hotline%%' AND c.source <> 'hotline')"
    )
    assert wrong.all() == []


def test_new_rows_get_ids_after_the_loaded_ones(admin_engine: Engine, loaded: LoadedDemo):
    with admin_engine.connect() as conn:
        for table, key in (("household", "household_id"), ("officer", "officer_id")):
            columns = "scope_key" if table == "household" else "duty_name"
            new = conn.exec_driver_sql(
                f"INSERT INTO {table} ({columns}) VALUES ('0') RETURNING {key}"
            )
            assert new.scalar_one() == loaded.counts[table] + 1
        assert (
            conn.exec_driver_sql("SELECT nextval('case_number')").scalar_one()
            > (loaded.counts["case"])
        )
        conn.rollback()


def test_the_truth_and_the_passwords_lie_in_private_files(loaded: LoadedDemo, var_dir: Path):
    truth = var_dir / "demo" / f"truth_{PLACE}.json"
    assert json.loads(truth.read_text("utf-8"))
    for path in (truth, var_dir / "demo" / "sign_ins.json"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_sign_ins(var_dir) == loaded.sign_ins
    assert {"centre", "clerk"} <= {one.login for one in loaded.sign_ins}


def test_a_town_is_never_loaded_over_another_by_accident(
    admin_engine: Engine, loaded: LoadedDemo, town: DemoTown, var_dir: Path
):
    with pytest.raises(Conflict, match=r"demo\.not_empty"):
        load(admin_engine, town, var_dir)


@pytest.fixture
def own_admin(server: ServerAddress, fresh_database_name: str) -> Iterator[Engine]:
    engine = create_engine(
        server.admin_url(fresh_database_name), connect_args={"prepare_threshold": None}
    )
    yield engine
    engine.dispose()


def test_a_demo_is_replaced_as_a_whole(own_admin: Engine, town: DemoTown, var_dir: Path):
    first = load(own_admin, town, var_dir)
    second = load(own_admin, town, var_dir, replace=True)
    assert second.counts == first.counts
    with own_admin.connect() as conn:
        cells = conn.exec_driver_sql("SELECT count(*), min(grid_version_id) FROM cell_version")
        count, version = cells.one()
    assert count == len(town.cells)
    assert version > 1  # a plan in memory of the first load cannot pass for this one


def test_accounts_of_people_are_never_replaced(own_admin: Engine, town: DemoTown, var_dir: Path):
    load(own_admin, town, var_dir)
    with own_admin.begin() as conn:
        create_user(conn, "real.person", "Tr0ub4dor-and-3", "clerk")
    with pytest.raises(Conflict, match=r"demo\.not_only_demo"):
        load(own_admin, town, var_dir, replace=True)


def test_a_load_that_fails_leaves_nothing(
    server: ServerAddress,
    fresh_database_name: str,
    own_admin: Engine,
    town: DemoTown,
    var_dir: Path,
):
    class Stop(Exception):
        pass

    def say(step: str) -> None:
        if step == "history":
            raise Stop

    with pytest.raises(Stop):
        load_demo(
            own_admin,
            town,
            village_rank=get_place(PLACE).village_rank,
            var_dir=var_dir,
            say=say,
        )
    engine = make_engine(server.app_url(fresh_database_name), pool_size=1)
    with begin(engine, SYSTEM) as conn:
        for table in ("cell", "household", '"case"', "app_user"):
            assert conn.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one() == 0
    engine.dispose()


def test_registers_are_not_empty_and_lie_in_their_cells(seen: Connection) -> None:
    for table, day in (
        ("reception", "received_on"), ("talking_session", "held_on"),
        ("grid_settlement", "settled_on"),
    ):  # fmt: skip
        found = seen.exec_driver_sql(
            "SELECT count(*), count(*) FILTER (WHERE v.scope_key = r.scope_key"
            f" AND {day} <= today()) FROM {table} r JOIN cell_version v USING (cell_id)"
            " WHERE v.valid @> today()"
        ).one()
        assert found[0] == found[1] > 20, table
    outcomes = seen.exec_driver_sql("SELECT count(DISTINCT outcome) FROM reception").scalar_one()
    assert outcomes == 3
