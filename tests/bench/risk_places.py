"""Demo places: what was planted is found, what was not is not, and hexagons may be shifted.

Everything is synthetic (合成数据), generated here without a database, and judged with the share of
the error budget that one map has on a page.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from layers.demo.generate import generate
from layers.demo.places import get_place
from layers.risk.error_budget import plan_budget
from layers.risk.ground import Ground, choose_resolution, make_ground, make_hex_ground
from layers.risk.groups import list_groups
from layers.risk.one_map import MapResult, draw_map
from layers.risk.scales import find_flipped_share
from tests.bench.risk import SEED, Row, row, stopwatch

# plant → the group of kinds and the months in which a page would show it
PLANTS = (("mining_land", 36), ("relocation", 12))
QUIET_PLACES = ("dalu", "hongshaba", "guannan")
BUDGET = plan_budget(len(list_groups()), 3, 2)


def run() -> list[Row]:
    """Rows of narisong with its plants, of the quiet places, and of shifted hexagons."""
    rows = []
    with stopwatch() as spent:
        town = generate(get_place("narisong"), claims=0)
        ground = base_ground(town, get_place("narisong").village_rank + 1)
        found = [
            (plant, draw(town, ground, group, months))
            for plant, (group, months) in zip(town.truth["plants"], PLANTS, strict=True)
        ]
    for number, (plant, result) in enumerate(found, start=1):
        red = red_codes(result)
        planted = set(plant["cells"])
        case = f"narisong plant {number}, x{plant['rate']:g}, {plant['expected_cases']} expected"
        rows += [
            row(case, "planted grids that are red", len(red & planted), "≥ 1",
                bool(red & planted), len(planted), spent),
            row(case, "red grids outside the plant", len(red - planted), "0",
                not red - planted, len(ground), spent),
        ]  # fmt: skip
    rows.append(shift_row(town, found[0][1]))
    for name in QUIET_PLACES:
        with stopwatch() as spent:
            place = get_place(name)
            quiet = generate(place, claims=0)
            ground = base_ground(quiet, place.village_rank + 1)
            red_count = sum(
                len(red_codes(draw(quiet, ground, group.slug, months)))
                for group in list_groups()
                for months in (12, 36)
            )
        rows.append(row(f"{name}, nothing planted", "red grids on 10 maps", red_count, "0",
                        red_count == 0, len(ground), spent))  # fmt: skip
    return rows


def base_ground(town: Any, rank: int) -> Ground:
    """Base grids of a demo town."""
    cells = town.cells[town.cells["rank"] == rank].sort_values("code")
    shapes = cells["geom"].to_numpy(object)
    outline = shapely.union_all(shapely.buffer(shapes, 1e-9))
    return make_ground("base", cells["code"].tolist(), cells["name"].tolist(), shapes, outline)


def draw(town: Any, ground: Ground, slug: str, months: int) -> MapResult:
    """The map of a group over the last months of the demo, judged as one of a page."""
    group = next(one for one in list_groups() if one.slug == slug)
    cases = town.cases
    days = np.array(cases["registered_on"].tolist(), dtype="datetime64[D]")
    start = (days.max().astype("datetime64[M]") - (months - 1)).astype("datetime64[D]")
    of_group = np.array([group.holds(kind) for kind in cases["kind"].tolist()])
    placed = of_group & (days >= start) & ~(cases["accuracy_m"].to_numpy(float) >= 1000)
    rows = ground.find_rows(*(cases[name].to_numpy(float)[placed] for name in ("lng", "lat")))
    observed = np.bincount(rows[rows >= 0], minlength=len(ground))
    homes = ground.find_rows(*(town.households[name].to_numpy(float) for name in ("lng", "lat")))
    households = np.bincount(homes[homes >= 0], minlength=len(ground)).astype(float)
    return draw_map(ground, observed, households, households, BUDGET.alpha_each, SEED)


def red_codes(result: MapResult) -> set[str]:
    """Codes of the cells that are clearly higher."""
    return {
        code
        for code, word in zip(result.ground.codes, result.words, strict=True)
        if word.value == "clearly_higher"
    }


def shift_row(town: Any, base: MapResult) -> Row:
    """Share of households that go between red and "no sign" when hexagons move by half a cell."""
    lng, lat = (town.households[name].to_numpy(float) for name in ("lng", "lat"))
    outline = shapely.union_all(shapely.buffer(base.ground.shapes, 1e-9))
    resolution = choose_resolution(base.ground.area_km2)
    words = []
    with stopwatch() as spent:
        for shift in ((0.0, 0.0), (0.0125, 0.0)):
            located = town.cases[["lng", "lat"]].dropna()
            ground = make_hex_ground(
                np.concatenate([lng, located["lng"]]), np.concatenate([lat, located["lat"]]),
                resolution, outline, shift,
            )  # fmt: skip
            result = draw(town, ground, PLANTS[0][0], PLANTS[0][1])
            words.append([result.words[one] for one in ground.find_rows(lng, lat)])
        share = find_flipped_share(words[0], words[1], np.ones(len(lng)))
    return row("narisong, hexagons shifted by half a cell", "households that flip", share,
               "≤ 0.10", share <= 0.10, len(lng), spent)  # fmt: skip
