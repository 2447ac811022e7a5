"""Import at the size of a league: a million households, half a million parcels.

The peer reads the same file with geopandas and writes it with ``to_postgis`` into the same
database, in the same run: no checks, no cells, no scope.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from sqlalchemy import Engine

from tests.bench.import_files import (
    HOUSEHOLDS,
    PARCELS,
    PLACE,
    SCALE,
    Row,
    clean,
    command_of,
    count_rows,
    make_row,
    measure,
    stopwatch,
    write_households,
    write_parcels,
)
from tests.bench.league import open_place

GOALS = {"household": 120.0, "claim": 180.0}
MOST_BYTES = 2 * 1024**3


def run() -> list[Row]:
    """All rows; about five minutes at full size on two cores."""
    rows: list[Row] = []
    with open_place(PLACE) as admin, tempfile.TemporaryDirectory(prefix="wangge-bench-") as folder:
        households = write_households(admin, Path(folder) / "households.parquet", HOUSEHOLDS)
        parcels = write_parcels(admin, Path(folder) / "DK.shp", PARCELS)
        for kind, file in (("household", households), ("claim", parcels)):
            clean(admin)
            rows += import_rows(admin, kind, file)
        clean(admin)
    return rows


def import_rows(admin: Engine, kind: str, file: Path) -> list[Row]:
    """The import in a process of its own, as somebody types it, and the peer beside it."""
    peer_seconds, peer_bytes = _peer(admin, file)
    command = command_of(kind, file)
    with stopwatch() as spent:
        seconds, most = measure(command)
    count = HOUSEHOLDS if kind == "household" else PARCELS
    found = count_rows(admin, kind)
    goal = GOALS[kind] * SCALE if SCALE >= 1 else None
    case = f"{count} {kind}, {file.suffix}"
    return [
        make_row(case, "seconds", seconds, goal, None if goal is None else seconds <= goal, count,
                 spent, peer_seconds),
        make_row(case, "peak RSS, MB", most / 1e6, MOST_BYTES / 1e6, most <= MOST_BYTES, count,
                 spent, peer_bytes / 1e6),
        make_row(case, "rows in the register", found, count, found == count, count, spent),
    ]  # fmt: skip


def _peer(admin: Engine, file: Path) -> tuple[float, int]:
    """geopandas as its documents advise: read the file, write the table."""
    code = (
        "import sys, resource, geopandas, sqlalchemy\n"
        "columnar = sys.argv[1].endswith('parquet')\n"
        "read = geopandas.read_parquet if columnar else geopandas.read_file\n"
        "table = read(sys.argv[1]).to_crs(4490)\n"
        "engine = sqlalchemy.create_engine(sys.argv[2])\n"
        "table.to_postgis('bench_peer', engine, if_exists='replace', chunksize=50_000)\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)\n"
    )
    url = admin.url.render_as_string(hide_password=False)
    python = os.environ.get("WANGGE_BENCH_PYTHON", sys.executable)
    began = time.perf_counter()
    told = subprocess.run([python, "-c", code, str(file), url], check=False, capture_output=True)
    seconds = time.perf_counter() - began
    with admin.begin() as conn:
        conn.exec_driver_sql("DROP TABLE IF EXISTS bench_peer")
    if told.returncode:
        print(told.stderr.decode()[-400:], file=sys.stderr)
        return float("nan"), 0
    return seconds, int(told.stdout) * 1024
