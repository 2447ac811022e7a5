"""Who may bring in what."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection

from gis_api.access.permissions import require_permission
from gis_api.db.engine import Actor
from gis_api.db.imports.runs import store
from gis_api.db.imports.runs.store import ImportRun
from grid_boundaries.errors import Conflict, Forbidden, InvalidInput, NotFound

ROSTER_KINDS: Final = ("member", "party_group")
GRID_KINDS: Final = ("grid", "village")
OVER: Final = ("committed", "cancelled", "undone")


def require_rights(actor: Actor, verb: str, kind: str) -> None:
    """Raise Forbidden unless the actor may do this with files of this kind.

    Party membership is sensitive: rosters come from the party's own leaders.  Everything else is
    about the whole place and comes from those who see the whole of it.  Grids are published with
    ``wangge import grids``: InvalidInput ``import.grids_are_published``.
    """
    if kind in GRID_KINDS:
        raise InvalidInput("import.grids_are_published", kind=kind)
    if actor.is_system:
        return
    require_permission(actor.role, "import", verb)
    require_permission(actor.role, "import", "roster" if kind in ROSTER_KINDS else "base")
    if kind not in ROSTER_KINDS and not actor.scope.is_whole:
        raise Forbidden("import.needs_whole_place")


def get_run(
    conn: Connection, actor: Actor, import_id: int, verb: str, *, lock: bool = False
) -> ImportRun:
    """One's own run; NotFound ``import.unknown`` for anybody else's, Forbidden as above."""
    run = store.find_run(conn, import_id, lock=lock)
    if run is None:
        raise NotFound("import.unknown", import_id=import_id)
    require_rights(actor, verb, run.kind)
    return run


def require_state(run: ImportRun, *allowed: str) -> None:
    """Raise Conflict ``import.wrong_state`` with the states in which this can be done."""
    if run.state not in allowed:
        raise Conflict("import.wrong_state", state=run.state, allowed=list(allowed))
