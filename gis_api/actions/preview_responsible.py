"""Who would answer for a case of this kind here, without filing one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine

from gis_api.actions.assignment import Assignment, PartyTies, assign
from gis_api.actions.plan_in_force import with_plan
from gis_api.actions.resolve_place import resolve_place
from gis_api.cases.intake import GivenPlace
from gis_api.cases.store import reading
from gis_api.db.engine import Actor, whole_scope
from gis_api.db.grid_cache import GridCache, LoadedGrid
from grid_boundaries.errors import InvalidInput

NOBODY = PartyTies(frozenset(), "other", None, None)


@dataclass(frozen=True, slots=True)
class Preview:
    """The routing of an imagined case and all posts along its path."""

    assignment: Assignment
    posts: list[dict[str, Any]]
    titles: dict[str, tuple[str, str]]


def preview_responsible(
    engine: Engine,
    grids: GridCache,
    actor: Actor,
    lng: float,
    lat: float,
    kind: str,
    accuracy_m: float | None,
    margin_m: float,
) -> Preview:
    """Route a point by the rules in force; writes nothing.  Raises as filing would."""

    def deed(conn: Connection, grid: LoadedGrid, _at: Any) -> Preview:
        if not reading.case_kind_exists(conn, kind):
            raise InvalidInput(
                "case.kind_unknown",
                kind=kind,
                known=[row["kind"] for row in reading.list_case_kinds(conn)],
            )
        place = GivenPlace("point", lng=lng, lat=lat)
        where = resolve_place(conn, grid, place, accuracy_m, margin_m)
        with whole_scope(conn, actor):
            assignment = assign(conn, grid, where, kind, NOBODY, accuracy_m)
        path_ids = [cell.cell_id for cell in where.placement.path]
        return Preview(
            assignment,
            reading.list_posts_on_path(conn, path_ids, grid.token.on),
            reading.list_titles(conn),
        )

    return with_plan(engine, grids, actor, deed)
