"""Who is asked first: skill, then nearness, then who has least to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Helper:
    """Somebody, or a whole group, that could help.

    ``distance_m`` is between inner points of micro grids, never homes; ``load`` counts requests
    in hand.
    """

    key: int
    is_skilled: bool
    is_own_group: bool
    distance_m: float
    load: int


def rank_helpers(helpers: Iterable[Helper]) -> list[Helper]:
    """Skilled before others, the place's own group before neighbours, then fewer requests in hand,
    then nearer (by full 100 m), then the lower key."""
    return sorted(
        helpers,
        key=lambda h: (not h.is_skilled, not h.is_own_group, h.load, h.distance_m // 100, h.key),
    )
