"""What a place starts with: vocabulary and routing rules, fitted to its own levels."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class SeedRule:
    """One row of ``routing_rule``; ``case_kind`` None fits every kind."""

    position: int
    case_kind: str | None
    post_kind: str
    post_rank: int


@dataclass(frozen=True, slots=True)
class SeedStep:
    """One row of ``post_ladder``."""

    position: int
    post_kind: str
    post_rank: int


@cache
def read_seeds() -> Mapping[str, Any]:
    """The declared seeds as they stand in ``seeds.toml``."""
    return tomllib.loads(files(__package__).joinpath("seeds.toml").read_text("utf-8"))


def plan_role_ranks(deepest: int, village: int) -> dict[str, int]:
    """Rank of each role in a place whose villages have rank ``village``.

    A missing role takes the nearest level: the township of a place that begins with villages is
    the village level, the micro grid of a place without any is its deepest level.
    """
    return {
        "township": max(village - 1, 1),
        "village": village,
        "base": min(village + 1, deepest),
        "micro": deepest,
    }


def plan_rules(
    role_ranks: Mapping[str, int], seats: Mapping[str, Sequence[int]]
) -> tuple[list[SeedRule], list[SeedStep]]:
    """Rules and ladder of a place.

    ``seats`` are the ranks at which posts of a kind sit; where a kind sits at several, the one
    nearest to the declared role is taken (the deeper one on a tie), where at none, the role's rank.
    """
    seeds = read_seeds()

    def rank_of(row: Mapping[str, str]) -> int:
        wanted = role_ranks[row["role"]]
        return min(
            seats.get(row["post_kind"]) or [wanted], key=lambda rank: (abs(rank - wanted), -rank)
        )

    fitted = [
        (case_kind, row["post_kind"], rank_of(row))
        for row in seeds["rules"]
        for case_kind in (row["case_kinds"] or [None])
    ]
    rules = [SeedRule(n, *row) for n, row in enumerate(fitted, start=1)]
    ladder = [
        SeedStep(n, row["post_kind"], rank_of(row))
        for n, row in enumerate(seeds["ladder"], start=1)
    ]
    return rules, ladder
