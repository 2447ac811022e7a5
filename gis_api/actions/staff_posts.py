"""Fill and vacate the posts of a cell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Engine

from gis_api.db.audit_trail import add_audit
from gis_api.db.engine import Actor, begin
from gis_api.db.posts import store
from grid_boundaries.errors import InvalidInput, NotFound


@dataclass(frozen=True, slots=True)
class NewOfficer:
    """Duty name and phone are work data; the household is what recusal needs."""

    duty_name: str
    duty_phone: str | None = None
    household_id: int | None = None


def fill_post(
    engine: Engine,
    actor: Actor,
    code: str,
    kind: str,
    officer: NewOfficer,
    on: date,
    *,
    commit: bool,
) -> int | None:
    """Put a new officer into a post from a day on; the officer's id, None on a dry run.

    Raises NotFound ``cell.unknown`` and InvalidInput ``post.kind_unknown``, ``post.name_empty``.
    """
    if not officer.duty_name.strip():
        raise InvalidInput("post.name_empty")
    with begin(engine, actor) as conn:
        cell = _require_cell(conn, code, kind, on)
        if not commit:
            return None
        officer_id = store.fill_post(
            conn,
            cell["cell_id"],
            kind,
            on,
            duty_name=officer.duty_name.strip(),
            duty_phone=officer.duty_phone,
            household_id=officer.household_id,
        )
        add_audit(conn, actor, "post.fill", "officer", str(officer_id))
        return officer_id


def vacate_post(
    engine: Engine, actor: Actor, code: str, kind: str, on: date, *, commit: bool
) -> list[int]:
    """End the holdings of a kind in a cell on a day; the officers who leave."""
    with begin(engine, actor) as conn:
        cell = _require_cell(conn, code, kind, on)
        left = store.vacate_posts(conn, cell["cell_id"], kind, on)
        if not commit:
            conn.rollback()
            return left
        for officer_id in left:
            add_audit(conn, actor, "post.vacate", "officer", str(officer_id))
        return left


def list_posts(engine: Engine, actor: Actor, code: str, on: date) -> list[dict[str, Any]]:
    """Posts of the cell with a code, vacant ones included; NotFound ``cell.unknown``."""
    with begin(engine, actor) as conn:
        cell = store.find_cell(conn, code, on)
        if cell is None:
            raise NotFound("cell.unknown", cell_code=code)
        return store.list_posts(conn, cell["cell_id"], on)


def _require_cell(conn: Connection, code: str, kind: str, on: date) -> dict[str, Any]:
    cell = store.find_cell(conn, code, on)
    if cell is None:
        raise NotFound("cell.unknown", cell_code=code)
    if not store.post_kind_exists(conn, kind):
        raise InvalidInput("post.kind_unknown", kind=kind, known=store.list_post_kinds(conn))
    return cell
