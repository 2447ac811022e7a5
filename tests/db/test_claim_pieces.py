"""What zoom 14 shows of a parcel is kept ready, and follows the parcel in the same statement."""

from __future__ import annotations

import math
from typing import Any

import pytest
import shapely
from sqlalchemy import Connection, text
from sqlalchemy.exc import ProgrammingError

from gis_api.db.engine import Actor, Scope, set_actor
from tests.builders import Town, build_town
from tests.mvt import Feature, read_mvt

X, Y = 13221, 6236
HALF = 20037508.342789244
UNIT = 2 * HALF / 2**26


def to_degrees(shape: Any) -> Any:
    """EPSG:4490 from units of the tiles of zoom 14, counted from the corner of tile (X, Y)."""

    def place(points: Any) -> Any:
        east = (points[:, 0] + 4096 * X) * UNIT - HALF
        north = HALF - (points[:, 1] + 4096 * Y) * UNIT
        radius = HALF / math.pi
        points[:, 0] = east / HALF * 180
        points[:, 1] = [math.degrees(math.atan(math.sinh(y / radius))) for y in north]
        return points

    return shapely.transform(shape, place)


SHAPES = {
    "inside": shapely.box(500, 500, 900, 800),
    "ring": shapely.box(100, 100, 4000, 4000).difference(shapely.box(1000, 1000, 3000, 2000)),
    "across an edge": shapely.box(3900, 1000, 4700, 1500),
    "across a corner": shapely.Polygon([(3000, 3000), (6000, 3500), (5500, 6000), (3500, 5000)]),
    "in the margin": shapely.box(4100, 100, 4300, 200),
    "two parts in two tiles": shapely.MultiPolygon(
        [shapely.box(100, 3000, 300, 3300), shapely.box(5000, 3000, 5400, 3300)]
    ),
    "all of the tile": shapely.box(-3000, -3000, 9000, 9000),
    "two hundred tiles": shapely.box(-30_000, -30_000, 25_000, 25_000),
    "a thousand tiles": shapely.Point(0, 0).buffer(70_000, 64),
}


@pytest.fixture
def town(admin_conn: Connection) -> Town:
    made = build_town(admin_conn)
    admin_conn.execute(text("DELETE FROM claim"))
    return made


def add_claims(conn: Connection, town: Town, shapes: dict[str, Any], cell: str = "ws1") -> None:
    conn.execute(
        text(
            "INSERT INTO claim (parcel_code, kind, geom, cell_id, scope_key) SELECT p.code,"
            " 'contract', ST_Multi(ST_SetSRID(p.wkb::geometry, 4490)), :cell, :scope"
            " FROM unnest(CAST(:codes AS text[]), CAST(:shapes AS bytea[])) p(code, wkb)"
        ),
        {
            "cell": town.cells[cell], "scope": town.scope_keys[cell], "codes": list(shapes),
            "shapes": [shapely.to_wkb(to_degrees(shape)) for shape in shapes.values()],
        },
    )  # fmt: skip


def seen(conn: Connection, x: int = X, y: int = Y, area: Scope | None = None) -> dict[str, Feature]:
    """Parcels in a tile, by their code."""
    claims = conn.execute(text("SELECT claim_id, parcel_code FROM claim"))
    codes = {row.claim_id: row.parcel_code for row in claims}
    set_actor(conn, Actor(1, "clerk", area or Scope.whole()))
    data = conn.execute(text("SELECT claim_tile(14, :x, :y)"), {"x": x, "y": y}).scalar_one()
    conn.execute(text("RESET ROLE"))
    return {codes[one.id]: one for one in read_mvt(bytes(data)).get("claim", [])}


def as_polygon(feature: Feature) -> Any:
    """Outer rings have a positive area where y grows downwards; holes follow theirs."""
    outlines = shapely.polygons([shapely.linearrings(path) for path in feature.paths])
    is_hole = [not shapely.is_ccw(outline.exterior) for outline in outlines]
    holes = shapely.union_all([o for o, hole in zip(outlines, is_hole, strict=True) if hole])
    whole = shapely.union_all([o for o, hole in zip(outlines, is_hole, strict=True) if not hole])
    return whole.difference(holes)


