"""A dispute as a contested strip: open it, try lines, keep one, agree on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import shapely
from shapely.geometry import LineString
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection, Engine

from gis_api.actions.land_claims import find_home, follow_evidence
from gis_api.actions.plan_in_force import with_plan
from gis_api.cases.store import writing
from gis_api.db.audit_trail import add_audit
from gis_api.db.engine import Actor, begin
from gis_api.db.grid_cache import GridCache, LoadedGrid
from gis_api.land.claims import store as claims
from gis_api.land.findings import store as findings
from gis_api.land.strips import store
from grid_boundaries.errors import Conflict, Forbidden, InvalidInput, NotFound
from layers.parcels.contested import Strip, open_corridor, open_overlap, reopen
from layers.parcels.divide import Division, NewOutlines, apply_division, divide
from layers.parcels.what_if import (
    Leg,
    TapeReading,
    draw_along,
    draw_midline,
    draw_share,
    read_coordinates,
    read_tape,
    to_strip_metres,
    walk_traverse,
)

Row = dict[str, Any]
MOST_STRIPS: Final = 200
MAX_LINES: Final = 100


@dataclass(frozen=True, slots=True)
class NewStrip:
    """Both papers; with ``line`` (EPSG:4490) and ``corridor_m`` a corridor, else their overlap."""

    case_code: str
    left_claim_id: int
    right_claim_id: int | None
    tolerance_m2: float
    line: LineString | None = None
    corridor_m: float | None = None


@dataclass(frozen=True, slots=True)
class LineOrder:
    """A line to be drawn by ``method``; which fields it needs is the method's."""

    method: str
    line: LineString | None = None
    coordinates: tuple[tuple[float, float], ...] = ()
    start: tuple[float, float] | None = None
    legs: tuple[Leg, ...] = ()
    marks: tuple[tuple[float, float], tuple[float, float]] | None = None
    readings: tuple[TapeReading, ...] = ()
    offset_m: float = 0.0
    left_share: float | None = None
    inputs: Mapping[str, Any] = field(default_factory=dict)


def open_strip(engine: Engine, actor: Actor, new: NewStrip) -> int:
    """Tie a contested strip to a case; its id.

    Raises NotFound ``case.unknown``, ``land.claim_unknown``; InvalidInput ``land.same_claim``,
    ``land.needs_other`` (an overlap needs two outlines) and as ``open_overlap``/``open_corridor``.
    """
    if new.left_claim_id == new.right_claim_id:
        raise InvalidInput("land.same_claim", field="right_claim_id")
    with begin(engine, actor) as conn:
        case = _find_case(conn, new.case_code)
        left = _get_claim(conn, new.left_claim_id)
        right = None if new.right_claim_id is None else _get_claim(conn, new.right_claim_id)
        strip = _open(left, right, new)
        degrees = strip.ground.to_degrees(strip.geom)
        strip_id = store.add_strip(
            conn,
            {
                "case_id": case["case_id"],
                "kind": "overlap" if new.line is None else "line",
                "left_claim_id": new.left_claim_id,
                "right_claim_id": new.right_claim_id,
                "corridor_m": new.corridor_m,
                "tolerance_m2": new.tolerance_m2,
                "area_m2": float(strip.geom.area),
                "width_m": max(
                    2 * float(shapely.length(shapely.maximum_inscribed_circle(piece)))
                    for piece in strip.geom.geoms
                ),
                "made_by": actor.user_id,
            },
            degrees,
            new.line,
        )
        findings.note_strip(conn, new.left_claim_id, new.right_claim_id, strip_id, "disputed")
        _record(conn, actor, case, "land_strip", {"strip": strip_id})
        return strip_id


def list_strips(engine: Engine, actor: Actor, code: str | None) -> list[Row]:
    """Strips of one case, or of all cases that the actor sees, newest first."""
    with begin(engine, actor) as conn:
        return store.list_strips(conn, code, MOST_STRIPS)


def read_strip(engine: Engine, actor: Actor, land_strip_id: int) -> Row:
    """A strip with all that speaks about it; the reading is logged.

    Papers on a time line, marks and how they were found, points, scans, neighbours, proposed
    lines, attendance.  NotFound ``land.strip_unknown``.
    """
    with begin(engine, actor) as conn:
        strip = get_strip(conn, land_strip_id)
        add_audit(conn, actor, "land.read_strip", "land_strip", str(land_strip_id), row_count=1)
        ids = [k for k in (strip["left_claim_id"], strip["right_claim_id"]) if k is not None]
        shape = store.read_shape(strip["wkb"])
        assert shape is not None
        west, south, east, north = shape.buffer(0.0004).bounds
        around = claims.list_claims(conn, (west, south, east, north), 60)
        own = [row for row in (claims.find_claim(conn, k) for k in ids) if row is not None]
        marks = store.list_marks_near(conn, shape, [row["parcel_code"] for row in own])
        return strip | {
            "claims": own,
            "neighbours": [row for row in around if row["claim_id"] not in ids],
            "evidence": claims.list_evidence(conn, ids),
            "freezes": claims.list_freezes(conn, ids),
            "versions": {k: claims.list_versions(conn, k) for k in ids},
            "lines": store.list_lines(conn, land_strip_id),
            "marks": marks,
            "sightings": store.list_sightings(conn, [row["marker_id"] for row in marks]),
            "points": store.list_points_near(conn, shape),
            "border_posts": store.list_border_posts_near(conn, shape),
            "field_points": store.list_field_points(conn, land_strip_id),
            "scans": store.list_scans(conn, land_strip_id),
            "attendance": store.list_attendance(conn, land_strip_id),
            "files": store.list_photos(conn, strip["case_id"]),
        }


