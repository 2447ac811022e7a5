"""``wangge assign`` on files: right answers in every format, and no input that ends in a trace."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely

from grid_boundaries.errors import InvalidInput, NotFound, WanggeError
from layers.assign import chunk, points_to_grids, read_points
from layers.assign.points_to_grids import AssignReport, assign_points
from tests.unit.locate.coverages import (
    brute_force_rows,
    codes_for,
    fractal_coverage,
    probing_points,
)

CELLS = fractal_coverage(5, 4, seed=31, depth=3, size=(0.5, 0.4))
CODES = codes_for(20)
COLUMNS = ["grid_code", "how", "runner_up", "border_distance_m"]


def grid_frame(crs: Any = "EPSG:4490") -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"WGBM": CODES, "name": "格"}, geometry=list(CELLS), crs=crs)


@pytest.fixture
def grids(tmp_path: Path) -> Path:
    path = tmp_path / "grids.gpkg"
    grid_frame().to_file(path)
    return path


def some_points() -> tuple[np.ndarray, np.ndarray]:
    lng, lat = probing_points(CELLS, random=200, seed=1)
    return lng[::5], lat[::5]


def write_csv(path: Path, lng: np.ndarray, lat: np.ndarray) -> Path:
    lines = [
        f"{n},{x!r},{y!r}" for n, (x, y) in enumerate(zip(lng.tolist(), lat.tolist(), strict=True))
    ]
    path.write_text("\n".join(["户号,lng,lat", *lines]), encoding="utf-8")
    return path


def write_vector(path: Path, lng: np.ndarray, lat: np.ndarray, crs: Any = "EPSG:4490") -> Path:
    numbers = pd.array([None if n % 3 else n for n in range(len(lng))], dtype="Int64")
    frame = gpd.GeoDataFrame(
        {"户号": numbers, "note": ["甲"] * len(lng)}, geometry=shapely.points(lng, lat), crs=crs
    )
    frame.to_parquet(path) if path.suffix == ".parquet" else frame.to_file(path)
    return path


def read_back(path: Path) -> pd.DataFrame:
    if path.suffix == ".csv":
        return pd.read_csv(path, dtype={"grid_code": str, "runner_up": str})
    return gpd.read_parquet(path) if path.suffix == ".parquet" else gpd.read_file(path)


def codes_of(frame: pd.DataFrame, column: str = "grid_code") -> list[str | None]:
    return [None if pd.isna(code) else str(code) for code in frame[column]]


def expected_codes(lng: np.ndarray, lat: np.ndarray) -> list[str | None]:
    rows = brute_force_rows(CODES, CELLS, lng, lat)
    return [CODES[row] if row >= 0 else None for row in rows]


@pytest.mark.parametrize("source", ["p.csv", "p.gpkg", "p.parquet", "p.geojson"])
@pytest.mark.parametrize("target", ["out.csv", "out.gpkg", "out.parquet"])
def test_assigned_codes_equal_brute_force_in_every_format(
    tmp_path: Path, grids: Path, source: str, target: str
) -> None:
    lng, lat = some_points()
    path = tmp_path / source
    if source.endswith("geojson"):  # keeps 7 decimals unless told
        gpd.GeoDataFrame(geometry=shapely.points(lng, lat), crs=4326).to_file(
            path, COORDINATE_PRECISION=16
        )
    else:
        (write_csv if source.endswith("csv") else write_vector)(path, lng, lat)
    report = assign_points(path, grids, "WGBM", tmp_path / target)
    found = read_back(tmp_path / target)
    assert codes_of(found) == expected_codes(lng, lat)
    assert found["how"].value_counts().to_dict() == {
        how: n for how, n in report.rows_by_how.items() if n
    }
    assert report.rows == len(lng)
    assert {p.name for p in tmp_path.iterdir()} == {"grids.gpkg", source, target}


def test_attributes_order_and_gaps_survive_many_slices(
    tmp_path: Path, grids: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_points, "ROWS_AT_ONCE", 61)
    lng, lat = some_points()
    for name in ("p.gpkg", "p.parquet"):
        steps: list[tuple[int, int]] = []
        source, out = write_vector(tmp_path / name, lng, lat), tmp_path / f"out_{name}"
        assign_points(source, grids, "WGBM", out, progress=lambda *step, to=steps: to.append(step))
        found = read_back(out)
        assert codes_of(found) == expected_codes(lng, lat)
        numbers = pd.to_numeric(found["户号"]).fillna(-1).tolist()
        assert numbers == [-1 if n % 3 else n for n in range(len(lng))]
        assert found.crs.to_epsg() == 4490
        assert steps[-1] == (len(lng), len(lng))
        assert len(steps) == -(-len(lng) // 61)


def test_large_file_uses_the_stored_index_with_the_same_answers(
    tmp_path: Path, grids: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lng, lat = some_points()
    source, cache = write_csv(tmp_path / "p.csv", lng, lat), tmp_path / "cache"
    small = assign_points(source, grids, "WGBM", tmp_path / "small.csv", cache_dir=cache)
    assert (small.used_index, cache.exists()) == (False, False)
    monkeypatch.setattr(points_to_grids, "BULK_FROM_POINTS", 10)
    large = assign_points(source, grids, "WGBM", tmp_path / "large.csv", cache_dir=cache)
    assert large.used_index
    assert len(list(cache.iterdir())) == 1
    monkeypatch.undo()
    again = assign_points(source, grids, "WGBM", tmp_path / "again.csv", cache_dir=cache)
    assert again.used_index, "a stored index is used for few points too"
    texts = {(tmp_path / f"{n}.csv").read_bytes() for n in ("small", "large", "again")}
    assert len(texts) == 1


def test_projected_points_and_grids_meet_in_degrees(tmp_path: Path) -> None:
    inside = [cell.representative_point() for cell in CELLS]
    points = gpd.GeoDataFrame(geometry=inside, crs=4490)
    points.to_crs(4547).to_file(tmp_path / "p.gpkg")
    grid_frame().to_crs(4546).to_file(tmp_path / "g.gpkg")
    assign_points(tmp_path / "p.gpkg", tmp_path / "g.gpkg", "WGBM", tmp_path / "o.gpkg")
    found = read_back(tmp_path / "o.gpkg")
    assert codes_of(found) == CODES
    assert found.crs.to_epsg() == 4547


def test_point_on_shared_border_names_both_and_distance_zero(tmp_path: Path) -> None:
    halves = gpd.GeoDataFrame(
        {"c": ["02", "01"]},
        geometry=[shapely.box(110, 39, 111, 40), shapely.box(111, 39, 112, 40)],
        crs=4490,
    )
    halves.to_file(tmp_path / "g.gpkg")
    write_csv(tmp_path / "p.csv", np.array([111.0, 110.5]), np.array([39.5, 41.0]))
    assign_points(tmp_path / "p.csv", tmp_path / "g.gpkg", "c", tmp_path / "o.csv")
    found = read_back(tmp_path / "o.csv")
    assert found.loc[0, COLUMNS].tolist() == ["01", "border", "02", 0.0]
    assert pd.isna(found.loc[1, "grid_code"])
    assert found.loc[1, "how"] == "none"


def without_prj(tmp_path: Path) -> Path:
    grid_frame().to_file(tmp_path / "g.shp")
    with zipfile.ZipFile(tmp_path / "g.zip", "w") as archive:
        for ending in ("shp", "shx", "dbf"):
            archive.write(tmp_path / f"g.{ending}", f"g.{ending}")
    return tmp_path / "g.zip"


def test_shapefile_without_prj_needs_crs(tmp_path: Path) -> None:
    grids = without_prj(tmp_path)
    lng, lat = some_points()
    points = write_csv(tmp_path / "p.csv", lng, lat)
    with pytest.raises(InvalidInput) as error:
        assign_points(points, grids, "WGBM", tmp_path / "o.csv")
    assert (error.value.code, error.value.params["file"]) == ("crs.missing", "g.zip")
    assign_points(points, grids, "WGBM", tmp_path / "o.csv", crs="EPSG:4490")
    assert codes_of(read_back(tmp_path / "o.csv")) == expected_codes(lng, lat)


def test_crs_of_a_plane_serves_the_grids_and_leaves_csv_in_degrees(tmp_path: Path) -> None:
    projected = grid_frame().to_crs(4546)
    with pytest.warns(UserWarning, match="crs"):
        projected.set_crs(None, allow_override=True).to_file(tmp_path / "g.gpkg")
    inside = shapely.point_on_surface(CELLS)
    points = write_csv(tmp_path / "p.csv", shapely.get_x(inside), shapely.get_y(inside))
    assign_points(points, tmp_path / "g.gpkg", "WGBM", tmp_path / "o.csv", crs="EPSG:4546")
    assert codes_of(read_back(tmp_path / "o.csv")) == CODES


def refused_grids(change: Callable[[gpd.GeoDataFrame], gpd.GeoDataFrame]):
    def prepare(tmp_path: Path) -> tuple[Path, Path]:
        change(grid_frame()).to_file(tmp_path / "g.gpkg")
        lng, lat = some_points()
        return write_csv(tmp_path / "p.csv", lng, lat), tmp_path / "g.gpkg"

    return prepare


def refused_csv(text: str | bytes):
    def prepare(tmp_path: Path) -> tuple[Path, Path]:
        grid_frame().to_file(tmp_path / "g.gpkg")
        data = text.encode() if isinstance(text, str) else text
        (tmp_path / "p.csv").write_bytes(data)
        return tmp_path / "p.csv", tmp_path / "g.gpkg"

    return prepare


def refused_points(geoms: list, crs: Any = 4490):
    def prepare(tmp_path: Path) -> tuple[Path, Path]:
        grid_frame().to_file(tmp_path / "g.gpkg")
        gpd.GeoDataFrame({"a": range(len(geoms))}, geometry=geoms, crs=crs).to_file(
            tmp_path / "p.gpkg"
        )
        return tmp_path / "p.gpkg", tmp_path / "g.gpkg"

    return prepare


def with_geometry(row: int, geom: Any):
    def change(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        geoms = list(frame.geometry)
        geoms[row] = geom
        return frame.set_geometry(gpd.GeoSeries(geoms, crs=frame.crs))

    return change


def with_code(row: int, code: str | None):
    def change(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        frame.loc[row, "WGBM"] = code
        return frame

    return change


BOW_TIE = shapely.Polygon([(109, 39), (110, 40), (110, 39), (109, 40)])
HERE = shapely.Point(109.2, 39.2)


@pytest.mark.parametrize(
    ("prepare", "code", "params"),
    [
        (refused_csv("a,b\n1,2\n"), "assign.missing_columns", {"missing": ["lng", "lat"]}),
        (refused_csv("lng,lat\n"), "assign.no_points", {}),
        (refused_csv(""), "file.unreadable", {}),
        (refused_csv(b"lng,lat,n\n1,2,\xff\xff\n"), "file.encoding", {}),
        (refused_csv("lng,lat\n110,39\n,39\n110,x\n110,nan\n"), "assign.missing_position",
         {"rows": [2, 3, 4], "count": 3}),
        (refused_csv("lng,lat\n110,39\n39.2,109.2\n"), "assign.impossible_position", {"rows": [2]}),
        (refused_csv('lng,lat\n110,39\n110,39,4,"5\n'), "file.unreadable", {}),
        (refused_points([HERE, None, HERE]), "assign.missing_position", {"rows": [2]}),
        (refused_points([HERE, shapely.Point()]), "assign.missing_position", {"rows": [2]}),
        (refused_points([HERE, HERE.buffer(1)]), "assign.not_points", {"rows": [2]}),
        (refused_points([HERE], crs=None), "crs.missing", {"file": "p.gpkg"}),
        (refused_points([HERE], crs=4610), "crs.datum_shift_unknown", {"source": "Xian 1980"}),
        (refused_grids(with_geometry(4, None)), "grid.missing_geometry", {"rows": [5]}),
        (refused_grids(with_geometry(4, BOW_TIE)), "grid.invalid_geometry", {"rows": [5]}),
        (refused_grids(with_geometry(4, HERE)), "grid.not_polygon", {"rows": [5]}),
        (refused_grids(with_code(2, CODES[7])), "grid.code_duplicate",
         {"rows": [3, 8], "codes": [CODES[7]], "count": 1}),
        (refused_grids(with_code(2, None)), "grid.missing_code", {"rows": [3]}),
        (refused_grids(with_code(2, " ")), "grid.missing_code", {"rows": [3]}),
        (refused_grids(lambda f: f.rename(columns={"WGBM": "DM"})), "grid.no_such_field",
         {"found": ["DM", "name"]}),
        (refused_grids(lambda f: f.iloc[:0]), "grid.empty_file", {}),
        (refused_grids(lambda f: f.set_crs(None, allow_override=True)), "crs.missing",
         {"file": "g.gpkg"}),
    ],
)  # fmt: skip
def test_bad_files_are_refused_with_their_rows_and_leave_nothing(
    tmp_path: Path, prepare: Any, code: str, params: dict[str, Any]
) -> None:
    points, grids = prepare(tmp_path)
    before = set(tmp_path.iterdir())
    with pytest.raises(InvalidInput) as error:
        assign_points(points, grids, "WGBM", tmp_path / "o.csv")
    assert error.value.code == code
    assert error.value.params.items() >= params.items()
    assert set(tmp_path.iterdir()) == before


def run(tmp_path: Path, grids: Path, **changed: Any) -> AssignReport:
    points = write_csv(tmp_path / "p.csv", np.array([109.2]), np.array([39.2]))
    given: dict[str, Any] = {"points_file": points, "grids_file": grids, "out": tmp_path / "o.csv"}
    return assign_points(code_field="WGBM", **{**given, **changed})


@pytest.mark.parametrize("name", ["x.csv", "x.gpkg", "x.parquet", "x.zip"])
def test_missing_files_are_named(tmp_path: Path, grids: Path, name: str) -> None:
    for changed in ({"points_file": tmp_path / name}, {"grids_file": tmp_path / name}):
        with pytest.raises(NotFound) as error:
            run(tmp_path, grids, **changed)
        assert (error.value.code, error.value.params) == ("file.not_found", {"file": name})


@pytest.mark.parametrize("name", ["x.gpkg", "x.parquet", "x.zip", "x.shp", "x.geojson"])
def test_files_of_another_kind_are_unreadable(tmp_path: Path, grids: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"\x00\x01 not a map")
    for changed in ({"points_file": tmp_path / name}, {"grids_file": tmp_path / name}):
        with pytest.raises(InvalidInput) as error:
            run(tmp_path, grids, **changed)
        assert error.value.code == "file.unreadable"


def test_ring_that_is_not_closed_is_unreadable(tmp_path: Path, grids: Path) -> None:
    ring = "[[0,0],[1,0],[1,1],[0,1]]"
    (tmp_path / "x.geojson").write_text(
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"WGBM":"1"},'
        f'"geometry":{{"type":"Polygon","coordinates":[{ring}]}}}}]}}'
    )
    for changed in (
        {"points_file": tmp_path / "x.geojson"},
        {"grids_file": tmp_path / "x.geojson"},
    ):
        with pytest.raises(InvalidInput) as error:
            run(tmp_path, grids, **changed)
        assert error.value.code == "file.unreadable"


def test_plain_parquet_has_no_geometry(tmp_path: Path, grids: Path) -> None:
    pd.DataFrame({"a": [1]}).to_parquet(tmp_path / "x.parquet")
    for changed in (
        {"points_file": tmp_path / "x.parquet"},
        {"grids_file": tmp_path / "x.parquet"},
    ):
        with pytest.raises(InvalidInput) as error:
            run(tmp_path, grids, **changed)
        assert error.value.code == "file.no_geometry"


def test_several_layers_are_named(tmp_path: Path) -> None:
    for layer in ("a", "b"):
        pyogrio.write_dataframe(grid_frame(), tmp_path / "g.gpkg", layer=layer)
    with pytest.raises(InvalidInput) as error:
        run(tmp_path, tmp_path / "g.gpkg")
    assert error.value.params["layers"] == ["a", "b"]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"crs": "EPSG:999999"}, "crs.unknown"),
        ({"crs": "somewhere"}, "crs.unknown"),
        ({"out": Path("/no/such/folder/o.csv")}, "file.cannot_write"),
        ({"out": Path("o.xyz")}, "file.unknown_kind"),
    ],
)
def test_impossible_options_are_refused(
    tmp_path: Path, grids: Path, changed: dict[str, Any], code: str
) -> None:
    with pytest.raises(WanggeError) as error:
        run(tmp_path, grids, **changed)
    assert error.value.code == code


def test_input_is_never_overwritten(tmp_path: Path, grids: Path) -> None:
    with pytest.raises(InvalidInput) as error:
        run(tmp_path, grids, out=tmp_path / "p.csv")
    assert error.value.code == "assign.would_overwrite_input"


def test_result_columns_are_those_promised() -> None:
    assert list(chunk.RESULT_COLUMNS) == COLUMNS


def shapefile_in_gbk(folder: Path, frame: gpd.GeoDataFrame, *, zipped: bool) -> Path:
    frame.to_file(folder / "g.shp", encoding="GBK")
    (folder / "g.cpg").unlink()
    if not zipped:
        return folder / "g.shp"
    with zipfile.ZipFile(folder / "g.zip", "w") as archive:
        for ending in ("shp", "shx", "dbf", "prj"):
            archive.write(folder / f"g.{ending}", f"网格/g.{ending}")
    return folder / "g.zip"


@pytest.mark.parametrize("zipped", [False, True])
def test_gbk_texts_without_cpg_are_read(tmp_path: Path, zipped: bool) -> None:
    frame = grid_frame().rename(columns={"WGBM": "网格编码"})
    frame["网格编码"] = [f"甲{code}" for code in CODES]
    grids = shapefile_in_gbk(tmp_path, frame, zipped=zipped)
    lng, lat = some_points()
    points = write_csv(tmp_path / "p.csv", lng, lat)
    assign_points(points, grids, "网格编码", tmp_path / "o.csv")
    want = [None if code is None else f"甲{code}" for code in expected_codes(lng, lat)]
    assert codes_of(read_back(tmp_path / "o.csv")) == want


def test_gbk_csv_is_read_and_its_texts_kept(tmp_path: Path, grids: Path) -> None:
    (tmp_path / "p.csv").write_bytes("户主,lng,lat\n张三,109.2,39.2\n".encode("gb18030"))
    assign_points(tmp_path / "p.csv", grids, "WGBM", tmp_path / "o.csv")
    assert read_back(tmp_path / "o.csv")["户主"].tolist() == ["张三"]


def test_text_in_no_known_encoding_is_refused(tmp_path: Path) -> None:
    grids = shapefile_in_gbk(tmp_path, grid_frame(), zipped=False)
    dbf = (tmp_path / "g.dbf").read_bytes()
    (tmp_path / "g.dbf").write_bytes(dbf.replace("格".encode("gbk"), b"\xff\xff"))
    with pytest.raises(InvalidInput) as error:
        run(tmp_path, grids)
    assert error.value.code == "file.encoding"
