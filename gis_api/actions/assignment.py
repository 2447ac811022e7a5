"""Decide where a case lies and who answers, inside the transaction that will write it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection

from gis_api.cases.explain import record_why
from gis_api.cases.intake import GivenPlace, Respondent
from gis_api.cases.placement import Placement, place_area, place_cell, place_point
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
from grid_boundaries.geo.envelope import check_position
from grid_boundaries.locate.location import CellRef


@dataclass(frozen=True, slots=True)
class ResolvedPlace:
    """A given place found on the map; ``geometry`` is None for a case that names only a cell."""

    kind: str
    geometry: BaseGeometry | None
    placement: Placement
    household_ids: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class PartyTies:
    """What links the parties to officers and cells; ids only."""

    household_ids: frozenset[int]
    respondent_kind: str
    respondent_officer_id: int | None
    respondent_cell_id: int | None


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


def resolve_place(
    conn: Connection,
    grid: LoadedGrid,
    place: GivenPlace,
    accuracy_m: float | None,
    margin_m: float,
) -> ResolvedPlace:
    """Find a given place; what the actor may not see is as unknown as what does not exist.

    Raises InvalidInput ``place.*`` with the field at fault.
    """
    return _RESOLVERS[place.kind](conn, grid, place, accuracy_m, margin_m)


def _resolve_point(
    _conn: Connection,
    grid: LoadedGrid,
    place: GivenPlace,
    accuracy_m: float | None,
    margin_m: float,
) -> ResolvedPlace:
    assert place.lng is not None
    assert place.lat is not None
    return _at(grid, "point", place.lng, place.lat, accuracy_m, margin_m)


def _at(
    grid: LoadedGrid,
    kind: str,
    lng: float,
    lat: float,
    accuracy_m: float | None,
    margin_m: float,
    household_ids: frozenset[int] = frozenset(),
) -> ResolvedPlace:
    envelope = grid.index.snapshot.envelope
    if envelope is not None:
        check_position(lng, lat, envelope, margin_m)
    placement = place_point(grid.index, lng, lat, accuracy_m)
    return ResolvedPlace(kind, shapely.Point(lng, lat), placement, household_ids)


def _resolve_household(
    conn: Connection,
    grid: LoadedGrid,
    place: GivenPlace,
    accuracy_m: float | None,
    margin_m: float,
) -> ResolvedPlace:
    assert place.household_id is not None
    found = reading.find_household_place(conn, place.household_id)
    if found is None:
        raise InvalidInput("place.household_unknown")
    ids = frozenset({place.household_id})
    if found["lng"] is not None:
        return _at(grid, "household", found["lng"], found["lat"], accuracy_m, margin_m, ids)
    return _in_cell(grid, "household", found["cell_id"], ids)


def _resolve_parcel(
    conn: Connection,
    grid: LoadedGrid,
    place: GivenPlace,
    _accuracy_m: float | None,
    _margin_m: float,
) -> ResolvedPlace:
    assert place.parcel_code is not None
    found = reading.list_claim_places(conn, place.parcel_code)
    if not found:
        raise InvalidInput("place.parcel_unknown", parcel_code=place.parcel_code)
    claim = found[0]
    holders = frozenset(c["holder_household_id"] for c in found if c["holder_household_id"])
    if claim["wkb"] is None:
        return _in_cell(grid, "parcel", claim["cell_id"], holders)
    outline = shapely.from_wkb(bytes(claim["wkb"]))
    return ResolvedPlace("parcel", outline, place_area(grid.index, outline), holders)


def _resolve_cell(
    conn: Connection,
    grid: LoadedGrid,
    place: GivenPlace,
    _accuracy_m: float | None,
    _margin_m: float,
) -> ResolvedPlace:
    assert place.cell_code is not None
    cell_id = reading.find_cell_id(conn, place.cell_code, grid.token.on)
    if cell_id is None:
        raise InvalidInput("place.cell_unknown", cell_code=place.cell_code)
    return _in_cell(grid, "cell", cell_id)


def _resolve_name(
    conn: Connection,
    grid: LoadedGrid,
    place: GivenPlace,
    accuracy_m: float | None,
    margin_m: float,
) -> ResolvedPlace:
    assert place.place_name is not None
    found = reading.list_named_places(conn, place.place_name)
    exact = [row for row in found if row["name"] == place.place_name] or found
    if not exact:
        raise InvalidInput("place.name_unknown", place_name=place.place_name)
    if len(exact) > 1:
        raise InvalidInput(
            "place.name_ambiguous",
            place_name=place.place_name,
            candidates=[
                {"name": r["name"], "lng": round(r["lng"], 6), "lat": round(r["lat"], 6)}
                for r in exact
            ],
        )
    return _at(grid, "name", exact[0]["lng"], exact[0]["lat"], accuracy_m, margin_m)


def _in_cell(
    grid: LoadedGrid, kind: str, cell_id: int | None, household_ids: frozenset[int] = frozenset()
) -> ResolvedPlace:
    placement = None if cell_id is None else place_cell(grid.index, cell_id)
    return ResolvedPlace(kind, None, placement or Placement("none", (), (), {}), household_ids)


_RESOLVERS = {
    "point": _resolve_point,
    "household": _resolve_household,
    "parcel": _resolve_parcel,
    "cell": _resolve_cell,
    "name": _resolve_name,
}


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
        officer_ids=known_ids(ties.respondent_officer_id),
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
