"""Cells traced over a scan: what is clicked is fitted and noded here, published under checks."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest
import shapely
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from tests.api.conftest import SignIn
from tests.builders import Town, add_user


@pytest.fixture(scope="module")
def publisher(sign_in: SignIn, admin_engine: Engine, town: Town) -> TestClient:
    with admin_engine.begin() as conn:
        add_user(conn, town, "tracer", "publisher", area="t")
        add_user(conn, town, "sketcher", "planner", area="t")
    return sign_in("tracer")


def ground(admin: Engine, town: Town, cell: str) -> shapely.Polygon:
    with admin.connect() as conn:
        blob = conn.execute(
            text("SELECT ST_AsBinary(geom) FROM cell_version WHERE cell_id = :cell"),
            {"cell": town.cells[cell]},
        ).scalar_one()
    return shapely.from_wkb(bytes(blob))


def shaken(shape: Any, by: float) -> list[list[float]]:
    """Its corners, each beside its place by a few metres, another way each time."""
    corners = shapely.get_coordinates(shape)[:-1].tolist()
    return [[x + by * (-1) ** n, y - by * (-1) ** (n // 2)] for n, (x, y) in enumerate(corners)]


def cell(code: str, ring: Sequence[Sequence[float]], parent: str) -> dict[str, Any]:
    return {"code": code, "name": f"合成{code}", "parent": parent, "ring": [list(p) for p in ring]}


def test_scan_is_laid_by_clicked_points_with_what_is_left_over(publisher: TestClient) -> None:
    points = [[0, 0, 110.0, 39.6], [1000, 0, 110.1, 39.6], [0, 800, 110.0, 39.52],
              [1000, 800, 110.1, 39.5201]]  # fmt: skip
    told = publisher.post(
        "/api/tracing/georeference", json={"points": points, "width": 1000, "height": 800}
    )
    assert told.status_code == 200, told.text
    answer = told.json()
    assert answer["rms_m"] == pytest.approx(11.1 / 4, abs=0.1)
    assert len(answer["residual_m"]) == 4
    assert answer["corners"][0] == pytest.approx([110.0, 39.6], abs=1e-4)
    few = {"points": points[:2], "width": 10, "height": 10}
    refused = publisher.post("/api/tracing/georeference", json=few)
    assert (refused.status_code, refused.json()["code"]) == (422, "georeference.too_few")


def test_traced_halves_fill_their_parent_once_they_are_fitted(
    publisher: TestClient, admin_engine: Engine, town: Town
) -> None:
    with admin_engine.connect() as conn:
        deepest = conn.execute(text("SELECT max(rank) FROM grid_level")).scalar_one()
    parent = ground(admin_engine, town, "ws1")
    west, south, east, north = parent.bounds
    middle = (west + east) / 2
    halves = [shapely.box(west, south, middle, north), shapely.box(middle, south, east, north)]
    cells = [cell(f"99{n}", shaken(half, 2e-5), town.codes["ws1"]) for n, half in enumerate(halves)]
    body = {"rank": deepest + 1, "level_zh": "院", "level_en": "yard", "cells": cells}
    told = publisher.post("/api/tracing/check", json=body)
    assert told.status_code == 200, told.text
    answer = told.json()
    assert answer["grid_version_id"] is None
    assert answer["overlap_m2"] == 0
    mine = [f for f in answer["findings"] if town.codes["ws1"] in f["codes"] or "990" in f["codes"]]
    assert mine == []
    shapes = [shapely.from_geojson(json.dumps(c["geometry"])) for c in answer["cells"]]
    assert shapely.area(shapely.symmetric_difference(shapely.union_all(shapes), parent)) < 1e-13
    kinds = answer["refused"]
    accepted = {**body, "accepted": kinds, "reason": "先描一个" if kinds else None}
    done = publisher.post("/api/tracing/publish", json=accepted)
    assert done.status_code == 200, done.text
    with admin_engine.connect() as conn:
        stored = conn.execute(
            text(
                "SELECT code, ST_AsBinary(geom) FROM cell_version WHERE code IN ('990', '991')"
                " ORDER BY code"
            )
        ).all()
    assert [row[0] for row in stored] == ["990", "991"]
    raw = {tuple(p) for c in cells for p in c["ring"]}
    shapes = [shapely.from_wkb(bytes(row[1])) for row in stored]
    kept = {tuple(p) for p in shapely.get_coordinates(shapes).tolist()}
    # what was clicked stands nowhere: every corner was put on a border
    assert not kept & raw


def test_planner_looks_and_does_not_publish_and_bad_rings_are_named(
    sign_in: SignIn, publisher: TestClient, town: Town
) -> None:
    planner = sign_in("sketcher")
    flat = [[110.0, 39.5], [110.0, 39.5], [110.0, 39.5]]
    body = {"rank": 2, "cells": [cell("98", flat, town.codes["ws1"])]}
    told = planner.post("/api/tracing/check", json=body)
    assert (told.status_code, told.json()["code"]) == (422, "trace.bad_ring")
    assert planner.post("/api/tracing/publish", json=body).status_code == 403


def test_planner_keeps_rings_as_a_plan_and_nothing_is_published(
    sign_in: SignIn, admin_engine: Engine, town: Town
) -> None:
    planner = sign_in("sketcher")
    with admin_engine.connect() as conn:
        deepest = conn.execute(text("SELECT max(rank) FROM grid_level")).scalar_one()
        versions = conn.execute(text("SELECT max(grid_version_id) FROM grid_version")).scalar_one()
    # a strip of the first grid is traced as a grid of its own; the others stay where nothing lies
    first = ground(admin_engine, town, "en1")
    west, south, east, north = first.bounds
    strip = shapely.box(west, south, west + (east - west) / 2, north)
    body = {
        "rank": deepest, "cells": [cell("9901", shaken(strip, 1e-6), town.codes["en"])],
        "title": "照旧图描的",
    }  # fmt: skip
    told = planner.post("/api/tracing/draft", json=body)
    assert told.status_code == 201, told.text
    plan_id = told.json()["plan_id"]
    assert told.headers["Location"] == f"/api/redraw/plans/{plan_id}"
    shapes = planner.get(f"/api/redraw/plans/{plan_id}/shapes").json()["features"]
    by_code = {one["properties"]["code"]: one["geometry"] for one in shapes}
    assert {"9901", town.codes["en1"], town.codes["en2"]} <= by_code.keys()
    drawn = shapely.from_geojson(json.dumps(by_code["9901"]))
    assert shapely.area(shapely.symmetric_difference(drawn, strip)) < 0.01 * strip.area
    parent = ground(admin_engine, town, "en")
    every = shapely.union_all([shapely.from_geojson(json.dumps(g)) for g in by_code.values()])
    assert shapely.area(shapely.symmetric_difference(every, parent)) < 1e-12
    with admin_engine.connect() as conn:
        after = conn.execute(text("SELECT max(grid_version_id) FROM grid_version")).scalar_one()
    assert after == versions
    # a ring without a parent in force is no draft
    lost = {**body, "cells": [cell("9902", shaken(strip, 1e-6), "")]}
    refused = planner.post("/api/tracing/draft", json=lost)
    assert (refused.status_code, refused.json()["code"]) == (422, "trace.draft_parent")
