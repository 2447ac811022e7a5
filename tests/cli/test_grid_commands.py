"""Grids and demo on the command line: dry runs, refusals, exit codes, JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pytest
from sqlalchemy import Engine

from gis_api.cli.main import main
from tests.unit.hierarchy.lattice import square

Run = Callable[..., tuple[int, str, str]]
LEVEL = ("--level", "1", "--code-field", "code", "--level-name-zh", "村", "--json")


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    admin_url: str,
    tmp_path: Path,
) -> Run:
    monkeypatch.setenv("WANGGE_DATABASE_URL", admin_url)
    monkeypatch.setenv("WANGGE_VAR_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    monkeypatch.setenv("COLUMNS", "200")

    def run_command(*arguments: str) -> tuple[int, str, str]:
        code = 0
        try:
            main(arguments)
        except SystemExit as ended:
            code = int(ended.code or 0)
        said = capsys.readouterr()
        return code, said.out, said.err

    return run_command


def write_villages(folder: Path, *, overlap: bool) -> str:
    shapes = [square(0, 0, 1.5 if overlap else 1, 1), square(1, 0)]
    file = folder / f"villages-{overlap}.gpkg"
    gpd.GeoDataFrame({"code": ["V1", "V2"]}, geometry=shapes, crs=4490).to_file(
        file, engine="pyogrio"
    )
    return str(file)


def count_cells(admin_engine: Engine) -> int:
    with admin_engine.connect() as conn:
        return int(conn.exec_driver_sql("SELECT count(*) FROM cell").scalar_one())


def test_findings_end_with_exit_code_2_and_write_nothing(
    run: Run, tmp_path: Path, admin_engine: Engine
):
    code, out, _ = run("import", "grids", write_villages(tmp_path, overlap=True), *LEVEL,
                       "--commit")  # fmt: skip
    assert code == 2
    assert json.loads(out)["refused"] == ["grid.overlap"]
    assert count_cells(admin_engine) == 0


def test_problems_of_a_file_are_sentences_with_exit_code_2(run: Run, tmp_path: Path):
    file = write_villages(tmp_path, overlap=False)
    code, out, err = run(
        "import", "grids", file, "--level", "1", "--code-field", "nummer", "--level-name-zh", "村"
    )
    assert code == 2
    assert "nummer" in out
    assert "Traceback" not in out + err


def test_clean_grids_are_dry_run_then_committed_then_checked(
    run: Run, tmp_path: Path, admin_engine: Engine
):
    file = write_villages(tmp_path, overlap=False)
    code, out, _ = run("import", "grids", file, *LEVEL)
    assert (code, json.loads(out)["new_cells"]) == (0, 2)
    assert count_cells(admin_engine) == 0
    code, out, _ = run("import", "grids", file, *LEVEL, "--commit")
    assert code == 0
    assert json.loads(out)["grid_version_id"] is not None
    assert count_cells(admin_engine) == 2
    code, out, _ = run("import", "grids", file, *LEVEL, "--commit")
    assert json.loads(out)["already_imported"]
    code, out, _ = run("grids", "check", "--json")
    assert (code, json.loads(out)["findings"], json.loads(out)["cells"]) == (0, [], 2)


def test_an_unknown_demo_place_is_refused_with_the_known_ones(run: Run):
    code, _, err = run("demo", "atlantis")
    assert code == 2
    assert "narisong" in err


def test_a_demo_without_commit_counts_and_checks_and_writes_nothing(run: Run, admin_engine: Engine):
    before = count_cells(admin_engine)
    code, _, err = run("demo", "hongshaba")
    assert code == 0
    assert "通过 passed" in err
    assert "合成数据" in err
    assert count_cells(admin_engine) == before


def test_a_demo_is_not_loaded_over_real_grids(run: Run, tmp_path: Path):
    run("import", "grids", write_villages(tmp_path, overlap=False), *LEVEL, "--commit")
    code, _, err = run("demo", "hongshaba", "--commit", "--replace")
    assert code == 2
    assert "demo.not_only_demo" in err
