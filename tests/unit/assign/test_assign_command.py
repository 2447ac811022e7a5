"""``wangge assign`` as typed: results and sentences, exit codes 0 and 2."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from gis_api.cli.main import main


@pytest.fixture
def files(tmp_path: Path) -> Path:
    cells = [shapely.box(110 + n / 10, 39, 110.1 + n / 10, 39.1) for n in range(3)]
    gpd.GeoDataFrame({"DM": ["c", "b", "a"]}, geometry=cells, crs=4490).to_file(tmp_path / "g.gpkg")
    (tmp_path / "p.csv").write_text("lng,lat\n110.05,39.05\n110.1,39.05\n115,39\n", "utf-8")
    return tmp_path


def assign(folder: Path, *options: str, points: str = "p.csv", field: str = "DM") -> int:
    with pytest.raises(SystemExit) as stop:
        main(
            ["assign", str(folder / points), "--grids", str(folder / "g.gpkg"), "--code-field",
             field, "--out", str(folder / "o.csv"), "--cache-dir", str(folder / "cache"), *options]
        )  # fmt: skip
    return int(stop.value.code or 0)


def test_result_is_written_and_counted(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert assign(files) == 0
    found = pd.read_csv(files / "o.csv")
    assert found["how"].tolist() == ["inside", "border", "none"]
    assert found["grid_code"].tolist()[:2] == ["c", "b"]
    table = capsys.readouterr().out
    for words in ("界线上 on a border", "合计 rows", "3 个网格 cells"):
        assert words in table


@pytest.mark.parametrize(
    ("options", "changed", "word"),
    [
        ((), {"points": "no.csv"}, "file.not_found"),
        ((), {"field": "BM"}, "grid.no_such_field"),
        (("--crs", "EPSG:0"), {}, "crs.unknown"),
    ],
)
def test_bad_input_is_a_sentence_and_exit_code_2(
    files: Path,
    capsys: pytest.CaptureFixture[str],
    options: tuple[str, ...],
    changed: dict[str, str],
    word: str,
) -> None:
    assert assign(files, *options, **changed) == 2
    said = capsys.readouterr().err
    assert f"[{word}]" in said
    assert "Traceback" not in said
    assert not (files / "o.csv").exists()
