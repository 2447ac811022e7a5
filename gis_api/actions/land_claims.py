"""Papers over land: read, save with the check, evidence, freeze, registration."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

import numpy as np
import shapely
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection, Engine

from gis_api.actions.plan_in_force import with_plan
from gis_api.cases.placement import place_area
from gis_api.db.audit_trail import add_audit
from gis_api.db.engine import Actor, begin
from gis_api.db.grid_cache import GridCache, LoadedGrid
from gis_api.land.claims import store
from grid_boundaries.errors import Conflict, Forbidden, InvalidInput, NotFound, TooLarge
from grid_boundaries.geo.envelope import check_position
from layers.parcels.at_save import check_at_save
from layers.parcels.check_words import check_areas
from layers.parcels.contested import MOST_VERTICES
from layers.parcels.overlaps import require_tolerance
from layers.parcels.papers import Paper
from layers.parcels.rules import LandFinding, get_severity
from layers.parcels.stated_area import M2_PER_UNIT

Row = dict[str, Any]
Bbox = tuple[float, float, float, float]

MOST_ROWS: Final = 1_000
MOST_PARTS: Final = 500
AREA_TOLERANCE: Final = 0.01
_UNITS: Final = {"m2": "m2", "mu": "mu", "ha": "hectare"}


@dataclass(frozen=True, slots=True)
class NewClaim:
    """A paper as somebody enters it; without ``geom`` (EPSG:4490) it has words only."""

    parcel_code: str
    kind: str
    geom: BaseGeometry | None = None
    cell_code: str | None = None
    parcel_name: str | None = None
    certificate_number: str | None = None
    issued_on: date | None = None
    issuing_organ: str | None = None
    issuing_code: str | None = None
    holder_household_id: int | None = None
    holder_name: str | None = None
    survey_method: str | None = None
    accuracy_m: float | None = None
    stated_area: float | None = None
    stated_area_unit: str | None = None
    datum: str = "cgcs2000"
    evidence_state: str = "none"
    valid_from: date | None = None
    valid_until: date | None = None
    bounds_east: str | None = None
    bounds_south: str | None = None
    bounds_west: str | None = None
    bounds_north: str | None = None

    @property
    def stated_area_m2(self) -> float | None:
        """The stated area in m²."""
        if self.stated_area is None or self.stated_area_unit is None:
            return None
        return self.stated_area * M2_PER_UNIT[_UNITS[self.stated_area_unit]]


@dataclass(frozen=True, slots=True)
class NewEvidence:
    """A paper, archive or statement for a claim."""

    kind: str
    standing: str = "unverified"
    dated_on: date | None = None
    organ: str | None = None
    paper_number: str | None = None
    attachment_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class NewFreeze:
    """A freeze as the competent organ's document says it."""

    organ_kind: str
    organ: str
    document_number: str
    reason: str
    frozen_on: date
    review_on: date


@dataclass(frozen=True, slots=True)
class Checked:
    """What one claim at save comes to: findings with the claim each one is with."""

    findings: list[tuple[LandFinding, str, Row | None]]
    claim_id: int | None = None


def list_claims(engine: Engine, actor: Actor, bbox: Bbox | None, number: str | None) -> list[Row]:
    """Claims of a box or with a number, at most 1,000; InvalidInput ``land.ask_where``."""
    if (bbox is None) == (number is None):
        raise InvalidInput("land.ask_where")
    with begin(engine, actor) as conn:
        if bbox is not None:
            return store.list_claims(conn, bbox, MOST_ROWS)
        return store.list_claims_named(conn, number or "", MOST_ROWS)


def read_claim(engine: Engine, actor: Actor, claim_id: int) -> Row:
    """A claim with versions, evidence and freezes; the reading is logged.

    NotFound ``land.claim_unknown``.
    """
    with begin(engine, actor) as conn:
        claim = store.find_claim(conn, claim_id)
        if claim is None:
            raise NotFound("land.claim_unknown")
        add_audit(conn, actor, "land.read_claim", "claim", str(claim_id), row_count=1)
        return claim | {
            "versions": store.list_versions(conn, claim_id),
            "evidence": store.list_evidence(conn, [claim_id]),
            "freezes": store.list_freezes(conn, [claim_id]),
        }


