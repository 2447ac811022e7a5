"""Rates at league size: error beside empirical Bayes, and coverage of 90 % intervals."""

from __future__ import annotations

from tests.bench.risk import RATE_MAPS, SIZES, Row, rate_rows


def run() -> list[Row]:
    """All rows, four maps of each truth."""
    return rate_rows(*SIZES[2], RATE_MAPS[SIZES[2][0]])
