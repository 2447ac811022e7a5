"""What a draft is drawn on: barriers, pastures under contract, units that stay whole."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely
from sqlalchemy import Engine, text

from gis_api.actions.redraw.propose import ProposalWish, propose_for_plan
from gis_api.actions.redraw.start import NewPlan, start_plan
from gis_api.actions.redraw.units import KeepWhole
from gis_api.actions.redraw.view import PartView, read_plan
from grid_boundaries.errors import InvalidInput
from grid_boundaries.redraw.barriers import Barriers
from tests.db.redraw.places import PLANNER, VILLAGES, Place, build_place

WEST, EAST = VILLAGES


@pytest.fixture(scope="module")
def place(admin_engine: Engine) -> Place:
    with admin_engine.begin() as conn:
        return build_place(conn)


def begin_part(engine: Engine, village: str, **more: Any) -> PartView:
    plan = start_plan(engine, PLANNER, NewPlan("底", (village,), **more))
    return read_plan(engine, PLANNER, plan).parts[0]


def test_a_river_parts_atoms_and_neighbours_a_road_makes_them_cheap(
    engine: Engine, place: Place
) -> None:
    west, south, east, north = place.villages[0].bounds
    river = shapely.LineString([((west + east) / 2 + 0.001, south), ((west + east) / 2, north)])
    lines = np.array([river], dtype=object)
    (x0, y0), (x1, y1) = river.coords

    def across(part: PartView) -> list[float]:
        sites = part.stored.ground.sites
        side = (sites[:, 0] - x0) * (y1 - y0) > (sites[:, 1] - y0) * (x1 - x0)
        return [m for a, row in enumerate(part.stored.ground.graph.near)
                for b, m in row if side[a] != side[b]]  # fmt: skip

    hard = begin_part(engine, WEST, barriers=Barriers(hard=lines))
    soft = begin_part(engine, WEST, barriers=Barriers(soft=lines))
    for part in (hard, soft):
        inside = shapely.buffer(part.stored.ground.geoms, -1e-9)
        assert shapely.length(shapely.intersection(inside, river)).max() == 0
        assert part.households == 180
    assert sum(across(hard)) == 0
    assert len(across(hard)) <= 2  # the bridge that joins the two banks, either way
    assert len(across(soft)) > 10
    assert len(soft.stored.ground.geoms) == len(hard.stored.ground.geoms)


def test_herders_whose_contracted_pastures_lie_side_by_side_are_neighbours(
    admin_engine: Engine, engine: Engine, place: Place
) -> None:
    before = begin_part(engine, EAST, pastoral=True)
    with admin_engine.begin() as conn:
        homes = conn.execute(text(
            "SELECT household_id, scope_key FROM household h WHERE EXISTS (SELECT FROM"
            " cell_version v WHERE v.code = :c AND h.scope_key LIKE v.scope_key || '%')"
            " ORDER BY ST_X(geom)"), {"c": EAST}).all()  # fmt: skip
        west, south, _, _ = place.villages[1].bounds
        for turn, (home, valid) in enumerate(
            ((homes[0], "[,)"), (homes[-1], "[,)"), (homes[90], "[2020-01-01,2021-01-01)"))
        ):
            shape = shapely.box(west + 0.01 * turn, south, west + 0.01 * (turn + 1), south + 0.02)
            conn.execute(text(
                "INSERT INTO claim (parcel_code, kind, holder_household_id, geom, scope_key, valid)"
                " VALUES (:p, 'grassland', :h, ST_Multi(ST_SetSRID(ST_GeomFromWKB(:g), 4490)), :s,"
                " CAST(:v AS daterange))"),
                {"p": f"草{turn}", "h": home[0], "g": shapely.to_wkb(shape), "s": home[1],
                 "v": valid})  # fmt: skip
    part = begin_part(engine, EAST, pastoral=True)
    atom = dict(zip(part.stored.unit_ids.tolist(), part.stored.atom_of.tolist(), strict=True))
    one, other = atom[homes[0][0]], atom[homes[-1][0]]
    near = [dict(row) for row in part.stored.ground.graph.near]
    assert near[one][other] == near[other][one] == pytest.approx(2220, rel=0.01)
    assert other not in dict(before.stored.ground.graph.near[one])
    # a contract that has run out joins nobody, and who is settled is joined by ground alone
    assert atom[homes[90][0]] not in near[other]
    settled = begin_part(engine, EAST)
    assert other not in dict(settled.stored.ground.graph.near[one])


@pytest.mark.parametrize(
    ("keep", "kind"), [("compound", "compound"), ("natural_village", "settlement")]
)
def test_a_compound_and_a_natural_village_stay_whole(
    admin_engine: Engine, engine: Engine, place: Place, keep: KeepWhole, kind: str
) -> None:
    plan = start_plan(engine, PLANNER, NewPlan("整", (WEST,)))
    part = read_plan(engine, PLANNER, plan).parts[0]
    sites, grid = part.stored.ground.sites, part.draft.grid
    # the twelve buildings around a corner of today's grids
    middle = next(sites[a] for a, row in enumerate(part.stored.ground.graph.near)
                  if len({grid[b] for b, _ in row}) > 2)  # fmt: skip
    order = np.argsort(np.hypot(*(sites - middle).T))[:12]
    area = shapely.convex_hull(shapely.multipoints(sites[order])).buffer(1e-7)
    with admin_engine.begin() as conn:
        conn.execute(
            text("INSERT INTO zone (kind, name, geom) VALUES (:k, '合成', ST_SetSRID("
                 "ST_GeomFromWKB(:g), 4490))"), {"k": kind, "g": shapely.to_wkb(area)},
        )  # fmt: skip
    held = np.flatnonzero(shapely.intersects_xy(area, sites[:, 0], sites[:, 1])).tolist()
    free = propose_for_plan(engine, PLANNER, plan, ProposalWish(20, 30), commit=True)
    kept = propose_for_plan(
        engine, PLANNER, plan, ProposalWish(20, 30, keep_whole=keep), commit=True
    )
    for done, whole in ((free, False), (kept, True)):
        cut = []
        for scenario in done.scenarios:
            assert scenario.plan_id is not None
            drawn = read_plan(engine, PLANNER, scenario.plan_id).parts[0].draft.grid
            cut.append(len({drawn[a] for a in held}) > 1)
            if whole:
                assert scenario.beyond == 0
        assert any(cut) is not whole


def test_a_village_whose_compound_is_too_large_is_left_and_the_other_is_cut(
    admin_engine: Engine, engine: Engine, place: Place
) -> None:
    west, east = WEST, EAST
    plan = start_plan(engine, PLANNER, NewPlan("整楼", (west, east)))
    before = {part.parent: part for part in read_plan(engine, PLANNER, plan).parts}
    with admin_engine.begin() as conn:
        conn.execute(
            text("INSERT INTO zone (kind, name, geom) VALUES ('compound', '合成大院', ST_SetSRID("
                 "ST_GeomFromWKB(:g), 4490))"),
            {"g": shapely.to_wkb(before[west].stored.parent)},
        )  # fmt: skip
    wish = ProposalWish(20, 30, keep_whole="compound", goals=("compactness",))
    done = propose_for_plan(engine, PLANNER, plan, wish, commit=True)
    assert [(one.parent, one.reason) for one in done.infeasible] == [(west, "unit")]
    assert done.scenarios[0].plan_id is not None
    drawn = read_plan(engine, PLANNER, done.scenarios[0].plan_id).parts
    after = {part.parent: part.draft.grid for part in drawn}
    assert after[west] == before[west].draft.grid
    assert after[east] != before[east].draft.grid
    alone = start_plan(engine, PLANNER, NewPlan("只一村", (west,)))
    with pytest.raises(InvalidInput, match=r"redraw\.infeasible"):
        propose_for_plan(engine, PLANNER, alone, wish, commit=True)
