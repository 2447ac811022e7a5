"""False alarms of the scan on 21,000 micro grids; ``risk_micro_peer`` has the peer's."""

from __future__ import annotations

from tests.bench.risk import SIZES, Row, false_alarm_rows


def run() -> list[Row]:
    """All rows."""
    return false_alarm_rows(*SIZES[3], with_peer=False)
