"""The file of all tiles holds what the map shows to whoever asked for it, and says what it is."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pmtiles.reader import MmapSource, Reader, all_tiles
from sqlalchemy import Engine

from gis_api.actions.export_tiles import DEFAULT_LAYERS, READ_BY, export_tiles
from gis_api.actions.read_tiles import read_tile
from gis_api.cli.main import main
from gis_api.db.engine import SYSTEM, Actor, Scope
from grid_boundaries.errors import Forbidden, InvalidInput
from layers.tiles.address import TileAddress
from layers.tiles.catalog import LAYERS
from layers.tiles.joined import join_tiles
from tests.builders import Town, build_town
from tests.mvt import read_mvt

ZOOMS = range(9, 15)


@pytest.fixture(scope="module")
def town(admin_engine: Engine) -> Town:
    with admin_engine.begin() as conn:
        return build_town(conn)


def read_all(path: Path) -> tuple[dict[str, Any], dict[tuple[int, int, int], Any], dict[str, Any]]:
    with path.open("rb") as file:
        source = MmapSource(file)
        reader = Reader(source)
        tiles = {at: read_mvt(gzip.decompress(data)) for at, data in all_tiles(source)}
        return reader.header(), tiles, reader.metadata()


def test_file_holds_the_tiles_of_the_map_layer_by_layer(
    engine: Engine, town: Town, tmp_path: Path
) -> None:
    made = export_tiles(engine, SYSTEM, tmp_path / "a.pmtiles", layers=list(LAYERS), zooms=ZOOMS)
    header, tiles, told = read_all(made.path)
    side = {z: tuple(int(v * 2**z) for v in (0.80694, 0.80706, 0.38067, 0.38075)) for z in ZOOMS}
    around = [
        (z, x, y)
        for z, (x0, x1, y0, y1) in side.items()
        for x in range(x0 - 1, x1 + 2)
        for y in range(y0 - 1, y1 + 2)
    ]
    level = LAYERS["level"]
    assert {at for at in around if read_tile(engine, SYSTEM, level, TileAddress(*at), rank=1)} == (
        tiles.keys()
    )
    assert made.tiles == len(tiles)
    assert (header["min_zoom"], header["max_zoom"]) == (9, 14)
    assert header["clustered"]
    for (z, x, y), found in tiles.items():
        for slug in ("claims", "service-points"):
            data = read_tile(engine, SYSTEM, LAYERS[slug], TileAddress(z, x, y))
            single = [f for fs in read_mvt(data).values() for f in fs]
            assert [(f.id, f.properties, f.paths) for f in found.get(slug, [])] == [
                (f.id, f.properties, f.paths) for f in single
            ]
        for rank in (1, 2, 3, 4):
            data = read_tile(engine, SYSTEM, LAYERS["level"], TileAddress(z, x, y), rank=rank)
            single = read_mvt(data).get("cell", [])
            assert [f.paths for f in found.get(f"level-{rank}", [])] == [f.paths for f in single]
    assert {one["id"] for one in told["vector_layers"]} == set(made.layers)
    assert "合成数据" in told["description"]
    assert "仅供参考" in told["description"]


def test_file_carries_ids_and_classes_only(engine: Engine, town: Town, tmp_path: Path) -> None:
    made = export_tiles(engine, SYSTEM, tmp_path / "b.pmtiles", layers=list(LAYERS), zooms=ZOOMS)
    _, tiles, _ = read_all(made.path)
    names = {
        key for found in tiles.values() for fs in found.values() for f in fs for key in f.properties
    }
    assert names <= {"unit", "kind", "closed", "urgent", "n"}


def test_parcels_in_the_file_are_those_of_the_askers_area(
    engine: Engine, town: Town, tmp_path: Path
) -> None:
    held = {}
    for name in ("ws1", "e"):
        actor = Actor(7, "clerk", Scope.below(town.scope_keys[name]))
        made = export_tiles(
            engine, actor, tmp_path / f"{name}.pmtiles", layers=["level", "claims"], zooms=ZOOMS
        )
        _, tiles, _ = read_all(made.path)
        held[name] = {f.id for t in tiles.values() for f in t.get("claims", [])}
    assert held["ws1"]
    assert held["e"] == set()


@pytest.mark.parametrize(
    ("role", "layers"), [("grid_worker", ["level"]), ("publisher", ["claims"]),
                         ("administrator", ["claims"])],
)  # fmt: skip
def test_layer_that_a_role_may_not_read_is_refused(
    engine: Engine, town: Town, tmp_path: Path, role: str, layers: list[str]
) -> None:
    with pytest.raises(Forbidden):
        export_tiles(
            engine, Actor(7, role, Scope.whole()), tmp_path / "c.pmtiles", layers=layers,
            zooms=ZOOMS,
        )  # fmt: skip
    assert not (tmp_path / "c.pmtiles").exists()


@pytest.mark.parametrize("zooms", [range(9, 9), range(12, 10), range(10, 30), range(-1, 3)])
def test_zooms_that_cannot_be_are_refused(
    engine: Engine, town: Town, tmp_path: Path, zooms: range
) -> None:
    with pytest.raises(InvalidInput) as refused:
        export_tiles(engine, SYSTEM, tmp_path / "d.pmtiles", layers=["level"], zooms=zooms)
    assert refused.value.code == "tile.zooms"


def test_every_layer_says_who_may_read_it() -> None:
    assert READ_BY.keys() == LAYERS.keys()
    assert set(DEFAULT_LAYERS) <= LAYERS.keys()


def test_tile_of_two_layers_cannot_be_given_one_name(engine: Engine, town: Town) -> None:
    tile = read_tile(engine, SYSTEM, LAYERS["level"], TileAddress(9, 413, 194), rank=1)
    assert set(read_mvt(join_tiles([("a", tile), ("网格", tile)]))) == {"a", "网格"}
    with pytest.raises(ValueError, match="one layer"):
        join_tiles([("a", tile + tile)])


def test_command_writes_the_file_and_refuses_an_unknown_layer(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    admin_url: str,
    town: Town,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("WANGGE_DATABASE_URL", admin_url)
    run: Callable[..., None] = main
    with pytest.raises(SystemExit) as ended:
        run(["tiles", "--out", str(tmp_path / "e.pmtiles"), "--min-zoom", "9"])
    assert not ended.value.code
    assert "level-4" in capsys.readouterr().out
    assert (tmp_path / "e.pmtiles").read_bytes().startswith(b"PMTiles")
    with pytest.raises(SystemExit) as ended:
        run(["tiles", "--out", str(tmp_path / "f.pmtiles"), "--layers", "people"])
    assert ended.value.code == 2
    assert "tile.layer_unknown" in capsys.readouterr().err
