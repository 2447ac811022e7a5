"""An import of a million rows killed at random moments: nothing of it is half visible, and run
again it ends with exactly the right rows.  The small one is tests/operate/test_import_kill.py.

The moments are random, one in each of as many equal parts of a run, so that every phase is hit.
WANGGE_BENCH_IMPORT_KILLS (20) and WANGGE_BENCH_IMPORT_SEED let it be run in parts;
WANGGE_BENCH_IMPORT_SECONDS says how long a run takes here, where ``script/bench import`` has told.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import tempfile
from collections import Counter
from pathlib import Path

from sqlalchemy import Engine

from tests.bench.import_files import (
    HOUSEHOLDS,
    PLACE,
    Row,
    clean,
    command_of,
    count_rows,
    make_row,
    measure,
    stopwatch,
    write_households,
)
from tests.bench.league import environment, open_place

KILLS = int(os.environ.get("WANGGE_BENCH_IMPORT_KILLS", "20"))
SEED = int(os.environ.get("WANGGE_BENCH_IMPORT_SEED", "20260104"))
WHOLE_S = float(os.environ.get("WANGGE_BENCH_IMPORT_SECONDS", "0"))


def run() -> list[Row]:
    """All rows; half a minute a kill at full size on two cores, and three whole runs."""
    with open_place(PLACE) as admin, tempfile.TemporaryDirectory(prefix="wangge-bench-") as folder:
        file = write_households(admin, Path(folder) / "households.parquet", HOUSEHOLDS)
        clean(admin)
        rows = kill_rows(admin, file)
        clean(admin)
    return [{**row, "seed": SEED} for row in rows]


def kill_rows(admin: Engine, file: Path) -> list[Row]:
    """Killed at random moments, then run to its end: never a row of it visible before, exactly the
    right rows after.  A run that came to its end first is no kill: the next begins anew."""
    halves = 0
    at: Counter[str] = Counter()
    with stopwatch() as spent:
        moments = pick_moments(_find_whole(admin, file), KILLS, random.Random(SEED))
        while moments:
            process = subprocess.Popen(
                command_of("household", file), env=environment(PLACE), stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip
            try:
                process.wait(timeout=moments[-1])
                # ended before: once more from the start, and not quite so late
                moments[-1] *= 0.97
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
                moments.pop()
                at[_find_state(admin)] += 1
            found = count_rows(admin, "household")
            halves += found not in (0, HOUSEHOLDS)
            if found:
                clean(admin)
        measure(command_of("household", file))
        rerun = _count_distinct(admin)
        measure(command_of("household", file))
        again = _count_distinct(admin)
    case = f"{HOUSEHOLDS} household, killed {KILLS} times"
    right = (HOUSEHOLDS, HOUSEHOLDS)
    return [
        *(make_row(case, f"kills while {state}", n, None, None, KILLS, spent)
          for state, n in sorted(at.items())),
        make_row(case, "times half visible", halves, 0, halves == 0, KILLS, spent),
        make_row(case, "rows after the rerun", rerun[0], HOUSEHOLDS, rerun == right, KILLS, spent),
        make_row(case, "rows after one more", again[0], HOUSEHOLDS, again == right, KILLS, spent),
    ]  # fmt: skip


def pick_moments(whole_s: float, kills: int, rng: random.Random) -> list[float]:
    """Seconds after the start: one at random in each of ``kills`` equal parts, in random order."""
    parts = rng.sample(range(kills), kills)
    return [whole_s * (0.02 + 0.96 * (part + rng.random()) / kills) for part in parts]


def _find_whole(admin: Engine, file: Path) -> float:
    """How long a run takes that nobody kills; nothing of it stays."""
    if WHOLE_S:
        return WHOLE_S
    whole_s, _ = measure(command_of("household", file))
    clean(admin)
    return whole_s


def _find_state(admin: Engine) -> str:
    """What the newest run was at: staged is while it wrote into the register."""
    with admin.connect() as conn:
        state = conn.exec_driver_sql(
            "SELECT state FROM import_run ORDER BY import_id DESC LIMIT 1"
        ).scalar()
    return str(state or "opening")


def _count_distinct(admin: Engine) -> tuple[int, int]:
    """Rows brought in, and how many numbers they have."""
    with admin.connect() as conn:
        row = conn.exec_driver_sql(
            "SELECT count(*), count(DISTINCT external_code) FROM household"
            " WHERE import_batch_id IS NOT NULL"
        ).one()
    return int(row[0]), int(row[1])
