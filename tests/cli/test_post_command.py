"""``wangge post`` counts days in Shanghai, not in the zone of the machine."""

from __future__ import annotations

from datetime import UTC, datetime

from gis_api.db import clock


def test_today_is_the_day_in_shanghai(monkeypatch) -> None:
    class Evening(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime(2026, 11, 22, 18, 0, tzinfo=UTC).astimezone(tz)

    monkeypatch.setattr(clock, "datetime", Evening)
    assert clock.today().isoformat() == "2026-11-23"
