"""The lawful next step of a kind of case, as a declared table (``lawful.toml``).  Pure."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from gis_api.cases.vocabulary import Term
from grid_boundaries.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Lawful:
    """The ways open to a kind, and those closed to it with the reason (zh, en)."""

    ways: tuple[Term, ...]
    never: Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class LawfulTable:
    ways: Mapping[str, Term]
    kinds: Mapping[str, Lawful]


@cache
def read_lawful() -> LawfulTable:
    """The declared table."""
    declared = tomllib.loads(files(__package__).joinpath("lawful.toml").read_text("utf-8"))
    ways = {slug: Term(slug, row["zh"], row["en"]) for slug, row in declared["way"].items()}
    kinds = {
        kind: Lawful(
            tuple(ways[way] for way in row["ways"]),
            {way: (why["zh"], why["en"]) for way, why in row.get("never", {}).items()},
        )
        for kind, row in declared["kind"].items()
    }
    return LawfulTable(ways, kinds)


def find_lawful(kinds: Sequence[str]) -> Lawful:
    """The row of a kind; ``kinds`` are the kind and its parents, nearest first."""
    table = read_lawful().kinds
    return next((table[kind] for kind in kinds if kind in table), table["other"])


def require_lawful(kinds: Sequence[str], way: str) -> None:
    """Raise InvalidInput ``step.way_not_lawful`` unless a case of this kind may go that way."""
    lawful = find_lawful(kinds)
    allowed = [term.slug for term in lawful.ways]
    if way not in allowed:
        zh, en = lawful.never.get(way, ("", ""))
        raise InvalidInput(
            "step.way_not_lawful", field="way", kind=kinds[0], allowed=allowed, zh=zh, en=en
        )


def require_way(way: str) -> None:
    """Raise InvalidInput ``step.way_unknown`` unless it is one of the declared ways."""
    known = read_lawful().ways
    if way not in known:
        raise InvalidInput("step.way_unknown", field="way", known=sorted(known))
