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
from gis_api.cases.routing import (
    WHOLE_PLACE_ONLY,
    Decision,
    PathCell,
    Recusals,
    plan_visibility,
    route,
)
from gis_api.cases.store import reading
from gis_api.cases.vocabulary import HIDING_RESPONDENTS
from gis_api.db.grid_cache import LoadedGrid
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
    on = grid.token.on
    placement = place.placement
    cells = {*placement.path, *placement.joint}
    ancestors = {c for joint in placement.joint for c in grid.index.ancestors[joint.row]}
    versions = reading.list_cell_versions(conn, {c.cell_id for c in cells | ancestors}, on)
    path = _path(placement.path, versions)
    closed_cell = _find_closed_cell(conn, path, ties, on)
    visibility = plan_visibility(path, closed_cell.cell_id if closed_cell else None)
    recusals = Recusals(
        household_ids=ties.household_ids | place.household_ids,
        officer_ids=known_ids(ties.respondent_officer_id) | ties.recused_ids,
        closed_cell_ids=visibility.closed_cell_ids,
    )
    rules, ladder = reading.list_rules(conn), reading.list_ladder(conn)
    seats = reading.list_seats(conn, versions, on) if versions else []
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
    conn: Connection, path: Sequence[PathCell], ties: PartyTies, on: date
) -> PathCell | None:
    """The highest cell of the path that is complained of; the village when none is named."""
    if ties.respondent_kind not in HIDING_RESPONDENTS or not path:
        return None
    named = set(known_ids(ties.respondent_cell_id))
    if ties.respondent_officer_id is not None:
        named |= set(reading.list_officer_cells(conn, ties.respondent_officer_id, on))
    if named:
        return next((c for c in reversed(path) if c.cell_id in named), None)
    village_rank = reading.find_village_rank(conn)
    return next((c for c in path if c.rank == village_rank), path[0])
