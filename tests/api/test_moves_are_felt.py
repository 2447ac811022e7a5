"""A role, an area, a grid or a household that moves: reads follow in a second, writes at once."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import pytest
import shapely
from sqlalchemy import Connection, Engine, text
from starlette.testclient import TestClient

from gis_api.access.session import MAX_STALE_S, hash_token
from gis_api.access.store import bump_revision
from gis_api.actions.publish_grids import publish_grids
from gis_api.db.engine import SYSTEM, begin, set_actor
from gis_api.settings import Settings
from grid_boundaries.store.publish import CellBatch
from tests.api.conftest import SignIn
from tests.api.serving import serving
from tests.api.test_events import emit, streaming
from tests.builders import Town, add_user
from tests.db.members.people import add_party

TILE = "SELECT length(claim_tile(13, 6610, 3118))"


def within_a_second(holds: Callable[[], bool]) -> bool:
    """Whether it holds when the longest time that memory is trusted has passed, or before."""
    deadline = time.monotonic() + MAX_STALE_S
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.05)
    return holds()


@pytest.fixture(scope="module")
def filed(clerk: TestClient, town: Town) -> str:
    lng, lat = town.centre_of("ws1")
    answer = clerk.post(
        "/api/cases",
        json={"kind": "land", "text": "合成", "source": "visit", "place": {"lng": lng, "lat": lat}},
    )
    assert answer.status_code == 201, answer.text
    return str(answer.json()["code"])


@pytest.fixture
def add(
    admin_engine: Engine, town: Town, sign_in: SignIn
) -> Callable[[str, str, str | None], TestClient]:
    def added(login: str, role: str, area: str | None) -> TestClient:
        with admin_engine.begin() as conn:
            add_user(conn, town, login, role, area=area)
        return sign_in(login)

    return added


def move_user(engine: Engine, login: str, *, role: str, cell_id: int | None) -> None:
    with engine.begin() as conn:
        conn.execute(
            text("UPDATE app_user SET role = :role, area_cell_id = :cell WHERE login = :login"),
            {"role": role, "cell": cell_id, "login": login},
        )
        bump_revision(conn)


def tile_bytes(person: TestClient) -> int:
    """Size of the parcels' tile for the area that the service itself gives this session."""
    services = person.app.state.services  # type: ignore[attr-defined]
    session = services.door.find_session(hash_token(person.cookies["wangge_session"]))
    with begin(services.engine, session.actor) as conn:
        return int(conn.execute(text(TILE)).scalar_one())


def parcels_at(person: TestClient) -> list[str]:
    """Parcels found at a point inside the one parcel of the town, as this session."""
    services = person.app.state.services  # type: ignore[attr-defined]
    session = services.door.find_session(hash_token(person.cookies["wangge_session"]))
    with begin(services.engine, session.actor) as conn:
        found = conn.execute(text("SELECT parcel_code FROM find_claims_at(110.5035, 39.4035)"))
        return list(found.scalars())


def listed(person: TestClient) -> set[str]:
    answer = person.get("/api/cases?limit=500")
    assert answer.status_code in {200, 403}, answer.text
    return {item["code"] for item in answer.json().get("items", [])}


def test_moved_area_is_felt_by_tile_list_and_write(
    add: Callable[..., TestClient], admin_engine: Engine, town: Town, filed: str
) -> None:
    person = add("area-moves", "grid_worker", "ws")
    assert filed in listed(person)
    assert tile_bytes(person) > 0
    assert parcels_at(person) == ["P-001"]
    move_user(admin_engine, "area-moves", role="grid_worker", cell_id=town.cells["e"])
    body = {"rev": 99, "kind": "family"}
    assert person.patch(f"/api/cases/{filed}", json=body).status_code == 404
    assert tile_bytes(person) == 0
    assert parcels_at(person) == []
    assert within_a_second(lambda: filed not in listed(person))


def test_moved_role_is_felt_by_search_list_and_export(
    add: Callable[..., TestClient], admin_engine: Engine, filed: str
) -> None:
    worker, auditor = add("role-moves", "clerk", None), add("audit-moves", "auditor", None)
    search = {"q": "khg"}
    assert filed in listed(worker)
    assert worker.post("/api/search", json=search).status_code == 200
    assert auditor.get("/api/audit/export").status_code == 200
    move_user(admin_engine, "role-moves", role="visitor", cell_id=None)
    move_user(admin_engine, "audit-moves", role="clerk", cell_id=None)
    assert worker.post("/api/search", json=search).status_code == 403
    assert within_a_second(lambda: worker.get("/api/cases").status_code == 403)
    assert within_a_second(lambda: auditor.get("/api/audit/export").status_code == 403)


def test_moved_area_and_role_are_felt_by_exports(
    add: Callable[..., TestClient], admin_engine: Engine, town: Town
) -> None:
    person = add("export-moves", "village_leader", "ws")

    def exported() -> tuple[int, int]:
        answer = person.post("/api/exports", json={"kind": "household", "format": "csv"})
        return answer.status_code, answer.text.count(town.codes["ws"])

    status, rows = exported()
    assert status == 200
    assert rows > 0
    move_user(admin_engine, "export-moves", role="village_leader", cell_id=town.cells["e"])
    assert exported() == (200, 0), "an export is a write of the audit: felt at once"
    move_user(admin_engine, "export-moves", role="visitor", cell_id=None)
    assert exported()[0] == 403
    kinds = person.get("/api/exports/kinds")
    assert within_a_second(
        lambda: person.get("/api/exports/kinds").json().get("items", []) == []
    ), kinds.text


