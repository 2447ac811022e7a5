"""``script/bench NAME [--json]``: run ``tests.bench.NAME.run()`` and show its rows.

``run()`` returns rows (mappings) with the keys case, metric, value, peer, goal, ok, n, seed,
versions, cpu_s, wall_s.  Exit code 0 when every row that has a goal meets it, 1 when one does not,
2 when there is no such benchmark.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

COLUMNS = (
    "case", "metric", "value", "peer", "goal", "ok", "n", "seed", "versions", "cpu_s", "wall_s",
)  # fmt: skip
_HERE = Path(__file__).parent


def list_benchmarks() -> list[str]:
    """Names of the modules beside this one that have a ``run``."""
    found = (path for path in _HERE.glob("*.py") if path.stem not in {"run", "__init__"})
    return sorted(path.stem for path in found if "\ndef run(" in path.read_text("utf-8"))


def check_rows(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The rows with exactly the agreed keys, in order; raises ValueError on a missing one."""
    checked = []
    for row in rows:
        missing = [name for name in COLUMNS if name not in row]
        if missing:
            raise ValueError(f"benchmark row lacks {', '.join(missing)}: {dict(row)}")
        checked.append({name: row[name] for name in COLUMNS})
    return checked


def render_table(name: str, rows: list[dict[str, Any]]) -> Table:
    """The rows for people; seed and versions are left to ``--json``."""
    shown = [column for column in COLUMNS if column not in {"seed", "versions"}]
    table = Table(*shown, title=name)
    for row in rows:
        table.add_row(*(_cell(row[column]) for column in shown))
    return table


def _cell(value: object) -> str:
    marks = {True: "yes", False: "NO", None: ""}
    if isinstance(value, bool) or value is None:
        return marks[value]
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def main() -> int:
    """Entry of script/bench."""
    parser = argparse.ArgumentParser(prog="script/bench", description="Benchmarks with peers.")
    parser.add_argument("name", nargs="?", help=", ".join(list_benchmarks()))
    parser.add_argument("--json", action="store_true", help="one JSON row per line")
    given = parser.parse_args()
    if given.name not in list_benchmarks():
        print(f"no such benchmark; there are: {', '.join(list_benchmarks())}", file=sys.stderr)
        return 2
    rows = check_rows(importlib.import_module(f"tests.bench.{given.name}").run())
    if given.json:
        for row in rows:
            print(json.dumps(row, ensure_ascii=False))
    else:
        # a log file has no width of its own, and a metric cut to seven letters says nothing
        console = Console()
        Console(width=max(console.width, 150)).print(render_table(given.name, rows))
    return 0 if all(row["ok"] is not False for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
