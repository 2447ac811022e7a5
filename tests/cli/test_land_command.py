"""``wangge land check``: a file is looked through as it stands, without a database.  合成数据."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely
from shapely import MultiPolygon, Polygon, affinity, box
from shapely.geometry.base import BaseGeometry

from gis_api.cli.main import main
from tests.unit.parcels.drawn_pairs import at_place

WEST, EAST = box(0, 0, 50, 40), box(46, 0, 90, 40)


def check(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as stopped:
        main(["land", "check", *arguments])
    said = capsys.readouterr()
    return int(stopped.value.code or 0), said.out, said.err


def write(
    folder: Path, shapes: list[BaseGeometry], crs: str | int = 4490, **columns: list[Any]
) -> Path:
    path = folder / "parcels.gpkg"
    gpd.GeoDataFrame(columns, geometry=shapes, crs=crs).to_file(path)
    return path


def test_file_is_told_with_figures_places_and_reasons(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    twice = MultiPolygon([box(200, 0, 250, 41), box(249, 0, 290, 41)])
    shapes = [at_place(one) for one in (WEST, EAST, twice)]
    path = write(
        tmp_path, shapes, code=["W", "E", "S"], holder=["合成甲", "合成乙", "合成丙"],
        area_mu=[3.0, 2.64, 3.0],
    )  # fmt: skip
    asked = [str(path), "--tolerance", "1", "--method", "surveyed", "--code", "code",
             "--holder", "holder", "--area", "area_mu", "--unit", "mu"]  # fmt: skip
    code, out, _ = check(capsys, *asked, "--json")
    assert code == 0
    told = json.loads(out)
    assert (told["outlines"], told["shift_known"]) == (3, True)
    found = {one["rule"]: one for one in told["findings"]}
    conflict, own = found["overlap_real_conflict"], found["overlap_self_overlap"]
    assert (conflict["left"], conflict["right"]) == ("W", "E")
    assert conflict["area_m2"] == pytest.approx(160, rel=1e-3)
    assert shapes[0].contains(shapely.Point(conflict["place"]))
    assert (own["left"], own["right"]) == ("S", "S")
    assert own["area_m2"] == pytest.approx(41, rel=1e-3)
    assert [one["left"] for one in told["findings"] if one["rule"] == "area_differs"] == ["S"]
    assert "合成甲" not in out
    code, table, _ = check(capsys, *asked)
    assert code == 0
    assert "overlap_real_conflict" in table


def test_same_parcels_abroad_come_to_the_same_figures(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = []
    for by in (0.0, -93.0):
        shapes = [affinity.translate(at_place(one), by) for one in (WEST, EAST)]
        path = write(tmp_path, shapes, 4326)
        _, out, _ = check(capsys, str(path), "--tolerance", "1", "--method", "tape", "--json")
        told.append(json.loads(out)["findings"])
    home, abroad = told
    assert [one["rule"] for one in home] == [one["rule"] for one in abroad]
    assert abroad[0]["area_m2"] == pytest.approx(home[0]["area_m2"], rel=1e-6)
    assert abroad[0]["width_m"] == pytest.approx(home[0]["width_m"], rel=1e-3)
    assert abroad[0]["place"][0] == pytest.approx(home[0]["place"][0] - 93, abs=1e-4)


def test_datum_without_a_known_shift_is_told_and_the_file_still_checked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path, [box(500_000, 4_300_000, 500_050, 4_300_040),
                            box(500_046, 4_300_000, 500_090, 4_300_040)], 2383)  # fmt: skip
    code, out, _ = check(capsys, str(path), "--tolerance", "1", "--accuracy", "0.1", "--json")
    told = json.loads(out)
    assert (code, told["shift_known"]) == (0, False)
    assert [one["rule"] for one in told["counts"]] == [
        "overlap_real_conflict", "line_disagrees"
    ]  # fmt: skip
    assert told["counts"][0]["area_m2"] == pytest.approx(160, rel=1e-2)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--tolerance", "-1"], "land.tolerance"),
        (["--tolerance", "nan"], "land.tolerance"),
        (["--tolerance", "1", "--unit", "acre"], "land.area_unit"),
        (["--tolerance", "1", "--holder", "none"], "land.column_unknown"),
        (["--tolerance", "1", "--layer", "none"], "file.no_such_layer"),
    ],
)
def test_bad_question_is_exit_code_2_with_a_hint(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: str
) -> None:
    path = write(tmp_path, [at_place(WEST)])
    exit_code, _, err = check(capsys, str(path), *arguments)
    assert exit_code == 2
    assert f"[{code}]" in err
    assert "→" in err


def test_bad_files_are_told_and_never_a_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    crossed = at_place(Polygon([(0, 0), (50, 40), (50, 0), (0, 40)]))
    path = write(tmp_path, [crossed, at_place(EAST)])
    code, out, _ = check(capsys, str(path), "--tolerance", "1", "--json")
    assert code == 0
    assert [one["rule"] for one in json.loads(out)["counts"]] == ["outline_unreadable"]
    points = write(tmp_path, [shapely.Point(110, 39)])
    assert check(capsys, str(points), "--tolerance", "1")[0] == 2
    bare = tmp_path / "bare.geojson"
    bare.write_text("{", "utf-8")
    assert check(capsys, str(bare), "--tolerance", "1")[0] == 2
    assert check(capsys, str(tmp_path / "none.gpkg"), "--tolerance", "1")[0] == 2
