"""Can a number of households be cut into grids of a given size at all?  Asked before anything."""

from __future__ import annotations

from dataclasses import dataclass

from grid_boundaries.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class SizeRule:
    """Every grid has ``low`` to ``high`` households; ``groups`` asks for exactly so many."""

    low: int
    high: int
    groups: int | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.low <= self.high:
            raise InvalidInput("redraw.size_rule", low=self.low, high=self.high)
        if self.groups is not None and self.groups < 1:
            raise InvalidInput("redraw.group_count", groups=self.groups)


@dataclass(frozen=True, slots=True)
class Feasibility:
    """``fewest`` to ``most`` grids are possible; none where ``fewest > most``.

    ``reason`` is None, ``too_few`` (all together below the lower bound), ``between`` (too many for
    so many grids, too few for one more), ``groups`` (not with the number asked for), ``unit``
    (one unit that must stay whole is larger than a grid may be) or ``buildings`` (whole buildings,
    or units, cannot be put together so; known only after every way was tried).
    """

    fewest: int
    most: int
    reason: str | None

    @property
    def is_feasible(self) -> bool:
        return self.reason is None

    def list_groups(self, total: int, rule: SizeRule) -> list[int]:
        """Numbers of grids to try: the one asked for; else those that are possible, first the one
        whose grids come nearest to the middle of the rule, ties to fewer grids."""
        if rule.groups is not None:
            return [rule.groups]
        middle = (rule.low + rule.high) / 2
        possible = range(max(self.fewest, 1), max(self.most, self.fewest, 1) + 1)
        return sorted(possible, key=lambda k: (abs(total / k - middle), k))


def check_feasible(total: int, rule: SizeRule, largest_unit: int = 0) -> Feasibility:
    """How many grids ``total`` households can make: ceil(total/high) to floor(total/low).

    The bounds are necessary, and sufficient where single households can be moved.
    """
    fewest, most = -(-total // rule.high), total // rule.low
    reason = None
    if largest_unit > rule.high:
        reason = "unit"
    elif total < rule.low:
        reason = "too_few"
    elif fewest > most:
        reason = "between"
    elif rule.groups is not None and not fewest <= rule.groups <= most:
        reason = "groups"
    return Feasibility(fewest, most, reason)
