"""One dispute, many doors: what looks alike, linking, and telling every reporter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import shapely
from sqlalchemy import Connection, Engine

from gis_api.actions.plan_in_force import with_plan
from gis_api.actions.resolve_place import resolve_place
from gis_api.cases.intake import GivenPlace
from gis_api.cases.links import store
from gis_api.cases.store import reading, writing
from gis_api.db.audit_trail import add_audit
from gis_api.db.engine import Actor, begin, whole_scope
from gis_api.db.grid_cache import GridCache
from gis_api.db.inbox import notify
from gis_api.db.outbox import emit_event
from grid_boundaries.errors import Conflict, InvalidInput, NotFound

Row = dict[str, Any]
SAME, PART = "same", "part"


@dataclass(frozen=True, slots=True)
class Sketch:
    """A case that is being typed: enough to look for others like it."""

    kind: str
    place: GivenPlace
    happened_on: date | None = None
    accuracy_m: float | None = None


def suggest_for_case(engine: Engine, actor: Actor, code: str) -> list[Row]:
    """Up to three cases like a filed one; NotFound ``case.unknown``."""
    with begin(engine, actor) as conn:
        asked = store.find_case_to_compare(conn, code)
        if asked is None:
            raise NotFound("case.unknown", case_code=code)
        return _suggest(conn, asked)


def suggest_for_sketch(
    engine: Engine, grids: GridCache, actor: Actor, sketch: Sketch, margin_m: float
) -> list[Row]:
    """Up to three cases like one that is not filed yet; InvalidInput ``place.*``."""

    def deed(conn: Connection, grid: Any, _at: Any) -> list[Row]:
        place = resolve_place(conn, grid, sketch.place, sketch.accuracy_m, margin_m)
        path = place.placement.path
        return _suggest(
            conn,
            {
                "wkb": None if place.geometry is None else shapely.to_wkb(place.geometry),
                "kind": sketch.kind,
                "happened_on": sketch.happened_on or grid.token.on,
                "accuracy_m": sketch.accuracy_m,
                "cell_id": path[0].cell_id if path else None,
                "case_id": None,
            },
        )

    return with_plan(engine, grids, actor, deed)


def _suggest(conn: Connection, asked: Row) -> list[Row]:
    kinds = [row["kind"] for row in reading.list_case_kinds(conn)]
    if asked["kind"] not in kinds:
        raise InvalidInput("case.kind_unknown", kind=asked["kind"], known=kinds)
    return store.suggest(conn, [asked], kinds)[0]


def link_case(
    engine: Engine, actor: Actor, code: str, *, main_code: str, relation: str, rev: int
) -> None:
    """Say that a case is the same dispute as the main one, or a part of the same event.

    The same: it is closed as merged and counted there; its reporters stay and are owed a word, and
    what had joined it joins the main one.  A part: both go on.  Raises NotFound ``case.unknown``;
    Conflict ``case.stale``, ``link.exists``, ``link.main_is_linked``, ``link.main_is_closed``;
    InvalidInput ``link.to_itself``.
    """
    if code == main_code:
        raise InvalidInput("link.to_itself", field="main_code")
    with begin(engine, actor) as conn:
        held = store.lock_cases(conn, code, main_code)
        case, main = _get(held, code), _get(held, main_code)
        _require_revision(case, rev)
        if case["main_case_id"] is not None:
            raise Conflict("link.exists", case_code=code)
        if main["main_case_id"] is not None:
            raise Conflict("link.main_is_linked", case_code=main_code)
        if relation == SAME and main["closed_on"] is not None and case["closed_on"] is None:
            raise Conflict("link.main_is_closed", case_code=main_code)
        with whole_scope(conn, actor):
            store.add_link(conn, case["case_id"], main["case_id"], relation, actor.user_id)
            if relation == SAME and case["closed_on"] is None:
                store.end_as_merged(conn, case["case_id"], actor.user_id)
            else:
                store.touch_case(conn, case["case_id"])
            if relation == SAME and main["lead_officer_id"] is not None:
                store.grant_lead(conn, case["case_id"], main["lead_officer_id"])
                notify(conn, main["lead_officer_id"], main["case_id"], "case.joined")
            _record(conn, actor, case, "linked", {"to": main["case_id"], "relation": relation})
            _record(conn, actor, main, "joined", {"by": case["case_id"], "relation": relation})


def unlink_case(engine: Engine, actor: Actor, code: str, *, rev: int) -> None:
    """Undo a link; a case that was merged goes on by itself.

    Raises NotFound ``case.unknown``, Conflict ``case.stale``, ``link.none``.
    """
    with begin(engine, actor) as conn:
        case = _get(store.lock_cases(conn, code), code)
        _require_revision(case, rev)
        if case["main_case_id"] is None:
            raise Conflict("link.none", case_code=code)
        with whole_scope(conn, actor):
            store.remove_link(conn, case["case_id"])
            if case["outcome"] == "merged":
                store.open_again(conn, case["case_id"])
            else:
                store.touch_case(conn, case["case_id"])
            _record(conn, actor, case, "unlinked", {"from": case["main_case_id"]})


def read_links(engine: Engine, actor: Actor, code: str) -> list[Row]:
    """Links from and to a case; NotFound ``case.unknown``."""
    with begin(engine, actor) as conn:
        return store.list_links(conn, _case_id(conn, code))


def read_notices(engine: Engine, actor: Actor, code: str) -> list[Row]:
    """Whom to tell what, over all doors of a dispute; logged, it names persons."""
    with begin(engine, actor) as conn:
        found = store.list_notices(conn, _case_id(conn, code))
        add_audit(conn, actor, "case.notices", "case", code, row_count=len(found))
        return found


def tell_reporter(
    engine: Engine, actor: Actor, code: str, *, case_party_id: int, reason: str, channel: str
) -> None:
    """Note that a reporter was told; NotFound ``case.unknown``, ``notice.not_owed``."""
    with begin(engine, actor) as conn:
        case_id = _case_id(conn, code)
        owed = {(row["case_party_id"], row["reason"]) for row in store.list_notices(conn, case_id)}
        if (case_party_id, reason) not in owed:
            raise NotFound("notice.not_owed")
        store.add_notice(conn, case_party_id, reason, actor.user_id, channel)
        add_audit(
            conn, actor, "case.told", "case", code, row_count=1,
            detail={"party": case_party_id, "reason": reason, "channel": channel},
        )  # fmt: skip


def _get(held: dict[str, Row], code: str) -> Row:
    if code not in held:
        raise NotFound("case.unknown", case_code=code)
    return held[code]


def _case_id(conn: Connection, code: str) -> int:
    found = store.find_case_to_compare(conn, code)
    if found is None:
        raise NotFound("case.unknown", case_code=code)
    return int(found["case_id"])


def _require_revision(case: Row, rev: int) -> None:
    if case["rev"] != rev:
        raise Conflict("case.stale", case_code=case["code"], rev=case["rev"])


def _record(conn: Connection, actor: Actor, case: Row, act: str, detail: Row) -> None:
    writing.add_history(
        conn, case["case_id"], at=writing.get_now(conn), actor_id=actor.user_id, act=act,
        detail=detail, access_key=case["access_key"],
    )  # fmt: skip
    add_audit(conn, actor, f"case.{act}", "case", case["code"], row_count=1)
    emit_event(conn, f"case.{act}", case["cell_code"], case["code"], case["access_key"])
