"""Rates that borrow strength: error, coverage of intervals, and forecasts that came true."""

from __future__ import annotations

from tests.bench.risk import Row, forecast_rows, rate_rows


def run() -> list[Row]:
    """All rows."""
    return rate_rows() + forecast_rows()
