"""Rates of a town that borrow strength: error, coverage of intervals; forecasts that came true."""

from __future__ import annotations

from tests.bench.risk import RATE_MAPS, SIZES, Row, forecast_rows, rate_rows


def run() -> list[Row]:
    """All rows; ``risk_rates_league`` has the league's."""
    return rate_rows(*SIZES[0], RATE_MAPS[SIZES[0][0]]) + forecast_rows()
