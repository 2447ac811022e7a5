"""Which cell is this point in, by SQL: the same answers as ``locate.point.PointIndex``."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any, Final

import shapely
from sqlalchemy import Connection

from grid_boundaries.errors import InvalidInput
from grid_boundaries.locate.level_index import disc_polygon
from grid_boundaries.locate.location import CellRef, How, Location, RunnerUp
from grid_boundaries.locate.point import (
    DEFAULT_NEAREST_LIMIT_M,
    largest_share,
    require_accuracy,
)
from grid_boundaries.store.sql_files import rows, sql_runner

NO_ROW: Final = -1
"""``CellRef.row`` of answers by SQL, which know no snapshot."""

_run = sql_runner(__file__)
_Rows = dict[str, list[tuple[CellRef, float | None]]]


def locate_by_sql(
    conn: Connection,
    lng: float,
    lat: float,
    on: date,
    accuracy_m: float | None = None,
    nearest_limit_m: float = DEFAULT_NEAREST_LIMIT_M,
) -> Location:
    """Where the point lies in the plan in force on a day; rules as ``PointIndex.locate``.

    Distances agree with the in-memory answer to 1e-6 m.  Reads only what the connection's
    transaction sees, so an assignment that is written in it is decided by it.

    Raises InvalidInput ``place.not_finite`` and ``place.accuracy_range``.
    """
    if not (math.isfinite(lng) and math.isfinite(lat)):
        raise InvalidInput("place.not_finite")
    accuracy = require_accuracy(accuracy_m)
    version_id = _run(conn, "find_version_on", on=on).scalar_one() or 0
    asked = {"lng": lng, "lat": lat, "on": on}
    found = _by_kind(rows(_run(conn, "locate_point", **asked)))
    if "lead" in found:
        where = _covered(found, version_id)
        if accuracy and (where.border_distance_m or 0.0) < accuracy:
            return _ambiguous(conn, where, asked, accuracy)
        return where
    if accuracy and (touched := _touched(conn, asked, accuracy, version_id)):
        return touched
    near = rows(_run(conn, "locate_nearest", **asked, limit_m=nearest_limit_m))
    runner_up = RunnerUp(_cell(near[0]), near[0]["distance_m"]) if near else None
    how: How = "outside-nearest" if near else "none"
    return Location(how, None, (), (), runner_up, None, None, version_id)


def _covered(found: _Rows, version_id: int) -> Location:
    ((lead, border_m),) = found["lead"]
    joint = tuple(cell for cell, _ in found.get("joint", []))
    runner_up = None
    if joint:
        runner_up = RunnerUp(joint[0], distance_m=0.0)
    elif "runner_up" in found:
        ((cell, distance_m),) = found["runner_up"]
        runner_up = RunnerUp(cell, distance_m)
    return Location(
        how="border" if joint else "inside",
        lead=lead,
        ancestors=tuple(cell for cell, _ in found.get("ancestor", [])),
        joint=joint,
        runner_up=runner_up,
        border_distance_m=border_m,
        lead_share=None,
        version_id=version_id,
    )


def _ambiguous(
    conn: Connection, where: Location, asked: dict[str, Any], accuracy_m: float
) -> Location:
    assert where.lead is not None
    shares = _shares(conn, asked, accuracy_m, where.lead.level)
    lead_share = shares.pop(where.lead, 0.0)
    return replace(
        where,
        how="accuracy-ambiguous",
        lead_share=lead_share,
        runner_up=_largest(shares),
    )


def _touched(
    conn: Connection, asked: dict[str, Any], accuracy_m: float, version_id: int
) -> Location | None:
    shares = _shares(conn, asked, accuracy_m, None)
    leading = _largest(shares)
    if leading is None:
        return None
    lead_share = shares.pop(leading.cell)
    found = _by_kind(rows(_run(conn, "locate_cell", **asked, cell_id=leading.cell.cell_id)))
    return replace(
        _covered(found, version_id),
        how="accuracy-ambiguous",
        lead_share=lead_share,
        runner_up=_largest(shares),
    )


def _shares(
    conn: Connection, asked: dict[str, Any], accuracy_m: float, rank: int | None
) -> dict[CellRef, float]:
    """Shares of the disc by cell, lowest code first."""
    disc = shapely.to_wkb(disc_polygon(asked["lng"], asked["lat"], accuracy_m))
    found = rows(_run(conn, "share_disc", disc=disc, on=asked["on"], rank=rank))
    return {_cell(row): row["share"] for row in found}


def _largest(shares: dict[CellRef, float]) -> RunnerUp | None:
    if not shares:
        return None
    cells = list(shares)
    place, share = largest_share(list(enumerate(shares.values())))
    return RunnerUp(cells[place], share=share)


def _by_kind(found: Iterable[dict[str, Any]]) -> _Rows:
    grouped: _Rows = {}
    for row in found:
        grouped.setdefault(row["kind"], []).append((_cell(row), row["distance_m"]))
    return grouped


def _cell(row: dict[str, Any]) -> CellRef:
    return CellRef(NO_ROW, row["cell_id"], row["code"], row["name"], row["rank"])
