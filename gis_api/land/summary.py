"""Findings of land counted by rule."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from layers.parcels.rules import LandFinding, read_rules


@dataclass(frozen=True, slots=True)
class RuleCount:
    """One rule: how often, how many m² together and how wide at most (None: not measured)."""

    rule: str
    zh: str
    en: str
    count: int
    area_m2: float | None
    widest_m: float | None


def count_rules(findings: Iterable[LandFinding]) -> list[RuleCount]:
    """Rules that were broken, in the order in which they are declared."""
    by_rule: dict[str, list[LandFinding]] = {}
    for one in findings:
        by_rule.setdefault(one.rule, []).append(one)
    return [
        RuleCount(
            code, rule.zh, rule.en, len(found),
            _sum([one.area_m2 for one in found]),
            max((one.width_m for one in found if one.width_m is not None), default=None),
        )
        for code, rule in read_rules().items()
        if (found := by_rule.get(code, []))
    ]  # fmt: skip


def _sum(areas: list[float | None]) -> float | None:
    known = [area for area in areas if area is not None]
    return sum(known) if known else None
