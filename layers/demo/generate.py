"""Configuration in, tables out: ``generate`` puts the layers of a demo place together."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from .ancestry import ancestors_at
from .cases import build_cases
from .cells import build_cells
from .claims import build_claims, empty_claims
from .gazetteer import build_place_names, build_service_points, village_middles
from .hotline import build_hotline
from .households import build_households
from .party import build_members, build_party_groups
from .places import DemoPlace
from .plants import choose_plants
from .posts import build_posts
from .town import DemoTown
from .villager_groups import build_villager_groups
from .zones import add_settlements, build_ground_zones, leaves_without_houses

Progress = Callable[[str, int, int], None]
_STEPS = 9


def generate(
    place: DemoPlace,
    *,
    claims: int = 0,
    members: int | None = None,
    hotline: bool = False,
    progress: Progress | None = None,
) -> DemoTown:
    """All tables of a demo place; the same arguments give the same tables, bit for bit.

    Every layer has its own random stream: asking for ``claims``, ``members`` or ``hotline`` rows
    changes no other table (hotline rows are appended to ``cases``).  ``members=None`` means the
    place's own number.  ``progress(step, done, total)`` is called after each layer.
    """
    step = _Steps(progress)
    cells, ground = build_cells(place)
    step("cells")
    groups, group_of_leaf = build_villager_groups(place, cells, ground)
    step("villager_groups")
    ground_zones = build_ground_zones(place, ground, cells["geom"].iloc[0])
    no_houses = leaves_without_houses(ground_zones, place, ground)
    households = build_households(place, cells, ground, groups, group_of_leaf, no_houses)
    step("households")
    post_tables = build_posts(place, cells, households)
    step("posts")
    party_groups, party_group_cells = build_party_groups(place, cells, ground)
    count = place.members if members is None else members
    member_table = build_members(place, count, households, party_group_cells)
    step("party_groups")
    villages = ancestors_at(cells, households["micro_key"].to_numpy(), place.village_rank)
    cell_names = cells["name"].to_numpy(object)
    zones = add_settlements(place, ground_zones, households, villages, cell_names)
    step("zones")
    service_points = build_service_points(place, cells, households)
    middles = village_middles(place, cells, households)
    place_names = build_place_names(place, cells, ground, zones, middles)
    step("place_names")
    planted = choose_plants(place, cells, ground, zones, households)
    offices = service_points[service_points["kind"] == "governance_centre"]
    office = (float(offices["lng"].iloc[0]), float(offices["lat"].iloc[0]))
    cases, truth = build_cases(place, cells, households, planted, post_tables["officers"], office)
    if hotline:
        cases = pd.concat(
            [cases, build_hotline(place, households, offices, len(cases))], ignore_index=True
        )
    step("cases")
    claim_table = (
        build_claims(place, ground, groups, group_of_leaf, households, claims)
        if claims
        else empty_claims()
    )
    step("claims")
    return DemoTown(
        place_id=place.id,
        title_zh=place.title_zh,
        title_en=place.title_en,
        levels=_levels(place),
        cells=cells,
        villager_groups=groups,
        households=households,
        party_groups=party_groups,
        party_group_cells=party_group_cells,
        members=member_table,
        zones=zones,
        service_points=service_points,
        place_names=place_names,
        claims=claim_table,
        cases=cases,
        truth=truth,
        post_kinds=post_tables["post_kinds"],
        posts=post_tables["posts"],
        officers=post_tables["officers"],
        holdings=post_tables["holdings"],
        leaves=post_tables["leaves"],
    )


class _Steps:
    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress
        self._done = 0

    def __call__(self, name: str) -> None:
        self._done += 1
        if self._progress is not None:
            self._progress(name, self._done, _STEPS)


def _levels(place: DemoPlace) -> pd.DataFrame:
    rows = [(level.rank, level.zh, level.en) for level in place.levels]
    return pd.DataFrame(rows, columns=["rank", "name_zh", "name_en"])
