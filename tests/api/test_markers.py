"""A name planted through every entry comes out at the places meant for it, and nowhere else.

Every table, every answer of every GET route for every role, every refusal, header, log line and
metric is searched for what was planted.  And no route finds cases by a person.
"""

from __future__ import annotations

import contextlib
import io
import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from openpyxl import Workbook
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from gis_api.app import create_app
from gis_api.observability.logs import configure_logging
from gis_api.settings import Settings
from tests.api.conftest import SignIn
from tests.builders import Town, add_user
from tests.db.members.people import PartyTown, add_party

# What was planted → the tables and the answers where it may be.
REPORTER, PHONE, WORDS = "标记反映人甲", "13911110001", "标记原话乙"
HEAD, HEAD_PHONE, ADDRESS = "标记户主丙", "13911110002", "标记门牌丁"
MEMBER, MEMBER_PHONE = "标记党员戊", "13911110003"
CONTACT, CONTACT_PHONE, WISH = "标记联系人己", "13911110004", "标记需求庚"
TYPED, FILE = "标记输入辛", "标记文件壬"
ROSTER = "标记名单癸"

CASE = {"GET /api/cases/{code}", "POST /api/cases", "PATCH /api/cases/{code}"}
UNMASK = {"POST /api/cases/{code}/unmask"}
MEMBERS = {"GET /api/members/{member_id}", "POST /api/members/search"}
HOUSEHOLDS = {"GET /api/party-groups/{party_group_id}/households", "GET /api/members/{member_id}"}
# a home is chosen as a party by its door, its head masked
HOMES = {"GET /api/cases/{code}/homes"}
REQUESTS = {
    "POST /api/service-requests", "GET /api/service-requests", "GET /api/service-requests/{code}",
}  # fmt: skip
HELPERS = {"GET /api/service-requests/{code}/helpers"}
ROSTERS = {"POST /api/members/roster-diff"}
ALLOWED: dict[str, tuple[set[str], set[str]]] = {
    REPORTER: ({"case_party"}, UNMASK),
    PHONE: ({"case_party"}, UNMASK),
    WORDS: ({"case_text"}, CASE),
    HEAD: ({"household"}, UNMASK | HOUSEHOLDS),
    HEAD_PHONE: ({"household"}, UNMASK),
    ADDRESS: ({"household"}, UNMASK | HOUSEHOLDS | MEMBERS | HOMES),
    MEMBER: ({"member"}, MEMBERS | ROSTERS | HELPERS),
    MEMBER_PHONE: ({"member"}, MEMBERS | ROSTERS | HELPERS),
    CONTACT: ({"service_request"}, REQUESTS),
    CONTACT_PHONE: ({"service_request"}, REQUESTS),
    WISH: ({"service_request"}, REQUESTS),
    TYPED: (set(), set()),
    FILE: (set(), set()),
    ROSTER: (set(), ROSTERS),
}
LOGINS = ("admin", "clerk", "west", "worker", "ls", "auditor", "centre", "planner", "guest")
# A stream does not end; tests of the feed look into it.
LEFT_OUT = {"/api/events"}
DOCUMENT = create_app(Settings(var_dir=Path("/nowhere"))).openapi()


@dataclass
class Seen:
    """Everything that came out: (login, route, status, text with headers), log, metrics."""

    answers: list[tuple[str, str, int, str]] = field(default_factory=list)
    unlogged: list[tuple[str, str]] = field(default_factory=list)
    log: str = ""
    metrics: str = ""


@dataclass
class World:
    """Clients by login and the ids of what was planted."""

    clients: dict[str, TestClient]
    engine: Engine
    seen: Seen
    ids: dict[str, Any] = field(default_factory=dict)

    def ask(self, login: str, method: str, route: str, url: str | None = None, **more: Any) -> Any:
        """One request, its answer kept under its route; a person in it must be on the trail."""
        before = self._trail()
        answer = self.clients[login].request(method, url or route, **more)
        said = answer.text + "\n" + "\n".join(f"{k}: {v}" for k, v in answer.headers.items())
        self.seen.answers.append((login, f"{method} {route}", answer.status_code, said))
        if any(marker in said for marker in ALLOWED) and self._trail() == before:
            self.seen.unlogged.append((login, f"{method} {route}"))
        return answer

    def _trail(self) -> int:
        with self.engine.connect() as conn:
            return int(conn.execute(text("SELECT count(*) FROM audit")).scalar_one())


