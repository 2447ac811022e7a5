"""Service requests (群众点单): file, list, and see who could help.  They are no disputes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import hypot
from typing import Any

from sqlalchemy import Connection, Engine

from gis_api.actions.plan_in_force import with_plan
from gis_api.actions.resolve_place import resolve_place
from gis_api.cases.intake import GivenPlace
from gis_api.db.audit_trail import add_audit
from gis_api.db.engine import Actor, begin
from gis_api.db.grid_cache import GridCache
from gis_api.db.outbox import emit_event
from gis_api.members.requests import store
from gis_api.members.roster.store import list_led_groups
from grid_boundaries.errors import InvalidInput
from grid_boundaries.geo.local_plane import metres_per_degree
from layers.members.helpers import Helper, rank_helpers

_NEAR_CELLS = 60
_SHOWN_GROUPS = 8
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class NewRequest:
    """What is asked for and where; the contact is optional."""

    kind: str
    text: str
    place: GivenPlace
    wanted_on: date | None = None
    contact_name: str | None = None
    contact_phone: str | None = None


@dataclass(frozen=True, slots=True)
class Helpers:
    """Groups by rank with their numbers, and volunteers of led groups by name."""

    groups: list[Row]
    members: list[Row]


def file_request(
    engine: Engine, grids: GridCache, actor: Actor, new: NewRequest, margin_m: float
) -> int:
    """File a request; its id.  Raises InvalidInput ``place.*`` and ``service_request.no_cell``
    for a place outside the grid or outside the actor's area."""

    def deed(conn: Connection, grid: Any, _at: Any) -> int:
        path = resolve_place(conn, grid, new.place, None, margin_m).placement.path
        if not path or not store.find_cell(conn, path[0].cell_id):
            raise InvalidInput("service_request.no_cell", field="place")
        request_id = store.add_request(
            conn,
            {
                "kind": new.kind,
                "text": new.text,
                "wanted_on": new.wanted_on,
                "contact_name": new.contact_name,
                "contact_phone": new.contact_phone,
                "cell_id": path[0].cell_id,
                "registered_by": actor.user_id,
            },
        )
        add_audit(conn, actor, "service.file", "service_request", str(request_id))
        filed = store.lock_request(conn, request_id)
        emit_event(conn, "request.file", path[0].code, str(request_id), filed["scope_key"])
        return request_id

    return with_plan(engine, grids, actor, deed)


def read_requests(
    engine: Engine, actor: Actor, *, state: str | None, after: int | None, limit: int
) -> list[Row]:
    """Requests of the actor's area and of led groups, newest first; logged, they hold words."""
    with begin(engine, actor) as conn:
        found = store.list_requests(conn, state=state, after=after, limit=limit)
        add_audit(conn, actor, "service.list", "service_request", row_count=len(found))
        return found


def read_request(engine: Engine, actor: Actor, request_id: int) -> Row:
    """One request with its offers; NotFound ``service_request.unknown``."""
    with begin(engine, actor) as conn:
        found = store.get_request(conn, request_id)
        offers = store.list_offers(conn, request_id)
        named = sum(offer["member_name"] is not None for offer in offers)
        add_audit(
            conn, actor, "service.read", "service_request", str(request_id), row_count=1 + named
        )
        return found | {"offers": offers}


def find_helpers(engine: Engine, actor: Actor, request_id: int) -> Helpers:
    """Who could help: groups near the place, and volunteers of the groups that the actor leads.

    Distances are between inner points of micro grids, never homes.  Of other groups only the
    numbers are told.  Raises NotFound ``service_request.unknown``.
    """
    with begin(engine, actor) as conn:
        request = store.get_request(conn, request_id)
        near = store.list_near_cells(conn, request["cell_id"], _NEAR_CELLS)
        distances = _measure(near)
        of_group: dict[int, float] = {}
        for cell, distance_m in zip(near, distances, strict=True):
            group = cell["party_group_id"]
            of_group[group] = min(distance_m, of_group.get(group, distance_m))
        groups = _rank_groups(conn, request, near, of_group)
        led = [group for group in of_group if group in set(list_led_groups(conn))]
        of_cell = {
            cell["scope_key"]: distance_m for cell, distance_m in zip(near, distances, strict=True)
        }
        members = _rank_members(conn, request, led, of_group, of_cell)
        if members:
            add_audit(
                conn, actor, "service.helpers", "service_request", str(request_id),
                row_count=len(members),
            )  # fmt: skip
        return Helpers(groups, members)


def read_hours(engine: Engine, actor: Actor, from_on: date | None, to_on: date | None) -> list[Row]:
    """Requests done and minutes by group; never by person."""
    with begin(engine, actor) as conn:
        return store.sum_hours(conn, from_on, to_on)


def _measure(near: list[Row]) -> list[float]:
    """Metres from the place's micro grid, or from the nearest one when it is in none itself."""
    if not near:
        return []
    here = next((cell for cell in near if cell["is_here"]), near[0])
    mx, my = metres_per_degree(here["lat"])
    return [
        hypot((cell["lng"] - here["lng"]) * mx, (cell["lat"] - here["lat"]) * my) for cell in near
    ]


def _rank_groups(
    conn: Connection, request: Row, near: list[Row], distance_of: dict[int, float]
) -> list[Row]:
    counts = store.count_volunteers(conn, list(distance_of), request["kind"])
    names = {cell["party_group_id"]: cell["group_name"] for cell in near}
    ranked = rank_helpers(
        Helper(
            key=group,
            is_skilled=counts[group]["skilled"] > 0,
            is_own_group=group == request["party_group_id"],
            distance_m=distance_of[group],
            load=counts[group]["load"],
        )
        for group in distance_of
        if group in counts
    )
    return [
        {
            "party_group_id": helper.key,
            "name": names[helper.key],
            "volunteers": counts[helper.key]["volunteers"],
            "skilled": counts[helper.key]["skilled"],
            "load": helper.load,
            "distance_m": round(helper.distance_m),
            "is_own_group": helper.is_own_group,
        }
        for helper in ranked[:_SHOWN_GROUPS]
    ]


def _rank_members(
    conn: Connection,
    request: Row,
    led: list[int],
    of_group: dict[int, float],
    of_cell: dict[str, float],
) -> list[Row]:
    found = {row["member_id"]: row for row in store.list_volunteers(conn, led, request["kind"])}
    ranked = rank_helpers(
        Helper(
            key=row["member_id"],
            is_skilled=row["is_skilled"],
            is_own_group=row["party_group_id"] == request["party_group_id"],
            distance_m=of_cell.get(row["scope_key"], of_group[row["party_group_id"]]),
            load=row["load"],
        )
        for row in found.values()
    )
    return [
        {name: found[helper.key][name] for name in ("member_id", "party_group_id", "name", "phone")}
        | {
            "is_skilled": helper.is_skilled,
            "load": helper.load,
            # whoever has no home here is ranked by the group's distance, which is not his own
            "distance_m": round(helper.distance_m) if found[helper.key]["has_home"] else None,
        }
        for helper in ranked
    ]
