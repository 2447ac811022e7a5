"""Names and phones of one case in the clear: for a stated purpose, each look on the trail."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine

from gis_api.access.permissions import require_permission
from gis_api.audit.personal import store
from gis_api.audit.personal.purposes import require_note_code, require_purpose
from gis_api.db.audit_trail import add_audit
from gis_api.db.engine import Actor, begin
from grid_boundaries.errors import NotFound


def unmask_case(
    engine: Engine, actor: Actor, code: str, purpose: str, note_code: str | None
) -> list[dict[str, Any]]:
    """The persons of a case the actor may see; the look is logged in the same transaction.

    Households outside the actor's area stay hidden.  Raises NotFound ``case.unknown`` (missing or
    out of scope alike), Forbidden ``permission.denied``, InvalidInput ``personal.*``.
    """
    require_permission(actor.role, "personal", "unmask")
    why = require_purpose(purpose)
    note = require_note_code(note_code)
    with begin(engine, actor) as conn:
        case = store.find_case(conn, code)
        if case is None:
            raise NotFound("case.unknown", case_code=code)
        parties = store.list_parties_in_clear(conn, case["case_id"])
        add_audit(
            conn,
            actor,
            "personal.unmask",
            "case",
            case["code"],
            row_count=len(parties),
            purpose=why.slug,
            detail={} if note is None else {"note_code": note},
        )
    return parties
