"""Basemaps over HTTP: files made here, and a WMTS and a Tianditu of ours on loopback."""

from __future__ import annotations

import gzip
import io
import math
import sqlite3
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
import rasterio
from PIL import Image
from pmtiles.reader import Reader
from rasterio.transform import from_origin
from sqlalchemy import Engine
from starlette.testclient import TestClient

from gis_api.actions.export_tiles import export_tiles
from gis_api.app import create_app
from gis_api.db.engine import SYSTEM
from gis_api.settings import Settings
from tests.builders import PASSWORD, Town, build_town
from tests.mvt import read_mvt

KEY = "0123456789secretkey"
WHERE = (110.52, 39.41)
_CAPABILITIES = """<?xml version="1.0"?>
<Capabilities xmlns="http://www.opengis.net/wmts/1.0" xmlns:ows="http://www.opengis.net/ows/1.1"
 xmlns:xlink="http://www.w3.org/1999/xlink" version="1.0.0"><Contents>
<Layer><ows:Identifier>ground</ows:Identifier>
 <Style isDefault="true"><ows:Identifier>plain</ows:Identifier></Style>
 <Format>image/png</Format>{links}
 <ResourceURL format="image/png" resourceType="tile"
  template="http://elsewhere.example/g/{{Style}}/{{TileMatrixSet}}/{{TileMatrix}}/{{TileRow}}/{{TileCol}}.png"/>
</Layer>{sets}</Contents></Capabilities>"""


def matrix_set(name: str, epsg: int, corner: str, zooms: range) -> str:
    rows = "".join(
        f"<TileMatrix><ows:Identifier>m{z}</ows:Identifier>"
        f"<ScaleDenominator>{559082264.0287178 / 2**z}</ScaleDenominator>"
        f"<TopLeftCorner>{corner}</TopLeftCorner><TileWidth>256</TileWidth>"
        f"<TileHeight>256</TileHeight><MatrixWidth>{2**z}</MatrixWidth>"
        f"<MatrixHeight>{2**z}</MatrixHeight></TileMatrix>"
        for z in zooms
    )
    return (
        f"<TileMatrixSet><ows:Identifier>{name}</ows:Identifier>"
        f"<ows:SupportedCRS>urn:ogc:def:crs:EPSG::{epsg}</ows:SupportedCRS>{rows}</TileMatrixSet>"
    )


DEGREES = matrix_set("c", 4490, "90.0 -180.0", range(1, 19))
MERCATOR = matrix_set("g", 3857, "-20037508.3427892 20037508.3427892", range(5, 17))


def png(colour: tuple[int, int, int]) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (256, 256), colour).save(written, "png")
    return written.getvalue()


def tile_at(z: int, lng: float = WHERE[0], lat: float = WHERE[1]) -> tuple[int, int, int]:
    up = math.asinh(math.tan(math.radians(lat))) / math.pi
    return z, int((lng + 180) / 360 * 2**z), int((1 - up) / 2 * 2**z)


