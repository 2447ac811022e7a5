"""A township with two villages cut into grids of households, to be redrawn (合成数据)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import shapely
from sqlalchemy import Connection, text

from gis_api.db.engine import SYSTEM, Actor, Scope, set_actor
from grid_boundaries.redraw.feasible import SizeRule
from grid_boundaries.redraw.nodes import insert_vertices
from grid_boundaries.redraw.parents import ParentTask, redraw_parent
from grid_boundaries.store.cells import Level, add_levels
from grid_boundaries.store.publish import NEW_CELL, CellBatch, publish_cells
from tests.unit.locate.coverages import fractal_coverage

TOWN, VILLAGES = "990000001", ("990000001201", "990000001202")
BEGAN = date(2020, 1, 1)
PLANNER = Actor(901, "planner", Scope.whole())
OTHER_PLANNER = Actor(902, "planner", Scope.whole())
PUBLISHER = Actor(903, "publisher", Scope.whole())
RULE = SizeRule(20, 30)


@dataclass
class Place:
    """What was built: outlines of the villages, their households and grids."""

    villages: list[Any]
    homes: list[np.ndarray]
    codes: list[list[str]]


def build_place(conn: Connection, households: int = 180, *, seed: int = 6) -> Place:
    """In the caller's transaction, as the administrator; nobody holds a post."""
    rng = np.random.default_rng(seed)
    villages = list(fractal_coverage(2, 1, seed=seed, origin=(110.3, 39.3), size=(0.1, 0.05)))
    homes, grids = [], []
    for village in villages:
        shapely.prepare(village)
        west, south, east, north = village.bounds
        points = rng.uniform((west, south), (east, north), (households * 6, 2))
        inside = points[shapely.contains_xy(village, points)][:households]
        homes.append(inside)
        plan = redraw_parent(ParentTask("", village, inside), RULE, "compactness", seed=seed)
        assert plan.refusal is None
        grids.append(plan.grids)
    corners = shapely.get_coordinates(np.concatenate(grids))
    villages = [insert_vertices(village, corners) for village in villages]
    grids = [np.array([insert_vertices(g, corners) for g in own], dtype=object) for own in grids]
    town = insert_vertices(shapely.coverage_union_all(villages), corners)
    set_actor(conn, SYSTEM)
    add_levels(conn, [Level(1, "镇", "township", "township"), Level(2, "村", "village", "village"),
                      Level(3, "微网格", "micro grid")])  # fmt: skip
    codes = [[f"{v}{n:03d}" for n in range(1, len(own) + 1)]
             for v, own in zip(VILLAGES, grids, strict=True)]  # fmt: skip
    flat = [code for own in codes for code in own]
    publish_cells(
        conn,
        CellBatch(
            cell_ids=np.full(3 + len(flat), NEW_CELL),
            codes=[TOWN, *VILLAGES, *flat],
            names=["合成镇", "西村", "东村", *(f"第{c[-3:]}网格" for c in flat)],
            ranks=np.array([1, 2, 2] + [3] * len(flat), dtype=np.int16),
            parent_codes=[None, TOWN, TOWN, *(c[:12] for c in flat)],
            geoms=np.array([town, *villages, *np.concatenate(grids)], dtype=object),
        ),
        valid_from=BEGAN,
        published_by=0,
    )
    conn.execute(text("RESET ROLE"))
    for own in homes:
        conn.execute(
            text(
                "INSERT INTO household (geom, cell_id, scope_key)"
                " SELECT p.geom, v.cell_id, v.scope_key FROM ("
                "   SELECT ST_SetSRID(ST_Point(x, y), 4490) AS geom"
                "   FROM unnest(CAST(:xs AS float8[]), CAST(:ys AS float8[])) AS t (x, y)) p"
                " JOIN LATERAL (SELECT cell_id, scope_key FROM cell_version"
                "   WHERE rank = 3 AND valid @> today() AND ST_Covers(geom, p.geom)"
                "   ORDER BY code LIMIT 1) v ON true"
            ),
            {"xs": own[:, 0].tolist(), "ys": own[:, 1].tolist()},
        )
    return Place(villages, homes, codes)
