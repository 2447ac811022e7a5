"""The declared figures: a count, and what it is counted of."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure; ``of`` names its denominator, None where it stands by itself."""

    key: str
    zh: str
    en: str
    of: str | None = None


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath(name).read_text("utf-8"))


@cache
def list_figures() -> tuple[Figure, ...]:
    """All figures in the order of print."""
    return tuple(Figure(**row) for row in _read("figures.toml")["figure"])


ACTS: Mapping[str, tuple[str, ...]] = {
    key: tuple(acts) for key, acts in _read("words.toml").items()
}


def with_denominators(counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """Each figure with its count, its denominator's count, and the share; None of nothing."""
    told = []
    for figure in list_figures():
        count = counts.get(figure.key, 0)
        whole = None if figure.of is None else counts.get(figure.of, 0)
        told.append(
            {
                "key": figure.key,
                "count": count,
                "of": figure.of,
                "of_count": whole,
                "share": round(count / whole, 4) if whole else None,
            }
        )
    return told