def test_each_tile_shows_what_lies_in_it_and_in_its_margin(
    admin_conn: Connection, town: Town
) -> None:
    add_claims(admin_conn, town, SHAPES)
    for dx, dy in ((0, 0), (1, 0), (0, 1), (1, 1), (-1, -1), (5, 5), (-9, 2), (40, 0)):
        frame = shapely.box(-256, -256, 4352, 4352)
        want = {}
        for code, shape in SHAPES.items():
            here = shapely.transform(shape, lambda p: p - [4096 * dx, 4096 * dy])  # noqa: B023
            if here.intersection(frame).area > 0:
                want[code] = here.intersection(frame)
        found = seen(admin_conn, X + dx, Y + dy)
        assert found.keys() == want.keys(), (dx, dy)
        for code, feature in found.items():
            assert feature.properties == {"kind": "contract"}
            drawn = as_polygon(feature)
            # rounding moves a vertex by half a unit at most
            off = drawn.symmetric_difference(want[code]).area
            assert off <= 0.75 * want[code].length, (code, dx, dy)


def test_pieces_follow_what_becomes_of_the_parcel(admin_conn: Connection, town: Town) -> None:
    add_claims(admin_conn, town, {"a": SHAPES["inside"], "b": SHAPES["a thousand tiles"]})
    east = Scope.below(town.scope_keys["e"])
    assert seen(admin_conn).keys() == {"a", "b"}
    assert seen(admin_conn, area=east) == {}
    change = "UPDATE claim SET {} WHERE parcel_code = :code"
    key = town.scope_keys["en1"]
    for code in ("a", "b"):
        admin_conn.execute(text(change.format("scope_key = :key")), {"code": code, "key": key})
        assert code in seen(admin_conn, area=east)
    admin_conn.execute(text(change.format("kind = 'forest'")), {"code": "a"})
    assert seen(admin_conn)["a"].properties == {"kind": "forest"}
    moved = shapely.to_wkb(to_degrees(shapely.box(4096 * 3 + 10, 10, 4096 * 3 + 90, 90)))
    admin_conn.execute(
        text(change.format("geom = ST_Multi(ST_SetSRID(CAST(:wkb AS bytea)::geometry, 4490))")),
        {"code": "a", "wkb": moved},
    )
    assert seen(admin_conn).keys() == {"b"}
    assert seen(admin_conn, X + 3).keys() == {"a", "b"}
    admin_conn.execute(text(change.format("geom = NULL")), {"code": "a"})
    assert seen(admin_conn, X + 3).keys() == {"b"}
    admin_conn.execute(text("DELETE FROM claim"))
    assert admin_conn.execute(text("SELECT count(*) FROM claim_piece")).scalar_one() == 0


def test_what_does_not_change_the_picture_leaves_the_pieces_alone(
    admin_conn: Connection, town: Town
) -> None:
    add_claims(admin_conn, town, SHAPES)
    rows = text("SELECT array_agg(ctid ORDER BY ctid) FROM claim_piece")
    before = admin_conn.execute(rows).scalar_one()
    admin_conn.execute(text("UPDATE claim SET note = '合成数据', kind = kind"))
    assert admin_conn.execute(rows).scalar_one() == before
    admin_conn.execute(text("TRUNCATE claim CASCADE"))
    assert admin_conn.execute(rows).scalar_one() is None


def test_service_reads_no_piece_itself(admin_conn: Connection, town: Town) -> None:
    add_claims(admin_conn, town, SHAPES)
    set_actor(admin_conn, Actor(1, "clerk", Scope.below(town.scope_keys["ws1"])))
    with pytest.raises(ProgrammingError, match="permission denied"):
        admin_conn.execute(text("SELECT count(*) FROM claim_piece"))
