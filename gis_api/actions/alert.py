"""The urgent key: everybody on the ladder above the place is told in the same transaction."""

from __future__ import annotations

from gis_api.actions.assignment import Assignment, Facts, PartyTies
from gis_api.actions.resolve_place import ResolvedPlace


def list_alerted(
    place: ResolvedPlace, ties: PartyTies, assignment: Assignment, facts: Facts
) -> list[int]:
    """The holders of every post of the ladder who may see the case; the lead knows already.

    Nobody is told who is complained of, lives in a party's household or is away.
    """
    kinds = {step.post_kind for step in facts.routing.ladder}
    open_cells = {
        cell.cell_id
        for cell in place.placement.path
        if assignment.access_key.startswith(facts.versions[cell.cell_id]["scope_key"])
    }
    homes = ties.household_ids | place.household_ids
    handlers = {assignment.decision.officer_id, *(one.officer_id for one in assignment.joint)}
    told = {
        holder.officer_id
        for seat in facts.seats
        if seat.kind in kinds and seat.cell_id in open_cells
        for holder in seat.holders
        if not holder.on_leave
        and holder.household_id not in homes
        and holder.officer_id not in handlers
        and holder.officer_id != ties.respondent_officer_id
    }
    return sorted(told)