def routes(method: str) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for path, operations in DOCUMENT["paths"].items():
        if method in operations and path not in LEFT_OUT:
            yield path, operations[method].get("parameters", [])


@pytest.fixture(scope="module")
def party(admin_engine: Engine, town: Town) -> PartyTown:
    with admin_engine.begin() as conn:
        made = add_party(conn, town)
        for login, role in (
            ("auditor", "auditor"), ("centre", "centre"), ("planner", "planner"),
            ("guest", "visitor"),
        ):  # fmt: skip
            add_user(conn, town, login, role)
        conn.execute(
            text(
                "UPDATE household SET head_name = :head, phone = :phone, address = :address"
                " WHERE household_id = :id"
            ),
            {"head": HEAD, "phone": HEAD_PHONE, "address": ADDRESS,
             "id": town.households["ws1a"]},
        )  # fmt: skip
        conn.execute(
            text("UPDATE member SET name = :name, phone = :phone WHERE member_id = :id"),
            {"name": MEMBER, "phone": MEMBER_PHONE, "id": made.members["曾小芳"]},
        )
        conn.execute(
            text("INSERT INTO member_household (member_id, household_id) VALUES (:m, :h)"),
            {"m": made.members["曾小芳"], "h": town.households["ws1a"]},
        )
    return made


@pytest.fixture(scope="module")
def seen(
    client: TestClient, sign_in: SignIn, town: Town, party: PartyTown, admin_engine: Engine
) -> Seen:
    log = io.StringIO()
    with contextlib.redirect_stderr(log):
        configure_logging()
        world = World({login: sign_in(login) for login in LOGINS}, admin_engine, Seen())
        plant(world, town, party)
        walk(world)
        provoke(world, town)
        world.seen.metrics = client.get("/metrics").text
    configure_logging()
    world.seen.log = log.getvalue()
    return world.seen


def plant(world: World, town: Town, party: PartyTown) -> None:
    lng, lat = town.centre_of("ws1")
    here = {"lng": lng, "lat": lat}
    case = {
        "kind": "land", "text": WORDS, "source": "visit", "place": here,
        "reporter": {"name": REPORTER, "phone": PHONE, "household_id": town.households["ws1a"]},
    }  # fmt: skip
    key = {"Idempotency-Key": str(uuid.uuid4())}
    filed = world.ask("clerk", "POST", "/api/cases", json=case, headers=key)
    assert filed.status_code == 201, filed.text
    code = filed.json()["code"]
    by_household = case | {"place": {"household_id": town.households["ws1a"]}}
    assert world.ask("clerk", "POST", "/api/cases", json=by_household).status_code == 201
    moved = {"rev": 1, "place": {"lng": lng + 0.001, "lat": lat}}
    world.ask("clerk", "PATCH", "/api/cases/{code}", f"/api/cases/{code}", json=moved)
    world.ask(
        "clerk", "POST", "/api/cases/{code}/unmask", f"/api/cases/{code}/unmask",
        json={"purpose": "mediation"},
    )  # fmt: skip
    attached = world.ask(
        "clerk", "POST", "/api/cases/{code}/attachments", f"/api/cases/{code}/attachments",
        files={"file": (f"{FILE}.pdf", b"%PDF-1.7 synthetic", "application/pdf")},
    )  # fmt: skip
    assert attached.status_code == 201, attached.text
    wish = {
        "kind": "repair", "text": WISH, "place": here, "contact_name": CONTACT,
        "contact_phone": CONTACT_PHONE,
    }  # fmt: skip
    asked = world.ask("clerk", "POST", "/api/service-requests", json=wish)
    assert asked.status_code == 201, asked.text
    workbook = Workbook()
    for row in (["姓名", "党小组", "电话"], [ROSTER, "合成west south党小组", "13911110005"]):
        workbook.active.append(row)
    file = io.BytesIO()
    workbook.save(file)
    route = "/api/members/roster-diff"
    compared = world.ask("ls", "POST", route, files={"file": (f"{FILE}.xlsx", file.getvalue())})
    assert compared.status_code == 200, compared.text
    for login in ("ls", "clerk"):
        world.ask(login, "POST", "/api/members/search", json={"q": MEMBER})
        world.ask(login, "POST", "/api/search", json={"q": REPORTER})
    world.ids = {
        "/api/cases/{code}": code,
        "/api/service-requests/{code}": asked.json()["code"],
        "attachment_id": attached.json()["attachment_id"],
        "member_id": party.members["曾小芳"],
        "party_group_id": party.groups["west south"],
        "notification_id": 1,
        "job_id": 1,
        "code": code,
    }


