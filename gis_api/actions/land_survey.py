"""指界 and the field: notice, attendance, signatures, measured points, marks found, scans laid."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from PIL import Image, UnidentifiedImageError
from sqlalchemy import Connection, Engine

from gis_api.actions.land_claims import require_attachment
from gis_api.actions.land_strips import get_strip, require_open
from gis_api.cases.store import writing
from gis_api.db.attachment_files import get_path
from gis_api.db.audit_trail import add_audit
from gis_api.db.engine import Actor, begin
from gis_api.land.strips import store
from grid_boundaries.errors import Conflict, InvalidInput, NotFound
from layers.importers.georeference import Georeference, fit_affine
from layers.parcels.position import Standing, tell_position

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Attendant:
    """One who was asked to come; who it is stands with the parties of the case."""

    role: str
    state: str
    case_party_id: int | None = None
    signed_on: date | None = None


@dataclass(frozen=True, slots=True)
class SurveyAct:
    """The act of showing the border, as it was announced and held."""

    notice_on: date | None
    notice_way: str | None
    held_on: date | None
    attendance: tuple[Attendant, ...]


@dataclass(frozen=True, slots=True)
class NewPoint:
    """A point measured in the field."""

    point_number: str
    what: str
    lng: float
    lat: float
    accuracy_m: float
    fix: str
    attachment_id: UUID | None = None
    measured_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NewSighting:
    """A mark as it was found, with where it stands if that was measured."""

    state: str
    lng: float | None = None
    lat: float | None = None
    accuracy_m: float | None = None
    fix: str | None = None
    attachment_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class NewScan:
    """A scanned map: ``control`` pairs pixels (column, row) with places (lng, lat)."""

    attachment_id: UUID
    control: tuple[tuple[float, float, float, float], ...]
    dated_on: date | None = None


def write_survey(
    engine: Engine, actor: Actor, land_strip_id: int, rev: int, act: SurveyAct
) -> None:
    """Write notice, day and attendance; what was written before is replaced.

    NotFound ``land.strip_unknown``; Conflict ``land.strip_closed``, ``land.stale``; InvalidInput
    ``land.survey_days`` (held before it was announced, or in the future), ``land.signed_absent``
    (only who was there or sent somebody can have signed, on the day or later),
    ``party.unknown``.
    """
    with begin(engine, actor) as conn:
        strip = require_open(conn, land_strip_id)
        if strip["rev"] != rev:
            raise Conflict("land.stale", rev=strip["rev"])
        _check_days(act, strip["today"])
        ids = [one.case_party_id for one in act.attendance if one.case_party_id is not None]
        if not store.parties_belong(conn, strip["case_id"], ids):
            raise InvalidInput("land.party_unknown", field="case_party_id")
        days = {name: getattr(act, name) for name in ("notice_on", "notice_way", "held_on")}
        store.write_survey(conn, strip, days, [asdict(one) for one in act.attendance])
        case = store.find_case(conn, strip["case_code"])
        assert case is not None
        writing.add_history(
            conn, case["case_id"], at=writing.get_now(conn), actor_id=actor.user_id,
            act="land_survey",
            detail={
                "strip": land_strip_id,
                "present": sum(one.state in ("present", "proxy") for one in act.attendance),
                "absent": sum(one.state in ("absent", "refused") for one in act.attendance),
                "signed": sum(one.signed_on is not None for one in act.attendance),
            },
            access_key=case["access_key"],
        )  # fmt: skip
        add_audit(conn, actor, "land.survey", "land_strip", str(land_strip_id))


def add_point(engine: Engine, actor: Actor, land_strip_id: int, new: NewPoint) -> int:
    """Keep a measured point; its id.

    NotFound ``land.strip_unknown``, ``attachment.unknown``; Conflict ``land.strip_closed``,
    ``land.point_taken``.
    """
    with begin(engine, actor) as conn:
        strip = require_open(conn, land_strip_id)
        _require_of_case(conn, new.attachment_id, strip["case_id"])
        made = store.add_point(
            conn,
            asdict(new)
            | {
                "land_strip_id": land_strip_id,
                "case_id": strip["case_id"],
                "measured_at": new.measured_at or writing.get_now(conn),
                "measured_by": actor.user_id,
            },
        )
        if made is None:
            raise Conflict("land.point_taken", number=new.point_number)
        add_audit(conn, actor, "land.measure", "land_strip", str(land_strip_id))
        return made


def add_sighting(engine: Engine, actor: Actor, marker_id: int, new: NewSighting) -> int:
    """Write how a mark was found; its state from now on.

    NotFound ``land.mark_unknown``, ``attachment.unknown``; InvalidInput ``land.half_position``.
    """
    given = [new.lng is None, new.lat is None, new.accuracy_m is None]
    if any(given) and not all(given):
        raise InvalidInput("land.half_position", field="accuracy_m")
    with begin(engine, actor) as conn:
        if store.lock_marker(conn, marker_id) is None:
            raise NotFound("land.mark_unknown")
        require_attachment(conn, new.attachment_id)
        made = store.add_sighting(
            conn, asdict(new) | {"marker_id": marker_id, "seen_by": actor.user_id}
        )
        add_audit(conn, actor, f"land.mark_{new.state}", "marker", str(marker_id))
        return made


def lay_scan(
    engine: Engine, folder: Path, actor: Actor, land_strip_id: int, new: NewScan
) -> tuple[int, Georeference]:
    """Lay a scanned map on the ground by clicked points; its id and how well it fits.

    NotFound ``land.strip_unknown``, ``attachment.unknown``; InvalidInput ``land.no_picture``,
    ``land.dated_in_future``, ``georeference.*``; Conflict ``land.strip_closed``.
    """
    with begin(engine, actor) as conn:
        strip = require_open(conn, land_strip_id)
        file = _require_of_case(conn, new.attachment_id, strip["case_id"])
        if new.dated_on is not None and new.dated_on > strip["today"]:
            raise InvalidInput("land.dated_in_future", field="dated_on")
        width_px, height_px = _read_size(folder, file)
        fit = fit_affine(
            [(one[0], one[1]) for one in new.control], [(one[2], one[3]) for one in new.control]
        )
        made = store.add_scan(
            conn,
            {
                "land_strip_id": land_strip_id,
                "case_id": strip["case_id"],
                "attachment_id": new.attachment_id,
                "dated_on": new.dated_on,
                "width_px": width_px,
                "height_px": height_px,
                "control": json.dumps([list(one) for one in new.control]),
                "to_lng": list(fit.to_lng),
                "to_lat": list(fit.to_lat),
                "rms_m": fit.rms_m,
                "worst_m": float(fit.residual_m.max()),
                "made_by": actor.user_id,
            },
        )
        add_audit(conn, actor, "land.scan", "land_strip", str(land_strip_id))
        return made, fit


def tell_where(
    engine: Engine, actor: Actor, land_strip_id: int, lng: float, lat: float, accuracy_m: float
) -> Standing:
    """Where one stands against the strip; the position is not kept.

    NotFound ``land.strip_unknown``; InvalidInput ``land.accuracy``.
    """
    with begin(engine, actor) as conn:
        shape = store.read_shape(get_strip(conn, land_strip_id)["wkb"])
    assert shape is not None
    return tell_position(shape, lng, lat, accuracy_m)


def _check_days(act: SurveyAct, today: date) -> None:
    days = [day for day in (act.notice_on, act.held_on) if day is not None]
    if days != sorted(days) or (act.held_on is not None and act.held_on > today):
        raise InvalidInput("land.survey_days", field="held_on")
    if (act.notice_on is None) != (act.notice_way is None):
        raise InvalidInput("land.survey_days", field="notice_way")
    for one in act.attendance:
        if one.signed_on is None:
            continue
        late = act.held_on is None or not act.held_on <= one.signed_on <= today
        if one.state not in ("present", "proxy") or late:
            raise InvalidInput("land.signed_absent", field="signed_on")


def _require_of_case(conn: Connection, attachment_id: UUID | None, case_id: int) -> Row:
    found = require_attachment(conn, attachment_id)
    if found is not None and found["case_id"] != case_id:
        raise NotFound("attachment.unknown")
    return found or {}


def _read_size(folder: Path, file: Row) -> tuple[int, int]:
    path = get_path(folder, bytes(file["sha256"]))
    if not path.is_file():
        raise NotFound("attachment.unknown")
    try:
        with Image.open(path) as picture:
            return picture.size
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as error:
        raise InvalidInput("land.no_picture", field="attachment_id") from error
