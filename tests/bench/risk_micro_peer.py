"""The peer's default on the first 200 of the null maps of 21,000 micro grids."""

from __future__ import annotations

from tests.bench.risk import SIZES, Row, peer_rows


def run() -> list[Row]:
    """All rows."""
    return peer_rows(*SIZES[3])
