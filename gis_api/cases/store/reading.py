"""Reading cases and what routing needs to know."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import Connection

from gis_api.cases.routing import Holder, Rule, Seat, Step
from grid_boundaries.store.sql_files import row_or_none, rows, sql_runner

_run = sql_runner(__file__)
Row = dict[str, Any]


def lock_plan(conn: Connection, lock: int) -> Row:
    """Hold the plan against publishing until this transaction ends; its moment and day."""
    row = row_or_none(_run(conn, "lock_plan", lock=lock))
    assert row is not None
    return dict(row)


def list_cell_versions(conn: Connection, cell_ids: Iterable[int], on: date) -> dict[int, Row]:
    found = rows(_run(conn, "list_cell_versions", cell_ids=list(cell_ids), on=on))
    return {row["cell_id"]: row for row in found}


def list_seats(conn: Connection, cell_ids: Iterable[int], on: date) -> list[Seat]:
    """Posts of the cells with their holders, leave and load on one day; vacant posts included."""
    seats: dict[int, Seat] = {}
    for row in rows(_run(conn, "list_seats", cell_ids=list(cell_ids), on=on)):
        seat = seats.get(row["post_id"]) or Seat(row["post_id"], row["kind"], row["cell_id"])
        if row["officer_id"] is not None:
            holder = Holder(
                row["officer_id"], row["household_id"], row["on_leave"], row["open_cases"]
            )
            seat = Seat(seat.post_id, seat.kind, seat.cell_id, (*seat.holders, holder))
        seats[seat.post_id] = seat
    return list(seats.values())


def list_rules(conn: Connection) -> list[Rule]:
    return [
        Rule(
            rule_id=row["routing_rule_id"],
            post_kind=row["post_kind"],
            post_rank=row["post_rank"],
            case_kind=row["case_kind"],
            area_cell_id=row["area_cell_id"],
            lead_rank=row["lead_rank"],
        )
        for row in rows(_run(conn, "list_rules"))
    ]


def list_ladder(conn: Connection) -> list[Step]:
    return [Step(r["post_kind"], r["post_rank"]) for r in rows(_run(conn, "list_ladder"))]


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
    row = row_or_none(_run(conn, "find_village_rank"))
    return None if row is None else int(row["rank"])


def list_posts_on_path(conn: Connection, cell_ids: Iterable[int], on: date) -> list[Row]:
    return rows(_run(conn, "list_posts_on_path", cell_ids=list(cell_ids), on=on))


def lock_case(conn: Connection, code: str) -> Row | None:
    row = row_or_none(_run(conn, "lock_case", code=code))
    return None if row is None else dict(row)


def list_party_ties(conn: Connection, case_id: int) -> list[Row]:
    return rows(_run(conn, "list_party_ties", case_id=case_id))


NO_FILTER: Row = dict.fromkeys(
    (
        "code", "kind", "state", "queue", "scope_lo", "scope_hi", "from_on", "to_on",
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
    listed = list_cases(conn, 1, code=code)
    if not listed:
        return None
    case = listed[0]
    body = row_or_none(_run(conn, "find_case_body", code=code))
    assert body is not None
    case_id = body["case_id"]
    return {
        **case,
        **body,
        "parties": rows(_run(conn, "list_parties", case_id=case_id)),
        "history": rows(_run(conn, "list_history", case_id=case_id)),
        "joint": rows(_run(conn, "list_joint", case_id=case_id)),
        "attachments": rows(_run(conn, "list_attachments", case_id=case_id)),
    }


def find_key(conn: Connection, actor_id: int, key: str) -> Row | None:
    row = row_or_none(_run(conn, "find_key", actor_id=actor_id, key=key))
    return None if row is None else dict(row)
