"""The demo town: exact counts, an exact coverage, streams that do not disturb each other."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
import shapely
from shapely import STRtree

from layers.demo import DemoTown, generate, get_place, list_places, table_digest
from layers.demo.case_words import KINDS, SOURCES
from layers.demo.posts import POST_KINDS

COUNTS = {
    "narisong": [1, 21, 110, 212],
    "dalu": [1, 15, 146],
    "hongshaba": [1, 9, 79],
    "guannan": [1, 11, 238, 634],
}
SMALL = ["narisong", "dalu", "hongshaba"]


@cache
def town(place_id: str) -> DemoTown:
    return generate(get_place(place_id))


def rank_geoms(demo: DemoTown, rank: int) -> np.ndarray:
    return demo.cells.loc[demo.cells["rank"] == rank, "geom"].to_numpy(object)


def digests(demo: DemoTown) -> dict[str, str]:
    return {name: table_digest(table) for name, table in demo.tables()}


@pytest.mark.parametrize("place_id", COUNTS)
def test_every_rank_has_its_declared_number_of_cells(place_id: str) -> None:
    ranks = town(place_id).cells["rank"].value_counts().sort_index()
    assert ranks.tolist() == COUNTS[place_id]
    assert len(town(place_id).levels) == len(COUNTS[place_id])


@pytest.mark.parametrize("place_id", COUNTS)
def test_every_rank_is_a_valid_coverage_of_the_same_ground(place_id: str) -> None:
    demo = town(place_id)
    whole = rank_geoms(demo, 1)[0]
    for rank in demo.levels["rank"]:
        geoms = rank_geoms(demo, rank)
        assert shapely.is_valid(geoms).all()
        assert shapely.coverage_is_valid(geoms)
        assert shapely.equals_exact(
            shapely.normalize(shapely.coverage_union_all(geoms)), shapely.normalize(whole)
        )
        assert shapely.area(geoms).sum() == pytest.approx(whole.area, rel=1e-12)


@pytest.mark.parametrize("place_id", COUNTS)
def test_children_exactly_tile_their_parent(place_id: str) -> None:
    cells = town(place_id).cells
    for parent, children in cells[cells["parent_key"] >= 0].groupby("parent_key"):
        union = shapely.coverage_union_all(children["geom"].to_numpy(object))
        assert shapely.normalize(union) == shapely.normalize(cells["geom"].iloc[parent])


@pytest.mark.parametrize("place_id", COUNTS)
def test_every_cell_is_one_polygon(place_id: str) -> None:
    assert (shapely.get_type_id(town(place_id).cells["geom"].to_numpy(object)) == 3).all()


@pytest.mark.parametrize("place_id", COUNTS)
def test_keys_are_row_numbers_and_codes_are_unique_and_prefixed_by_the_parent(
    place_id: str,
) -> None:
    demo = town(place_id)
    for name, table in demo.tables():
        if "key" in table:
            assert table["key"].tolist() == list(range(len(table))), name
    codes = demo.cells["code"].tolist()
    assert len(set(codes)) == len(codes)
    for code, parent in zip(codes, demo.cells["parent_key"], strict=True):
        assert parent < 0 or code.startswith(codes[parent])


@pytest.mark.parametrize("place_id", COUNTS)
def test_grids_are_numbered_west_to_east_inside_their_parent(place_id: str) -> None:
    demo = town(place_id)
    grids = demo.cells[demo.cells["rank"] > get_place(place_id).village_rank]
    for _, siblings in grids.groupby("parent_key"):
        ordered = siblings.sort_values("code")
        lng = shapely.get_x(shapely.centroid(ordered["geom"].to_numpy(object)))
        assert (np.diff(lng) > 0).all()
        assert ordered["code"].str[-3:].astype(int).tolist() == list(range(1, len(ordered) + 1))


def test_narisong_villages_carry_their_real_codes() -> None:
    cells = town("narisong").cells
    named = cells[cells["rank"] == 2].set_index("code")["name"]
    assert named["150622103001"] == "昌和社区"
    assert named["150622103201"] == "勿图沟村"
    assert named.str.endswith("社区").sum() == 2


def test_communities_are_small_and_lie_in_the_town() -> None:
    cells = town("narisong").cells
    villages = cells[cells["rank"] == 2]
    in_town = villages["name"].str.endswith("社区")
    area = shapely.area(villages["geom"].to_numpy(object))
    assert area[in_town].max() < np.median(area[~in_town])


@pytest.mark.parametrize("place_id", COUNTS)
def test_borders_wander(place_id: str) -> None:
    demo = town(place_id)
    geoms = rank_geoms(demo, int(demo.levels["rank"].max()))
    assert np.median(shapely.get_num_coordinates(geoms)) >= 50
    steps = np.concatenate([np.diff(shapely.get_coordinates(g.exterior), axis=0) for g in geoms])
    assert (np.abs(steps) < 1e-9).any(axis=1).mean() < 0.02


@pytest.mark.parametrize("place_id", COUNTS)
def test_every_household_lies_strictly_inside_its_cell_and_its_villager_group(
    place_id: str,
) -> None:
    demo = town(place_id)
    homes = demo.households
    assert len(homes) == get_place(place_id).households
    xy = homes[["lng", "lat"]].to_numpy()
    cell = demo.cells["geom"].to_numpy(object)[homes["micro_key"]]
    group = demo.villager_groups["geom"].to_numpy(object)[homes["villager_group_key"]]
    assert shapely.contains_xy(cell, xy[:, 0], xy[:, 1]).all()
    assert shapely.contains_xy(group, xy[:, 0], xy[:, 1]).all()
    lowest = demo.cells[demo.cells["rank"] == demo.levels["rank"].max()]
    assert set(homes["micro_key"]) == set(lowest["key"])


@pytest.mark.parametrize("place_id", SMALL)
def test_an_independent_search_finds_the_same_cell_for_every_household(place_id: str) -> None:
    demo = town(place_id)
    lowest = demo.cells[demo.cells["rank"] == demo.levels["rank"].max()]
    points = shapely.points(demo.households[["lng", "lat"]].to_numpy())
    row, found = STRtree(lowest["geom"].to_numpy(object)).query(points, predicate="covered_by")
    assert row.tolist() == list(range(len(points)))
    assert (lowest["key"].to_numpy()[found] == demo.households["micro_key"]).all()


@pytest.mark.parametrize("place_id", SMALL)
def test_villager_groups_cover_their_village(place_id: str) -> None:
    demo = town(place_id)
    groups = demo.villager_groups
    assert shapely.coverage_is_valid(groups["geom"].to_numpy(object))
    assert groups["code14"].is_unique
    assert (groups["code14"].str.len() == 14).all()
    for village, mine in groups.groupby("village_key"):
        union = shapely.coverage_union_all(mine["geom"].to_numpy(object))
        assert shapely.normalize(union) == shapely.normalize(demo.cells["geom"].iloc[village])


def test_narisong_has_67_connected_party_groups_over_all_212_micro_grids() -> None:
    demo = town("narisong")
    sets = demo.party_group_cells
    lowest = demo.cells[demo.cells["rank"] == 4]
    assert len(demo.party_groups) == 67
    assert sorted(sets["micro_key"]) == lowest["key"].tolist()
    assert set(sets["group_key"]) == set(demo.party_groups["key"])
    base = demo.cells["parent_key"].to_numpy()[sets["micro_key"]]
    village = demo.cells["parent_key"].to_numpy()[base]
    assert (village == demo.party_groups["village_key"].to_numpy()[sets["group_key"]]).all()
    for _, mine in sets.groupby("group_key"):
        union = shapely.coverage_union_all(demo.cells["geom"].to_numpy(object)[mine["micro_key"]])
        assert union.geom_type == "Polygon"


def test_dalu_has_602_members_in_the_group_of_their_home() -> None:
    demo = town("dalu")
    members = demo.members
    assert len(members) == 602
    group_of = demo.party_group_cells.set_index("micro_key")["group_key"]
    at_home = members[members["household_key"] >= 0]
    micro = demo.households["micro_key"].to_numpy()[at_home["household_key"]]
    assert (group_of.loc[micro].to_numpy() == at_home["party_group_key"]).all()
    assert (members["household_key"] < 0).any()


def test_every_cell_has_its_posts_and_few_are_vacant() -> None:
    demo = town("narisong")
    rank = demo.cells["rank"].to_numpy()[demo.posts["cell_key"]]
    count = demo.posts.groupby([rank, "kind"]).size()
    assert count[3, "grid_leader"] == count[3, "full_time_worker"] == 110
    assert count[4, "household_cluster_leader"] == 212
    assert count[2, "village_leader"] == 21
    assert count[1, "township_centre"] == 1
    assert {"work_group_relocation", "work_group_mine_village"} <= set(count[1].index)
    assert set(demo.posts["kind"]) <= {kind for kind, _, _ in POST_KINDS}
    now = demo.holdings[demo.holdings["to_on"].isna()]
    vacant = set(demo.posts["key"]) - set(now["post_key"])
    assert 0.01 < len(vacant) / len(demo.posts) < 0.06
    assert demo.posts["kind"][list(vacant)].ne("township_centre").all()
    assert 0 < len(demo.leaves) < 0.08 * len(demo.officers)
    assert demo.officers["duty_phone"].is_unique
    assert demo.officers["duty_phone"].str.startswith("199-0000-").all()


def test_household_cluster_leaders_head_a_household_of_their_own_micro_grid() -> None:
    demo = town("narisong")
    held = demo.holdings[demo.holdings["to_on"].isna()].merge(
        demo.posts, left_on="post_key", right_on="key"
    )
    held = held[held["kind"] == "household_cluster_leader"]
    officer = demo.officers.loc[held["officer_key"]]
    home = demo.households.loc[officer["household_key"]]
    assert (home["micro_key"].to_numpy() == held["cell_key"].to_numpy()).all()
    assert (home["head_name"].to_numpy() == officer["name"].to_numpy()).all()


def test_some_officers_live_in_households_that_are_parties() -> None:
    demo = town("narisong")
    parties = set(demo.cases["household_key"]) - {-1}
    assert len(parties & set(demo.officers["household_key"])) >= 5


def test_cases_span_three_years_and_use_known_words() -> None:
    demo = town("narisong")
    cases = demo.cases
    assert len(cases) == 330
    assert set(cases["kind"]) <= set(KINDS)
    assert set(cases["source"]) <= set(SOURCES)
    registered = cases["registered_on"]
    assert registered.is_monotonic_increasing
    assert str(registered.min()) >= "2023-11-01"
    assert str(registered.max()) <= "2026-10-31"
    assert (cases["happened_on"] <= registered).all()
    closed = cases.dropna(subset=["closed_on"])
    assert (closed["closed_on"] >= closed["registered_on"]).all()
    assert cases["text_zh"].str.contains("合成数据").all()
    nowhere = cases["lng"].isna()
    assert (cases.loc[nowhere, "household_key"] == -1).all()
    party = cases[cases["household_key"] >= 0]
    cell = demo.households["micro_key"].to_numpy()[party["household_key"]]
    geom = demo.cells["geom"].to_numpy(object)[cell]
    assert shapely.contains_xy(geom, party["lng"], party["lat"]).all()


def test_zones_are_valid_areas_and_the_gully_behind_the_mine_has_a_name() -> None:
    demo = town("narisong")
    zones = demo.zones
    assert shapely.is_valid(zones["geom"].to_numpy(object)).all()
    assert set(zones["kind"]) == {
        "open_pit",
        "mine_lease",
        "acquisition",
        "haul_road",
        "subsidence",
        "settlement",
        "rail",
    }
    gully = demo.place_names.set_index("name").loc["矿后沟"]
    assert gully["pinyin_initials"] == "khg"
    assert gully["aliases"]
    assert (demo.service_points["kind"] == "talking_room").sum() == 21


def test_no_house_stands_in_an_open_pit() -> None:
    demo = town("narisong")
    pits = shapely.union_all(
        demo.zones.loc[demo.zones["kind"] == "open_pit", "geom"].to_numpy(object)
    )
    homes = demo.households
    assert not shapely.contains_xy(pits, homes["lng"], homes["lat"]).any()


def test_a_building_stands_at_one_point_and_no_address_is_given_twice() -> None:
    homes = town("narisong").households
    assert homes["address_zh"].is_unique
    flats = homes[homes["address_zh"].str.contains("号楼")]
    building = flats["address_zh"].str.extract(r"(.*号楼)")[0]
    assert (flats.groupby(building)["lng"].nunique() == 1).all()


def test_the_same_place_is_made_twice_bit_for_bit() -> None:
    assert digests(generate(get_place("hongshaba"))) == digests(town("hongshaba"))


@pytest.mark.parametrize(
    ("extra", "touched"),
    [({"claims": 300}, "claims"), ({"members": 90}, "members"), ({"hotline": True}, "cases")],
)
def test_asking_for_one_more_layer_changes_no_other(extra: dict, touched: str) -> None:
    before, more = town("hongshaba"), generate(get_place("hongshaba"), **extra)
    old, new = digests(before), digests(more)
    assert {name for name in old if old[name] != new[name]} == {touched}
    if touched == "cases":
        kept = more.cases.iloc[: len(before.cases)]
        assert table_digest(kept) == old["cases"]


def test_hotline_rows_can_be_unlocated_or_sit_on_an_office_pin() -> None:
    demo = generate(get_place("hongshaba"), hotline=True)
    rows = demo.cases[demo.cases["key"] >= 142]
    assert len(rows) == 180_000
    assert rows["source"].eq("hotline").all()
    assert 0.08 < rows["lng"].isna().mean() < 0.12
    assert rows.groupby(["lng", "lat"]).size().max() > 10_000


def test_claims_lie_inside_one_village_and_a_few_overlap() -> None:
    demo = generate(get_place("hongshaba"), claims=2000)
    claims = demo.claims
    geoms = claims["geom"].to_numpy(object)
    assert len(claims) == 2000
    assert shapely.is_valid(geoms).all()
    assert claims["parcel_code"].is_unique
    assert (claims["parcel_code"].str.len() == 19).all()
    villages = rank_geoms(demo, 2)
    inside, _ = STRtree(villages).query(geoms, predicate="covered_by")
    assert sorted(inside) == list(range(2000))
    left, right = STRtree(geoms).query(geoms, predicate="overlaps")
    assert 5 < len(set(left[left < right])) < 0.1 * len(claims)


def test_progress_counts_up_to_the_end() -> None:
    calls: list[tuple[str, int, int]] = []
    generate(get_place("hongshaba"), progress=lambda *call: calls.append(call))
    assert [done for _, done, _ in calls] == list(range(1, calls[0][2] + 1))


def test_every_demo_place_is_declared_and_labelled_synthetic() -> None:
    assert list_places() == ["dalu", "guannan", "hongshaba", "narisong", "xilingol"]
    assert "合成数据" in town("dalu").label