def fill(path: str, ids: dict[str, Any]) -> str:
    for prefix in ("/api/cases/{code}", "/api/service-requests/{code}"):
        if path.startswith(prefix):
            path = path.replace("{code}", str(ids[prefix]))
    return path.format_map(_Ids(ids))


class _Ids(dict[str, Any]):
    """A path that needs an id nobody planted is asked for number 1."""

    def __missing__(self, name: str) -> int:
        return 1


NEEDED = {
    "/api/locate": "?lng=110.505&lat=39.405",
    "/api/responsible": "?lng=110.505&lat=39.405&kind=land",
    "/api/cells": "?rank=2",
    "/api/service-requests/hours": "?from=2026-01-01&to=2026-12-31",
}


def walk(world: World) -> None:
    """Every GET route as every role, and with what was planted in its parameters."""
    for path, parameters in routes("get"):
        for login in LOGINS:
            world.ask(login, "GET", path, fill(path, world.ids) + NEEDED.get(path, ""))
        for login in ("admin", "ls"):
            wrong = {name: quote(TYPED) for name in world.ids}
            world.ask(login, "GET", path, fill(path, wrong))
            for parameter in parameters:
                if parameter["in"] == "query":
                    query = f"?{parameter['name']}={quote(TYPED)}"
                    world.ask(login, "GET", path, fill(path, world.ids) + query)
            world.ask(login, "GET", path, f"{fill(path, world.ids)}?name={quote(TYPED)}")
            world.ask(login, "GET", path, f"{fill(path, world.ids)}?phone=x&{quote(TYPED)}=1")


def provoke(world: World, town: Town) -> None:
    """Refusals of bodies that hold what was planted."""
    for path, _ in routes("post"):
        for login in ("clerk", "ls", "centre"):
            for body in (
                {"text": TYPED, "name": TYPED, "q": TYPED * 90, "login": TYPED, "password": "x"},
                {"kind": TYPED, "text": TYPED, "source": TYPED, "place": {"place_name": TYPED}},
                {"kind": "land", "text": TYPED, "source": "visit", "place": {"place_name": TYPED}},
                {"purpose": TYPED, "note_code": TYPED},
                {"purpose": "mediation", "note_code": TYPED},
                [TYPED],
            ):
                world.ask(login, "POST", path, fill(path, world.ids), json=body)
            world.ask(login, "POST", path, fill(path, world.ids), content=f"{{{TYPED}".encode())
            world.ask(
                login, "POST", path, fill(path, world.ids),
                files={"file": (f"{FILE}.exe", TYPED.encode())},
            )  # fmt: skip
    world.ask("clerk", "GET", "unmatched", f"/{quote(TYPED)}?q={quote(TYPED)}")


def test_answers_hold_a_planted_word_only_where_it_is_meant_to_be(seen: Seen) -> None:
    found = {
        (marker, route, login)
        for login, route, _status, said in seen.answers
        for marker, (_tables, allowed) in ALLOWED.items()
        if marker in said and route not in allowed
    }
    assert found == set()


def test_answers_do_show_it_where_it_is_meant_to_be(seen: Seen) -> None:
    """The search would find it: each planted word that may be shown was shown."""
    shown = {
        marker
        for _login, route, _status, said in seen.answers
        for marker, (_tables, allowed) in ALLOWED.items()
        if marker in said and route in allowed
    }
    assert shown >= {REPORTER, PHONE, WORDS, HEAD, ADDRESS, MEMBER, WISH, ROSTER}


def test_masked_names_stand_where_the_clear_ones_do_not(seen: Seen) -> None:
    told = [said for _, route, status, said in seen.answers
            if route == "GET /api/cases/{code}" and status == 200]  # fmt: skip
    assert told
    assert all("139****0001" in said and "标*****" in said for said in told)


def test_no_refusal_repeats_what_was_typed(seen: Seen) -> None:
    refused = [(route, said) for _, route, status, said in seen.answers if status >= 400]
    assert len(refused) > 200
    repeated = [(route, said) for route, said in refused if any(word in said for word in ALLOWED)]
    assert repeated == []


