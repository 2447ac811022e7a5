"""Tiles over HTTP: what is in them, who may see what, when they are asked for anew.

The oracle of places is the map of tests/builders.py and plain arithmetic of Web Mercator.
"""

from __future__ import annotations

import gzip
import math
import time
from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
import pytest
import shapely
from httpx import Response
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from gis_api.access.session import MAX_STALE_S
from gis_api.actions.read_tiles import fill_missing_shapes
from grid_boundaries.store.publish import NEW_CELL, CellBatch, publish_cells
from tests.api.conftest import SignIn
from tests.builders import MICRO_CELLS, Town, add_user
from tests.mvt import Feature, read_mvt

LAND_ROLES = {"centre", "clerk", "investigator", "village_leader", "grid_worker", "planner"}
AREAS = ("t", "w", "ws", "ws1", "e")


def tile_of(lng: float, lat: float, z: int) -> tuple[int, int, int]:
    """The tile that holds a point."""
    n = 2**z
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return z, int((lng + 180) / 360 * n), int(y * n)


def path_of(layer: str, lng: float, lat: float, z: int) -> str:
    z, x, y = tile_of(lng, lat, z)
    return f"/tiles/{layer}/{z}/{x}/{y}.mvt"


def features(answer: Response) -> dict[str, list[Feature]]:
    assert answer.status_code in {200, 204}, answer.text
    return read_mvt(answer.content) if answer.status_code == 200 else {}


def within_a_second(holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + MAX_STALE_S
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.05)
    return holds()


@pytest.fixture(scope="module")
def filed(clerk: TestClient, town: Town) -> dict[str, str]:
    """One case in every micro grid; two of them are urgent."""
    codes = {}
    for name in MICRO_CELLS:
        lng, lat = town.centre_of(name)
        answer = clerk.post(
            "/api/cases",
            json={"kind": "land" if name.startswith("w") else "family", "text": "合成数据",
                  "source": "visit", "place": {"lng": lng, "lat": lat},
                  "urgent": name in {"ws1", "en2"}},
        )  # fmt: skip
        assert answer.status_code == 201, answer.text
        codes[name] = answer.json()["code"]
    return codes


@pytest.fixture(scope="module")
def layers(admin_engine: Engine, town: Town) -> None:
    """A zone over the western village, a service point in ws1, a villager group in es."""
    with admin_engine.begin() as conn:
        conn.execute(
            text("INSERT INTO zone (kind, name, geom) VALUES ('acquisition', '合成征迁区',"
                 " ST_MakeEnvelope(110.50, 39.40, 110.52, 39.42, 4490))")
        )  # fmt: skip
        conn.execute(
            text("INSERT INTO service_point (kind, name, geom) VALUES ('station', '合成服务点',"
                 " ST_Point(110.505, 39.405, 4490))")
        )  # fmt: skip
        conn.execute(
            text("INSERT INTO villager_group (village_cell_id, issuing_code, name, head_name, geom)"
                 " VALUES (:cell, '99000000120201', '一社', '合成社长',"
                 " ST_Multi(ST_MakeEnvelope(110.52, 39.40, 110.54, 39.41, 4490)))"),
            {"cell": town.cells["e"]},
        )  # fmt: skip


@pytest.mark.parametrize("z", [8, 10, 12, 14])
def test_cells_of_a_level_are_where_the_map_says(clerk: TestClient, town: Town, z: int) -> None:
    lng, lat = town.centre_of("t")
    asked = tile_of(lng, lat, z)
    found = features(clerk.get(path_of("level-2", lng, lat, z)))["cell"]
    assert {one.id for one in found} == {town.cells["w"], town.cells["e"]}
    for one in found:
        assert one.properties == {"unit": one.id}
        name = "w" if one.id == town.cells["w"] else "e"
        west, south = town.centre_of(name)[0] - 0.01, 39.40
        corners = {pixel(*corner, asked) for corner in ((west, south), (west + 0.02, 39.42))}
        ring = {point for path in one.paths for point in path}
        inside = {(x, y) for x, y in corners if 0 <= x <= 4096 and 0 <= y <= 4096}
        assert all(min(math.dist(corner, point) for point in ring) < 1.5 for corner in inside)


