"""False alarms of the scan at league size, beside esda's default on the same maps."""

from __future__ import annotations

from tests.bench.risk import SIZES, Row, false_alarm_rows


def run() -> list[Row]:
    """All rows."""
    return false_alarm_rows(*SIZES[2])
