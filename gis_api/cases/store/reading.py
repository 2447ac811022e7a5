"""Reading cases and what routing needs to know."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection

from gis_api.cases.routing import Holder, Rule, Seat, Step
from gis_api.db.prepared import Batch, Cursor, together
from grid_boundaries.store.sql_files import read_statements, row_or_none, rows, sql_runner

_STATEMENTS = read_statements(__file__)
_run = sql_runner(__file__)
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Routing:
    """The tables by which cases are routed; ``titles`` are (zh, en) of every kind of post.

    ``village_rank`` None: no level of villages.
    """

    rules: tuple[Rule, ...]
    ladder: tuple[Step, ...]
    titles: Mapping[str, tuple[str, str]]
    village_rank: int | None


def lock_plan(conn: Connection, lock: int) -> Row:
    """Hold the plan against publishing until this transaction ends; its moment and day."""
    return dict(_run(conn, "lock_plan", lock=lock).mappings().one())


def ask_plan_lock(batch: Batch, lock: int) -> Cursor:
    """What ``lock_plan`` does, as one of several statements."""
    return batch.send(_STATEMENTS["lock_plan"], {"lock": lock})


def list_cell_versions(conn: Connection, cell_ids: Iterable[int], on: date) -> dict[int, Row]:
    found = rows(_run(conn, "list_cell_versions", cell_ids=list(cell_ids), on=on))
    return {row["cell_id"]: row for row in found}


def list_seats(conn: Connection, cell_ids: Iterable[int], on: date) -> list[Seat]:
    """Posts of the cells with their holders and leave on one day; vacant posts included.

    The load of a holder is counted where several hold such a post in one cell, and 0 elsewhere.
    """
    return seats_of(rows(_run(conn, "list_seats", cell_ids=list(cell_ids), on=on)))


def ask_routed_seats(batch: Batch, cell_ids: Iterable[int], on: date) -> Cursor:
    """What ``list_seats`` asks, of those posts only that routing may name; for ``seats_of``."""
    return batch.send(_STATEMENTS["list_routed_seats"], {"cell_ids": list(cell_ids), "on": on})


def seats_of(found: Iterable[Row]) -> list[Seat]:
    """The rows of ``list_seats`` as seats."""
    seats: dict[int, Seat] = {}
    for row in found:
        seat = seats.get(row["post_id"]) or Seat(row["post_id"], row["kind"], row["cell_id"])
        if row["officer_id"] is not None:
            holder = Holder(
                row["officer_id"], row["household_id"], row["on_leave"], row["open_cases"]
            )
            seat = Seat(seat.post_id, seat.kind, seat.cell_id, (*seat.holders, holder))
        seats[seat.post_id] = seat
    return list(seats.values())


def ask_routing(batch: Batch) -> Cursor:
    """What ``get_routing`` asks, for ``routing_of``."""
    return batch.send(_STATEMENTS["list_routing"], {})


def get_routing(conn: Connection) -> Routing:
    """Rules and ladder as the database has them now."""
    return routing_of(dict(_run(conn, "list_routing").mappings().one()))


def routing_of(row: Row) -> Routing:
    """The row of ``list_routing``; the same text is read once."""
    return Routing(
        _read_rules(row["rules"]),
        _read_ladder(row["ladder"]),
        _read_titles(row["titles"]),
        row["village_rank"],
    )


@lru_cache(maxsize=8)
def _read_rules(text: str) -> tuple[Rule, ...]:
    return tuple(
        Rule(rule_id, post_kind, post_rank, case_kind, area_cell_id, lead_rank)
        for rule_id, post_kind, post_rank, case_kind, area_cell_id, lead_rank in json.loads(text)
    )


@lru_cache(maxsize=8)
def _read_titles(text: str) -> Mapping[str, tuple[str, str]]:
    return {kind: (zh, en) for kind, zh, en in json.loads(text)}


@lru_cache(maxsize=8)
def _read_ladder(text: str) -> tuple[Step, ...]:
    return tuple(Step(post_kind, post_rank) for post_kind, post_rank in json.loads(text))


def list_titles(conn: Connection) -> dict[str, tuple[str, str]]:
    """(zh, en) title of every post kind."""
    return {r["kind"]: (r["name_zh"], r["name_en"]) for r in rows(_run(conn, "list_titles"))}


def find_household_place(conn: Connection, household_id: int) -> Row | None:
    row = row_or_none(_run(conn, "find_household_place", household_id=household_id))
    return None if row is None else dict(row)


def list_claim_places(conn: Connection, parcel_code: str) -> list[Row]:
    return rows(_run(conn, "list_claim_places", parcel_code=parcel_code))


def find_cell_id(conn: Connection, code: str, on: date) -> int | None:
    row = row_or_none(_run(conn, "find_cell_by_code", code=code, on=on))
    return None if row is None else int(row["cell_id"])


def list_named_places(conn: Connection, name: str) -> list[Row]:
    return rows(_run(conn, "list_named_places", name=name))


def list_officer_cells(conn: Connection, officer_id: int, on: date) -> list[int]:
    found = rows(_run(conn, "list_officer_cells", officer_id=officer_id, on=on))
    return [row["cell_id"] for row in found]


def officer_exists(conn: Connection, officer_id: int) -> bool:
    return row_or_none(_run(conn, "find_officer", officer_id=officer_id)) is not None


def case_kind_exists(conn: Connection, kind: str) -> bool:
    return row_or_none(_run(conn, "find_case_kind", kind=kind)) is not None


def list_case_kinds(conn: Connection) -> list[Row]:
    return rows(_run(conn, "list_case_kinds"))


def find_village_rank(conn: Connection) -> int | None:
    """The rank of the level whose committee can be a respondent."""
    return get_routing(conn).village_rank


def list_posts_on_path(conn: Connection, cell_ids: Iterable[int], on: date) -> list[Row]:
    return rows(_run(conn, "list_posts_on_path", cell_ids=list(cell_ids), on=on))


def lock_case(conn: Connection, code: str) -> Row | None:
    row = row_or_none(_run(conn, "lock_case", code=code))
    return None if row is None else dict(row)


def list_party_ties(conn: Connection, case_id: int) -> list[Row]:
    return rows(_run(conn, "list_party_ties", case_id=case_id))


NO_FILTER: Row = dict.fromkeys(
    (
        "kind", "state", "queue", "scope_lo", "scope_hi", "from_on", "to_on",
        "west", "south", "east", "north", "due", "after_at", "after_id",
    )
)  # fmt: skip


def list_cases(conn: Connection, limit: int, **filters: Any) -> list[Row]:
    """Cases the actor may see, newest first; unknown filters raise KeyError."""
    return rows(_run(conn, "list_cases", limit=limit, **_with_defaults(filters)))


def count_cases(conn: Connection, **filters: Any) -> int:
    return int(_run(conn, "count_cases", **_with_defaults(filters)).scalar_one())


def _with_defaults(filters: Row) -> Row:
    unknown = filters.keys() - NO_FILTER.keys()
    if unknown:
        raise KeyError(f"no such filter: {sorted(unknown)}")
    return NO_FILTER | filters


def find_scope_of_cell(conn: Connection, code: str) -> str | None:
    row = row_or_none(_run(conn, "find_scope_of_cell", code=code))
    return None if row is None else str(row["scope_key"])


def find_case(conn: Connection, code: str) -> Row | None:
    """One case with everything its page shows; None when missing or out of scope."""
    with together(conn) as batch:
        cursor = ask_case(batch, code)
    return case_of(cursor.fetchone())


def ask_case(batch: Batch, code: str) -> Cursor:
    """What ``find_case`` asks, for ``case_of``."""
    return batch.send(_STATEMENTS["find_case"], {"code": code})


def case_of(row: Row | None) -> Row | None:
    """The row of ``find_case`` with its moments as such."""
    if row is not None:
        for listed, moment in (("history", "at"), ("attachments", "added_at")):
            for entry in row[listed]:
                entry[moment] = datetime.fromisoformat(entry[moment])
    return row
