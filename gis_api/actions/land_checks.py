"""Look through all claims of an area as a job; read what was found and decide on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import shapely
from sqlalchemy import Engine

from gis_api.access.store import get_actor_of
from gis_api.db.audit_trail import add_audit
from gis_api.db.engine import SYSTEM, Actor, begin
from gis_api.jobs import store as jobs
from gis_api.jobs.progress import Progress
from gis_api.land.claims.store import read_shape, to_paper
from gis_api.land.findings import store
from grid_boundaries.errors import Conflict, InvalidInput, NotFound
from layers.parcels.check_layer import AREA_TOLERANCE, GAP_WIDTH_M, check_overlaps
from layers.parcels.check_lines import check_lines
from layers.parcels.check_points import BoundaryPoint, Mark, check_marks, check_points
from layers.parcels.check_words import Words, check_areas, check_neighbours, check_village
from layers.parcels.overlaps import require_tolerance
from layers.parcels.rules import LandFinding, get_severity

Row = dict[str, Any]
Objects = npt.NDArray[np.object_]
TASK: Final = "land_check"
NEAR_POINT_M: Final = 0.5
NEIGHBOUR_REACH_M: Final = 2.0
_CHUNK: Final = 2_000


def request_check(engine: Engine, actor: Actor, stage: str, tolerance_m2: float) -> int:
    """Queue a look through the actor's area; its id.  InvalidInput ``land.tolerance``."""
    require_tolerance(tolerance_m2)
    with begin(engine, actor) as conn:
        check_id = store.add_check(conn, stage, tolerance_m2, actor.user_id, actor.scope.lo)
        job_id = jobs.defer(
            conn, TASK, actor.user_id, user_id=actor.user_id, land_check_id=check_id
        )
        store.write_job(conn, check_id, job_id)
        add_audit(conn, actor, "land.check", "land_check", str(check_id))
        return check_id


def read_check(engine: Engine, actor: Actor, land_check_id: int | None) -> Row | None:
    """A look, or the newest one, with ``job`` while that is known.

    NotFound ``land.check_unknown``; None when no look was ever taken.
    """
    with begin(engine, actor) as conn:
        if land_check_id is None:
            found = store.find_last_check(conn)
        else:
            found = store.find_check(conn, land_check_id)
            if found is None:
                raise NotFound("land.check_unknown")
        if found is None:
            return None
        job = jobs.find_job(conn, found["job_id"]) if found["job_id"] is not None else None
        return found | {"job": job}


def cancel_check(engine: Engine, actor: Actor, land_check_id: int) -> None:
    """Ask a look of one's own to stop; NotFound ``land.check_unknown``; Conflict
    ``job.finished``."""
    with begin(engine, actor) as conn:
        found = store.find_check(conn, land_check_id)
        if found is None or found["job_id"] is None or found["made_by"] != actor.user_id:
            raise NotFound("land.check_unknown")
        if not jobs.request_cancel(conn, found["job_id"]):
            raise Conflict("job.finished", job_id=found["job_id"])
        add_audit(conn, actor, "land.cancel_check", "land_check", str(land_check_id))


def run_check(engine: Engine, progress: Progress, args: Mapping[str, Any]) -> dict[str, Any]:
    """The job: read with the asker's rights as they are now, look, write all or nothing."""
    with begin(engine, SYSTEM) as conn:
        actor = get_actor_of(conn, args["user_id"])
    with begin(engine, actor) as conn:
        check = store.find_check(conn, args["land_check_id"])
        if check is None:
            raise NotFound("land.check_unknown")
        rows = store.list_all_claims(conn)
        points, marks = store.list_points(conn), store.list_marks(conn)
        villages = store.list_villages(conn)
    found = look_through(rows, points, marks, villages, check["tolerance_m2"], progress)
    counts = Counter(one.rule for one in found)
    home_of_mark = {(row["marker_number"], row["lng"], row["lat"]): row for row in marks}
    with begin(engine, actor) as conn:
        store.remove_open(conn, actor.scope.lo, actor.scope.hi)
        decided = store.list_decided(conn)
        new = [
            row
            for row in (_to_row(one, rows, home_of_mark, check) for one in found)
            if store.name_finding(row) not in decided
        ]
        for begin_at in range(0, len(new), _CHUNK):
            store.add_findings(conn, new[begin_at : begin_at + _CHUNK])
        store.end_check(conn, check["land_check_id"], len(rows), counts)
    return {"claims": len(rows), "findings": sum(counts.values())}


def look_through(
    rows: list[Row],
    points: list[Row],
    marks: list[Row],
    villages: list[Row],
    tolerance_m2: float,
    progress: Progress,
) -> list[LandFinding]:
    """Every check on the claims of an area, overlaps first, the others village by village."""
    geoms = np.empty(len(rows), dtype=object)
    geoms[:] = [read_shape(row) for row in rows]
    by_village = _group(rows, villages)
    total = len(by_village) + 2
    progress.step(0, total, "overlaps")
    papers = [to_paper(row, str(k)) for k, row in enumerate(rows)]
    found = check_overlaps(papers, geoms, tolerance_m2)
    for done, (village, members) in enumerate(by_village, start=1):
        progress.step(done, total, "villages")
        found += _look_at_village(rows, geoms, members, village, tolerance_m2)
    progress.step(total - 1, total, "points")
    found += _look_at_points(rows, geoms, points, marks)
    progress.step(total, total, "writing")
    return found


