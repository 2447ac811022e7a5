"""What is planted is what the truth says, counted from the tables by another road."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
import shapely

from layers.demo import DemoTown, generate, get_place


@pytest.fixture(scope="module")
def demo() -> DemoTown:
    return generate(get_place("narisong"))


def test_the_first_plant_is_four_adjacent_base_grids_beside_a_pit(demo: DemoTown) -> None:
    first = demo.truth["plants"][0]
    cells = demo.cells.set_index("code").loc[first["cells"]]
    assert len(cells) == 4
    assert (cells["rank"] == 3).all()
    union = shapely.coverage_union_all(cells["geom"].to_numpy(object))
    assert union.geom_type == "Polygon"
    pits = demo.zones[demo.zones["kind"] == "open_pit"].set_index("name")
    assert shapely.distance(union, pits.loc[first["beside"], "geom"]) < 0.01
    assert first["kinds"] == ["land", "mine_village"]
    assert first["rate"] == 5.0


def test_at_least_fifteen_cases_are_expected_in_the_first_plant(demo: DemoTown) -> None:
    first = demo.truth["plants"][0]
    assert first["expected_cases"] >= 15
    assert first["expected_cases"] == pytest.approx(5 * first["expected_without_plant"], rel=0.01)


def test_the_second_plant_starts_two_quarters_before_the_end_elsewhere(demo: DemoTown) -> None:
    first, second = demo.truth["plants"]
    assert second["from_on"] == "2026-05-01"
    assert demo.truth["to_on"] == "2026-10-31"
    at = demo.cells.set_index("code")["geom"]
    one = shapely.union_all(at.loc[first["cells"]].to_numpy(object))
    two = shapely.union_all(at.loc[second["cells"]].to_numpy(object))
    assert shapely.disjoint(one, two)


def test_counts_in_the_plants_agree_with_the_truth(demo: DemoTown) -> None:
    micro_parent = demo.cells["parent_key"].to_numpy()
    for plant in demo.truth["plants"]:
        keys = demo.cells.loc[demo.cells["code"].isin(plant["cells"]), "key"]
        homes = np.isin(micro_parent[demo.households["micro_key"]], keys)
        assert homes.sum() == plant["households"]
        area = shapely.union_all(demo.cells["geom"].to_numpy(object)[keys])
        cases = demo.cases.dropna(subset=["lng"])
        mine = cases[
            cases["kind"].isin(plant["kinds"])
            & (cases["registered_on"] >= date.fromisoformat(plant["from_on"]))
            & shapely.contains_xy(area, cases["lng"], cases["lat"])
        ]
        expected = plant["expected_cases"]
        assert abs(len(mine) - expected) < 3 * np.sqrt(expected)
        assert len(mine) > 3 * plant["expected_without_plant"]


def test_outside_the_plants_the_rate_is_the_same_per_household(demo: DemoTown) -> None:
    planted = {code for plant in demo.truth["plants"] for code in plant["cells"]}
    base = demo.cells["parent_key"].to_numpy()[demo.households["micro_key"]]
    clean = ~demo.cells["code"].isin(planted).to_numpy()[base]
    village = demo.cells["parent_key"].to_numpy()[base]
    party = demo.cases.loc[demo.cases["household_key"] >= 0, "household_key"].to_numpy()
    party = party[clean[party]]
    observed = np.bincount(village[party], minlength=22)[1:22]
    people = np.bincount(village[clean], minlength=22)[1:22]
    expected = people / people.sum() * len(party)
    assert ((observed - expected) ** 2 / expected).sum() < 45.3  # chi-square, 20 df, p = 0.001


def test_places_without_plants_say_so() -> None:
    assert generate(get_place("hongshaba")).truth["plants"] == []
