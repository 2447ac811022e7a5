"""What the benchmarks of imports share: generated files (合成数据), the import as a process of its
own, and a register as if nothing had been brought in.

Files come from a seed over the grids of the league demo.  Sizes: WANGGE_BENCH_IMPORT_SCALE (1 is
the full size).
"""

from __future__ import annotations

import os
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyogrio
import shapely
from pyproj import CRS
from sqlalchemy import Engine

from grid_boundaries.geo.crs import transform_geometries
from tests.bench.league import environment

SEED = 20260104
PLACE = "xilingol"
SCALE = float(os.environ.get("WANGGE_BENCH_IMPORT_SCALE", "1"))
HOUSEHOLDS, PARCELS = int(1_000_000 * SCALE), int(500_000 * SCALE)
Row = dict[str, Any]


def write_households(admin: Engine, file: Path, count: int) -> Path:
    """GeoParquet of points spread over the micro grids, three hundred of them in none."""
    rng = np.random.default_rng([SEED, 1])
    cells = _cells(admin)
    bounds = shapely.bounds(cells)
    pick = rng.integers(len(cells), size=count)
    west, south, east, north = bounds[pick].T
    lng = west + (east - west) * rng.uniform(0.35, 0.65, count)
    lat = south + (north - south) * rng.uniform(0.35, 0.65, count)
    number = np.arange(count)
    table = gpd.GeoDataFrame(
        {
            "户编号": np.char.add("HB", np.char.zfill(number.astype("U8"), 8)),
            "地址": np.char.add(np.char.add("合成路", number.astype("U8")), "号"),
            "户主姓名": np.char.add("合成户", (number % 9973).astype("U8")),
            "联系电话": np.full(count, "199-0000-0000"),
        },
        geometry=shapely.points(lng, lat),
        crs="EPSG:4490",
    )
    table.to_parquet(file)
    return file


def write_parcels(admin: Engine, file: Path, count: int) -> Path:
    """A DK shapefile in the 3° zone of most of the league, GBK, quadrangles of about a hectare."""
    rng = np.random.default_rng([SEED, 2])
    cells = _cells(admin)
    middle = shapely.get_coordinates(shapely.point_on_surface(cells))
    near = np.flatnonzero(np.abs(middle[:, 0] - 117) < 1.5)
    pick = middle[near[rng.integers(len(near), size=count)]]
    centre = transform_geometries(shapely.points(pick), "EPSG:4490", "EPSG:4548")
    xy = shapely.get_coordinates(centre) + rng.uniform(-400, 400, (count, 2))
    half = rng.uniform(30, 70, (count, 1, 1))
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * half
    corners = corners + rng.uniform(-8, 8, (count, 4, 2)) + xy[:, None, :]
    number = np.arange(count)
    table = gpd.GeoDataFrame(
        {
            "DKBM": np.char.add("9900000012010", np.char.zfill(number.astype("U6"), 6)),
            "DKMC": np.char.add("合成地块", (number % 997).astype("U4")),
            "SCMJ": np.round(4 * half[:, 0, 0] ** 2, 2),
            "DKDZ": np.full(count, "合成东邻"),
            "DKNZ": np.full(count, "沟"),
            "DKXZ": np.full(count, "路"),
            "DKBZ": np.full(count, "合成北邻"),
        },
        geometry=shapely.polygons(corners),
        crs=CRS.from_epsg(4548),
    )
    pyogrio.write_dataframe(table, file, encoding="GBK")
    return file


# Opened, decided, checked and committed as the command does, with whatever is found accepted.
_RUN = """
import sys
from pathlib import Path
from gis_api.actions.imports.committing import commit_import, list_refused
from gis_api.actions.imports.opening import Choices, decide_import, open_import
from gis_api.actions.imports.staging import stage_import
from gis_api.cli.database import open_engine
from gis_api.db.engine import SYSTEM
from gis_api.settings import Settings
kind, file, crs = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
settings = Settings()
with open_engine(settings) as engine:
    run = open_import(engine, SYSTEM, kind, file)
    if run.state in ("uploaded", "failed") and run.crs_key != crs:
        run = decide_import(engine, SYSTEM, run.import_id, file, Choices(crs_key=crs))
    run = stage_import(engine, SYSTEM, run.import_id, file, index_dir=settings.index_path)
    accepted = list_refused(run)
    commit_import(engine, SYSTEM, run.import_id, accepted=accepted, reason="bench")
"""