def test_group_taken_from_a_leader_is_felt_by_the_search_of_members(
    admin_engine: Engine, town: Town, sign_in: SignIn
) -> None:
    with admin_engine.begin() as conn:
        party = add_party(conn, town)
    leader = sign_in("ls")

    def found() -> list[str]:
        answer = leader.post("/api/members/search", json={"q": "zxf"})
        return [item["name"] for item in answer.json().get("items", [])]

    assert found() == ["曾小芳"]
    with admin_engine.begin() as conn:
        conn.execute(
            text("DELETE FROM party_group_leader WHERE party_group_id = :group"),
            {"group": party.groups["west south"]},
        )
        bump_revision(conn)
    assert within_a_second(lambda: found() == [])


def test_stream_of_events_follows_a_moved_area(
    settings: Settings, admin_engine: Engine, engine: Engine, town: Town
) -> None:
    with admin_engine.begin() as conn:
        add_user(conn, town, "stream-moves", "grid_worker", area="ws")
    with serving(settings) as base_url, streaming(base_url, "stream-moves") as stream:
        emit(engine, town, "before")
        stream.wait_for(lambda: "before" in stream.codes())
        move_user(admin_engine, "stream-moves", role="grid_worker", cell_id=town.cells["e"])
        time.sleep(MAX_STALE_S)
        emit(engine, town, "after")
        emit(engine, town, "elsewhere", cell="es1")
        stream.wait_for(lambda: stream.ended or "elsewhere" in stream.codes())
        assert "after" not in stream.codes()


def test_stream_of_events_tells_old_and_new_area_of_a_case_that_a_grid_took_along(
    settings: Settings, admin_engine: Engine, clerk: TestClient, town: Town
) -> None:
    lng, lat = town.centre_of("en1")
    place = {"kind": "land", "text": "合成", "source": "visit", "place": {"lng": lng, "lat": lat}}
    code = clerk.post("/api/cases", json=place).json()["code"]
    with admin_engine.begin() as conn:
        add_user(conn, town, "hears-old", "grid_worker", area="en")
        add_user(conn, town, "hears-new", "grid_worker", area="es")
    with (
        serving(settings) as base_url,
        streaming(base_url, "hears-old") as old,
        streaming(base_url, "hears-new") as new,
    ):
        with admin_engine.begin() as conn:
            publish_move(conn, town, "en1", "es")
        old.wait_for(lambda: ("case.left", code) in old.kinds())
        new.wait_for(lambda: ("case.moved", code) in new.kinds())
        assert ("case.moved", code) not in old.kinds()
        assert [kind for kind, _ in new.kinds()].count("grid.changed") == 1


def test_moved_household_is_seen_from_where_it_lies_now(
    add: Callable[..., TestClient], admin_engine: Engine, town: Town
) -> None:
    old, new = add("house-old", "clerk", "en"), add("house-new", "clerk", "es")
    household = town.households["en2a"]

    def files_at(person: TestClient) -> int:
        answer = person.post(
            "/api/cases",
            json={"kind": "land", "text": "合成", "source": "visit",
                  "place": {"household_id": household}},
        )  # fmt: skip
        return int(answer.status_code)

    assert (files_at(old), files_at(new)) == (201, 422)
    with admin_engine.begin() as conn:
        conn.execute(
            text("UPDATE household SET cell_id = :cell, scope_key = :key,"
                 " geom = ST_Point(:lng, :lat, 4490) WHERE household_id = :id"),
            {"cell": town.cells["es1"], "key": town.scope_keys["es1"], "id": household,
             "lng": town.centre_of("es1")[0], "lat": town.centre_of("es1")[1]},
        )  # fmt: skip
    assert (files_at(old), files_at(new)) == (422, 201)


def publish_move(conn: Connection, town: Town, cell: str, parent: str) -> str:
    """The plan in which a micro grid goes to another base grid, from today."""
    geom = conn.execute(
        text("SELECT ST_AsBinary(geom) FROM cell_version WHERE cell_version_id = :id"),
        {"id": town.cell_versions[cell]},
    ).scalar_one()
    set_actor(conn, SYSTEM)
    publish_grids(
        conn,
        SYSTEM,
        CellBatch(
            cell_ids=np.array([town.cells[cell]], dtype=np.int64),
            codes=[town.codes[cell]],
            names=[f"测试{cell}"],
            ranks=np.array([4], dtype=np.int16),
            parent_codes=[town.codes[parent]],
            geoms=np.array([shapely.from_wkb(bytes(geom))], dtype=object),
        ),
        valid_from=conn.execute(text("SELECT today()")).scalar_one(),
    )
    key = conn.execute(
        text("SELECT scope_key FROM cell_version WHERE cell_id = :cell AND valid @> today()"),
        {"cell": town.cells[cell]},
    ).scalar_one()
    return str(key)


def test_moved_grid_is_felt_by_tile_list_and_write(
    add: Callable[..., TestClient], admin_engine: Engine, town: Town, filed: str
) -> None:
    old, new = add("grid-old", "grid_worker", "ws"), add("grid-new", "grid_worker", "wn")
    own = add("grid-own", "grid_worker", "ws1")
    assert [filed in listed(person) for person in (old, new, own)] == [True, False, True]
    with admin_engine.begin() as conn:
        key = publish_move(conn, town, "ws1", "wn")
    assert key.startswith(town.scope_keys["wn"])
    body = {"rev": 99, "kind": "family"}
    writes = [person.patch(f"/api/cases/{filed}", json=body) for person in (old, new, own)]
    assert [answer.status_code for answer in writes] == [404, 409, 409]
    assert [tile_bytes(person) > 0 for person in (old, new, own)] == [False, True, True]
    assert [parcels_at(person) for person in (old, new, own)] == [[], ["P-001"], ["P-001"]]
    assert within_a_second(
        lambda: [filed in listed(person) for person in (old, new, own)] == [False, True, True]
    )