# an L and a ring with a hole: their boxes hold ground that is not theirs
CROOKED = {
    "ws1": [(0, 0), (1, 0), (1, 0.2), (0.2, 0.2), (0.2, 1), (0, 1)],
    "en1": [(0, 0), (1, 0), (1, 1), (0.6, 1), (0.6, 0.4), (0.4, 0.4), (0.4, 1), (0, 1)],
}


@pytest.mark.parametrize("z", [13, 15, 17])
def test_cell_is_cut_at_the_edge_of_a_tile_and_left_out_where_only_its_box_is(
    admin_engine: Engine, town: Town, z: int
) -> None:
    with admin_engine.connect() as conn:
        held = {}
        for name, corners in CROOKED.items():
            lng, lat = town.centre_of(name)
            shape = shapely.Polygon(
                [(lng - 0.005 + 0.01 * x, lat - 0.005 + 0.01 * y) for x, y in corners]
            )
            held[town.cells[name]] = shape
            conn.execute(
                text("UPDATE cell_version SET geom ="
                     " ST_Multi(ST_GeomFromText(:wkt, 4490)) WHERE cell_id = :cell"),
                {"wkt": shape.wkt, "cell": town.cells[name]},
            )  # fmt: skip
        _, x0, y0 = tile_of(110.50, 39.42, z)
        _, x1, y1 = tile_of(110.54, 39.40, z)
        seen = 0
        for x in range(x0, x1 + 1):
            for y in range(y0, y1 + 1):
                data = conn.execute(
                    text("SELECT cell_tile(:z, :x, :y, 4, '2026-01-01')"), {"z": z, "x": x, "y": y}
                ).scalar_one()
                found = {f.id: f for f in read_mvt(bytes(data)).get("cell", [])} if data else {}
                for cell_id, shape in held.items():
                    ground = shapely.Polygon(
                        [pixel(*corner, (z, x, y)) for corner in shape.exterior.coords]
                    ).intersection(shapely.box(-64, -64, 4160, 4160))
                    if cell_id not in found:
                        assert ground.area < 9
                        continue
                    seen += 1
                    drawn = shapely.union_all(
                        [shapely.Polygon(path) for path in found[cell_id].paths]
                    )
                    assert drawn.symmetric_difference(ground).area <= 1.5 * ground.length + 9
                    assert drawn.area > 0
        conn.rollback()
    assert seen > 3


def pixel(lng: float, lat: float, tile: tuple[int, int, int]) -> tuple[float, float]:
    z, x, y = tile
    north = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return ((lng + 180) / 360 * 2**z - x) * 4096, (north * 2**z - y) * 4096


def test_unit_of_a_small_cell_is_its_village(clerk: TestClient, town: Town) -> None:
    found = features(clerk.get(path_of("level-4", *town.centre_of("t"), 12)))["cell"]
    assert {one.id: one.properties["unit"] for one in found} == {
        town.cells[name]: town.cells[name[0]] for name in MICRO_CELLS
    }


