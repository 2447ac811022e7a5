"""What a look at risk is counted from: cases, cells and denominators of an area, read once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Final

import numpy as np
import shapely
from sqlalchemy import Connection, Engine

from gis_api.cases.reports.store import find_area, get_moment, list_kind_names
from gis_api.cases.risk import store
from gis_api.db.engine import Actor, Scope, begin
from grid_boundaries.errors import InvalidInput, NotFound
from layers.risk.case_points import CasePoints
from layers.risk.expected import Denominator
from layers.risk.ground import (
    Ground,
    choose_resolution,
    make_ground,
    make_hex_ground,
    sample_road_km,
)
from layers.risk.groups import KindGroup
from layers.risk.provenance import Floats

LONGEST_MONTHS: Final = 36
SCALES: Final = ("base", "micro", "h3")
ZONE_KINDS: Final = ("open_pit", "acquisition", "haul_road", "subsidence")


@dataclass(frozen=True, slots=True)
class Area:
    """An area and the range that is counted; ``key`` is who may see the result."""

    code: str | None
    name: str | None
    key: str
    counted: Scope


@dataclass(frozen=True)
class Inputs:
    """Everything in memory; nothing of it is a person, a household's key or a case's code."""

    area: Area
    today: date
    to_on: date
    grid_version_id: int
    synthetic: bool
    cases: CasePoints
    cells: dict[str, store.Cells]
    units: dict[str, dict[int, store.UnitPoints]]
    zones: dict[str, Any]
    kinds: list[tuple[str, str, str]]
    _sums: dict[tuple[object, ...], Floats] = field(default_factory=dict, repr=False)

    @cached_property
    def outline(self) -> Any:
        """The union of what is loaded."""
        return shapely.union_all(shapely.buffer(self.cells["base"].shapes, 1e-9))

    def make_ground(self, scale: str, shift: tuple[float, float] = (0.0, 0.0)) -> Ground:
        """The cells of a scale; InvalidInput ``risk.unknown_scale`` where there are none."""
        if scale == "h3":
            held = self.units["households"][self.to_on.year]
            located = self.cases.located
            return make_hex_ground(
                np.concatenate([held.lng, self.cases.lng[located]]),
                np.concatenate([held.lat, self.cases.lat[located]]),
                choose_resolution(self._base_area_km2()), self.outline, shift,
            )  # fmt: skip
        cells = self.cells.get(scale)
        if cells is None:
            raise InvalidInput("risk.unknown_scale", scales=[*self.cells, "h3"])
        return make_ground(scale, cells.codes, cells.names, cells.shapes, self.outline)

    def _base_area_km2(self) -> Floats:
        _, lat = shapely.get_coordinates(shapely.centroid(self.outline))[0]
        scale = 111.32 * 111.32 * np.cos(np.radians(lat))
        area: Floats = shapely.area(self.cells["base"].shapes) * scale
        return area

    def count_units(
        self, ground: Ground, denominator: Denominator, from_on: date
    ) -> tuple[Floats, dict[int, int]]:
        """(units by cell, year of the cases → year of the denominator): each year of the period
        weighs as many days as it has in it.  A year of which nothing was kept takes the nearest."""
        if denominator is Denominator.AREA_KM2:
            return ground.area_km2, {self.to_on.year: self.to_on.year}
        if denominator is Denominator.HAUL_ROAD_KM:
            return self._sum(ground, "haul_road", 0, self._haul_road), {}
        held = self.units[denominator.value]
        days = _days_by_year(from_on, self.to_on)
        used = {year: _find_nearest_year(year, held) for year in days}
        total = np.zeros(len(ground))
        for year, count in days.items():
            one = self._sum(ground, denominator.value, used[year], held[used[year]])
            total += count / sum(days.values()) * one
        return total, used

    @cached_property
    def _haul_road(self) -> store.UnitPoints:
        return store.UnitPoints(*sample_road_km(self.zones["haul_road"]))

    def _sum(self, ground: Ground, name: str, year: int, points: store.UnitPoints) -> Floats:
        """Units by cell, reckoned once: thirty maps of a night ask for the same few."""
        key = (ground.scale, ground.shift, name, year)
        if key not in self._sums:
            rows = ground.find_rows(points.lng, points.lat)
            inside = rows >= 0
            held = np.bincount(rows[inside], points.units[inside], len(ground))
            self._sums[key] = held.astype(np.float64)
        return self._sums[key]

    def digest(self, extra: Sequence[object]) -> bytes:
        """SHA-256 of all that a result depends on: the same digest gives the same maps."""
        sha = hashlib.sha256(repr((self.to_on, self.grid_version_id, *extra)).encode())
        columns: list[Any] = [self.cases.day, self.cases.lng, self.cases.lat, self.cases.pinned]
        for by_year in self.units.values():
            for year, points in sorted(by_year.items()):
                sha.update(str(year).encode())
                columns += [np.sort(points.lng), np.sort(points.lat), np.sort(points.units)]
        for column in columns:
            sha.update(np.ascontiguousarray(column).tobytes())
        words = zip(self.cases.kind.tolist(), self.cases.source.tolist(), strict=True)
        sha.update(repr(list(words)).encode())
        for shapes in self.zones.values():
            sha.update(shapely.to_wkb(shapely.GeometryCollection(list(shapes))))
        return sha.digest()


def read_inputs(engine: Engine, actor: Actor, area_code: str | None, to_on: date | None) -> Inputs:
    """Cases of the 36 months before ``to_on`` (default: the first of this month), counted by point
    on the grid of today.

    Raises NotFound ``cell.unknown`` outside the actor's area, InvalidInput ``risk.future_date``,
    ``risk.no_cells``.
    """
    with begin(engine, actor) as conn:
        moment = get_moment(conn)
        today: date = moment["today"]
        end = to_on or today.replace(day=1)
        if end > today:
            raise InvalidInput("risk.future_date", field="to", today=today.isoformat())
        area = find_frame(conn, actor, area_code)
        levels = store.list_levels(conn)
        ranks = _find_ranks(levels)
        found = store.list_cells(conn, area.counted, list(ranks.values()), today)
        cells = {scale: found[rank] for scale, rank in ranks.items() if rank in found}
        if "base" not in cells or levels[0]["grid_version_id"] is None:
            raise InvalidInput("risk.no_cells")
        from_on = months_before(end, LONGEST_MONTHS)
        west, south, east, north = shapely.total_bounds(cells["base"].shapes)
        return Inputs(
            area=area, today=today, to_on=end, grid_version_id=levels[0]["grid_version_id"],
            synthetic=bool(moment["synthetic"]),
            cases=store.list_cases(conn, area.counted, from_on, end, today),
            cells=cells,
            units={name: _read_units(conn, name, area, end) for name in store.KEPT_BY_YEAR},
            zones=store.list_zones(conn, ZONE_KINDS, from_on, end, (west, south, east, north)),
            kinds=[(kind, zh, en) for kind, (zh, en) in list_kind_names(conn).items()],
        )  # fmt: skip


def find_frame(conn: Connection, actor: Actor, area_code: str | None) -> Area:
    """The area asked for, else the actor's own, else the only root of the place.

    Whoever sees the whole place counts the cases without any place with its root.
    """
    row = find_area(conn, area_code, actor.scope.lo)
    if area_code is not None and (row is None or not actor.scope.holds(row["scope_key"])):
        raise NotFound("cell.unknown", cell_code=area_code)
    if row is None:
        return Area(None, None, actor.scope.lo, actor.scope)
    key: str = row["scope_key"]
    is_root = area_code is None or find_area(conn, None, "0") == row
    whole = is_root and actor.scope.is_whole
    return Area(row["code"], row["name"], key, Scope.whole() if whole else Scope.below(key))


def months_before(day: date, months: int) -> date:
    """The first of the month that many months before the month of ``day``."""
    number = day.year * 12 + day.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)


def _find_ranks(levels: Sequence[dict[str, Any]]) -> dict[str, int]:
    """Base grids are the level below villages, micro grids the next; without villages the two
    lowest levels."""
    ranks = [level["rank"] for level in levels]
    village = next((level["rank"] for level in levels if level["role"] == "village"), None)
    below = [rank for rank in ranks if village is None or rank > village][-2:] or ranks[-1:]
    return dict(zip(("base", "micro"), below, strict=False))


def _read_units(conn: Connection, name: str, area: Area, end: date) -> dict[int, store.UnitPoints]:
    years = range(end.year - LONGEST_MONTHS // 12, end.year)
    kept = store.list_units_of_years(conn, name, area.counted, list(years))
    return kept | {end.year: store.list_units(conn, name, area.counted)}


def _days_by_year(from_on: date, to_on: date) -> dict[int, int]:
    return {
        year: (min(to_on, date(year + 1, 1, 1)) - max(from_on, date(year, 1, 1))).days
        for year in range(from_on.year, to_on.year + 1)
        if max(from_on, date(year, 1, 1)) < min(to_on, date(year + 1, 1, 1))
    }


def _find_nearest_year(year: int, held: Iterable[int]) -> int:
    return min(held, key=lambda other: (abs(other - year), -other))


def count_cases(ground: Ground, cases: CasePoints) -> tuple[Any, int]:
    """((n,) located cases by cell, how many located ones lie in no cell)."""
    rows = ground.find_rows(cases.lng[cases.located], cases.lat[cases.located])
    inside = rows[rows >= 0]
    return np.bincount(inside, minlength=len(ground)), int((rows < 0).sum())


def offer_units(
    inputs: Inputs, ground: Ground, group: KindGroup, from_on: date
) -> list[tuple[str, Floats, dict[int, int]]]:
    """(name, units by cell, years used) of each denominator of a group, in its order."""
    return [(one.value, *inputs.count_units(ground, one, from_on)) for one in group.denominators]
