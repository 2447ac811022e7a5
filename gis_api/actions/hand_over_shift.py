"""交接班: what one shift tells the next, and who took it over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Engine

from gis_api.db.audit_trail import add_audit
from gis_api.db.engine import Actor, begin
from gis_api.db.upkeep import store
from grid_boundaries.errors import Conflict, Forbidden, NotFound


def write_shift_note(
    engine: Engine, actor: Actor, cell_code: str | None, body: str, open_items: Sequence[str]
) -> int:
    """A note for a cell of the actor's area; None is the whole place, for those who see it.

    Raises NotFound ``cell.unknown`` and Forbidden ``shift.name_a_cell``.
    """
    with begin(engine, actor) as conn:
        cell_id = None
        if cell_code is not None:
            cell_id = store.find_cell_in_scope(conn, cell_code)
            if cell_id is None:
                raise NotFound("cell.unknown", cell_code=cell_code)
        elif not actor.scope.is_whole:
            raise Forbidden("shift.name_a_cell")
        note_id = store.add_note(
            conn, cell_id=cell_id, written_by=actor.user_id, body=body, open_items=list(open_items)
        )
        add_audit(
            conn, actor, "shift_note_written", "shift_note", str(note_id),
            row_count=len(open_items),
        )  # fmt: skip
        return note_id


def take_shift_note(engine: Engine, actor: Actor, shift_note_id: int) -> None:
    """Sign for a note, once; not one's own.

    Raises NotFound ``shift.unknown``, Forbidden ``shift.own_note``, Conflict ``shift.taken``.
    """
    with begin(engine, actor) as conn:
        if not store.take_note(conn, shift_note_id, actor.user_id):
            note = store.find_note(conn, shift_note_id)
            if note is None:
                raise NotFound("shift.unknown", shift_note_id=shift_note_id)
            if note["written_by"] == actor.user_id:
                raise Forbidden("shift.own_note")
            raise Conflict("shift.taken", shift_note_id=shift_note_id)
        add_audit(conn, actor, "shift_note_taken", "shift_note", str(shift_note_id))


def list_shift_notes(
    engine: Engine, actor: Actor, before: int | None, limit: int
) -> list[dict[str, Any]]:
    """Notes of the actor's area, newest first."""
    with begin(engine, actor) as conn:
        return store.list_notes(conn, before, limit)