def test_nothing_failed(seen: Seen) -> None:
    assert [row[:3] for row in seen.answers if row[2] >= 500] == []


def test_every_answer_with_a_person_in_it_left_a_row_on_the_trail(seen: Seen) -> None:
    assert sorted(set(seen.unlogged)) == []


def test_log_and_metrics_hold_none_of_it(seen: Seen) -> None:
    assert seen.log.count("\n") > 300
    assert "wangge_cases_filed_total" in seen.metrics
    for told in (seen.log, seen.metrics):
        escaped = json.dumps([*ALLOWED]).strip("[]").replace('"', "").split(", ")
        typed = [quote(marker) for marker in ALLOWED]
        assert [word for word in (*ALLOWED, *escaped, *typed) if word in told] == []


def test_tables_hold_it_only_where_it_is_meant_to_be(seen: Seen, admin_engine: Engine) -> None:
    found: dict[str, set[str]] = {}
    with admin_engine.connect() as conn:
        tables = conn.execute(
            text(
                "SELECT schemaname, tablename FROM pg_tables"
                " WHERE schemaname IN ('public', 'procrastinate')"
                " AND tablename <> 'spatial_ref_sys'"
            )
        ).all()
        for schema, table in tables:
            statement = f'SELECT count(*) FROM {schema}."{table}" t WHERE t::text LIKE :word'
            for marker in ALLOWED:
                if conn.execute(text(statement), {"word": f"%{marker}%"}).scalar_one():
                    found.setdefault(marker, set()).add(table)
    wrong = {marker: tables - ALLOWED[marker][0] for marker, tables in found.items()}
    assert {marker: tables for marker, tables in wrong.items() if tables} == {}
    assert found[REPORTER] == {"case_party"}
    assert found[WORDS] == {"case_text"}
    assert len(tables) > 30


def test_file_kept_on_disk_has_no_name(seen: Seen, settings: Settings) -> None:
    kept = [path.name for path in settings.attachments_path.rglob("*") if path.is_file()]
    assert kept
    assert [name for name in kept if FILE in name] == []


PERSONAL_WORDS = (
    "name", "phone", "household", "reporter", "party", "person", "member", "head", "respondent",
    "tel", "mobile", "id_card", "who", "text", "q",
)  # fmt: skip
# Path parameters that name one object of its own, never a list of cases.
OWN_OBJECTS = {
    ("/api/members/{member_id}", "member_id"),
    ("/api/members/{member_id}/contact-households", "member_id"),
    ("/api/party-groups/{party_group_id}/households", "party_group_id"),
}


def is_personal(name: str) -> bool:
    parts = name.lower().replace("-", "_").split("_")
    return any(word in parts or name.lower() == word for word in PERSONAL_WORDS)


def test_no_parameter_asks_by_a_person() -> None:
    found = {
        (path, parameter["name"])
        for path, operations in DOCUMENT["paths"].items()
        for operation in operations.values()
        for parameter in operation.get("parameters", [])
        if parameter["in"] != "header" and is_personal(parameter["name"])
    }
    assert found - OWN_OBJECTS == set()


def test_search_by_post_answers_no_case() -> None:
    """A name may be typed into these two; neither knows of cases."""
    asked_by_text = {
        path
        for path, operations in DOCUMENT["paths"].items()
        for operation in operations.values()
        if "q" in str(_body_fields(operation))
    }
    assert asked_by_text == {"/api/search", "/api/members/search"}


def _body_fields(operation: dict[str, Any]) -> list[str]:
    content = operation.get("requestBody", {}).get("content", {})
    reference = content.get("application/json", {}).get("schema", {}).get("$ref", "")
    schema = DOCUMENT["components"]["schemas"].get(reference.rpartition("/")[2], {})
    return [name for name in schema.get("properties", {}) if name == "q"]


def test_search_finds_no_case_by_its_reporter(seen: Seen) -> None:
    told = [said for _, route, _status, said in seen.answers if route == "POST /api/search"]
    assert told
    assert all('"items":[]' in said or "problem" in said for said in told)


def test_list_of_cases_filters_by_place_kind_and_time_only() -> None:
    listed = DOCUMENT["paths"]["/api/cases"]["get"]["parameters"]
    assert {parameter["name"] for parameter in listed} <= {
        "kind", "state", "cell", "bbox", "from", "to", "queue", "limit", "after",
        "due",  # of time: overdue, due within days
    }  # fmt: skip
