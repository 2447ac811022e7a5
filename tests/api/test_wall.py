"""Figures of the wall equal what SQL counts, follow the asker's area, and hide small numbers."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from tests.api.conftest import SignIn
from tests.builders import MICRO_CELLS, Town, add_user

# cases of each micro grid: registered so many days ago, ended, settled, late
PLAN = {"ws1": 7, "ws2": 2, "wn1": 6, "en2": 9, "es1": 1}
FIGURES = ("open", "new_today", "late", "settled_month")


@pytest.fixture(scope="module")
def cases(admin_engine: Engine, town: Town) -> int:
    """Cases as in PLAN: every third closed, of those every second settled; every fifth overdue."""
    number = 0
    with admin_engine.begin() as conn:
        for name, count in PLAN.items():
            for k in range(count):
                number += 1
                conn.execute(
                    text(
                        'INSERT INTO "case" (code, kind, source, happened_on, registered_at,'
                        " registered_by, place_kind, how, grid_version_id, scope_key, access_key,"
                        " why, geom, urgent, state, closed_on, settled_on) SELECT :code, 'land',"
                        " 'visit', today(), now() - make_interval(days => :age), 0, 'point',"
                        " 'inside', :version, :key, :key, '{}', ST_Point(:lng, :lat, 4490),"
                        " :urgent, CASE WHEN :closed THEN 'closed' ELSE 'in_hand' END,"
                        " CASE WHEN :closed THEN today() END, CASE WHEN :settled THEN today() END"
                    ),
                    {
                        "code": f"W-{number}", "age": k * 3, "version": town.grid_version_id,
                        "key": town.scope_keys[name], "lng": town.centre_of(name)[0],
                        "lat": town.centre_of(name)[1], "urgent": k == 0,
                        "closed": number % 3 == 0, "settled": number % 6 == 0,
                    },
                )  # fmt: skip
        conn.execute(
            text(
                "INSERT INTO case_clock (case_id, rule, started_on, length, due_on)"
                " SELECT case_id, 'test_rule', today() - 90, 60, today() - 1 + (case_id % 2)::int"
                ' FROM "case" WHERE case_id % 5 < 2'
            )
        )
    return number


def count(engine: Engine, where: str, prefix: str) -> int:
    with engine.begin() as conn:
        return int(
            conn.execute(
                text(f'SELECT count(*) FROM "case" c WHERE {where} AND starts_with(scope_key, :p)'),
                {"p": prefix},
            ).scalar_one()
        )


def oracle(engine: Engine, prefix: str) -> dict[str, dict[str, int]]:
    """Each figure by a statement of its own."""

    def told(where: str) -> int:
        return count(engine, where, prefix)

    overdue = "case_id IN (SELECT case_id FROM case_clock WHERE due_on < current_date)"
    month = ">= date_trunc('month', now() AT TIME ZONE 'Asia/Shanghai')"
    day = "(registered_at AT TIME ZONE 'Asia/Shanghai')::date"
    today = "(now() AT TIME ZONE 'Asia/Shanghai')::date"
    return {
        "open": {"n": told("closed_on IS NULL"), "of": told("true")},
        "new_today": {"n": told(f"{day} = {today}"), "of": told(f"{day} > {today} - 7")},
        "late": {
            "n": told(f"closed_on IS NULL AND {overdue.replace('current_date', today)}"),
            "of": told("closed_on IS NULL"),
        },
        "settled_month": {"n": told(f"settled_on {month}"), "of": told(f"closed_on {month}")},
    }


def wall(person: TestClient, query: str = "") -> dict[str, Any]:
    answer = person.get(f"/api/wall{query}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.parametrize("cell", ["t", "w", "e", "ws", "ws1"])
def test_figures_equal_sql_at_every_level(
    clerk: TestClient, admin_engine: Engine, town: Town, cases: int, cell: str
) -> None:
    found = wall(clerk, f"?cell={town.codes[cell]}")
    assert found["figures"] == oracle(admin_engine, town.scope_keys[cell])
    inside = {town.codes[name]: name for name in town.cells if is_child(name, cell)}
    assert {child["code"] for child in found["children"]} == set(inside)
    for child in found["children"]:
        key = town.scope_keys[inside[child["code"]]]
        assert child["open"] == count(admin_engine, "closed_on IS NULL", key)
        assert child["cases"] == count(admin_engine, "true", key)


def is_child(name: str, parent: str) -> bool:
    if parent == "t":
        return name in {"w", "e"}
    return name.startswith(parent) and len(name) == len(parent) + 1


def test_top_is_the_whole_place_and_some_figures_are_not_zero(
    clerk: TestClient, town: Town, cases: int
) -> None:
    found = wall(clerk)
    assert found["cell"]["code"] == town.codes["t"]
    assert found["figures"]["open"]["of"] == cases
    assert all(found["figures"][name]["n"] > 0 for name in FIGURES)
    assert {event["kind"].split(".")[0] for event in found["events"]} <= {"case"}


def test_month_counts_what_was_registered_in_it(
    clerk: TestClient, admin_engine: Engine, town: Town, cases: int
) -> None:
    with admin_engine.begin() as conn:
        month = conn.execute(text("SELECT to_char(today(), 'YYYY-MM')")).scalar_one()
    found = wall(clerk, f"?month={month}")
    same = "to_char(registered_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM') = '" + month + "'"
    for child in found["children"]:
        name = "w" if child["code"] == town.codes["w"] else "e"
        assert child["in_month"] == count(admin_engine, same, town.scope_keys[name])
    assert clerk.get("/api/wall?month=2026-13").status_code == 422


def test_last_level_lists_open_cases_without_a_person(
    clerk: TestClient, town: Town, cases: int
) -> None:
    found = wall(clerk, f"?cell={town.codes['ws1']}")
    assert found["children"] == []
    assert found["cases"]
    assert found["cases"][0]["urgent"]
    allowed = {"code", "kind", "state", "urgent", "registered_at", "due_on", "lng", "lat"}
    assert all(set(case) == allowed for case in found["cases"])
    assert "合成" not in str(found["cases"])


def test_area_bounds_the_wall(
    west_leader: TestClient, town: Town, cases: int, admin_engine: Engine
) -> None:
    found = wall(west_leader)
    assert found["cell"]["code"] == town.codes["w"]
    assert [cell["code"] for cell in found["path"]] == [town.codes["w"]]
    assert found["figures"] == oracle(admin_engine, town.scope_keys["w"])
    for other in (town.codes["t"], town.codes["e"], "000000"):
        answer = west_leader.get(f"/api/wall?cell={other}")
        assert answer.status_code == 404
        assert answer.json()["code"] == "cell.unknown"


def test_visitor_gets_no_small_number_no_case_and_nothing_below_villages(
    sign_in: SignIn, clerk: TestClient, admin_engine: Engine, town: Town, cases: int
) -> None:
    with admin_engine.begin() as conn:
        add_user(conn, town, "wall-visitor", "visitor")
    guest = sign_in("wall-visitor")
    full = wall(clerk)
    for found in (wall(guest), wall(clerk, "?visitor=true")):
        assert found["events"] == []
        assert found["cases"] == []
        for name in FIGURES:
            for part in ("n", "of"):
                number = full["figures"][name][part]
                assert found["figures"][name][part] == (None if 0 < number < 5 else number)
        numbers = [
            child[name]
            for child in found["children"]
            for name in ("cases", "open", "new_today", "late", "in_month")
        ]
        assert not {1, 2, 3, 4} & set(numbers)
    below = wall(guest, f"?cell={town.codes['w']}")
    assert below["children"] == []
    assert guest.get(f"/api/wall?cell={town.codes['ws']}").status_code == 404


def test_one_hidden_number_takes_another_with_it(
    sign_in: SignIn, town: Town, cases: int, admin_engine: Engine
) -> None:
    with admin_engine.begin() as conn:
        add_user(conn, town, "wall-guest", "visitor")
    found = wall(sign_in("wall-guest"))
    for name in ("cases", "open", "new_today", "late"):
        numbers = [child[name] for child in found["children"]]
        assert numbers.count(None) != 1 or 0 in numbers


def test_every_micro_grid_is_counted_once(clerk: TestClient, town: Town, cases: int) -> None:
    total = sum(
        wall(clerk, f"?cell={town.codes[name]}")["figures"]["open"]["of"] for name in MICRO_CELLS
    )
    assert total == cases
