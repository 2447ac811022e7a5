"""The SQL of risk maps, in the caller's transaction: points and counts, never a person's key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import shapely
from psycopg.types.json import Jsonb
from sqlalchemy import Connection

from gis_api.db.engine import Scope
from grid_boundaries.store.sql_files import row_or_none, rows, sql_runner
from layers.risk.case_points import CasePoints
from layers.risk.provenance import Floats

Row = dict[str, Any]
_run = sql_runner(__file__)
KEPT_BY_YEAR = ("households", "parcels")


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Cells of one level on one day, by code; ``shapes`` in EPSG:4490."""

    ids: list[int]
    codes: list[str]
    names: list[str]
    scope_keys: list[str]
    shapes: Any


@dataclass(frozen=True, slots=True, eq=False)
class UnitPoints:
    """Places of a denominator and how many units each stands for."""

    lng: Floats
    lat: Floats
    units: Floats


def list_cases(
    conn: Connection, area: Scope, from_on: date, to_on: date, today: date
) -> CasePoints:
    """Cases registered from ``from_on`` to the day before ``to_on`` in an area, as whoever holds
    the area sees them; merged ones are counted in their main case."""
    found = rows(
        _run(conn, "list_cases", lo=area.lo, hi=area.hi, from_on=from_on, to_on=to_on, today=today)
    )
    return CasePoints.of(found)


def list_cells(conn: Connection, area: Scope, ranks: Sequence[int], on: date) -> dict[int, Cells]:
    """Cells of an area by rank, each in code order; ranks without cells are absent."""
    by_rank: dict[int, list[Row]] = {}
    for row in rows(_run(conn, "list_cells", ranks=list(ranks), on=on, lo=area.lo, hi=area.hi)):
        by_rank.setdefault(row["rank"], []).append(row)
    return {
        rank: Cells(
            [row["cell_id"] for row in found],
            [row["code"] for row in found],
            [row["name"] for row in found],
            [row["scope_key"] for row in found],
            np.asarray(shapely.from_wkb([bytes(row["wkb"]) for row in found]), dtype=object),
        )
        for rank, found in by_rank.items()
    }


def list_levels(conn: Connection) -> list[Row]:
    """Levels from the top, each with the newest grid version in force."""
    return rows(_run(conn, "list_levels"))


def list_units(conn: Connection, denominator: str, area: Scope) -> UnitPoints:
    """The register of today: ``households`` or ``parcels``."""
    row = _run(conn, f"list_units_{denominator}", lo=area.lo, hi=area.hi).mappings().one()
    lng, lat = (np.array(row[name], dtype=np.float64) for name in ("lng", "lat"))
    return UnitPoints(lng, lat, np.ones(len(lng)))


def list_units_of_years(
    conn: Connection, denominator: str, area: Scope, years: Sequence[int]
) -> dict[int, UnitPoints]:
    """What was kept of years that are over; years without are absent."""
    by_year: dict[int, list[Row]] = {}
    for row in rows(
        _run(
            conn, "list_units_of_year", denominator=denominator, years=list(years), lo=area.lo,
            hi=area.hi,
        )
    ):  # fmt: skip
        by_year.setdefault(row["year"], []).append(row)
    return {
        year: UnitPoints(
            *(np.array([row[name] for row in found], dtype=np.float64)
              for name in ("lng", "lat", "units"))
        )
        for year, found in by_year.items()
    }  # fmt: skip


def list_zones(
    conn: Connection,
    kinds: Sequence[str],
    from_on: date,
    to_on: date,
    bounds: tuple[float, float, float, float],
) -> dict[str, Any]:
    """Shapes of zones by kind that were in force on some day and meet a box."""
    west, south, east, north = bounds
    found = rows(
        _run(
            conn, "list_zones", kinds=list(kinds), from_on=from_on, to_on=to_on, west=west,
            south=south, east=east, north=north,
        )
    )  # fmt: skip
    return {
        kind: np.asarray(
            shapely.from_wkb([bytes(row["wkb"]) for row in found if row["kind"] == kind]),
            dtype=object,
        )
        for kind in kinds
    }


