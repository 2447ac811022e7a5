"""The declared measure of likeness between cases: place, kind and time."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def read_similar() -> Mapping[str, Any]:
    """Reaches, weights and kinds that are near each other, as they stand in ``similar.toml``."""
    return tomllib.loads(files(__package__).joinpath("similar.toml").read_text("utf-8"))


def plan_kin(kinds: Iterable[str]) -> list[tuple[str, str, float]]:
    """(kind, other kind, weight) of every pair that may be one dispute; symmetric."""
    declared = read_similar()
    near = {frozenset((a, b)) for group in declared["near"] for a in group for b in group if a != b}
    known = sorted(set(kinds))

    def weight(a: str, b: str) -> float:
        if a == b:
            return 1.0
        if frozenset((a, b)) in near:
            return float(declared["near_weight"])
        return float(declared["other_weight"]) if "other" in (a, b) else 0.0

    return [(a, b, weight(a, b)) for a in known for b in known if weight(a, b) > 0]