def list_findings(
    engine: Engine,
    actor: Actor,
    *,
    rules: list[str] | None,
    severity: str | None,
    state: str | None,
    offset: int,
    limit: int,
) -> list[Row]:
    """Findings of the actor's area, the gravest first."""
    with begin(engine, actor) as conn:
        return store.list_findings(
            conn, rules=rules, severity=severity, state=state, offset=offset, limit=limit
        )


def count_findings(engine: Engine, actor: Actor) -> list[Row]:
    """Findings of the area by rule, severity and state."""
    with begin(engine, actor) as conn:
        return store.count_findings(conn)


def decide_finding(
    engine: Engine, actor: Actor, land_finding_id: int, state: str, reason: str | None
) -> None:
    """Dismiss a finding with a reason, or open it again.

    NotFound ``land.finding_unknown``; InvalidInput ``land.reason``.
    """
    if state == "dismissed" and not (reason or "").strip():
        raise InvalidInput("land.reason", field="reason")
    with begin(engine, actor) as conn:
        if not store.decide_finding(conn, land_finding_id, state, reason):
            raise NotFound("land.finding_unknown")
        add_audit(conn, actor, f"land.finding_{state}", "land_finding", str(land_finding_id))


def _group(rows: list[Row], villages: list[Row]) -> list[tuple[Any, list[int]]]:
    """Rows by the village whose key their own begins with."""
    shapes = {row["scope_key"]: shapely.from_wkb(bytes(row["wkb"])) for row in villages}
    size = min((len(key) for key in shapes), default=0)
    members: dict[str, list[int]] = {}
    for k, row in enumerate(rows):
        key = row["scope_key"][:size] if size else ""
        members.setdefault(key if key in shapes else "", []).append(k)
    return [(shapes.get(key), found) for key, found in sorted(members.items())]


def _look_at_village(
    rows: list[Row], geoms: Objects, members: list[int], village: Any, tolerance_m2: float
) -> list[LandFinding]:
    own = geoms[members]
    stated = np.array([rows[k]["stated_area_m2"] or np.nan for k in members], dtype=np.float64)
    found = check_lines(own, GAP_WIDTH_M, tolerance_m2)
    found += check_areas(
        own, stated, [rows[k]["stated_area_unit"] for k in members], AREA_TOLERANCE
    )
    found += check_neighbours(own, [_words(rows[k]) for k in members], NEIGHBOUR_REACH_M)
    found += check_village(own, [village] * len(members), tolerance_m2)
    return [
        LandFinding(
            one.rule, one.why,
            None if one.left is None else members[one.left],
            None if one.right is None else members[one.right],
            one.params, one.area_m2, one.width_m, one.geom, one.verdict,
        )
        for one in found
    ]  # fmt: skip


def _look_at_points(
    rows: list[Row], geoms: Objects, points: list[Row], marks: list[Row]
) -> list[LandFinding]:
    of_code: dict[str, list[int]] = {}
    for k, row in enumerate(rows):
        of_code.setdefault(row["parcel_code"], []).append(k)

    def claims_of(row: Row) -> tuple[int, ...]:
        return tuple(sorted(k for code in row["parcel_codes"] for k in of_code.get(code, [])))

    known = [
        BoundaryPoint(
            row["point_number"], row["lng"], row["lat"], claims_of(row),
            row["survey_method"] or "unknown", row["accuracy_m"],
        )
        for row in points
    ]  # fmt: skip
    seen = [
        Mark(
            row["marker_number"], row["state"], claims_of(row), row["lng"], row["lat"],
            row["accuracy_m"],
        )
        for row in marks
    ]  # fmt: skip
    return check_points(geoms, known, NEAR_POINT_M) + check_marks(seen, known)


def _words(row: Row) -> Words:
    sides = {side: row[f"bounds_{side}"] for side in ("east", "south", "west", "north")}
    return Words(row["holder"], row["parcel_name"], {k: v for k, v in sides.items() if v})


def _to_row(one: LandFinding, rows: list[Row], home_of_mark: Mapping[Any, Row], check: Row) -> Row:
    """A finding lies where its first claim does, or the mark that names no parcel."""
    left, right = (None if k is None else rows[k]["claim_id"] for k in (one.left, one.right))
    if one.left is None:
        place = (None, None) if one.geom is None else one.geom.coords[0]
        home = home_of_mark[one.params["mark"], *place]
    else:
        home = rows[one.left]
    return {
        "land_check_id": check["land_check_id"],
        "rule": one.rule,
        "verdict": one.verdict,
        "why": one.why,
        "severity": get_severity(one.rule, check["stage"]),
        "left_claim_id": left,
        "right_claim_id": None if one.right == one.left else right,
        "params": one.params,
        "area_m2": one.area_m2,
        "width_m": one.width_m,
        "geom": one.geom,
        "cell_id": home["cell_id"],
        "scope_key": home["scope_key"],
    }
