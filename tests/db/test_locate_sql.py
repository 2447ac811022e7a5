"""SQL and memory give the same answer to "which cell is this point in?"."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import pytest
import shapely
from sqlalchemy import Connection

from grid_boundaries.errors import InvalidInput
from grid_boundaries.locate.location import Location
from grid_boundaries.locate.point import PointIndex
from grid_boundaries.store.cells import Level, add_levels, load_snapshot
from grid_boundaries.store.locate import locate_by_sql
from grid_boundaries.store.publish import NEW_CELL, CellBatch, publish_cells
from tests.unit.locate.coverages import codes_for, fractal_coverage, probing_points

ON = date(2026, 1, 1)
CELLS = fractal_coverage(5, 4, seed=41, depth=3, size=(0.05, 0.04))
CODES = codes_for(len(CELLS))


def publish(
    conn: Connection,
    geoms: Sequence[Any],
    codes: Sequence[str],
    ranks: Sequence[int],
    parents: Sequence[str | None],
) -> None:
    if not conn.exec_driver_sql("SELECT count(*) FROM grid_level").scalar_one():
        add_levels(conn, [Level(rank, f"级{rank}", f"level {rank}") for rank in (1, 2, 3)])
    batch = CellBatch(
        cell_ids=np.full(len(codes), NEW_CELL, dtype=np.int64),
        codes=list(codes),
        names=[f"格{code}" for code in codes],
        ranks=np.array(ranks, dtype=np.int16),
        parent_codes=list(parents),
        geoms=np.array(geoms, dtype=object),
    )
    publish_cells(conn, batch, valid_from=date(2025, 6, 1), published_by=0)


@pytest.fixture
def index(admin_conn: Connection) -> PointIndex:
    """Town > two villages > the micro cells of the first village's side and a gap on the other."""
    west, east = shapely.union_all(CELLS[:10]), shapely.union_all(CELLS[10:])
    micro = [*CELLS[:10], *CELLS[12:]]
    codes = [*CODES[:10], *CODES[12:]]
    publish(
        admin_conn,
        [shapely.union_all(CELLS), west, east, *micro],
        ["T", "V1", "V2", *codes],
        [1, 2, 2, *[3] * len(micro)],
        [None, "T", "T", *["V1"] * 10, *["V2"] * (len(micro) - 10)],
    )
    return PointIndex(load_snapshot(admin_conn, ON))


def check_same(by_sql: Location, in_memory: Location) -> None:
    got, want = numbers(by_sql), numbers(in_memory)
    assert got == pytest.approx(want, abs=1e-6, nan_ok=True)
    assert words(by_sql) == words(in_memory)


def numbers(where: Location) -> list[float]:
    runner_up = where.runner_up
    found = [where.border_distance_m, where.lead_share]
    found += [runner_up.distance_m, runner_up.share] if runner_up else []
    return [np.nan if number is None else number for number in found]


def words(where: Location) -> dict[str, Any]:
    plain = where.to_json()
    for place in (plain, plain["runner_up"] or {}):
        for key in ("border_distance_m", "lead_share", "distance_m", "share"):
            place.pop(key, None)
    return plain


def test_sql_equals_memory_on_vertices_midpoints_and_anywhere(
    admin_conn: Connection, index: PointIndex
) -> None:
    lng, lat = probing_points(CELLS, random=600, seed=4)
    hows = set()
    for x, y in zip(lng[::5].tolist(), lat[::5].tolist(), strict=True):
        in_memory = index.locate(x, y)
        hows.add(in_memory.how)
        check_same(locate_by_sql(admin_conn, x, y, ON), in_memory)
    assert hows == {"inside", "border", "outside-nearest"}


@pytest.mark.parametrize("accuracy_m", [0.0, 30.0, 800.0])
def test_sql_equals_memory_with_an_accuracy_radius(
    admin_conn: Connection, index: PointIndex, accuracy_m: float
) -> None:
    lng, lat = probing_points(CELLS, random=600, seed=5)
    hows = set()
    for x, y in zip(lng[::12].tolist(), lat[::12].tolist(), strict=True):
        in_memory = index.locate(x, y, accuracy_m)
        hows.add(in_memory.how)
        check_same(locate_by_sql(admin_conn, x, y, ON, accuracy_m), in_memory)
    assert (accuracy_m > 0) == ("accuracy-ambiguous" in hows)


def test_sql_equals_memory_on_overlaps_holes_and_parts(admin_conn: Connection) -> None:
    ring = shapely.box(110, 39, 110.1, 39.1).difference(shapely.box(110.03, 39.03, 110.06, 39.06))
    parts = shapely.MultiPolygon(
        [shapely.box(110.04, 39.04, 110.05, 39.05), shapely.box(110.1, 39.0, 110.12, 39.1)]
    )
    over = shapely.box(110.02, 39.02, 110.045, 39.11)
    publish(admin_conn, [ring, parts, over], ["c", "a", "b"], [1, 1, 1], [None] * 3)
    index = PointIndex(load_snapshot(admin_conn, ON))
    steps = np.arange(-2, 30) * 0.005
    for x in (110 + steps[::2]).tolist():
        for y in (39 + steps[::3]).tolist():
            check_same(locate_by_sql(admin_conn, x, y, ON), index.locate(x, y))


def test_day_before_the_first_plan_has_no_cells(admin_conn: Connection, index: PointIndex) -> None:
    x, y = CELLS[0].representative_point().coords[0]
    where = locate_by_sql(admin_conn, x, y, date(2025, 1, 1))
    assert (where.how, where.lead, where.version_id) == ("none", None, 0)
    limited = locate_by_sql(admin_conn, x + 1, y, ON, nearest_limit_m=1000.0)
    assert limited.how == "none"


def test_impossible_questions_are_refused(admin_conn: Connection) -> None:
    with pytest.raises(InvalidInput):
        locate_by_sql(admin_conn, float("nan"), 39.0, ON)
    with pytest.raises(InvalidInput):
        locate_by_sql(admin_conn, 110.0, 39.0, ON, -1.0)
