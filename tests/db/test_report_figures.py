"""Figures of reports equal a count of all rows in Python: every period, area and dimension."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, text

from gis_api.actions.reports import Asked, read_report
from gis_api.cases.reports.figures import list_figures
from gis_api.cases.reports.periods import PERIODS, period_before, period_of
from gis_api.db.clock import SHANGHAI
from gis_api.db.engine import Actor, Scope
from tests.builders import MICRO_CELLS, Town, build_town

FIRST, DAYS = date(2025, 11, 24), 80
KINDS = ("land", "family", "mine_village", "other")
SOURCES = ("visit", "hotline", "talking_room", "grid_worker")
ACTS = {"return": "returned", "reopen": "reopened", "sign": None}
OUTCOMES = {
    "explained": "closed_explained", "agreement_written": "agreed", "agreement_oral": "agreed",
    "withdrawn": "withdrawn", "decision": None, "unsettled": None,
}  # fmt: skip


@dataclass
class Rows:
    """Everything that was written, as Python knows it."""

    cases: list[dict[str, Any]] = field(default_factory=list)
    receptions: list[dict[str, Any]] = field(default_factory=list)
    sessions: list[dict[str, Any]] = field(default_factory=list)
    settlements: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class World:
    town: Town
    rows: Rows


@pytest.fixture(scope="module")
def world(admin_engine: Engine) -> World:
    lot = random.Random(12)
    with admin_engine.begin() as conn:
        town = build_town(conn)
        rows = Rows()
        for number in range(260):
            rows.cases.append(_add_case(conn, town, lot, number))
        _merge_some(conn, lot, rows.cases)
        for _ in range(120):
            rows.receptions.append(_add_reception(conn, town, lot))
            rows.sessions.append(_add_session(conn, town, lot))
            rows.settlements.append(_add_settlement(conn, town, lot))
    return World(town, rows)


def _day(lot: random.Random) -> date:
    return FIRST + timedelta(days=lot.randrange(DAYS))


def _moment(lot: random.Random, day: date) -> datetime:
    """Also near midnight, where Shanghai and UTC are on two days."""
    return datetime.combine(day, time(lot.choice([0, 3, 7, 12, 23]), 59), SHANGHAI)


def _insert(conn: Connection, table: str, returning: str, **columns: Any) -> int:
    names = ", ".join(columns)
    places = ", ".join(f":{name}" for name in columns)
    statement = f'INSERT INTO "{table}" ({names}) VALUES ({places}) RETURNING {returning}'
    return int(conn.execute(text(statement), columns).scalar_one())


def _add_case(conn: Connection, town: Town, lot: random.Random, number: int) -> dict[str, Any]:
    cell = lot.choice([*MICRO_CELLS, "ws", "w", None])
    day = _day(lot)
    closed = lot.choice([None, day, day + timedelta(days=lot.randrange(60))])
    key = town.scope_keys[cell] if cell else "0"
    case = {
        "cell": cell,
        "kind": lot.choice(KINDS),
        "source": lot.choice(SOURCES),
        "urgent": lot.random() < 0.2,
        "queued": lot.random() < 0.2,
        "on": day,
        "closed_on": closed,
        "merged_on": None,
        "acts": [],
        "represented": None,
        "outcome": lot.choice(list(OUTCOMES)) if closed else None,
        "settled_on": closed + timedelta(days=lot.randrange(20))
        if closed and lot.random() < 0.5
        else None,
        "suspended": None,
        "due": None,
    }
    case["id"] = _insert(
        conn, "case", "case_id", code=f"R-{number}", kind=case["kind"], source=case["source"],
        urgent=case["urgent"], happened_on=day, registered_at=_moment(lot, day), registered_by=0,
        closed_on=closed, outcome=case["outcome"], settled_on=case["settled_on"],
        state="closed" if closed else "registered", place_kind="cell", how="inside",
        grid_version_id=town.grid_version_id,
        scope_key=key, access_key=key, why="{}",
        queue_reason="no_rule" if case["queued"] else None,
    )  # fmt: skip
    for seq in range(lot.randrange(3)):
        act, on, late = lot.choice(list(ACTS)), _day(lot), lot.random() < 0.5
        case["acts"].append((ACTS[act], on))
        # a late entry is written weeks after the day it tells of
        at = _moment(lot, on + timedelta(days=21 if late else 0))
        detail = f'{{"on": "{on}"}}' if late else "{}"
        conn.execute(
            text(
                "INSERT INTO case_history VALUES (:case, :seq, :at, 0, :act,"
                " CAST(:detail AS jsonb), '\\x00', '\\x00', :key)"
            ),
            {"case": case["id"], "seq": seq + 1, "at": at, "act": act, "key": key,
             "detail": detail},
        )  # fmt: skip
    if lot.random() < 0.2:
        begun = _day(lot)
        ended = lot.choice([None, begun + timedelta(days=lot.randrange(30))])
        case["suspended"] = (begun, ended)
        _insert(conn, "case_overlay", "case_overlay_id", case_id=case["id"], overlay="suspended",
                begun_on=begun, ended_on=ended)  # fmt: skip
    if lot.random() < 0.4:
        due = _day(lot)
        stopped = lot.choice([None, day + timedelta(days=lot.randrange(90))])
        case["due"] = (due, stopped)
        _insert(conn, "case_clock", "case_clock_id", case_id=case["id"], rule="mediation",
                started_on=day, length=5, due_on=due, stopped_on=stopped,
                stopped_by="sign" if stopped else None)  # fmt: skip
    if lot.random() < 0.1:
        case["represented"] = lot.randrange(2, 300)
        conn.execute(
            text(
                "INSERT INTO case_collective (case_id, represented, mandate, binds)"
                " VALUES (:case, :represented, 'none', 'signers')"
            ),
            {"case": case["id"], "represented": case["represented"]},
        )
    return case


def _merge_some(conn: Connection, lot: random.Random, cases: list[dict[str, Any]]) -> None:
    for case in lot.sample(cases[1:], 30):
        relation, on = lot.choice(["same", "same", "part"]), _day(lot)
        conn.execute(
            text(
                "INSERT INTO case_link (case_id, main_case_id, relation, linked_at, linked_by)"
                " VALUES (:case, :main, :relation, :at, 0)"
            ),
            {"case": case["id"], "main": cases[0]["id"], "relation": relation,
             "at": _moment(lot, on)},
        )  # fmt: skip
        case["merged_on"] = on if relation == "same" else None


def _add_reception(conn: Connection, town: Town, lot: random.Random) -> dict[str, Any]:
    cell, day = lot.choice(["t", "w", "e", "ws1"]), _day(lot)
    outcome = lot.choice(["consulted", "explained", "passed_on"])
    closing = lot.choice([None, "agreement", "withdrawal", "answered"])
    closing = closing if outcome == "passed_on" else None
    row = {
        "received_on": day,
        "door": lot.choice(["window", "talking_room", "field"]),
        "persons": lot.randrange(1, 9),
        "kind": None if outcome == "consulted" else lot.choice(KINDS),
        "outcome": outcome,
        "closing": closing,
        "closed_on": day + timedelta(days=lot.randrange(40)) if closing else None,
    }
    _insert(
        conn, "reception", "reception_id", **row, cell_id=town.cells[cell], registered_by=0,
        scope_key=town.scope_keys[cell], passed_to="court" if outcome == "passed_on" else None,
    )  # fmt: skip
    return row | {"cell": cell, "on": day}


def _add_session(conn: Connection, town: Town, lot: random.Random) -> dict[str, Any]:
    cell, day, matters = lot.choice(["w", "e"]), _day(lot), lot.randrange(5)
    row = {"persons": lot.randrange(1, 30), "matters": matters, "settled": lot.randint(0, matters)}
    _insert(
        conn, "talking_session", "talking_session_id", **row, held_on=day, registered_by=0,
        cell_id=town.cells[cell], scope_key=town.scope_keys[cell],
    )  # fmt: skip
    return row | {"cell": cell, "on": day}


def _add_settlement(conn: Connection, town: Town, lot: random.Random) -> dict[str, Any]:
    cell, day, kind = lot.choice(MICRO_CELLS), _day(lot), lot.choice(KINDS)
    _insert(
        conn, "grid_settlement", "grid_settlement_id", settled_on=day, kind=kind, way="mediated",
        registered_by=0, cell_id=town.cells[cell], scope_key=town.scope_keys[cell],
    )  # fmt: skip
    return {"cell": cell, "on": day, "kind": kind}


def count(rows: Rows, first: date, after: date) -> dict[str, int]:
    """The figures as their names say, row by row."""
    told = dict.fromkeys((figure.key for figure in list_figures()), 0)
    for case in rows.cases:
        is_new = first <= case["on"] < after
        carried = case["on"] < first and (case["closed_on"] is None or case["closed_on"] >= first)
        if not (is_new or carried):
            continue
        told["arrived"] += is_new
        if case["merged_on"] is not None and case["merged_on"] < after:
            told["merged"] += is_new
            continue
        told["handled"] += 1
        told["registered" if is_new else "carried"] += 1
        told["urgent"] += is_new and case["urgent"]
        if is_new and case["represented"]:
            told["collective"] += 1
            told["represented"] += case["represented"]
        is_closed = case["closed_on"] is not None and case["closed_on"] < after
        told["closed" if is_closed else "open"] += 1
        told["unassigned"] += not is_closed and case["queued"]
        if is_closed and OUTCOMES[case["outcome"]]:
            told[OUTCOMES[case["outcome"]]] += 1
        told["settled"] += (
            is_closed and case["settled_on"] is not None and case["settled_on"] < after
        )
        due, stopped = case["due"] or (None, None)
        told["late"] += (
            not is_closed and due is not None and due < after
            and (stopped is None or stopped >= after)
        )  # fmt: skip
        begun, ended = case["suspended"] or (None, None)
        told["suspended"] += (
            begun is not None and begun < after and (ended is None or ended >= first)
        )
        for act in ("returned", "reopened"):
            told[act] += any(a == act and first <= on < after for a, on in case["acts"])
    for row in (r for r in rows.receptions if first <= r["on"] < after):
        told["batches"] += 1
        told["persons"] += row["persons"]
        told["requests"] += row["outcome"] != "consulted"
        told["explained"] += row["outcome"] == "explained"
        told["passed_on"] += row["outcome"] == "passed_on"
        done = row["closed_on"] is not None and row["closed_on"] < after
        told["passed_closed"] += done
        told["passed_agreed"] += done and row["closing"] in ("agreement", "withdrawal")
    for row in (r for r in rows.sessions if first <= r["on"] < after):
        told["sessions"] += 1
        told["session_persons"] += row["persons"]
        told["session_matters"] += row["matters"]
        told["session_settled"] += row["settled"]
    told["settled_in_grid"] = sum(first <= row["on"] < after for row in rows.settlements)
    return told


def keep(rows: Rows, fits: Any) -> Rows:
    return Rows(
        *([row for row in table if fits(row)] for table in
          (rows.cases, rows.receptions, rows.sessions, rows.settlements))
    )  # fmt: skip


def actor_of(town: Town, area: str | None) -> Actor:
    scope = Scope.below(town.scope_keys[area]) if area else Scope.whole()
    return Actor(7, "centre", scope)


def in_area(area: str | None) -> Any:
    """Cells of the map by their letters; no place at all belongs to the whole only."""
    if area in (None, "t"):
        return lambda row: area is None or row["cell"] is not None
    return lambda row: (row["cell"] or "").startswith(area)


def told_by(block: list[dict[str, Any]]) -> dict[str, int]:
    return {figure["key"]: figure["count"] for figure in block}


DAYS_ASKED = (date(2025, 12, 31), date(2026, 1, 1), date(2026, 1, 19))


@pytest.mark.parametrize("area", [None, "w", "ws", "en1"])
@pytest.mark.parametrize("kind", PERIODS)
def test_totals_equal_a_count_of_all_rows(
    engine: Engine, world: World, kind: str, area: str | None
) -> None:
    mine = keep(world.rows, in_area(area))
    for day in DAYS_ASKED:
        period = period_of(kind, day)
        expected = count(mine, period.from_on, period.to_on)
        for actor, code in (
            (actor_of(world.town, area), None),
            (actor_of(world.town, None), world.town.codes[area] if area else None),
        ):
            report = read_report(engine, actor, Asked(kind, day, "kind", code))
            assert told_by(report["total"]) == expected
            for figure in report["total"]:
                whole = figure["of_count"]
                assert figure["of"] is None or whole == expected[figure["of"]]
                assert figure["share"] is None or 0 <= figure["share"] <= 1


def test_rows_equal_a_count_of_their_own_rows(engine: Engine, world: World) -> None:
    period = period_of("year", date(2026, 1, 5))
    whole, town = actor_of(world.town, None), world.town
    by_kind = read_report(engine, whole, Asked("year", date(2026, 1, 5), "kind"))
    found = {row["key"]: told_by(row["figures"]) for row in by_kind["rows"]}
    for kind in KINDS:
        mine = keep(world.rows, lambda row, kind=kind: row.get("kind") == kind)
        assert found[kind] == count(mine, period.from_on, period.to_on)
    by_area = read_report(engine, whole, Asked("year", date(2026, 1, 5), "area"))
    found = {row["key"]: told_by(row["figures"]) for row in by_area["rows"]}
    for village in ("w", "e"):
        mine = keep(world.rows, in_area(village))
        assert found[town.codes[village]] == count(mine, period.from_on, period.to_on)
    nowhere = keep(world.rows, lambda row: row["cell"] is None)
    assert found[""] == count(nowhere, period.from_on, period.to_on)
    by_source = read_report(engine, whole, Asked("year", date(2026, 1, 5), "source"))
    assert {row["key"] for row in by_source["rows"]} == set(SOURCES)
    for report in (by_kind, by_area, by_source):
        for figure in report["total"]:
            parts = [told_by(row["figures"])[figure["key"]] for row in report["rows"]]
            assert sum(parts) == figure["count"]


@pytest.mark.parametrize("kind", PERIODS)
def test_periods_follow_each_other_without_gap(kind: str) -> None:
    day = date(2024, 1, 1)
    while day < date(2026, 3, 1):
        period = period_of(kind, day)
        assert period.from_on <= day < period.to_on
        assert period_before(period).to_on == period.from_on
        assert period_of(kind, period.to_on).from_on == period.to_on
        day += timedelta(days=1)