def keep_units(conn: Connection, year: int, today: date, renew_after: timedelta) -> int:
    """Keep the registers of today as those of ``year``; 0 when they were kept lately."""
    kept_on = _run(conn, "find_kept_on", year=year).scalar_one()
    if kept_on is not None and today - kept_on < renew_after:
        return 0
    _run(conn, "forget_units", year=year)
    return sum(_run(conn, f"keep_units_{name}", year=year).rowcount for name in KEPT_BY_YEAR)


def list_areas(conn: Connection) -> list[Row]:
    """Townships and every cell above one, the smallest first."""
    return rows(_run(conn, "list_areas"))


def add_run(conn: Connection, inputs: Mapping[str, Any], figures: Mapping[str, Any],
            **columns: Any) -> int:  # fmt: skip
    """Note a look; its id."""
    found = _run(conn, "add_run", inputs=Jsonb(dict(inputs)), figures=Jsonb(dict(figures)),
                 **columns)  # fmt: skip
    return int(found.scalar_one())


def add_map(conn: Connection, figures: Mapping[str, Any], cells: Mapping[str, Any],
            **columns: Any) -> None:  # fmt: skip
    """Keep one map of a look."""
    _run(conn, "add_map", figures=Jsonb(dict(figures)), cells=Jsonb(dict(cells)), **columns)


def find_run(conn: Connection, *, scope_key: str | None = None,
             risk_run_id: int | None = None) -> Row | None:  # fmt: skip
    """The newest nightly look at an area, or one look by its id; None unless it may be seen."""
    row = row_or_none(_run(conn, "find_run", scope_key=scope_key, risk_run_id=risk_run_id))
    return None if row is None else dict(row)


def list_maps(conn: Connection, risk_run_id: int) -> list[Row]:
    """Figures of every map of a look."""
    return rows(_run(conn, "list_maps", risk_run_id=risk_run_id))


def find_map(
    conn: Connection, risk_run_id: int, kind_group: str, scale: str, months: int
) -> Row | None:
    """One map with its cells; None when there is none or it may not be seen."""
    row = row_or_none(
        _run(conn, "find_map", risk_run_id=risk_run_id, kind_group=kind_group, scale=scale,
             months=months)
    )  # fmt: skip
    return None if row is None else dict(row)


def forget_runs(conn: Connection, keep: timedelta) -> int:
    """Delete old looks with their maps, but the newest of every area."""
    return _run(conn, "forget_runs", keep=keep).rowcount


def add_alarm(conn: Connection, **columns: Any) -> bool:
    """Raise an alarm; False when the same one was raised before."""
    return row_or_none(_run(conn, "add_alarm", **columns)) is not None


def list_alarms(conn: Connection, area: Scope, state: str | None, limit: int) -> list[Row]:
    """Alarms centred in an area, open ones first, then newest first."""
    return rows(_run(conn, "list_alarms", lo=area.lo, hi=area.hi, state=state, limit=limit))


def lock_alarm(conn: Connection, code: str) -> Row | None:
    """An alarm to decide on; None when there is none or it may not be seen."""
    row = row_or_none(_run(conn, "lock_alarm", code=code))
    return None if row is None else dict(row)


def decide_alarm(conn: Connection, **columns: Any) -> None:
    """Note what a person found behind an alarm."""
    _run(conn, "decide_alarm", **columns)


def score_alarms(conn: Connection, area: Scope) -> list[Row]:
    """How many alarms of each group of kinds were raised, and what became of them."""
    return rows(_run(conn, "score_alarms", lo=area.lo, hi=area.hi))


def list_task_officers(conn: Connection, scope_key: str) -> list[int]:
    """Holders of the centre posts above a place."""
    return [row["officer_id"] for row in rows(_run(conn, "list_task_officers",
                                                   scope_key=scope_key))]  # fmt: skip


def list_shapes(
    conn: Connection, codes: Sequence[str], on: date, tolerance_degrees: float
) -> dict[str, str]:
    """GeoJSON geometries by code, simplified for the screen."""
    found = _run(conn, "list_shapes", codes=list(codes), on=on, tolerance=tolerance_degrees)
    return {row["code"]: row["shape"] for row in rows(found)}
