"""CPU seconds and memory of looks at a township, a league and 21,000 micro grids."""

from __future__ import annotations

from tests.bench.risk import Row, time_rows


def run() -> list[Row]:
    """All rows."""
    return time_rows()
