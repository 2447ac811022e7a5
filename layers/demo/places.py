"""Declared demo places: one place = one configuration file, names and codes as public facts."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib import resources
from typing import Any

from grid_boundaries.errors import NotFound


@dataclass(frozen=True)
class Level:
    """One rank of the hierarchy; rank 1 is the top."""

    rank: int
    zh: str
    en: str


@dataclass(frozen=True)
class Plant:
    """A rate of ``kinds`` raised ``rate`` times since ``from_on`` in ``cells`` adjacent base grids
    beside a zone of the kind ``beside``."""

    kinds: tuple[str, ...]
    rate: float
    cells: int
    from_on: date
    beside: str


@dataclass(frozen=True)
class DemoPlace:
    """Everything a demo place is made from; lengths in km, positions as (lng, lat) in EPSG:4490.

    ``named_code_lengths`` are the code lengths of the ranks whose units carry real names (the rest,
    in ``numbered``, are counted totals per rank, top down).  ``seats`` are towns: (lng, lat, sigma
    in km, share of the fine leaves that lie there).  ``outline`` empty means a seeded blob of
    ``half_size_km`` with ``ruggedness`` 0..1.  ``region_seats`` place the rank-2 units by code.
    """

    id: str
    seed: int
    title_zh: str
    title_en: str
    centre: tuple[float, float]
    half_size_km: tuple[float, float]
    ruggedness: float
    leaves: int
    levels: tuple[Level, ...]
    named_code_lengths: tuple[int, ...]
    numbered: tuple[int, ...]
    names: Mapping[str, str]
    seats: tuple[tuple[float, float, float, float], ...]
    households: int
    party_groups: int
    groups_per_village: tuple[int, int]
    cases: int
    group_word: str
    kind_profile: str
    members: int = 0
    department_workers: int = 0
    hotline_requests: int = 0
    plants: tuple[Plant, ...] = ()
    outline: tuple[tuple[float, float], ...] = ()
    region_seats: Mapping[str, tuple[float, float]] | None = None

    @property
    def village_rank(self) -> int:
        """Rank of villages and communities: the last one with real names."""
        return len(self.named_code_lengths)

    def named_codes(self, rank: int) -> list[str]:
        """Codes of the named units of one rank, ascending."""
        length = self.named_code_lengths[rank - 1]
        return sorted(code for code in self.names if len(code) == length)


def list_places() -> list[str]:
    """Ids of all declared demo places, ascending."""
    folder = resources.files(__package__) / "places"
    return sorted(f.name.removesuffix(".toml") for f in folder.iterdir() if f.name.endswith("toml"))


def get_place(place_id: str) -> DemoPlace:
    """The declared place; raises NotFound ``demo.place`` naming the known ones."""
    known = list_places()
    if place_id not in known:
        raise NotFound("demo.place", place=place_id, known=known)
    text = (resources.files(__package__) / "places" / f"{place_id}.toml").read_text("utf-8")
    return _place(tomllib.loads(text))


def _place(raw: dict[str, Any]) -> DemoPlace:
    levels = tuple(Level(rank, row["zh"], row["en"]) for rank, row in enumerate(raw["levels"], 1))
    pairs = {key: tuple(raw[key]) for key in _TUPLES if key in raw}
    nested = {key: tuple(tuple(row) for row in raw[key]) for key in _NESTED if key in raw}
    seats = {code: (at[0], at[1]) for code, at in raw.get("region_seats", {}).items()} or None
    plants = tuple(Plant(**{**p, "kinds": tuple(p["kinds"])}) for p in raw.get("plants", []))
    built = {"levels": levels, "region_seats": seats, "plants": plants}
    return DemoPlace(**{**raw, **pairs, **nested, **built})


_TUPLES = ("centre", "half_size_km", "named_code_lengths", "numbered", "groups_per_village")
_NESTED = ("seats", "outline")