def test_tile_is_gzipped_tagged_and_not_sent_twice(clerk: TestClient, town: Town) -> None:
    path = path_of("level-3", *town.centre_of("t"), 12)
    first = clerk.get(path)
    assert first.headers["content-encoding"] == "gzip"
    assert first.headers["content-type"] == "application/vnd.mapbox-vector-tile"
    assert "private" in first.headers["cache-control"]
    plain = clerk.get(path, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.content == first.content
    assert gzip.compress(plain.content)
    again = clerk.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = clerk.get(path, headers={"If-None-Match": '"something-else"'})
    assert other.status_code == 200


def test_tile_with_nothing_in_it_is_204(clerk: TestClient) -> None:
    answer = clerk.get("/tiles/level-2/12/0/0.mvt")
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["etag"]


@pytest.mark.parametrize(
    "path",
    ["level-2/30/0/0", "level-2/19/0/0", "level-2/3/8/0", "claims/3/0/8", "cases/-1/0/0",
     "level-2/3/x/0", "level-0/3/0/0", "zones/3/0/0.5", "level-2/99999999999999999999/0/0"],
)  # fmt: skip
def test_tile_that_cannot_be_is_422(clerk: TestClient, path: str) -> None:
    answer = clerk.get(f"/tiles/{path}.mvt")
    assert answer.status_code == 422
    assert answer.json()["fix"]


def test_parcels_are_counted_below_zoom_14_and_shown_from_there(
    clerk: TestClient, admin_engine: Engine, town: Town
) -> None:
    near = path_of("claims", 110.5035, 39.4035, 15)
    (parcel,) = features(clerk.get(near))["claim"]
    assert parcel.properties == {"kind": "contract"}
    for z in (6, 10, 13):
        (counted,) = features(clerk.get(path_of("claims", 110.5035, 39.4035, z)))["claim_count"]
        assert counted.properties == {"kind": "contract", "n": 1}


def test_cases_are_counted_below_zoom_13_and_shown_from_there(
    clerk: TestClient, town: Town, filed: dict[str, str]
) -> None:
    far = features(clerk.get(path_of("cases", *town.centre_of("t"), 9)))["case_count"]
    by_kind: dict[str, int] = {}
    for one in far:
        assert one.properties.keys() == {"kind", "closed", "n"}
        by_kind[one.properties["kind"]] = (
            by_kind.get(one.properties["kind"], 0) + one.properties["n"]
        )
    assert by_kind == {"land": 4, "family": 4}
    lng, lat = town.centre_of("ws1")
    near = features(clerk.get(path_of("cases", lng, lat, 16)))["case"]
    (one,) = near
    assert one.properties == {"kind": "land", "closed": False, "urgent": True}
    x, y = pixel(lng, lat, tile_of(lng, lat, 16))
    assert math.dist(one.paths[0][0], (x, y)) < 1.5


@pytest.mark.parametrize("area", AREAS)
def test_parcels_and_cases_follow_the_area(
    sign_in: SignIn, admin_engine: Engine, town: Town, filed: dict[str, str], area: str
) -> None:
    with admin_engine.begin() as conn:
        add_user(conn, town, f"tile-{area}", "grid_worker", area=area)
    person = sign_in(f"tile-{area}")
    inside = {name for name in MICRO_CELLS if area == "t" or name.startswith(area)}
    far = features(person.get(path_of("cases", *town.centre_of("t"), 9)))
    assert sum(one.properties["n"] for one in far.get("case_count", [])) == len(inside)
    parcels = features(person.get(path_of("claims", 110.5035, 39.4035, 15)))
    assert ("claim" in parcels) is ("ws1" in inside)
    listed = person.get("/api/cases?limit=500").json()["items"]
    assert {item["code"] for item in listed} == {filed[name] for name in inside}


def test_case_granted_elsewhere_is_in_the_tile_and_gone_with_the_grant(
    sign_in: SignIn, admin_engine: Engine, town: Town, filed: dict[str, str]
) -> None:
    with admin_engine.begin() as conn:
        officer = town.officers["en", "grid_leader"]
        user = add_user(conn, town, "tile-asked", "department_officer", area="e")
        conn.execute(
            text("UPDATE app_user SET officer_id = :o WHERE user_id = :u"),
            {"o": officer, "u": user},
        )
    person = sign_in("tile-asked")
    path = path_of("cases", *town.centre_of("ws1"), 16)
    assert features(person.get(path)) == {}
    grant = "INSERT INTO case_grant SELECT case_id, :o, 'joint' FROM \"case\" WHERE code = :code"
    with admin_engine.begin() as conn:
        conn.execute(text(grant), {"o": officer, "code": filed["ws1"]})
    assert within_a_second(lambda: "case" in features(person.get(path)))
    with admin_engine.begin() as conn:
        conn.execute(text("DELETE FROM case_grant WHERE officer_id = :o"), {"o": officer})
    assert within_a_second(lambda: features(person.get(path)) == {})


def test_other_layers_carry_id_and_class_only(
    clerk: TestClient, sign_in: SignIn, admin_engine: Engine, town: Town, layers: None
) -> None:
    spot = town.centre_of("ws1")
    (zone,) = features(clerk.get(path_of("zones", *spot, 14)))["zone"]
    assert zone.properties == {"kind": "acquisition"}
    (point,) = features(clerk.get(path_of("service-points", *spot, 14)))["service_point"]
    assert point.properties == {"kind": "station"}
    answer = clerk.get(path_of("villager-groups", *town.centre_of("es1"), 14))
    (group,) = features(answer)["villager_group"]
    assert group.properties == {}
    assert "合成".encode() not in answer.content


def test_visitor_gets_villages_and_service_points_only(
    sign_in: SignIn, admin_engine: Engine, town: Town
) -> None:
    with admin_engine.begin() as conn:
        add_user(conn, town, "tile-visitor", "visitor")
    visitor = sign_in("tile-visitor")
    spot = town.centre_of("t")
    assert visitor.get(path_of("level-2", *spot, 12)).status_code == 200
    assert visitor.get(path_of("level-3", *spot, 12)).json()["code"] == "permission.level"
    for layer in ("claims", "cases", "zones", "villager-groups"):
        assert visitor.get(path_of(layer, *spot, 12)).json()["code"] == "permission.denied"


def test_case_that_is_filed_is_in_the_tile_within_a_second(
    clerk: TestClient, town: Town, filed: dict[str, str]
) -> None:
    lng, lat = town.centre_of("es2")
    path = path_of("cases", lng, lat, 17)
    before = clerk.get(path)
    assert len(features(before)["case"]) == 1
    answer = clerk.post(
        "/api/cases",
        json={"kind": "land", "text": "合成", "source": "visit",
              "place": {"lng": lng + 0.0001, "lat": lat}},
    )  # fmt: skip
    assert answer.status_code == 201
    tag = {"If-None-Match": before.headers["etag"]}
    assert within_a_second(lambda: clerk.get(path, headers=tag).status_code == 200)
    assert len(features(clerk.get(path))["case"]) == 2


def copies(engine: Engine) -> dict[tuple[int, int], bytes]:
    with engine.begin() as conn:
        rows = conn.execute(
            text("SELECT cell_id, zoom, ST_AsBinary(geom) AS wkb FROM cell_shape"
                 " WHERE valid @> today()")
        ).all()  # fmt: skip
    return {(row.cell_id, row.zoom): bytes(row.wkb) for row in rows}


def test_published_plan_has_copies_for_small_zooms_and_a_redrawn_one_changes_only_what_changed(
    clerk: TestClient, admin_engine: Engine, engine: Engine, town: Town
) -> None:
    assert copies(admin_engine) == {}
    path = path_of("level-4", *town.centre_of("t"), 8)
    exact = features(clerk.get(path))["cell"]
    assert fill_missing_shapes(engine) == 15
    assert fill_missing_shapes(engine) == 0
    made = copies(admin_engine)
    assert {cell for cell, _ in made} == set(town.cells.values())
    assert {zoom for _, zoom in made} == {6, 8, 9, 10}

    def from_copies() -> bool:
        found = features(clerk.get(path))["cell"]
        return {one.id for one in found} == {one.id for one in exact}

    assert from_copies()
    # a village far off: nothing that was there may change
    with admin_engine.begin() as conn:
        today: date = conn.execute(text("SELECT today()")).scalar_one()
    with admin_engine.begin() as conn:
        publish_cells(
            conn,
            CellBatch(
                cell_ids=np.array([NEW_CELL], dtype=np.int64),
                codes=["990000001900"],
                names=["测试新村"],
                ranks=np.array([2], dtype=np.int16),
                parent_codes=[town.codes["t"]],
                geoms=np.array([shapely.box(110.60, 39.40, 110.62, 39.42)], dtype=object),
            ),
            valid_from=today,
            published_by=0,
        )
    after = copies(admin_engine)
    assert {key: after[key] for key in made} == made
    (new_cell,) = {cell for cell, _ in after} - set(town.cells.values())
    assert within_a_second(
        lambda: (
            new_cell
            in {one.id for one in features(clerk.get(path_of("level-2", 110.61, 39.41, 8)))["cell"]}
        )
    )
    yesterday = (today - timedelta(days=2)).isoformat()
    old = features(clerk.get(path_of("level-2", 110.61, 39.41, 8) + f"?on={yesterday}"))["cell"]
    assert {one.id for one in old} == {town.cells["w"], town.cells["e"]}
