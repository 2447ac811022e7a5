"""Dates of this product are dates in Shanghai, wherever the machine's clock is set."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def today() -> date:
    """The day it is in Shanghai."""
    return datetime.now(SHANGHAI).date()
