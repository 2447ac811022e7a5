"""Decide who answers for a located case, inside the transaction that will write it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from gis_api.actions.resolve_place import ResolvedPlace
from gis_api.cases.explain import record_why
from gis_api.cases.intake import Respondent
from gis_api.cases.placement import Placement
from gis_api.cases.routing import (
    WHOLE_PLACE_ONLY,
    Decision,
    PathCell,
    Recusals,
    Seat,
    plan_visibility,
    route,
)
from gis_api.cases.store import reading
from gis_api.cases.vocabulary import HIDING_RESPONDENTS
from gis_api.db.grid_cache import LoadedGrid
from gis_api.db.prepared import Batch, Cursor, get_row, together
from grid_boundaries.errors import InvalidInput
from grid_boundaries.locate.location import CellRef


@dataclass(frozen=True, slots=True)
class PartyTies:
    """What links the parties to officers and cells; ids only."""

    household_ids: frozenset[int]
    respondent_kind: str
    respondent_officer_id: int | None
    respondent_cell_id: int | None
    # officers who stepped back from this case
    recused_ids: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class JointHandler:
    """Who is told for a cell that shares the place."""

    cell_id: int
    post_id: int | None
    officer_id: int | None


@dataclass(frozen=True, slots=True)
class Assignment:
    """Everything that a case row takes from its place and its rules."""

    decision: Decision
    cell_id: int | None
    cell_version_id: int | None
    scope_key: str
    access_key: str
    grid_version_id: int
    joint: tuple[JointHandler, ...]
    why: dict[str, Any]


def known_ids(*ids: int | None) -> frozenset[int]:
    """The ids that are given."""
    return frozenset(i for i in ids if i is not None)


def resolve_respondent(
    conn: Connection, respondent: Respondent, on: date
) -> tuple[int | None, int | None]:
    """(cell_id, officer_id) complained of, as named; InvalidInput when they do not exist."""
    cell_id = None
    if respondent.cell_code is not None:
        cell_id = reading.find_cell_id(conn, respondent.cell_code, on)
        if cell_id is None:
            raise InvalidInput("respondent.cell_unknown", cell_code=respondent.cell_code)
    if respondent.officer_id is not None and not reading.officer_exists(
        conn, respondent.officer_id
    ):
        raise InvalidInput("respondent.officer_unknown")
    return cell_id, respondent.officer_id


@dataclass(frozen=True, slots=True)
class Asked:
    """What routing needs of the database, on its way."""

    routing: Cursor
    seats: Cursor


def ask_for_assignment(batch: Batch, grid: LoadedGrid, placement: Placement) -> Asked:
    """Ask for rules, ladder and the posts of every cell that the place concerns."""
    return Asked(
        reading.ask_routing(batch),
        reading.ask_routed_seats(batch, sorted(_concerned(grid, placement)), grid.token.on),
    )


def assign(
    conn: Connection,
    grid: LoadedGrid,
    place: ResolvedPlace,
    kind: str,
    ties: PartyTies,
    accuracy_m: float | None,
) -> Assignment:
    """Route a located case; the connection sees the whole place and holds the plan.

    Guarantees: an officer whose household is a party, and every post-holder in the cell complained
    of, is never chosen; the case is hidden from that cell; what nobody can take is queued.
    """
    with together(conn) as batch:
        asked = ask_for_assignment(batch, grid, place.placement)
    facts = read_facts(conn, grid, place.placement, asked)
    return decide(conn, grid, place, kind, ties, accuracy_m, facts)


@dataclass(frozen=True, slots=True)
class Facts:
    """What routing knows: the tables, the posts, and the concerned cells' versions by id."""

    routing: reading.Routing
    seats: list[Seat]
    versions: dict[int, dict[str, Any]]


def read_facts(conn: Connection, grid: LoadedGrid, placement: Placement, asked: Asked) -> Facts:
    """What came of ``ask_for_assignment``, beside the versions of the cells in the plan held."""
    concerned = _concerned(grid, placement)
    unknown = concerned - grid.versions.keys()
    if unknown:
        grid.versions.update(reading.list_cell_versions(conn, unknown, grid.token.on))
    return Facts(
        reading.routing_of(get_row(asked.routing)),
        reading.seats_of(asked.seats.fetchall()),
        {cell_id: grid.versions[cell_id] for cell_id in concerned},
    )


def _concerned(grid: LoadedGrid, placement: Placement) -> set[int]:
    """Ids of the path, of the cells that share the place and of all above those."""
    cells = {*placement.path, *placement.joint}
    cells |= {c for joint in placement.joint for c in grid.index.ancestors[joint.row]}
    return {cell.cell_id for cell in cells}


def decide(
    conn: Connection,
    grid: LoadedGrid,
    place: ResolvedPlace,
    kind: str,
    ties: PartyTies,
    accuracy_m: float | None,
    facts: Facts,
) -> Assignment:
    """``assign`` on facts asked before; the guarantees are the same."""
    placement, versions = place.placement, facts.versions
    path = _path(placement.path, versions)
    closed_cell = _find_closed_cell(conn, path, ties, grid.token.on, facts.routing.village_rank)
    visibility = plan_visibility(path, closed_cell.cell_id if closed_cell else None)
    recusals = Recusals(
        household_ids=ties.household_ids | place.household_ids,
        officer_ids=known_ids(ties.respondent_officer_id) | ties.recused_ids,
        closed_cell_ids=visibility.closed_cell_ids,
    )
    rules, ladder, seats = facts.routing.rules, facts.routing.ladder, facts.seats
    decision = route(kind, path, rules, ladder, seats, recusals)
    joint = tuple(
        _joint_handler(
            cell, route(kind, _joint_path(grid, cell, versions), rules, ladder, seats, recusals)
        )
        for cell in placement.joint
    )
    return Assignment(
        decision=decision,
        cell_id=path[0].cell_id if path else None,
        cell_version_id=versions[path[0].cell_id]["cell_version_id"] if path else None,
        scope_key=path[0].scope_key if path else WHOLE_PLACE_ONLY,
        access_key=visibility.access_key,
        grid_version_id=grid.index.snapshot.version_id,
        joint=joint,
        why=record_why(
            kind,
            placement,
            decision,
            grid_version_id=grid.index.snapshot.version_id,
            accuracy_m=accuracy_m,
            hidden_from=closed_cell.code if closed_cell else None,
        ),
    )


def _path(cells: Sequence[CellRef], versions: dict[int, dict[str, Any]]) -> list[PathCell]:
    return [PathCell(c.cell_id, c.code, c.level, versions[c.cell_id]["scope_key"]) for c in cells]


def _joint_path(
    grid: LoadedGrid, cell: CellRef, versions: dict[int, dict[str, Any]]
) -> list[PathCell]:
    return _path([cell, *reversed(grid.index.ancestors[cell.row])], versions)


def _joint_handler(cell: CellRef, decision: Decision) -> JointHandler:
    return JointHandler(cell.cell_id, decision.post_id, decision.officer_id)


def _find_closed_cell(
    conn: Connection, path: Sequence[PathCell], ties: PartyTies, on: date, village_rank: int | None
) -> PathCell | None:
    """The highest cell of the path that is complained of; the village when none is named."""
    if ties.respondent_kind not in HIDING_RESPONDENTS or not path:
        return None
    named = set(known_ids(ties.respondent_cell_id))
    if ties.respondent_officer_id is not None:
        named |= set(reading.list_officer_cells(conn, ties.respondent_officer_id, on))
    if named:
        return next((c for c in reversed(path) if c.cell_id in named), None)
    return next((c for c in path if c.rank == village_rank), path[0])
