"""Answers of the routes of land: shapes as GeoJSON, findings with their sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from gis_api.messages import render_sentences
from grid_boundaries.geo.measure import area_ellipsoidal_m2, area_plane_m2
from layers.parcels.divide import Division, NewOutlines
from layers.parcels.rules import LandFinding, read_rules
from layers.parcels.stated_area import round_mu

Row = dict[str, Any]
_HIDDEN = frozenset({"wkb", "line_wkb", "scope_key", "cell_id", "holder_household_id", "total"})


def shape_of(wkb: Any) -> Row | None:
    """A geometry column as GeoJSON in degrees."""
    return None if wkb is None else geometry_of(shapely.from_wkb(bytes(wkb)))


def geometry_of(geom: BaseGeometry) -> Row:
    """A geometry as GeoJSON, 1e-9 degree (0.1 mm)."""
    rounded: Row = _round(shapely.geometry.mapping(geom))
    return rounded


def claim_view(row: Mapping[str, Any]) -> Row:
    """A claim with its outline and its areas by both methods; its holder is masked already."""
    view = plain(row) | {"geometry": shape_of(row["wkb"])}
    if row["wkb"] is not None:
        geom = shapely.from_wkb(bytes(row["wkb"]))
        plane = area_plane_m2(geom)
        view |= {
            "plane_m2": round(plane, 2),
            "plane_mu": str(round_mu(plane)),
            "ellipsoidal_m2": round(area_ellipsoidal_m2(geom), 2),
        }
    view["frozen"] = row.get("claim_freeze_id") is not None
    return view


def finding_view(row: Mapping[str, Any]) -> Row:
    """A stored finding with its place and sentences."""
    return plain(row) | {
        "geometry": shape_of(row["wkb"]),
        "area_mu": None if row["area_m2"] is None else str(round_mu(row["area_m2"])),
        **name_rule(row["rule"]),
        **_say(row["why"], row["params"]),
    }


def saved_finding_view(one: LandFinding, severity: str, other: Row | None) -> Row:
    """A finding of the check at save."""
    return {
        "rule": one.rule,
        "verdict": one.verdict,
        "severity": severity,
        "area_m2": None if one.area_m2 is None else round(one.area_m2, 2),
        "area_mu": None if one.area_m2 is None else str(round_mu(one.area_m2)),
        "width_m": None if one.width_m is None else round(one.width_m, 2),
        "params": one.params,
        "other": None
        if other is None
        else {
            "claim_id": other["claim_id"],
            "parcel_code": other["parcel_code"],
            "issued_on": None if other["issued_on"] is None else other["issued_on"].isoformat(),
        },
        "geometry": None if one.geom is None else geometry_of(one.geom),
        **name_rule(one.rule),
        **_say(one.why, one.params),
    }


def name_rule(code: str) -> Row:
    """The name of a rule in both languages."""
    rule = read_rules()[code]
    return {"rule_zh": rule.zh, "rule_en": rule.en}


def division_view(division: Division, new: NewOutlines | None = None) -> Row:
    """What a line gives to either side."""
    view = {
        "line": geometry_of(division.line),
        "left": geometry_of(division.left),
        "right": geometry_of(division.right),
        "total_m2": str(division.total_m2),
        "left_m2": str(division.left_m2),
        "right_m2": str(division.right_m2),
        "left_mu": str(division.left_mu),
        "right_mu": str(division.right_mu),
        "left_percent": round(float(100 * division.left_m2 / division.total_m2), 2),
        "left_ellipsoidal_m2": round(division.left_ellipsoidal_m2, 2),
        "right_ellipsoidal_m2": round(division.right_ellipsoidal_m2, 2),
    }
    if new is not None:
        view |= {
            "difference_m2": round(new.difference_m2, 6),
            "is_conserved": new.is_conserved,
        }
    return view


def strip_view(row: Row) -> Row:
    """A strip with everything that speaks about it."""
    view = plain(row) | {
        "geometry": shape_of(row["wkb"]),
        "disputed_line": shape_of(row["line_wkb"]),
        "area_mu": str(round_mu(row["area_m2"])),
    }
    if "claims" not in row:
        return view
    claims = [claim_view(one) for one in row["claims"]]
    view["claims"] = claims
    view["neighbours"] = [claim_view(one) for one in row["neighbours"]]
    view["lines"] = [plain(one) | {"geometry": shape_of(one["wkb"])} for one in row["lines"]]
    view["versions"] = {
        str(claim_id): [plain(one) | {"geometry": shape_of(one["wkb"])} for one in found]
        for claim_id, found in row["versions"].items()
    }
    for name in (
        "evidence", "freezes", "marks", "sightings", "points", "border_posts", "field_points",
        "scans", "attendance", "files",
    ):  # fmt: skip
        view[name] = [plain(one) for one in row[name]]
    view["time_line"] = list_time_line(row)
    return view


def list_time_line(row: Row) -> list[Row]:
    """Papers, evidence, scans, freezes and versions by their day; undated ones first."""
    events: list[Row] = []
    for one in row["claims"]:
        side = "left" if one["claim_id"] == row["left_claim_id"] else "right"
        events.append(_event(one["issued_on"], "certificate", side, one["certificate_number"]))
        events += [
            _event(version["ended_at"].date(), "version", side, str(version["version"]))
            for version in row["versions"].get(one["claim_id"], [])
        ]
    for one in row["evidence"]:
        side = "left" if one["claim_id"] == row["left_claim_id"] else "right"
        events.append(_event(one["dated_on"], one["kind"], side, one["paper_number"]))
    events += [_event(one["dated_on"], "scan", None, None) for one in row["scans"]]
    for one in row["freezes"]:
        side = "left" if one["claim_id"] == row["left_claim_id"] else "right"
        events.append(_event(one["frozen_on"], "freeze", side, one["document_number"]))
    if row["notice_on"] is not None:
        events.append(_event(row["notice_on"], "notice", None, None))
    if row["held_on"] is not None:
        events.append(_event(row["held_on"], "survey_act", None, None))
    return sorted(events, key=lambda one: one["on"] or "")


def plain(row: Mapping[str, Any]) -> Row:
    """A row without what stays inside."""
    return {name: value for name, value in row.items() if name not in _HIDDEN}


def _say(code: str, params: Mapping[str, Any]) -> Row:
    found = render_sentences(code, params)
    return {"detail": found.detail, "fix": found.fix}


def _event(on: Any, what: str, side: str | None, number: str | None) -> Row:
    return {"on": None if on is None else on.isoformat(), "what": what, "side": side,
            "number": number}  # fmt: skip


def _round(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 9)
    if isinstance(value, (list, tuple)):
        return [_round(one) for one in value]
    if isinstance(value, dict):
        return {name: _round(one) for name, one in value.items()}
    return value
