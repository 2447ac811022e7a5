"""The urgent key: everybody on the ladder above the place is told in the same transaction."""

from __future__ import annotations

from sqlalchemy import Connection

from gis_api.actions.assignment import Assignment, PartyTies
from gis_api.actions.resolve_place import ResolvedPlace
from gis_api.cases.store import reading
from gis_api.db.grid_cache import LoadedGrid
from gis_api.db.inbox import notify


def alert_ladder(
    conn: Connection,
    grid: LoadedGrid,
    case_id: int,
    place: ResolvedPlace,
    ties: PartyTies,
    assignment: Assignment,
) -> None:
    """Tell the holders of every post of the ladder who may see the case; the lead knows already.

    Nobody is told who is complained of, lives in a party's household or is away.
    """
    on = grid.token.on
    kinds = {step.post_kind for step in reading.list_ladder(conn)}
    versions = reading.list_cell_versions(conn, {c.cell_id for c in place.placement.path}, on)
    open_cells = [
        cell_id
        for cell_id, row in versions.items()
        if assignment.access_key.startswith(row["scope_key"])
    ]
    homes = ties.household_ids | place.household_ids
    handlers = {assignment.decision.officer_id, *(one.officer_id for one in assignment.joint)}
    told = {
        holder.officer_id
        for seat in reading.list_seats(conn, open_cells, on)
        if seat.kind in kinds
        for holder in seat.holders
        if not holder.on_leave
        and holder.household_id not in homes
        and holder.officer_id not in handlers
        and holder.officer_id != ties.respondent_officer_id
    }
    for officer_id in sorted(told):
        notify(conn, officer_id, case_id, "case.urgent")
