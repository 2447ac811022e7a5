"""Rows seen through the policies equal an oracle drawn from the map; each policy is load-bearing.

The oracle knows only the letters of tests/builders.py ("ws1" lies in "ws" lies in "w"), never a
scope key.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from sqlalchemy import Connection, Engine, text

from gis_api.db.engine import Actor, Scope, set_actor
from tests.builders import MICRO_CELLS, Town, build_town

AREAS = ("t", "w", "e", "ws", "wn", "ws1", "en2")
CASE_TABLES = ("case", "case_text", "case_party", "case_history", "attachment", "case_joint")
SCOPED = ("household", "claim", *CASE_TABLES)


@dataclass
class World:
    """One case per micro grid, and what belongs where."""

    town: Town
    case_of: dict[str, int] = field(default_factory=dict)


@pytest.fixture(scope="module")
def world(admin_engine: Engine) -> World:
    with admin_engine.begin() as conn:
        made = World(build_town(conn))
        for name in MICRO_CELLS:
            made.case_of[name] = _add_case(conn, made.town, name)
        # the leader of en, asked to help with the case in ws1
        conn.execute(
            text("INSERT INTO case_grant VALUES (:case, :officer, 'joint')"),
            {
                "case": made.case_of["ws1"],
                "officer": made.town.officers["en", "grid_leader"],
            },
        )
    return made


def _add_case(conn: Connection, town: Town, name: str) -> int:
    key = {"key": town.scope_keys[name]}
    case_id = conn.execute(
        text(
            'INSERT INTO "case" (code, kind, source, happened_on, registered_by, place_kind, how,'
            " grid_version_id, scope_key, access_key, why) VALUES (:code, 'land', 'visit',"
            " '2026-01-01', 0, 'cell', 'inside', :version, :key, :key, '{}') RETURNING case_id"
        ),
        key | {"code": f"T-{name}", "version": town.grid_version_id},
    ).scalar_one()
    of_case = key | {"case": case_id}
    for statement in (
        "INSERT INTO case_text VALUES (:case, '合成数据', :key)",
        "INSERT INTO case_party (case_id, side, access_key) VALUES (:case, 'reporter', :key)",
        "INSERT INTO case_history VALUES (:case, 1, now(), 0, 'registered', '{}', '\\x00',"
        " '\\x00', :key)",
        "INSERT INTO attachment VALUES (gen_random_uuid(), :case, '\\x00', 'image/png', 1, now(),"
        " 0, :key)",
        "INSERT INTO case_joint VALUES (:case, (SELECT min(cell_id) FROM cell), NULL, NULL, :key)",
    ):
        conn.execute(text(statement), of_case)
    return int(case_id)


@pytest.fixture
def as_service(admin_engine: Engine) -> Iterator[Connection]:
    """A connection that may change policies and then act as the service; rolled back."""
    with admin_engine.connect() as conn:
        transaction = conn.begin()
        yield conn
        transaction.rollback()


def inside(area: str) -> set[str]:
    return {name for name in MICRO_CELLS if area == "t" or name.startswith(area)}


def expected_rows(world: World, table: str, area: str | None, officer: str | None) -> int:
    """The oracle: micro grids in the area, two households and one case in each."""
    seen = set(MICRO_CELLS) if area is None else inside(area)
    if table == "household":
        return 2 * len(seen)
    if table == "claim":
        return int("ws1" in seen)
    if officer == "en":
        seen = seen | {"ws1"}
    return len(seen)


def visible_rows(
    conn: Connection, world: World, table: str, area: str | None, officer: str | None
) -> int:
    scope = Scope.whole() if area is None else Scope.below(world.town.scope_keys[area])
    officer_id = world.town.officers[officer, "grid_leader"] if officer else None
    set_actor(conn, Actor(1, "clerk", scope, officer_id))
    seen = int(conn.execute(text(f'SELECT count(*) FROM "{table}"')).scalar_one())
    conn.execute(text("RESET ROLE"))
    return seen


def all_views(world: World, conn: Connection) -> dict[tuple[str, str | None, str | None], int]:
    return {
        (table, area, officer): visible_rows(conn, world, table, area, officer)
        for table in SCOPED
        for area in (*AREAS, None)
        for officer in (None, "en")
    }


def oracle(world: World) -> dict[tuple[str, str | None, str | None], int]:
    return {
        (table, area, officer): expected_rows(world, table, area, officer)
        for table in SCOPED
        for area in (*AREAS, None)
        for officer in (None, "en")
    }


def test_rows_seen_equal_the_oracle_for_every_table_area_and_grant(
    world: World, as_service: Connection
) -> None:
    assert all_views(world, as_service) == oracle(world)


def test_empty_scope_sees_only_what_is_granted(world: World, as_service: Connection) -> None:
    officer = world.town.officers["en", "grid_leader"]
    set_actor(as_service, Actor(1, "department_officer", Scope.nothing(), officer))
    codes = as_service.execute(text('SELECT code FROM "case"')).scalars().all()
    assert codes == ["T-ws1"]
    set_actor(as_service, Actor(1, "visitor", Scope.nothing(), None))
    assert as_service.execute(text('SELECT count(*) FROM "case"')).scalar_one() == 0


READ_POLICIES = [
    (table, f"{table}_{suffix}")
    for table in SCOPED
    for suffix in (("scope",) if table in ("household", "claim") else ("read", "granted"))
]


@pytest.mark.parametrize(("table", "policy"), READ_POLICIES)
def test_dropping_a_policy_changes_what_is_seen(
    world: World, as_service: Connection, table: str, policy: str
) -> None:
    as_service.execute(text(f'DROP POLICY "{policy}" ON "{table}"'))
    assert all_views(world, as_service) != oracle(world)


@pytest.mark.parametrize("table", SCOPED)
def test_whole_place_is_read_without_a_scope_filter(
    world: World, as_service: Connection, table: str
) -> None:
    """The range filter keeps spatial indexes from being used; the whole-place policy lifts it."""

    def plan() -> str:
        set_actor(as_service, Actor(1, "clerk", Scope.whole()))
        lines = as_service.execute(text(f'EXPLAIN SELECT count(*) FROM "{table}"')).scalars()
        found = "\n".join(lines)
        as_service.execute(text("RESET ROLE"))
        return found

    assert "InitPlan" not in plan()
    as_service.execute(text(f'DROP POLICY "{table}_whole" ON "{table}"'))
    assert "InitPlan" in plan()


@pytest.mark.parametrize("table", SCOPED)
def test_switching_policies_off_changes_what_is_seen(
    world: World, as_service: Connection, table: str
) -> None:
    as_service.execute(text(f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY'))
    assert all_views(world, as_service) != oracle(world)


def test_every_table_with_a_scope_has_forced_policies(as_service: Connection) -> None:
    bare = (
        as_service.execute(
            text(
                "SELECT DISTINCT c.relname FROM pg_class c JOIN pg_attribute a"
                " ON a.attrelid = c.oid AND a.attname IN ('scope_key', 'access_key')"
                " AND NOT a.attisdropped"
                " WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace"
                " AND NOT (c.relrowsecurity AND c.relforcerowsecurity)"
            )
        )
        .scalars()
        .all()
    )
    # borders and their simplified copies are work data for everybody signed in; the feed checks
    # scope as it sends; pieces of parcels are not granted (test_claim_pieces)
    assert set(bare) <= {"cell_version", "cell_shape", "event_outbox", "claim_piece"}


def test_tile_of_parcels_keeps_to_the_scope(world: World, as_service: Connection) -> None:
    tile = text("SELECT length(claim_tile(z, x, y)) FROM (VALUES (14, 13221, 6237)) t(z, x, y)")
    envelope = text(
        "SELECT ST_Intersects(ST_TileEnvelope(14, 13221, 6237),"
        " (SELECT geom_3857 FROM claim WHERE parcel_code = 'P-001'))"
    )
    assert as_service.execute(envelope).scalar_one()
    for area, is_seen in ((None, True), ("w", True), ("e", False)):
        scope = Scope.whole() if area is None else Scope.below(world.town.scope_keys[area])
        set_actor(as_service, Actor(1, "clerk", scope))
        assert bool(as_service.execute(tile).scalar_one()) is is_seen, area
        as_service.execute(text("RESET ROLE"))


def test_service_cannot_write_outside_its_area(world: World, as_service: Connection) -> None:
    set_actor(as_service, Actor(1, "clerk", Scope.below(world.town.scope_keys["w"])))
    moved = as_service.execute(text("UPDATE household SET approximate = true")).rowcount
    assert moved == 8
    with pytest.raises(Exception, match="row-level security"):
        as_service.execute(
            text("INSERT INTO household (address, scope_key) VALUES ('x', :key)"),
            {"key": world.town.scope_keys["e"]},
        )
