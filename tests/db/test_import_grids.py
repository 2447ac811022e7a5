"""Importing grids from files: all problems at once, findings refused or accepted, no halves."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from sqlalchemy import Engine

from gis_api.actions.import_grids import GridImport, ImportReport, NewLevel, import_grids
from gis_api.db.cluster_databases import ServerAddress
from gis_api.db.engine import SYSTEM, begin, make_engine
from grid_boundaries.errors import Conflict, InvalidInput, NotFound, WanggeError
from grid_boundaries.store.cells import load_snapshot
from layers.importers.grid_rows import GridFields
from layers.importers.problems import ImportRefused
from tests.unit.hierarchy.lattice import square, town

TODAY = date(2026, 3, 1)
FIELDS = GridFields("code", "name", "parent")


@pytest.fixture
def place(server: ServerAddress, fresh_database_name: str) -> Iterator[Engine]:
    engine = make_engine(server.app_url(fresh_database_name), pool_size=2)
    yield engine
    engine.dispose()


def level_frame(rank: int, *, without: tuple[str, ...] = ()) -> gpd.GeoDataFrame:
    """The cells of one level of the lattice town as a file would have them."""
    plan = town()
    rows = [r for r in range(len(plan)) if plan.levels[r] == rank and plan.codes[r] not in without]
    return gpd.GeoDataFrame(
        {
            "code": [plan.codes[r] for r in rows],
            "name": [f"网格{plan.codes[r]}" for r in rows],
            "parent": [plan.codes[plan.parents[r]] if plan.parents[r] >= 0 else "" for r in rows],
        },
        geometry=[plan.geoms[r] for r in rows],
        crs=4490,
    )


def wanted(file: Path, rank: int, **changes: object) -> GridImport:
    base = GridImport(
        file=file,
        level=str(rank),
        fields=FIELDS,
        valid_from=TODAY,
        new_level=NewLevel(f"第{rank}级", f"level {rank}"),
    )
    return replace(base, **changes)


def run(place: Engine, ask: GridImport, *, commit: bool = True) -> ImportReport:
    return import_grids(place, SYSTEM, ask, commit=commit)


def refusal(place: Engine, ask: GridImport) -> dict[str, tuple[int, ...]]:
    """Problems with their rows; nothing may have been written."""
    before = count_cells(place)
    with pytest.raises(ImportRefused) as refused:
        run(place, ask)
    assert count_cells(place) == before
    return {problem.code: problem.rows for problem in refused.value.problems}


def count_cells(place: Engine) -> int:
    with begin(place, SYSTEM) as conn:
        return int(conn.exec_driver_sql("SELECT count(*) FROM cell_version").scalar_one())


def import_town(place: Engine, folder: Path, deepest: int = 3) -> None:
    for rank in range(1, deepest + 1):
        file = folder / f"level{rank}.gpkg"
        level_frame(rank).to_file(file, engine="pyogrio")
        assert run(place, wanted(file, rank)).refused == []


@pytest.mark.parametrize("kind", ["gpkg", "geojson", "shp", "folder", "zip"])
def test_every_kind_of_file_gives_the_same_cells(place: Engine, tmp_path: Path, kind: str):
    frame = level_frame(1)
    suffix = kind if kind in ("gpkg", "geojson") else "shp"
    folder = tmp_path / "丈量 成果"
    folder.mkdir()
    file = folder / f"网格.{suffix}"
    frame.to_file(file, engine="pyogrio")
    if kind == "folder":
        file = folder
    elif kind == "zip":
        file = tmp_path / "all.zip"
        with zipfile.ZipFile(file, "w") as archive:
            for part in folder.iterdir():
                archive.write(part, f"一层/二层/{part.name}")
    report = run(place, wanted(file, 1))
    assert (report.rows, report.new_cells, report.findings) == (1, 1, [])
    with begin(place, SYSTEM) as conn:
        found = load_snapshot(conn, TODAY)
    assert (found.codes, found.names) == (["T"], ["网格T"])
    assert shapely.equals(found.geoms[0], square(0, 0, 4, 4))


def test_a_whole_town_comes_in_from_the_top_down(place: Engine, tmp_path: Path):
    import_town(place, tmp_path)
    with begin(place, SYSTEM) as conn:
        found = load_snapshot(conn, TODAY)
        named = conn.exec_driver_sql("SELECT place, synthetic FROM place_setting").one()
    assert sorted(found.codes) == sorted(town().codes)
    assert tuple(named) == ("T", False)


def test_parents_can_be_found_by_ground(place: Engine, tmp_path: Path):
    import_town(place, tmp_path, deepest=1)
    file = tmp_path / "villages.gpkg"
    level_frame(2).to_file(file, engine="pyogrio")
    ask = wanted(file, 2, fields=GridFields("code"), parent_by_ground=True)
    assert run(place, ask).new_cells == 4
    with begin(place, SYSTEM) as conn:
        found = load_snapshot(conn, TODAY)
    assert {found.codes[p] for p in found.parents if p >= 0} == {"T"}


def test_a_dry_run_writes_nothing(place: Engine, tmp_path: Path):
    file = tmp_path / "a.gpkg"
    level_frame(1).to_file(file, engine="pyogrio")
    report = run(place, wanted(file, 1), commit=False)
    assert (report.new_cells, report.grid_version_id) == (1, None)
    assert count_cells(place) == 0


def test_the_same_file_twice_changes_nothing(place: Engine, tmp_path: Path):
    file = tmp_path / "a.gpkg"
    level_frame(1).to_file(file, engine="pyogrio")
    run(place, wanted(file, 1))
    again = run(place, wanted(file, 1))
    assert again.already_imported
    assert count_cells(place) == 1


def test_equal_cells_from_another_file_make_no_new_version(place: Engine, tmp_path: Path):
    import_town(place, tmp_path, deepest=2)
    file = tmp_path / "again.shp"
    level_frame(2).to_file(file, engine="pyogrio")
    report = run(place, wanted(file, 2))
    assert (report.unchanged_cells, report.grid_version_id) == (4, None)
    assert count_cells(place) == 5


def test_findings_refuse_until_all_are_accepted_with_a_reason(place: Engine, tmp_path: Path):
    import_town(place, tmp_path, deepest=2)
    frame = level_frame(3, without=("B11",))
    frame.loc[frame["code"] == "B00", "geometry"] = square(0, 0, 2, 1)
    file = tmp_path / "grids.gpkg"
    frame.to_file(file, engine="pyogrio")
    report = run(place, wanted(file, 3))
    assert report.refused == ["grid.hole", "grid.overlap"]
    assert count_cells(place) == 5
    half = wanted(file, 3, accepted=frozenset({"grid.hole"}), reason="测绘未完成")
    assert run(place, half).refused == ["grid.overlap"]
    assert count_cells(place) == 5
    both = replace(half, accepted=frozenset({"grid.hole", "grid.overlap"}))
    report = run(place, both)
    assert report.refused == []
    with begin(place, SYSTEM) as conn:
        kept = conn.exec_driver_sql(
            "SELECT accepted_findings FROM grid_version WHERE grid_version_id = %(id)s",
            {"id": report.grid_version_id},
        ).scalar_one()
        batch = conn.exec_driver_sql(
            "SELECT accepted, reason, row_count FROM import_batch ORDER BY import_batch_id DESC"
        ).first()
    assert {(f["code"], f["reason"]) for f in kept} == {
        ("grid.hole", "测绘未完成"),
        ("grid.overlap", "测绘未完成"),
    }
    assert batch == (["grid.hole", "grid.overlap"], "测绘未完成", 15)


@pytest.mark.parametrize(
    ("accepted", "reason", "code"),
    [
        ({"grid.gap"}, None, "import.reason_missing"),
        ({"grid.gap"}, "  ", "import.reason_missing"),
        ({"grid.invalid_geometry"}, "why not", "import.unknown_finding"),
    ],
)
def test_acceptance_needs_a_reason_and_a_kind_that_can_be_accepted(
    place: Engine, tmp_path: Path, accepted: set[str], reason: str | None, code: str
):
    ask = wanted(tmp_path / "none.gpkg", 1, accepted=frozenset(accepted), reason=reason)
    with pytest.raises(InvalidInput) as refused:
        run(place, ask)
    assert refused.value.code == code


def test_all_problems_are_told_at_once_with_their_rows(place: Engine, tmp_path: Path):
    import_town(place, tmp_path, deepest=2)
    frame = level_frame(3)
    frame.loc[0, "code"] = ""
    frame.loc[1, "code"] = "B 01"
    frame.loc[3, "code"] = frame.loc[2, "code"]
    frame.loc[4, "geometry"] = None
    frame.loc[5, "geometry"] = shapely.Point(110.61, 39.41)
    frame.loc[6, "geometry"] = shapely.Polygon(
        [(110.6, 39.4), (110.61, 39.41), (110.61, 39.4), (110.6, 39.41)]
    )
    frame.loc[7, "name"] = "长" * 101
    file = tmp_path / "bad.gpkg"
    frame.to_file(file, engine="pyogrio")
    assert refusal(place, wanted(file, 3)) == {
        "grid.missing_code": (1,),
        "grid.code_malformed": (2,),
        "grid.code_duplicate": (3, 4),
        "grid.missing_geometry": (5,),
        "grid.not_polygon": (6,),
        "grid.invalid_shapes": (7,),
        "grid.name_too_long": (8,),
    }


def test_unknown_parents_are_told_by_row(place: Engine, tmp_path: Path):
    import_town(place, tmp_path, deepest=2)
    frame = level_frame(3)
    frame.loc[[2, 5], "parent"] = ["V99", ""]
    file = tmp_path / "bad.gpkg"
    frame.to_file(file, engine="pyogrio")
    assert refusal(place, wanted(file, 3)) == {"parent.not_found": (3, 6)}


def test_a_level_below_the_top_needs_to_know_its_parents(place: Engine, tmp_path: Path):
    import_town(place, tmp_path, deepest=1)
    file = tmp_path / "villages.gpkg"
    level_frame(2).to_file(file, engine="pyogrio")
    ask = wanted(file, 2, fields=GridFields("code"))
    assert refusal(place, ask) == {"parent.not_stated": ()}


def test_a_code_of_another_level_is_refused_by_row(place: Engine, tmp_path: Path):
    import_town(place, tmp_path, deepest=2)
    frame = level_frame(3)
    frame.loc[0, "code"] = "V00"
    file = tmp_path / "bad.gpkg"
    frame.to_file(file, engine="pyogrio")
    assert refusal(place, wanted(file, 3)) == {"grid.code_reused": (1,)}


def test_levels_come_from_the_top_down(place: Engine, tmp_path: Path):
    file = tmp_path / "villages.gpkg"
    level_frame(2).to_file(file, engine="pyogrio")
    with pytest.raises(Conflict) as refused:
        run(place, wanted(file, 2))
    assert refused.value.code == "level.above_missing"


@pytest.mark.parametrize(
    ("level", "new", "code"),
    [
        ("village", NewLevel("村", "village"), "level.unknown"),
        ("1", NewLevel(), "level.has_no_name"),
    ],
)
def test_a_level_is_known_or_named(
    place: Engine, tmp_path: Path, level: str, new: NewLevel, code: str
):
    file = tmp_path / "a.gpkg"
    level_frame(1).to_file(file, engine="pyogrio")
    with pytest.raises(InvalidInput) as refused:
        run(place, wanted(file, 1, level=level, new_level=new))
    assert refused.value.code == code


def write_shapefile(folder: Path, *, crs: int = 4490, encoding: str = "UTF-8") -> Path:
    file = folder / "town.shp"
    level_frame(1).to_crs(crs).to_file(file, engine="pyogrio", encoding=encoding)
    return file


def test_a_missing_prj_is_refused_with_likely_systems(place: Engine, tmp_path: Path):
    file = write_shapefile(tmp_path, crs=4524)
    file.with_suffix(".prj").unlink()
    with pytest.raises(ImportRefused) as refused:
        run(place, wanted(file, 1))
    (problem,) = refused.value.problems
    assert problem.code == "crs.missing_likely"
    assert "EPSG:4524" in problem.params["likely"]
    assert run(place, wanted(file, 1, crs="EPSG:4524")).new_cells == 1


def test_projected_coordinates_come_back_to_where_they_were(place: Engine, tmp_path: Path):
    run(place, wanted(write_shapefile(tmp_path, crs=4546), 1))
    with begin(place, SYSTEM) as conn:
        found = load_snapshot(conn, TODAY).geoms[0]
    assert shapely.hausdorff_distance(found, square(0, 0, 4, 4)) < 1e-8


@pytest.mark.parametrize(
    ("crs", "code"),
    [
        ("EPSG:4610", "crs.datum_shift_unknown"),
        ("EPSG:2434", "crs.datum_shift_unknown"),
        ("EPSG:999999", "crs.unknown"),
        ("nonsense", "crs.unknown"),
    ],
)
def test_systems_without_a_published_shift_are_refused(
    place: Engine, tmp_path: Path, crs: str, code: str
):
    file = write_shapefile(tmp_path)
    file.with_suffix(".prj").unlink()
    assert refusal(place, wanted(file, 1, crs=crs)) == {code: ()}


def test_a_crs_that_contradicts_the_file_is_refused(place: Engine, tmp_path: Path):
    assert refusal(place, wanted(write_shapefile(tmp_path), 1, crs="EPSG:4546")) == {
        "crs.contradicts": ()
    }


def test_a_datum_taken_as_equal_is_said(place: Engine, tmp_path: Path):
    file = tmp_path / "a.gpkg"
    level_frame(1).set_crs(4269, allow_override=True).to_file(file, engine="pyogrio")
    assert [note.code for note in run(place, wanted(file, 1)).notes] == [
        "note.datum_taken_as_equal"
    ]


def test_swapped_axes_are_named(place: Engine, tmp_path: Path):
    import_town(place, tmp_path, deepest=1)
    frame = level_frame(2)
    frame["geometry"] = [shapely.transform(g, lambda xy: xy[:, ::-1]) for g in frame.geometry]
    file = tmp_path / "swapped.gpkg"
    frame.to_file(file, engine="pyogrio")
    assert refusal(place, wanted(file, 2)) == {"place.swapped_axes": (1, 2, 3, 4)}


def test_metres_under_a_system_in_degrees_are_named(place: Engine, tmp_path: Path):
    frame = level_frame(1).to_crs(4546).set_crs(4490, allow_override=True)
    file = tmp_path / "metres.gpkg"
    frame.to_file(file, engine="pyogrio")
    assert refusal(place, wanted(file, 1)) == {"place.projected": (1,)}


def test_gbk_text_without_a_label_is_read_right_and_said(place: Engine, tmp_path: Path):
    file = write_shapefile(tmp_path, encoding="GBK")
    file.with_suffix(".cpg").unlink()
    report = run(place, wanted(file, 1))
    assert [note.params for note in report.notes] == [{"encoding": "GB18030"}]
    with begin(place, SYSTEM) as conn:
        assert load_snapshot(conn, TODAY).names == ["网格T"]


def test_gbk_text_labelled_utf8_is_read_by_its_bytes(place: Engine, tmp_path: Path):
    file = write_shapefile(tmp_path, encoding="GBK")
    file.with_suffix(".cpg").write_text("UTF-8")
    run(place, wanted(file, 1))
    with begin(place, SYSTEM) as conn:
        assert load_snapshot(conn, TODAY).names == ["网格T"]


def test_whole_numbers_make_codes_without_a_point(place: Engine, tmp_path: Path):
    frame = level_frame(1)
    frame["code"] = [150622103.0]
    file = tmp_path / "a.gpkg"
    frame.to_file(file, engine="pyogrio")
    run(place, wanted(file, 1))
    with begin(place, SYSTEM) as conn:
        assert load_snapshot(conn, TODAY).codes == ["150622103"]


def test_files_that_are_none_are_refused_by_what_they_are(place: Engine, tmp_path: Path):
    (tmp_path / "text.gpkg").write_text("not a database")
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04 torn")
    (tmp_path / "grid.docx").write_bytes(b"x")
    with zipfile.ZipFile(tmp_path / "empty.zip", "w") as archive:
        archive.writestr("readme.txt", "nothing here")
    lonely = write_shapefile(tmp_path)
    lonely.with_suffix(".dbf").unlink()
    expected = {
        "text.gpkg": "file.unreadable",
        "broken.zip": "file.unreadable",
        "grid.docx": "file.unknown_kind",
        "empty.zip": "file.no_geometry",
        "town.shp": "file.shapefile_incomplete",
        "missing.gpkg": "file.not_found",
    }
    for name, code in expected.items():
        with pytest.raises(WanggeError) as refused:
            run(place, wanted(tmp_path / name, 1))
        assert (name, refused.value.code) == (name, code)
    with pytest.raises(NotFound):
        run(place, wanted(tmp_path / "missing.gpkg", 1))


def test_names_in_an_archive_point_nowhere_else(place: Engine, tmp_path: Path):
    level_frame(1).to_file(tmp_path / "a.geojson", engine="pyogrio")
    archive_path = tmp_path / "in" / "evil.zip"
    archive_path.parent.mkdir()
    with zipfile.ZipFile(archive_path, "w") as archive:
        archive.write(tmp_path / "a.geojson", "../../escaped.geojson")
    assert run(place, wanted(archive_path, 1)).new_cells == 1
    assert not (tmp_path / "escaped.geojson").exists()


def test_where_people_live_borders_are_changed_by_redraw_only(place: Engine, tmp_path: Path):
    import_town(place, tmp_path, deepest=2)
    with begin(place, SYSTEM) as conn:
        conn.exec_driver_sql("INSERT INTO household (scope_key) VALUES ('00000001')")
    frame = level_frame(2)
    frame.loc[frame["code"] == "V00", "name"] = "改名村"
    file = tmp_path / "renamed.gpkg"
    frame.to_file(file, engine="pyogrio")
    later = date(2026, 4, 1)
    assert run(place, wanted(file, 2, valid_from=later)).changed_cells == 1
    frame.loc[frame["code"] == "V00", "geometry"] = square(0, 0, 2, 1)
    file = tmp_path / "redrawn.gpkg"
    frame.to_file(file, engine="pyogrio")
    ask = wanted(file, 2, valid_from=date(2026, 5, 1))
    assert refusal(place, ask) == {"grid.needs_redraw": (1,)}


def read_rules(place: Engine) -> set[tuple[str | None, str, int]]:
    with begin(place, SYSTEM) as conn:
        found = conn.exec_driver_sql("SELECT case_kind, post_kind, post_rank FROM routing_rule")
        return {tuple(row) for row in found}


def test_new_levels_bring_rules_that_fit_them(place: Engine, tmp_path: Path):
    import_town(place, tmp_path, deepest=1)
    assert {rank for _, _, rank in read_rules(place)} == {1}
    import_town(place, tmp_path, deepest=3)
    rules = read_rules(place)
    assert ("land", "grid_leader", 3) in rules
    assert ("acquisition", "work_group_relocation", 1) in rules


def test_rules_of_ones_own_are_left_alone(place: Engine, tmp_path: Path):
    import_town(place, tmp_path, deepest=1)
    with begin(place, SYSTEM) as conn:
        conn.exec_driver_sql(
            "UPDATE routing_rule SET post_kind = 'judge' WHERE case_kind = 'acquisition'"
        )
    before = read_rules(place)
    import_town(place, tmp_path, deepest=3)
    assert read_rules(place) == before