def try_line(
    engine: Engine, actor: Actor, land_strip_id: int, order: LineOrder
) -> tuple[Division, NewOutlines]:
    """What each side would get; nothing is written.

    NotFound ``land.strip_unknown``; InvalidInput as the method and ``divide``.
    """
    with begin(engine, actor) as conn:
        strip = _load(conn, get_strip(conn, land_strip_id))
    division = divide(strip, draw_line(strip, order))
    return division, apply_division(strip, division)


def keep_line(
    engine: Engine, actor: Actor, land_strip_id: int, order: LineOrder
) -> tuple[int, Division]:
    """Put a line among the proposals; its id.

    Raises as ``try_line``; Conflict ``land.strip_closed``, ``land.many_lines``.
    """
    with begin(engine, actor) as conn:
        row = require_open(conn, land_strip_id)
        strip = _load(conn, row)
        if len(store.list_lines(conn, land_strip_id)) >= MAX_LINES:
            raise Conflict("land.many_lines", most=MAX_LINES)
        division = divide(strip, draw_line(strip, order))
        line_id = store.add_line(
            conn, row, order.method, order.inputs, division.line,
            (float(division.left_m2), float(division.right_m2)), actor.user_id,
        )  # fmt: skip
        case = _find_case(conn, row["case_code"])
        _record(conn, actor, case, "land_line", {"strip": land_strip_id, "line": line_id})
        return line_id, division


def agree_on_line(
    engine: Engine,
    grids: GridCache,
    actor: Actor,
    land_strip_id: int,
    land_line_id: int,
    rev: int,
    explanation: str | None,
) -> NewOutlines:
    """Both papers get a new version with this border; the old ones are kept.

    Both are "agreed, not registered" until the registry's reference is entered, and the agreement
    is put to them as evidence.  Raises NotFound ``land.strip_unknown``, ``land.line_unknown``;
    Conflict ``land.strip_closed``, ``land.stale``, ``land.frozen``, ``land.not_signed`` (a holder
    has not signed), ``land.not_conserved`` (the union is another one and nobody explains why).
    """

    def deed(conn: Connection, grid: LoadedGrid, _at: Any) -> NewOutlines:
        row = require_open(conn, land_strip_id)
        if row["rev"] != rev:
            raise Conflict("land.stale", rev=row["rev"])
        line = next(
            (one for one in store.list_lines(conn, land_strip_id)
             if one["land_line_id"] == land_line_id), None,
        )  # fmt: skip
        if line is None:
            raise NotFound("land.line_unknown")
        _require_signed(conn, row)
        strip = _load(conn, row)
        shape = store.read_shape(line["wkb"])
        assert isinstance(shape, LineString)
        new = apply_division(strip, divide(strip, to_strip_metres(strip, shape)))
        if not new.is_conserved and not (explanation or "").strip():
            raise Conflict("land.not_conserved", difference_m2=round(new.difference_m2, 4))
        for claim_id, geom in (
            (row["left_claim_id"], new.left),
            (row["right_claim_id"], new.right),
        ):
            if claim_id is not None:
                _write_agreed(conn, grid, actor, claim_id, geom, land_strip_id, row["today"])
        store.agree(conn, land_strip_id, land_line_id)
        findings.note_strip(
            conn, row["left_claim_id"], row["right_claim_id"], land_strip_id, "settled"
        )
        case = _find_case(conn, row["case_code"])
        _record(
            conn, actor, case, "land_agreed",
            {"strip": land_strip_id, "line": land_line_id,
             "difference_m2": round(new.difference_m2, 4)},
        )  # fmt: skip
        return new

    return with_plan(engine, grids, actor, deed)


def withdraw_strip(engine: Engine, actor: Actor, land_strip_id: int, rev: int) -> None:
    """The strip is contested no longer; NotFound, Conflict as ``agree_on_line``."""
    with begin(engine, actor) as conn:
        row = require_open(conn, land_strip_id)
        if row["rev"] != rev:
            raise Conflict("land.stale", rev=row["rev"])
        store.withdraw(conn, land_strip_id)
        _record(
            conn, actor, _find_case(conn, row["case_code"]), "land_withdrawn",
            {"strip": land_strip_id},
        )  # fmt: skip


