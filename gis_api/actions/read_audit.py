"""The auditor reads and exports the trail; both are on it themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Engine

from gis_api.access.permissions import require_permission
from gis_api.audit import store
from gis_api.audit.export import write_csv, write_xlsx
from gis_api.audit.personal.purposes import AUDIT_WORK
from gis_api.db.audit_trail import add_audit
from gis_api.db.engine import Actor, begin
from grid_boundaries.errors import Forbidden, TooLarge

Row = dict[str, Any]
EXPORT_ROWS = 50_000


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """What to show; None: all.  Days are of Shanghai, both included."""

    actor: str | None = None
    act: str | None = None
    object_kind: str | None = None
    object_id: str | None = None
    purpose: str | None = None
    from_on: date | None = None
    to_on: date | None = None

    def as_params(self) -> Row:
        return {name: getattr(self, name) for name in self.__slots__}

    def told(self, rows: int) -> Row:
        """What the trail keeps of the question; an object that is nowhere on it stays unsaid."""
        given = {name: value for name, value in self.as_params().items() if value is not None}
        if rows == 0:
            for name in ("actor", "object_id"):
                given.pop(name, None)
        return {name: str(value) for name, value in given.items()}


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Rows newest first and the number of all that fit."""

    rows: list[Row]
    total: int


def read_audit(
    engine: Engine, actor: Actor, wanted: AuditFilter, *, limit: int, before_id: int | None = None
) -> AuditPage:
    """A page of the trail; Forbidden ``audit.whole_place_only`` for an auditor of an area."""
    _require_auditor(actor, "read")
    with begin(engine, actor) as conn:
        rows = store.list_audit(conn, limit, before_id=before_id, **wanted.as_params())
        total = store.count_audit(conn, **wanted.as_params())
        _note(conn, actor, "audit.read", wanted, len(rows))
    return AuditPage(rows, total)


def read_choices(engine: Engine, actor: Actor) -> tuple[list[str], list[str]]:
    """The acts and the kinds of object that occur."""
    _require_auditor(actor, "read")
    with begin(engine, actor) as conn:
        rows = store.list_acts(conn)
    return sorted({row["act"] for row in rows}), sorted({row["object_kind"] for row in rows})


def export_audit(engine: Engine, actor: Actor, wanted: AuditFilter, file_format: str) -> bytes:
    """The rows that fit as a file; TooLarge ``audit.export_too_large`` above 50,000."""
    _require_auditor(actor, "export")
    with begin(engine, actor) as conn:
        count = store.count_audit(conn, **wanted.as_params())
        if count > EXPORT_ROWS:
            raise TooLarge("audit.export_too_large", rows=count, limit=EXPORT_ROWS)
        rows = store.list_audit(conn, EXPORT_ROWS, **wanted.as_params())
        _note(conn, actor, "audit.export", wanted, len(rows))
    return write_xlsx(rows) if file_format == "xlsx" else b"".join(write_csv(rows))


def _require_auditor(actor: Actor, verb: str) -> None:
    require_permission(actor.role, "audit", verb)
    if not actor.scope.is_whole:
        raise Forbidden("audit.whole_place_only")


def _note(conn: Connection, actor: Actor, act: str, wanted: AuditFilter, rows: int) -> None:
    add_audit(
        conn, actor, act, "audit", row_count=rows, purpose=AUDIT_WORK,
        detail={"filter": wanted.told(rows)},
    )  # fmt: skip
