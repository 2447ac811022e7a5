"""The one way to write the audit trail: who did or read what, why, and how many.

A row holds ids, codes and numbers.  Words are refused here, so that no name can slip in by a
caller's mistake; what lies in the trail can never be blanked.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from gis_api.db.engine import Actor

# Codes, ids, times, places in a command line; never a letter beyond ASCII.
_CODE = re.compile(r"[A-Za-z0-9 ._:/+,@#=-]{0,200}")

_ADD = """
INSERT INTO audit (actor_id, act, object_kind, object_id, row_count, purpose, detail)
VALUES (%(actor_id)s, %(act)s, %(object_kind)s, %(object_id)s, %(row_count)s, %(purpose)s,
        %(detail)s::jsonb)
"""


def add_audit(
    conn: Connection,
    actor: Actor,
    act: str,
    object_kind: str,
    object_id: str = "",
    *,
    row_count: int | None = None,
    purpose: str | None = None,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """One row in the caller's transaction; it waits there for its seal.

    ``detail`` holds ids, codes and numbers.  Raises ValueError for anything that could be a
    person's words: that is a mistake of the caller, never of a user.
    """
    conn.exec_driver_sql(_ADD, _row(actor, act, object_kind, object_id, row_count, purpose, detail))


def audit_row(
    actor: Actor,
    act: str,
    object_kind: str,
    object_id: str = "",
    *,
    row_count: int | None = None,
    purpose: str | None = None,
) -> dict[str, Any]:
    """The row that ``add_audit`` writes, for a statement that writes it with everything else."""
    return _row(actor, act, object_kind, object_id, row_count, purpose, None)


def _row(
    actor: Actor,
    act: str,
    object_kind: str,
    object_id: str,
    row_count: int | None,
    purpose: str | None,
    detail: Mapping[str, Any] | None,
) -> dict[str, Any]:
    _require_codes((act, object_kind, object_id, dict(detail or {})))
    return {
        "actor_id": actor.user_id,
        "act": act,
        "object_kind": object_kind,
        "object_id": object_id,
        "row_count": row_count,
        "purpose": purpose,
        "detail": json.dumps(detail or {}, sort_keys=True),
    }


def _require_codes(value: Any) -> None:
    match value:
        case str():
            if not _CODE.fullmatch(value):
                raise ValueError("the audit trail holds codes, not words")
        case Mapping():
            for key, item in value.items():
                _require_codes(key)
                _require_codes(item)
        case list() | tuple() | set() | frozenset():
            for item in value:
                _require_codes(item)
        case None | bool() | int() | float():
            pass
        case _:
            raise ValueError(f"the audit trail does not hold a {type(value).__name__}")