def save_claim(
    engine: Engine,
    grids: GridCache,
    actor: Actor,
    new: NewClaim,
    *,
    tolerance_m2: float,
    margin_m: float,
    commit: bool,
) -> Checked:
    """Check a claim against its neighbours and, with ``commit``, write it.

    Without ``commit`` nothing is written: the check is what is asked for.  Raises InvalidInput
    ``land.issued_in_future``, ``land.nowhere`` (neither outline nor cell), ``land.cell_unknown``,
    ``land.area_without_unit``, ``place.*`` of a position, and as ``require_outline``; TooLarge
    ``land.too_many_vertices`` / ``land.too_many_parts``; Forbidden ``land.outside_area``.
    """
    require_tolerance(tolerance_m2)
    _require_sizes(new.geom)
    if (new.stated_area is None) != (new.stated_area_unit is None):
        raise InvalidInput("land.area_without_unit", field="stated_area_unit")

    def deed(conn: Connection, grid: LoadedGrid, _at: Any) -> Checked:
        if new.issued_on is not None and new.issued_on > grid.token.on:
            raise InvalidInput("land.issued_in_future", field="issued_on")
        cell = _place(conn, grid, actor, new, margin_m)
        checked = _check(conn, new, tolerance_m2)
        if not commit:
            return Checked(checked)
        claim_id = store.add_claim(conn, _columns(new) | cell)
        add_audit(
            conn, actor, "land.add_claim", "claim", str(claim_id),
            detail={"findings": len(checked)},
        )  # fmt: skip
        return Checked(checked, claim_id)

    return with_plan(engine, grids, actor, deed)


def add_evidence(engine: Engine, actor: Actor, claim_id: int, new: NewEvidence) -> int:
    """Put a paper to a claim; its id.

    NotFound ``land.claim_unknown``, ``attachment.unknown``; InvalidInput ``land.dated_in_future``.
    """
    with begin(engine, actor) as conn:
        _lock(conn, claim_id)
        if new.dated_on is not None and new.dated_on > store.get_today(conn):
            raise InvalidInput("land.dated_in_future", field="dated_on")
        require_attachment(conn, new.attachment_id)
        made = store.add_evidence(
            conn,
            asdict(new) | {"claim_id": claim_id, "land_strip_id": None, "added_by": actor.user_id},
        )
        follow_evidence(conn, claim_id)
        add_audit(conn, actor, "land.add_evidence", "claim", str(claim_id))
        return made


def appraise(
    engine: Engine, actor: Actor, claim_id: int, claim_evidence_id: int, standing: str
) -> None:
    """Say how far a paper was looked into; the claim's own standing is the best of its papers,
    contested before appraised.  NotFound ``land.claim_unknown``, ``land.evidence_unknown``."""
    with begin(engine, actor) as conn:
        _lock(conn, claim_id)
        if not store.appraise_evidence(conn, claim_id, claim_evidence_id, standing):
            raise NotFound("land.evidence_unknown")
        follow_evidence(conn, claim_id)
        add_audit(conn, actor, f"land.{standing}", "claim", str(claim_id))


def follow_evidence(conn: Connection, claim_id: int) -> None:
    """The claim's own standing is that of its papers, contested before appraised."""
    found = {row["standing"] for row in store.list_evidence(conn, [claim_id])}
    best = next(one for one in ("contested", "appraised", "unverified") if one in found)
    store.write_standing(conn, claim_id, best)


def freeze(engine: Engine, actor: Actor, claim_id: int, new: NewFreeze) -> int:
    """Enter the freeze of a competent organ; present use continues.

    NotFound ``land.claim_unknown``; Conflict ``land.frozen``; InvalidInput
    ``land.dated_in_future``, ``land.review_before``.
    """
    with begin(engine, actor) as conn:
        claim = _lock(conn, claim_id)
        if new.frozen_on > claim["today"]:
            raise InvalidInput("land.dated_in_future", field="frozen_on")
        if new.review_on <= max(new.frozen_on, claim["today"]):
            raise InvalidInput("land.review_before", field="review_on")
        made = store.add_freeze(
            conn, asdict(new) | {"claim_id": claim_id, "entered_by": actor.user_id}
        )
        if made is None:
            raise Conflict("land.frozen", parcel_code=claim["parcel_code"])
        add_audit(conn, actor, "land.freeze", "claim", str(claim_id))
        return made


def lift_freeze(engine: Engine, actor: Actor, claim_id: int, reason: str) -> None:
    """End a freeze; NotFound ``land.claim_unknown``; Conflict ``land.not_frozen``."""
    with begin(engine, actor) as conn:
        claim = _lock(conn, claim_id)
        if not store.lift_freeze(conn, claim_id, claim["today"], actor.user_id, reason):
            raise Conflict("land.not_frozen", parcel_code=claim["parcel_code"])
        add_audit(conn, actor, "land.lift_freeze", "claim", str(claim_id))