def draw_line(strip: Strip, order: LineOrder) -> LineString:
    """The line of an order in the strip's metres; InvalidInput ``land.line_needs`` and others."""
    lng = strip.ground.lng
    match order.method:
        case "drawn" if order.line is not None:
            return to_strip_metres(strip, order.line)
        case "along" if order.line is not None:
            return draw_along(strip, order.line, order.offset_m)
        case "coordinates" if order.coordinates:
            return to_strip_metres(strip, read_coordinates(order.coordinates, lng))
        case "traverse" if order.start is not None and order.legs:
            return to_strip_metres(strip, walk_traverse(order.start, order.legs))
        case "tape" if order.marks is not None and order.readings:
            return to_strip_metres(strip, read_tape(*order.marks, order.readings))
        case "share" if order.left_share is not None:
            return draw_share(strip, order.left_share)
        case "midline":
            return draw_midline(strip)
    raise InvalidInput("land.line_needs", method=order.method[:40])


def get_strip(conn: Connection, land_strip_id: int) -> Row:
    """The row of a strip; NotFound ``land.strip_unknown``."""
    row = store.find_strip(conn, land_strip_id)
    if row is None:
        raise NotFound("land.strip_unknown")
    return row


def require_open(conn: Connection, land_strip_id: int) -> Row:
    """The row of an open strip, held; Conflict ``land.strip_closed``, Forbidden
    ``land.outside_area`` for somebody who sees the case by a grant only."""
    get_strip(conn, land_strip_id)
    held = store.lock_strip(conn, land_strip_id)
    if held is None:
        raise Forbidden("land.outside_area")
    if held["state"] != "open":
        raise Conflict("land.strip_closed", state=held["state"])
    return get_strip(conn, land_strip_id)


def _open(left: Row, right: Row | None, new: NewStrip) -> Strip:
    a = claims.read_shape(left)
    b = None if right is None else claims.read_shape(right)
    if a is None:
        raise InvalidInput("land.no_outline", field="left_claim_id")
    if new.line is not None:
        return open_corridor(a, b, new.line, new.corridor_m or 0.0)
    if right is None or b is None:
        raise InvalidInput("land.needs_other", field="right_claim_id")
    return open_overlap(a, b, left["datum"], right["datum"], new.tolerance_m2)


def _load(conn: Connection, row: Row) -> Strip:
    left = _get_claim(conn, row["left_claim_id"])
    other = row["right_claim_id"]
    right = None if other is None else claims.read_shape(_get_claim(conn, other))
    outline = claims.read_shape(left)
    shape, line = store.read_shape(row["wkb"]), store.read_shape(row["line_wkb"])
    if outline is None or shape is None:
        raise InvalidInput("land.no_outline")
    assert line is None or isinstance(line, LineString)
    return reopen(shape, outline, right, line)


def _get_claim(conn: Connection, claim_id: int) -> Row:
    found = claims.find_claim(conn, claim_id)
    if found is None:
        raise NotFound("land.claim_unknown")
    return found


def _find_case(conn: Connection, code: str) -> Row:
    found = store.find_case(conn, code)
    if found is None:
        raise NotFound("case.unknown", case_code=code)
    return found


def _require_signed(conn: Connection, row: Row) -> None:
    signed = {
        one["role"] for one in store.list_attendance(conn, row["land_strip_id"]) if one["signed_on"]
    }
    missing = {"left_holder", "right_holder"} - signed
    if missing:
        raise Conflict("land.not_signed", missing=", ".join(sorted(missing)))


def _write_agreed(
    conn: Connection,
    grid: LoadedGrid,
    actor: Actor,
    claim_id: int,
    geom: BaseGeometry,
    land_strip_id: int,
    today: Any,
) -> None:
    held = claims.lock_claim(conn, claim_id)
    full = claims.find_claim(conn, claim_id)
    if held is None or full is None:
        raise NotFound("land.claim_unknown")
    if full["claim_freeze_id"] is not None:
        raise Conflict("land.frozen", parcel_code=full["parcel_code"])
    claims.keep_version(conn, claim_id, actor.user_id, "agreement", land_strip_id)
    cell_id, scope_key = find_home(conn, grid, geom)
    if scope_key is None or not actor.scope.holds(scope_key):
        cell_id, scope_key = held["cell_id"], held["scope_key"]
    claims.write_outline(conn, claim_id, geom, "agreed_not_registered", cell_id, scope_key)
    claims.add_evidence(
        conn,
        {
            "claim_id": claim_id, "kind": "agreement", "standing": "appraised", "dated_on": today,
            "organ": None, "paper_number": None, "attachment_id": None,
            "land_strip_id": land_strip_id, "added_by": actor.user_id,
        },
    )  # fmt: skip
    follow_evidence(conn, claim_id)
    add_audit(conn, actor, "land.agree", "claim", str(claim_id))


def _record(conn: Connection, actor: Actor, case: Row, act: str, detail: Row) -> None:
    writing.add_history(
        conn, case["case_id"], at=writing.get_now(conn), actor_id=actor.user_id, act=act,
        detail=detail, access_key=case["access_key"],
    )  # fmt: skip
    add_audit(conn, actor, f"case.{act}", "case", case["code"], row_count=1)