class StandIn(ThreadingHTTPServer):
    """Answers like a WMTS and like Tianditu; ``asked`` holds every address."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        super().__init__(("127.0.0.1", 0), _Answer)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Answer(BaseHTTPRequestHandler):
    server: StandIn

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        path, query = urlsplit(self.path).path, parse_qs(urlsplit(self.path).query)
        body, status = b"", 200
        if path == "/degrees":
            links = "<TileMatrixSetLink><TileMatrixSet>c</TileMatrixSet></TileMatrixSetLink>"
            body = _CAPABILITIES.format(links=links, sets=DEGREES).encode()
        elif path == "/both":
            links = "".join(
                f"<TileMatrixSetLink><TileMatrixSet>{name}</TileMatrixSet></TileMatrixSetLink>"
                for name in ("c", "g")
            )
            body = _CAPABILITIES.format(links=links, sets=DEGREES + MERCATOR).encode()
        elif path.startswith("/g/plain/g/m"):
            body = png((10, 200, 10))
        elif path == "/vec_w/wmts":
            status = 200 if query.get("tk") == [KEY] else 403
            body = png((200, 10, 10))
        elif path == "/bomb":
            body = b'<!DOCTYPE a [<!ENTITY b "x"><!ENTITY c "&b;&b;">]><a>&c;</a>'
        else:
            status = 404
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@pytest.fixture(scope="module")
def stand_in() -> Iterator[StandIn]:
    server = StandIn()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


def make_picture(path: Path, crs: str | None, origin: tuple[float, float], step: float) -> Path:
    """A picture of 400 × 400: red in its northern half, blue in its southern."""
    bands = np.zeros((3, 400, 400), np.uint8)
    bands[0, :200] = 220
    bands[2, 200:] = 220
    with rasterio.open(
        path, "w", driver="GTiff", width=400, height=400, count=3, dtype="uint8", crs=crs,
        transform=from_origin(*origin, step, step),
    ) as file:  # fmt: skip
        file.write(bands)
    return path


@pytest.fixture(scope="module")
def town(admin_engine: Engine) -> Town:
    with admin_engine.begin() as conn:
        return build_town(conn)


@pytest.fixture(scope="module")
def names(
    stand_in: StandIn, engine: Engine, town: Town, tmp_path_factory: pytest.TempPathFactory
) -> list[str]:
    room = tmp_path_factory.mktemp("basemaps")
    export_tiles(engine, SYSTEM, room / "t.pmtiles", layers=["level"], zooms=range(9, 13))
    with sqlite3.connect(room / "t.mbtiles") as db:
        db.execute("CREATE TABLE metadata (name text, value text)")
        db.execute("CREATE TABLE tiles (zoom_level int, tile_column int, tile_row int,"
                   " tile_data blob)")  # fmt: skip
        db.executemany("INSERT INTO metadata VALUES (?, ?)",
                       [("format", "png"), ("bounds", "110,39,111,40")])  # fmt: skip
        z, x, y = tile_at(10)
        db.execute("INSERT INTO tiles VALUES (?, ?, ?, ?)", (z, x, 2**z - 1 - y, png((1, 2, 3))))
    # EPSG:4547 is a zone of CGCS2000 in metres, 114° east; the picture is 800 m wide around WHERE
    make_picture(room / "photo.tif", "EPSG:4490", (110.516, 39.414), 0.00002)
    make_picture(room / "nowhere.tif", None, (110.516, 39.414), 0.00002)
    make_picture(room / "old.tif", "EPSG:4610", (110.516, 39.414), 0.00002)
    (room / "broken.pmtiles").write_bytes(b"PMTiles\x03" + b"\x00" * 50)
    return [
        str(room / "t.pmtiles"), str(room / "t.mbtiles"), str(room / "photo.tif"),
        f"{stand_in.url}/both#ground", f"{stand_in.url}/degrees", "tianditu:vec",
        str(room / "nowhere.tif"), str(room / "old.tif"), str(room / "broken.pmtiles"),
        str(room / "picture.bmp"), f"{stand_in.url}/bomb", f"{stand_in.url}/both#other",
        "http://127.0.0.1:9/",
    ]  # fmt: skip


PMTILES, MBTILES, PHOTO, WMTS, DEGREES_ONLY, TIANDITU = range(6)
REFUSED = {
    4: "basemap.wmts_only_degrees", 6: "basemap.no_crs", 7: "basemap.old_datum",
    8: "basemap.unreadable", 9: "basemap.unknown", 10: "basemap.wmts_unreadable",
    11: "basemap.wmts_layer", 12: "basemap.unreachable",
}  # fmt: skip


@pytest.fixture(scope="module")
def client(
    admin_url: str, names: list[str], stand_in: StandIn, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TestClient]:
    settings = Settings(
        database_url=admin_url, var_dir=tmp_path_factory.mktemp("var"), basemaps=" ".join(names),
        tianditu_key=KEY, tianditu_url=stand_in.url,
    )  # fmt: skip
    with TestClient(create_app(settings), base_url="http://localhost") as client:
        answer = client.post("/api/session", json={"login": "clerk", "password": PASSWORD})
        assert answer.status_code == 200
        yield client


def ask(client: TestClient, number: int, z: int, x: int, y: int, **headers: str) -> Any:
    return client.get(f"/basemaps/{number}/{z}/{x}/{y}", headers=headers)


def test_list_says_what_each_is_and_why_some_cannot_be_used(client: TestClient) -> None:
    items = client.get("/api/basemaps").raise_for_status().json()["items"]
    assert [one["id"] for one in items] == list(range(13))
    assert {k: items[k]["problem"]["code"] for k in REFUSED} == REFUSED
    assert [(one["kind"], one["drawn"]) for k, one in enumerate(items) if k not in REFUSED] == [
        ("pmtiles", "vector"), ("mbtiles", "raster"), ("orthophoto", "raster"),
        ("wmts", "raster"), ("tianditu", "raster"),
    ]  # fmt: skip
    assert (items[WMTS]["min_zoom"], items[WMTS]["max_zoom"]) == (5, 16)
    assert "4490" in items[DEGREES_ONLY]["problem"]["detail"]["zh"]
    assert KEY not in client.get("/api/basemaps").text


def test_pmtiles_tile_is_the_tile_of_the_file(client: TestClient, town: Town) -> None:
    answer = ask(client, PMTILES, *tile_at(10))
    assert answer.headers["content-encoding"] == "gzip"
    assert {f.id for f in read_mvt(answer.content)["level-2"]} == {
        town.cells["w"], town.cells["e"]
    }  # fmt: skip
    assert ask(client, PMTILES, 10, 0, 0).status_code == 204


def test_pmtiles_file_is_read_in_parts(client: TestClient, names: list[str]) -> None:
    path = f"/basemaps/{PMTILES}/archive.pmtiles"
    whole = Path(names[PMTILES]).read_bytes()
    asked: list[int] = []

    def read(offset: int, length: int) -> bytes:
        answer = client.get(path, headers={"Range": f"bytes={offset}-{offset + length - 1}"})
        assert answer.status_code == 206
        assert answer.headers["content-range"].endswith(f"/{len(whole)}")
        asked.append(len(answer.content))
        return answer.content

    data = Reader(read).get(*tile_at(12))
    assert "level-1" in read_mvt(gzip.decompress(data))
    assert sum(asked) < len(whole) + 20_000
    assert client.get(path, headers={"Range": f"bytes={len(whole)}-"}).status_code == 416
    assert client.get(path).content == whole
    assert client.get(f"/basemaps/{MBTILES}/archive.pmtiles").status_code == 404


def test_mbtiles_rows_count_from_the_south(client: TestClient) -> None:
    answer = ask(client, MBTILES, *tile_at(10))
    assert answer.headers["content-type"] == "image/png"
    assert answer.content == png((1, 2, 3))


def test_orthophoto_lies_where_its_coordinates_say(client: TestClient) -> None:
    """The border of red and blue, the corner, and what lies outside, by plain Mercator."""
    z, x, y = tile_at(17)
    answer = ask(client, PHOTO, z, x, y)
    assert answer.headers["content-type"] in {"image/jpeg", "image/png"}
    picture = np.array(Image.open(io.BytesIO(answer.content)).convert("RGB"))
    up = math.asinh(math.tan(math.radians(39.41))) / math.pi
    border = ((1 - up) / 2 * 2**z - y) * 256
    red = picture[:, 128, 0] > 110
    assert 0 < border < 256
    assert abs(int(red.sum()) - border) <= 1.5
    corner = ask(client, PHOTO, *tile_at(16, 110.516, 39.414))
    with Image.open(io.BytesIO(corner.content)) as image:
        assert image.mode == "RGBA"
        alpha = np.array(image)[:, :, 3]
    cx = ((110.516 + 180) / 360 * 2**16 % 1) * 256
    assert alpha[:, : int(cx) - 2].max() == 0
    assert alpha.max() == 255
    assert ask(client, PHOTO, *tile_at(16, 110.6, 39.5)).status_code == 204


def test_orthophoto_is_not_read_whole_for_one_small_tile(client: TestClient) -> None:
    one = client.get("/api/basemaps").json()["items"][PHOTO]
    assert ask(client, PHOTO, *tile_at(one["min_zoom"])).status_code == 200
    assert ask(client, PHOTO, *tile_at(one["min_zoom"] - 1)).status_code == 204


def test_wmts_is_asked_at_its_own_host_in_its_matrix(client: TestClient, stand_in: StandIn) -> None:
    z, x, y = tile_at(12)
    answer = ask(client, WMTS, z, x, y)
    assert answer.content == png((10, 200, 10))
    assert stand_in.asked[-1] == f"/g/plain/g/m{z}/{y}/{x}.png"
    assert ask(client, WMTS, 17, *tile_at(17)[1:]).status_code == 204


def test_tianditu_gets_the_key_from_the_server_only_and_is_asked_once(
    client: TestClient, stand_in: StandIn
) -> None:
    z, x, y = tile_at(13)
    first = ask(client, TIANDITU, z, x, y)
    assert first.content == png((200, 10, 10))
    assert f"tk={KEY}" in stand_in.asked[-1]
    assert f"TILEMATRIX={z}&TILEROW={y}&TILECOL={x}" in stand_in.asked[-1]
    times = len(stand_in.asked)
    assert ask(client, TIANDITU, z, x, y).content == first.content
    again = ask(client, TIANDITU, z, x, y, **{"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    assert len(stand_in.asked) == times
    assert not any(KEY in value for value in first.headers.values())


def test_basemap_that_is_not_there_or_cannot_be_used_is_a_problem(client: TestClient) -> None:
    for number, status in ((77, 404), (6, 422), (7, 422), (4, 422), (9, 422), (12, 503)):
        answer = ask(client, number, *tile_at(16))
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"].startswith("application/problem+json")
    assert ask(client, 0, 3, 9, 0).status_code == 422


def test_without_settings_there_is_no_basemap_and_tianditu_is_off(town: Town) -> None:
    plain = Settings()
    assert plain.basemaps == ""
    assert plain.tianditu_key.get_secret_value() == ""