def register(engine: Engine, actor: Actor, claim_id: int, reference: str, on: date) -> None:
    """Enter the registry's reference for a border that was agreed on; the old state is kept.

    NotFound ``land.claim_unknown``; Conflict ``land.nothing_to_register``; InvalidInput
    ``land.dated_in_future``.
    """
    with begin(engine, actor) as conn:
        claim = _lock(conn, claim_id)
        if claim["registration"] != "agreed_not_registered":
            raise Conflict("land.nothing_to_register", parcel_code=claim["parcel_code"])
        if on > claim["today"]:
            raise InvalidInput("land.dated_in_future", field="registered_on")
        store.keep_version(conn, claim_id, actor.user_id, "registration")
        store.write_registration(conn, claim_id, reference, on)
        add_audit(conn, actor, "land.register", "claim", str(claim_id))


def require_attachment(conn: Connection, attachment_id: UUID | None) -> Row | None:
    """The row of a file that the actor may see; NotFound ``attachment.unknown``."""
    if attachment_id is None:
        return None
    found = store.find_attachment(conn, attachment_id)
    if found is None:
        raise NotFound("attachment.unknown")
    return found


def find_home(
    conn: Connection, grid: LoadedGrid, geom: BaseGeometry
) -> tuple[int | None, str | None]:
    """Cell and scope key of an outline: the cell with the largest share; (None, None) outside."""
    placement = place_area(grid.index, geom)
    if not placement.path:
        return None, None
    cell = store.find_cell(conn, cell_id=placement.path[0].cell_id)
    return (None, None) if cell is None else (cell["cell_id"], cell["scope_key"])


def _lock(conn: Connection, claim_id: int) -> Row:
    claim = store.lock_claim(conn, claim_id)
    if claim is None:
        raise NotFound("land.claim_unknown")
    return claim


def _require_sizes(geom: BaseGeometry | None) -> None:
    if geom is None:
        return
    count = int(shapely.get_num_coordinates(geom))
    if count > MOST_VERTICES:
        raise TooLarge("land.too_many_vertices", count=count, most=MOST_VERTICES)
    parts = int(shapely.get_num_geometries(geom))
    if parts > MOST_PARTS:
        raise TooLarge("land.too_many_parts", count=parts, most=MOST_PARTS)


def _place(conn: Connection, grid: LoadedGrid, actor: Actor, new: NewClaim, margin_m: float) -> Row:
    if new.geom is not None:
        west, south, east, north = new.geom.bounds
        if grid.envelope is not None:
            for lng, lat in ((west, south), (east, north)):
                check_position(lng, lat, grid.envelope, margin_m)
        cell_id, scope_key = find_home(conn, grid, new.geom) if _is_sound(new.geom) else (None, "")
    elif new.cell_code is not None:
        cell = store.find_cell(conn, code=new.cell_code)
        if cell is None:
            raise InvalidInput("land.cell_unknown", field="cell_code")
        cell_id, scope_key = cell["cell_id"], cell["scope_key"]
    else:
        raise InvalidInput("land.nowhere", field="geometry")
    scope_key = scope_key or actor.scope.lo
    if not actor.scope.holds(scope_key):
        raise Forbidden("land.outside_area")
    return {"cell_id": cell_id, "scope_key": scope_key}


def _is_sound(geom: BaseGeometry) -> bool:
    return bool(shapely.is_valid(shapely.get_parts(geom)).all())


def _check(
    conn: Connection, new: NewClaim, tolerance_m2: float
) -> list[tuple[LandFinding, str, Row | None]]:
    if new.geom is None:
        return []
    near = store.list_near(conn, new.geom, None)
    paper = Paper(
        key="new", kind=store.name_kind(new.kind), certificate_no=new.certificate_number,
        parcel_code=new.parcel_code,
        holder_key=None
        if new.holder_household_id is None
        else f"household {new.holder_household_id}",
        issued_on=new.issued_on, method=new.survey_method or "unknown",
        accuracy_m=new.accuracy_m, datum=new.datum,
    )  # fmt: skip
    found = check_at_save(
        paper, new.geom, [store.to_paper(row) for row in near],
        [store.read_shape(row) for row in near], tolerance_m2,
    )  # fmt: skip
    if new.stated_area_m2 is not None:
        found += check_areas(
            np.array([new.geom], dtype=object), np.array([new.stated_area_m2]),
            [new.stated_area_unit], AREA_TOLERANCE,
        )  # fmt: skip
    return [
        (one, get_severity(one.rule, "intake"), near[one.right - 1] if one.right else None)
        for one in found
    ]


def _columns(new: NewClaim) -> Row:
    values = asdict(new)
    for name in ("geom", "cell_code", "stated_area"):
        del values[name]
    geom = new.geom
    if isinstance(geom, Polygon):
        geom = MultiPolygon([geom])
    return values | {
        "stated_area_m2": new.stated_area_m2,
        "wkb": None if geom is None else shapely.to_wkb(geom),
    }
