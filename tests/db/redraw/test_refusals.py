"""Bad input of a planner, by the interface and on the command line: told with a way on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from pydantic import SecretStr
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from gis_api.access.passwords import hash_password
from gis_api.actions.redraw.start import NewPlan, start_plan
from gis_api.actions.redraw.view import PartView, read_plan
from gis_api.app import create_app
from gis_api.cli.main import main
from gis_api.settings import Settings
from tests.builders import PASSWORD
from tests.db.redraw.places import PLANNER, VILLAGES, build_place

WEST = VILLAGES[0]
Line = list[list[float]]


@pytest.fixture(scope="module")
def planner(
    admin_engine: Engine, admin_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TestClient]:
    with admin_engine.begin() as conn:
        build_place(conn)
        conn.execute(
            text("INSERT INTO app_user (login, password_hash, role, must_change_password)"
                 " VALUES ('planner', :h, 'planner', false)"), {"h": hash_password(PASSWORD)},
        )  # fmt: skip
    app = create_app(
        Settings(database_url=SecretStr(admin_url), var_dir=tmp_path_factory.mktemp("var"))
    )
    with TestClient(app, client=("127.0.0.1", 50000)) as client:
        signed = client.post("/api/session", json={"login": "planner", "password": PASSWORD})
        client.headers["X-CSRF-Token"] = signed.json()["csrf_token"]
        yield client


@pytest.fixture(scope="module")
def part(planner: TestClient, engine: Engine) -> tuple[int, PartView]:
    plan = start_plan(engine, PLANNER, NewPlan("试", (WEST,)))
    return plan, read_plan(engine, PLANNER, plan).parts[0]


def require_problem(answer: Any, status: int, code: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert problem["code"] == code
    for said in (problem["detail"], problem["fix"]):
        assert said["zh"]
        assert said["en"]
        assert "?" not in said["zh"] + said["en"]
        assert code not in said["en"]
    return problem


def sketches(part: PartView) -> dict[str, tuple[dict[str, Any], str]]:
    """Steps that cannot be, with what they are told."""
    grid = part.grids[0]
    west, south, east, north = grid.bbox
    a, b = west + (east - west) / 3, west + (east - west) * 2 / 3
    atom = part.draft.grid.index(grid.grid)
    inside = part.stored.ground.sites[atom].tolist()
    beside = {part.draft.grid[n] for a, row in enumerate(part.stored.ground.graph.near)
              if part.draft.grid[a] == grid.grid for n, _ in row}  # fmt: skip
    far = next(n for n in part.draft.grids if n not in beside)
    sites = part.stored.ground.sites[np.asarray(part.draft.grid) == grid.grid]
    bare = (west + sites[:, 0].min()) / 2

    def split(*line: Any) -> dict[str, Any]:
        return {"act": "split", "grids": [grid.grid], "line": [list(xy) for xy in line]}

    return {
        "misses": (split((0, 0), (1, 1)), "redraw.line_misses"),
        "twice": (split((a, south - 1), (a, north + 1), (b, north + 1), (b, south - 1)),
                  "redraw.line_cuts_often"),
        "ends_inside": (split((a, south - 1), inside), "redraw.line_ends_inside"),
        "bare": (split((bare, south - 1), (bare, north + 1)), "redraw.empty_part"),
        "apart": ({"act": "merge", "grids": [grid.grid, far]}, "redraw.not_neighbours"),
        "unknown": ({"act": "lock", "grids": [999]}, "redraw.unknown_grid"),
    }  # fmt: skip


KINDS = ["misses", "twice", "ends_inside", "bare", "apart", "unknown"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_step_that_cannot_be_is_a_problem_with_a_fix(
    planner: TestClient, part: tuple[int, PartView], kind: str
) -> None:
    plan, view = part
    body, code = sketches(view)[kind]
    require_problem(planner.post(f"/api/redraw/plans/{plan}/preview", json=body), 422, code)
    answer = planner.post(f"/api/redraw/plans/{plan}/edits", json=body | {"rev": view.rev})
    require_problem(answer, 422, code)
    assert planner.get(f"/api/redraw/plans/{plan}").json()["parts"][0]["rev"] == view.rev


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_on_the_command_line_ends_with_2(
    part: tuple[int, PartView], admin_url: str, tmp_path: Path, kind: str,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    plan, view = part
    body, code = sketches(view)[kind]
    monkeypatch.setenv("WANGGE_DATABASE_URL", admin_url)
    monkeypatch.setenv("WANGGE_VAR_DIR", str(tmp_path))
    command = ["redraw", "edit", str(plan), body["act"]]
    for grid in body["grids"]:
        command += ["--grid", str(grid)]
    if "line" in body:
        command += ["--line", " ".join(f"{lng},{lat}" for lng, lat in body["line"])]
    with pytest.raises(SystemExit) as ended:
        main([*command, "--commit"])
    assert ended.value.code == 2
    assert code in capsys.readouterr().err


def test_a_stale_step_an_unchecked_plan_and_a_place_unknown_are_told(
    planner: TestClient, engine: Engine, part: tuple[int, PartView]
) -> None:
    plan = start_plan(engine, PLANNER, NewPlan("旧", (WEST,), "empty"))
    url = f"/api/redraw/plans/{plan}"
    grid = planner.get(url).json()["parts"][0]["grids"][0]["grid"]
    step = {"act": "lock", "grids": [grid], "rev": 1}
    assert planner.post(f"{url}/edits", json=step).status_code == 200
    told = require_problem(planner.post(f"{url}/edits", json=step), 409, "redraw.stale")
    assert "2" in told["detail"]["zh"]
    told = require_problem(planner.post(f"{url}/submit", json={}), 409, "redraw.findings")
    found = planner.get(f"{url}/findings").json()["items"]
    assert any(one["bbox"] for one in found)
    assert all(one["detail"]["zh"] and one["fix"]["zh"] for one in found)
    body = {"name": "无", "parents": ["990000001999"]}
    require_problem(planner.post("/api/redraw/plans", json=body), 404, "redraw.parent_unknown")
    body = {"name": "混", "parents": [WEST, WEST[:9]]}
    require_problem(planner.post("/api/redraw/plans", json=body), 422, "redraw.mixed_levels")
    again = {"name": "再"}
    require_problem(planner.post("/api/redraw/plans/9999/replay", json=again), 404,
                    "redraw.plan_unknown")  # fmt: skip


def lines_file(kind: str, coordinates: Any) -> tuple[str, bytes, str]:
    held = {"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"kind": "river"},
         "geometry": {"type": kind, "coordinates": coordinates}}]}  # fmt: skip
    return "lines.geojson", json.dumps(held).encode(), "application/geo+json"


@pytest.mark.parametrize("strength", ["barriers", "soft_barriers"])
def test_a_plan_begins_with_a_river_or_a_road_of_a_file(
    planner: TestClient, part: tuple[int, PartView], engine: Engine, strength: str
) -> None:
    west, south, east, north = part[1].stored.parent.bounds
    line = [[(west + east) / 2 + 0.001, south], [(west + east) / 2, north]]
    answer = planner.post(
        "/api/redraw/plans/file",
        data={"name": "河", "parents": [WEST], "low": "20", "high": "30"},
        files={strength: lines_file("LineString", line)},
    )
    assert answer.status_code == 201, answer.text
    view = read_plan(engine, PLANNER, answer.json()["plan_id"])
    assert (view.plan["low"], view.plan["high"], view.plan["start"]) == (20, 30, "current")
    inside = shapely.buffer(view.parts[0].stored.ground.geoms, -1e-9)
    river = shapely.LineString(line)
    assert shapely.length(shapely.intersection(inside, river)).max() == 0
    across = shapely.length(shapely.intersection(part[1].stored.ground.geoms, river))
    assert across.max() > 1e-4  # without it some unit lies on both banks


def test_a_file_without_lines_or_without_a_plan_is_told_and_begins_nothing(
    planner: TestClient,
) -> None:
    before = len(planner.get("/api/redraw/plans").json()["items"])
    sent = {"name": "河", "parents": [WEST]}
    points = planner.post("/api/redraw/plans/file", data=sent,
                          files={"barriers": lines_file("Point", [110.0, 39.0])})  # fmt: skip
    require_problem(points, 422, "redraw.no_polygons")
    junk = planner.post("/api/redraw/plans/file", data=sent,
                        files={"soft_barriers": ("a.geojson", b"\x00\x01", "x/y")})  # fmt: skip
    assert junk.status_code == 422, junk.text
    assert len(planner.get("/api/redraw/plans").json()["items"]) == before


@pytest.mark.parametrize("said", [{"start": "file"}, {"code_field": "code"}, {"weight_field": "n"}])
@pytest.mark.parametrize("files", [None, {"file": ("", b"", "application/octet-stream")}])
def test_a_plan_of_a_file_without_the_file_does_not_begin_from_todays_grids(
    planner: TestClient, said: dict[str, str], files: Any
) -> None:
    before = len(planner.get("/api/redraw/plans").json()["items"])
    answer = planner.post(
        "/api/redraw/plans/file", data={"name": "件", "parents": [WEST], **said}, files=files
    )
    require_problem(answer, 422, "redraw.no_file")
    assert len(planner.get("/api/redraw/plans").json()["items"]) == before
