"""A published grid takes along what lies on it; the oracle is the map, or a full look."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
import shapely
from sqlalchemy import Connection, Engine, text

from gis_api.actions.publish_grids import apply_due_grids, follow_grids, publish_grids
from gis_api.cases.history import find_broken_link
from gis_api.cases.store.writing import add_history
from gis_api.db.engine import SYSTEM, Actor, Scope, set_actor
from gis_api.db.following.followers import read_followers
from grid_boundaries.locate.point import PointIndex
from grid_boundaries.store.cells import load_snapshot
from grid_boundaries.store.publish import NEW_CELL, CellBatch
from tests.builders import MICRO_CELLS, SIDE, SOUTH, WEST, Town, build_town
from tests.conftest import ROOT
from tests.db.members.people import add_party

PUBLISHER = Actor(77, "publisher", Scope.whole())
SATELLITES = ("case_text", "case_party", "case_history", "case_joint", "attachment")


@dataclass
class World:
    """The town with cases: ``open_ws1`` is the open case in ws1, and so on."""

    town: Town
    cases: dict[str, int] = field(default_factory=dict)


@pytest.fixture(scope="module")
def world(admin_engine: Engine) -> World:
    with admin_engine.begin() as conn:
        made = World(build_town(conn))
        add_party(conn, made.town)
        for cell in MICRO_CELLS:
            add_case(conn, made, f"open_{cell}", cell)
            add_case(conn, made, f"closed_{cell}", cell, closed=True)
        add_case(conn, made, "hidden_ws1", "ws1", access="t")
        add_case(conn, made, "named_ws1", "ws1", at=None)
        add_case(conn, made, "outside", None, at=(110.495, 39.405))
        for cell in ("ws1", "ws2", "en1"):
            conn.execute(
                text("INSERT INTO service_request (kind, text, cell_id, scope_key, registered_by)"
                     " VALUES ('errand', '合成', :cell, :key, 0)"),
                {"cell": made.town.cells[cell], "key": made.town.scope_keys[cell]},
            )  # fmt: skip
        conn.execute(
            text("INSERT INTO event_outbox (kind, cell_code, code, access_key)"
                 " VALUES ('case.registered', NULL, 'open_ws1', :key)"),
            {"key": made.town.scope_keys["ws1"]},
        )  # fmt: skip
    return made


def add_case(
    conn: Connection,
    world: World,
    code: str,
    cell: str | None,
    *,
    closed: bool = False,
    access: str | None = None,
    at: tuple[float, float] | None = (0, 0),
) -> None:
    town = world.town
    key = town.scope_keys[cell] if cell else "0"
    spot = town.centre_of(cell) if cell and at is not None else at
    seen = town.scope_keys[access] if access else key
    world.cases[code] = case_id = int(
        conn.execute(
            text('INSERT INTO "case" (code, kind, source, happened_on, registered_by, place_kind,'
                 " how, geom, grid_version_id, cell_version_id, cell_id, scope_key, access_key,"
                 " why, closed_on, lead_post_id) VALUES (:code, 'land', 'visit', '2026-01-01', 0,"
                 " :place, 'inside', ST_SetSRID(ST_GeomFromText(:wkt), 4490), :version,"
                 " :cell_version, :cell, :key, :seen, '{}', :closed, :post) RETURNING case_id"),
            {"code": code, "place": "point" if spot else "cell",
             "wkt": f"POINT({spot[0]} {spot[1]})" if spot else None,
             "version": town.grid_version_id,
             "cell_version": town.cell_versions[cell] if cell else None,
             "cell": town.cells[cell] if cell else None, "key": key, "seen": seen,
             "closed": date(2026, 2, 1) if closed else None,
             "post": town.posts["ws", "grid_leader"]},
        ).scalar_one()
    )  # fmt: skip
    of_case = {"case": case_id, "key": seen}
    for statement in (
        "INSERT INTO case_text VALUES (:case, '合成数据', :key)",
        "INSERT INTO case_party (case_id, side, access_key) VALUES (:case, 'reporter', :key)",
        "INSERT INTO attachment VALUES (gen_random_uuid(), :case, '\\x00', 'image/png', 1, now(),"
        " 0, :key)",
        "INSERT INTO case_joint VALUES (:case, (SELECT min(cell_id) FROM cell), NULL, NULL, :key)",
    ):
        conn.execute(text(statement), of_case)
    set_actor(conn, SYSTEM)
    at_time = conn.execute(text("SELECT now()")).scalar_one()
    add_history(
        conn, case_id, at=at_time, actor_id=0, act="registered", detail={"n": 1}, access_key=seen
    )
    conn.execute(text("RESET ROLE"))


@pytest.fixture
def service(engine: Engine, world: World) -> Iterator[Connection]:
    """The service as the publisher; rolled back."""
    with engine.connect() as conn:
        transaction = conn.begin()
        set_actor(conn, PUBLISHER)
        yield conn
        transaction.rollback()


def box(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    """Counted in micro grids from the south-west corner of the town."""
    return shapely.box(
        WEST + SIDE * west, SOUTH + SIDE * south, WEST + SIDE * east, SOUTH + SIDE * north
    )


def batch(
    town: Town, *cells: tuple[str, str, shapely.Polygon], ids: dict[str, int] | None = None
) -> CellBatch:
    """(name, parent, ground) of micro grids; a name the town does not know is a new cell."""
    known = town.cells | (ids or {})
    return CellBatch(
        cell_ids=np.array([known.get(name, NEW_CELL) for name, _, _ in cells], dtype=np.int64),
        codes=[town.codes.get(name, name) for name, _, _ in cells],
        names=[f"测试{name}" for name, _, _ in cells],
        ranks=np.full(len(cells), 4, dtype=np.int16),
        parent_codes=[town.codes[parent] for _, parent, _ in cells],
        geoms=np.array([ground for _, _, ground in cells], dtype=object),
    )


def today(conn: Connection) -> date:
    return conn.execute(text("SELECT today()")).scalar_one()


def keys(conn: Connection, table: str, column: str = "scope_key") -> dict[int, str]:
    """Every row of a table by its position in the order of its key, as the owner of all sees it."""
    set_actor(conn, SYSTEM)
    by = {
        "case": "case_id",
        "household": "household_id",
        "claim": "claim_id",
        "member": "member_id",
        "service_request": "service_request_id",
    }.get(table, "case_id")
    found = conn.execute(text(f'SELECT {by}, {column} FROM "{table}" ORDER BY {by}')).all()
    return {int(row[0]): row[1] for row in found}


def key_of(conn: Connection, code: str) -> str:
    return conn.execute(
        text("SELECT scope_key FROM cell_version WHERE code = :code AND valid @> today()"),
        {"code": code},
    ).scalar_one()


def case_row(conn: Connection, world: World, code: str) -> dict[str, Any]:
    return dict(
        conn.execute(
            text('SELECT * FROM "case" WHERE case_id = :id'), {"id": world.cases[code]}
        ).mappings().one()
    )  # fmt: skip


def history(conn: Connection, case_id: int) -> list[dict[str, Any]]:
    found = conn.execute(
        text("SELECT * FROM case_history WHERE case_id = :id ORDER BY seq"), {"id": case_id}
    )
    return [dict(row) for row in found.mappings()]


TABLES = ("household", "claim", "member", "service_request", "case")


def test_a_cell_that_goes_to_another_parent_takes_everything_along(
    service: Connection, world: World
) -> None:
    town = world.town
    before = {table: keys(service, table) for table in TABLES}
    old_versions = {c: case_row(service, world, c) for c in ("open_ws1", "closed_ws1")}
    set_actor(service, PUBLISHER)
    done = publish_grids(
        service, PUBLISHER, batch(town, ("ws1", "wn", box(0, 0, 1, 1))), valid_from=today(service)
    )
    new, old = key_of(service, town.codes["ws1"]), town.scope_keys["ws1"]
    assert new == town.scope_keys["wn"] + old[-8:]
    for table in TABLES:
        assert keys(service, table) == {
            row: new if key == old else key for row, key in before[table].items()
        }, table
        assert list(before[table].values()).count(old) >= 1, table
    assert done.followed is not None
    assert {table: count for table, count in done.followed.moved.items() if count} == {
        "household": 2, "claim": 1, "member": list(before["member"].values()).count(old),
        "service_request": 1, "case": 4,
    }  # fmt: skip
    for code in ("open_ws1", "closed_ws1", "named_ws1"):
        case = case_row(service, world, code)
        assert case["access_key"] == new
        for table in SATELLITES:
            assert keys(service, table, "access_key")[case["case_id"]] == new, table
    hidden = case_row(service, world, "hidden_ws1")
    assert (hidden["scope_key"], hidden["access_key"]) == (new, town.scope_keys["t"])
    assert keys(service, "case_text", "access_key")[hidden["case_id"]] == town.scope_keys["t"]
    told = service.execute(
        text("SELECT access_key FROM event_outbox WHERE kind = 'case.registered'")
    )
    assert told.scalar_one() == new
    closed = case_row(service, world, "closed_ws1")
    for column in ("cell_version_id", "cell_id", "grid_version_id", "rev"):
        assert closed[column] == old_versions["closed_ws1"][column], column
    opened = case_row(service, world, "open_ws1")
    assert opened["grid_version_id"] == done.publication.grid_version_id
    assert opened["cell_version_id"] > old_versions["open_ws1"]["cell_version_id"]
    assert opened["rev"] == old_versions["open_ws1"]["rev"] + 1
    assert opened["lead_post_id"] == town.posts["ws", "grid_leader"]


def test_the_move_of_an_open_case_is_a_link_of_its_chain_and_a_closed_one_has_none(
    service: Connection, world: World
) -> None:
    town = world.town
    publish_grids(
        service, PUBLISHER, batch(town, ("ws1", "wn", box(0, 0, 1, 1))), valid_from=today(service)
    )
    set_actor(service, SYSTEM)
    opened = history(service, world.cases["open_ws1"])
    assert [row["act"] for row in opened] == ["registered", "moved_with_grid"]
    assert find_broken_link(world.cases["open_ws1"], opened) is None
    assert opened[1]["actor_id"] == PUBLISHER.user_id
    assert opened[1]["detail"]["before"] == {
        "cell_id": town.cells["ws1"], "within": [town.cells[c] for c in ("t", "w", "ws")],
    }  # fmt: skip
    assert opened[1]["detail"]["after"]["within"] == [town.cells[c] for c in ("t", "w", "wn")]
    assert [row["act"] for row in history(service, world.cases["closed_ws1"])] == ["registered"]
    events = service.execute(
        text("SELECT kind, code, access_key FROM event_outbox"
             " WHERE kind IN ('case.moved', 'case.left') AND code = 'open_ws1' ORDER BY kind")
    ).all()  # fmt: skip
    assert events == [
        ("case.left", "open_ws1", town.scope_keys["ws1"]),
        ("case.moved", "open_ws1", key_of(service, town.codes["ws1"])),
    ]


def test_ground_that_changes_hands_moves_only_what_lies_on_it(
    service: Connection, world: World
) -> None:
    """The border of ws1 and ws2 goes 0.4 of a grid east: household ws2a and no other crosses it."""
    town = world.town
    before = keys(service, "household")
    set_actor(service, PUBLISHER)
    done = publish_grids(
        service, PUBLISHER,
        batch(town, ("ws1", "ws", box(0, 0, 1.4, 1)), ("ws2", "ws", box(1.4, 0, 2, 1))),
        valid_from=today(service),
    )  # fmt: skip
    after = keys(service, "household")
    moved = {row for row in before if before[row] != after[row]}
    assert moved == {town.households["ws2a"]}
    assert after[town.households["ws2a"]] == town.scope_keys["ws1"]
    assert done.followed is not None
    assert done.followed.moved["case"] == 0
    # an open case that stayed is of its cell's new version; a closed one never
    opened, closed = (case_row(service, world, f"{state}_ws1") for state in ("open", "closed"))
    assert opened["grid_version_id"] == done.publication.grid_version_id
    assert closed["cell_version_id"] == town.cell_versions["ws1"]
    assert len(history(service, world.cases["open_ws1"])) == 1


def test_a_cell_that_ends_leaves_what_has_no_position_to_its_heir(
    service: Connection, admin_engine: Engine, world: World
) -> None:
    town, day = world.town, today(service)
    set_actor(service, SYSTEM)
    service.execute(
        text("UPDATE cell_version SET valid = daterange(lower(valid), :day)"
             " WHERE cell_version_id = :id"),
        {"day": day, "id": town.cell_versions["ws2"]},
    )  # fmt: skip
    publish_grids(service, PUBLISHER, batch(town, ("ws1", "ws", box(0, 0, 2, 1))), valid_from=day)
    for table in TABLES:
        assert town.scope_keys["ws2"] not in keys(service, table).values(), table
    requests = service.execute(text("SELECT cell_id FROM service_request ORDER BY 1")).scalars()
    assert sorted(requests) == sorted([town.cells["ws1"]] * 2 + [town.cells["en1"]])
    assert case_row(service, world, "open_ws2")["cell_id"] == town.cells["ws1"]
    assert case_row(service, world, "closed_ws2")["cell_id"] == town.cells["ws2"]


def test_counts_of_a_year_that_is_over_may_come_together_in_one_cell(
    service: Connection, world: World
) -> None:
    town, day = world.town, today(service)
    set_actor(service, SYSTEM)
    service.execute(
        text("UPDATE cell_version SET valid = daterange(lower(valid), :day)"
             " WHERE cell_version_id = :id"),
        {"day": day, "id": town.cell_versions["ws2"]},
    )  # fmt: skip
    for cell in ("ws1", "ws2"):
        lng, lat = town.centre_of(cell)
        service.execute(
            text("INSERT INTO risk_unit (year, denominator, cell_id, scope_key, geom, units,"
                 " kept_on) VALUES (2025, 'households', :cell, :key, ST_Point(:lng, :lat, 4490), 7,"
                 " '2025-12-30')"),
            {"cell": town.cells[cell], "key": town.scope_keys[cell], "lng": lng, "lat": lat},
        )  # fmt: skip
    publish_grids(service, PUBLISHER, batch(town, ("ws1", "ws", box(0, 0, 2, 1))), valid_from=day)
    lying = service.execute(text("SELECT cell_id, units FROM risk_unit")).all()
    assert sorted(lying) == [(town.cells["ws1"], 7)] * 2


def test_new_cells_catch_what_lay_above_them_or_outside(service: Connection, world: World) -> None:
    """A fifth level inside ws1, and a new micro grid west of the town."""
    town = world.town
    service.execute(
        text(
            "INSERT INTO grid_level (rank, name_zh, name_en, role) VALUES (5, '户联', 'x', 'other')"
        )
    )
    inner = batch(town, ("inner", "ws1", box(0, 0, 0.5, 0.5)), ("beyond", "ws", box(-1, 0, 0, 1)))
    inner.ranks[0] = 5
    publish_grids(service, PUBLISHER, inner, valid_from=today(service))
    inner_key, beyond = key_of(service, "inner"), key_of(service, "beyond")
    assert inner_key.startswith(town.scope_keys["ws1"])
    households = keys(service, "household")
    assert households[town.households["ws1a"]] == inner_key
    assert households[town.households["ws1b"]] == town.scope_keys["ws1"]
    outside = case_row(service, world, "outside")
    assert (outside["scope_key"], outside["access_key"]) == (beyond, beyond)
    # a request that names ws1 still lies in ws1
    assert town.scope_keys["ws1"] in keys(service, "service_request").values()


def test_a_plan_of_tomorrow_moves_nothing_before_its_day(
    server: Any, template_database: str, fresh_database_name: str
) -> None:
    from sqlalchemy import create_engine

    from gis_api.db.engine import begin, make_engine

    admin = create_engine(server.admin_url(fresh_database_name))
    engine = make_engine(server.app_url(fresh_database_name), pool_size=2)
    with admin.begin() as conn:
        town = build_town(conn)
    with begin(engine, PUBLISHER) as conn:
        day = today(conn)
        plan = batch(town, ("ws1", "wn", box(0, 0, 1, 1)))
        done = publish_grids(conn, PUBLISHER, plan, valid_from=day + timedelta(days=1))
        assert done.followed is None
        assert town.scope_keys["ws1"] in keys(conn, "household").values()
    assert apply_due_grids(engine) == 0
    with admin.begin() as conn:  # the day comes
        version = {"version": done.publication.grid_version_id, "day": day}
        conn.execute(
            text("UPDATE cell_version SET valid = daterange(lower(valid), :day)"
                 " WHERE upper(valid) = CAST(:day AS date) + 1"), version,
        )  # fmt: skip
        conn.execute(
            text("UPDATE cell_version SET valid = daterange(:day, NULL)"
                 " WHERE grid_version_id = :version"), version,
        )  # fmt: skip
        conn.execute(
            text("UPDATE grid_version SET valid_from = :day WHERE grid_version_id = :version"),
            version,
        )
    assert (apply_due_grids(engine), apply_due_grids(engine)) == (1, 0)
    with begin(engine, SYSTEM) as conn:
        moved = keys(conn, "household")[town.households["ws1a"]]
        assert moved == key_of(conn, town.codes["ws1"]) != town.scope_keys["ws1"]
    admin.dispose()
    engine.dispose()


def test_whoever_publishes_sees_no_more_afterwards_than_before(
    service: Connection, world: World
) -> None:
    town = world.town
    narrow = Actor(78, "publisher", Scope.below(town.scope_keys["w"]), 5)
    set_actor(service, narrow)
    settings = text(
        "SELECT current_setting('app.actor_id'), current_setting('app.scope_lo'),"
        " current_setting('app.role'), current_setting('app.officer_id'), current_user::text"
    )
    before = service.execute(settings).one()
    publish_grids(
        service, narrow, batch(town, ("ws1", "wn", box(0, 0, 1, 1))), valid_from=today(service)
    )
    assert service.execute(settings).one() == before
    assert before[-1] == "wangge_app"


def test_of_twenty_thousand_rows_a_redraw_of_two_grids_reads_and_writes_only_theirs(
    service: Connection, world: World
) -> None:
    """400 grids of 50 households: at most 0.01 of a full re-assign is read, less is written."""
    side, homes = 20, 50
    set_actor(service, SYSTEM)
    columns = np.tile(np.arange(side), side)
    rows = np.repeat(np.arange(side), side)
    names = [f"L{c:02d}{r:02d}" for c, r in zip(columns, rows, strict=True)]
    ground = [box(10 + c / 4, 10 + r / 4, 10.25 + c / 4, 10.25 + r / 4)
              for c, r in zip(columns, rows, strict=True)]  # fmt: skip
    plan = batch(world.town, *((n, "es", g) for n, g in zip(names, ground, strict=True)))
    publish_grids(service, SYSTEM, plan, valid_from=today(service) - timedelta(days=30))
    service.execute(
        text("INSERT INTO household (geom, cell_id, scope_key)"
             " SELECT ST_SetSRID((ST_Dump(ST_GeneratePoints(v.geom, :homes, 7))).geom, 4490),"
             " v.cell_id, v.scope_key FROM cell_version v WHERE v.code LIKE 'L____'"),
        {"homes": homes},
    )  # fmt: skip
    total = service.execute(text("SELECT count(*) FROM household")).scalar_one()
    assert total >= side * side * homes
    ids = dict(
        service.execute(text("SELECT code, cell_id FROM cell_code WHERE code LIKE 'L____'")).all()
    )
    places = dict(service.execute(text("SELECT household_id, ctid::text FROM household")).all())
    redrawn = batch(
        world.town, ("L0000", "es", box(10, 10, 10.3, 10.25)),
        ("L0100", "es", box(10.3, 10, 10.5, 10.25)), ids=ids,
    )  # fmt: skip
    done = publish_grids(service, SYSTEM, redrawn, valid_from=today(service)).followed
    assert done is not None
    assert done.looked_at <= 0.01 * total
    now = dict(service.execute(text("SELECT household_id, ctid::text FROM household")).all())
    rewritten = sum(places[row] != now[row] for row in places)
    assert 0 < rewritten == done.moved["household"] <= homes
    # a full look at every household finds the same
    index = PointIndex(load_snapshot(service, today(service)))
    found = service.execute(
        text("SELECT cell_id, ST_X(geom), ST_Y(geom) FROM household WHERE scope_key LIKE :es"),
        {"es": world.town.scope_keys["es"] + "%"},
    ).all()
    step = max(1, len(found) // 500)
    near = [row for row in found if row[1] < WEST + SIDE * 10.5 and row[2] < SOUTH + SIDE * 10.25]
    for cell_id, lng, lat in [*found[::step], *near]:
        lead = index.locate(lng, lat).lead
        assert lead is not None
        assert lead.cell_id == cell_id


def test_a_name_alone_moves_nothing(service: Connection, world: World) -> None:
    plan = batch(world.town, ("ws1", "ws", box(0, 0, 1, 1)))
    # the same ground as it is stored, byte for byte
    stored = service.execute(
        text("SELECT ST_AsBinary(geom) FROM cell_version WHERE cell_version_id = :id"),
        {"id": world.town.cell_versions["ws1"]},
    ).scalar_one()
    plan.geoms[0] = shapely.from_wkb(bytes(stored))
    done = publish_grids(service, PUBLISHER, plan, valid_from=today(service))
    assert done.followed is not None
    assert (done.followed.looked_at, done.followed.moved_count) == (0, 0)


def test_following_twice_changes_nothing_more(service: Connection, world: World) -> None:
    plan = batch(world.town, ("ws1", "wn", box(0, 0, 1, 1)))
    done = publish_grids(service, PUBLISHER, plan, valid_from=today(service))
    before = {table: keys(service, table) for table in TABLES}
    set_actor(service, PUBLISHER)
    again = follow_grids(service, PUBLISHER, done.publication.grid_version_id)
    assert again is not None
    assert again.moved_count == 0
    assert {table: keys(service, table) for table in TABLES} == before


def test_nothing_else_in_the_service_publishes_cells() -> None:
    """Whoever wrote cells by another way would leave the rows behind; a demo loads both at once."""
    users = {
        path.name
        for path in (ROOT / "gis_api").rglob("*.py")
        if "publish_cells" in path.read_text("utf-8")
    }
    assert users == {"publish_grids.py", "load_demo.py"}


def test_every_table_with_a_key_of_place_is_declared(admin_conn: Connection) -> None:
    found = set(
        admin_conn.execute(
            text("SELECT DISTINCT c.relname FROM pg_attribute a JOIN pg_class c ON"
                 " c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
                 " WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT a.attisdropped"
                 " AND a.attname IN ('scope_key', 'access_key')")
        ).scalars()
    )  # fmt: skip
    assert found == read_followers().tables, "gis_api/db/following/followers.toml"