def command_of(kind: str, file: Path) -> list[str]:
    crs = "EPSG:4490" if kind == "household" else "EPSG:4548"
    return [sys.executable, "-c", _RUN, kind, str(file), crs]


def measure(command: list[str]) -> tuple[float, int]:
    """Wall seconds and peak resident bytes of a command and its children."""
    began = time.perf_counter()
    code = (
        "import resource, subprocess, sys\n"
        "done = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE)\n"
        "print(done.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)\n"
        "sys.stderr.write(done.stdout.decode()[-2000:] if done.returncode else '')\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", code, *command], env=environment(PLACE), check=True,
        stdout=subprocess.PIPE, text=True,
    ).stdout.split()  # fmt: skip
    if told[0] != "0":
        raise RuntimeError(f"the import ended with {told[0]}")
    return time.perf_counter() - began, int(told[1]) * 1024


def clean(admin: Engine) -> None:
    """Take what an import brought in out of the register, as if it had never been."""
    with admin.begin() as conn:
        # nothing hangs on these rows; a million look-ups of that are no part of the measurement
        conn.exec_driver_sql("SET LOCAL session_replication_role = replica")
        for table in ("household", "claim"):
            conn.exec_driver_sql(f"DELETE FROM {table} WHERE import_batch_id IS NOT NULL")
        conn.exec_driver_sql("TRUNCATE import_row")
        conn.exec_driver_sql("DELETE FROM import_finding")
        conn.exec_driver_sql("DELETE FROM import_leftover")
        conn.exec_driver_sql("DELETE FROM import_run")
        conn.exec_driver_sql("DELETE FROM import_batch WHERE kind IN ('household', 'claim')")
    with admin.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        conn.exec_driver_sql("VACUUM household")
        conn.exec_driver_sql("VACUUM claim")


def count_rows(admin: Engine, kind: str) -> int:
    with admin.connect() as conn:
        return int(
            conn.exec_driver_sql(
                f"SELECT count(*) FROM {kind} WHERE import_batch_id IS NOT NULL"
            ).scalar_one()
        )


def _cells(admin: Engine) -> Any:
    with admin.connect() as conn:
        found = conn.exec_driver_sql(
            "SELECT ST_AsBinary(geom) FROM cell_version WHERE valid @> today()"
            " AND rank = (SELECT max(rank) FROM grid_level) ORDER BY code"
        ).scalars()
        return shapely.from_wkb(np.array([bytes(blob) for blob in found], dtype=object))


def make_row(
    case: str,
    metric: str,
    value: float,
    goal: Any,
    ok: bool | None,
    n: int,
    spent: dict[str, float],
    peer: float | None = None,
) -> Row:
    return {
        "case": case, "metric": metric, "value": value, "peer": peer, "goal": goal, "ok": ok,
        "n": n, "seed": SEED, "cpu_s": spent["cpu_s"], "wall_s": spent["wall_s"],
        "versions": {
            "python": platform.python_version(), "pyogrio": pyogrio.__version__,
            "pyarrow": pa.__version__, "geopandas": gpd.__version__,
        },
    }  # fmt: skip


@contextmanager
def stopwatch() -> Iterator[dict[str, float]]:
    """Wall and CPU seconds of this process and its children."""
    began, used = time.perf_counter(), _cpu()
    spent = {"cpu_s": 0.0, "wall_s": 0.0}
    yield spent
    spent["wall_s"], spent["cpu_s"] = time.perf_counter() - began, _cpu() - used


def _cpu() -> float:
    own, children = (
        resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime
