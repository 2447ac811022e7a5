"""Files with faults as drafts: each is told in a sentence, and the draft is whole all the same."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely
from sqlalchemy import Engine, text

from gis_api.actions.redraw.files import read_incoming
from gis_api.actions.redraw.propose import ProposalWish, propose_for_plan
from gis_api.actions.redraw.start import NewPlan, start_plan
from gis_api.actions.redraw.view import derive_part, read_plan
from gis_api.cli.main import main
from gis_api.db.engine import SYSTEM, begin
from gis_api.jobs import store as jobs
from gis_api.jobs.progress import Progress, run_job
from gis_api.messages import render_finding
from tests.db.redraw.places import PLANNER, VILLAGES, Place, build_place
from tests.unit.redraw.walks import check_whole

WEST = VILLAGES[0]
Cells = list[Any]


@pytest.fixture(scope="module")
def place(admin_engine: Engine) -> Place:
    with admin_engine.begin() as conn:
        return build_place(conn)


def todays(engine: Engine) -> tuple[list[str], Cells]:
    with begin(engine, SYSTEM) as conn:
        rows = conn.execute(text(
            "SELECT code, ST_AsBinary(geom) FROM cell_version WHERE rank = 3 AND code LIKE :p"
            " ORDER BY code"), {"p": f"{WEST}%"}).all()  # fmt: skip
    return [r[0] for r in rows], [shapely.from_wkb(bytes(r[1])) for r in rows]


def outside(cells: Cells) -> Cells:
    west, south, _, north = shapely.total_bounds(cells)
    row = next(k for k, c in enumerate(cells) if c.bounds[0] == west)
    beyond = shapely.box(west - 0.005, south, west + 1e-4, north)
    return [shapely.union(c, beyond) if k == row else c for k, c in enumerate(cells)]


def missing(cells: Cells) -> Cells:
    return cells[1:]


def hole(cells: Cells) -> Cells:
    middle = shapely.centroid(shapely.union_all(cells)).buffer(0.001)
    return [shapely.difference(c, middle) for c in cells]


def slivers(cells: Cells) -> Cells:
    """A metre of overlap with every neighbour."""
    return [shapely.buffer(c, 1e-5, join_style="mitre") if k % 3 == 0 else c
            for k, c in enumerate(cells)]  # fmt: skip


def t_junctions(cells: Cells) -> Cells:
    """Every second vertex of every third grid is gone: borders no longer share vertices."""
    return [shapely.simplify(c, 2e-5) if k % 3 == 0 else c for k, c in enumerate(cells)]


FAULTS = {
    outside: {"grid.outside_parent"},
    missing: {"grid.gap", "grid.hole"},
    hole: {"grid.hole"},
    slivers: {"grid.overlap"},
    t_junctions: {"grid.overlap", "grid.gap", "grid.hole"},
}


def write(folder: Path, codes: list[str], cells: Cells) -> Path:
    file = folder / "faulty.gpkg"
    gpd.GeoDataFrame({"code": codes[: len(cells)]}, geometry=cells, crs=4490).to_file(
        file, engine="pyogrio"
    )
    return file


@pytest.mark.parametrize("break_it", list(FAULTS), ids=lambda f: f.__name__)
def test_a_faulty_file_is_told_and_laid_out_whole(
    engine: Engine, place: Place, tmp_path: Path, break_it: Callable[[Cells], Cells]
) -> None:
    codes, cells = todays(engine)
    incoming = read_incoming(write(tmp_path, codes, break_it(cells)), code_field="code")
    plan = start_plan(engine, PLANNER, NewPlan("件", (WEST,), "file", incoming=incoming))
    view = read_plan(engine, PLANNER, plan)
    told = view.plan["import_findings"]
    assert {f["code"] for f in told} & FAULTS[break_it], told
    for found in told:
        said = render_finding(found)
        assert found["cell_codes"][0]
        assert found["cell_codes"][0] in said.detail["zh"]
        assert "?" not in said.detail["zh"] + said.detail["en"]
        assert found["code"] not in said.detail["en"]
        assert said.fix
    part = view.parts[0]
    shapes = derive_part(part)
    homes = shapely.points(part.stored.ground.sites)
    check_whole(shapes, part.draft.grid, part.stored.parent, homes)
    assert sum(g.households for g in part.grids) == 180


def test_the_command_line_says_what_is_wrong_with_a_file(
    engine: Engine, admin_url: str, place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    codes, cells = todays(engine)
    file = write(tmp_path, codes[1:], missing(cells))
    monkeypatch.setenv("WANGGE_DATABASE_URL", admin_url)
    monkeypatch.setenv("WANGGE_VAR_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("COLUMNS", "300")
    with pytest.raises(SystemExit) as ended:
        main(["redraw", "start", "--parent", WEST, "--file", str(file), "--code-field", "code",
              "--commit"])  # fmt: skip
    said = capsys.readouterr()
    assert not ended.value.code, said
    assert "平方米" in said.out
    assert "m²" in said.out
    assert "Refused" not in said.out


def test_proposals_as_a_job_tell_how_far_they_are_and_can_be_stopped(
    engine: Engine, place: Place
) -> None:
    plan = start_plan(engine, PLANNER, NewPlan("作业", VILLAGES))
    heard: list[tuple[int, int | None]] = []
    wish = ProposalWish(20, 30)
    propose_for_plan(engine, PLANNER, plan, wish, commit=False,
                     say=lambda done, total: heard.append((done, total)))  # fmt: skip
    assert heard == [(n, 6) for n in range(7)]
    count = "SELECT count(*) FROM redraw_plan"
    with begin(engine, SYSTEM) as conn:
        before = conn.execute(text(count)).scalar_one()
        job = jobs.defer(conn, "redraw_propose", PLANNER.user_id)
        jobs.begin_progress(conn, job, "redraw_propose", PLANNER.user_id)
        jobs.request_cancel(conn, job)

    def stopped(progress: Progress) -> None:
        propose_for_plan(engine, PLANNER, plan, wish, commit=True, say=progress.step)

    run_job(engine, job, "redraw_propose", stopped)
    with begin(engine, SYSTEM) as conn:
        assert conn.execute(text(count)).scalar_one() == before
        outcome = "SELECT outcome FROM job_progress WHERE job_id = :j"
        assert conn.execute(text(outcome), {"j": job}).scalar_one() == "cancelled"


def test_a_seasonal_place_is_ground_without_weight_beside_its_home(
    admin_engine: Engine, engine: Engine, place: Place
) -> None:
    """Herders: the summer place is at the other end of the village and stays with its household."""
    with admin_engine.begin() as conn:
        homes = conn.execute(text(
            "SELECT h.household_id, h.scope_key, ST_X(h.geom), ST_Y(h.geom) FROM household h"
            " JOIN cell_version v ON v.code = :c AND h.scope_key LIKE v.scope_key || '%'"
            " ORDER BY ST_X(h.geom)"), {"c": WEST}).all()  # fmt: skip
        first, last = homes[0], homes[-1]
        summer = (last[2] - 1e-4, last[3])
        conn.execute(text(
            "INSERT INTO household_place (household_id, season, geom, scope_key) VALUES"
            " (:h, 'summer', ST_SetSRID(ST_Point(:x, :y), 4490), :s)"),
            {"h": first[0], "x": summer[0], "y": summer[1], "s": first[1]})  # fmt: skip
    plan = start_plan(engine, PLANNER, NewPlan("牧", (WEST,), pastoral=True))
    part = read_plan(engine, PLANNER, plan).parts[0]
    ground, stored = part.stored.ground, part.stored
    held = shapely.STRtree(ground.geoms).query(shapely.Point(summer), predicate="intersects")
    home = dict(zip(stored.unit_ids.tolist(), stored.atom_of.tolist(), strict=True))[first[0]]
    (there,) = held.tolist()
    assert (ground.graph.weights[home], ground.graph.weights[there]) == (1, 0)
    longest = max(m for row in ground.graph.near for _, m in row)
    assert dict(ground.graph.near[home])[there] == dict(ground.graph.near[there])[home] == longest
    assert not shapely.touches(ground.geoms[home], ground.geoms[there])
    assert part.households == 180
    assert shapely.coverage_is_valid(derive_part(part))
